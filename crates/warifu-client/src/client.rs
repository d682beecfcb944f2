//! The client: what it knows, and the one question that an application asks at start.

use warifu_core::catalogue::{Code, Failure};
use warifu_core::hardware::{
    Comparison, ComponentKind, Fingerprint, Match, Scheme, ShortFingerprint, Tolerance, compare,
};
use warifu_core::id::{InstallationId, IssuingKeyId, LeaseId, ServiceId};
use warifu_core::key::SkuNumber;
use warifu_core::policy::Restrictions;
use warifu_core::random::Random;
use warifu_core::text::Slug;
use warifu_core::time::Timestamp;
use warifu_proto::bundle::{Bundle, SandboxLeases, VerifiedLease};
use warifu_proto::certificate::Certificate;
use warifu_proto::keys::{InstallationKey, KeyAlgorithm, RootPublicKey, Signer};
use warifu_proto::lease::Lease;
use warifu_proto::refusal::Refusal;
use warifu_proto::wire::notice::{NOTICES_MAX, Notice};

use crate::builder::{ClientBuilder, PinnedRoot};
use crate::clock::{Clock, Moment, Running};
use crate::fingerprint;
use crate::key_list::KeyLists;
use crate::mark::{Mark, Pauses};
use crate::records::{self, KeptRefusal, Observed};
use crate::standing::{Facts, Now, Standing, State, evaluate};
use crate::store::Store;
use crate::transport::Transport;

/// What the application has decided.
pub(crate) struct Config {
    pub(crate) root: RootPublicKey,
    pub(crate) service: ServiceId,
    pub(crate) product: Slug,
    pub(crate) service_url: Option<String>,
    pub(crate) skus: Vec<(SkuNumber, String)>,
    pub(crate) other_skus: Vec<(SkuNumber, String)>,
    pub(crate) unlicensed: Restrictions,
    pub(crate) imported_keys: bool,
    pub(crate) sandbox: SandboxLeases,
    pub(crate) algorithm: KeyAlgorithm,
}

/// The world as the client reaches it.
pub(crate) struct Ports {
    pub(crate) store: Box<dyn Store>,
    pub(crate) transport: Option<Box<dyn Transport>>,
    pub(crate) clock: Box<dyn Clock>,
    pub(crate) fingerprint: Box<dyn fingerprint::Fingerprint>,
    pub(crate) random: Box<dyn Random + Send>,
}

/// A lease file as it was last read.
pub(crate) struct Held {
    pub(crate) bytes: Vec<u8>,
    /// The lease, or why what the file holds is none of ours.
    pub(crate) lease: Result<Box<VerifiedLease>, Failure>,
}

/// The activation of one product on this device. It has no thread and no runtime of its own: everything happens on the caller's time, and
/// only the commands talk to the service.
pub struct Client {
    pub(crate) config: Config,
    pub(crate) ports: Ports,
    /// The installation key, once read or drawn.
    pub(crate) key: Option<InstallationKey>,
    pub(crate) held: Option<Held>,
    pub(crate) refusal: Option<(Refusal, Failure)>,
    pub(crate) key_lists: KeyLists,
    /// Why the lease that is held was not renewed, as the service said last.
    renewal_refused: Option<Failure>,
    /// What the service has told besides.
    pub(crate) notices: Vec<Failure>,
    observed: Option<Observed>,
    /// What of `observed` is on disk.
    kept: Option<Observed>,
    /// A nonce for the next command, and when it came.
    pub(crate) nonce: Option<(String, Running)>,
    /// Whether the files need not be read again: all was well when last looked at.
    settled: bool,
}

impl Client {
    /// Sets a client up for a product, by its code, of the service whose root has this public key: 32 bytes, or 64 hexadecimal digits.
    pub fn builder(root_public_key: impl Into<PinnedRoot>, product: &str) -> ClientBuilder {
        ClientBuilder::new(root_public_key.into(), product)
    }

    pub(crate) fn new(config: Config, ports: Ports) -> Self {
        Self {
            config,
            ports,
            key: None,
            held: None,
            refusal: None,
            key_lists: KeyLists::default(),
            renewal_refused: None,
            notices: Vec::new(),
            observed: None,
            kept: None,
            nonce: None,
            settled: false,
        }
    }

    /// Where this installation stands. Call it at start, and every hour or so while running; it never talks to the network and never fails.
    ///
    /// The first call of a process verifies two signatures, and the first of a boot reads the hardware. After that, while all is well, it
    /// costs a look at the clock.
    pub fn check(&mut self) -> Standing {
        self.look(false)
    }

    /// The same with a look at the hardware, whether or not it was looked at since the machine started. Use it before renewing, or when a
    /// user reports a change.
    pub fn check_hardware(&mut self) -> Standing {
        self.look(true)
    }

