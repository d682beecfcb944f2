//! What is known of a followed folder, and what may be left of it after a cut.

use std::collections::BTreeMap;
use std::fs::{self, File as Handle};
use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use warifu_service::conformance::Dice;

use super::file::File;
use super::names::{Entry, Names};

/// A file as the system tells it from others: device and inode.
pub(super) type Inode = (u64, u64);

/// Which of the unsynced changes a cut leaves.
#[derive(Debug)]
pub(super) enum Choice {
    Nothing,
    Everything,
    /// Those before one: a disk that keeps the order.
    Before(u64),
    /// Each change for itself, whole: one in so many is lost.
    Each(usize),
    /// Each sector for itself: one in so many is lost.
    Torn(usize),
}

impl Choice {
    /// As the dice fall, of changes numbered below `end`.
    pub(super) fn new(dice: &mut Dice, end: u64) -> Self {
        match dice.below(8) {
            0 => Self::Nothing,
            1 => Self::Everything,
            2 | 3 => Self::Before(end.saturating_sub(dice.below(40) as u64)),
            4 | 5 => Self::Each(dice.pick(&[2, 2, 5, 20])),
            _ => Self::Torn(dice.pick(&[2, 2, 5, 20])),
        }
    }

    /// Whether the change of this number is left; asked again for each sector where writes are torn.
    pub(super) fn keeps(&self, number: u64, dice: &mut Dice) -> bool {
        match *self {
            Self::Nothing => false,
            Self::Everything => true,
            Self::Before(end) => number < end,
            Self::Each(of) | Self::Torn(of) => !dice.once_in(of),
        }
    }

    /// Whether a write may be left in part.
    pub(super) const fn tears(&self) -> bool {
        matches!(self, Self::Torn(_))
    }
}

/// A followed file.
#[derive(Debug)]
struct Followed {
    inode: Inode,
    file: File,
    /// As long as it is open, no other file gets its inode. Opened as a path only, so that closing it gives no lock free.
    _handle: OwnedFd,
}

/// A followed folder.
#[derive(Debug)]
pub(super) struct Record {
    root: PathBuf,
    files: Vec<Followed>,
    names: Names,
    count: u64,
    cut_at: Option<u64>,
    syncs_forgotten: bool,
}

impl Record {
    /// The folder as it is.
    pub(super) fn of(root: &Path) -> io::Result<Self> {
        let mut record = Self {
            root: root.to_owned(),
            files: Vec::new(),
            names: Names::default(),
            count: 0,
            cut_at: None,
            syncs_forgotten: false,
        };
        record.find(root)?;
        Ok(record)
    }

