//! `warifu ask-release`.

use std::path::Path;

use serde_json::json;

use super::{key_input, open};
use crate::args::AskReleaseArgs;
use crate::error::CliError;
use crate::ui::{Ui, time};

/// Asks for the release of a lost device's seat.
pub(crate) fn run(ui: &Ui, data: Option<&Path>, args: &AskReleaseArgs) -> Result<(), CliError> {
    let mut installation = open(ui, data, &args.installation)?;
    let key = key_input::read(ui, &args.input)?;
    let asked = match installation.client.ask_release(&key, &args.seat) {
        Ok(asked) => asked,
        Err(error) => {
            let key = key_input::mended(ui, &args.input, installation.failed(&error))?;
            let asked = installation.client.ask_release(&key, &args.seat);
            asked.map_err(|error| installation.failed(&error))?
        }
    };
    installation.remember(ui);
    let value = json!({
        "class": asked.class.name(),
        "asked": asked.asked.to_string(),
        "effective": asked.effective.to_string(),
    });
    ui.answer(&value, || {
        let until = time::instant(asked.effective, ui.lang);
        ui.say(
            format!("解除を依頼しました。それまでにそのデバイスから通信がなければ、{until} 以降、このデバイスでライセンス認証できます。"),
            format!("The release is asked for. If that device is not heard of before, this one can be activated from {until}."),
        )
    });
    Ok(())
}
