//! What can be wrong with a store.

use std::fmt;
use std::path::PathBuf;

use warifu_core::catalogue::Failure;

/// Why a store cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// It does not answer, or not now.
    Unavailable(String),
    /// No room is left.
    Full(PathBuf),
    /// It may not be written.
    ReadOnly(PathBuf),
    /// Another service uses it.
    Locked(PathBuf),
    /// It cannot be read as a store: which table and row, or what the engine said.
    Damaged {
        /// Where it lies.
        path: PathBuf,
        /// What is wrong. For the log; never a key or a personal value.
        detail: String,
    },
    /// It was written by a newer version.
    Newer {
        /// The store's schema.
        found: u32,
        /// The newest schema that this version knows.
        supported: u32,
    },
    /// What only stores of this kind can have, found when the store was opened.
    Refused {
        /// The catalogue's entry. For whoever runs the service: it may name servers.
        failure: Box<Failure>,
        /// What the engine said. For the log; never a key, a password or a personal value.
        detail: String,
    },
}

impl StoreError {
    /// The catalogue's entry for it.
    #[must_use]
    pub fn failure(&self) -> Failure {
        match self {
            Self::Unavailable(_) => Failure::service_unavailable(),
            Self::Full(path) => Failure::store_full(path.display()),
            Self::ReadOnly(path) => Failure::store_read_only(path.display()),
            Self::Locked(path) => Failure::store_locked(path.display()),
            Self::Damaged { path, .. } => Failure::store_damaged(path.display()),
            Self::Newer { found, supported } => Failure::store_newer(found, supported),
            Self::Refused { failure, .. } => (**failure).clone(),
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable(detail) => write!(f, "the store does not answer: {detail}"),
            Self::Full(path) => write!(f, "no room is left for {}", path.display()),
            Self::ReadOnly(path) => write!(f, "{} may not be written", path.display()),
            Self::Locked(path) => write!(f, "{} is used by another service", path.display()),
            Self::Damaged { path, detail } => write!(f, "{} is damaged: {detail}", path.display()),
            Self::Newer { found, supported } => {
                write!(f, "the store has schema {found}, this version knows up to {supported}")
            }
            Self::Refused { failure, detail } => write!(f, "{failure} {detail}"),
        }
    }
}

impl std::error::Error for StoreError {}

/// Why changes were not written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommitError {
    /// A record is not as it was when it was loaded, or the store could not put this commit into an order with others. Nothing was written, and
    /// loading and deciding again helps.
    Conflict,
    /// The store failed.
    Store(StoreError),
}

impl From<StoreError> for CommitError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl fmt::Display for CommitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Conflict => f.write_str("a record changed since it was loaded"),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for CommitError {}
