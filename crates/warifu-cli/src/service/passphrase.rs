//! The passphrase of the root key.

use std::path::Path;

use warifu_core::catalogue::Failure;
use zeroize::Zeroizing;

use crate::error::CliError;
use crate::files;
use crate::ui::Ui;

/// The fewest characters. NIST SP 800-63B (section 3.1.1.2) asks for 15 where nothing else protects; this guards a file against guessing
/// offline, with Argon2id before every guess.
const CHARS_MIN: usize = 12;

/// A new passphrase: the first line of a file, or asked for twice.
pub(crate) fn choose(ui: &Ui, file: Option<&Path>) -> Result<Zeroizing<String>, CliError> {
    let passphrase = match file {
        Some(path) => files::read_line(path)?,
        None => {
            ui.note(ui.say(
                "ルート鍵を守るパスフレーズを決めてください（12文字以上。4つ以上の単語の組み合わせがおすすめです）。",
                "Choose a passphrase for the root key (12 characters or more; four words or more are a good choice).",
            ));
            let option = "--passphrase-file FILE";
            let first = ui.ask_secret(ui.say("パスフレーズ:", "Passphrase:"), option)?;
            check(ui, &first)?;
            let second = ui.ask_secret(ui.say("もう一度:", "Once more:"), option)?;
            if *first != *second {
                let rule = ui.say("2回の入力が一致していません", "the two entries differ");
                return Err(Failure::passphrase_not_suitable(rule).into());
            }
            first
        }
    };
    check(ui, &passphrase)?;
    Ok(passphrase)
}

/// The passphrase that a root file was sealed with: the first line of a file, or asked for once.
pub(crate) fn recall(ui: &Ui, file: Option<&Path>) -> Result<Zeroizing<String>, CliError> {
    match file {
        Some(path) => files::read_line(path),
        None => ui.ask_secret(
            ui.say("ルート鍵のパスフレーズ:", "The root key's passphrase:"),
            "--passphrase-file FILE",
        ),
    }
}

fn check(ui: &Ui, passphrase: &str) -> Result<(), CliError> {
    if passphrase.chars().count() >= CHARS_MIN {
        return Ok(());
    }
    let rule = ui
        .say(format!("{CHARS_MIN}文字以上が必要です"), format!("{CHARS_MIN} characters or more are needed"));
    Err(Failure::passphrase_not_suitable(rule).into())
}
