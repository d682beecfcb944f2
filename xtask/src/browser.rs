//! What the tests of the pages need beside Rust: Debian's Chromium, Japanese fonts, Node.js, and two packages of npm at the versions of
//! `xtask/pages/package-lock.json`. What is lacking is installed, or the error names it.

use std::path::PathBuf;

use crate::repository;
use crate::{debian, process};

/// The oldest Node.js that the packages run on.
const NODE_MIN: u32 = 18;
const NPM_PACKAGES: [&str; 2] = ["playwright-core", "axe-core"];

/// Makes everything ready and gives the browser's path.
///
/// # Errors
/// When something is lacking and cannot be installed; the message names it.
pub(crate) fn make_ready() -> Result<PathBuf, String> {
    let mut packages = Vec::new();
    if chromium().is_none() {
        packages.push("chromium");
    }
    match has_japanese_font() {
        Some(true) => {}
        Some(false) => packages.push("fonts-noto-cjk"),
        None => packages.extend(["fontconfig", "fonts-noto-cjk"]),
    }
    if node_version().is_none() {
        packages.push("nodejs");
    }
    if !process::answers("npm", &["--version"]) {
        packages.push("npm");
    }
    if !packages.is_empty() {
        debian::install("the tests of the pages", &packages)?;
    }
    match node_version() {
        Some(version) if version >= NODE_MIN => {}
        Some(version) => {
            return Err(format!(
                "the tests of the pages need Node.js {NODE_MIN} or newer, and this is {version}: install a newer `nodejs`"
            ));
        }
        None => return Err("Node.js was installed, but `node --version` does not answer".to_owned()),
    }
    node_modules()?;
    chromium().ok_or_else(|| "Chromium was installed, but its program was not found".to_owned())
}

/// The browser: Debian's, or one of the same name elsewhere.
fn chromium() -> Option<PathBuf> {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let mut candidates = std::env::split_paths(&folders)
        .flat_map(|folder| ["chromium", "chromium-browser", "google-chrome"].map(|name| folder.join(name)));
    candidates.find(|path| path.is_file())
}

/// Without a font that has them, Japanese letters are boxes, and screenshots show nothing. `None`: this machine cannot tell.
fn has_japanese_font() -> Option<bool> {
    let output = process::command("fc-list", &[":lang=ja", "family"]).output().ok()?;
    output.status.success().then(|| !output.stdout.trim_ascii().is_empty())
}

/// The first number of Node's version.
fn node_version() -> Option<u32> {
    let output = process::command("node", &["--version"]).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

/// The packages of npm at the locked versions; none of them runs a script when it is installed.
fn node_modules() -> Result<(), String> {
    let folder = repository::root().join("xtask/pages");
    let lock = std::fs::read_to_string(folder.join("package-lock.json"))
        .map_err(|error| format!("xtask/pages/package-lock.json: {error}"))?;
    let is_current = NPM_PACKAGES.iter().all(|name| {
        let manifest = std::fs::read_to_string(folder.join("node_modules").join(name).join("package.json"));
        let version = manifest.ok().as_deref().and_then(version_in).map(str::to_owned);
        version.is_some() && version.as_deref() == locked(&lock, name)
    });
    if is_current {
        return Ok(());
    }
    let args = ["ci", "--prefix", "xtask/pages", "--ignore-scripts", "--no-audit", "--no-fund"];
    process::run("npm", &args)
}

/// The version that the lock names for a package.
fn locked<'a>(lock: &'a str, name: &str) -> Option<&'a str> {
    let (_, entry) = lock.split_once(&format!("\"node_modules/{name}\": {{"))?;
    version_in(entry)
}

fn version_in(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("\"version\": \"")?;
    rest.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_package_is_locked_to_one_version() {
        let lock = include_str!("../pages/package-lock.json");
        for name in NPM_PACKAGES {
            let version = locked(lock, name).unwrap();
            assert!(version.starts_with(|digit: char| digit.is_ascii_digit()), "{name} {version}");
        }
        assert_eq!(locked(lock, "left-pad"), None);
        assert!(!lock.contains("\"resolved\""), "the lock names no place from which packages come");
    }
}
