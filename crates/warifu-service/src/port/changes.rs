//! What a group of commands writes.

use warifu_core::batch::{Batch, ImportedKeyRecord};
use warifu_core::case::CaseChange;
use warifu_core::event::Event;
use warifu_core::id::{IdempotencyKey, StaffId};
use warifu_core::policy::Policy;
use warifu_core::product::{Product, Sku};
use warifu_core::staff::Staff;
use warifu_core::state::Record;
use warifu_core::time::Timestamp;

/// A record of the registry: few, changed by staff, kept in memory by every node.
#[derive(Clone, Debug, PartialEq)]
pub enum RegistryRecord {
    /// A product.
    Product(Product),
    /// A SKU.
    Sku(Sku),
    /// A policy. Earlier versions stay readable in the store.
    Policy(Box<Policy>),
    /// A batch of product keys.
    Batch(Batch),
    /// A member of staff.
    Staff(Staff),
}

/// Names a request of staff, for its repetition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ReplyKey {
    /// Who asked.
    pub staff: StaffId,
    /// Which attempt it was.
    pub key: IdempotencyKey,
}

/// What a request of staff led to. Not its answer, which may hold what is not stored: only what it made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The SHA-256 of the request, so that a key used for another request is noticed.
    pub digest: [u8; 32],
    /// The id of the record that it made or changed, or a count.
    pub subject: String,
    /// When it was answered. Replies are kept for [`Reply::KEPT_DAYS`].
    pub created: Timestamp,
}

impl Reply {
    /// How long a repeated request is recognised.
    pub const KEPT_DAYS: u32 = 7;
}

/// All that a group of commands writes: together or not at all.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    /// Licences, devices, activations and installations, each at most once. A record of revision 0 is new; any other replaces the stored one of the
    /// same revision. A store writes the next revision.
    pub records: Vec<Record>,
    /// Entries of the log.
    pub events: Vec<Event>,
    /// Records of the registry, each at most once.
    pub registry: Vec<RegistryRecord>,
    /// Keys of other formats. One that is stored already is left as it is.
    pub imported: Vec<ImportedKeyRecord>,
    /// Answers to requests of staff.
    pub replies: Vec<(ReplyKey, Reply)>,
    /// Cases, each at most once. A new one whose number, link or digest is taken is a conflict.
    pub cases: Vec<CaseChange>,
}

impl Changes {
    /// Whether there is nothing to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
            && self.events.is_empty()
            && self.registry.is_empty()
            && self.imported.is_empty()
            && self.replies.is_empty()
            && self.cases.is_empty()
    }
}
