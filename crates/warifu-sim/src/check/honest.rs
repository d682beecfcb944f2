//! Promise 3: an honest installation inside its lease may be used, whatever happens around it.

use warifu_client::State;
use warifu_core::hardware::{Fingerprint, Match, Tolerance, compare};
use warifu_core::time::{Span, Timestamp};
use warifu_proto::bundle::{Bundle, SandboxLeases};
use warifu_proto::certificate::Certificate;
use warifu_proto::lease::Lease;
use warifu_proto::refusal::Refusal;

use crate::stop::Stop;
use crate::world::{Key, World};

/// For how long the end of a licence is announced under the policies of the shop.
const NOTICE: Span = Span::days(14);

impl World {
    /// Asks the installation's program where it stands, and compares with what an onlooker who knows everything would say.
    pub(crate) fn check_honest(&mut self, place: usize) -> Result<(), Stop> {
        let mut client = match self.installations[place].client.take() {
            Some(client) => client,
            None => self.process(place)?,
        };
        let standing = client.check();
        self.installations[place].client = Some(client);
        let state = standing.state.name();
        let reason = standing.reason.as_ref().map_or("", |reason| reason.code().as_str());
        self.trace.note(format_args!("#{place} is {state} {reason}"));
        if matches!(standing.state, State::Licensed | State::Grace { .. }) {
            return self.check_dishonest(place, standing.state, reason == "licence_end_announced");
        }
        let Some(lease) = self.honest_lease(place)? else { return Ok(()) };
        let seen = format!(
            "#{place} is {state} ({reason}) inside its lease {} no. {}, which runs until {}; it is {}",
            lease.id,
            lease.sequence,
            lease.expires,
            self.time.now()
        );
        Err(Stop::violation(3, seen))
    }

    /// The lease that the installation may rely on; none when there is a reason why it may not.
    fn honest_lease(&self, place: usize) -> Result<Option<Lease>, Stop> {
        let installation = &self.installations[place];
        let now = self.time.now();
        let Some(lease) = self.folder_lease(place).filter(|_| !installation.copied) else { return Ok(None) };
        // Nodes' clocks and the true time part by seconds.
        if now.plus(Span::seconds(60)) >= lease.expires {
            return Ok(None);
        }
        let key = installation.folder.file("installation-key").unwrap_or_default();
        if !is_key_of(&key, &lease) {
            return Ok(None);
        }
        if self.could_be_forged(place, &lease) {
            return Ok(None);
        }
        // A refusal that was signed in time holds also when the service has forgotten licence and suspension alike.
        let of_lease = |key: &&Key| key.is_of(lease.licence) || key.forgotten.contains(&lease.licence);
        let known = self.keys.iter().find(of_lease);
        let bad = known.is_some_and(|key| {
            key.suspended
                || key.revoked
                || key.bad_last.is_some_and(|last| last.plus(Span::seconds(60)) >= lease.issued)
        });
        if bad || installation.doubt_millis.is_some_and(|doubt| doubt >= Self::DOUBT_MILLIS) {
            return Ok(None);
        }
        let mut hardware = self.machines[installation.machine].hardware.clone();
        let seen: Fingerprint = warifu_client::Fingerprint::read(&mut hardware, &self.root.service_id())
            .map_err(Stop::harness)?;
        let compared = compare(&lease.fingerprint, &seen.shorten(), &Tolerance::default_rule());
        Ok((compared.verdict() != Match::Different).then_some(lease))
    }

    /// Whether nobody can tell a lease from a thief's: its issuing key was stolen, and the service, restored from a backup, has forgotten it.
    fn could_be_forged(&self, place: usize, lease: &Lease) -> bool {
        let bytes = self.installations[place].folder.file("lease").unwrap_or_default();
        let verified = Bundle::parse(&bytes)
            .ok()
            .and_then(|bundle| bundle.verify(self.root.public_key(), SandboxLeases::Refused).ok());
        let signer = verified.map(|verified| verified.certificate.key.id());
        let stolen = self.stolen.iter().any(|stolen| Some(stolen.key) == signer);
        stolen && self.installations[place].forgotten == Some(lease.id)
    }

