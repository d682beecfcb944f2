//! What can go wrong inside the adapter, and what the port is told of it.

use std::io;
use std::path::Path;

use rusqlite::ErrorCode;
use rusqlite::ffi;
use warifu_service::port::{CommitError, StoreError};

/// An error before it is known which store it happened to.
#[derive(Debug)]
pub(super) enum Trouble {
    /// What SQLite said.
    Sql(rusqlite::Error),
    /// A row that cannot be read: which, and why.
    Damaged(String),
    /// A record is not as it was.
    Conflict,
}

pub(super) type Result<T> = std::result::Result<T, Trouble>;

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl Trouble {
    /// What the port is told when the store at `path` was read.
    pub(super) fn at(self, path: &Path) -> StoreError {
        match self {
            Self::Sql(error) => sql_error(&error, path),
            Self::Damaged(detail) => StoreError::Damaged { path: path.to_owned(), detail },
            // Nothing that reads makes a conflict.
            Self::Conflict => StoreError::Unavailable("a record changed meanwhile".to_owned()),
        }
    }

    /// What the port is told when the store at `path` was written.
    pub(super) fn at_commit(self, path: &Path) -> CommitError {
        match self {
            Self::Conflict => CommitError::Conflict,
            Self::Sql(error) if is_taken(&error) => CommitError::Conflict,
            other => CommitError::Store(other.at(path)),
        }
    }
}

/// Whether a new row's id, key or code exists already.
fn is_taken(error: &rusqlite::Error) -> bool {
    error.sqlite_error().is_some_and(|error| {
        matches!(error.extended_code, ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_UNIQUE)
    })
}

/// What the port is told of an error of SQLite's.
pub(super) fn sql_error(error: &rusqlite::Error, path: &Path) -> StoreError {
    // SQLite's own texts name tables and columns, never values.
    let detail = error.to_string();
    let path = path.to_owned();
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::Full(path),
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => StoreError::ReadOnly(path),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => StoreError::Damaged { path, detail },
        _ => StoreError::Unavailable(detail),
    }
}

/// What the port is told of an error of the file system's.
pub(super) fn io_error(error: &io::Error, path: &Path) -> StoreError {
    match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            StoreError::ReadOnly(path.to_owned())
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::Full(path.to_owned()),
        _ => StoreError::Unavailable(format!("{}: {error}", path.display())),
    }
}
