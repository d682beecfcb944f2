//! `warifu backup`: the store to a file and back. Secrets and keys are never in a backup, and the command says so.

use std::path::{Path, PathBuf};

use serde_json::json;
use warifu_core::catalogue::Failure;
use warifu_service::port::{Reads, StoreError};
use warifu_store::sqlite::{self, BackupError};

use super::folder::ServiceFolder;
use super::store::Place;
use crate::args::{BackupCommand, StoreArgs};
use crate::error::CliError;
use crate::files;
use crate::ui::{Ui, table};

/// Runs a subcommand.
pub(crate) fn run(ui: &Ui, data: Option<&Path>, command: &BackupCommand) -> Result<(), CliError> {
    let folder = ServiceFolder::new(data);
    match command {
        BackupCommand::Create { to } => create(ui, &folder, to),
        BackupCommand::Restore { file, replace } => restore(ui, &folder, file, *replace),
        BackupCommand::Verify { file } => verify(ui, file),
    }
}

fn create(ui: &Ui, folder: &ServiceFolder, to: &Path) -> Result<(), CliError> {
    folder.require()?;
    require_file(ui, folder)?;
    let bytes = sqlite::backup(folder.store(), to).map_err(|error| error.failure())?;
    let kept = folder.kept_apart();
    ui.answer(&json!({ "file": to, "bytes": bytes, "not_in_backup": kept }), || {
        ui.say(
            format!("{} にバックアップしました（{bytes}バイト）。", to.display()),
            format!("Backed up to {} ({bytes} bytes).", to.display()),
        )
    });
    let (kept, secrets) = (listed(ui, &kept), folder.secrets());
    let secrets = secrets.display();
    ui.warn(ui.say(
        format!("{kept}、ルート鍵は、バックアップに含まれていません。別に保管してください。{secrets} を失うと、発行済みのプロダクトキーを確認できなくなります。"),
        format!("{kept} and the root key are not in the backup. Keep them apart. Without {secrets} the product keys that you have issued can no longer be told from forged ones."),
    ));
    Ok(())
}

/// A database is backed up with its own tools.
fn require_file(ui: &Ui, folder: &ServiceFolder) -> Result<(), CliError> {
    match Place::of(ui, folder, &StoreArgs::default())? {
        Place::File(_) => Ok(()),
        Place::Database(options) => {
            let address = &options.address;
            Err(Failure::backup_of_database(address.database(), address).into())
        }
    }
}

fn restore(ui: &Ui, folder: &ServiceFolder, file: &Path, replace: bool) -> Result<(), CliError> {
    require_file(ui, folder)?;
    files::make_folder(folder.path())?;
    let store = folder.store();
    let bytes = sqlite::restore(file, &store, replace).map_err(|error| explain(&error, file))?;
    let lacking: Vec<PathBuf> = folder.kept_apart().into_iter().filter(|path| !path.exists()).collect();
    ui.answer(&json!({ "file": file, "store": store, "bytes": bytes, "lacking": lacking }), || {
        ui.say(
            format!("{} を {} に復元しました。", file.display(), store.display()),
            format!("Brought {} back as {}.", file.display(), store.display()),
        )
    });
    if !lacking.is_empty() {
        let lacking = listed(ui, &lacking);
        ui.warn(ui.say(
            format!("サービスを起動する前に、保管してある {lacking} を戻してください。"),
            format!("Before you start the service, put {lacking} back from your copies."),
        ));
    }
    let log_keys = folder.log_keys();
    if !log_keys.exists() {
        let log_keys = log_keys.display();
        ui.warn(ui.say(
            format!("{log_keys} がないままでもサービスは起動しますが、検証可能ログに署名されません。控えも失った場合は、「warifu renew-keys」で新しいログ鍵を作成してください。"),
            format!("Without {log_keys} the service starts, but nothing signs its verifiable log. If no copy is left, make a new log key with `warifu renew-keys`."),
        ));
    }
    Ok(())
}

fn listed(ui: &Ui, files: &[PathBuf]) -> String {
    let files: Vec<String> = files.iter().map(|path| path.display().to_string()).collect();
    files.join(ui.say("、", ", "))
}

/// Copies the backup to a place of its own, which checks every page, and counts what is in it.
fn verify(ui: &Ui, file: &Path) -> Result<(), CliError> {
    let place = tempfile::tempdir().map_err(|error| files::not_writable(&std::env::temp_dir(), &error))?;
    let copy = place.path().join("copy.db");
    let bytes = sqlite::backup(file, &copy).map_err(|error| explain(&error, file))?;
    let (_store, reads) = sqlite::open(&copy).map_err(|error| explain(&error.into(), file))?;
    let counted = reads.registry().and_then(|registry| Ok((registry, reads.counts()?)));
    let (registry, (licences, activations)) = counted.map_err(|error| explain(&error.into(), file))?;
    let counts = [
        (ui.say("プロダクト", "products"), "products", registry.products.len() as u64),
        (ui.say("ポリシー", "policies"), "policies", registry.policies.len() as u64),
        (ui.say("キーバッチ", "batches"), "batches", registry.batches.len() as u64),
        (ui.say("ライセンス", "licences"), "licences", licences),
        (ui.say("ライセンス認証", "activations"), "activations", activations),
    ];
    let mut value = json!({ "file": file, "bytes": bytes, "sound": true });
    for (_, name, count) in counts {
        value[name] = count.into();
    }
    ui.answer(&value, || {
        let facts = counts.map(|(label, _, count)| (label, count.to_string()));
        let sound = ui.say("問題は見つかりませんでした。", "The backup is sound.");
        format!("{sound}\n{}", table::facts(&facts))
    });
    Ok(())
}

/// What is wrong with the backup is said of the backup; what is wrong with the store, of the store.
fn explain(error: &BackupError, file: &Path) -> CliError {
    let of_file =
        |path: &Path| std::path::absolute(file).is_ok_and(|file| path.starts_with(file)) || path == file;
    match error {
        BackupError::Store(StoreError::Damaged { path, .. })
            if of_file(path) || path.ends_with("copy.db") =>
        {
            Failure::backup_not_valid(file.display()).into()
        }
        BackupError::Exists(_) | BackupError::Missing(_) | BackupError::Store(_) => error.failure().into(),
    }
}
