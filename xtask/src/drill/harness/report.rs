//! Reports in `docs/`: what a drill writes stands between two markers, what people write around them.

use std::fs;

use crate::repository;

use super::watch;

const END: &str = "<!-- end -->";

/// The line that the generated part of a drill's report begins with.
fn start(drill: &str) -> String {
    format!("<!-- written by `cargo xtask drill {drill}`: do not edit -->")
}

/// Replaces what is between the markers of a report.
pub(in crate::drill) fn write(path: &str, drill: &str, tables: &str) -> Result<(), String> {
    let file = repository::root().join(path);
    let failed = |error: std::io::Error| format!("{path}: {error}");
    let text = fs::read_to_string(&file).map_err(failed)?;
    let start = start(drill);
    let (before, rest) =
        text.split_once(&start).ok_or_else(|| format!("{path} has lost the line {start}"))?;
    let (_, after) = rest.split_once(END).ok_or_else(|| format!("{path} has lost the line {END}"))?;
    fs::write(&file, format!("{before}{start}\n\n{tables}\n{END}{after}")).map_err(failed)?;
    println!("wrote {path}");
    Ok(())
}

/// Today's date in UTC: a report is dated.
pub(in crate::drill) fn today() -> String {
    watch::wall().date()
}
