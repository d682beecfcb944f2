//! `warifu init`: a service's keys, secrets, store and first member of staff.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;
use warifu_client::SystemRandom;
use warifu_core::catalogue::Failure;
use warifu_core::staff::Role;
use warifu_core::text::Name;
use warifu_core::time::{Span, Timestamp};
use warifu_proto::keys::RootKey;
use warifu_service::authority::{Authority, PassphraseCost, seal_root};
use warifu_service::clock::Clock as _;
use warifu_service::log::LogKeys;
use warifu_service::secrets::Secrets;
use warifu_service::staff::acts::LOCAL_OPERATOR;
use zeroize::Zeroizing;

use super::clock::SystemClock;
use super::folder::ServiceFolder;
use super::store::Place;
use super::{passphrase, start};
use crate::args::InitArgs;
use crate::error::CliError;
use crate::files::{self, Existing};
use crate::ui::{Style, Ui, table, time};

/// The issuing keys may sign from an hour before they are made, for clocks that go slow.
pub(super) const SLOW_CLOCK: Span = Span::hours(1);

/// Makes the service. What fails leaves nothing behind, unless the power goes: then files of an unfinished service may be left, and are never overwritten.
pub(crate) fn run(ui: &Ui, data: Option<&Path>, args: &InitArgs) -> Result<(), CliError> {
    make(ui, &ServiceFolder::new(data), args, PassphraseCost::RECOMMENDED)
}

/// The same with the root sealed at this cost.
pub(super) fn make(
    ui: &Ui,
    folder: &ServiceFolder,
    args: &InitArgs,
    cost: PassphraseCost,
) -> Result<(), CliError> {
    let owner =
        Name::new(&args.owner).map_err(|_| Failure::field_not_valid("owner", &args.owner, Name::RULE))?;
    let written = [
        folder.root(),
        folder.issuing_keys(),
        folder.log_keys(),
        folder.secrets(),
        folder.store(),
        folder.store_note(),
    ];
    if let Some(path) = written.iter().chain(&args.token_file).find(|path| path.symlink_metadata().is_ok()) {
        return Err(Failure::file_exists(path.display()).into());
    }
    let place = Place::of(ui, folder, &args.store)?;
    let passphrase = passphrase::choose(ui, args.passphrase_file.as_deref())?;
    files::make_folder(folder.path())?;

    let mut made = Made::default();
    let authority = write_keys(folder, (&passphrase, cost), args.sandbox, &mut made)?;
    let summary = Summary::of(&authority, folder);
    let token = create_store(folder, &place, authority, owner, &mut made)?;
    if let Some(note) = place.note(&args.store) {
        made.write(folder.store_note(), note.as_bytes())?;
    }
    if let Some(path) = &args.token_file {
        files::write(path, token.as_bytes(), Existing::Keep)?;
        made.0.push(path.clone());
    }
    made.keep();

    ui.answer(&summary.json(&token), || summary.text(ui, &token));
    if !ui.json {
        ui.note(summary.advice(ui));
    }
    Ok(())
}

fn write_keys(
    folder: &ServiceFolder,
    (passphrase, cost): (&str, PassphraseCost),
    sandbox: bool,
    made: &mut Made,
) -> Result<Authority, CliError> {
    let random = &mut SystemRandom;
    let refused = |error: &dyn std::fmt::Display| CliError::from(Failure::internal_error(error));
    let root = RootKey::generate(random).map_err(|error| refused(&error))?;
    let sealed = seal_root(&root, passphrase, cost, random).map_err(|error| refused(&error))?;
    let from = SystemClock.now().minus(SLOW_CLOCK);
    let authority = Authority::issue(&root, from, sandbox, random).map_err(|error| refused(&error))?;
    let log_keys = LogKeys::issue(&root, from, random).map_err(|error| refused(&error))?;
    let secrets = Secrets::generate(random);
    made.write(folder.root(), &sealed)?;
    made.write(folder.issuing_keys(), &authority.to_bytes())?;
    made.write(folder.log_keys(), &log_keys.to_bytes())?;
    made.write(folder.secrets(), &secrets.to_bytes())?;
    Ok(authority)
}

