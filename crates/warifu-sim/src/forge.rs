//! A thief who has stolen an issuing key that was withdrawn since, and signs a lease for himself. It runs until he asks the service, and no longer.

use warifu_client::{Fingerprint as _, KeyAlgorithm};
use warifu_core::id::{IssuingKeyId, LeaseId};
use warifu_core::time::Span;
use warifu_proto::bundle::Bundle;
use warifu_proto::certificate::Issuer;
use warifu_proto::encoding::hex;
use warifu_proto::keys::{InstallationKey, IssuingKey};
use warifu_proto::lease::Lease;

use crate::fault::Command;
use crate::stop::Stop;
use crate::world::World;

/// An issuing key as it was stolen.
#[derive(Clone, Debug)]
pub(crate) struct Stolen {
    pub(crate) key: IssuingKeyId,
    pub(crate) seed: [u8; 32],
    pub(crate) certificate: String,
}

impl World {
    /// The thief puts a forged lease on a machine, and the program there asks the service about it.
    pub(crate) fn forge(&mut self) -> Result<(), Stop> {
        let model = (0..self.installations.len()).find_map(|place| self.folder_lease(place));
        let (Some(stolen), Some(model)) = (self.stolen.last().cloned(), model) else { return Ok(()) };
        let seed: [u8; 32] = warifu_core::random::bytes(&mut self.dice);
        let key = InstallationKey::from_secret(KeyAlgorithm::Ed25519, &seed).map_err(Stop::harness)?;
        let now = self.time.now();
        let machine = self.dice.place(self.machines.len()).unwrap_or(0);
        let mut hardware = self.machines[machine].hardware.clone();
        let seen = hardware.read(&self.root.service_id()).map_err(Stop::harness)?;
        let forged = Lease {
            id: LeaseId::from_bytes(warifu_core::random::bytes(&mut self.dice)),
            installation: key.installation(),
            fingerprint: seen.shorten(),
            issued: now,
            renew_after: now.plus(Span::days(7)),
            expires: now.plus(Span::days(60)),
            licence_ends: None,
            provisional: false,
            ..model
        };
        let signing = IssuingKey::from_seed(&stolen.seed).map_err(Stop::harness)?;
        let issuer =
            Issuer::new(self.root.public_key(), signing, stolen.certificate).map_err(Stop::harness)?;
        // The stolen key's own time to sign may be over; a lease of today by it is none.
        let Ok(token) = forged.sign(&issuer) else { return Ok(()) };
        let bundle = Bundle { lease: token, certificate: issuer.certificate_token().to_owned() };
        let key_file = format!(
            r#"{{"warifu":"installation-key","version":1,"algorithm":"ed25519","secret":"{}"}}"#,
            hex(&seed)
        );
        let place = self.add_installation(machine);
        let files = [("lease", bundle.to_bytes()), ("installation-key", key_file.into_bytes())];
        let files = files.into_iter().map(|(name, bytes)| (name.to_owned(), bytes)).collect();
        self.installations[place].folder.set_files(files);
        // Nothing that is promised to the honest is promised to him.
        self.installations[place].copied = true;
        self.trace.note(format_args!("#{place} is a thief"));
        let refused = self.carry_out(place, Command::Status)?;
        let mut client = self.process(place)?;
        let state = client.check().state;
        self.installations[place].retired = true;
        if state.is_usable() {
            let refused = refused.unwrap_or_default();
            let seen = format!("#{place} relies on a forged lease after the service was asked ({refused})");
            return Err(Stop::violation(1, seen));
        }
        Ok(())
    }
}