    /// The genuine lease in an installation's folder.
    pub(crate) fn folder_lease(&self, place: usize) -> Option<Lease> {
        let bytes = self.installations[place].folder.file("lease")?;
        Bundle::parse(&bytes).ok().and_then(|bundle| self.verify(&bundle))
    }

    /// Whoever may be used has a lease that has not long ended: beyond its grace there is only the doubt whether the wall clock is right, for 72 hours
    /// of running time.
    fn check_dishonest(&mut self, place: usize, state: State, announced: bool) -> Result<(), Stop> {
        let Some(lease) = self.folder_lease(place) else {
            return Err(Stop::violation(1, format_args!("#{place} may be used without a lease")));
        };
        let right = !self.machines[self.installations[place].machine].clock.is_wrong();
        // An end that the service has announced, with its day and a signature, holds also when the lease would end before.
        let end =
            if announced { self.announced_end(place, &lease)? } else { lease.expires.plus(lease.grace) };
        let over = self.time.now() > end.plus(Span::seconds(60));
        let installation = &mut self.installations[place];
        // What cannot be written is forgotten with the process, and a folder that may not be written to stops nobody.
        if !(over && right && installation.doubt_millis.is_none() && installation.folder.is_writable()) {
            installation.overdue_millis = None;
            return Ok(());
        }
        if *installation.overdue_millis.get_or_insert(0) <= 73 * 3_600_000 {
            return Ok(());
        }
        let seen = format!("#{place} is {} long after its lease ended at {}", state.name(), lease.expires);
        Err(Stop::violation(1, seen))
    }

    /// The day on which the lease ends by the signed word of the service that lies in the folder. Whoever says that there is one has it.
    fn announced_end(&self, place: usize, lease: &Lease) -> Result<Timestamp, Stop> {
        let file = self.installations[place].folder.file("refusal").unwrap_or_default();
        let file: serde_json::Value = serde_json::from_slice(&file).unwrap_or(serde_json::Value::Null);
        let text = |name: &str| file[name].as_str().unwrap_or_default();
        let certificate = Certificate::verify(self.root.public_key(), text("certificate")).ok();
        let refusal = certificate.zip(text("request").parse().ok()).and_then(|(certificate, request)| {
            Refusal::verify(&certificate, lease.installation, request, text("refusal")).ok()
        });
        let refusal = refusal
            .filter(|refusal| refusal.licence == lease.licence && refusal.issued >= lease.issued)
            .ok_or_else(|| Stop::violation(1, format_args!("#{place} goes on by no word of the service")))?;
        // The policies' notice begins with the act of staff. Nodes' clocks part by seconds.
        if refusal.effective_from > refusal.issued.plus(NOTICE).plus(Span::seconds(60)) {
            let seen = format!("#{place} was told that its licence ends on {}", refusal.effective_from);
            return Err(Stop::violation(1, seen));
        }
        Ok(refusal.effective_from)
    }
}

/// Whether a key file's bytes are those of the lease's installation.
fn is_key_of(bytes: &[u8], lease: &Lease) -> bool {
    use warifu_proto::keys::InstallationKey;
    let file: serde_json::Value = serde_json::from_slice(bytes).unwrap_or(serde_json::Value::Null);
    let secret = file["secret"].as_str().and_then(warifu_proto::encoding::parse_hex::<32>);
    let algorithm = file["algorithm"].as_str().and_then(|name| name.parse().ok());
    let key = algorithm
        .zip(secret)
        .and_then(|(algorithm, secret)| InstallationKey::from_secret(algorithm, &secret).ok());
    key.is_some_and(|key| key.installation() == lease.installation)
}
