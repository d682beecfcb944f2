//! `warifu change-key`.

use std::path::Path;

use warifu_client::ChangeKeyOptions;

use super::{key_input, open, report};
use crate::args::ChangeKeyArgs;
use crate::error::CliError;
use crate::ui::Ui;

/// Moves this device to the licence of another product key.
pub(crate) fn run(ui: &Ui, data: Option<&Path>, args: &ChangeKeyArgs) -> Result<(), CliError> {
    let mut installation = open(ui, data, &args.installation)?;
    let key = key_input::read(ui, &args.input)?;
    if !args.yes {
        let question = ui.say(
            "このデバイスを、新しいキーのライセンスに切り替えます。今のライセンスの枠は空きます。よろしいですか？",
            "This device moves to the licence of the new key, and gives its present seat back. Go ahead?",
        );
        ui.confirm(question, "--yes")?;
    }
    let mut options = ChangeKeyOptions::default();
    if let Some(code) = &args.proof {
        options = options.purchase_proof(code);
    }
    let granted = match installation.client.change_key_with(&key, &options) {
        Ok(granted) => granted,
        Err(error) => {
            let key = key_input::mended(ui, &args.input, installation.failed(&error))?;
            installation
                .client
                .change_key_with(&key, &options)
                .map_err(|error| installation.failed(&error))?
        }
    };
    installation.remember(ui);
    ui.note(
        ui.say("新しいキーのライセンスに切り替えました。", "This device has moved to the new key's licence."),
    );
    report::show(ui, &granted.standing, Some(&granted.licence), None);
    Ok(())
}