fn create_store(
    folder: &ServiceFolder,
    place: &Place,
    authority: Authority,
    owner: Name,
    made: &mut Made,
) -> Result<Zeroizing<String>, CliError> {
    match place {
        Place::File(store) => {
            for ending in ["", "-wal", "-shm", ".lock"] {
                made.0.push(PathBuf::from(format!("{}{ending}", store.display())));
            }
        }
        // Keys of its own would make nothing of what another service has in its database.
        Place::Database(options) => start::require_unused(options)?,
    }
    create_owner(folder, place, authority, owner)
}

/// Makes an owner's token in the store. No service may be using one that is a file.
pub(super) fn create_owner(
    folder: &ServiceFolder,
    place: &Place,
    authority: Authority,
    name: Name,
) -> Result<Zeroizing<String>, CliError> {
    let service = start::start(folder, place, authority, folder.read_secrets()?)?;
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.map_err(Failure::internal_error)?;
    let (_, token) = runtime.block_on(service.create_staff(LOCAL_OPERATOR, name, Role::Owner, None))?;
    service.stop();
    Ok(token.expose())
}

/// Files made so far; removed again unless all succeeds.
#[derive(Default)]
struct Made(Vec<PathBuf>);

impl Made {
    fn write(&mut self, path: PathBuf, bytes: &[u8]) -> Result<(), CliError> {
        files::write(&path, bytes, Existing::Keep)?;
        self.0.push(path);
        Ok(())
    }

    fn keep(mut self) {
        self.0.clear();
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        for path in &self.0 {
            // Nothing better can be done about what cannot be removed.
            let _ = fs::remove_file(path);
        }
    }
}

struct Summary {
    service: String,
    root: String,
    sandbox: bool,
    signs_until: Timestamp,
    folder: ServiceFolder,
}

impl Summary {
    fn of(authority: &Authority, folder: &ServiceFolder) -> Self {
        Self {
            service: authority.service_id().to_string(),
            root: authority.root().to_string(),
            sandbox: authority.is_sandbox(),
            signs_until: authority.signs_until(),
            folder: folder.clone(),
        }
    }

    fn json(&self, token: &str) -> serde_json::Value {
        json!({
            "service_id": self.service,
            "root_public_key": self.root,
            "sandbox": self.sandbox,
            "signs_until": self.signs_until.to_string(),
            "owner_token": token,
            "data": self.folder.path(),
            "move_offline": [self.folder.root()],
            "keep_copies_of": self.folder.kept_apart(),
        })
    }

    fn text(&self, ui: &Ui, token: &str) -> String {
        table::facts(&[
            (ui.say("データフォルダー", "data folder"), self.folder.path().display().to_string()),
            (ui.say("サービスID", "service id"), self.service.clone()),
            (ui.say("ルート公開鍵", "root public key"), self.root.clone()),
            (ui.say("発行鍵の期限", "issuing keys sign until"), time::instant(self.signs_until, ui.lang)),
            (
                ui.say("サンドボックス", "sandbox"),
                if self.sandbox { ui.say("はい", "yes").to_owned() } else { String::new() },
            ),
            (ui.say("オーナーのトークン", "owner's token"), token.to_owned()),
        ])
    }

    fn advice(&self, ui: &Ui) -> String {
        let (root, data) =
            (self.folder.root().display().to_string(), self.folder.path().display().to_string());
        let kept: Vec<String> =
            self.folder.kept_apart().iter().map(|path| path.display().to_string()).collect();
        let kept = kept.join(ui.say("、", ", "));
        let title = ui.paint(Style::Strong, ui.say("次に行うこと", "What to do now"));
        let steps = ui.say(
            format!(
                "1. {root} を、ネットワークにつながらない場所（USBメモリなど）へ移動してください。ふだんの運用には使いません。\n\
                 2. {kept} の控えを、安全な場所に保管してください。バックアップには含まれません。\n\
                 3. オーナーのトークンを保管してください。再表示はできません。\n\
                 4. アプリにはルート公開鍵を組み込みます。\n\
                 5. サービスを起動します: warifu serve --data {data}"
            ),
            format!(
                "1. Move {root} to a place without a network, such as a USB stick. It is not needed from day to day.\n\
                 2. Keep copies of these files in a safe place: {kept}. Backups do not hold them.\n\
                 3. Keep the owner's token. It is not shown again.\n\
                 4. Build the root public key into your application.\n\
                 5. Start the service: warifu serve --data {data}"
            ),
        );
        format!("\n{title}\n{steps}")
    }
}
