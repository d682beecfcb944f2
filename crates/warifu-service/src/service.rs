//! The service: what every use case works with.

use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use warifu_core::catalogue::Failure;
use warifu_core::decide::{FreshIds, Moment};
use warifu_core::hardware::Pepper;
use warifu_core::id::{ActivationId, DeviceId, EventId, LeaseId, ServiceId};
use warifu_core::key::{ImportSecret, KeyFormat};
use warifu_core::random::Random;
use warifu_core::time::Timestamp;
use warifu_proto::nonce::NonceKey;

use crate::authority::{Authority, AuthorityError};
use crate::case::CaseLinks;
use crate::case_limits::CaseLimits;
use crate::clock::Clock;
use crate::group::{Answer, Job, Task};
use crate::limits::Throttle;
use crate::log::{LogKeyError, LogKeys};
use crate::pool::Pool;
use crate::port::{Reads, ReplyKey, Store, StoreError};
use crate::provisional::Provisional;
use crate::secrets::{BadSecrets, Secrets};
use crate::snapshot::{Current, Snapshot};
use crate::writer::{Writer, WriterNumbers};

/// What a service is put together from.
pub struct Parts {
    /// The keys that sign.
    pub authority: Authority,
    /// The secrets.
    pub secrets: Secrets,
    /// The writing side of the store.
    pub store: Box<dyn Store>,
    /// Its reading side.
    pub reads: Arc<dyn Reads>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Box<dyn Random + Send>,
}

/// Why a service cannot start.
#[derive(Debug)]
pub enum StartError {
    /// The store cannot be read.
    Store(StoreError),
    /// The system gives no thread.
    Thread(std::io::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(error) => error.fmt(f),
            Self::Thread(error) => write!(f, "the system gives no thread: {error}"),
        }
    }
}

impl std::error::Error for StartError {}

/// The service. Shared by all that serve requests.
pub struct Service {
    authority: RwLock<Arc<Authority>>,
    id: ServiceId,
    sandbox: bool,
    pub(crate) pepper: Pepper,
    pub(crate) imports: ImportSecret,
    pub(crate) nonces: NonceKey,
    pub(crate) current: Arc<Current>,
    pub(crate) writer: Writer,
    pub(crate) reads: Arc<dyn Reads>,
    pub(crate) clock: Arc<dyn Clock>,
    log_keys: RwLock<Option<Arc<LogKeys>>>,
    pub(crate) provisional: Option<Provisional>,
    random: Mutex<Box<dyn Random + Send>>,
    /// Wrong keys from one network address: twenty at once, then one in a minute.
    pub(crate) wrong_keys_of_source: Throttle<IpAddr>,
    /// Wrong tags for one key number, from wherever: a hundred at once, then ten in a minute. A number is no secret, so one address alone must
    /// never use this up and lock the key's owner out; even so a year of guessing finds a given key with a chance of 3 in a million.
    pub(crate) wrong_keys_of_number: Throttle<u64>,
    /// Wrong keys of another format that have less than 64 bits, from one network address: five at once, then one in ten minutes.
    pub(crate) weak_keys_of_source: Throttle<IpAddr>,
    pub(crate) case_links: CaseLinks,
    pub(crate) case_limits: CaseLimits,
}

impl Service {
    /// Starts a service: reads the registry and starts the writing thread.
    ///
    /// # Errors
    /// When the store cannot be read or the system gives no thread.
    pub fn start(parts: Parts) -> Result<Self, StartError> {
        Self::start_with(parts, |store, current| Writer::start(store, current).map_err(StartError::Thread))
    }

