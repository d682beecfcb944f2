//! `warifu staff`.

use serde_json::{Value, json};
use warifu_core::id::StaffId;

use super::api::{Api, Verb};
use super::find;
use super::licences::note_erased;
use super::rows::{As, Column, facts, show_list};
use crate::args::StaffCommand;
use crate::error::CliError;
use crate::ui::Ui;

const COLUMNS: &[Column] = &[
    ("ID", "id", "id", As::Plain),
    ("名前", "name", "name", As::Plain),
    ("権限", "role", "role", As::Word),
    ("取り消し済み", "withdrawn", "removed", As::Flag),
    ("作成日時", "made", "created", As::Time),
];

/// Runs a subcommand.
pub(crate) fn run(ui: &Ui, command: &StaffCommand) -> Result<(), CliError> {
    match command {
        StaffCommand::Add { name, role, connection } => {
            let body = json!({ "name": find::name("name", name)?.as_str(), "role": role });
            let made = Api::new(ui, connection)?.write(Verb::Post, "/v1/staff", Some(&body))?;
            ui.answer(&made, || {
                let token = made["token"].as_str().unwrap_or_default();
                format!("{token}\n{}", facts(ui, &made["staff"], COLUMNS))
            });
            ui.note(ui.say(
                "1行目がトークンです。再表示はできないので、今すぐ安全に渡してください。",
                "The first line is the token. It is not shown again: hand it over safely now.",
            ));
        }
        StaffCommand::List { connection } => {
            show_list(ui, &Api::new(ui, connection)?.get("/v1/staff", &[])?, COLUMNS);
        }
        StaffCommand::Remove { staff, yes, connection } => {
            let api = Api::new(ui, connection)?;
            let id = find::id::<StaffId>(&api, "staff", staff)?;
            if !yes {
                let question = ui.say(
                    format!("担当者 {id} のトークンを取り消します。よろしいですか？"),
                    format!("Withdraw the token of {id}?"),
                );
                ui.confirm(&question, "--yes")?;
            }
            api.write(Verb::Delete, &format!("/v1/staff/{id}"), None::<&Value>)?;
            ui.answer(&json!({ "removed": id }), || {
                ui.say(
                    format!("{id} のトークンを取り消しました。"),
                    format!("The token of {id} is withdrawn."),
                )
            });
        }
        StaffCommand::Forget { staff, yes, connection } => {
            let api = Api::new(ui, connection)?;
            let id = find::id::<StaffId>(&api, "staff", staff)?;
            if !yes {
                let question = ui.say(
                    format!("担当者 {id} の名前を消去します。元に戻せません。よろしいですか？"),
                    format!("Erase the name of {id} for good?"),
                );
                ui.confirm(&question, "--yes")?;
            }
            api.write(Verb::Post, &format!("/v1/staff/{id}/forget"), None::<&Value>)?;
            ui.answer(&json!({ "forgotten": id }), || {
                ui.say(format!("{id} の名前を消去しました。"), format!("The name of {id} is erased."))
            });
            note_erased(ui);
        }
    }
    Ok(())
}
