//! `warifu keys`.

use serde_json::{Value, json};
use warifu_core::catalogue::Failure;
use warifu_core::id::BatchId;
use warifu_core::key::SkuNumber;

use super::api::{Api, Verb};
use super::export::Export;
use super::licences::note_erased;
use super::rows::{As, Column, facts, show_list, show_record};
use super::{find, import};
use crate::args::KeysCommand;
use crate::error::CliError;
use crate::files::Existing;
use crate::key_check;
use crate::ui::Ui;

const COLUMNS: &[Column] = &[
    ("ID", "id", "id", As::Plain),
    ("SKU", "SKU", "sku", As::Plain),
    ("件数", "count", "count", As::Plain),
    ("取り下げ", "withdrawn", "withdrawn", As::Flag),
    ("発行日時", "issued", "created", As::Time),
    ("メモ", "label", "label", As::Plain),
];

/// Runs a subcommand.
pub(crate) fn run(ui: &Ui, command: &KeysCommand) -> Result<(), CliError> {
    match command {
        KeysCommand::Check(args) => key_check::run(ui, args),
        KeysCommand::Issue { sku, policy, count, label, out, force, connection } => {
            let api = Api::new(ui, connection)?;
            // A file that cannot be written is found out before anything is issued.
            let export = out.as_ref().map(|path| Export::begin(ui, path, existing(*force))).transpose()?;
            let batch = issue(&api, *sku, policy, *count, label.as_deref())?;
            match export {
                Some(export) => export_batch(ui, &api, export, &batch),
                None => {
                    show_record(ui, &batch, COLUMNS);
                    Ok(())
                }
            }
        }
        KeysCommand::Export { batch, out, force, connection } => {
            let api = Api::new(ui, connection)?;
            let id = find::id::<BatchId>(&api, "batch", batch)?;
            let export = Export::begin(ui, out, existing(*force))?;
            let batch = api.get(&format!("/v1/batches/{id}"), &[])?;
            export_batch(ui, &api, export, &batch)
        }
        KeysCommand::Import { file, sku, policy, connection } => {
            import::run(ui, &Api::new(ui, connection)?, file, number(*sku)?, policy)
        }
        KeysCommand::Batches { connection } => {
            let list = Api::new(ui, connection)?.get("/v1/batches", &[])?;
            show_list(ui, &list, COLUMNS);
            Ok(())
        }
        KeysCommand::Withdraw { batch, yes, connection } => {
            let api = Api::new(ui, connection)?;
            let id = find::id::<BatchId>(&api, "batch", batch)?;
            if !yes {
                let question = ui.say(
                    format!(
                        "キーバッチ {id} を取り下げます。未使用のキーは使えなくなります。よろしいですか？"
                    ),
                    format!("Withdraw the batch {id}? Its unused keys start no licence any more."),
                );
                ui.confirm(&question, "--yes")?;
            }
            let batch = api.write(Verb::Post, &format!("/v1/batches/{id}/withdraw"), None::<&Value>)?;
            show_record(ui, &batch, COLUMNS);
            Ok(())
        }
        KeysCommand::EraseLabel { batch, yes, connection } => {
            let api = Api::new(ui, connection)?;
            let id = find::id::<BatchId>(&api, "batch", batch)?;
            if !yes {
                let question = ui.say(
                    format!("キーバッチ {id} のメモを消去します。元に戻せません。よろしいですか？"),
                    format!("Erase the note of the batch {id} for good?"),
                );
                ui.confirm(&question, "--yes")?;
            }
            let batch = api.write(Verb::Post, &format!("/v1/batches/{id}/erase-label"), None::<&Value>)?;
            show_record(ui, &batch, COLUMNS);
            note_erased(ui);
            Ok(())
        }
    }
}

/// A SKU's number, if it can be one.
pub(super) fn number(sku: u16) -> Result<SkuNumber, CliError> {
    SkuNumber::new(sku).ok_or_else(|| Failure::field_not_valid("sku", sku, "0-16383").into())
}

fn issue(api: &Api, sku: u16, policy: &str, count: u32, label: Option<&str>) -> Result<Value, CliError> {
    let label = label.map(|text| find::name("label", text)).transpose()?.map(|name| name.to_string());
    let mut body = json!({ "sku": number(sku)?.get(), "policy": find::policy(api, policy)?.to_string(), "count": count });
    if let Some(label) = label {
        body["label"] = label.into();
    }
    api.write(Verb::Post, "/v1/batches", Some(&body))
}

fn export_batch(ui: &Ui, api: &Api, export: Export, batch: &Value) -> Result<(), CliError> {
    let id = batch["id"].as_str().unwrap_or_default();
    let (path, count) = match export.write(ui, api, batch) {
        Ok(written) => written,
        Err(error) => {
            ui.note(ui.say(
                format!("キーバッチ {id} は発行済みです。`warifu keys export {id} --out FILE` で、いつでも書き出せます。"),
                format!("The batch {id} is issued. `warifu keys export {id} --out FILE` writes its keys at any time."),
            ));
            return Err(error);
        }
    };
    ui.answer(&json!({ "batch": batch, "file": path, "keys": count }), || {
        let written = ui.say(
            format!("{count}件のキーを {} に書き出しました。", path.display()),
            format!("Wrote {count} keys to {}.", path.display()),
        );
        format!("{written}\n{}", facts(ui, batch, COLUMNS))
    });
    Ok(())
}

fn existing(force: bool) -> Existing {
    if force { Existing::Replace } else { Existing::Keep }
}
