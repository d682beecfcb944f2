//! `warifu completions`: the commands and options for a shell, in the language in use.

use crate::args::CompletionsArgs;
use crate::error::CliError;
use crate::help;
use crate::ui::Ui;

/// Writes the completions to standard output.
pub(crate) fn run(ui: &Ui, args: &CompletionsArgs) -> Result<(), CliError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut help::command(ui.lang), "warifu", &mut script);
    ui.data(String::from_utf8_lossy(&script).trim_end());
    Ok(())
}
