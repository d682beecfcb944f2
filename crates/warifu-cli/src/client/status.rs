//! `warifu status`: where this device's licence stands. It ends with 0 when the application may be used, else with the code of the reason.

use std::path::Path;

use warifu_core::catalogue::Kind;

use super::{Installation, explain, open, report};
use crate::args::StatusArgs;
use crate::error::CliError;
use crate::ui::Ui;

/// Tells where the licence stands.
pub(crate) fn run(ui: &Ui, data: Option<&Path>, args: &StatusArgs) -> Result<(), CliError> {
    let mut installation = open(ui, data, &args.installation)?;
    if args.renew {
        installation.client.renew().map_err(|error| installation.failed(&error))?;
    }
    let standing = installation.client.check_hardware();
    let comparison = if args.explain { Some(explain::read(&installation, ui.lang)) } else { None };
    let mut refused = None;
    let told = if args.offline || standing.licence.is_none() {
        None
    } else {
        match installation.client.status() {
            Ok(status) => Some(status),
            // An outage is no reason not to tell what is known here.
            Err(error) if error.failure().entry().kind == Kind::Network => {
                ui.warn(error.message(ui.lang));
                ui.note(ui.say(
                    "このデバイスで分かることだけを表示します。",
                    "What follows is what this device knows by itself.",
                ));
                None
            }
            Err(error) => {
                refused = Some(installation.failed(&error));
                None
            }
        }
    };
    let standing = if told.is_some() || refused.is_some() { installation.client.check() } else { standing };
    if refused.is_none() {
        installation.remember(ui);
    }
    report::show(ui, &standing, told.as_ref().map(|status| &status.licence), comparison.as_ref());
    match refused {
        Some(error) => Err(error),
        None => usable(&installation, &standing),
    }
}

fn usable(installation: &Installation, standing: &warifu_client::Standing) -> Result<(), CliError> {
    match &standing.reason {
        Some(reason) if !standing.state.is_usable() => {
            Err(CliError::from(reason.clone()).at(Some(&installation.settings.service)))
        }
        _ => Ok(()),
    }
}
