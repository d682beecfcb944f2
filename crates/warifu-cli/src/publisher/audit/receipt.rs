//! `warifu audit receipt` and `warifu audit check`: proof that one event is in the log, and its verification offline.

use std::path::Path;

use serde_json::json;
use warifu_core::catalogue::Failure;
use warifu_core::id::EventId;
use warifu_proto::keys::RootPublicKey;
use warifu_proto::log::{Receipt, Received};
use warifu_service::clock::Clock as _;

use super::super::api::Api;
use super::super::find;
use super::pinned;
use super::seen::Seen;
use crate::args::AuditRoot;
use crate::error::CliError;
use crate::files::{self, Existing};
use crate::service::clock::SystemClock;
use crate::ui::{Ui, table};

/// Gets a receipt, verifies it, and writes it to a file if one is named.
pub(super) fn fetch(
    ui: &Ui,
    api: &Api,
    event: &str,
    out: Option<&Path>,
    root: &AuditRoot,
) -> Result<(), CliError> {
    let id = find::id::<EventId>(api, "event", event)?;
    let root = pinned(ui, root, &Seen::none(), Some(api))?;
    let bytes = api.get_bytes(&format!("/v1/events/{id}/receipt"), &[])?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let received = verify(&text, &root).map_err(|_| api.at(Failure::answer_not_genuine()))?;
    if received.entry.id != id {
        return Err(api.at(Failure::answer_not_genuine()));
    }
    if let Some(out) = out {
        files::write(out, text.as_bytes(), Existing::Keep)?;
    }
    show(ui, &received);
    Ok(())
}

/// Verifies a receipt in a file.
pub(super) fn check(ui: &Ui, file: &Path, root: &AuditRoot) -> Result<(), CliError> {
    let root = pinned(ui, root, &Seen::none(), None)?;
    let text = files::read_text(file)?;
    let received = verify(&text, &root).map_err(|error| Failure::receipt_not_valid(file.display(), error))?;
    show(ui, &received);
    Ok(())
}

fn verify(text: &str, root: &RootPublicKey) -> Result<Received, warifu_proto::log::LogError> {
    Receipt::parse(text)?.verify(root, SystemClock.now())
}

fn show(ui: &Ui, received: &Received) {
    let Received { entry, index, checkpoint } = received;
    let value = json!({ "genuine": true, "index": index, "log_size": checkpoint.size, "entry": entry });
    ui.answer(&value, || {
        let details: Vec<String> =
            entry.details.iter().map(|[name, value]| format!("{name}={value}")).collect();
        let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
        let said = ui.say(
            format!("この記録は、署名されたログの{index}番目にあります（全{}件）。", checkpoint.size),
            format!("This event is entry {index} of the signed log, which has {}.", checkpoint.size),
        );
        let facts = table::facts(&[
            (ui.say("記録のID", "event"), entry.id.clone()),
            (ui.say("日時", "at"), entry.at.clone()),
            (ui.say("操作", "action"), entry.action.clone()),
            (ui.say("行ったのは", "by"), entry.actor.clone()),
            (ui.say("コード", "code"), or_empty(&entry.code)),
            (ui.say("ライセンス", "licence"), or_empty(&entry.licence)),
            (ui.say("デバイス", "device"), or_empty(&entry.device)),
            (ui.say("詳細", "details"), details.join(" ")),
        ]);
        format!("{said}\n{facts}")
    });
}
