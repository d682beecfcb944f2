//! A folder of small files, each replaced as a whole: written beside, synced, renamed over, and the folder synced.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use super::{BLOB_BYTES_MAX, Store, StoreError};

/// The file whose lock keeps two processes from writing at once.
const LOCK: &str = ".lock";
/// The file that is written before it takes another's place.
const NEW: &str = ".new";

/// Keeps blobs as files of one folder, which is made when first written to. On Unix the folder is made for its owner only (0700), and so
/// is each file (0600).
#[derive(Clone, Debug)]
pub struct FolderStore {
    folder: PathBuf,
}

impl FolderStore {
    /// The store in this folder. Nothing is read or made yet.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Makes the folder if need be, and waits for other writers. The lock ends with the file.
    fn lock(&self) -> io::Result<File> {
        match fs::metadata(&self.folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => make_folder(&self.folder)?,
            Err(error) => return Err(error),
            Ok(_) => {}
        }
        let lock = private().create(true).truncate(false).open(self.folder.join(LOCK))?;
        match lock.lock() {
            // Some network folders have no locks. Writers are rare and each write is whole, so going on is the lesser harm.
            Err(error) if error.kind() != ErrorKind::Unsupported => Err(error),
            _ => Ok(lock),
        }
    }

    fn replace(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let _lock = self.lock()?;
        let new = self.folder.join(NEW);
        let written = (|| {
            // Whatever a crash left there may be readable for others.
            match fs::remove_file(&new) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            let mut file = private().create_new(true).open(&new)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            fs::rename(&new, self.folder.join(name))?;
            sync_folder(&self.folder)
        })();
        if written.is_err() {
            // Half a file must not take up the space whose lack was the reason.
            let _ = fs::remove_file(&new);
        }
        written
    }
}

impl Store for FolderStore {
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let read = || {
            let mut bytes = Vec::new();
            File::open(self.folder.join(name))?.take(BLOB_BYTES_MAX as u64 + 1).read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        match read() {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) => match io::Error::kind(&error) {
                ErrorKind::NotFound => Ok(None),
                _ => Err(StoreError::Damaged(error.to_string())),
            },
        }
    }

    fn write(&mut self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        self.replace(name, bytes).map_err(|error| written_badly(&error))
    }

    fn remove(&mut self, name: &str) -> Result<(), StoreError> {
        match fs::remove_file(self.folder.join(name)) {
            Ok(()) => sync_folder(&self.folder).map_err(|error| written_badly(&error)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(error) => Err(written_badly(&error)),
        }
    }

    fn place(&self) -> String {
        self.folder.display().to_string()
    }
}

fn written_badly(error: &io::Error) -> StoreError {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => StoreError::Full,
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => StoreError::ReadOnly,
        _ => StoreError::Damaged(error.to_string()),
    }
}

/// Makes a folder and those above it. Each is durable once the one above it is synced.
#[cfg(unix)]
fn make_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    let above = folder.parent().filter(|above| !above.as_os_str().is_empty());
    if let Some(above) = above
        && !above.exists()
    {
        make_folder(above)?;
    }
    match fs::DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    match sync_folder(above.unwrap_or(Path::new("."))) {
        // A folder that others own may be searched and not read; the new one is no less usable.
        Err(error) if error.kind() != ErrorKind::PermissionDenied => Err(error),
        _ => Ok(()),
    }
}

#[cfg(not(unix))]
fn make_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

#[cfg(unix)]
fn private() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = OpenOptions::new();
    options.write(true).mode(0o600);
    options
}

#[cfg(not(unix))]
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    options
}

/// A rename is durable once its folder is.
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
    fn a_blob_is_replaced_as_a_whole_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = FolderStore::new(folder.path().join("a/b"));
        assert_eq!(store.read("lease"), Ok(None));
        assert_eq!(store.remove("lease"), Ok(()));
        store.write("lease", b"first").unwrap();
        store.write("lease", b"second").unwrap();
        assert_eq!(store.read("lease"), Ok(Some(b"second".to_vec())));
        let mut names: Vec<_> =
            fs::read_dir(store.folder()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, [LOCK, "lease"]);
        store.remove("lease").unwrap();
        assert_eq!(store.read("lease"), Ok(None));
    }

    #[cfg(unix)]
    #[test]
    fn folder_and_files_are_their_owners_only() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let mut store = FolderStore::new(folder.path().join("private"));
        store.write("installation-key", b"secret").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(store.folder()), 0o700);
        assert_eq!(mode(&store.folder().join("installation-key")), 0o600);
        let left = store.folder().join(NEW);
        fs::write(&left, "half a file").unwrap();
        fs::set_permissions(&left, fs::Permissions::from_mode(0o644)).unwrap();
        store.write("installation-key", b"another").unwrap();
        assert_eq!(mode(&store.folder().join("installation-key")), 0o600);
    }

    #[test]
    fn errors_of_the_system_become_the_three_that_a_person_can_act_on() {
        for (kind, expected) in [
            (ErrorKind::StorageFull, StoreError::Full),
            (ErrorKind::QuotaExceeded, StoreError::Full),
            (ErrorKind::ReadOnlyFilesystem, StoreError::ReadOnly),
            (ErrorKind::PermissionDenied, StoreError::ReadOnly),
        ] {
            assert_eq!(written_badly(&kind.into()), expected);
        }
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "in the way").unwrap();
        let mut store = FolderStore::new(&file);
        assert!(matches!(store.read("lease"), Err(StoreError::Damaged(_))));
        assert!(matches!(store.write("lease", b""), Err(StoreError::Damaged(_))));
    }

    #[test]
    fn writers_in_several_threads_never_mix_their_blobs() {
        let folder = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for byte in 0..4_u8 {
                let mut store = FolderStore::new(folder.path());
                scope.spawn(move || {
                    for _ in 0..10 {
                        store.write("lease", &[byte; 4_000]).unwrap();
                        let read = store.read("lease").unwrap().unwrap();
                        assert!(read.len() == 4_000 && read.iter().all(|other| *other == read[0]));
                    }
                });
            }
        });
    }
}
