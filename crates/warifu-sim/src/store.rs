//! The service's store with its faults: the real SQLite adapter behind a switchboard that lets it fail when the simulator says so.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use warifu_core::batch::ImportedKeyRecord;
use warifu_core::case::{Case, CaseHead};
use warifu_core::event::{Actor, Event};
use warifu_core::id::{ActivationId, CaseId, EventId, LicenceId, PolicyId};
use warifu_core::key::ImportedKeyHash;
use warifu_core::licence::{Licence, Standing};
use warifu_core::policy::Policy;
use warifu_core::seat::{ActivationState, ReleasedBy, Seat};
use warifu_core::state::Record;
use warifu_core::time::Timestamp;
use warifu_service::port::{
    CaseSelector, Changes, CommitError, LicenceFilter, Loaded, LogAppend, LogHead, LogNumbers, LogPlace,
    LogWaiting, Page, Reads, Registry, Store, StoreError, Want,
};
use warifu_service::service::Service;
use warifu_store::sqlite::{SqliteReads, SqliteStore};

use crate::planted::Planted;

/// How a store can fail a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StoreFault {
    /// It cannot be read.
    LoadFails,
    /// It says that nothing was written, and nothing was.
    CommitFails,
    /// It says that nothing was written, and everything was: the connection broke at the wrong moment.
    CommitUnknown,
    /// It says that somebody else was faster, and nobody was.
    Conflict,
}

/// The switchboard of a store.
#[derive(Default)]
pub(crate) struct Knobs {
    /// What happens to the next call that it concerns.
    pub(crate) next: Option<StoreFault>,
    /// A node that writes its group between the next group's load and its commit.
    pub(crate) between: Option<Arc<Service>>,
    /// Whether nothing works at all.
    pub(crate) down: bool,
    /// Whether the reading side fails.
    pub(crate) reads_fail: bool,
    /// A promise that is broken on purpose.
    pub(crate) planted: Planted,
    /// Counts commits, for planted bugs that only sometimes show.
    commits: u64,
    /// Counts looks at what waits for the log, likewise.
    looks: u64,
}

/// Both sides of a store, shared by the nodes.
#[derive(Clone)]
pub(crate) struct SimStore {
    writing: Arc<Mutex<SqliteStore>>,
    reading: Arc<SqliteReads>,
    knobs: Arc<Mutex<Knobs>>,
}

impl SimStore {
    pub(crate) fn new((writing, reading): (SqliteStore, SqliteReads), planted: Planted) -> Self {
        let knobs = Arc::new(Mutex::new(Knobs { planted, ..Knobs::default() }));
        Self { writing: Arc::new(Mutex::new(writing)), reading: Arc::new(reading), knobs }
    }

    /// The switchboard.
    pub(crate) fn knobs(&self) -> MutexGuard<'_, Knobs> {
        self.knobs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The store itself, without any fault: what is committed.
    pub(crate) fn committed(&self) -> &SqliteReads {
        &self.reading
    }

    fn take(&self, faults: &[StoreFault]) -> Option<StoreFault> {
        let mut knobs = self.knobs();
        let hit = knobs.next.filter(|next| faults.contains(next));
        if hit.is_some() {
            knobs.next = None;
        }
        hit
    }

    fn writing(&self) -> MutexGuard<'_, SqliteStore> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn broken() -> StoreError {
    StoreError::Unavailable("the simulator says so".to_owned())
}

impl Store for SimStore {
    fn load(&mut self, wants: &[Want], now: Timestamp) -> Result<Loaded, StoreError> {
        if self.knobs().down || self.take(&[StoreFault::LoadFails]).is_some() {
            return Err(broken());
        }
        let mut loaded = self.writing().load(wants, now)?;
        plant_in_load(self.knobs().planted, &mut loaded, now);
        Ok(loaded)
    }

    fn commit(&mut self, changes: &Changes) -> Result<(), CommitError> {
        if self.knobs().down {
            return Err(broken().into());
        }
        let between = self.knobs().between.take();
        if let Some(other) = between {
            other.write_group(warifu_service::group::GROUP_MAX);
        }
        let fault = self.take(&[StoreFault::CommitFails, StoreFault::CommitUnknown, StoreFault::Conflict]);
        let (planted, count) = {
            let mut knobs = self.knobs();
            knobs.commits += 1;
            (knobs.planted, knobs.commits)
        };
        match fault {
            Some(StoreFault::CommitFails) => return Err(broken().into()),
            Some(StoreFault::Conflict) => return Err(CommitError::Conflict),
            _ => {}
        }
        match planted {
            // Every write of a renewal fails, and "try again in a few minutes" helps nobody.
            Planted::RemedyUseless if is_renewal(changes) => return Err(broken().into()),
            Planted::CommitForgotten if count % 40 == 39 && changes.registry.is_empty() => return Ok(()),
            Planted::ActUnlogged => {
                let mut silent = changes.clone();
                silent.events.retain(|event| !matches!(event.actor, Actor::Staff(_)));
                self.writing().commit(&silent)?;
            }
            _ => self.writing().commit(changes)?,
        }
        if fault == Some(StoreFault::CommitUnknown) { Err(broken().into()) } else { Ok(()) }
    }

