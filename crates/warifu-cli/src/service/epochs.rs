//! `warifu epochs`: the masters that product keys derive from. A new one for new batches; and an old one that somebody else may know is marked, so
//! that its keys let in known devices only.

use std::path::Path;

use serde_json::json;
use warifu_client::SystemRandom;
use warifu_core::catalogue::Failure;

use super::folder::ServiceFolder;
use crate::args::EpochsCommand;
use crate::error::CliError;
use crate::files::{self, Existing};
use crate::ui::Ui;

/// Changes or shows the epochs of the folder's secrets. A service that runs takes them up by itself.
pub(crate) fn run(ui: &Ui, data: Option<&Path>, command: &EpochsCommand) -> Result<(), CliError> {
    let folder = ServiceFolder::new(data);
    folder.require()?;
    let mut secrets = folder.read_secrets()?;
    let none_left = || Failure::internal_error("all epochs are used up");
    match command {
        EpochsCommand::List => {}
        EpochsCommand::New => {
            secrets.begin_epoch(&mut SystemRandom).ok_or_else(none_left)?;
        }
        EpochsCommand::Compromised { epoch, yes } => {
            if !secrets.epochs().any(|known| known == *epoch) {
                return Err(Failure::record_not_found("epoch", epoch).into());
            }
            if !yes {
                let question = ui.say(
                    format!(
                        "エポック {epoch} に漏えいの印を付けます。このエポックのキーは、認証済みとして認識できるデバイスか、購入証明コードがある場合にしか使えなくなります。元には戻せません。よろしいですか？"
                    ),
                    format!(
                        "Mark the epoch {epoch} as compromised? Its keys will let in only devices that their licence knows, and others by a proof of purchase. This cannot be taken back."
                    ),
                );
                ui.confirm(&question, "--yes")?;
            }
            if !secrets.mark_compromised(*epoch) {
                return Err(Failure::record_not_found("epoch", epoch).into());
            }
            // Nothing new should ever be made with it.
            if secrets.newest_epoch() == *epoch {
                secrets.begin_epoch(&mut SystemRandom).ok_or_else(none_left)?;
            }
        }
    }
    if !matches!(command, EpochsCommand::List) {
        files::write(&folder.secrets(), &secrets.to_bytes(), Existing::Replace)?;
    }
    let newest = secrets.newest_epoch();
    let epochs: Vec<_> = secrets
        .epochs()
        .map(|epoch| {
            let compromised = secrets.is_compromised(epoch);
            json!({ "epoch": epoch, "compromised": compromised, "for_new_batches": epoch == newest })
        })
        .collect();
    ui.answer(&json!({ "epochs": epochs }), || {
        let line = |epoch: u16| {
            let state = match (secrets.is_compromised(epoch), epoch == newest) {
                (true, _) => ui.say(
                    "漏えい（認証済みのデバイスだけが使用可能）",
                    "compromised: its keys let in known devices only",
                ),
                (false, true) => ui.say("新しいバッチに使用", "used for new batches"),
                (false, false) => ui.say("有効", "good"),
            };
            format!("{epoch}  {state}")
        };
        secrets.epochs().map(line).collect::<Vec<_>>().join("\n")
    });
    if !matches!(command, EpochsCommand::List) {
        ui.note(ui.say(
            "secrets.json の控えを作り直してください。動作中のサービスは、数秒以内に自動で読み込みます。",
            "Make a new copy of secrets.json. A service that runs takes it up within seconds.",
        ));
    }
    Ok(())
}
