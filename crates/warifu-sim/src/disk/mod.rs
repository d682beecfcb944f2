//! A disk whose power can be cut.
//!
//! A process that is killed proves little about power: what it had written is in the system's cache and survives it. A [`Disk`] follows a
//! folder, knows of every byte and every name whether it has been synced, and after a cut makes the folder that a machine could find when it starts
//! again: everything synced, and of the rest any part, in any order, torn at sectors.
//!
//! It follows what *this process* does by standing between the program and its C library (`calls.rs`), so that the code under test is the ordinary
//! one: SQLite with its own file layer, the standard library's files. What is assumed of disks and file systems:
//!
//! - A sector of 512 bytes is written whole or not at all; what lies beside it is never harmed.
//! - Bytes are safe once their file was synced, names once their folder was: the letter of POSIX. Syncing a new file does not make its name
//!   safe, and a file's length is no safer than its bytes.
//! - A rename is one step. Unsynced steps in one folder survive in any selection.
//! - Room in a file whose bytes were lost reads as zeros or as what lay there before.
//!
//! ```text
//! let disk = Disk::attach(folder)?;      // what is there now is on the disk
//! disk.cut_after(500);                   // the 500th call from now is the last that anything becomes of
//! …                                      // every later call on the folder fails with an input/output error
//! if !disk.is_cut() { … }                // acknowledged, by the code under test, before the cut
//! disk.survivor(seed, other)?;          // the folder as the next start finds it
//! ```
//!
//! Several disks may be attached at once, to folders that do not contain each other. Linux only.

mod calls;
mod everywhere;
mod file;
mod names;
mod record;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use warifu_service::conformance::Dice;

pub use self::everywhere::cut_everywhere;
use self::record::Record;

/// A folder whose every change is followed, until this is dropped.
#[derive(Debug)]
pub struct Disk {
    record: Arc<Mutex<Record>>,
    root: PathBuf,
}

impl Disk {
    /// Follows `folder` from now on. What is in it counts as on the disk. No file in it may be open.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn attach(folder: &Path) -> io::Result<Self> {
        let root = fs::canonicalize(folder)?;
        let record = Arc::new(Mutex::new(calls::aside(|| Record::of(&root))?));
        calls::attach(record.clone());
        Ok(Self { record, root })
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.root
    }

    /// Cuts the power at the `count`th change or sync from now; at 0, now. The call in progress is the last one recorded, and fails with the rest.
    pub fn cut_after(&self, count: u64) {
        self.record().cut_after(count);
    }

    /// From now on syncs do nothing, as if the code under test had forgotten them: a planted bug, which a test of power cuts has to find.
    pub fn forget_syncs(&self) {
        self.record().forget_syncs();
    }

    /// Whether the power is off. What the code under test acknowledges while it is still on must survive.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.record().is_cut()
    }

    /// How many changes and syncs there were so far.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.record().count()
    }

    /// Writes into the empty folder `into` what a machine could find here when it starts again; another seed, another of
    /// the many things. The power is cut if it was not.
    ///
    /// # Errors
    /// When `into` cannot be written; also when the folder is not as the record says, because it was changed by other means than those that are
    /// followed: the survivor would prove nothing.
    pub fn survivor(&self, seed: u64, into: &Path) -> io::Result<()> {
        let mut record = self.record();
        record.cut_after(0);
        calls::aside(|| record.agrees_with_the_folder())?;
        let survivor = record.survivor(&mut Dice::new(seed));
        drop(record);
        for (name, content) in survivor {
            let path = into.join(name);
            match content {
                None => fs::create_dir_all(path)?,
                Some(bytes) => {
                    if let Some(folder) = path.parent() {
                        fs::create_dir_all(folder)?;
                    }
                    fs::write(path, bytes)?;
                }
            }
        }
        Ok(())
    }

    fn record(&self) -> std::sync::MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        calls::detach(&self.record);
    }
}