    /// How this machine compares with the one that the lease was granted to, by the published default rule; it explains itself. None without
    /// a genuine lease of this installation, or where the hardware cannot be read.
    pub fn compare_hardware(&mut self) -> Option<Comparison> {
        self.read_files().ok()?;
        let bound = self.lease()?.fingerprint;
        self.compare(&bound)
    }

    /// The page that explains a failure, such as [`Standing::reason`]; none when the client knows no service.
    #[must_use]
    pub fn help_url(&self, failure: &Failure) -> Option<String> {
        self.config.service_url.as_ref().map(|url| format!("{url}/help/{}", failure.code()))
    }

    /// Names this installation, once it has a key: what support asks for.
    pub fn installation(&mut self) -> Option<InstallationId> {
        self.read_key().ok().flatten()
    }

    fn look(&mut self, look_at_hardware: bool) -> Standing {
        let moment = self.ports.clock.read();
        let trusting = self.settled && !look_at_hardware;
        let unreadable = if trusting { None } else { self.read_files().err() };
        let mut observed = self.observe(&moment);
        let hardware = self.examine_hardware(&mut observed, &moment, look_at_hardware);
        let lease = match (&unreadable, &self.held) {
            (Some(failure), _) => Err(failure),
            (None, None) => Ok(None),
            (None, Some(Held { lease: Ok(lease), .. })) => Ok(Some(&lease.lease)),
            (None, Some(Held { lease: Err(failure), .. })) => Err(failure),
        };
        let facts = Facts {
            lease,
            refusal: self.refusal.as_ref().map(|(refusal, failure)| (refusal, failure)),
            hardware: hardware.as_ref(),
            withdrawn: self.held_issuing_key().and_then(|key| self.key_lists.withdrawn_from(key)),
            renewal_refused: self.renewal_refused.as_ref(),
            replaceable: self.is_lease_to_be_replaced(),
            unlicensed: &self.config.unlicensed,
        };
        let now = Now {
            wall: observed.mark.corrected(moment.wall),
            certain: observed.mark.time,
            finding: observed.mark.finding(moment.wall),
            doubt_left: observed.mark.doubt_left(),
        };
        let evaluation = evaluate(&facts, &now);
        let mut standing = evaluation.standing;
        standing.notices.extend(self.notices.iter().cloned());
        let found_right = now.finding.is_none() && standing.state.is_usable();
        observed.mark = observed.mark.judged(evaluation.in_doubt, found_right);
        self.settled = standing.state == State::Licensed && !standing.renewal_due;
        if trusting && !self.settled {
            // All is no longer well with what is in memory; another process may have seen to it meanwhile.
            return self.look(look_at_hardware);
        }
        self.note(observed, false);
        standing
    }

    /// Reads what is on disk, verifying only what has changed since it was last read.
    ///
    /// # Errors
    /// The failure to show when the store cannot be read.
    pub(crate) fn read_files(&mut self) -> Result<(), Failure> {
        let mut installation = self.read_key()?;
        let bytes = self.read(records::LEASE)?;
        let unchanged = matches!((&self.held, &bytes), (Some(held), Some(bytes)) if held.bytes == *bytes);
        if !unchanged || installation.is_none() {
            self.hold(bytes, installation);
            let other = |held: &Held| {
                held.lease.as_ref().is_err_and(|failure| failure.code() == Code::LeaseOfOtherInstallation)
            };
            if self.held.as_ref().is_some_and(other) {
                // Another process may have put a new key and a new lease in place since the key was read.
                self.key = None;
                installation = self.read_key()?;
                let bytes = self.read(records::LEASE)?;
                self.hold(bytes, installation);
            }
        }
        if self.noted_by_another() {
            self.observed = None;
        }
        self.read_key_list();
        self.refusal = self.read_refusal(installation);
        self.renewal_refused = self.read_renewal_refused();
        self.notices = self.read_notices();
        Ok(())
    }

    fn hold(&mut self, bytes: Option<Vec<u8>>, installation: Option<InstallationId>) {
        self.held = bytes.map(|bytes| {
            let lease = self.verify_file(&bytes, installation).map(Box::new);
            Held { bytes, lease }
        });
    }

    /// Whether another process has noted something since this one did. It may have learnt the time.
    fn noted_by_another(&self) -> bool {
        self.read_observed() != self.kept
    }

    fn read_observed(&self) -> Option<Observed> {
        let bytes = self.ports.store.read(records::OBSERVED).ok().flatten();
        bytes.and_then(|bytes| Observed::parse(&bytes))
    }

    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, Failure> {
        self.ports.store.read(name).map_err(|error| error.failure(&self.ports.store.place()))
    }

