//! The repository's own commands: `cargo xtask test`, `generate`, `lint`, `audit`, `ci`, `drill NAME`.
//!
//! What a command does is in its module; this file only picks one. Nothing here is part of the product.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command of the developers talks to its terminal"
)]

mod generate;
mod repository;

use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let done = match args.split_first() {
        Some((command, rest)) => match command.as_str() {
            "generate" => generate::run(rest),
            other => Err(format!("unknown command `{other}`")),
        },
        None => Err("no command".to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(what) => {
            eprintln!("error: {what}");
            ExitCode::FAILURE
        }
    }
}
