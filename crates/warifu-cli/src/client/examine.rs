//! What can be measured of the installation on this machine, for the troubleshooter.

use std::path::Path;

use warifu_client::Examination;

use super::{open, report};
use crate::args::InstallationArgs;
use crate::error::CliError;
use crate::ui::Ui;

/// What an examination found.
pub(crate) struct Examined {
    /// What was measured and met.
    pub(crate) found: Examination,
    /// The service whose pages explain it.
    pub(crate) service: String,
}

impl Examined {
    /// What is activated, and until when.
    pub(crate) fn headline(&self, ui: &Ui) -> String {
        report::headline(ui, &self.found.standing, self.found.licence.as_ref())
    }
}

/// Compares the hardware, checks lease, store and clock, and asks the service. Nothing is changed and no seat is taken.
pub(crate) fn examine(ui: &Ui, data: Option<&Path>, args: &InstallationArgs) -> Result<Examined, CliError> {
    let mut installation = open(ui, data, args)?;
    let found = installation.client.examine();
    Ok(Examined { found, service: installation.settings.service })
}
