//! An installation's folder as the simulated machine keeps it: a handful of named blobs that can be copied, set back, cut short and locked.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use warifu_client::{Store, StoreError};

/// What a folder holds.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// What is wrong with a folder's disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum DiskTrouble {
    /// Nothing.
    #[default]
    None,
    /// No space is left.
    Full,
    /// It may only be read.
    ReadOnly,
    /// This user may not read it.
    NotPermitted,
    /// It gives its files back no more.
    Broken,
}

#[derive(Debug, Default)]
struct Inner {
    files: Files,
    trouble: DiskTrouble,
}

/// A folder; its clones are the same folder, as two processes see it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Folder(Arc<Mutex<Inner>>);

impl Folder {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What it holds now.
    pub(crate) fn files(&self) -> Files {
        self.inner().files.clone()
    }

    /// Puts a copy in the place of what it holds.
    pub(crate) fn set_files(&self, files: Files) {
        self.inner().files = files;
    }

    /// What is wrong with its disk.
    pub(crate) fn trouble(&self) -> DiskTrouble {
        self.inner().trouble
    }

    /// What is wrong with its disk from now on.
    pub(crate) fn set_trouble(&self, trouble: DiskTrouble) {
        self.inner().trouble = trouble;
    }

    /// Whether its disk takes writes.
    pub(crate) fn is_writable(&self) -> bool {
        self.inner().trouble == DiskTrouble::None
    }

    /// One file.
    pub(crate) fn file(&self, name: &str) -> Option<Vec<u8>> {
        self.inner().files.get(name).cloned()
    }

    /// Leaves only the first `length` bytes of a file.
    pub(crate) fn cut(&self, name: &str, length: usize) {
        if let Some(file) = self.inner().files.get_mut(name) {
            file.truncate(length);
        }
    }
}

impl Store for Folder {
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        match self.trouble() {
            DiskTrouble::NotPermitted => {
                Err(StoreError::Damaged("Permission denied (os error 13)".to_owned()))
            }
            DiskTrouble::Broken => Err(StoreError::Damaged("Input/output error (os error 5)".to_owned())),
            _ => Ok(self.file(name)),
        }
    }

    fn write(&mut self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let mut inner = self.inner();
        match inner.trouble {
            DiskTrouble::Full => Err(StoreError::Full),
            DiskTrouble::ReadOnly | DiskTrouble::NotPermitted | DiskTrouble::Broken => {
                Err(StoreError::ReadOnly)
            }
            DiskTrouble::None => {
                inner.files.insert(name.to_owned(), bytes.to_vec());
                Ok(())
            }
        }
    }

    fn remove(&mut self, name: &str) -> Result<(), StoreError> {
        let mut inner = self.inner();
        if !matches!(inner.trouble, DiskTrouble::None | DiskTrouble::Full) {
            return Err(StoreError::ReadOnly);
        }
        inner.files.remove(name);
        Ok(())
    }

    fn place(&self) -> String {
        "/home/user/.config/draw".to_owned()
    }
}
