//! The root key, opened for as long as one command needs it.

use std::path::Path;

use warifu_core::catalogue::Failure;
use warifu_proto::keys::RootKey;
use warifu_service::authority::{AuthorityError, open_root};

use super::folder::ServiceFolder;
use super::passphrase;
use crate::args::RootArgs;
use crate::error::CliError;
use crate::files;
use crate::ui::Ui;

/// Opens the root file that the arguments name, or the one in the folder.
///
/// # Errors
/// `file_not_readable`, `passphrase_wrong` or `key_file_not_valid`.
pub(super) fn open(ui: &Ui, folder: &ServiceFolder, args: &RootArgs) -> Result<RootKey, CliError> {
    let path = args.root_file.clone().unwrap_or_else(|| folder.root());
    let sealed = files::read(&path)?;
    let passphrase = passphrase::recall(ui, args.passphrase_file.as_deref())?;
    open_root(&sealed, &passphrase).map_err(|error| not_opened(error, &path))
}

fn not_opened(error: AuthorityError, path: &Path) -> CliError {
    match error {
        AuthorityError::WrongPassphrase => Failure::passphrase_wrong().into(),
        _ => Failure::key_file_not_valid(path.display()).into(),
    }
}
