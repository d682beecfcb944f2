//! `warifu licences`.

use serde_json::{Value, json};
use warifu_core::catalogue::Failure;
use warifu_core::id::ActivationId;
use warifu_core::key::KeyNumber;
use warifu_core::time::Timestamp;

use super::api::{Api, Verb};
use super::keys::number;
use super::rows::{As, Column, show_list, show_record};
use super::{date, find};
use crate::args::{AnyLicence, LicencesCommand};
use crate::error::CliError;
use crate::ui::{Ui, time};

const LIST: &[Column] = &[
    ("ID", "id", "id", As::Plain),
    ("キー番号", "key number", "key_number", As::Plain),
    ("SKU", "SKU", "sku", As::Plain),
    ("状態", "standing", "standing", As::Word),
    ("使用中", "in use", "seats_taken", As::Plain),
    ("台数", "seats", "seats", As::Plain),
    ("期限", "ends", "ends", As::Time),
    ("メモ", "label", "label", As::Plain),
];

const RECORD: &[Column] = &[
    ("ID", "id", "id", As::Plain),
    ("キー番号", "key number", "key_number", As::Plain),
    ("由来", "origin", "origin", As::Word),
    ("SKU", "SKU", "sku", As::Plain),
    ("ポリシー", "policy", "policy", As::Plain),
    ("キーバッチ", "batch", "batch", As::Plain),
    ("キーの交換回数", "key replaced", "key_generation", As::Plain),
    ("状態", "standing", "standing", As::Word),
    ("状態の変更日時", "since", "standing_since", As::Time),
    ("取り消しが有効になる日時", "revoked from", "revocation_effective", As::Time),
    ("台数", "seats", "seats", As::Plain),
    ("使用中", "in use", "seats_taken", As::Plain),
    ("開始", "starts", "starts", As::Time),
    ("期限", "ends", "ends", As::Time),
    ("作成日時", "made", "created", As::Time),
    ("メモ", "label", "label", As::Plain),
];

const ACTIVATIONS: &[Column] = &[
    ("ID", "id", "id", As::Plain),
    ("デバイスの名前", "device name", "device_name", As::Plain),
    ("種類", "class", "class", As::Word),
    ("使用中", "active", "active", As::Flag),
    ("最後の通信", "last contact", "last_contact", As::Time),
    ("利用許可の期限", "lease until", "lease_until", As::Time),
    ("解除日時", "released", "released", As::Time),
    ("解除の理由", "why", "released_by", As::Word),
    ("回収の予告", "reclaim announced", "reclaim_announced", As::Time),
    ("枠が空く日時", "free from", "reclaimable_from", As::Time),
    ("回収日時", "reclaimed", "reclaimed", As::Time),
    ("枠を取り戻せる期限", "objection until", "objection_until", As::Time),
    ("解除の依頼", "release asked", "release_asked", As::Time),
    ("依頼が有効になる日時", "release from", "release_effective", As::Time),
    ("複製の最後の確認", "copy noticed", "copy_seen", As::Time),
];

const CONTESTED: &[Column] = &[
    ("ID", "id", "id", As::Plain),
    ("ライセンス", "licence", "licence", As::Plain),
    ("種類", "class", "class", As::Word),
    ("使用中", "active", "active", As::Flag),
    ("最後の通信", "last contact", "last_contact", As::Time),
    ("枠を取り戻せる期限", "objection until", "objection_until", As::Time),
    ("解除の依頼", "release asked", "release_asked", As::Time),
    ("依頼が有効になる日時", "release from", "release_effective", As::Time),
];

