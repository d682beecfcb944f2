//! Everything that is wrong with an installation, for the troubleshooter: on the device first, then what the service says of it.

use std::path::Path;

use warifu_core::catalogue::Failure;

use super::open;
use crate::args::InstallationArgs;
use crate::error::CliError;
use crate::ui::Ui;

/// What an examination found.
pub(crate) struct Examined {
    /// Whether the application may be used as things stand.
    pub(crate) usable: bool,
    /// Every failure that was met, each code once.
    pub(crate) failures: Vec<Failure>,
    /// The service whose pages explain them.
    pub(crate) service: String,
}

/// Compares the hardware, checks lease and clock, and asks the service. Nothing is changed and no seat is taken.
pub(crate) fn examine(ui: &Ui, data: Option<&Path>, args: &InstallationArgs) -> Result<Examined, CliError> {
    let mut installation = open(ui, data, args)?;
    let before = installation.client.check_hardware();
    let mut failures: Vec<Failure> = before.reason.iter().cloned().collect();
    if before.licence.is_some()
        && let Err(error) = installation.client.status()
    {
        failures.push(error.failure().clone());
    }
    let after = installation.client.check();
    failures.extend(after.reason.clone());
    let mut seen = Vec::new();
    failures.retain(|failure| {
        let new = !seen.contains(&failure.code());
        seen.push(failure.code());
        new
    });
    Ok(Examined { usable: after.state.is_usable(), failures, service: installation.settings.service })
}
