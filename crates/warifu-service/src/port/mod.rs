//! The storage port: what the service asks of a store, in the domain's words.
//!
//! A group of commands takes two round trips. [`Store::load`] brings everything that the group's decisions may look at, each list bounded;
//! the core decides; [`Store::commit`] writes all that changed, or nothing. A record carries the revision that was read, so that
//! two writers never overwrite each other unseen. The port is synchronous: a store is a file or a socket, and one thread waits for it.
//!
//! Everything that a store must do is in the conformance suite (feature `conformance`), which each adapter runs.

mod changes;
mod error;
mod loaded;
mod log;
mod reads;
mod registry;
mod wants;

pub use self::changes::{Changes, RegistryRecord, Reply, ReplyKey};
pub use self::error::{CommitError, StoreError};
pub use self::loaded::{Loaded, LoadedLicence, OwnSeat};
pub use self::log::{LogAppend, LogHead, LogNumbers, LogPlace, LogTile, LogWaiting, SignedHead};
pub use self::reads::{CaseSelector, LicenceFilter, Page, Reads};
pub use self::registry::Registry;
pub use self::wants::{Anchor, Selector, Want};

use warifu_core::time::Timestamp;

/// A store's writing side. One thread owns it.
pub trait Store: Send {
    /// Loads what the decisions on a group of commands may look at: for each want what [`Want`] names, merged by licence, so that no licence
    /// appears twice. `now` decides which released seats still count.
    ///
    /// A store may hold locks from a load to the commit that follows: whoever loads ends with a commit, be it of nothing.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn load(&mut self, wants: &[Want], now: Timestamp) -> Result<Loaded, StoreError>;

    /// Writes all of `changes` durably, or nothing. When it returns, the changes survive a loss of power.
    ///
    /// # Errors
    /// [`CommitError::Conflict`] when a record has been written by somebody else since it was loaded, or a new one exists
    /// already; otherwise why the store cannot be written.
    fn commit(&mut self, changes: &Changes) -> Result<(), CommitError>;

    /// Gives waiting events their places in the verifiable log, durably, or does nothing.
    ///
    /// # Errors
    /// [`CommitError::Conflict`] when the head has not the size that `append` follows, a mark is not there, or an event has a place
    /// already; otherwise why the store cannot be written.
    fn append(&mut self, append: &LogAppend) -> Result<(), CommitError>;

    /// The registry, if somebody else has changed it since this was last asked. What it says was so at the last load.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn news(&mut self) -> Result<Option<Registry>, StoreError> {
        Ok(None)
    }
}
