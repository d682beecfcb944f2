//! A command as a list of named stages: each is timed, all run even when one fails, and the end says how each one went.

use std::time::{Duration, Instant};

/// One stage: its name and what it does.
pub(crate) struct Stage {
    pub(crate) name: &'static str,
    pub(crate) run: fn(&mut Counts) -> Result<Done, String>,
}

/// How a stage went that did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Done {
    /// All of it was done.
    Whole,
    /// This part of it could not be checked on this machine, and may be wrong.
    NotChecked(&'static str),
}

impl From<()> for Done {
    fn from((): ()) -> Self {
        Self::Whole
    }
}

/// Tests that were run so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

/// Runs every stage and prints its minutes. An error names the stages that failed.
pub(crate) fn run_all(stages: &[Stage], counts: &mut Counts) -> Result<(), String> {
    let mut done = Vec::new();
    for stage in stages {
        println!("\n== {} ==", stage.name);
        let start = now();
        let result = (stage.run)(counts);
        let took = now().duration_since(start);
        if let Err(what) = &result {
            println!("FAILED: {what}");
        }
        println!("== {}: {} minutes ==", stage.name, minutes(took));
        done.push((stage.name, took, result.ok()));
    }
    println!("\nstage                       minutes");
    for (name, took, result) in &done {
        println!("{}", row(name, *took, *result));
    }
    let total: Duration = done.iter().map(|(_, took, _)| *took).sum();
    println!("{:<26}{:>9}", "all", minutes(total));
    let failed: Vec<_> =
        done.iter().filter(|(_, _, result)| result.is_none()).map(|(name, _, _)| *name).collect();
    if failed.is_empty() { Ok(()) } else { Err(format!("failed: {}", failed.join(", "))) }
}

/// A stage's line in the table. `None`: it failed.
fn row(name: &str, took: Duration, result: Option<Done>) -> String {
    let said = match result {
        Some(Done::Whole) => "ok".to_owned(),
        Some(Done::NotChecked(what)) => format!("NOT CHECKED: {what}"),
        None => "FAILED".to_owned(),
    };
    format!("{name:<26}{:>9}  {said}", minutes(took))
}

fn minutes(took: Duration) -> String {
    format!("{:.1}", took.as_secs_f64() / 60.0)
}

#[expect(
    clippy::disallowed_methods,
    reason = "a stop-watch for a terminal; no rule of the product depends on it"
)]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_checked_is_never_called_ok() {
        let minute = Duration::from_secs(60);
        assert_eq!(row("audit", minute, Some(Done::Whole)), "audit                           1.0  ok");
        assert_eq!(row("audit", minute, None), "audit                           1.0  FAILED");
        let part = row("audit", minute, Some(Done::NotChecked("advisories")));
        assert!(part.ends_with("NOT CHECKED: advisories") && !part.contains("ok"), "{part}");
    }
}