    /// The installation's name; `None` when it has no key, or a damaged one.
    pub(crate) fn read_key(&mut self) -> Result<Option<InstallationId>, Failure> {
        if self.key.is_none() {
            let bytes = self.read(records::KEY)?.map(zeroize::Zeroizing::new);
            self.key = bytes.and_then(|bytes| records::read_key(&bytes));
        }
        Ok(self.key.as_ref().map(InstallationKey::installation))
    }

    /// Whoever signs in the name of this installation, if it has a key: for what an application hands on in its name, such as a case.
    ///
    /// # Errors
    /// When the key cannot be read.
    pub fn signer(&mut self) -> Result<Option<&dyn Signer>, crate::Error> {
        self.read_key()?;
        Ok(self.key.as_ref().map(|key| key as &dyn Signer))
    }

    fn verify_file(
        &self,
        bytes: &[u8],
        installation: Option<InstallationId>,
    ) -> Result<VerifiedLease, Failure> {
        let bundle = Bundle::parse(bytes).map_err(|error| error.failure())?;
        let verified =
            bundle.verify(&self.config.root, self.config.sandbox).map_err(|error| error.failure())?;
        self.check_ours(&verified.lease)?;
        if installation != Some(verified.lease.installation) {
            return Err(Failure::lease_of_other_installation());
        }
        Ok(verified)
    }

    /// Whether a genuine lease is for this application.
    pub(crate) fn check_ours(&self, lease: &Lease) -> Result<(), Failure> {
        let skus = &self.config.skus;
        let sku_fits = skus.is_empty() || skus.iter().any(|(sku, _)| *sku == lease.sku);
        if lease.product == self.config.product && sku_fits {
            Ok(())
        } else {
            Err(Failure::lease_of_other_product())
        }
    }

    pub(crate) fn read_refusal(&self, installation: Option<InstallationId>) -> Option<(Refusal, Failure)> {
        let bytes = self.ports.store.read(records::REFUSAL).ok()??;
        let kept: KeptRefusal = serde_json::from_slice(&bytes).ok()?;
        self.verify_refusal(&kept, installation?)
    }

    fn read_notices(&self) -> Vec<Failure> {
        let bytes = self.ports.store.read(records::NOTICES).ok().flatten().unwrap_or_default();
        let notices: Vec<Notice> = serde_json::from_slice(&bytes).unwrap_or_default();
        notices.iter().take(NOTICES_MAX).filter_map(Notice::failure).collect()
    }

    /// Keeps what the service has told besides its answer, in the place of what it told before. Should that fail, it tells again with the next.
    pub(crate) fn keep_notices(&mut self, notices: &[Notice]) {
        let notices = notices.get(..NOTICES_MAX).unwrap_or(notices);
        self.notices = notices.iter().filter_map(Notice::failure).collect();
        let store = &mut self.ports.store;
        let _ = match serde_json::to_vec(notices) {
            Ok(bytes) if !notices.is_empty() => store.write(records::NOTICES, &bytes),
            _ => store.remove(records::NOTICES),
        };
    }

    /// Whether the service has told that another copy of this installation is in use, or has refused it further leases because that is ahead.
    pub(crate) fn has_copy(&self) -> bool {
        let told = [Code::LeaseSuperseded, Code::InstallationCopied];
        self.notices.iter().any(|notice| told.contains(&notice.code()))
    }

    /// A refusal with its reason, if it is genuine and ours.
    pub(crate) fn verify_refusal(
        &self,
        kept: &KeptRefusal,
        installation: InstallationId,
    ) -> Option<(Refusal, Failure)> {
        let certificate = Certificate::verify(&self.config.root, &kept.certificate).ok()?;
        if certificate.sandbox && self.config.sandbox == SandboxLeases::Refused {
            return None;
        }
        let refusal = Refusal::verify(&certificate, installation, kept.request()?, &kept.refusal).ok()?;
        if !self.key_lists.believes_answer(certificate.key.id(), refusal.issued) {
            return None;
        }
        // What the reason's texts need and did not come is an instant, if anything: from when the refusal takes effect.
        let effective = refusal.effective_from.to_string();
        let values = kept.values.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let stand_ins = refusal.code.entry().values.iter().map(|value| (value.name, effective.as_str()));
        let failure = Failure::from_parts(refusal.code, values.chain(stand_ins)).ok()?;
        Some((refusal, failure))
    }

    /// What was noticed so far, brought to this moment.
    pub(crate) fn observe(&mut self, moment: &Moment) -> Observed {
        if self.observed.is_none() {
            self.observed = self.read_observed();
            self.kept = self.observed;
        }
        let mut observed = self.observed.unwrap_or(Observed {
            mark: Mark::not_before(Timestamp::MIN, moment),
            hardware: None,
            lease: None,
        });
        let physical = self.lease().is_none_or(|lease| lease.fingerprint.scheme() == Scheme::Physical);
        let pauses = if physical { Pauses::Never } else { Pauses::Unseen };
        observed.mark = observed.mark.advanced(moment, pauses);
        if let Some(lease) = self.lease() {
            let (id, issued) = (lease.id, lease.issued);
            let refused = self.refusal.as_ref().map_or(Timestamp::MIN, |(refusal, _)| refusal.issued);
            // An exact mark is signed time of this boot; it may have lowered what an earlier lease claimed.
            if !observed.mark.exact {
                observed.mark = observed.mark.raised_to(issued.max(refused));
            }
            observed.lease = Some(id);
        }
        observed
    }

