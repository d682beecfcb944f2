//! Where an installation keeps its lease: the folder named, or one for each product below the user's data folder.

use std::env;
use std::path::{Path, PathBuf};

use warifu_core::catalogue::Failure;
use warifu_core::text::Slug;

use super::settings;
use crate::error::CliError;

/// The folder of the installation that is meant.
///
/// # Errors
/// `client_not_set_up` when there is none to choose, `several_products` when there are several, `field_not_valid` for a product's code
/// that is none.
pub(super) fn folder(data: Option<&Path>, product: Option<&str>) -> Result<PathBuf, CliError> {
    if let Some(folder) = data {
        return Ok(folder.to_owned());
    }
    let base = base().ok_or_else(|| Failure::client_not_set_up("--data"))?;
    match product {
        // A code holds no character that could lead elsewhere.
        Some(code) => match Slug::new(code) {
            Ok(code) => Ok(base.join(code.as_str())),
            Err(_) => Err(Failure::field_not_valid("product", code, Slug::RULE).into()),
        },
        None => only(&base),
    }
}

/// The only product below `base`.
fn only(base: &Path) -> Result<PathBuf, CliError> {
    let entries = std::fs::read_dir(base).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut found: Vec<PathBuf> = entries.filter(|folder| settings::path(folder).is_file()).collect();
    found.sort();
    if found.len() > 1 {
        let names = found.iter().filter_map(|folder| folder.file_name()?.to_str());
        return Err(Failure::several_products(names.collect::<Vec<_>>().join(", ")).into());
    }
    found.pop().ok_or_else(|| Failure::client_not_set_up(base.display()).into())
}

/// The user's data folder: `$XDG_DATA_HOME/warifu` or `~/.local/share/warifu`, and what Windows and macOS have in its place.
fn base() -> Option<PathBuf> {
    let variable = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || env::home_dir().filter(|path| path.is_absolute());
    let folder = if cfg!(windows) {
        variable("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        home().map(|home| home.join("Library/Application Support"))
    } else {
        variable("XDG_DATA_HOME").or_else(|| home().map(|home| home.join(".local/share")))
    };
    Some(folder?.join("warifu"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_that_leads_elsewhere_is_no_product() {
        let error = folder(None, Some("../../etc")).unwrap_err();
        assert_eq!(error.code(), "field_not_valid");
    }

    #[test]
    fn the_only_product_is_taken_and_several_are_named() {
        let base = tempfile::tempdir().unwrap();
        assert_eq!(only(base.path()).unwrap_err().code(), "client_not_set_up");
        let add = |name: &str| {
            let folder = base.path().join(name);
            std::fs::create_dir(&folder).unwrap();
            std::fs::write(settings::path(&folder), "{}").unwrap();
            folder
        };
        let draw = add("draw");
        std::fs::create_dir(base.path().join("not-set-up")).unwrap();
        assert_eq!(only(base.path()).unwrap(), draw);
        add("write");
        let error = only(base.path()).unwrap_err();
        assert!(error.message(warifu_core::catalogue::Lang::En).contains("draw, write"));
    }
}
