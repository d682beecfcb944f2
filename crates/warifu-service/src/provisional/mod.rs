//! Provisional leases: what a device gets while the store is down. "This is our fault", and nobody is to suffer from it.
//!
//! A key's genuineness is computed, so a node can tell it without its store. It then signs one short lease for a key number, which it writes into a journal
//! first; without the journal there is no lease. When the store is back, each entry is decided as the ordinary activation that it stands for, under the same
//! names, before anything else is written: a crash anywhere in between has no second effect. What does not fit runs to its end, and is decided again and told at the next renewal.

mod journal;

use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

pub use self::journal::JournalFile;

use warifu_core::catalogue::{Code, Failure};
use warifu_core::decide::{Activate, Asking, FreshIds, Grant, bridge};
use warifu_core::hardware::StoredFingerprint;
use warifu_core::id::{ActivationId, DeviceId, IdempotencyKey, InstallationId, LeaseId, LicenceId};
use warifu_core::key::KeyNumber;
use warifu_core::licence::Licence;
use warifu_core::policy::Route;
use warifu_core::seat::{Command, Head};
use warifu_core::state::Refusal;
use warifu_core::text::Name;
use warifu_core::time::Timestamp;

use crate::group::{Answer, Claim, Job, Outcome, Task};
use crate::port::Selector;
use crate::service::Service;

/// How many entries a journal holds at most. Whoever wants to fill it needs as many genuine keys.
const ENTRIES_MAX: usize = 10_000;

/// For how long a store that has just failed is not asked again on behalf of the journal, in milliseconds.
const PAUSE_MILLIS: u64 = 1_000;

/// One provisional lease.
#[derive(Clone, Debug, PartialEq)]
struct Entry {
    number: KeyNumber,
    generation: u16,
    licence: LicenceId,
    activation: ActivationId,
    device: DeviceId,
    lease: LeaseId,
    installation: InstallationId,
    request: IdempotencyKey,
    nonce_millis: u64,
    fingerprint: StoredFingerprint,
    device_name: Option<Name>,
    issued: Timestamp,
    renew_after: Timestamp,
    expires: Timestamp,
    settlement: Option<Settlement>,
}

/// What an entry came to once the store could be asked.
#[derive(Clone, Debug, PartialEq)]
enum Settlement {
    /// The device is enrolled.
    Enrolled,
    /// It was refused, and this is what it is to be told.
    Refused(Failure),
}

/// What an operator sees of provisional leases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProvisionalNumbers {
    /// Leases granted since the start.
    pub granted: u64,
    /// Leases that have not been decided by the store yet.
    pub pending: u64,
    /// Leases still in the journal for which there was no room after all.
    pub refused: u64,
    /// How often the journal could not be written since the start: each time a device got no lease, or a decision may be made again.
    pub journal_failures: u64,
}

struct Book {
    file: Box<dyn JournalFile>,
    entries: Vec<Entry>,
}

/// The journal of a node, and what it remembers of the store's state.
pub(crate) struct Provisional {
    book: Mutex<Book>,
    /// One decides on the entries; others wait for it.
    settling: tokio::sync::Mutex<()>,
    pending: AtomicUsize,
    /// Whether leases are granted; if not, those of before are decided and that is all.
    bridging: AtomicBool,
    /// When the store failed last while the journal asked it, in milliseconds since 1970.
    failed_millis: AtomicU64,
    granted: AtomicU64,
    failures: AtomicU64,
}

