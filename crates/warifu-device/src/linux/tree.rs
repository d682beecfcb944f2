//! Bounded reading below a root folder: `/` on a real machine, a recorded tree in tests.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// The most that is read of one file. `/proc/cpuinfo` of a machine with hundreds of processors is longer, but its first entries say
/// it all.
const FILE_BYTES_MAX: u64 = 256 * 1024;
/// The most entries that are looked at in one folder.
const ENTRIES_MAX: usize = 1024;

/// What came of reading a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Text {
    /// Its content, with invalid UTF-8 replaced.
    Found(String),
    /// There is no such file.
    Absent,
    /// There is one, but this user may not read it.
    Withheld,
}

impl Text {
    /// The content, if there is any but blanks.
    pub(super) fn found(self) -> Option<String> {
        match self {
            Self::Found(text) if !text.trim().is_empty() => Some(text),
            _ => None,
        }
    }
}

/// A file tree. Paths are relative to its root and written without a leading slash.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    root: PathBuf,
}

impl Tree {
    pub(super) fn new(root: PathBuf) -> Self {
        // Resolved, so that paths found by following links can be told apart from it.
        Self { root: root.canonicalize().unwrap_or(root) }
    }

    /// A file's content as text.
    pub(super) fn text(&self, path: impl AsRef<Path>) -> Text {
        match self.read(path.as_ref()) {
            Ok(bytes) => Text::Found(String::from_utf8_lossy(&bytes).into_owned()),
            Err(true) => Text::Withheld,
            Err(false) => Text::Absent,
        }
    }

    /// A file's content as bytes, if it can be read.
    pub(super) fn bytes(&self, path: impl AsRef<Path>) -> Option<Vec<u8>> {
        self.read(path.as_ref()).ok()
    }

    /// Whether a file is there, readable or not.
    pub(super) fn exists(&self, path: impl AsRef<Path>) -> bool {
        self.root.join(path).symlink_metadata().is_ok()
    }

    /// The names in a folder, sorted.
    pub(super) fn names(&self, path: impl AsRef<Path>) -> Vec<String> {
        let Ok(entries) = self.root.join(path).read_dir() else { return Vec::new() };
        let name = |entry: std::io::Result<std::fs::DirEntry>| entry.ok()?.file_name().into_string().ok();
        let mut names: Vec<String> = entries.take(ENTRIES_MAX).filter_map(name).collect();
        names.sort();
        names
    }

    /// Where a path leads when links are followed, relative to the root.
    pub(super) fn resolve(&self, path: impl AsRef<Path>) -> Option<PathBuf> {
        let real = self.root.join(path).canonicalize().ok()?;
        Some(real.strip_prefix(&self.root).ok()?.to_owned())
    }

    fn read(&self, path: &Path) -> Result<Vec<u8>, bool> {
        let full = self.root.join(path);
        let mut bytes = Vec::new();
        File::open(&full)
            .and_then(|file| file.take(FILE_BYTES_MAX).read_to_end(&mut bytes))
            .map(|_| bytes)
            .map_err(|_| full.symlink_metadata().is_ok())
    }
}
