//! `cargo xtask test`: everything that can be tested on this machine.

use crate::process;
use crate::stage::{self, Counts, Done, Stage};

/// Add a part that is not a cargo test (a script against the real binary, an outside program) as a stage of its own.
const STAGES: &[Stage] = &[
    Stage { name: "tests", run: |counts| tests(counts).map(Done::from) },
    Stage { name: "doctests", run: |counts| doctests(counts).map(Done::from) },
    Stage { name: "pages", run: |counts| crate::pages::stage(counts).map(Done::from) },
    Stage { name: "kills", run: |_| kills().map(Done::from) },
];

/// Runs every stage; the last line gives the tests of all runners together.
pub(crate) fn run(args: &[String]) -> Result<(), String> {
    if !args.is_empty() {
        return Err(format!("unknown arguments {args:?}; usage: cargo xtask test"));
    }
    let mut counts = Counts::default();
    let done = stage::run_all(STAGES, &mut counts);
    println!("total: {} passed, {} failed", counts.passed, counts.failed);
    if done.is_ok() && counts.passed == 0 {
        return Err("no test was run".to_owned());
    }
    done
}

/// Every cargo test, those that need a PostgreSQL cluster too: one is started for them.
fn tests(counts: &mut Counts) -> Result<(), String> {
    #[cfg(unix)]
    let cluster = crate::cluster::Cluster::start()?;
    #[cfg(unix)]
    let variables = cluster.variables();
    #[cfg(not(unix))]
    let variables = Vec::new();
    if process::answers("cargo", &["nextest", "--version"]) {
        let args = [
            "nextest",
            "run",
            "--workspace",
            "--all-features",
            "--no-fail-fast",
            "--status-level",
            "fail",
            "--final-status-level",
            "slow",
        ];
        process::run_watched("cargo", &args, &variables, |line| count(line, counts))
    } else {
        println!("this machine lacks cargo-nextest; cargo test runs the same tests, a binary at a time");
        let args = ["test", "--workspace", "--all-features", "--no-fail-fast", "--lib", "--bins", "--tests"];
        process::run_watched("cargo", &args, &variables, |line| count(line, counts))
    }
}

fn doctests(counts: &mut Counts) -> Result<(), String> {
    process::run_watched(
        "cargo",
        &["test", "--workspace", "--all-features", "--doc", "--no-fail-fast"],
        &[],
        |line| count(line, counts),
    )
}

/// The short form of the drills that kill: the service under load on either store, clients that race for seats, also on three nodes that share a database, a machine that is lost and
/// restored, and keys that are stolen. The binaries are built with the features that the tests were built with, so that little is built twice.
fn kills() -> Result<(), String> {
    if !cfg!(target_os = "linux") {
        return Err(format!(
            "the drills that kill need Linux: they read processes in /proc, and this is {}",
            std::env::consts::OS
        ));
    }
    process::run("cargo", &["build", "--quiet", "--workspace", "--all-features", "--bins"])?;
    let ours = std::env::current_exe().map_err(|error| format!("this program's own file: {error}"))?;
    let built = |name| ours.with_file_name(name).display().to_string();
    let warifu = built("warifu");
    for drill in [
        &["crash"][..],
        &["crash", "--postgres"],
        &["race"],
        &["race", "--nodes", "3"],
        &["restore"],
        &["restore", "--postgres"],
        &["key-loss"],
    ] {
        let mut args = vec!["drill"];
        args.extend(drill);
        args.extend(["--quick", "--binary", &warifu]);
        process::run(&built("xtask"), &args)?;
    }
    Ok(())
}

/// Adds what a runner's closing line says: `test result: ok. 3 passed; 0 failed; …` or
/// `Summary [ 1.2s] 7 tests run: 6 passed (1 slow), 1 failed, 0 skipped`.
fn count(line: &str, counts: &mut Counts) {
    let line = line.trim();
    if !line.starts_with("test result:") && !line.starts_with("Summary [") {
        return;
    }
    let words: Vec<_> = line.split_whitespace().collect();
    for pair in words.windows(2) {
        let [number, what] = pair else { continue };
        let Ok(number) = number.parse::<u64>() else { continue };
        match what.trim_end_matches([',', ';']) {
            "passed" => counts.passed += number,
            "failed" | "timed" => counts.failed += number,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closing_lines_of_both_runners_are_counted() {
        for (line, passed, failed) in [
            ("test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out", 3, 0),
            ("test result: FAILED. 12 passed; 4 failed; 0 ignored", 12, 4),
            ("     Summary [   1.204s] 7 tests run: 6 passed (1 slow), 1 failed, 2 skipped", 6, 1),
            ("     Summary [   0.004s] 0 tests run: 0 passed, 2 skipped", 0, 0),
            ("warning: 3 passed", 0, 0),
        ] {
            let mut counts = Counts::default();
            count(line, &mut counts);
            assert_eq!(counts, Counts { passed, failed }, "{line}");
        }
    }
}
