//! `warifu keys import`: keys of other formats. The whole file is read and checked before the first key is sent, so that a bad row leaves
//! nothing half done; sending again what was sent before changes nothing.

use std::fs::File;
use std::path::Path;

use serde_json::json;
use warifu_core::catalogue::Failure;
use warifu_core::key::{ImportError, SkuNumber};
use warifu_proto::wire::key_text::KeyText;
use warifu_proto::wire::staff::batch::{IMPORT_MAX, ImportKeys};

use super::api::{Api, Verb};
use super::find;
use super::key_file::{Stopped, each_key};
use crate::error::CliError;
use crate::files;
use crate::ui::Ui;

/// The most bytes of keys in one request: well below what the service takes, for JSON adds to them.
const REQUEST_KEY_BYTES_MAX: usize = 400 * 1024;

/// Takes over the keys of a file.
pub(super) fn run(ui: &Ui, api: &Api, path: &Path, sku: SkuNumber, policy: &str) -> Result<(), CliError> {
    let open = || File::open(path);
    let mut total = 0_u64;
    let told = |stopped| told(path, stopped);
    each_key(&open, |_| {
        total += 1;
        Ok(())
    })
    .map_err(told)?;
    if total == 0 {
        // As if the first row were bad: it is not there.
        let rule = ImportError::TooShort { found: 0 }.rule();
        return Err(Failure::import_row_not_valid(1, rule).into());
    }
    let policy = find::policy(api, policy)?;
    let progress = ui.progress(total);
    let (mut keys, mut bytes, mut sent) = (Vec::new(), 0, 0_u64);
    let mut send = |keys: &mut Vec<KeyText>| -> Result<(), CliError> {
        let count = keys.len() as u64;
        let body = ImportKeys { sku, policy, keys: std::mem::take(keys) };
        api.write(Verb::Post, "/v1/imports", Some(&body))?;
        sent += count;
        progress.at(sent);
        Ok(())
    };
    each_key(&open, |key| {
        bytes += key.expose().len();
        keys.push(key);
        if keys.len() == IMPORT_MAX || bytes >= REQUEST_KEY_BYTES_MAX {
            bytes = 0;
            send(&mut keys)?;
        }
        Ok(())
    })
    .map_err(told)?;
    if !keys.is_empty() {
        send(&mut keys)?;
    }
    drop(progress);
    if sent != total {
        // A pipe gives its rows once, and a file may change between the two looks.
        let changed = ui.say(
            format!("読み直すと{total}件ではなく{sent}件でした。パイプではなく、変わらないファイルを指定してください"),
            format!("read again it had {sent} keys, not {total}; name a file that stays, not a pipe"),
        );
        return Err(Failure::file_not_readable(path.display(), changed).into());
    }
    ui.answer(&json!({ "file": path, "imported": total }), || {
        ui.say(
            format!("{total}件のキーを取り込みました（取り込み済みのキーは元のままです）。"),
            format!("Took over {total} keys; those that were taken over before stay as they were."),
        )
    });
    Ok(())
}

/// Why a file was not read to its end, in words. A row that is no key is named by its line and the rule, and not shown.
fn told(path: &Path, stopped: Stopped<CliError>) -> CliError {
    match stopped {
        Stopped::Row { line, rule } => Failure::import_row_not_valid(line, rule).into(),
        Stopped::Unreadable(error) => files::not_readable(path, &error),
        Stopped::Taker(error) => error,
    }
}
