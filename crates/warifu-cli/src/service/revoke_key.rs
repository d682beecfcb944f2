//! `warifu revoke-key`: withdraws issuing keys that somebody else may have, with the root key, and puts others in their place.

use std::path::Path;

use serde_json::json;
use warifu_client::SystemRandom;
use warifu_core::catalogue::Failure;
use warifu_core::id::IssuingKeyId;
use warifu_proto::encoding::parse_hex;
use warifu_service::authority::{Authority, AuthorityError};
use warifu_service::clock::Clock as _;

use super::clock::SystemClock;
use super::folder::ServiceFolder;
use super::root;
use crate::args::RevokeKeyArgs;
use crate::error::CliError;
use crate::files::{self, Existing};
use crate::ui::{Ui, time};

/// Writes the list of withdrawn keys and the keys that replace them. A service that runs takes both up by itself.
pub(crate) fn run(ui: &Ui, data: Option<&Path>, args: &RevokeKeyArgs) -> Result<(), CliError> {
    let folder = ServiceFolder::new(data);
    folder.require()?;
    let authority = folder.read_authority_to_withdraw()?;
    let now = SystemClock.now();
    let from = match &args.from {
        Some(text) => text.parse().map_err(|_| Failure::field_not_valid("from", text, "RFC 3339"))?,
        None => now,
    };
    let keys = if args.all { ids(&authority) } else { parse(&args.keys)? };
    let root = root::open(ui, &folder, &args.root)?;
    let path = folder.issuing_keys();
    let authority =
        authority.withdrawn(&root, &keys, (from, now), &mut SystemRandom).map_err(|error| match error {
            AuthorityError::TooManyWithdrawn => Failure::field_not_valid("keys", keys.len(), "1-64"),
            _ => Failure::key_file_not_valid(path.display()),
        })?;
    let listed = authority.key_list().ok_or_else(|| Failure::internal_error("no list was made"))?;
    // The list first: without the new keys the service cannot sign, but it does not sign with a stolen one either, and this can be done again.
    files::write(&folder.key_list(), format!("{}\n", listed.token).as_bytes(), Existing::Replace)?;
    files::write(&path, &authority.to_bytes(), Existing::Replace)?;
    let version = listed.list.version;
    let withdrawn: Vec<String> = keys.iter().map(ToString::to_string).collect();
    let value = json!({ "version": version, "withdrawn": withdrawn, "from": from.to_string() });
    ui.answer(&value, || {
        let (count, from) = (keys.len(), time::instant(from, ui.lang));
        ui.say(
            format!("{count}個の発行鍵を無効にし、代わりの鍵を作成しました（一覧の版: {version}、無効になる日時: {from}）。動作中のサービスは、数秒以内に自動で読み込みます。ルート鍵はもう一度オフラインに戻してください。"),
            format!("Withdrew {count} issuing keys and made others in their place (version {version} of the list; believed no longer from {from}). A service that runs takes this up within seconds. Take the root key offline again."),
        )
    });
    Ok(())
}

/// `warifu issuing-keys`: the issuing keys, by the names that `revoke-key` takes.
pub(crate) fn show(ui: &Ui, data: Option<&Path>) -> Result<(), CliError> {
    let folder = ServiceFolder::new(data);
    folder.require()?;
    let authority = folder.read_authority()?;
    let now = SystemClock.now();
    let current = authority.issuer(now).map(|issuer| issuer.key().id()).ok();
    let keys: Vec<_> = authority
        .certificates()
        .map(|certificate| {
            json!({
                "id": certificate.key.id().to_string(),
                "signs_from": certificate.sign_from.to_string(),
                "signs_until": certificate.sign_until.to_string(),
                "in_use": current == Some(certificate.key.id()),
            })
        })
        .collect();
    let withdrawn: Vec<_> = authority
        .key_list()
        .map(|listed| {
            let entry = |withdrawal: &warifu_proto::key_list::Withdrawal| {
                json!({ "id": withdrawal.key.to_string(), "from": withdrawal.from.to_string() })
            };
            listed.list.withdrawn.iter().map(entry).collect()
        })
        .unwrap_or_default();
    ui.answer(&json!({ "keys": keys, "withdrawn": withdrawn }), || {
        let mut lines = Vec::new();
        for certificate in authority.certificates() {
            let id = certificate.key.id();
            let (from, until) = (
                time::instant(certificate.sign_from, ui.lang),
                time::instant(certificate.sign_until, ui.lang),
            );
            let used = if current == Some(id) { ui.say("（使用中）", " (in use)") } else { "" };
            lines.push(format!("{id}  {from} – {until}{used}"));
        }
        if let Some(listed) = authority.key_list() {
            for withdrawal in &listed.list.withdrawn {
                let from = time::instant(withdrawal.from, ui.lang);
                lines.push(format!(
                    "{}  {}",
                    withdrawal.key,
                    ui.say(format!("無効（{from}から）"), format!("withdrawn from {from}"))
                ));
            }
        }
        lines.join("\n")
    });
    Ok(())
}

fn ids(authority: &Authority) -> Vec<IssuingKeyId> {
    authority.certificates().map(|certificate| certificate.key.id()).collect()
}

fn parse(texts: &[String]) -> Result<Vec<IssuingKeyId>, CliError> {
    let parse = |text: &String| {
        let id = parse_hex(&text.to_ascii_lowercase()).map(IssuingKeyId::from_bytes);
        id.ok_or_else(|| Failure::field_not_valid("key", text, "64 × 0-9 a-f").into())
    };
    texts.iter().map(parse).collect()
}
