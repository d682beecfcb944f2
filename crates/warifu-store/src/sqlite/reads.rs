//! The reading side: a few connections, each lent to one thread at a time.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use warifu_core::batch::ImportedKeyRecord;
use warifu_core::case::{Case, CaseHead};
use warifu_core::event::Event;
use warifu_core::id::{ActivationId, CaseId, EventId, InstallationId, LicenceId, PolicyId};
use warifu_core::key::ImportedKeyHash;
use warifu_core::licence::Licence;
use warifu_core::policy::Policy;
use warifu_core::seat::Seat;
use warifu_core::time::Timestamp;
use warifu_service::port::{
    CaseSelector, LicenceFilter, Loaded, LogHead, LogNumbers, LogPlace, LogWaiting, OwnSeat, Page, Reads,
    Registry, StoreError, Want,
};

use super::Access;
use super::fields::Fields;
use super::row::{
    all, batch, event, first, imported_key, licence, policy, product, sku, staff, support_case,
};
use super::trouble::{Result, Trouble, sql_error};
use super::view::View;
use super::{load, log, own};

/// How many idle connections are kept.
const KEPT_MAX: usize = 8;

/// The reading side of an SQLite store, for any number of threads.
pub struct SqliteReads {
    access: Arc<Access>,
    idle: Mutex<Vec<Connection>>,
}

impl fmt::Debug for SqliteReads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteReads").field("path", self.access.path()).finish_non_exhaustive()
    }
}

impl SqliteReads {
    pub(super) fn new(access: Arc<Access>) -> Self {
        Self { access, idle: Mutex::new(Vec::new()) }
    }

    fn with<T>(&self, read: impl FnOnce(&Connection) -> Result<T>) -> std::result::Result<T, StoreError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.connect()?,
        };
        let answer = read(&connection).map_err(|trouble| trouble.at(self.access.path()))?;
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < KEPT_MAX {
            idle.push(connection);
        }
        Ok(answer)
    }

    fn connect(&self) -> std::result::Result<Connection, StoreError> {
        let connection = self.access.connect()?;
        let path: &PathBuf = self.access.path();
        connection.execute_batch("PRAGMA query_only = ON").map_err(|error| sql_error(&error, path))?;
        Ok(connection)
    }
}

impl Reads for SqliteReads {
    fn load(&self, wants: &[Want], now: Timestamp) -> std::result::Result<Loaded, StoreError> {
        self.with(|connection| load::load(connection, wants, now))
    }

    fn own_seat(&self, id: InstallationId, _: Timestamp) -> std::result::Result<Option<OwnSeat>, StoreError> {
        self.with(|connection| own::seat(connection, id))
    }

    fn registry(&self) -> std::result::Result<Registry, StoreError> {
        self.with(|connection| {
            let view = View::begin(connection)?;
            let products = all(&view, product::SELECT, [], product::read)?;
            let skus = all(&view, sku::SELECT, [], sku::read)?;
            let policies = all(&view, policy::SELECT_LATEST, [], policy::read)?;
            let batches = all(&view, batch::SELECT, [], batch::read)?;
            Ok(Registry {
                products: products.into_iter().map(|product| (product.id, product)).collect(),
                skus: skus.into_iter().map(|sku| (sku.number, sku)).collect(),
                policies: policies.into_iter().map(|policy| (policy.id, Arc::new(policy))).collect(),
                batches: batches.into_iter().map(|batch| (batch.id, batch)).collect(),
                staff: all(&view, staff::SELECT, [], staff::read)?,
            })
        })
    }

    fn policy(&self, id: PolicyId, version: u32) -> std::result::Result<Option<Policy>, StoreError> {
        self.with(|connection| {
            first(connection, policy::SELECT_VERSION, rusqlite::params![id.as_bytes(), version], policy::read)
        })
    }

    fn imported_key(
        &self,
        hash: &ImportedKeyHash,
    ) -> std::result::Result<Option<ImportedKeyRecord>, StoreError> {
        self.with(|connection| {
            first(connection, imported_key::SELECT_ONE, [hash.as_bytes()], imported_key::read)
        })
    }