/// Runs a subcommand.
pub(crate) fn run(ui: &Ui, command: &LicencesCommand) -> Result<(), CliError> {
    match command {
        LicencesCommand::List { sku, key_number, label, limit, after, connection } => {
            let mut query = vec![("limit", limit.to_string())];
            let mut add = |name, value: Option<String>| query.extend(value.map(|value| (name, value)));
            add("sku", sku.map(|sku| sku.to_string()));
            add("key_number", key_number.clone());
            add("label", label.clone());
            add("after", after.clone());
            show_list(ui, &Api::new(ui, connection)?.get("/v1/licences", &query)?, LIST);
        }
        LicencesCommand::Show(licence) => {
            let (api, path) = at(ui, licence)?;
            show_record(ui, &api.get(&path, &[])?, RECORD);
        }
        LicencesCommand::Grant { sku, policy, seats, label, connection } => {
            let api = Api::new(ui, connection)?;
            let mut body =
                json!({ "sku": number(*sku)?.get(), "policy": find::policy(&api, policy)?.to_string() });
            if let Some(seats) = seats {
                body["seats"] = (*seats).into();
            }
            if let Some(label) = label {
                body["label"] = find::name("label", label)?.as_str().into();
            }
            show_record(ui, &api.write(Verb::Post, "/v1/licences", Some(&body))?, RECORD);
        }
        LicencesCommand::Suspend(licence) => act(ui, licence, "suspend", None)?,
        LicencesCommand::Reinstate(licence) => act(ui, licence, "reinstate", None)?,
        LicencesCommand::Renew(licence) => act(ui, licence, "renew", None)?,
        LicencesCommand::Revoke { yes, licence } => {
            confirm(
                ui,
                *yes,
                ui.say(
                    "このライセンスを取り消します。予告の期間が過ぎると、元に戻せません。よろしいですか？",
                    "Revoke this licence? Once the notice is over, this cannot be taken back.",
                ),
            )?;
            act(ui, licence, "revoke", None)?;
        }
        LicencesCommand::Extend { until, zone, yes, licence } => {
            let until = date::instant("until", until, zone.as_deref())?;
            let (api, path) = at(ui, licence)?;
            if !yes {
                confirm_earlier(ui, &api.get(&path, &[])?, until)?;
            }
            let body = json!({ "until": until.to_string() });
            show_record(ui, &api.write(Verb::Post, &format!("{path}/extend"), Some(&body))?, RECORD);
        }
        LicencesCommand::TopUp { seats, licence } => {
            act(ui, licence, "top-up", Some(json!({ "seats": seats })))?
        }
        LicencesCommand::ReplaceKey { yes, licence } => {
            confirm(
                ui,
                *yes,
                ui.say(
                    "プロダクトキーを交換します。今のキーは使えなくなります。よろしいですか？",
                    "Replace the product key? The present one starts nothing any more.",
                ),
            )?;
            let (api, path) = at(ui, licence)?;
            show_key(ui, &api.write(Verb::Post, &format!("{path}/replace-key"), None::<&Value>)?);
        }
        LicencesCommand::ShowKey(licence) => {
            let (api, path) = at(ui, licence)?;
            show_key(ui, &api.get(&format!("{path}/key"), &[])?);
        }
        LicencesCommand::Proof { key_number, hours, connection } => {
            let number: KeyNumber = key_number
                .parse()
                .map_err(|_| Failure::field_not_valid("key_number", key_number, "key_number_form"))?;
            let body = json!({ "key_number": number.to_string(), "hours": hours });
            show_proof(ui, &Api::new(ui, connection)?.write(Verb::Post, "/v1/purchase-proofs", Some(&body))?);
        }
        LicencesCommand::Activations(licence) => {
            let (api, path) = at(ui, licence)?;
            show_list(ui, &api.get(&format!("{path}/activations"), &[])?, ACTIVATIONS);
        }
        LicencesCommand::Contested { limit, after, connection } => {
            let mut query = vec![("limit", limit.to_string())];
            query.extend(after.clone().map(|after| ("after", after)));
            show_list(ui, &Api::new(ui, connection)?.get("/v1/activations/contested", &query)?, CONTESTED);
        }
        LicencesCommand::ForgetDevice { activation, yes, licence } => {
            let question = ui.say(
                "このデバイスの名前を消去します。元に戻せません。よろしいですか？",
                "Erase the name of this device for good?",
            );
            confirm(ui, *yes, question)?;
            let (api, path) = at(ui, licence)?;
            let id = find::id::<ActivationId>(&api, "activation", activation)?;
            let path = format!("{path}/activations/{id}/forget");
            show_record(ui, &api.write(Verb::Post, &path, None::<&Value>)?, RECORD);
            note_erased(ui);
        }
        LicencesCommand::EraseLabel { yes, licence } => {
            let question = ui.say(
                "このライセンスのメモを消去します。元に戻せません。よろしいですか？",
                "Erase the note of this licence for good?",
            );
            confirm(ui, *yes, question)?;
            let (api, path) = at(ui, licence)?;
            show_record(ui, &api.write(Verb::Post, &format!("{path}/erase-label"), None::<&Value>)?, RECORD);
            note_erased(ui);
        }
        LicencesCommand::Release { activation, yes, licence } => {
            confirm(
                ui,
                *yes,
                ui.say(
                    "このデバイスのライセンス認証を解除します。よろしいですか？",
                    "Take the seat back from this device?",
                ),
            )?;
            let (api, path) = at(ui, licence)?;
            let id = find::id::<ActivationId>(&api, "activation", activation)?;
            let licence =
                api.write(Verb::Post, &format!("{path}/activations/{id}/release"), None::<&Value>)?;
            show_record(ui, &licence, RECORD);
        }
    }
    Ok(())
}

