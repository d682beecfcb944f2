//! What can go wrong inside the adapter, and what the port is told of it.
//!
//! What the server says of an error may name tables and settings, and is kept for the log. Its *details* may hold values of rows and are never read.

use std::error::Error as _;

use tokio_postgres::Error;
use tokio_postgres::error::SqlState;
use warifu_service::port::{CommitError, StoreError};

/// What stands for the store's place where one is shown. Not its address: answers reach strangers.
const PLACE: &str = "PostgreSQL";

/// Raised by [`super::commit`]'s statements: a record is not as it was when it was loaded.
pub(super) const NOT_AS_READ: &str = "WF001";
/// Raised when the writer's row is not as it must be.
pub(super) const NOT_THE_WRITER: &str = "WF002";

/// An error before it is known what the port is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// A row that cannot be read: which, and why.
    Damaged(String),
    /// A record is not as it was, or the server could not put the transaction into an order with others. Nothing was written.
    Conflict,
    /// The writer's row is gone or is another's. Nothing was written.
    NotTheWriter,
    /// The connection ended or the time was over: what was being done may or may not have been done.
    Lost(String),
    /// No room is left. Nothing was written.
    Full,
    /// A standby, or a database that was set read-only. Nothing was written.
    ReadOnly,
    /// Anything else that the server said. Nothing was written.
    Refused(String),
    /// No server answers.
    NotReached(String),
    /// The server does not let this user in.
    LoginRefused(String),
    /// The server has no such database.
    NoDatabase(String),
    /// Server and service do not agree on TLS.
    TlsRefused(String),
    /// The server would lose in a power cut what it has committed.
    NotDurable,
    /// The user may not do what has to be done.
    NotPermitted(String),
}

pub(super) type Result<T> = std::result::Result<T, Trouble>;

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        let Some(told) = error.as_db_error() else {
            return Self::Lost(spell(&error));
        };
        let code = told.code();
        let said = || format!("{} ({})", told.message(), code.code());
        match code.code() {
            NOT_AS_READ => return Self::Conflict,
            NOT_THE_WRITER => return Self::NotTheWriter,
            // The classes of lost connections and of servers that go down.
            text if text.starts_with("08") || text.starts_with("57P") => return Self::Lost(said()),
            // A distributed engine that does not know whether it has committed.
            "40003" => return Self::Lost(said()),
            _ => {}
        }
        match *code {
            SqlState::UNIQUE_VIOLATION
            | SqlState::T_R_SERIALIZATION_FAILURE
            | SqlState::T_R_DEADLOCK_DETECTED => Self::Conflict,
            SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT => Self::Lost(said()),
            SqlState::DISK_FULL => Self::Full,
            SqlState::READ_ONLY_SQL_TRANSACTION => Self::ReadOnly,
            SqlState::INSUFFICIENT_PRIVILEGE => Self::NotPermitted(said()),
            SqlState::DATA_CORRUPTED | SqlState::INDEX_CORRUPTED => Self::Damaged(said()),
            _ => Self::Refused(said()),
        }
    }
}

/// An error that the driver made, with what lies below it.
pub(super) fn spell(error: &Error) -> String {
    let mut text = error.to_string();
    let mut below = error.source();
    while let Some(cause) = below {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        below = cause.source();
    }
    text
}

impl Trouble {
    /// What an attempt to connect came to.
    pub(super) fn not_connected(error: Error) -> Self {
        let text = spell(&error);
        if let Some(told) = error.as_db_error() {
            return match *told.code() {
                SqlState::INVALID_PASSWORD | SqlState::INVALID_AUTHORIZATION_SPECIFICATION => {
                    Self::LoginRefused(text)
                }
                SqlState::INVALID_CATALOG_NAME => Self::NoDatabase(text),
                SqlState::INSUFFICIENT_PRIVILEGE => Self::NotPermitted(text),
                _ => Self::NotReached(text),
            };
        }
        // The driver does not tell the kind of its errors otherwise than by their texts.
        if text.contains("TLS")
            || error.source().and_then(|below| below.downcast_ref::<std::io::Error>()).is_some_and(is_tls)
        {
            Self::TlsRefused(text)
        } else if text.contains("does not allow writes") {
            Self::ReadOnly
        } else if text.contains("password") || text.contains("authentication") {
            Self::LoginRefused(text)
        } else {
            Self::NotReached(text)
        }
    }

    /// What the port is told when the store was read.
    pub(super) fn told(self) -> StoreError {
        match self {
            Self::Damaged(detail) => StoreError::Damaged { path: PLACE.into(), detail },
            Self::Full => StoreError::Full(PLACE.into()),
            Self::ReadOnly => StoreError::ReadOnly(PLACE.into()),
            Self::Lost(detail)
            | Self::Refused(detail)
            | Self::NotReached(detail)
            | Self::LoginRefused(detail)
            | Self::NoDatabase(detail)
            | Self::TlsRefused(detail)
            | Self::NotPermitted(detail) => StoreError::Unavailable(detail),
            Self::NotDurable => StoreError::Unavailable("fsync is off".to_owned()),
            Self::Conflict | Self::NotTheWriter => {
                StoreError::Unavailable("another transaction was in the way".to_owned())
            }
        }
    }

    /// What the port is told when the store was written.
    pub(super) fn told_of_commit(self) -> CommitError {
        match self {
            Self::Conflict => CommitError::Conflict,
            other => CommitError::Store(other.told()),
        }
    }
}

/// Whether an error of a socket comes from TLS on it.
fn is_tls(error: &std::io::Error) -> bool {
    error.get_ref().is_some_and(|below| below.is::<rustls::Error>())
}