    /// The same without a thread: commands wait until [`Self::write_group`] is called. For simulations, which decide on every interleaving.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn start_by_hand(parts: Parts) -> Result<Self, StartError> {
        Self::start_with(parts, |store, current| Ok(Writer::by_hand(store, current)))
    }

    fn start_with(
        parts: Parts,
        writer: impl FnOnce(Box<dyn Store>, Arc<Current>) -> Result<Writer, StartError>,
    ) -> Result<Self, StartError> {
        let registry = parts.reads.registry().map_err(StartError::Store)?;
        let secrets = Arc::new(parts.secrets);
        let current = Arc::new(Current::new(registry, secrets.clone()));
        let writer = writer(parts.store, current.clone())?;
        Ok(Self {
            id: parts.authority.service_id(),
            sandbox: parts.authority.is_sandbox(),
            authority: RwLock::new(Arc::new(parts.authority)),
            pepper: secrets.pepper(),
            imports: secrets.imports(),
            nonces: secrets.nonces(),
            current,
            writer,
            reads: parts.reads,
            clock: parts.clock,
            log_keys: RwLock::new(None),
            provisional: None,
            random: Mutex::new(Box::new(Pool::new(parts.random))),
            wrong_keys_of_source: Throttle::new(20, 60_000, 100_000),
            wrong_keys_of_number: Throttle::new(100, 6_000, 100_000),
            weak_keys_of_source: Throttle::new(5, 600_000, 100_000),
            case_links: secrets.case_links(),
            case_limits: CaseLimits::new(),
        })
    }

    /// Signs the log's checkpoints with these keys from now on. Without any the log grows all the same, and nobody can verify it yet.
    ///
    /// # Errors
    /// [`LogKeyError::Inconsistent`] when another service's root certified them.
    pub fn take_up_log_keys(&self, keys: LogKeys) -> Result<(), LogKeyError> {
        if keys.service_id() != self.id() {
            return Err(LogKeyError::Inconsistent);
        }
        *self.log_keys.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(keys));
        Ok(())
    }

    pub(crate) fn log_keys(&self) -> Option<Arc<LogKeys>> {
        self.log_keys.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Lets the writing thread finish what is queued. Later commands are told that the service is unavailable.
    pub fn stop(&self) {
        self.writer.stop();
    }

    /// Takes up to `commands_max` waiting commands up as one group, when the service was started by hand; see [`Writer::write_group`].
    pub fn write_group(&self, commands_max: usize) -> usize {
        self.writer.write_group(commands_max)
    }

    /// Whether commands can be carried out at all: the writing thread is there.
    #[must_use]
    pub fn is_writing(&self) -> bool {
        self.writer.is_running()
    }

    /// What the writing thread has done and has to do.
    #[must_use]
    pub fn writer_numbers(&self) -> WriterNumbers {
        self.writer.numbers()
    }

    /// The service's name: its root's thumbprint.
    #[must_use]
    pub fn id(&self) -> ServiceId {
        self.id
    }

    /// The keys that sign.
    #[must_use]
    pub fn authority(&self) -> Arc<Authority> {
        self.authority.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts other keys that sign in the place of the present ones, while the service runs: the next year's, or those after a theft.
    ///
    /// # Errors
    /// When they do not follow the present ones, which then stay.
    pub fn take_up_authority(&self, authority: Authority) -> Result<(), AuthorityError> {
        let now = self.clock.now();
        let mut present = self.authority.write().unwrap_or_else(PoisonError::into_inner);
        authority.check_follows(&present, now)?;
        *present = Arc::new(authority);
        Ok(())
    }

    /// Puts secrets with further epochs, or with epochs that were found compromised, in the place of the present ones.
    ///
    /// # Errors
    /// When they are not the present ones and more, which then stay.
    pub fn take_up_secrets(&self, secrets: Secrets) -> Result<(), BadSecrets> {
        secrets.check_follows(&self.current.secrets())?;
        self.current.take_up_secrets(Arc::new(secrets));
        Ok(())
    }

    /// The store's reading side.
    #[must_use]
    pub fn reads(&self) -> &dyn Reads {
        &*self.reads
    }

    /// Products, SKUs, policies, batches and staff, with the key ring.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.current.get()
    }

    /// Service time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A fresh nonce.
    #[must_use]
    pub fn nonce(&self) -> String {
        self.nonces.issue(self.clock.now_millis(), &mut **self.random())
    }

    /// Bytes from the service's source of randomness.
    #[must_use]
    pub fn random_bytes<const N: usize>(&self) -> [u8; N] {
        warifu_core::random::bytes(&mut **self.random())
    }

    /// The format of the keys that this service issues and takes.
    #[must_use]
    pub const fn key_format(&self) -> KeyFormat {
        if self.sandbox { KeyFormat::Sandbox } else { KeyFormat::Live }
    }

    pub(crate) fn random(&self) -> impl std::ops::DerefMut<Target = Box<dyn Random + Send>> {
        self.random.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn moment(&self) -> Result<Moment, Failure> {
        self.authority().moment(self.clock.now())
    }

    pub(crate) fn fresh_ids(&self) -> FreshIds {
        let millis = self.clock.now_millis();
        let mut guard = self.random();
        let random = &mut **guard;
        FreshIds {
            activation: ActivationId::generate(millis, random),
            device: DeviceId::generate(millis, random),
            lease: LeaseId::generate(millis, random),
            events: [(); 3].map(|()| EventId::generate(millis, random)),
        }
    }

    pub(crate) async fn submit(
        &self,
        task: Task,
        moment: Moment,
        reply: Option<(ReplyKey, [u8; 32])>,
    ) -> Answer {
        // What was granted while the store was down comes before anything else.
        self.reconcile().await?;
        let ids = self.fresh_ids();
        self.submit_as(Job { task, moment, ids, reply }).await
    }

    pub(crate) async fn submit_as(&self, job: Job) -> Answer {
        self.writer.submit(job).await
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Service({:?})", self.id())
    }
}
