//! Every attack in SECURITY.md names a test that refuses it, or says that nothing does and that this is accepted.

use std::fs;

use crate::repository;

const FILE: &str = "SECURITY.md";
/// How a table of attacks begins.
const HEADING: &str = "| attack |";
/// What a row says that nothing stops.
const ACCEPTED: &str = "| none: accepted |";

/// What is wrong, one line each.
pub(crate) fn check() -> Result<Vec<String>, String> {
    let path = repository::root().join(FILE);
    let text = fs::read_to_string(path).map_err(|error| format!("cannot read {FILE}: {error}"))?;
    let attacks = attacks(&text);
    println!("{FILE}: {} attacks", attacks.len());
    let open =
        attacks.iter().filter(|(_, row)| !row.contains("`test:") && !row.trim_end().ends_with(ACCEPTED));
    let name = |row: &str| row.split('|').nth(1).unwrap_or_default().trim().to_owned();
    Ok(open
        .map(|(line, row)| {
            format!("{FILE}:{line}: no test refuses `{}`; name one, or write `{ACCEPTED}`", name(row))
        })
        .collect())
}

/// The rows of the tables of attacks, with their lines.
fn attacks(text: &str) -> Vec<(usize, &str)> {
    let mut inside = false;
    let mut rows = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let heading = line.starts_with(HEADING);
        inside = heading || inside && line.starts_with('|');
        if inside && !heading && !line.starts_with("|---") {
            rows.push((index + 1, line));
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rows_of_tables_of_attacks_are_found_and_no_others() {
        let text = "| asset | where |\n|---|---|\n| root | offline |\n\n| attack | test |\n|---|---|\n| guess | `test: a` |\n| copy | none |\n\ntext\n| x | y |\n";
        assert_eq!(attacks(text), [(7, "| guess | `test: a` |"), (8, "| copy | none |")]);
    }
}
