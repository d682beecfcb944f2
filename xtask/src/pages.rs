//! `cargo xtask pages`: the pages in a real browser, against the real binary. The tests are in `xtask/pages/`.

use crate::stage::Counts;
use crate::{browser, process};

const USAGE: &str = "usage: cargo xtask pages [--write-screenshots]";

/// Runs the tests; with `--write-screenshots` the pictures in `docs/screenshots/` are taken anew.
pub(crate) fn run(args: &[String]) -> Result<(), String> {
    let write = match args {
        [] => false,
        [flag] if flag == "--write-screenshots" => true,
        _ => return Err(format!("unknown arguments {args:?}; {USAGE}")),
    };
    test(&mut Counts::default(), &["--package", "warifu-cli"], write)
}

/// The tests as a stage.
pub(crate) fn stage(counts: &mut Counts) -> Result<(), String> {
    if !cfg!(target_os = "linux") {
        return Err(format!(
            "the pages are opened in Debian's Chromium, which needs Linux, and this is {}",
            std::env::consts::OS
        ));
    }
    // Built as the other stages build, so that nothing is built twice.
    test(counts, &["--workspace", "--all-features"], false)
}

fn test(counts: &mut Counts, packages: &[&str], write: bool) -> Result<(), String> {
    let chromium = browser::make_ready()?;
    process::run("cargo", &[&["build", "--quiet", "--bins"], packages].concat())?;
    let ours = std::env::current_exe().map_err(|error| format!("this program's own file: {error}"))?;
    let variables = [
        ("WARIFU_BINARY", ours.with_file_name("warifu").display().to_string()),
        ("WARIFU_CHROMIUM", chromium.display().to_string()),
        ("WARIFU_WRITE_SCREENSHOTS", if write { "1" } else { "" }.to_owned()),
    ];
    let args = [
        "--test",
        "--test-reporter=spec",
        "xtask/pages/tests/pages.test.mjs",
        "xtask/pages/tests/journeys.test.mjs",
    ];
    process::run_watched("node", &args, &variables, |line| count(line, counts))
}

/// Adds what Node's closing lines say: `ℹ pass 12`, `ℹ fail 0`.
fn count(line: &str, counts: &mut Counts) {
    let Some(rest) = line.trim().strip_prefix('ℹ') else { return };
    match rest.trim().split_once(' ') {
        Some(("pass", number)) => counts.passed += number.trim().parse().unwrap_or(0),
        Some(("fail" | "cancelled", number)) => counts.failed += number.trim().parse().unwrap_or(0),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closing_lines_of_node_are_counted() {
        let mut counts = Counts::default();
        for line in
            ["ℹ tests 14", "ℹ pass 12", "ℹ fail 1", "ℹ cancelled 1", "✔ pass 7 (3ms)", "ℹ duration_ms 9"]
        {
            count(line, &mut counts);
        }
        assert_eq!(counts, Counts { passed: 12, failed: 2 });
    }
}
