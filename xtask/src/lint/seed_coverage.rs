//! No heading and no table row of the seed document is left out of its table, by the list of them in `docs/seed-headings.txt`. And what the tables of the
//! documents name exists: `` `test: crates/warifu-core/src/key/mod.rs::name` `` names a file from the
//! repository's root and a test function in it, or a behaviour of the storage port's conformance suite, which adapters test;
//! `` `code: key_malformed` `` names an entry of the catalogue, `` `windows: key_mistyped` `` and `` `warifu: no_internet` `` a cause or remedy of the troubleshooter.

use std::fs;
use std::path::Path;

use crate::generate::catalogue;
use crate::repository;

const COVERAGE: &str = "docs/seed-coverage.md";
const HEADINGS: &str = "docs/seed-headings.txt";
const TABLES: [&str; 4] = [COVERAGE, "docs/lifecycle.md", "SECURITY.md", "ARCHITECTURE.md"];

/// What is wrong, one line each.
pub(crate) fn check() -> Result<Vec<String>, String> {
    let root = repository::root();
    let catalogue = catalogue::read(&root.join("knowledge/catalogue"))?;
    let mut subjects = Vec::new();
    for subject in ["windows", "warifu"] {
        subjects.push((subject, causes_and_remedies(&root.join("knowledge").join(subject))?));
    }
    let read = |file: &str| {
        fs::read_to_string(root.join(file)).map_err(|error| format!("cannot read {file}: {error}"))
    };
    let mut wrong = left_out(&read(HEADINGS)?, &read(COVERAGE)?);
    for file in TABLES {
        let table = read(file)?;
        let tests = named(&table, "`test:");
        let codes = named(&table, "`code:");
        println!("{file}: {} tests and {} codes named", tests.len(), codes.len());
        for (line, name) in tests {
            if let Some(what) = problem(&name, |path| fs::read_to_string(root.join(path)).ok()) {
                wrong.push(format!("{file}:{line}: `{name}`: {what}"));
            }
        }
        for (subject, known) in &subjects {
            for (line, name) in named(&table, &format!("`{subject}:")) {
                if !known.contains(&format!("\n[{name}]\n")) {
                    wrong.push(format!(
                        "{file}:{line}: `{name}` is neither a cause nor a remedy in knowledge/{subject}"
                    ));
                }
            }
        }
        for (line, code) in codes {
            if !catalogue.entries.contains_key(&code) {
                wrong.push(format!("{file}:{line}: `{code}` is not in the catalogue"));
            }
        }
    }
    Ok(wrong)
}

/// What the list has and the table has not, or in another place, and headings that the table has beyond the list. The table may have more rows, for what the
/// seed says in sentences.
fn left_out(headings: &str, table: &str) -> Vec<String> {
    let wanted: Vec<&str> = headings.lines().filter(|line| !line.starts_with("# ")).collect();
    println!("{HEADINGS}: {} headings and rows", wanted.len());
    let mut wrong = Vec::new();
    let mut rows = table.lines().filter_map(labelled).peekable();
    for wanted in wanted {
        let is_row = wanted.starts_with("| ");
        // Rows of sentences may stand between; a heading is never passed over.
        while rows
            .next_if(|found| found.starts_with("| ") && !(is_row && found.starts_with(wanted)))
            .is_some()
        {}
        if rows.next_if(|found| if is_row { found.starts_with(wanted) } else { found == wanted }).is_none() {
            let found = rows.peek().map_or("the end", String::as_str);
            wrong.push(format!("{COVERAGE}: `{wanted}` of {HEADINGS} is not there; found `{found}`"));
            return wrong;
        }
    }
    let beyond = rows.filter(|found| !found.starts_with("| "));
    wrong.extend(beyond.map(|found| format!("{COVERAGE}: `{found}` is not in {HEADINGS}")));
    wrong
}

/// A chapter, heading or row of the table as the list writes it.
fn labelled(line: &str) -> Option<String> {
    if let Some(chapter) = line.strip_prefix("## ") {
        let (number, chapter) = chapter.split_once(' ')?;
        return number.parse::<u32>().is_ok().then(|| format!("## {chapter}"));
    }
    let mut cells = line.strip_prefix("| ")?.split(" | ");
    let (number, label) = (cells.next()?, cells.next()?.trim());
    if !number.starts_with(|digit: char| digit.is_ascii_digit()) {
        return None;
    }
    let bold = label.strip_prefix("**").and_then(|label| label.strip_suffix("**"));
    Some(bold.map_or_else(|| format!("| {label}"), |heading| format!("- {heading}")))
}

/// The text of everything in which the troubleshooter's causes and remedies are written down.
fn causes_and_remedies(folder: &Path) -> Result<String, String> {
    let mut text = String::new();
    for name in ["causes", "remedies"] {
        let folder = folder.join(name);
        let entries =
            fs::read_dir(&folder).map_err(|error| format!("cannot read {}: {error}", folder.display()))?;
        for entry in entries {
            let path = entry.map_err(|error| format!("cannot read {}: {error}", folder.display()))?.path();
            text.push_str(
                &fs::read_to_string(&path)
                    .map_err(|error| format!("cannot read {}: {error}", path.display()))?,
            );
            text.push('\n');
        }
    }
    Ok(text)
}

