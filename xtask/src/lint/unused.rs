//! No dependency is there for nothing: what the workspace declares is taken by a package, and what a package takes is named in its code.

use std::fs;

use super::manifests::{self, Package};
use crate::repository;

/// What is wrong, one line each.
pub(super) fn check() -> Result<Vec<String>, String> {
    let (declared, packages) = (manifests::declared()?, manifests::packages()?);
    let mut wrong: Vec<String> = declared
        .iter()
        .filter(|name| !packages.iter().any(|package| package.inherited.contains(*name)))
        .map(|name| format!("Cargo.toml: no package takes the dependency `{name}`; remove it"))
        .collect();
    let files = repository::files()?;
    for package in &packages {
        let code = code(package, &files);
        let unused = package.all.iter().filter(|name| !names(&code, &name.replace('-', "_")));
        wrong.extend(unused.map(|name| {
            format!("{}/Cargo.toml: nothing in the package's code names `{name}`; remove it", package.folder)
        }));
    }
    println!("dependencies: {} declared, {} packages searched for them", declared.len(), packages.len());
    Ok(wrong)
}

/// All of a package's Rust code as one text, with what it includes by path from elsewhere.
fn code(package: &Package, files: &[String]) -> String {
    let inside = format!("{}/", package.folder);
    let mut code = String::new();
    for file in files.iter().filter(|file| file.starts_with(&inside) && file.ends_with(".rs")) {
        let path = repository::root().join(file);
        // A file removed but not yet committed has nothing to read.
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let folder = path.parent().unwrap_or(&path);
        let included = included(&text).filter_map(|included| fs::read_to_string(folder.join(included)).ok());
        code.extend(included);
        code.push_str(&text);
    }
    code
}

/// The files that a file names as modules by `#[path = "…"]`.
fn included(text: &str) -> impl Iterator<Item = &str> {
    let attributes = text.lines().filter_map(|line| line.trim().strip_prefix("#[path = \""));
    attributes.filter_map(|rest| rest.strip_suffix("\"]"))
}

/// Whether the text has this identifier, and not only as a part of a longer one.
fn names(code: &str, identifier: &str) -> bool {
    let continues = |symbol: char| symbol.is_alphanumeric() || symbol == '_';
    code.match_indices(identifier).any(|(at, _)| {
        let after = &code[at + identifier.len()..];
        !code[..at].ends_with(continues) && !after.starts_with(continues)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_included_by_path_is_found() {
        let text = "mod a;\n    #[path = \"../b.rs\"]\n    mod b;\n// #[path]\n";
        assert_eq!(included(text).collect::<Vec<_>>(), ["../b.rs"]);
    }

    #[test]
    fn an_identifier_is_found_as_a_whole_only() {
        assert!(names("use serde::Serialize;", "serde"));
        assert!(names("#[serde(default)]", "serde"));
        assert!(!names("use serde_json::Value; deserde", "serde"));
        assert!(!names("", "serde"));
    }
}