    /// Remembers what was noticed, on disk if it is worth a write. A folder that cannot be written to is no reason to stop anybody.
    pub(crate) fn note(&mut self, observed: Observed, at_once: bool) {
        self.observed = Some(observed);
        let worth = at_once
            || match &self.kept {
                // Nothing is written before the first activation: an application that is only tried out leaves no files.
                None => observed.lease.is_some(),
                Some(kept) => {
                    observed.mark.is_worth_keeping(&kept.mark)
                        || observed.hardware != kept.hardware
                        || observed.lease != kept.lease
                }
            };
        if worth && !at_once && self.noted_by_another() {
            // The next look goes on from what the other has noted.
            self.observed = None;
            return;
        }
        if worth && self.ports.store.write(records::OBSERVED, &observed.to_bytes()).is_ok() {
            self.kept = Some(observed);
        }
    }

    /// The lease held, if it is genuine and ours.
    pub(crate) fn lease(&self) -> Option<&Lease> {
        self.held.as_ref().and_then(|held| held.lease.as_ref().ok()).map(|verified| &verified.lease)
    }

    /// The issuing key that signed the lease held.
    pub(crate) fn held_issuing_key(&self) -> Option<IssuingKeyId> {
        let verified = self.held.as_ref().and_then(|held| held.lease.as_ref().ok())?;
        Some(verified.certificate.key.id())
    }

    /// Whether this installation is known to have held a lease, wherever it has gone.
    pub(crate) fn has_noted_lease(&self) -> bool {
        self.observed.is_some_and(|observed| observed.lease.is_some())
    }

    /// There is no lease any more that could be named.
    pub(crate) fn forget_lease(&mut self) {
        if let Some(mut observed) = self.observed {
            (observed.lease, observed.hardware) = (None, None);
            self.note(observed, true);
        }
    }

    /// The next look will read the files again.
    pub(crate) fn unsettle(&mut self) {
        self.settled = false;
    }

    /// Why the hardware is not the one that the lease was granted to. Looked at once a boot and for each lease, and as long as it differs.
    fn examine_hardware(&mut self, observed: &mut Observed, moment: &Moment, force: bool) -> Option<Failure> {
        let lease = self.lease()?;
        let (id, bound) = (lease.id, lease.fingerprint);
        let looked = (moment.running.period, id);
        if observed.hardware == Some(looked) && !force {
            return None;
        }
        // A machine that cannot be read speaks neither for the lease nor against it.
        let comparison = self.compare(&bound)?;
        if comparison.verdict() != Match::Different {
            // Too few matches do not count against an honest installation: another user of the machine may see less of it.
            observed.hardware = Some(looked);
            return None;
        }
        observed.hardware = None;
        if is_another_machine(&comparison) {
            return Some(Failure::installation_on_other_hardware());
        }
        let parts: Vec<&str> = comparison.differences().map(ComponentKind::name).collect();
        Some(Failure::hardware_changed(comparison.score(), comparison.threshold(), parts.join(", ")))
    }

    fn compare(&mut self, bound: &ShortFingerprint) -> Option<Comparison> {
        let seen = self.ports.fingerprint.read(&self.config.service).ok()?.shorten();
        Some(compare(bound, &seen, &Tolerance::default_rule()))
    }

    /// Whether the lease was granted to another machine than the one with this hardware: the folder has been copied.
    pub(crate) fn is_copied(&self, seen: &Fingerprint) -> bool {
        let compared =
            |lease: &Lease| compare(&lease.fingerprint, &seen.shorten(), &Tolerance::default_rule());
        self.lease().is_some_and(|lease| is_another_machine(&compared(lease)))
    }

    /// The newest lease that this installation is known to have held. The nil id says that there is none to name.
    pub(crate) fn last_lease(&self) -> LeaseId {
        let noted = self.observed.and_then(|observed| observed.lease);
        self.lease().map(|lease| lease.id).or(noted).unwrap_or(LeaseId::from_bytes([0; 16]))
    }
}

/// Whether too little is the same for a machine with other parts in it.
fn is_another_machine(comparison: &Comparison) -> bool {
    comparison.verdict() == Match::Different && comparison.matches() < u32::from(comparison.matches_min())
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("product", &self.config.product)
            .field("service_url", &self.config.service_url)
            .field("place", &self.ports.store.place())
            .finish_non_exhaustive()
    }
}
