//! Questions to the person at the terminal. Where nobody can answer, the option that answers in their place is named.

use std::io::{self, BufRead, IsTerminal, Write};

use warifu_core::catalogue::Failure;
use zeroize::Zeroizing;

use super::Ui;
use crate::error::CliError;

impl Ui {
    /// Whether somebody can be asked.
    pub(crate) fn can_ask(&self) -> bool {
        !self.json && io::stdin().is_terminal()
    }

    /// Asks for a line. `option` is what a script gives instead.
    pub(crate) fn ask(&self, question: &str, option: &str) -> Result<Zeroizing<String>, CliError> {
        if !self.can_ask() {
            return Err(Failure::input_needed(option).into());
        }
        let mut stderr = io::stderr().lock();
        let mut line = Zeroizing::new(String::new());
        let asked = write!(stderr, "{question} ").and_then(|()| stderr.flush());
        let read = asked.and_then(|()| io::stdin().lock().read_line(&mut line));
        match read {
            Ok(read) if read > 0 => Ok(Zeroizing::new(line.trim().to_owned())),
            _ => Err(Failure::input_needed(option).into()),
        }
    }

    /// Asks for a yes. Anything else, and nothing, is a no.
    pub(crate) fn confirm(&self, question: &str, option: &str) -> Result<(), CliError> {
        let answer = self.ask(&format!("{question} [y/N]"), option)?;
        let yes = ["y", "yes", "ｙ", "はい"];
        if yes.contains(&answer.to_lowercase().as_str()) {
            Ok(())
        } else {
            Err(Failure::not_confirmed(option).into())
        }
    }

    /// Asks for a passphrase, which is not shown.
    pub(crate) fn ask_secret(&self, question: &str, option: &str) -> Result<Zeroizing<String>, CliError> {
        if self.json {
            return Err(Failure::input_needed(option).into());
        }
        let read = rpassword::prompt_password(format!("{question} "));
        read.map(Zeroizing::new).map_err(|_| Failure::input_needed(option).into())
    }
}
