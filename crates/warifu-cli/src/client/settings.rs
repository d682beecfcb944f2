//! What a folder remembers: the service, its root, and the product. Nothing in it is secret.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use warifu_core::catalogue::Failure;

use crate::args::InstallationArgs;
use crate::error::CliError;
use crate::files::{self, Existing};

/// Which service and product an installation belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Settings {
    /// The service's address.
    pub(super) service: String,
    /// Its root public key.
    pub(super) root: String,
    /// The product's code.
    pub(super) product: String,
    /// Certificate authorities to trust besides the system's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) ca: Option<PathBuf>,
    /// Whether test keys of a sandbox are accepted.
    #[serde(default)]
    pub(super) sandbox: bool,
}

/// The file that holds them.
pub(super) fn path(folder: &Path) -> PathBuf {
    folder.join("client.json")
}

/// What the folder remembers, if anything.
///
/// # Errors
/// `client_settings_damaged` when the file is there and holds something else, `file_not_readable`.
pub(super) fn read(folder: &Path) -> Result<Option<Settings>, CliError> {
    let path = path(folder);
    if !path.exists() {
        return Ok(None);
    }
    let bytes = files::read(&path)?;
    let settings = serde_json::from_slice(&bytes);
    settings.map(Some).map_err(|error| Failure::client_settings_damaged(path.display(), error).into())
}

/// Remembers the settings.
///
/// # Errors
/// `file_not_writable`.
pub(super) fn write(folder: &Path, settings: &Settings) -> Result<(), CliError> {
    files::make_folder(folder)?;
    let mut bytes = serde_json::to_vec_pretty(settings).unwrap_or_default();
    bytes.push(b'\n');
    files::write(&path(folder), &bytes, Existing::Replace)
}

/// What the options ask for over what is remembered. The address may change; another root or product is another installation.
///
/// # Errors
/// `client_not_set_up` when something is neither given nor remembered, `client_set_up_otherwise`.
pub(super) fn merge(
    folder: &Path,
    remembered: Option<Settings>,
    args: &InstallationArgs,
) -> Result<Settings, CliError> {
    let fixed = |name: &str, found: Option<&String>, asked: &Option<String>| match (found, asked) {
        (Some(found), Some(asked)) if found != asked.trim() => {
            Err(CliError::from(Failure::client_set_up_otherwise(folder.display(), name, found, asked)))
        }
        (Some(found), _) => Ok(found.clone()),
        (None, Some(asked)) => Ok(asked.trim().to_owned()),
        (None, None) => Err(Failure::client_not_set_up(folder.display()).into()),
    };
    let found = remembered.as_ref();
    let root = fixed("root", found.map(|settings| &settings.root), &args.root)?;
    let product = fixed("product", found.map(|settings| &settings.product), &args.product)?;
    let service = args.service.clone().or_else(|| found.map(|settings| settings.service.clone()));
    let service = service.ok_or_else(|| Failure::client_not_set_up(folder.display()))?;
    let ca = match &args.ca {
        Some(path) => Some(std::path::absolute(path).map_err(|error| files::not_readable(path, &error))?),
        None => found.and_then(|settings| settings.ca.clone()),
    };
    let sandbox = args.sandbox || found.is_some_and(|settings| settings.sandbox);
    Ok(Settings { service: service.trim().trim_end_matches('/').to_owned(), root, product, ca, sandbox })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(service: Option<&str>, root: Option<&str>, product: Option<&str>) -> InstallationArgs {
        let text = |text: Option<&str>| text.map(str::to_owned);
        InstallationArgs {
            service: text(service),
            root: text(root),
            product: text(product),
            ..Default::default()
        }
    }

    #[test]
    fn settings_come_back_and_the_address_alone_may_change() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let code = |remembered: Option<Settings>, args| {
            merge(folder, remembered, &args).unwrap_err().code().to_owned()
        };
        assert_eq!(code(None, asked(Some("https://a.example"), None, Some("draw"))), "client_not_set_up");
        let first =
            merge(folder, None, &asked(Some("https://a.example/"), Some("00"), Some("draw"))).unwrap();
        write(folder, &first).unwrap();
        let remembered = read(folder).unwrap();
        assert_eq!(remembered.as_ref(), Some(&first));
        assert_eq!(merge(folder, remembered.clone(), &asked(None, None, None)).unwrap(), first);
        let moved = merge(folder, remembered.clone(), &asked(Some("https://b.example"), None, None)).unwrap();
        assert_eq!(moved.service, "https://b.example");
        assert_eq!(code(remembered.clone(), asked(None, Some("11"), None)), "client_set_up_otherwise");
        assert_eq!(code(remembered, asked(None, None, Some("write"))), "client_set_up_otherwise");
    }

    #[test]
    fn a_file_that_is_something_else_is_not_taken_for_settings() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(path(folder.path()), "hello").unwrap();
        assert_eq!(read(folder.path()).unwrap_err().code(), "client_settings_damaged");
    }
}
