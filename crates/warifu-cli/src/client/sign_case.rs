//! Cases in the name of an installation: its key signs, where it has one.

use std::path::Path;

use warifu_case::{Bundle, Content, SignedBy};
use warifu_core::catalogue::Failure;

use super::open;
use crate::args::InstallationArgs;
use crate::error::CliError;
use crate::ui::Ui;

/// The case signed by the installation's own key; none when there is no installation, or it has no key.
pub(crate) fn sign_case(
    ui: &Ui,
    data: Option<&Path>,
    args: &InstallationArgs,
    content: &Content,
) -> Result<Option<Bundle>, CliError> {
    let Ok(mut installation) = open(ui, data, args) else { return Ok(None) };
    let signer = installation.client.signer().map_err(|error| CliError::of_client(&error, None))?;
    let signed = signer.map(|signer| Bundle::sign(content.clone(), SignedBy::Installation, signer));
    signed.transpose().map_err(|error| CliError::from(Failure::internal_error(error)))
}

/// The service that the options or the installation's folder name, with the authorities to trust.
pub(crate) fn service(
    ui: &Ui,
    data: Option<&Path>,
    args: &InstallationArgs,
) -> Result<(String, Option<std::path::PathBuf>), CliError> {
    if let Some(service) = &args.service {
        return Ok((service.clone(), args.ca.clone()));
    }
    match open(ui, data, args) {
        Ok(installation) => Ok((installation.settings.service, installation.settings.ca)),
        Err(_) => Err(Failure::input_needed("--service").into()),
    }
}
