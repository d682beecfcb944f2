//! `cargo xtask audit`: licences, bans, sources and known vulnerabilities of the dependencies, by cargo-deny and `deny.toml`.
//!
//! Nothing has to be installed beforehand: where cargo-deny is lacking, a pinned version is installed by cargo.
//! The advisory database is fetched with git. On a machine that cannot reach it the other checks still count, and the output
//! says that the advisories were not checked.

use crate::process;
use crate::stage::Done;

const DENY: &str = "cargo-deny";

/// The version that is built where none is found.
const VERSION: &str = "0.20.2";

/// Runs the checks.
pub(crate) fn run(args: &[String]) -> Result<(), String> {
    if !args.is_empty() {
        return Err(format!("unknown arguments {args:?}; usage: cargo xtask audit"));
    }
    check().map(|_| ())
}

/// The checks as a stage, which says when the advisories were not among them.
pub(crate) fn check() -> Result<Done, String> {
    install_if_lacking()?;
    process::run(
        DENY,
        &["--all-features", "check", "--hide-inclusion-graph", "licenses", "bans", "sources"],
    )?;
    if process::answers(DENY, &["fetch", "db"]) {
        process::run(DENY, &["--all-features", "check", "--disable-fetch", "advisories"])?;
        return Ok(Done::Whole);
    }
    println!(
        "advisories: NOT CHECKED. This machine cannot fetch the RustSec database (it needs git access to github.com)."
    );
    println!("Run `cargo xtask audit` on a machine that can before a release.");
    Ok(Done::NotChecked("known vulnerabilities (no access to github.com)"))
}

/// cargo-deny, built with cargo's own installer where the machine lacks it: about three minutes on two cores, once a machine.
fn install_if_lacking() -> Result<(), String> {
    if process::answers(DENY, &["--version"]) {
        return Ok(());
    }
    println!("this machine lacks cargo-deny; building {VERSION} with cargo install (some minutes, once)");
    process::run("cargo", &["install", "cargo-deny", "--locked", "--version", VERSION])
}