/// Where what was erased still is.
pub(super) fn note_erased(ui: &Ui) {
    ui.note(ui.say(
        "消去しました。以前のバックアップと、データベースのファイルの空き領域には、まだ残っている場合があります。",
        "Erased. Earlier backups, and free space inside the database's file, may still hold it.",
    ));
}

/// The service and the licence's address in it.
fn at(ui: &Ui, licence: &AnyLicence) -> Result<(Api, String), CliError> {
    let api = Api::new(ui, &licence.connection)?;
    let id = find::licence(&api, &licence.licence)?;
    Ok((api, format!("/v1/licences/{id}")))
}

fn act(ui: &Ui, licence: &AnyLicence, act: &str, body: Option<Value>) -> Result<(), CliError> {
    let (api, path) = at(ui, licence)?;
    let licence = api.write(Verb::Post, &format!("{path}/{act}"), body.as_ref())?;
    show_record(ui, &licence, RECORD);
    Ok(())
}

fn confirm(ui: &Ui, yes: bool, question: &str) -> Result<(), CliError> {
    if yes { Ok(()) } else { ui.confirm(question, "--yes") }
}

/// Asks before a licence ends earlier than it does now, or gets an end that it did not have.
fn confirm_earlier(ui: &Ui, licence: &Value, until: Timestamp) -> Result<(), CliError> {
    let present = licence["ends"].as_str().and_then(|text| text.parse::<Timestamp>().ok());
    if present.is_some_and(|present| until >= present) {
        return Ok(());
    }
    let at = |time| time::instant(time, ui.lang);
    let now = present.map_or_else(|| ui.say("無期限", "none").to_owned(), at);
    let then = at(until);
    let question = ui.say(
        format!("このライセンスの期限（現在: {now}）を {then} に早めます。よろしいですか？"),
        format!("This licence ends earlier then: its end is {now} now and becomes {then}. Go ahead?"),
    );
    ui.confirm(&question, "--yes")
}

fn show_key(ui: &Ui, answer: &Value) {
    ui.answer(answer, || answer["key"].as_str().unwrap_or_default().to_owned());
}

fn show_proof(ui: &Ui, answer: &Value) {
    ui.answer(answer, || answer["proof"].as_str().unwrap_or_default().to_owned());
    let ends = answer["ends"].as_str().and_then(|text| text.parse::<Timestamp>().ok());
    if let Some(ends) = ends.map(|ends| time::instant(ends, ui.lang)) {
        ui.note(ui.say(
            format!("この購入証明コードは、{ends} まで、1回だけ使えます。購入を確認できたお客様にだけ渡してください。プロダクトキーと一緒に入力します。"),
            format!("This proof is good once, until {ends}. Give it only to a customer whose purchase you have seen; it is entered together with the product key."),
        ));
    }
}
