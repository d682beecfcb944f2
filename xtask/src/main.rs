//! The repository's own commands: `cargo xtask test`, `lint`, `generate`, `audit`, `ci`, `drill NAME`.
//!
//! What a command does is in its module; this file only picks one. Nothing here is part of the product.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command of the developers talks to its terminal"
)]

mod audit;
mod browser;
mod ci;
#[cfg(unix)]
mod cluster;
mod debian;
#[cfg(feature = "drill")]
mod drill;
mod fuzz;
mod generate;
mod lint;
mod pages;
mod process;
mod repository;
mod stage;
mod test;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask COMMAND
  test                 every test that this machine can run, with the minutes of each stage
  lint                 format, clippy, documentation and rules of our own
  generate [--check]   write the files made from data, or only say which are stale
  audit                licences, sources and known vulnerabilities of the dependencies
  ci                   everything that CI does after `test`
  postgres COMMAND …   start a throwaway PostgreSQL cluster, run COMMAND with the variables that name it, stop it
  pages [--write-screenshots]   the pages in a real browser; the flag takes the pictures in docs/screenshots anew
  drill [NAME]         a long proof that writes a report; without a name, the list of them";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let Some((command, rest)) = args.split_first() else {
        println!("{USAGE}");
        return ExitCode::from(2);
    };
    let done = match command.as_str() {
        "test" => test::run(rest),
        "lint" => lint::run(rest),
        "generate" => generate::run(rest),
        "audit" => audit::run(rest),
        "ci" => ci::run(rest),
        "postgres" => with_postgres(rest),
        "pages" => pages::run(rest),
        "drill" => drill(rest),
        "help" | "--help" | "-h" => {
            println!("{USAGE}");
            Ok(())
        }
        other => Err(format!("unknown command `{other}`\n{USAGE}")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(what) => {
            eprintln!("error: {what}");
            ExitCode::FAILURE
        }
    }
}

/// Runs a command beside a cluster of its own, such as `cargo xtask postgres cargo test -p warifu-store --features cluster-tests`.
#[cfg(unix)]
fn with_postgres(args: &[String]) -> Result<(), String> {
    let Some((program, args)) = args.split_first() else {
        return Err("usage: cargo xtask postgres COMMAND …".to_owned());
    };
    let cluster = cluster::Cluster::start()?;
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    process::run_watched(program, &args, &cluster.variables(), |_| {})
}

#[cfg(not(unix))]
fn with_postgres(_: &[String]) -> Result<(), String> {
    Err("a throwaway PostgreSQL cluster is started on Unix only".to_owned())
}

#[cfg(feature = "drill")]
fn drill(args: &[String]) -> Result<(), String> {
    drill::run(args)
}

/// Drills are measured on optimised code and use the product's crates; the other commands must work even while those do not
/// compile, so drills are a feature of this package and run in a second build of it.
#[cfg(not(feature = "drill"))]
fn drill(args: &[String]) -> Result<(), String> {
    if let Some((name, rest)) = args.split_first()
        && name == "fuzz"
    {
        // It has a build of its own.
        return fuzz::run(rest);
    }
    let mut all =
        vec!["run", "--quiet", "--release", "--package", "xtask", "--features", "drill", "--", "drill"];
    all.extend(args.iter().map(String::as_str));
    process::run("cargo", &all)
}
