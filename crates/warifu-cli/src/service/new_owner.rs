//! `warifu new-owner`: an owner's token for whoever has the service's folder, should the last one have been lost.

use std::path::Path;

use serde_json::json;
use warifu_core::catalogue::Failure;
use warifu_core::text::Name;

use super::folder::ServiceFolder;
use super::init::create_owner;
use super::store::Place;
use crate::args::NewOwnerArgs;
use crate::error::CliError;
use crate::ui::Ui;

/// Makes the token. The service must be stopped when its store is a file: two programs never share one.
pub(crate) fn run(ui: &Ui, data: Option<&Path>, args: &NewOwnerArgs) -> Result<(), CliError> {
    let folder = ServiceFolder::new(data);
    folder.require()?;
    let place = Place::of(ui, &folder, &args.store)?;
    let name = Name::new(&args.name).map_err(|_| Failure::field_not_valid("name", &args.name, Name::RULE))?;
    let token = create_owner(&folder, &place, folder.read_authority()?, name)?;
    ui.answer(&json!({ "name": args.name, "role": "owner", "token": *token }), || token.to_string());
    ui.note(ui.say("このトークンは二度と表示されません。", "This token is not shown again."));
    Ok(())
}