    fn licences(
        &self,
        filter: &LicenceFilter,
        page: &Page<LicenceId>,
    ) -> std::result::Result<Vec<Licence>, StoreError> {
        let after = page.after.unwrap_or(LicenceId::from_bytes([0; 16]));
        self.with(|connection| licence::page(connection, filter, after, limit(page)))
    }

    fn activations(
        &self,
        licence: LicenceId,
        page: &Page<ActivationId>,
    ) -> std::result::Result<Vec<Seat>, StoreError> {
        let after = page.after.unwrap_or(load::NONE_YET);
        self.with(|connection| {
            let view = View::begin(connection)?;
            load::seats(&view, licence, after, u32::from(limit(page)))
        })
    }

    fn contested(
        &self,
        page: &Page<ActivationId>,
        now: Timestamp,
    ) -> std::result::Result<Vec<Seat>, StoreError> {
        let after = page.after.unwrap_or(load::NONE_YET);
        self.with(|connection| {
            let view = View::begin(connection)?;
            load::contested(&view, after, u32::from(limit(page)), now)
        })
    }

    fn events(
        &self,
        licence: Option<LicenceId>,
        page: &Page<EventId>,
    ) -> std::result::Result<Vec<Event>, StoreError> {
        let after = page.after.unwrap_or(EventId::from_bytes([0; 16]));
        self.with(|connection| event::page(connection, licence, after, limit(page)))
    }

    fn event(&self, id: EventId) -> std::result::Result<Option<Event>, StoreError> {
        self.with(|connection| event::one(connection, id))
    }

    fn log_head(&self) -> std::result::Result<LogHead, StoreError> {
        self.with(log::head)
    }

    fn log_waiting(&self, limit: u16) -> std::result::Result<LogWaiting, StoreError> {
        self.with(|connection| log::waiting(&*View::begin(connection)?, limit))
    }

    fn log_tile(&self, level: u8, index: u64) -> std::result::Result<Option<Vec<u8>>, StoreError> {
        self.with(|connection| log::tile(connection, level, index))
    }

    fn log_places(&self, first: u64, limit: u16) -> std::result::Result<Vec<LogPlace>, StoreError> {
        self.with(|connection| log::places(&*View::begin(connection)?, first, limit))
    }

    fn log_indices(&self, events: &[EventId]) -> std::result::Result<Vec<Option<u64>>, StoreError> {
        self.with(|connection| log::indices(&*View::begin(connection)?, events))
    }

    fn log_numbers(&self) -> std::result::Result<LogNumbers, StoreError> {
        self.with(|connection| log::numbers(&*View::begin(connection)?))
    }

    fn case(&self, selector: &CaseSelector) -> std::result::Result<Option<Case>, StoreError> {
        self.with(|connection| support_case::find(connection, selector))
    }

    fn cases(&self, open_only: bool, page: &Page<CaseId>) -> std::result::Result<Vec<CaseHead>, StoreError> {
        let after = page.after.unwrap_or(CaseId::from_bytes([0; 16]));
        self.with(|connection| support_case::page(connection, open_only, after, limit(page)))
    }

    fn cases_until(&self, received: Timestamp, limit: u16) -> std::result::Result<Vec<CaseHead>, StoreError> {
        self.with(|connection| support_case::until(connection, received, limit))
    }

    fn counts(&self) -> std::result::Result<(u64, u64), StoreError> {
        self.with(|connection| {
            let counted = first(connection, "SELECT rowid, licences, activations FROM tally", [], |row| {
                let mut fields = Fields::new(row, "tally", 1);
                Ok((fields.number()?, fields.number()?))
            })?;
            counted.ok_or_else(|| Trouble::Damaged("tally: empty".to_owned()))
        })
    }
}

fn limit<Id>(page: &Page<Id>) -> u16 {
    page.limit.clamp(1, Page::<Id>::LIMIT_MAX)
}
