//! Where an installation keeps what it must not lose: a handful of small blobs under fixed names.

mod folder;
mod memory;

use std::fmt;

pub use self::folder::FolderStore;
pub use self::memory::MemoryStore;
use warifu_core::catalogue::Failure;

/// The most bytes of any blob. A reader may stop there; nothing that Warifu writes is longer.
pub const BLOB_BYTES_MAX: usize = 128 * 1024;

/// Why a blob could not be read or written.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreError {
    /// No space is left, or a quota is used up. What was there before is still there.
    Full,
    /// Writing is not permitted. What was there before is still there.
    ReadOnly,
    /// What is there cannot be read; the text says why.
    Damaged(String),
}

impl StoreError {
    /// The catalogue's entry for it, naming the place.
    #[must_use]
    pub fn failure(&self, place: &str) -> Failure {
        match self {
            Self::Full => Failure::lease_store_full(place),
            Self::ReadOnly => Failure::lease_store_read_only(place),
            Self::Damaged(_) => Failure::lease_store_damaged(place),
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full => f.write_str("no space is left"),
            Self::ReadOnly => f.write_str("writing is not permitted"),
            Self::Damaged(detail) => write!(f, "reading failed: {detail}"),
        }
    }
}

impl std::error::Error for StoreError {}

/// A place for small named blobs. Names are those of [`FolderStore`]'s files: `a`–`z`, `.` and `-`.
///
/// A write takes effect wholly or not at all, whatever happens to the process or the machine, and is durable when it returns.
pub trait Store: Send {
    /// The blob of this name; `None` when there is none.
    ///
    /// # Errors
    /// [`StoreError::Damaged`].
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError>;

    /// Writes the blob of this name, replacing one that is there.
    ///
    /// # Errors
    /// [`StoreError::Full`] or [`StoreError::ReadOnly`]; what was there before is still there.
    fn write(&mut self, name: &str, bytes: &[u8]) -> Result<(), StoreError>;

    /// Removes the blob of this name, if there is one.
    ///
    /// # Errors
    /// [`StoreError::ReadOnly`].
    fn remove(&mut self, name: &str) -> Result<(), StoreError>;

    /// What people call the place, for messages: a folder's path.
    fn place(&self) -> String;
}