    fn append(&mut self, append: &LogAppend) -> Result<(), CommitError> {
        if self.knobs().down {
            return Err(broken().into());
        }
        self.writing().append(append)
    }
}

/// Whether a commit is the head of one chain and nothing else.
fn is_renewal(changes: &Changes) -> bool {
    matches!(changes.records.as_slice(), [Record::Installation(_)])
}

/// What a planted bug makes of what was loaded.
fn plant_in_load(planted: Planted, loaded: &mut Loaded, now: Timestamp) {
    match planted {
        Planted::SeatsHidden => {
            for licence in &mut loaded.licences {
                licence.licence.seats_taken = 0;
                licence.released.lingering = 0;
                licence.released.within_year = 0;
            }
        }
        Planted::SilenceInvented => {
            for seat in loaded.licences.iter_mut().flat_map(|licence| &mut licence.seats) {
                seat.activation.left_until = Timestamp::MIN;
                for installation in &mut seat.installations {
                    installation.head.expires = Timestamp::MIN;
                }
            }
        }
        Planted::ObjectionIgnored => {
            for seat in loaded.licences.iter_mut().flat_map(|licence| &mut licence.seats) {
                if let ActivationState::Released { by, .. } = &mut seat.activation.state {
                    *by = ReleasedBy::Staff;
                }
            }
        }
        Planted::ReleaseHurried => {
            for seat in loaded.licences.iter_mut().flat_map(|licence| &mut licence.seats) {
                if let Some(asked) = &mut seat.activation.asked_release {
                    asked.effective = Some(Timestamp::MIN);
                }
            }
        }
        Planted::FalseRevocation => {
            for licence in &mut loaded.licences {
                if licence.licence.seats_taken > 0 {
                    licence.licence.standing = Standing::Revoked { since: now, effective: now };
                }
            }
        }
        _ => {}
    }
}

impl SimStore {
    fn readable(&self) -> Result<&SqliteReads, StoreError> {
        let knobs = self.knobs();
        if knobs.down || knobs.reads_fail { Err(broken()) } else { Ok(&self.reading) }
    }
}

impl Reads for SimStore {
    fn load(&self, wants: &[Want], now: Timestamp) -> Result<Loaded, StoreError> {
        Reads::load(self.readable()?, wants, now)
    }

    fn registry(&self) -> Result<Registry, StoreError> {
        self.readable()?.registry()
    }

    fn policy(&self, id: PolicyId, version: u32) -> Result<Option<Policy>, StoreError> {
        self.readable()?.policy(id, version)
    }

    fn imported_key(&self, hash: &ImportedKeyHash) -> Result<Option<ImportedKeyRecord>, StoreError> {
        self.readable()?.imported_key(hash)
    }

    fn licences(&self, filter: &LicenceFilter, page: &Page<LicenceId>) -> Result<Vec<Licence>, StoreError> {
        self.readable()?.licences(filter, page)
    }

    fn activations(&self, licence: LicenceId, page: &Page<ActivationId>) -> Result<Vec<Seat>, StoreError> {
        self.readable()?.activations(licence, page)
    }

    fn events(&self, licence: Option<LicenceId>, page: &Page<EventId>) -> Result<Vec<Event>, StoreError> {
        self.readable()?.events(licence, page)
    }

    fn contested(&self, page: &Page<ActivationId>, now: Timestamp) -> Result<Vec<Seat>, StoreError> {
        self.readable()?.contested(page, now)
    }

    fn event(&self, id: EventId) -> Result<Option<Event>, StoreError> {
        self.readable()?.event(id)
    }

    fn log_head(&self) -> Result<LogHead, StoreError> {
        self.readable()?.log_head()
    }

    fn log_waiting(&self, limit: u16) -> Result<LogWaiting, StoreError> {
        let mut waiting = self.readable()?.log_waiting(limit)?;
        let mut knobs = self.knobs();
        knobs.looks += 1;
        if knobs.planted == Planted::PlaceLost && knobs.looks.is_multiple_of(7) {
            // Its commit's mark will be taken for done.
            waiting.events.pop();
        }
        Ok(waiting)
    }

    fn log_tile(&self, level: u8, index: u64) -> Result<Option<Vec<u8>>, StoreError> {
        self.readable()?.log_tile(level, index)
    }

    fn log_places(&self, first: u64, limit: u16) -> Result<Vec<LogPlace>, StoreError> {
        self.readable()?.log_places(first, limit)
    }

    fn log_indices(&self, events: &[EventId]) -> Result<Vec<Option<u64>>, StoreError> {
        self.readable()?.log_indices(events)
    }

    fn log_numbers(&self) -> Result<LogNumbers, StoreError> {
        self.readable()?.log_numbers()
    }

    fn case(&self, selector: &CaseSelector) -> Result<Option<Case>, StoreError> {
        self.readable()?.case(selector)
    }

    fn cases(&self, open_only: bool, page: &Page<CaseId>) -> Result<Vec<CaseHead>, StoreError> {
        self.readable()?.cases(open_only, page)
    }

    fn cases_until(&self, received: Timestamp, limit: u16) -> Result<Vec<CaseHead>, StoreError> {
        self.readable()?.cases_until(received, limit)
    }

    fn counts(&self) -> Result<(u64, u64), StoreError> {
        self.readable()?.counts()
    }
}
