//! What a device is recognised by, and how that compares with its lease. Everything is read and shown here; nothing is sent.

use warifu_client::{BLOB_BYTES_MAX, Fingerprint as _, FolderStore, Store as _};
use warifu_core::catalogue::Lang;
use warifu_core::hardware::{Tolerance, compare};
use warifu_device::{Hardware as _, ThisMachine};
use warifu_proto::bundle::{Bundle, SandboxLeases};
use warifu_proto::keys::RootPublicKey;

use super::Installation;

/// The lines to show.
pub(super) struct Explanation {
    /// What was read of this device, without any value.
    pub(super) inventory: Vec<String>,
    /// How it compares with the lease; empty when there is no genuine lease.
    pub(super) comparison: Vec<String>,
    /// The comparison in its stable form, for support.
    pub(super) record: Option<String>,
}

/// Reads the device and the installation's lease.
pub(super) fn read(installation: &Installation, lang: Lang) -> Explanation {
    let described = if installation.machine.is_simulated() {
        vec![match lang {
            Lang::Ja => "シミュレーションのハードウェアです。".to_owned(),
            Lang::En => "simulated hardware".to_owned(),
        }]
    } else {
        match ThisMachine.inventory() {
            Ok(inventory) => inventory.describe(lang),
            Err(error) => vec![error.to_string()],
        }
    };
    let lease = installation.settings.root.parse::<RootPublicKey>().ok().and_then(|root| {
        let bytes = FolderStore::new(&installation.folder)
            .read("lease")
            .ok()
            .flatten()
            .filter(|bytes| bytes.len() <= BLOB_BYTES_MAX)?;
        let verified = Bundle::parse(&bytes).ok()?.verify(&root, SandboxLeases::Accepted).ok()?;
        Some(verified.lease)
    });
    let compared = lease.and_then(|lease| {
        let seen = installation.machine.clone().read(&lease.service).ok()?.shorten();
        Some(compare(&lease.fingerprint, &seen, &Tolerance::default_rule()))
    });
    Explanation {
        inventory: described,
        comparison: compared.as_ref().map(|comparison| comparison.describe(lang)).unwrap_or_default(),
        record: compared.map(|comparison| comparison.to_string()),
    }
}