    fn find(&mut self, folder: &Path) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let Some(name) = self.name(&path) else { continue };
            if path.is_dir() {
                self.names.found(name, Entry::Folder);
                self.find(&path)?;
            } else {
                let (inode, handle) = grip(&path)?;
                self.names.found(name, Entry::File(self.files.len()));
                self.files.push(Followed { inode, file: File::holding(fs::read(&path)?), _handle: handle });
            }
        }
        Ok(())
    }

    /// The name of a path in this folder; none for any other.
    pub(super) fn name(&self, path: &Path) -> Option<PathBuf> {
        path.strip_prefix(&self.root).ok().map(Path::to_owned)
    }

    /// The number of the file, if it is followed.
    pub(super) fn file(&self, inode: Inode) -> Option<usize> {
        self.files.iter().position(|followed| followed.inode == inode)
    }

    pub(super) fn cut_after(&mut self, count: u64) {
        if !self.is_cut() {
            self.cut_at = Some(self.count + count);
        }
    }

    pub(super) const fn forget_syncs(&mut self) {
        self.syncs_forgotten = true;
    }

    pub(super) fn is_cut(&self) -> bool {
        self.cut_at.is_some_and(|at| self.count >= at)
    }

    pub(super) const fn count(&self) -> u64 {
        self.count
    }

    /// Follows a file that has just been made at `path`, or takes note of one more name of it.
    pub(super) fn made(&mut self, name: PathBuf, path: &Path) -> io::Result<()> {
        let (inode, handle) = grip(path)?;
        let number = self.file(inode).unwrap_or_else(|| {
            self.files.push(Followed { inode, file: File::default(), _handle: handle });
            self.files.len() - 1
        });
        self.count += 1;
        self.names.bind(self.count, name, Entry::File(number));
        Ok(())
    }

    /// Whether there is such a name.
    pub(super) fn knows(&self, name: &Path) -> bool {
        self.names.now().contains_key(name)
    }

    /// How long the file is.
    pub(super) fn length(&self, file: usize) -> usize {
        self.files[file].file.now().len()
    }

    /// The file of this name was emptied when it was opened.
    pub(super) fn truncated(&mut self, name: &Path) {
        if let Some(&Entry::File(file)) = self.names.now().get(name) {
            self.set_length(file, 0);
        }
    }

    pub(super) fn made_folder(&mut self, name: PathBuf) {
        self.count += 1;
        self.names.bind(self.count, name, Entry::Folder);
    }

    pub(super) fn removed(&mut self, name: PathBuf) {
        self.count += 1;
        self.names.unbind(self.count, name);
    }

    pub(super) fn renamed(&mut self, from: PathBuf, to: PathBuf) {
        self.count += 1;
        self.names.rename(self.count, from, to);
    }

    pub(super) fn wrote(&mut self, file: usize, at: usize, bytes: &[u8]) {
        self.count += 1;
        self.files[file].file.write(self.count, at, bytes);
    }

    pub(super) fn set_length(&mut self, file: usize, length: usize) {
        self.count += 1;
        self.files[file].file.set_length(self.count, length);
    }

    /// A sync that the cut comes before makes nothing safe.
    pub(super) fn synced(&mut self, file: usize) {
        self.count += 1;
        if !self.is_cut() && !self.syncs_forgotten {
            self.files[file].file.sync();
        }
    }

    pub(super) fn synced_folder(&mut self, name: &Path) {
        self.count += 1;
        if !self.is_cut() && !self.syncs_forgotten {
            self.names.sync(name);
        }
    }

    /// The folder as a cut may leave it: each name with its bytes, or none for a folder.
    pub(super) fn survivor(&self, dice: &mut Dice) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
        let choice = Choice::new(dice, self.count + 1);
        let names = self.names.survivor(&choice, dice);
        let mut survivor = BTreeMap::new();
        for (name, entry) in names {
            let bytes = match entry {
                Entry::Folder => None,
                Entry::File(number) => Some(self.files[number].file.survivor(&choice, dice)),
            };
            survivor.insert(name, bytes);
        }
        survivor
    }

    /// Makes sure that the folder is as the record says. What a program maps into memory is not followed; SQLite's index of its log is the one
    /// file of that kind, and is made anew after a crash.
    pub(super) fn agrees_with_the_folder(&self) -> io::Result<()> {
        let there = Self::of(&self.root)?;
        let differs = |what: &Path| Err(io::Error::other(format!("{} was changed unseen", what.display())));
        let names = |record: &Self| record.names.now().keys().cloned().collect::<Vec<_>>();
        let (known, found) = (names(self), names(&there));
        if known != found {
            return differs(Path::new(&format!("{known:?} beside {found:?}")));
        }
        for (name, entry) in self.names.now() {
            let Entry::File(number) = entry else { continue };
            let mapped = name.as_os_str().to_string_lossy().ends_with("-shm");
            let mut bytes = Vec::new();
            Handle::open(self.root.join(name))?.read_to_end(&mut bytes)?;
            if !mapped && bytes != self.files[*number].file.now() {
                return differs(name);
            }
        }
        Ok(())
    }
}

/// A file's inode, and a handle that keeps it.
fn grip(path: &Path) -> io::Result<(Inode, OwnedFd)> {
    let handle = Handle::options().read(true).custom_flags(libc::O_PATH | libc::O_NOFOLLOW).open(path)?;
    let found = handle.metadata()?;
    Ok(((found.dev(), found.ino()), handle.into()))
}
