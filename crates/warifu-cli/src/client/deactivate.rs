//! `warifu deactivate`.

use std::path::Path;

use serde_json::json;

use super::open;
use crate::args::DeactivateArgs;
use crate::error::CliError;
use crate::ui::Ui;

/// Gives this device's seat back.
pub(crate) fn run(ui: &Ui, data: Option<&Path>, args: &DeactivateArgs) -> Result<(), CliError> {
    let mut installation = open(ui, data, &args.installation)?;
    // Where there is nothing to give back, there is nothing to ask either: the command tells so.
    if !args.yes && installation.client.check().licence.is_some() {
        let question = ui.say(
            "このデバイスのライセンス認証を解除します。よろしいですか？",
            "This device gives its licence back. Go ahead?",
        );
        ui.confirm(question, "--yes")?;
    }
    let released = installation.client.deactivate().map_err(|error| installation.failed(&error))?;
    installation.remember(ui);
    let value = json!({
        "released": released.released.to_string(),
        "seat_released": released.seat_released,
        "state": released.standing.state.name(),
    });
    ui.answer(&value, || {
        let said = if released.seat_released {
            ui.say(
                "ライセンス認証を解除しました。空いた枠は、別のデバイスで使えます。",
                "The licence is given back. Another device can use the seat.",
            )
        } else {
            ui.say(
                "このインストールの認証を解除しました。同じデバイスの別のインストールが、枠を使い続けています。",
                "This installation has given its licence back. Another installation on this device still uses the seat.",
            )
        };
        said.to_owned()
    });
    Ok(())
}