impl Provisional {
    /// Opens a journal: what has been decided and has ended is forgotten.
    ///
    /// # Errors
    /// When it can be neither read nor written anew.
    fn open(mut file: Box<dyn JournalFile>, now: Timestamp) -> io::Result<Self> {
        let bytes = file.read()?;
        let (mut entries, unread) = journal::parse(&bytes);
        if unread > 0 {
            tracing::warn!(unread, "lines of the journal of provisional leases could not be read");
        }
        entries.retain(|entry| entry.settlement.is_none() || entry.expires > now);
        if !bytes.is_empty() {
            file.replace(&written(&entries))?;
        }
        let pending = entries.iter().filter(|entry| entry.settlement.is_none()).count();
        if pending > 0 {
            tracing::warn!(pending, "provisional leases of before are to be decided");
        }
        Ok(Self {
            book: Mutex::new(Book { file, entries }),
            settling: tokio::sync::Mutex::new(()),
            pending: AtomicUsize::new(pending),
            bridging: AtomicBool::new(true),
            failed_millis: AtomicU64::new(0),
            granted: AtomicU64::new(0),
            failures: AtomicU64::new(0),
        })
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn has_pending(&self) -> bool {
        self.pending.load(Ordering::Acquire) > 0
    }

    fn first_pending(&self) -> Option<Entry> {
        self.book().entries.iter().find(|entry| entry.settlement.is_none()).cloned()
    }

    /// The entry that `asked` may have: its own of before, or itself once it is in the journal.
    fn admit(&self, asked: Entry) -> Option<Entry> {
        let mut book = self.book();
        let now = asked.issued;
        let concerns = |entry: &&Entry| {
            entry.expires > now && (entry.number == asked.number || entry.installation == asked.installation)
        };
        if let Some(found) = book.entries.iter().find(concerns) {
            let own = found.number == asked.number
                && found.installation == asked.installation
                && found.settlement.is_none();
            return own.then(|| found.clone());
        }
        book.entries.retain(|entry| entry.settlement.is_none() || entry.expires > now);
        if book.entries.len() >= ENTRIES_MAX {
            tracing::error!("the journal of provisional leases is full");
            return None;
        }
        if let Err(error) = book.file.append(&journal::granted(&asked)) {
            self.failures.fetch_add(1, Ordering::Relaxed);
            tracing::error!(%error, "the journal of provisional leases cannot be written: no lease is granted");
            return None;
        }
        book.entries.push(asked.clone());
        self.pending.fetch_add(1, Ordering::Release);
        self.granted.fetch_add(1, Ordering::Relaxed);
        Some(asked)
    }

    fn settle(&self, entry: &Entry, settlement: Settlement) {
        let mut book = self.book();
        let Book { file, entries } = &mut *book;
        let same =
            |other: &&mut Entry| other.lease == entry.lease && other.installation == entry.installation;
        let Some(found) = entries.iter_mut().find(same) else { return };
        if found.settlement.replace(settlement).is_none() {
            self.pending.fetch_sub(1, Ordering::Release);
        }
        if let Err(error) = file.append(&journal::settled(found)) {
            // After a start it is decided once more, which has no second effect.
            self.failures.fetch_add(1, Ordering::Relaxed);
            tracing::error!(%error, "the journal of provisional leases cannot be written");
        }
    }

    /// The last entry of an installation, if it was refused.
    fn refused(&self, installation: InstallationId) -> Option<Entry> {
        let book = self.book();
        let last = book.entries.iter().rev().find(|entry| entry.installation == installation);
        last.filter(|entry| matches!(entry.settlement, Some(Settlement::Refused(_)))).cloned()
    }

    fn numbers(&self) -> ProvisionalNumbers {
        let refused = |entry: &&Entry| matches!(entry.settlement, Some(Settlement::Refused(_)));
        ProvisionalNumbers {
            granted: self.granted.load(Ordering::Relaxed),
            pending: self.pending.load(Ordering::Relaxed) as u64,
            refused: self.book().entries.iter().filter(refused).count() as u64,
            journal_failures: self.failures.load(Ordering::Relaxed),
        }
    }
}

fn written(entries: &[Entry]) -> Vec<u8> {
    entries.iter().flat_map(|entry| [journal::granted(entry), journal::settled(entry)].concat()).collect()
}

impl Service {
    /// The same service with a journal, so that it can bridge an outage of its store. Of several nodes on one store at most one may bridge: each
    /// keeps to *once for a key number* by its own journal. The others have none, or [stop bridging](Self::stop_bridging).
    ///
    /// # Errors
    /// When the journal can be neither read nor written.
    pub fn with_journal(mut self, file: Box<dyn JournalFile>) -> io::Result<Self> {
        self.provisional = Some(Provisional::open(file, self.clock.now())?);
        Ok(self)
    }

