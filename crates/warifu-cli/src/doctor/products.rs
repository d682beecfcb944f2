//! `warifu doctor` without a subject: the product on this machine that Warifu activates. What can be measured is measured; the engine weighs it
//! together with whatever else is told.

use std::fmt::Write as _;
use std::path::Path;

use warifu_core::catalogue::Code;
use warifu_troubleshoot::Session;
use warifu_troubleshoot::knowledge::WARIFU;

use crate::args::InstallationArgs;
use crate::client::examine::{Examined, examine};
use crate::error::CliError;
use crate::ui::{Style, Ui};

/// A session that knows what can be measured on this machine. Where no product is set up, what was told has to do, if anything was.
pub(super) fn session(
    ui: &Ui,
    data: Option<&Path>,
    args: &InstallationArgs,
    told: bool,
) -> Result<(Session, Option<Examined>), CliError> {
    match examine(ui, data, args) {
        Ok(examined) => Ok((examined.found.session.clone(), Some(examined))),
        Err(error) if told && error.code() == Code::ClientNotSetUp.as_str() => {
            Ok((Session::new(&WARIFU), None))
        }
        Err(error) => Err(error),
    }
}

/// What stands above the findings: what is activated, until when, and what was met.
pub(super) fn headline(ui: &Ui, examined: &Examined) -> String {
    let mut out = examined.headline(ui);
    for failure in &examined.found.failures {
        let code = failure.code().as_str();
        let _ = writeln!(out, "{} ({code})", ui.paint(Style::Strong, failure.message(ui.lang)));
        let service = examined.service.trim_end_matches('/');
        let _ = writeln!(out, "  {service}/help/errors/{code}");
    }
    out.push('\n');
    out
}
