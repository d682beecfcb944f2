//! Where the demo plays: prints each command, runs it, and sees that it ended as it should.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use warifu_core::catalogue::Code;

use super::trouble;
use crate::error::CliError;
use crate::lang;
use crate::ui::{Style, Ui};

/// The demo's folder, variables and progress.
pub(super) struct Stage {
    ui: Ui,
    program: PathBuf,
    folder: PathBuf,
    variables: Vec<(&'static str, String)>,
    acts: usize,
    steps: usize,
}

/// How a command is to end.
#[derive(Clone, Copy, Debug)]
pub(super) enum Ends {
    /// With success.
    Well,
    /// With this failure.
    With(Code),
}

impl Stage {
    pub(super) fn new(ui: Ui, folder: &Path) -> Result<Self, CliError> {
        let program = std::env::current_exe().map_err(|error| trouble("finding this program", &error))?;
        let variables = vec![(lang::VARIABLE, ui.lang.tag().to_owned())];
        Ok(Self { ui, program, folder: folder.to_owned(), variables, acts: 0, steps: 0 })
    }

    pub(super) const fn ui(&self) -> &Ui {
        &self.ui
    }

    /// How many commands have ended as they should.
    pub(super) const fn steps(&self) -> usize {
        self.steps
    }

    /// A place in the demo's folder.
    pub(super) fn place(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Sets a variable for all later commands.
    pub(super) fn set(&mut self, name: &'static str, value: String) {
        self.variables.push((name, value));
    }

    /// The variables as a shell takes them.
    pub(super) fn exports(&self) -> Vec<String> {
        self.variables.iter().map(|(name, value)| format!("export {name}={}", quoted(value))).collect()
    }

    /// Opens an act with a title and what it is about.
    pub(super) fn act(&mut self, title: &str, about: &str) {
        self.acts += 1;
        self.ui.data("");
        self.ui.data(self.ui.paint(Style::Strong, format_args!("{}. {title}", self.acts)));
        self.ui.data(about);
    }

    /// A sentence between two commands.
    pub(super) fn say(&self, text: &str) {
        self.ui.data("");
        self.ui.data(text);
    }

    /// Runs `warifu` with these arguments, shows what it says, and sees that it ends as told.
    pub(super) fn run(&mut self, arguments: &[&str], ends: Ends) -> Result<(), CliError> {
        self.print(arguments);
        let mut command = self.command(arguments);
        let output =
            command.stdin(Stdio::null()).output().map_err(|error| trouble("starting a command", &error))?;
        let text = [&output.stdout[..], &output.stderr[..]].map(String::from_utf8_lossy);
        for line in text.iter().flat_map(|text| text.lines()) {
            self.ui.data(format_args!("    {line}"));
        }
        let found = output.status.code();
        let right = match ends {
            Ends::Well => found == Some(0),
            Ends::With(code) => {
                let named = text[1].contains(&format!("/help/{code}"));
                found == Some(i32::from(code.entry().kind.exit_code())) && named
            }
        };
        if right {
            self.steps += 1;
            return Ok(());
        }
        let line = arguments.join(" ");
        Err(trouble(&format!("`warifu {line}` ended with {found:?}"), &format_args!("expected {ends:?}")))
    }

    /// What `warifu … --json` answers; not shown, for the story to check itself by.
    pub(super) fn ask(&self, arguments: &[&str]) -> Result<Value, CliError> {
        let mut command = self.command(arguments);
        let output = command.arg("--json").stdin(Stdio::null()).output();
        let output = output.map_err(|error| trouble("starting a command", &error))?;
        serde_json::from_slice(&output.stdout).map_err(|error| trouble("reading a command's answer", &error))
    }

    /// Prints a command as it can be typed.
    pub(super) fn print(&self, arguments: &[&str]) {
        let words: Vec<String> = arguments.iter().map(|word| quoted(word)).collect();
        self.ui.data(self.ui.paint(Style::Faint, format_args!("  $ warifu {}", words.join(" "))));
    }

    /// Prints a command of the shell.
    pub(super) fn print_shell(&self, line: &str) {
        self.ui.data(self.ui.paint(Style::Faint, format_args!("  $ {line}")));
    }

    /// `warifu` with these arguments and the demo's variables, and nothing of the caller's own settings.
    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        let foreign = |name: &OsString| name.to_str().is_some_and(|name| name.starts_with("WARIFU_"));
        for name in std::env::vars_os().map(|(name, _)| name).filter(foreign) {
            command.env_remove(name);
        }
        command.args(arguments).envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@,+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_printed_command_can_be_typed() {
        assert_eq!(quoted("--data"), "--data");
        assert_eq!(quoted("Warifu Painter"), "'Warifu Painter'");
        assert_eq!(quoted("it's"), "'it'\\''s'");
        assert_eq!(quoted(""), "''");
    }
}
