//! A fixed budget of simulated steps, and the runs that once failed.

#![expect(clippy::panic, reason = "the helper fails by panicking, as tests do")]

use warifu_sim::{Coverage, Outcome, Run};

/// How often each fault meets each command at least, in the fixed budget.
const MEETINGS: u64 = 1;
const SEEDS: std::ops::RangeInclusive<u64> = 1..=36;
const STEPS: u64 = 1_000;

#[track_caller]
fn holds(seed: u64, steps: u64) -> Outcome {
    Run::new(seed, steps).make().unwrap_or_else(|failed| panic!("{failed}"))
}

#[test]
fn every_promise_holds_while_every_fault_meets_every_command() {
    let mut coverage = Coverage::default();
    for seed in SEEDS {
        coverage.add(&holds(seed, STEPS).coverage);
    }
    println!("{}", coverage.table());
    assert_eq!(coverage.below(MEETINGS), [], "these met too seldom");
}

#[test]
fn a_seed_gives_the_same_run_again() {
    let (first, again) = (holds(101, 700), holds(101, 700));
    assert_eq!(first, again);
    assert_ne!(first.hash, holds(102, 700).hash);
}

/// Each of these once stopped at the step that it is made to here. A mend can turn the run of a seed into another, so what was found has a test of its own
/// as well, near the code that was mended (`docs/simulation.md`, *What it has found*).
#[test]
fn the_shortest_runs_that_once_failed_hold() {
    for (seed, steps) in [
        // An attempt that could not be forgotten, in a folder that could not be written to.
        (279, 400),
        // A clock that was taken for far ahead, in a machine that was woken from a snapshot.
        (220, 568),
        // What was heard while the folder could not be written to.
        (43, 786),
        // A folder that was copied to a machine with a wrong clock.
        (369, 795),
        // A request that was repeated after a release.
        (69, 953),
    ] {
        holds(seed, steps);
    }
}
