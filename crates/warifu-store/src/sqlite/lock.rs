//! The lock that keeps a store to one service. It is the operating system's lock on a file beside the store, so that it ends with the process,
//! however that ends.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use warifu_service::port::StoreError;

use super::trouble::io_error;

/// A held lock. Dropping it gives the store free.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
}

impl Lock {
    /// Takes the lock on the store at `path`, which need not exist yet.
    pub(super) fn take(path: &Path) -> Result<Self, StoreError> {
        let beside = beside(path, "lock");
        // Truncating would be a write to a file that another process may hold; the file is always empty.
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&beside)
            .map_err(|error| io_error(&error, path))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { file }),
            Err(TryLockError::WouldBlock) => Err(StoreError::Locked(path.to_owned())),
            Err(TryLockError::Error(error)) => Err(io_error(&error, path)),
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // A process that is being started at this moment shares the open file until it runs its program: closing alone would leave the lock
        // with it. If this fails, the lock goes a moment later.
        let _ = self.file.unlock();
    }
}

/// The path of a file that belongs to the store at `path`: `warifu.db` has `warifu.db.lock` beside it.
pub(super) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path.as_os_str());
    name.push(".");
    name.push(ending);
    name.into()
}
