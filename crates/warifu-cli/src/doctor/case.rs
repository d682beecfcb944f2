//! The diagnosis as a case: saved to a file, sent to the service, or both.

use std::path::Path;

use serde_json::{Value, json};
use warifu_case::content::{Client, MESSAGE_MAX, Making};
use warifu_case::{Bundle, Content, SignedBy};
use warifu_client::{Clock, SystemClock, SystemRandom};
use warifu_core::catalogue::Failure;
use warifu_core::random;
use warifu_proto::keys::{InstallationKey, KeyAlgorithm};
use warifu_troubleshoot::Session;

use crate::args::{DoctorArgs, Subject};
use crate::client::sign_case::{service, sign_case};
use crate::error::CliError;
use crate::files::{self, Existing};
use crate::publisher::cases;
use crate::ui::Ui;

/// Whether the options ask for a case.
pub(super) fn wanted(args: &DoctorArgs) -> bool {
    args.save_case.is_some() || args.send
}

/// Saves and sends the diagnosis. What became of it, for programs; people are told in `said`.
pub(super) fn keep(
    ui: &Ui,
    data: Option<&Path>,
    args: &DoctorArgs,
    session: &Session,
) -> Result<(Value, String), CliError> {
    let bundle = bundle(ui, data, args, session)?;
    let mut value = json!({});
    let mut said = String::new();
    if let Some(path) = &args.save_case {
        files::write(path, &bundle.to_bytes(), Existing::Keep)?;
        value["file"] = path.display().to_string().into();
        said.push_str(&ui.say(
            format!("ケースを {} に保存しました。\n", path.display()),
            format!("The case is saved in {}.\n", path.display()),
        ));
    }
    if args.send {
        let (service, ca) = service(ui, data, &args.installation)?;
        let taken = cases::send(ui, &bundle, &service, ca.as_deref(), args.yes)?;
        said.push_str(&cases::taken_text(ui, &taken));
        for member in ["number", "link", "received", "kept_until"] {
            value[member] = taken[member].clone();
        }
    }
    Ok((value, said))
}

fn bundle(ui: &Ui, data: Option<&Path>, args: &DoctorArgs, session: &Session) -> Result<Bundle, CliError> {
    if args.message.as_ref().is_some_and(|text| text.chars().count() > MESSAGE_MAX) {
        return Err(Failure::field_not_valid("message", "…", "note_form").into());
    }
    let client = Client {
        name: "warifu".to_owned(),
        system: std::env::consts::OS.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let making = Making {
        client,
        language: ui.lang,
        made: SystemClock::new().read().wall,
        nonce: random::bytes(&mut SystemRandom),
        message: args.message.clone(),
    };
    let content = Content::of(session, making).ok_or_else(|| Failure::case_not_valid("case_subject"))?;
    // Of a product on this machine the installation itself tells.
    let own = args.subject != Some(Subject::Windows);
    if own && let Some(bundle) = sign_case(ui, data, &args.installation, &content)? {
        return Ok(bundle);
    }
    let key = InstallationKey::generate(KeyAlgorithm::Ed25519, &mut SystemRandom);
    let key = key.map_err(|error| CliError::from(Failure::internal_error(error)))?;
    Bundle::sign(content, SignedBy::Once, &key).map_err(|error| Failure::internal_error(error).into())
}
