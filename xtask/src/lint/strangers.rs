//! Nothing of one machine gets into the repository: no path of this checkout or of somebody's home, and no address from which
//! this machine happens to take its packages.

use std::fs;

use crate::repository;

/// The only place that `Cargo.lock` may take packages from.
const CRATES_IO: &str = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";

/// Settings that point a package client somewhere else.
const REDIRECTS: [&str; 5] = ["replace-with", "index-url", "find-links", "[source.", "registry="];

/// What is wrong, one line each.
pub(crate) fn check() -> Result<Vec<String>, String> {
    let root = repository::root();
    let mut paths = vec![format!("{}/", root.display())];
    if let Some(home) = std::env::home_dir().filter(|home| home.components().count() > 1) {
        paths.push(format!("{}/", home.display()));
    }
    // A folder right below the system's root, such as /tmp, says nothing of one machine.
    if let Some(above) = root.parent().filter(|above| above.components().count() > 2) {
        paths.push(format!("{}/", above.display()));
    }
    let mut wrong = Vec::new();
    for file in repository::files()? {
        // Binary files and files removed but not yet committed have nothing to read.
        if let Ok(text) = fs::read_to_string(root.join(&file)) {
            find(&file, &text, &paths, &mut wrong);
        }
    }
    Ok(wrong)
}

fn find(file: &str, text: &str, paths: &[String], wrong: &mut Vec<String>) {
    let settings = file.ends_with("config.toml") || file.ends_with(".npmrc") || file.ends_with("pip.conf");
    for (index, line) in text.lines().enumerate() {
        let at = index + 1;
        if let Some(path) = paths.iter().find(|path| stands_alone(line, path)) {
            wrong.push(format!("{file}:{at}: a path of this machine ({path})"));
        }
        if file.ends_with("Cargo.lock") && line.starts_with("source = ") && line != CRATES_IO {
            wrong.push(format!("{file}:{at}: a package that does not come from the public registry"));
        }
        if settings && REDIRECTS.iter().any(|word| line.contains(word)) {
            wrong.push(format!("{file}:{at}: packages taken from another place than usual"));
        }
    }
}

/// Whether `path` occurs in the line as the start of a path: `/src/` in `see /src/x`, but not in `a/src/x`.
fn stands_alone(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|symbol| {
            symbol.is_alphanumeric() || matches!(symbol, '.' | '_' | '-' | '~' | '}' | '*')
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_places_of_one_machine_are_found() {
        let paths = ["/home/ann/".to_owned()];
        let found = |file: &str, text: &str| {
            let mut wrong = Vec::new();
            find(file, text, &paths, &mut wrong);
            wrong.len()
        };
        assert_eq!(found("a.md", "see \"/home/ann/x\""), 1);
        assert_eq!(found("a.md", "see docs/home/ann/x and /home/annie"), 0);
        assert_eq!(found("Cargo.lock", CRATES_IO), 0);
        assert_eq!(found("Cargo.lock", "source = \"registry+https://mirror.example/index\""), 1);
        assert_eq!(found(".cargo/config.toml", "replace-with = \"mirror\""), 1);
    }
}
