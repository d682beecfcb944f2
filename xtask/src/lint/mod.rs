//! `cargo xtask lint`: format, clippy, and rules of our own about text that no compiler reads.

mod manifests;
mod paths;
mod picture;
mod seed_coverage;
mod strangers;
mod threats;
mod unused;

use crate::process;
use crate::stage::{self, Counts, Done, Stage};

const STAGES: &[Stage] = &[
    Stage { name: "format", run: |_| format().map(Done::from) },
    Stage { name: "own rules", run: |_| own_rules().map(Done::from) },
    Stage { name: "clippy", run: |_| clippy().map(Done::from) },
    Stage { name: "documentation", run: |_| documentation().map(Done::from) },
];

/// Runs every lint.
pub(crate) fn run(args: &[String]) -> Result<(), String> {
    if !args.is_empty() {
        return Err(format!("unknown arguments {args:?}; usage: cargo xtask lint"));
    }
    stage::run_all(STAGES, &mut Counts::default())
}

/// `cargo fmt --check`.
pub(crate) fn format() -> Result<(), String> {
    process::run("cargo", &["fmt", "--all", "--check"])
}

/// `cargo clippy` over everything, warnings refused.
pub(crate) fn clippy() -> Result<(), String> {
    process::run(
        "cargo",
        &["clippy", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"],
    )
}

/// The documentation builds without a broken link.
pub(crate) fn documentation() -> Result<(), String> {
    let args = ["doc", "--workspace", "--no-deps", "--all-features", "--document-private-items"];
    process::run_with("cargo", &args, &[("RUSTDOCFLAGS", "-D warnings")])
}

/// The rules of this folder. The error lists every place.
pub(crate) fn own_rules() -> Result<(), String> {
    let mut wrong = seed_coverage::check()?;
    wrong.extend(paths::check()?);
    wrong.extend(strangers::check()?);
    wrong.extend(threats::check()?);
    wrong.extend(unused::check()?);
    wrong.extend(picture::check()?);
    if wrong.is_empty() { Ok(()) } else { Err(format!("\n  {}", wrong.join("\n  "))) }
}
