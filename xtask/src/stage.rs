//! A command as a list of named stages: each is timed, all run even when one fails, and the end says how each one went.

use std::time::{Duration, Instant};

/// One stage: its name and what it does.
pub(crate) struct Stage {
    pub(crate) name: &'static str,
    pub(crate) run: fn(&mut Counts) -> Result<(), String>,
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
        done.push((stage.name, took, result.is_ok()));
    }
    println!("\nstage                       minutes");
    for (name, took, ok) in &done {
        println!("{name:<26}{:>9}  {}", minutes(*took), if *ok { "ok" } else { "FAILED" });
    }
    let total: Duration = done.iter().map(|(_, took, _)| *took).sum();
    println!("{:<26}{:>9}", "all", minutes(total));
    let failed: Vec<_> = done.iter().filter(|(_, _, ok)| !ok).map(|(name, _, _)| *name).collect();
    if failed.is_empty() { Ok(()) } else { Err(format!("failed: {}", failed.join(", "))) }
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
