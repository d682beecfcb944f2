//! `cargo xtask ci`: what continuous integration runs after `cargo xtask test`.

use crate::process;
use crate::stage::{self, Counts, Done, Stage};
use crate::{audit, fuzz, generate, lint};

const STAGES: &[Stage] = &[
    Stage { name: "format", run: |_| lint::format().map(Done::from) },
    Stage { name: "own rules", run: |_| lint::own_rules().map(Done::from) },
    Stage { name: "clippy", run: |_| lint::clippy().map(Done::from) },
    Stage { name: "generated files", run: |_| generate::run(&["--check".to_owned()]).map(Done::from) },
    Stage { name: "documentation", run: |_| lint::documentation().map(Done::from) },
    Stage { name: "fuzzing", run: |_| fuzz::ci().map(Done::from) },
    Stage { name: "dependency audit", run: |_| audit::check() },
    Stage {
        name: "release build",
        run: |_| process::run("cargo", &["build", "--release", "--package", "warifu-cli"]).map(Done::from),
    },
    Stage { name: "demo", run: |_| demo().map(Done::from) },
];

/// Runs every stage.
pub(crate) fn run(args: &[String]) -> Result<(), String> {
    if !args.is_empty() {
        return Err(format!("unknown arguments {args:?}; usage: cargo xtask ci"));
    }
    stage::run_all(STAGES, &mut Counts::default())
}

/// The README's first command, which ends by itself with `--exit`.
fn demo() -> Result<(), String> {
    process::run("cargo", &["run", "--release", "--", "demo", "--exit"])
}
