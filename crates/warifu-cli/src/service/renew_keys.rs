//! `warifu renew-keys`: another year of issuing keys. The one time that the root key is needed after `warifu init`.

use std::path::Path;

use serde_json::json;
use warifu_client::SystemRandom;
use warifu_core::catalogue::Failure;
use warifu_service::authority::{AuthorityError, open_root};
use warifu_service::clock::Clock as _;

use super::clock::SystemClock;
use super::folder::ServiceFolder;
use super::passphrase;
use crate::args::RenewKeysArgs;
use crate::error::CliError;
use crate::files::{self, Existing};
use crate::ui::{Ui, time};

/// Adds a year's issuing keys to the folder. The service takes them up when it is started again.
pub(crate) fn run(ui: &Ui, data: Option<&Path>, args: &RenewKeysArgs) -> Result<(), CliError> {
    let folder = ServiceFolder::new(data);
    folder.require()?;
    let authority = folder.read_authority()?;
    let path = args.root_file.clone().unwrap_or_else(|| folder.root());
    let sealed = files::read(&path)?;
    let passphrase = passphrase::recall(ui, args.passphrase_file.as_deref())?;
    let root = open_root(&sealed, &passphrase).map_err(|error| match error {
        AuthorityError::WrongPassphrase => Failure::passphrase_wrong(),
        _ => Failure::key_file_not_valid(path.display()),
    })?;
    let authority = authority
        .extended(&root, SystemClock.now(), &mut SystemRandom)
        .map_err(|_| Failure::key_file_not_valid(path.display()))?;
    files::write(&folder.issuing_keys(), &authority.to_bytes(), Existing::Replace)?;
    let until = authority.signs_until();
    ui.answer(&json!({ "signs_until": until.to_string() }), || {
        let until = time::instant(until, ui.lang);
        ui.say(
            format!("{until}まで署名できる鍵を追加しました。サービスを再起動すると使われます。ルート鍵はもう一度オフラインに戻してください。"),
            format!("Added keys that sign until {until}. Restart the service to use them, and take the root key offline again."),
        )
    });
    Ok(())
}
