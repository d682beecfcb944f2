//! `cargo xtask drill NAME`: long proofs that are run by hand and leave a dated report in `docs/`.
//!
//! A drill is one file here with `pub fn run(args: &[String]) -> Result<(), String>` and a row in [`DRILLS`].

mod bench;
mod crash;
mod doctor;
mod harness;
mod key_loss;
mod keys;
mod race;
mod restore;
mod schemathesis;
mod sim;

/// What runs a drill.
type Run = fn(&[String]) -> Result<(), String>;

/// A drill: its name, what it proves, and how it runs.
type Drill = (&'static str, &'static str, Run);

const DRILLS: &[Drill] = &[
    ("bench", "what the service costs beside the sum of its parts: docs/benchmarks.md [--quick]", bench::run),
    (
        "crash",
        "nothing acknowledged is lost or doubled when the service or its database is killed [--quick] [--postgres]",
        crash::run,
    ),
    (
        "doctor-bench",
        "what a diagnosis costs beside the least that reading the evidence can: docs/troubleshooter.md",
        doctor::run,
    ),
    (
        "fuzz",
        "what reads bytes of strangers keeps its promises [--seconds N] [--minimise] [TARGET]",
        crate::fuzz::run,
    ),
    (
        "key-loss",
        "keys are stolen while clients run, and what the page says is done: docs/operations/keys.md [--quick]",
        key_loss::run,
    ),
    ("keys", "damaged product keys beside the theory, and the cost of a check: docs/keys.md", keys::run),
    ("race", "two clients race and are killed while the seat limit holds [--quick]", race::run),
    (
        "restore",
        "a lost machine goes on from its backup, and what it forgot is named [--quick] [--postgres]",
        restore::run,
    ),
    (
        "schemathesis",
        "the real service keeps to its OpenAPI description, whoever asks [--quick]",
        schemathesis::run,
    ),
    (
        "sim",
        "a million simulated steps keep the seven promises: docs/simulation.md [--quick] [--seed N --steps M]",
        sim::run,
    ),
];

/// Processes that drills start for themselves: nobody else has a use for them.
const PARTS: &[(&str, Run)] = &[
    ("bench-answers", bench::run_answers),
    (doctor::FIRST, doctor::run_first),
    ("race-client", race::run_client),
];

/// Runs the drill named first, or lists them all.
pub(crate) fn run(args: &[String]) -> Result<(), String> {
    let Some((name, rest)) = args.split_first() else {
        for (name, about, _) in DRILLS {
            println!("{name:<14} {about}");
        }
        return Ok(());
    };
    if let Some((_, run)) = PARTS.iter().find(|(known, _)| known == name) {
        return run(rest);
    }
    match DRILLS.iter().find(|(known, _, _)| known == name) {
        Some((_, _, run)) => run(rest),
        None => Err(format!("there is no drill `{name}`; `cargo xtask drill` lists them")),
    }
}
