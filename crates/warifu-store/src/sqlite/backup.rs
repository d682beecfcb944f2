//! Backups: a copy of a store, taken while its service runs, and its way back.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};
use warifu_core::catalogue::Failure;
use warifu_service::port::StoreError;

use super::lock::{Lock, beside};
use super::schema::{self, Cache};
use super::trouble::{io_error, sql_error};

/// Why a backup was not taken, or not brought back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BackupError {
    /// There is a file already where one was to be written. It was left as it is.
    Exists(PathBuf),
    /// There is nothing at the place from which to copy.
    Missing(PathBuf),
    /// One of the two cannot be read or written; which, says the path in it.
    Store(StoreError),
}

impl BackupError {
    /// The catalogue's entry for it.
    #[must_use]
    pub fn failure(&self) -> Failure {
        match self {
            Self::Exists(path) => Failure::file_exists(path.display()),
            Self::Missing(path) => Failure::file_not_readable(path.display(), io::ErrorKind::NotFound),
            Self::Store(error) => error.failure(),
        }
    }
}

impl From<StoreError> for BackupError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl fmt::Display for BackupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exists(path) => write!(f, "{} exists", path.display()),
            Self::Missing(path) => write!(f, "{} is not there", path.display()),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for BackupError {}

/// Copies the store at `store`, whether its service runs or not, to a new file at `destination`: one moment's state, checked after it was
/// written, complete and durable before it has its name. Answers with its size in bytes.
///
/// # Errors
/// When there is no store or it is damaged, when `destination` exists, or when it cannot be written.
pub fn backup(store: impl AsRef<Path>, destination: impl AsRef<Path>) -> Result<u64, BackupError> {
    let (store, destination) = (absolute(store.as_ref())?, absolute(destination.as_ref())?);
    if destination.exists() {
        return Err(BackupError::Exists(destination));
    }
    let partial = beside(&destination, "partial");
    let done = copy(&store, &partial, &destination).and_then(|size| {
        schema::put_in_place(&partial, &destination).map_err(|error| io_error(&error, &destination))?;
        Ok(size)
    });
    if done.is_err() {
        // What is left of it is of no use; if it cannot be removed, the next backup will try again.
        let _ = fs::remove_file(&partial);
    }
    done
}

/// Brings the backup at `backup` back as the store at `destination`, after checking it. With `replace`, a store that is there is kept beside
/// it under the ending `.replaced`, or `.replaced-2` and so on where that is taken. Answers with its size in bytes.
///
/// # Errors
/// When a service has the store open, when `destination` exists and `replace` is not set, when the backup is missing, damaged or of a newer
/// version, or when the store cannot be written. The store is as it was, then.
pub fn restore(
    backup: impl AsRef<Path>,
    destination: impl AsRef<Path>,
    replace: bool,
) -> Result<u64, BackupError> {
    let (backup, destination) = (absolute(backup.as_ref())?, absolute(destination.as_ref())?);
    let _lock = Lock::take(&destination)?;
    if destination.exists() && !replace {
        return Err(BackupError::Exists(destination));
    }
    let partial = beside(&destination, "partial");
    let size = copy(&backup, &partial, &destination)?;
    let place = || {
        set_aside(&destination)?;
        schema::put_in_place(&partial, &destination)
    };
    place().map_err(|error| io_error(&error, &destination))?;
    Ok(size)
}

/// Moves a store's files away, durably and one after the other: whatever power cut comes between, a service that starts then finds either the store
/// with its log, or one of both without the other, and begins no new store. What was set aside before stays: the first of them is what somebody who
/// restores twice wants back.
fn set_aside(store: &Path) -> io::Result<()> {
    let taken = |path: &Path| path.exists() || schema::wal(path).exists();
    let mut replaced = beside(store, "replaced");
    let mut count = 1_u32;
    while taken(&replaced) {
        count += 1;
        replaced = beside(store, &format!("replaced-{count}"));
    }
    for (from, to) in [(store.to_owned(), replaced.clone()), (schema::wal(store), schema::wal(&replaced))] {
        match fs::rename(&from, &to) {
            Ok(()) => schema::sync_folder_of(store)?,
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Err(_) => {}
        }
    }
    match fs::remove_file(schema::sibling(store, "-shm")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Copies the database `from` to a new file `to`, on behalf of `destination`, and checks the copy.
fn copy(from: &Path, to: &Path, destination: &Path) -> Result<u64, BackupError> {
    if !from.exists() {
        return Err(BackupError::Missing(from.to_owned()));
    }
    let source = schema::connect(from, Cache::Small)?;
    schema::recognise(&source, from)?;
    schema::fresh_file(to).map_err(|error| io_error(&error, destination))?;
    let mut copy = schema::connect(to, Cache::Small)?;
    // All pages in one step, so that no commit comes between: readers and the writer go on meanwhile.
    let step = Backup::new(&source, &mut copy).and_then(|backup| backup.step(-1));
    match step {
        Ok(StepResult::Done) => {}
        Ok(_) => return Err(StoreError::Unavailable(format!("{} is busy", from.display())).into()),
        Err(error) if is_of_source(&error) => return Err(sql_error(&error, from).into()),
        Err(error) => return Err(sql_error(&error, destination).into()),
    }
    check(&copy, from)?;
    copy.close().map_err(|(_, error)| sql_error(&error, destination))?;
    Ok(fs::metadata(to).map_err(|error| io_error(&error, destination))?.len())
}

fn is_of_source(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
    matches!(error.sqlite_error_code(), Some(DatabaseCorrupt | NotADatabase))
}

/// Checks a copy page by page, and leaves it a single file without a log.
fn check(copy: &Connection, from: &Path) -> Result<(), StoreError> {
    let run = |sql: &str| {
        copy.query_row(sql, [], |row| row.get::<_, String>(0)).map_err(|error| sql_error(&error, from))
    };
    run("PRAGMA journal_mode = DELETE")?;
    let found = run("PRAGMA integrity_check(1)")?;
    if found == "ok" { Ok(()) } else { Err(StoreError::Damaged { path: from.to_owned(), detail: found }) }
}

fn absolute(path: &Path) -> Result<PathBuf, StoreError> {
    std::path::absolute(path).map_err(|error| io_error(&error, path))
}