/// The names in code spans that start with `mark`, with their line numbers. The example at the top of the file, which names
/// nothing, is not one.
fn named(table: &str, mark: &str) -> Vec<(usize, String)> {
    let mut names = Vec::new();
    for (index, line) in table.lines().enumerate().filter(|(_, line)| line.starts_with('|')) {
        for part in line.split(mark).skip(1) {
            let name = part.split('`').next().unwrap_or_default().trim();
            names.push((index + 1, name.to_owned()));
        }
    }
    names
}

/// Why a name does not lead to a test, if it does not.
fn problem(name: &str, read: impl Fn(&str) -> Option<String>) -> Option<String> {
    let Some((path, function)) = name.split_once("::") else {
        return Some("write it as path::name".to_owned());
    };
    let Some(source) = read(path) else {
        return Some(format!("there is no file {path}"));
    };
    let lines: Vec<_> = source.lines().map(str::trim).collect();
    let start = format!("fn {function}(");
    let at = lines
        .iter()
        .position(|line| line.trim_start_matches("pub ").trim_start_matches("async ").starts_with(&start));
    let Some(at) = at else {
        return Some(format!("{path} has no function {function}"));
    };
    // Attributes and comments stand directly above the function.
    let above: Vec<_> = lines[..at]
        .iter()
        .rev()
        .take_while(|line| line.starts_with("#[") || line.starts_with("//"))
        .collect();
    if above.iter().any(|line| line.starts_with("#[ignore")) {
        return Some("the test is ignored".to_owned());
    }
    let tested = above.iter().any(|line| line.starts_with("#[test]") || line.starts_with("#[tokio::test"));
    if !tested && !is_behaviour(path, function, read) {
        return Some(format!("{function} is not a test"));
    }
    None
}

/// Whether the function is one of the conformance suite, whose list makes a test of it for each adapter.
fn is_behaviour(path: &str, function: &str, read: impl Fn(&str) -> Option<String>) -> bool {
    let Some((folder, file)) = path.rsplit_once('/').filter(|(folder, _)| folder.ends_with("/conformance"))
    else {
        return false;
    };
    let behaviour = format!("{}::{function}", file.trim_end_matches(".rs"));
    read(&format!("{folder}/mod.rs"))
        .is_some_and(|list| list.lines().any(|line| line.trim().trim_end_matches(';') == behaviour))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "    #[test]\n    // Goal.\n    fn holds() {}\n\n    fn helper() {}\n\n    #[tokio::test]\n    async fn waits() {}\n    #[test]\n    #[ignore = \"slow\"]\n    fn skipped() {}\n";

    #[test]
    fn a_heading_or_row_of_the_seed_that_the_table_lacks_is_told() {
        let headings = "# about\n## A\n- one\n| left\n| right\n- two\n## B\n";
        let table = "## 1 A\n| # | seed | a |\n|---|---|---|\n| 1.1 | **one** | x |\n| 1.1.1 | left (side) | |\n\
            | 1.1.2 | more | |\n| 1.1.3 | right | |\n| 1.2 | **two** | |\n## 2 B\n## Beside\n";
        assert_eq!(left_out(headings, table), Vec::<String>::new());
        for gone in
            ["| 1.1 | **one** | x |\n", "| 1.1.1 | left (side) | |\n", "| 1.1.3 | right | |\n", "## 2 B\n"]
        {
            assert_eq!(left_out(headings, &table.replace(gone, "")).len(), 1, "{gone}");
        }
        let more = table.replace("## 2 B\n", "## 2 B\n| 2.1 | **three** | |\n");
        assert_eq!(
            left_out(headings, &more),
            ["docs/seed-coverage.md: `- three` is not in docs/seed-headings.txt"]
        );
    }

    #[test]
    fn a_name_leads_to_a_test_or_is_reported() {
        let read = |path: &str| (path == "a.rs").then(|| SOURCE.to_owned());
        for (name, said) in [
            ("a.rs::holds", None),
            ("a.rs::waits", None),
            ("a.rs::helper", Some("helper is not a test")),
            ("a.rs::hold", Some("a.rs has no function hold")),
            ("a.rs::skipped", Some("the test is ignored")),
            ("b.rs::holds", Some("there is no file b.rs")),
            ("holds", Some("write it as path::name")),
        ] {
            assert_eq!(problem(name, read).as_deref(), said, "{name}");
        }
    }

    #[test]
    fn a_behaviour_of_the_conformance_suite_counts_when_the_suite_lists_it() {
        let read = |path: &str| match path {
            "x/conformance/race.rs" => {
                Some("pub fn listed(fixture: &dyn Fixture) {}\npub fn helper() {}\n".to_owned())
            }
            "x/conformance/mod.rs" => Some("            race::listed\n".to_owned()),
            _ => None,
        };
        assert_eq!(problem("x/conformance/race.rs::listed", read), None);
        assert!(problem("x/conformance/race.rs::helper", read).is_some());
    }

    #[test]
    fn all_names_of_a_row_are_found_with_their_line() {
        let table = "such as `test: path::name`\n| a | `rule` `test: a.rs::b`, `test: c.rs::d` | |\n";
        assert_eq!(named(table, "`test:"), [(2, "a.rs::b".to_owned()), (2, "c.rs::d".to_owned())]);
    }
}
