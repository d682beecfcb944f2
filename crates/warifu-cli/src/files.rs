//! Files that the commands read and write: bounded, atomic, and for their owner only where they hold secrets.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, PathPersistError, TempPath};
use warifu_core::catalogue::Failure;
use zeroize::Zeroizing;

use crate::error::CliError;

/// The most bytes of a key file, a configuration or a passphrase file.
pub(crate) const SMALL_BYTES_MAX: u64 = 1024 * 1024;

/// A small file's bytes. They may be secret.
pub(crate) fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, CliError> {
    let read = || {
        let mut bytes = Zeroizing::new(Vec::new());
        File::open(path)?.take(SMALL_BYTES_MAX + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > SMALL_BYTES_MAX {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "the file is too large"));
        }
        Ok(bytes)
    };
    read().map_err(|error| not_readable(path, &error))
}

/// A small file's text, if it is UTF-8.
pub(crate) fn read_text(path: &Path) -> Result<Zeroizing<String>, CliError> {
    let bytes = read(path)?;
    match std::str::from_utf8(&bytes) {
        Ok(text) => Ok(Zeroizing::new(text.trim_start_matches('\u{feff}').to_owned())),
        Err(_) => Err(Failure::file_not_readable(path.display(), "UTF-8").into()),
    }
}

/// The first line of a small file, without the white space around it: a token, a key or a passphrase.
pub(crate) fn read_line(path: &Path) -> Result<Zeroizing<String>, CliError> {
    let text = read_text(path)?;
    Ok(Zeroizing::new(text.lines().next().unwrap_or_default().trim().to_owned()))
}

/// Whether a file may be replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Existing {
    Keep,
    Replace,
}

/// A file that comes into being whole, for its owner only, or not at all.
pub(crate) struct NewFile {
    path: PathBuf,
    temporary: NamedTempFile,
    existing: Existing,
}

impl NewFile {
    /// Begins a file beside the place that it will take.
    pub(crate) fn begin(path: &Path, existing: Existing) -> Result<Self, CliError> {
        if existing == Existing::Keep && path.symlink_metadata().is_ok() {
            return Err(Failure::file_exists(path.display()).into());
        }
        let folder = folder_of(path);
        let temporary = tempfile::Builder::new().prefix(".warifu-").tempfile_in(folder);
        let temporary = temporary.map_err(|error| not_writable(path, &error))?;
        Ok(Self { path: path.to_owned(), temporary, existing })
    }

    /// Puts the file in its place, durably.
    pub(crate) fn finish(self) -> Result<(), CliError> {
        let Self { path, temporary, existing } = self;
        temporary.as_file().sync_all().map_err(|error| not_writable(&path, &error))?;
        let temporary = temporary.into_temp_path();
        let placed = match existing {
            Existing::Keep => keep_at(temporary, &path),
            Existing::Replace => fs::rename(&temporary, &path),
        };
        placed.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => Failure::file_exists(path.display()).into(),
            _ => not_writable(&path, &error),
        })?;
        sync_folder(folder_of(&path)).map_err(|error| not_writable(&path, &error))
    }

    /// The failure of a write to this file.
    pub(crate) fn failed(&self, error: &io::Error) -> CliError {
        not_writable(&self.path, error)
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.temporary.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.temporary.flush()
    }
}

/// Gives a file its name if nothing has it. The standard library's calls come first, because power cuts are simulated at them.
fn keep_at(temporary: TempPath, path: &Path) -> io::Result<()> {
    match fs::hard_link(&temporary, path) {
        Ok(()) => temporary.close(),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
        // Some file systems of portable disks have no links.
        Err(_) => temporary.persist_noclobber(path).map_err(|PathPersistError { error, .. }| error),
    }
}

/// Writes a file whole.
pub(crate) fn write(path: &Path, bytes: &[u8], existing: Existing) -> Result<(), CliError> {
    let mut file = NewFile::begin(path, existing)?;
    file.write_all(bytes).map_err(|error| file.failed(&error))?;
    file.finish()
}

/// Makes a folder and those above it, for their owner only, durably.
pub(crate) fn make_folder(path: &Path) -> Result<(), CliError> {
    let missing: Vec<&Path> = path.ancestors().take_while(|folder| !folder.exists()).collect();
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|error| not_writable(path, &error))?;
    let sync = |folder: &&Path| sync_folder(folder_of(folder));
    missing
        .iter()
        .filter(|folder| !folder.as_os_str().is_empty())
        .try_for_each(sync)
        .map_err(|error| not_writable(path, &error))
}

/// `file_not_readable` with the system's words.
pub(crate) fn not_readable(path: &Path, error: &io::Error) -> CliError {
    Failure::file_not_readable(path.display(), plain(error)).into()
}

/// `file_not_writable` with the system's words.
pub(crate) fn not_writable(path: &Path, error: &io::Error) -> CliError {
    Failure::file_not_writable(path.display(), plain(error)).into()
}

/// The system's words without the number and the path that Rust and tempfile add.
pub(crate) fn plain(error: &io::Error) -> String {
    let raw = error.raw_os_error().map(io::Error::from_raw_os_error);
    let inner = error.get_ref().and_then(|inner| inner.source());
    let text = match (raw, inner) {
        (Some(raw), _) => raw.to_string(),
        (None, Some(source)) => source.to_string(),
        (None, None) => error.to_string(),
    };
    text.split(" (os error").next().unwrap_or_default().to_owned()
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."))
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_exists_is_kept_unless_it_may_be_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.csv");
        write(&path, b"first", Existing::Keep).unwrap();
        assert_eq!(write(&path, b"second", Existing::Keep).unwrap_err().code(), "file_exists");
        assert_eq!(fs::read(&path).unwrap(), b"first");
        write(&path, b"third", Existing::Replace).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"third");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[test]
    fn a_file_that_is_given_up_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = NewFile::begin(&folder.path().join("keys.csv"), Existing::Keep).unwrap();
        file.write_all(b"half").unwrap();
        drop(file);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[cfg(unix)]
    #[test]
    fn what_is_written_is_for_its_owner_only() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("a/b");
        make_folder(&inner).unwrap();
        write(&inner.join("secret"), b"", Existing::Keep).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&inner), mode(&inner.join("secret"))), (0o700, 0o600));
    }

    #[test]
    fn a_missing_folder_and_a_missing_file_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("none/file");
        let error = write(&path, b"", Existing::Keep).unwrap_err();
        assert_eq!(error.code(), "file_not_writable");
        let message = error.message(warifu_core::catalogue::Lang::En);
        assert!(message.contains("No such file") && !message.contains("os error"), "{message}");
        assert_eq!(read(&path).unwrap_err().code(), "file_not_readable");
    }
}
