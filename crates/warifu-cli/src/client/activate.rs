//! `warifu activate`.

use std::path::Path;

use warifu_client::ActivateOptions;

use super::{key_input, open, report};
use crate::args::ActivateArgs;
use crate::error::CliError;
use crate::ui::Ui;

/// Activates this device with a product key.
pub(crate) fn run(ui: &Ui, data: Option<&Path>, args: &ActivateArgs) -> Result<(), CliError> {
    let mut installation = open(ui, data, &args.installation)?;
    let key = key_input::read(ui, &args.input)?;
    let mut options = ActivateOptions::default();
    if let Some(name) = &args.device_name {
        options = options.device_name(name);
    }
    if let Some(code) = &args.proof {
        options = options.purchase_proof(code);
    }
    let granted = match installation.client.activate(&key, &options) {
        Ok(granted) => granted,
        Err(error) => {
            let key = key_input::mended(ui, &args.input, installation.failed(&error))?;
            installation.client.activate(&key, &options).map_err(|error| installation.failed(&error))?
        }
    };
    installation.remember(ui);
    ui.note(ui.say("ライセンス認証が完了しました。", "This device is activated."));
    report::show(ui, &granted.standing, Some(&granted.licence), None);
    Ok(())
}
