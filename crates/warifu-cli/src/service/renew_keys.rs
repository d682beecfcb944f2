//! `warifu renew-keys`: another year of issuing keys, or the first ones after their file was lost; and a key for the log, when it has none or an old one.

use std::path::Path;

use serde_json::json;
use warifu_client::SystemRandom;
use warifu_core::catalogue::Failure;
use warifu_service::authority::Authority;
use warifu_service::clock::Clock as _;
use warifu_service::log::LogKeys;

use super::clock::SystemClock;
use super::folder::ServiceFolder;
use super::init::SLOW_CLOCK;
use super::root;
use crate::args::RenewKeysArgs;
use crate::error::CliError;
use crate::files::{self, Existing};
use crate::ui::{Ui, time};

/// Adds a year's issuing keys to the folder. A service that runs takes them up by itself.
pub(crate) fn run(ui: &Ui, data: Option<&Path>, args: &RenewKeysArgs) -> Result<(), CliError> {
    let folder = ServiceFolder::new(data);
    folder.require()?;
    let path = folder.issuing_keys();
    if args.lost && path.symlink_metadata().is_ok() {
        return Err(Failure::file_exists(path.display()).into());
    }
    let root = root::open(ui, &folder, &args.root)?;
    let now = SystemClock.now();
    let authority = if args.lost {
        let made = Authority::issue(&root, now.minus(SLOW_CLOCK), args.sandbox, &mut SystemRandom)
            .map_err(Failure::internal_error)?;
        folder.with_key_list(made)?
    } else {
        let extended = folder.read_authority()?.extended(&root, now, &mut SystemRandom);
        extended.map_err(|_| Failure::key_file_not_valid(path.display()))?
    };
    let log_keys = match folder.read_log_keys()? {
        Some(keys) => keys.extended(&root, now, &mut SystemRandom),
        // The folder was made before there was a verifiable log, or has lost its key: another one goes on with the same tree.
        None => LogKeys::issue(&root, now.minus(SLOW_CLOCK), &mut SystemRandom),
    };
    let log_keys = log_keys.map_err(|_| Failure::key_file_not_valid(folder.log_keys().display()))?;
    let existing = if args.lost { Existing::Keep } else { Existing::Replace };
    files::write(&path, &authority.to_bytes(), existing)?;
    files::write(&folder.log_keys(), &log_keys.to_bytes(), Existing::Replace)?;
    let until = authority.signs_until();
    ui.answer(&json!({ "signs_until": until.to_string() }), || {
        let until = time::instant(until, ui.lang);
        ui.say(
            format!("{until}まで署名できる鍵を追加しました。動作中のサービスは、数秒以内に自動で読み込みます。ルート鍵はもう一度オフラインに戻してください。"),
            format!("Added keys that sign until {until}. A service that runs takes them up within seconds. Take the root key offline again."),
        )
    });
    Ok(())
}
