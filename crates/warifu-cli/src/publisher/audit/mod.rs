//! `warifu audit`: is the log what was signed, what this auditor has seen before, and what the store holds?

mod export;
mod receipt;
mod report;
mod seen;
mod service;

use std::path::Path;

use warifu_core::catalogue::Failure;
use warifu_proto::keys::RootPublicKey;
use warifu_service::clock::Clock as _;
use warifu_service::log::{Source, StoreSource, audit};
use warifu_store::sqlite;

use self::export::Exported;
use self::seen::Seen;
use self::service::ServiceSource;
use super::api::Api;
use crate::args::{AuditCommand, AuditRoot, VerifyArgs};
use crate::error::CliError;
use crate::files;
use crate::service::clock::SystemClock;
use crate::ui::Ui;

/// Runs a subcommand.
pub(crate) fn run(ui: &Ui, command: &AuditCommand) -> Result<(), CliError> {
    match command {
        AuditCommand::Verify(args) => verify(ui, args),
        AuditCommand::Export { out, connection } => export::run(ui, &Api::new(ui, connection)?, out),
        AuditCommand::Receipt { event, out, root, connection } => {
            receipt::fetch(ui, &Api::new(ui, connection)?, event, out.as_deref(), root)
        }
        AuditCommand::Check { file, root } => receipt::check(ui, file, root),
    }
}

fn verify(ui: &Ui, args: &VerifyArgs) -> Result<(), CliError> {
    let mut seen = Seen::read(&args.seen)?;
    let Some(from) = &args.from else {
        let api = Api::new(ui, &args.connection)?;
        let root = pinned(ui, &args.root, &seen, Some(&api))?;
        return judge(ui, &mut ServiceSource::new(&api), root, &mut seen);
    };
    let root = pinned(ui, &args.root, &seen, None)?;
    if is_store(from)? {
        // A copy, because opening a store may bring it to this version's schema.
        let place =
            tempfile::tempdir().map_err(|error| files::not_writable(&std::env::temp_dir(), &error))?;
        let copy = place.path().join("copy.db");
        let not_valid = || Failure::backup_not_valid(from.display());
        sqlite::backup(from, &copy).map_err(|_| not_valid())?;
        let (_store, reads) = sqlite::open(&copy).map_err(|_| not_valid())?;
        return judge(ui, &mut StoreSource(&reads), root, &mut seen);
    }
    judge(ui, &mut Exported::read(from)?, root, &mut seen)
}

fn judge(
    ui: &Ui,
    source: &mut dyn Source<CliError>,
    root: RootPublicKey,
    seen: &mut Seen,
) -> Result<(), CliError> {
    let before = seen.checkpoint().cloned();
    let report = audit(source, &root, before.as_ref(), SystemClock.now())?;
    if report.is_consistent()
        && let Some(checkpoint) = &report.checkpoint
    {
        seen.write(&root, checkpoint)?;
    }
    report::show(ui, &report, before.as_ref(), seen.path());
    if report.count > 0 { Err(Failure::log_audit_failed(report.count).into()) } else { Ok(()) }
}

/// The root that everything is checked against: the one that is named, or the one of the last audit, or, the first time, the one that the service
/// itself names.
fn pinned(ui: &Ui, named: &AuditRoot, seen: &Seen, api: Option<&Api>) -> Result<RootPublicKey, CliError> {
    let parse = |text: &str| {
        let invalid = || Failure::field_not_valid("root", text, "64 hexadecimal digits");
        text.parse::<RootPublicKey>().map_err(|_| CliError::from(invalid()))
    };
    if let Some(text) = &named.root {
        let root = parse(text)?;
        if seen.root().is_some_and(|before| *before != root) {
            return Err(Failure::root_not_pinned().into());
        }
        return Ok(root);
    }
    if let Some(root) = seen.root() {
        return Ok(root.clone());
    }
    let Some(api) = api else { return Err(Failure::client_not_set_up("--root").into()) };
    let info = api.get("/v1/service", &[])?;
    let root = parse(info["root"].as_str().unwrap_or_default())?;
    ui.warn(ui.say(
        format!("ルート公開鍵の指定がないため、サービス自身が示した鍵で検査します: {root}。手元の控えと一致することを確認してください。次回からは、この鍵と照合します。"),
        format!("No root public key was given, so the one that the service names is used: {root}. Compare it with your own record. From now on it is expected."),
    ));
    Ok(root)
}

/// Whether a file is an SQLite database: a store or its backup.
fn is_store(path: &Path) -> Result<bool, CliError> {
    use std::io::Read as _;
    let mut begin = [0; 16];
    let mut file = std::fs::File::open(path).map_err(|error| files::not_readable(path, &error))?;
    match file.read_exact(&mut begin) {
        Ok(()) => Ok(begin == *b"SQLite format 3\0"),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(files::not_readable(path, &error)),
    }
}
