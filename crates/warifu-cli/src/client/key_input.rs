//! A product key from wherever it comes, and the question about a mended one.

use std::io::IsTerminal as _;

use zeroize::Zeroizing;

use crate::args::KeyInput;
use crate::error::CliError;
use crate::files;
use crate::key_check::{from_stdin, marked_offer};
use crate::ui::Ui;

/// The key as typed: the argument, a file, standard input, or the answer to a question.
pub(super) fn read(ui: &Ui, input: &KeyInput) -> Result<Zeroizing<String>, CliError> {
    match (&input.key, &input.key_file) {
        (Some(dash), _) if dash == "-" => from_stdin(),
        (Some(key), _) => {
            if std::io::stdin().is_terminal() {
                ui.note(ui.say(
                    "メモ: コマンドに書いたプロダクトキーは、シェルの履歴に残ります。残したくない場合は、キーを書かずに実行すると、入力を求めます。",
                    "Note: a product key on the command line stays in the shell's history. Without it, the command asks for the key.",
                ));
            }
            Ok(Zeroizing::new(key.clone()))
        }
        (None, Some(path)) => files::read_text(path),
        (None, None) => ui.ask(ui.say("プロダクトキー:", "Product key:"), "KEY"),
    }
}

/// The mended key to use in place of the one typed, if the person agrees.
///
/// # Errors
/// The error itself when there is nothing to offer or nobody to ask; `not_confirmed` on a no.
pub(super) fn mended(ui: &Ui, input: &KeyInput, error: CliError) -> Result<Zeroizing<String>, CliError> {
    let Some(offer) = error.offer().cloned() else { return Err(error) };
    if !input.accept_correction {
        if !ui.can_ask() {
            return Err(error);
        }
        ui.note(error.message(ui.lang));
        ui.note(marked_offer(ui, &offer).trim_end());
        ui.confirm(ui.say("このキーを使いますか？", "Use this key?"), "--accept-correction")?;
    } else {
        ui.note(marked_offer(ui, &offer).trim_end());
    }
    Ok(Zeroizing::new(offer.key.expose()))
}