    /// Grants no provisional lease any more, because another node does now. Those in the journal are decided as ever.
    pub fn stop_bridging(&self) {
        if let Some(provisional) = &self.provisional {
            provisional.bridging.store(false, Ordering::Release);
        }
    }

    /// Whether this service grants provisional leases while its store is down.
    #[must_use]
    pub fn is_bridging(&self) -> bool {
        self.provisional.as_ref().is_some_and(|provisional| provisional.bridging.load(Ordering::Acquire))
    }

    /// What an operator sees of provisional leases.
    #[must_use]
    pub fn provisional_numbers(&self) -> ProvisionalNumbers {
        self.provisional.as_ref().map(Provisional::numbers).unwrap_or_default()
    }

    /// Decides on what the journal holds, if the store answers. Called now and then, and before anything else is written.
    ///
    /// # Errors
    /// `service_unavailable` as long as the store fails.
    pub async fn reconcile(&self) -> Result<(), Failure> {
        let Some(provisional) = self.provisional.as_ref().filter(|found| found.has_pending()) else {
            return Ok(());
        };
        let _settling = provisional.settling.lock().await;
        while let Some(entry) = provisional.first_pending() {
            let failed = provisional.failed_millis.load(Ordering::Relaxed);
            if self.clock.now_millis() < failed.saturating_add(PAUSE_MILLIS) {
                return Err(Failure::service_unavailable());
            }
            match self.decide_entry(&entry).await {
                Ok(settlement) => {
                    let code = match &settlement {
                        Settlement::Enrolled => "ok",
                        Settlement::Refused(failure) => failure.code().as_str(),
                    };
                    tracing::warn!(installation = %entry.installation, lease = %entry.lease, code, "a provisional lease was decided");
                    provisional.settle(&entry, settlement);
                }
                Err(failure) => {
                    provisional.failed_millis.store(self.clock.now_millis(), Ordering::Relaxed);
                    return Err(failure);
                }
            }
        }
        Ok(())
    }

    async fn decide_entry(&self, entry: &Entry) -> Result<Settlement, Failure> {
        let moment = self.moment()?;
        let snapshot = self.snapshot();
        let batch = snapshot.keys.batch_of(entry.number);
        let policy = batch.as_ref().and_then(|batch| snapshot.registry.policies.get(&batch.policy));
        let (Some(batch), Some(policy)) = (&batch, policy) else {
            return Ok(Settlement::Refused(Failure::key_not_genuine()));
        };
        let fresh = Licence::from_key(entry.licence, entry.number, batch, policy, entry.issued);
        let claim = Claim {
            selector: Selector::Key(entry.number),
            fresh: Some(Box::new(fresh)),
            withdrawn: batch.withdrawn,
            compromised: self.current.secrets().is_compromised(batch.epoch),
        };
        let asking = Asking {
            installation: entry.installation,
            request: entry.request,
            nonce_millis: entry.nonce_millis,
        };
        let command = Activate {
            asking,
            fingerprint: entry.fingerprint,
            device_name: entry.device_name.clone(),
            route: Route::Online,
            key_generation: entry.generation,
            proof: None,
        };
        let drawn = self.fresh_ids();
        let ids = FreshIds {
            activation: entry.activation,
            device: entry.device,
            // An old lease cannot be the parent of itself.
            lease: if entry.expires > moment.now { entry.lease } else { drawn.lease },
            ..drawn
        };
        let answer =
            self.submit_as(Job { task: Task::Activate { claim, command }, moment, ids, reply: None }).await;
        match answer {
            Ok(Outcome::Granted(_)) => Ok(Settlement::Enrolled),
            // The device has gone on from here already.
            Err(refusal) if refusal.failure.code() == Code::RequestReplayed => Ok(Settlement::Enrolled),
            Ok(_) => Err(Failure::service_unavailable()),
            Err(refusal) if is_outage(&refusal) || refusal.failure.code() == Code::ServiceBusy => {
                Err(Failure::service_unavailable())
            }
            Err(refusal) => Ok(Settlement::Refused(refusal.failure)),
        }
    }

