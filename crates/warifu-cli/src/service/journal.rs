//! The file in which a service keeps the journal of provisional leases: beside the secrets, for the service's user only.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::PathBuf;

use warifu_service::provisional::JournalFile;

use crate::files::{self, Existing};

/// See the module.
pub(super) struct Journal {
    path: PathBuf,
    file: Option<File>,
}

impl Journal {
    /// The journal at a path. Nothing is made before there is something to write.
    pub(super) const fn new(path: PathBuf) -> Self {
        Self { path, file: None }
    }
}

impl JournalFile for Journal {
    fn read(&mut self) -> io::Result<Vec<u8>> {
        match fs::read(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            read => read,
        }
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.file.is_none() {
            if !self.path.exists() {
                // Makes it durably, for its owner only.
                self.replace(&[])?;
            }
            self.file = Some(File::options().append(true).open(&self.path)?);
        }
        let Some(file) = &mut self.file else { return Err(io::ErrorKind::NotFound.into()) };
        let written = file.write_all(bytes).and_then(|()| file.sync_all());
        if written.is_err() {
            self.file = None;
        }
        written
    }

    fn replace(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file = None;
        files::write(&self.path, bytes, Existing::Replace)
            .map_err(|error| io::Error::other(error.code().to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_appended_is_there_in_order_and_for_the_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("provisional.journal");
        let mut journal = Journal::new(path.clone());
        assert_eq!(journal.read().unwrap(), b"");
        assert!(!path.exists());
        journal.append(b"one ").unwrap();
        journal.append(b"two").unwrap();
        assert_eq!(Journal::new(path.clone()).read().unwrap(), b"one two");
        journal.replace(b"three").unwrap();
        journal.append(b" four").unwrap();
        assert_eq!(journal.read().unwrap(), b"three four");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn a_folder_that_is_gone_takes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = Journal::new(folder.path().join("gone/provisional.journal"));
        assert!(journal.append(b"one").is_err());
    }
}
