//! `cargo xtask drill sim`: a million steps of the simulator over many seeds, with the report `docs/simulation.md`; or one run again.
//!
//! - `--seed N --steps M` makes one run and prints its trace, whether it fails or not.
//! - `--quick` makes a twentieth of the runs and writes nothing.
//! - `--first N` begins with another seed than 1.

use warifu_sim::{Report, Run};

use super::harness::report;

/// How many steps a run has, and how many runs there are: a million steps.
const STEPS: u64 = 2_000;
const RUNS: u64 = 500;
/// How often each fault has to meet each command in all runs.
const MEETINGS: u64 = 50;
/// How often of a hundred times a code's first remedy has to work, for those that were followed often enough to tell.
const WORKED_PERCENT: u64 = 95;
const FOLLOWED: u64 = 20;
const REPORT: &str = "docs/simulation.md";

/// Runs the drill.
pub(crate) fn run(args: &[String]) -> Result<(), String> {
    let number = |name: &str| -> Result<Option<u64>, String> {
        let Some(at) = args.iter().position(|arg| arg == name) else { return Ok(None) };
        let text = args.get(at + 1).ok_or_else(|| format!("{name} needs a number"))?;
        text.parse().map(Some).map_err(|_| format!("{name} needs a number, not {text:?}"))
    };
    if let Some(seed) = number("--seed")? {
        return replay(Run { keep_trace: true, ..Run::new(seed, number("--steps")?.unwrap_or(STEPS)) });
    }
    let quick = args.iter().any(|arg| arg == "--quick");
    let runs = if quick { RUNS / 20 } else { RUNS };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let gathered = Report::gather(number("--first")?.unwrap_or(1), runs, STEPS, threads, |done| {
        if done % 10 == 0 {
            println!("{done} of {runs} runs");
        }
    });
    println!("{}", gathered.markdown());
    for failed in &gathered.failed {
        println!("{failed}\n");
    }
    if !gathered.failed.is_empty() {
        return Err(format!("{} of {} runs found a promise broken", gathered.failed.len(), gathered.runs));
    }
    let least = if quick { 1 } else { MEETINGS };
    let seldom = gathered.coverage.below(least);
    if !seldom.is_empty() {
        return Err(format!("these met less than {least} times: {seldom:?}"));
    }
    let useless = gathered.remedies_below(WORKED_PERCENT, FOLLOWED);
    if !useless.is_empty() {
        return Err(format!(
            "these first remedies worked in fewer than {WORKED_PERCENT} % of the times: {useless:?}"
        ));
    }
    if quick {
        return Ok(());
    }
    report::write(REPORT, "sim", &format!("Measured on {}.\n\n{}", report::today(), gathered.markdown()))
}

fn replay(run: Run) -> Result<(), String> {
    match run.make() {
        Ok(outcome) => {
            for line in &outcome.trace {
                println!("{line}");
            }
            println!("every promise held; trace {}", outcome.hash);
            Ok(())
        }
        Err(failed) => {
            println!("{failed}");
            Err(format!("seed {} breaks a promise after {} steps", failed.seed, failed.steps))
        }
    }
}
