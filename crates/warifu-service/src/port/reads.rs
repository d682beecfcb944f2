//! The port's reading side: answers that need no decision, for any number of threads at once.

use warifu_core::batch::ImportedKeyRecord;
use warifu_core::case::{Case, CaseHead, CaseLinkHash, CaseNumber};
use warifu_core::event::Event;
use warifu_core::id::{ActivationId, CaseId, EventId, InstallationId, LicenceId, PolicyId};
use warifu_core::key::{ImportedKeyHash, KeyNumber, SkuNumber};
use warifu_core::licence::Licence;
use warifu_core::policy::Policy;
use warifu_core::seat::Seat;
use warifu_core::time::Timestamp;

use super::{
    Loaded, LoadedLicence, LogHead, LogNumbers, LogPlace, LogWaiting, OwnSeat, Registry, StoreError, Want,
};

/// Which part of a list is wanted: the records after one, oldest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page<Id> {
    /// The last record of the page before, or none for the first page.
    pub after: Option<Id>,
    /// How many at most: 1 to [`Page::LIMIT_MAX`].
    pub limit: u16,
}

impl<Id> Page<Id> {
    /// The most records of a page.
    pub const LIMIT_MAX: u16 = 200;
}

/// Which licences are wanted; what is not given does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LicenceFilter {
    /// Of this SKU.
    pub sku: Option<SkuNumber>,
    /// With this key.
    pub key: Option<KeyNumber>,
    /// With exactly this label.
    pub label: Option<String>,
}

/// How a case is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseSelector {
    /// By its number.
    Number(CaseNumber),
    /// By what its private link hashes to.
    Link(CaseLinkHash),
    /// By the SHA-256 of what it says.
    Digest([u8; 32]),
}

/// A store's reading side.
pub trait Reads: Send + Sync {
    /// What [`super::Store::load`] would bring, without being able to write.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn load(&self, wants: &[Want], now: Timestamp) -> Result<Loaded, StoreError>;

    /// An installation with its licence and seat, if it is enrolled. An adapter that finds these rows at once says so here; the meaning is that
    /// of [`Self::load`].
    ///
    /// # Errors
    /// When the store cannot be read.
    fn own_seat(&self, id: InstallationId, now: Timestamp) -> Result<Option<OwnSeat>, StoreError> {
        let loaded = self.load(&[Want::Installation(id)], now)?;
        let Some(installation) = loaded.installation(id).cloned() else { return Ok(None) };
        let found = loaded.licences.into_iter().find(|found| found.licence.id == installation.licence);
        Ok(found.map(|LoadedLicence { licence, seats, .. }| {
            let own = seats.into_iter().find(|seat| seat.activation.id == installation.activation);
            OwnSeat { installation, licence, seat: own.map(|seat| (seat.activation, seat.device)) }
        }))
    }

    /// The whole registry.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn registry(&self) -> Result<Registry, StoreError>;

    /// One version of a policy, if there was one: what a decision of its time rested on.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn policy(&self, id: PolicyId, version: u32) -> Result<Option<Policy>, StoreError>;

    /// The key of another format with this hash, if it was taken over.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn imported_key(&self, hash: &ImportedKeyHash) -> Result<Option<ImportedKeyRecord>, StoreError>;

    /// A page of licences in the order of their ids, which is the order of their making.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn licences(&self, filter: &LicenceFilter, page: &Page<LicenceId>) -> Result<Vec<Licence>, StoreError>;

    /// A page of a licence's seats, released ones included, in the order of their activations' ids.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn activations(&self, licence: LicenceId, page: &Page<ActivationId>) -> Result<Vec<Seat>, StoreError>;

    /// A page of the seats of all licences that are contested at `now`, in the order of their activations' ids: reclaimed, and its device may still
    /// object; or held, and its release has been asked for and waits.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn contested(&self, page: &Page<ActivationId>, now: Timestamp) -> Result<Vec<Seat>, StoreError>;

    /// A page of the log, of one licence or of all.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn events(&self, licence: Option<LicenceId>, page: &Page<EventId>) -> Result<Vec<Event>, StoreError>;

    /// One event, if it is there.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn event(&self, id: EventId) -> Result<Option<Event>, StoreError>;

    /// The verifiable log's head; of an empty log with the size 0.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn log_head(&self) -> Result<LogHead, StoreError>;

    /// What waits for its place in the log: whole commits, oldest first, with at most `limit` events, but of one commit at least.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn log_waiting(&self, limit: u16) -> Result<LogWaiting, StoreError>;

    /// The hashes of the tile at a level and index, as many as it has now.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn log_tile(&self, level: u8, index: u64) -> Result<Option<Vec<u8>>, StoreError>;

    /// The places of the log from `first` on: at most `limit`, at most 256.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn log_places(&self, first: u64, limit: u16) -> Result<Vec<LogPlace>, StoreError>;

    /// The place of each of these events in the log, as far as it has one.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn log_indices(&self, events: &[EventId]) -> Result<Vec<Option<u64>>, StoreError>;

    /// How the log stands, for the metrics.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn log_numbers(&self) -> Result<LogNumbers, StoreError>;

    /// A case, if it is there.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn case(&self, selector: &CaseSelector) -> Result<Option<Case>, StoreError>;

    /// A page of cases in the order of their ids, which is that of their arrival: all, or those that are not closed.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn cases(&self, open_only: bool, page: &Page<CaseId>) -> Result<Vec<CaseHead>, StoreError>;

    /// The cases that came at `received` or before, oldest first, at most `limit`.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn cases_until(&self, received: Timestamp, limit: u16) -> Result<Vec<CaseHead>, StoreError>;

    /// How many licences and activations the store holds, for the metrics; may be an estimate.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn counts(&self) -> Result<(u64, u64), StoreError>;
}
