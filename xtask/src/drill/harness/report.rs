//! Reports in `docs/`: what a drill writes stands between two markers, what people write around them.

use std::fs;

use crate::repository;

use super::watch;

const END: &str = "<!-- end -->";
/// The page with the reports of drills that have none of their own.
const DRILLS: &str = "docs/drills.md";

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

/// Keeps what a drill found in the page of all drills, dated.
pub(in crate::drill) fn keep(drill: &str, found: &str) -> Result<(), String> {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    write(DRILLS, drill, &format!("Run of {}, on {processors} processors.\n\n{}", today(), found.trim_end()))
}

/// Today's date in UTC: a report is dated.
pub(in crate::drill) fn today() -> String {
    watch::wall().date()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_drill_that_keeps_its_report_in_the_page_of_drills_has_its_place_there() {
        let page = include_str!("../../../../docs/drills.md");
        for drill in [
            "crash",
            "crash --postgres",
            "race",
            "race --nodes 3",
            "restore",
            "restore --postgres",
            "schemathesis",
        ] {
            let (_, rest) = page.split_once(&start(drill)).unwrap();
            assert!(rest.contains(END), "{drill}");
        }
    }
}
