//! Other programs, run from the repository's root.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use crate::repository;

/// A program with its arguments, to be run from the root.
pub(crate) fn command(program: &str, args: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(args).current_dir(repository::root()).stdin(Stdio::null());
    command
}

/// Runs a program with our own output.
pub(crate) fn run(program: &str, args: &[&str]) -> Result<(), String> {
    run_with(program, args, &[])
}

/// The same, with variables of the environment set.
pub(crate) fn run_with(program: &str, args: &[&str], variables: &[(&str, &str)]) -> Result<(), String> {
    println!("$ {program} {}", args.join(" "));
    let status = command(program, args)
        .envs(variables.iter().copied())
        .status()
        .map_err(|error| lacking(program, &error))?;
    if status.success() { Ok(()) } else { Err(format!("`{program} {}` failed ({status})", args.join(" "))) }
}

/// Runs a program without showing what it says, unless it fails.
#[cfg(feature = "drill")]
pub(crate) fn run_quietly(program: &str, args: &[&str]) -> Result<(), String> {
    let output = command(program, args).output().map_err(|error| lacking(program, &error))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("`{program} {}` failed ({}): {}", args.join(" "), output.status, said.trim()))
}

/// Whether a program answers to the arguments with success; its output is dropped.
pub(crate) fn answers(program: &str, args: &[&str]) -> bool {
    command(program, args)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Runs a program with these variables, shows each line of its output as it comes and hands it to `line`. Both streams go through one pipe, so
/// that they stay in order.
pub(crate) fn run_watched(
    program: &str,
    args: &[&str],
    variables: &[(&str, String)],
    mut line: impl FnMut(&str),
) -> Result<(), String> {
    println!("$ {program} {}", args.join(" "));
    let failed = |error: std::io::Error| lacking(program, &error);
    let (reader, writer) = std::io::pipe().map_err(failed)?;
    let mut command = command(program, args);
    command.envs(variables.iter().map(|(name, value)| (*name, value)));
    command.stdout(writer.try_clone().map_err(failed)?).stderr(writer);
    let mut child = command.spawn().map_err(failed)?;
    // The command holds our ends of the pipe; without them the reader ends when the program does.
    drop(command);
    for text in BufReader::new(reader).split(b'\n') {
        let text = text.map_err(failed)?;
        let text = String::from_utf8_lossy(&text);
        println!("{text}");
        line(&text);
    }
    let status = child.wait().map_err(failed)?;
    if status.success() { Ok(()) } else { Err(format!("`{program} {}` failed ({status})", args.join(" "))) }
}

fn lacking(program: &str, error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => format!("this machine lacks `{program}`"),
        _ => format!("cannot run `{program}`: {error}"),
    }
}
