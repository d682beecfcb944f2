//! A service's data folder: which files it holds, and reading its keys.

use std::path::{Path, PathBuf};

use warifu_core::catalogue::Failure;
use warifu_service::authority::{Authority, AuthorityError};
use warifu_service::log::LogKeys;
use warifu_service::secrets::Secrets;

use crate::error::CliError;
use crate::files;

/// The folder when none is named.
const DEFAULT: &str = "warifu-data";

/// A service's data folder.
#[derive(Clone, Debug)]
pub(crate) struct ServiceFolder(PathBuf);

impl ServiceFolder {
    /// The folder that `--data` names, or `warifu-data` here.
    pub(crate) fn new(data: Option<&Path>) -> Self {
        Self(data.unwrap_or(Path::new(DEFAULT)).to_owned())
    }

    /// The folder.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// The store.
    pub(crate) fn store(&self) -> PathBuf {
        self.0.join("warifu.db")
    }

    /// The note of where the store is, in a folder whose store is a database.
    pub(crate) fn store_note(&self) -> PathBuf {
        self.0.join("store.toml")
    }

    /// The root key, sealed by its passphrase; meant to be moved offline. `serve` never opens it.
    pub(crate) fn root(&self) -> PathBuf {
        self.0.join("root.warifu")
    }

    /// The issuing keys with their certificates.
    pub(crate) fn issuing_keys(&self) -> PathBuf {
        self.0.join("issuing-keys.json")
    }

    /// The list of withdrawn issuing keys, once there is one.
    pub(crate) fn key_list(&self) -> PathBuf {
        self.0.join("key-list.warifu")
    }

    /// The keys that sign the verifiable log, with their certificates.
    pub(crate) fn log_keys(&self) -> PathBuf {
        self.0.join("log-keys.json")
    }

    /// The journal of provisional leases, once there was an outage.
    pub(crate) fn journal(&self) -> PathBuf {
        self.0.join("provisional.journal")
    }

    /// The id of the journal, in the folder of a node of a database that bridges its outages, or did. Never copied to another node.
    pub(crate) fn journal_id(&self) -> PathBuf {
        self.0.join("provisional.id")
    }

    /// The secrets that product keys and fingerprints are made with.
    pub(crate) fn secrets(&self) -> PathBuf {
        self.0.join("secrets.json")
    }

    /// The files of this folder that no backup of the store holds and that a service cannot be brought back without: those that `init` makes, and
    /// those of which a folder need not have one and this has. The root key is not among them, for it belongs elsewhere.
    pub(crate) fn kept_apart(&self) -> Vec<PathBuf> {
        let always = [self.secrets(), self.issuing_keys(), self.log_keys()];
        let perhaps = [self.key_list(), self.store_note()].into_iter().filter(|path| path.exists());
        always.into_iter().chain(perhaps).collect()
    }

    /// Passes if a service was made here.
    ///
    /// # Errors
    /// `service_folder_empty`.
    pub(crate) fn require(&self) -> Result<(), CliError> {
        let made = self.issuing_keys().exists() || self.secrets().exists() || self.store().exists();
        if made { Ok(()) } else { Err(Failure::service_folder_empty(self.0.display()).into()) }
    }

    /// The issuing keys.
    ///
    /// # Errors
    /// `file_not_readable` or `key_file_not_valid`.
    pub(crate) fn read_authority(&self) -> Result<Authority, CliError> {
        let path = self.issuing_keys();
        let authority = Authority::from_bytes(&files::read(&path)?)
            .map_err(|_| Failure::key_file_not_valid(path.display()))?;
        self.with_key_list(authority)
    }

    /// The issuing keys as their file has them, withdrawn ones too: for withdrawing.
    ///
    /// # Errors
    /// `file_not_readable` or `key_file_not_valid`.
    pub(crate) fn read_authority_to_withdraw(&self) -> Result<Authority, CliError> {
        let path = self.issuing_keys();
        let authority = Authority::from_bytes(&files::read(&path)?)
            .map_err(|_| Failure::key_file_not_valid(path.display()))?;
        self.knowing(authority, Authority::to_withdraw)
    }

    /// An authority that knows of the folder's list of withdrawn issuing keys.
    ///
    /// # Errors
    /// `file_not_readable` or `key_file_not_valid`.
    pub(crate) fn with_key_list(&self, authority: Authority) -> Result<Authority, CliError> {
        self.knowing(authority, Authority::with_key_list)
    }

    fn knowing(
        &self,
        authority: Authority,
        know: impl FnOnce(Authority, &str) -> Result<Authority, AuthorityError>,
    ) -> Result<Authority, CliError> {
        let path = self.key_list();
        if !path.exists() {
            return Ok(authority);
        }
        let token = files::read_line(&path)?;
        know(authority, &token).map_err(|_| Failure::key_file_not_valid(path.display()).into())
    }

    /// The keys that sign the verifiable log. None in a folder that was made before there was one.
    ///
    /// # Errors
    /// `file_not_readable` or `key_file_not_valid`.
    pub(crate) fn read_log_keys(&self) -> Result<Option<LogKeys>, CliError> {
        let path = self.log_keys();
        if path.symlink_metadata().is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound) {
            return Ok(None);
        }
        let keys = LogKeys::from_bytes(&files::read(&path)?);
        keys.map(Some).map_err(|_| Failure::key_file_not_valid(path.display()).into())
    }

    /// The secrets.
    ///
    /// # Errors
    /// `file_not_readable` or `key_file_not_valid`.
    pub(crate) fn read_secrets(&self) -> Result<Secrets, CliError> {
        let path = self.secrets();
        Secrets::from_bytes(&files::read(&path)?)
            .map_err(|_| Failure::key_file_not_valid(path.display()).into())
    }
}
