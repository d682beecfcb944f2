//! Documents lead somewhere: a relative link in any document names a file that exists, and in the documents that describe the
//! code every path in backticks does too.

use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::repository;

/// Documents whose paths in backticks are places in this repository, from its root.
const MAPS: [&str; 3] = ["ARCHITECTURE.md", "SECURITY.md", "docs/adr/"];

/// What is wrong, one line each.
pub(crate) fn check() -> Result<Vec<String>, String> {
    let root = repository::root();
    let exists = |path: &str| root.join(path).exists();
    let mut wrong = Vec::new();
    let mut seen = 0;
    for file in repository::files()?.into_iter().filter(|file| file.ends_with(".md")) {
        // A file removed but not yet committed has nothing to read.
        let Ok(text) = fs::read_to_string(root.join(&file)) else { continue };
        let prose = without_blocks(&text);
        let mut places = links(&prose, &file);
        if MAPS.iter().any(|map| file.starts_with(map)) {
            places.extend(code_paths(&prose));
        }
        seen += places.len();
        for (line, path) in places {
            if !exists(&path) {
                wrong.push(format!("{file}:{line}: there is no {path}"));
            }
        }
    }
    println!("documents: {seen} links and paths followed");
    Ok(wrong)
}

/// The lines that are not in a fenced block, with their numbers.
fn without_blocks(text: &str) -> Vec<(usize, &str)> {
    let mut inside = false;
    let numbered = text.lines().enumerate();
    numbered
        .filter(|(_, line)| {
            let fence = line.trim_start().starts_with("```");
            inside ^= fence;
            !inside && !fence
        })
        .map(|(index, line)| (index + 1, line))
        .collect()
}

/// Targets of relative links, from the repository's root.
fn links(lines: &[(usize, &str)], file: &str) -> Vec<(usize, String)> {
    let folder = Path::new(file).parent().unwrap_or(Path::new(""));
    let mut found = Vec::new();
    for (number, line) in lines {
        for target in
            line.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target)
        {
            let path = target.split('#').next().unwrap_or_default();
            if !path.is_empty() && !path.contains(':') && !path.contains(' ') {
                found.push((*number, normal(&folder.join(path))));
            }
        }
    }
    found
}

/// Code spans that have the form of a path: two segments or more, or a file name with a well-known ending.
fn code_paths(lines: &[(usize, &str)]) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (number, line) in lines {
        for span in line.split('`').skip(1).step_by(2) {
            // A test is named as path::name.
            let path = span.trim_start_matches("test:").trim().split("::").next().unwrap_or_default();
            let plain = path.chars().all(|symbol| symbol.is_ascii_alphanumeric() || "._-/".contains(symbol));
            let named = [".md", ".toml", ".rs"].iter().any(|ending| path.ends_with(ending));
            if plain && !path.starts_with('/') && (path.contains('/') || named) {
                found.push((*number, path.to_owned()));
            }
        }
    }
    found
}

/// `path` with its `..` resolved.
fn normal(path: &Path) -> String {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => {
                normal.pop();
            }
            Component::CurDir => {}
            other => normal.push(other),
        }
    }
    normal.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_links_are_resolved_and_others_left_alone() {
        let lines =
            [(1, "see [a](../keys.md#tag), [b](https://example.com/x) and [c](#here)"), (2, "[d](e/f.md)")];
        assert_eq!(
            links(&lines, "docs/adr/1.md"),
            [(1, "docs/keys.md".to_owned()), (2, "docs/adr/e/f.md".to_owned())]
        );
    }

    #[test]
    fn code_spans_that_are_paths_are_told_from_other_code() {
        let line = "`crates/a/src/b.rs`, `deny.toml`, `test: x/y.rs::holds`, `/v1/renew`, `a/b c`, `Name::MAX`, `cargo run`";
        let found: Vec<_> = code_paths(&[(1, line)]).into_iter().map(|(_, path)| path).collect();
        assert_eq!(found, ["crates/a/src/b.rs", "deny.toml", "x/y.rs"]);
    }

    #[test]
    fn fenced_blocks_are_passed_over() {
        let lines = without_blocks("a\n```sh\n[x](y)\n```\nb");
        assert_eq!(lines, [(1, "a"), (5, "b")]);
    }
}
