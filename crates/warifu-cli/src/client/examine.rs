//! What can be measured of an installation, for the troubleshooter: on the device first, then what the service says of it.

use std::path::Path;

use warifu_client::{LicenceStatus, Session, Standing};
use warifu_core::catalogue::Failure;

use super::{open, report};
use crate::args::InstallationArgs;
use crate::error::CliError;
use crate::ui::Ui;

/// What an examination found.
pub(crate) struct Examined {
    /// Everything that was measured.
    pub(crate) session: Session,
    /// Where the installation stands.
    pub(crate) standing: Standing,
    /// What the service says of the licence.
    licence: Option<LicenceStatus>,
    /// Every failure that was met, each code once, with its values.
    pub(crate) failures: Vec<Failure>,
    /// The service whose pages explain them.
    pub(crate) service: String,
}

impl Examined {
    /// What is activated, and until when.
    pub(crate) fn headline(&self, ui: &Ui) -> String {
        report::headline(ui, &self.standing, self.licence.as_ref())
    }
}

/// Compares the hardware, checks lease, store and clock, and asks the service. Nothing is changed and no seat is taken.
pub(crate) fn examine(ui: &Ui, data: Option<&Path>, args: &InstallationArgs) -> Result<Examined, CliError> {
    let mut installation = open(ui, data, args)?;
    let client = &mut installation.client;
    let before = client.check_hardware();
    // With a lease, or one that was lost here, the service says how it stands; without one it can only be seen whether it is there.
    let (licence, refused) = match client.status() {
        Ok(status) => (Some(status.licence), None),
        Err(error) => (None, Some(error)),
    };
    // The service's time has set the idea of the time right, and what it has signed counts from here on.
    let mut session = client.session();
    let unreached = match licence {
        Some(_) => {
            session.measured("service.reach", "ok");
            None
        }
        None => client.reach_service(&mut session).err(),
    };
    let standing = client.check();
    let mut failures: Vec<Failure> = before.reason.iter().cloned().collect();
    failures.extend(refused.iter().chain(&unreached).map(|error| error.failure().clone()));
    failures.extend(standing.reason.iter().chain(&standing.notices).cloned());
    let mut seen = Vec::new();
    failures.retain(|failure| {
        let new = !seen.contains(&failure.code());
        seen.push(failure.code());
        new
    });
    for failure in &failures {
        session.failure(failure);
    }
    Ok(Examined { session, standing, licence, failures, service: installation.settings.service })
}
