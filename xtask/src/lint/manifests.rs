//! What the packages of this workspace depend on, as their manifests say it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use toml::{Table, Value};

use crate::repository;

/// The tables of a manifest that name dependencies, also below `[target.…]`.
const KINDS: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

/// One package.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Package {
    /// Its folder, from the repository's root.
    pub(super) folder: String,
    /// What it is called.
    pub(super) name: String,
    /// What it is built from: each dependency that is no test's, and whether it is there by a feature only.
    pub(super) parts: BTreeMap<String, bool>,
    /// Every dependency of any kind.
    pub(super) all: BTreeSet<String>,
    /// Those among them whose version the workspace says.
    pub(super) inherited: BTreeSet<String>,
}

impl Package {
    fn parse(folder: &str, text: &str) -> Result<Self, String> {
        let manifest: Table =
            toml::from_str(text).map_err(|error| format!("{folder}/Cargo.toml: {error}"))?;
        let name = manifest.get("package").and_then(|package| package.get("name")).and_then(Value::as_str);
        let mut package =
            Self { folder: folder.to_owned(), name: name.unwrap_or_default().to_owned(), ..Self::default() };
        package.take(&manifest);
        let targets = manifest.get("target").and_then(Value::as_table);
        for table in targets.into_iter().flat_map(|targets| targets.values()).filter_map(Value::as_table) {
            package.take(table);
        }
        Ok(package)
    }

    fn take(&mut self, table: &Table) {
        for kind in KINDS {
            for (name, how) in table.get(kind).and_then(Value::as_table).into_iter().flatten() {
                let says = |key| how.get(key).and_then(Value::as_bool).unwrap_or(false);
                self.all.insert(name.clone());
                if says("workspace") {
                    self.inherited.insert(name.clone());
                }
                if kind == "dependencies" {
                    self.parts.insert(name.clone(), says("optional"));
                }
            }
        }
    }
}

/// Every package of the workspace, by folder.
pub(super) fn packages() -> Result<Vec<Package>, String> {
    let files = repository::files()?;
    let folders = files.iter().filter_map(|file| file.strip_suffix("/Cargo.toml"));
    folders.map(|folder| Package::parse(folder, &read(&format!("{folder}/Cargo.toml"))?)).collect()
}

/// The dependencies that the workspace declares for its packages.
pub(super) fn declared() -> Result<BTreeSet<String>, String> {
    let manifest: Table =
        toml::from_str(&read("Cargo.toml")?).map_err(|error| format!("Cargo.toml: {error}"))?;
    let table = manifest.get("workspace").and_then(|workspace| workspace.get("dependencies"));
    Ok(table.and_then(Value::as_table).into_iter().flat_map(Table::keys).cloned().collect())
}

fn read(path: &str) -> Result<String, String> {
    fs::read_to_string(repository::root().join(path)).map_err(|error| format!("cannot read {path}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_dependency_is_read() {
        let manifest = "[package]\nname = \"a\"\n\
            [dependencies]\nb.workspace = true\nc = { workspace = true, optional = true }\nd = \"1\"\n\
            [dev-dependencies]\ne.workspace = true\n[build-dependencies]\nf = { version = \"1\" }\n\
            [target.'cfg(unix)'.dependencies]\ng = \"1\"\n";
        let package = Package::parse("crates/a", manifest).unwrap();
        let names = |names: &BTreeSet<String>| names.iter().cloned().collect::<String>();
        assert_eq!((package.folder.as_str(), package.name.as_str()), ("crates/a", "a"));
        assert_eq!((names(&package.all), names(&package.inherited)), ("bcdefg".to_owned(), "bce".to_owned()));
        let parts: Vec<_> = package.parts.iter().map(|(name, optional)| (name.as_str(), *optional)).collect();
        assert_eq!(parts, [("b", false), ("c", true), ("d", false), ("g", false)]);
    }
}