    /// A lease that bridges an outage, for a device whose activation came to `answer`; none if that was no outage, or nothing can be granted.
    pub(crate) fn bridge_outage(&self, answer: &Answer, claim: &Claim, command: Activate) -> Option<Grant> {
        let provisional = self.provisional.as_ref()?;
        // A service that is being stopped is no outage of its store.
        if !answer.as_ref().is_err_and(is_outage)
            || !self.is_bridging()
            || !self.is_writing()
            || claim.withdrawn
            || claim.compromised
        {
            return None;
        }
        let Selector::Key(number) = claim.selector else { return None };
        let licence = claim.fresh.as_deref()?;
        let snapshot = self.snapshot();
        let policy = snapshot.registry.policies.get(&licence.policy)?;
        let moment = self.moment().ok()?;
        let ids = self.fresh_ids();
        let head = bridge(licence, policy, &command, ids.lease, &moment).ok()?;
        let entry = provisional.admit(Entry {
            number,
            generation: command.key_generation,
            licence: licence.id,
            activation: ids.activation,
            device: ids.device,
            lease: ids.lease,
            installation: command.asking.installation,
            request: command.asking.request,
            nonce_millis: command.asking.nonce_millis,
            fingerprint: command.fingerprint,
            device_name: command.device_name,
            issued: head.issued,
            renew_after: head.renew_after,
            expires: head.expires,
            settlement: None,
        })?;
        tracing::warn!(installation = %entry.installation, lease = %entry.lease, "the store is down: a provisional lease was granted");
        let mut licence = Licence { id: entry.licence, seats_taken: 1, ..licence.clone() };
        licence.begin_term(policy, entry.issued);
        Some(Grant {
            licence,
            policy: policy.clone(),
            activation: entry.activation,
            device: entry.device,
            installation: entry.installation,
            head: Head {
                lease: entry.lease,
                parent: None,
                sequence: 1,
                command: Command::Activate,
                // The answer is to this request, also when the lease was granted to an earlier one.
                request: command.asking.request,
                nonce_millis: command.asking.nonce_millis,
                issued: entry.issued,
                renew_after: entry.renew_after,
                expires: entry.expires,
            },
            retried: false,
            notices: Vec::new(),
        })
    }

    /// Decides once more on the provisional lease of a device that wants to renew and is not known: whoever was refused may have done what the refusal
    /// said, such as freeing a seat. Whether the device is enrolled now; false for one that has no such lease.
    ///
    /// # Errors
    /// Why it is refused, or `service_unavailable`.
    pub(crate) async fn decide_again(&self, installation: InstallationId) -> Result<bool, Failure> {
        let Some(provisional) = &self.provisional else { return Ok(false) };
        let _settling = provisional.settling.lock().await;
        let Some(entry) = provisional.refused(installation) else { return Ok(false) };
        let settlement = self.decide_entry(&entry).await?;
        if entry.settlement.as_ref() != Some(&settlement) {
            provisional.settle(&entry, settlement.clone());
        }
        match settlement {
            Settlement::Enrolled => Ok(true),
            Settlement::Refused(failure) => Err(failure),
        }
    }
}

/// Whether a command failed because the store does.
fn is_outage(refusal: &Refusal) -> bool {
    matches!(
        refusal.failure.code(),
        Code::ServiceUnavailable | Code::StoreFull | Code::StoreReadOnly | Code::StoreDamaged
    )
}
