//! The commands of the person at a device, over the SDK. Which service and product a folder is for is remembered in it.

pub(crate) mod activate;
pub(crate) mod ask_release;
pub(crate) mod change_key;
pub(crate) mod deactivate;
pub(crate) mod examine;
pub(crate) mod sign_case;
pub(crate) mod status;

mod explain;
mod key_input;
mod machine;
mod place;
mod report;
mod settings;

use std::path::{Path, PathBuf};

use warifu_client::{Client, Error, HttpTransport, Restrictions, Span};
use warifu_core::catalogue::{Code, Failure, Lang};
use warifu_core::text::Name;
use warifu_proto::wire::problem::Problem;

use self::machine::Machine;
use self::settings::Settings;
use crate::args::InstallationArgs;
use crate::error::{CliError, Offer};
use crate::files;
use crate::ui::Ui;

/// The installation that a command is about.
struct Installation {
    client: Client,
    folder: PathBuf,
    settings: Settings,
    remembered: Option<Settings>,
    machine: Machine,
}

/// Opens the installation that the options and the folder name.
fn open(ui: &Ui, data: Option<&Path>, args: &InstallationArgs) -> Result<Installation, CliError> {
    let folder = place::folder(data, args.product.as_deref())?;
    let remembered = match settings::read(&folder) {
        // Who names everything needs nothing of what is damaged; a success writes it anew.
        Err(error) if error.code() == Code::ClientSettingsDamaged.as_str() && names_all(args) => None,
        read => read?,
    };
    let settings = settings::merge(&folder, remembered.clone(), args)?;
    let mut transport = HttpTransport::new();
    if let Some(path) = &settings.ca {
        let pem = files::read(path)?;
        transport = transport
            .trust_also(&pem)
            .map_err(|error| CliError::from(Failure::file_not_readable(path.display(), error)))?;
    }
    let machine = Machine::new(args);
    let mut builder = Client::builder(settings.root.as_str(), &settings.product)
        .service_url(&settings.service)
        .data_dir(&folder)
        .accept_imported_keys()
        .accepted_skus(args.only_sku.iter().map(|sku| (sku.number, sku.name.clone())))
        .other_skus(args.other_sku.iter().map(|sku| (sku.number, sku.name.clone())))
        .unlicensed_restrictions(unlicensed(ui))
        .fingerprint(machine.clone())
        .transport(transport);
    if settings.sandbox {
        builder = builder.dangerous_accept_sandbox();
    }
    let client = builder.build().map_err(|error| CliError::of_client(&error, None))?;
    Ok(Installation { client, folder, settings, remembered, machine })
}

/// Whether the options name the service, its root and the product.
fn names_all(args: &InstallationArgs) -> bool {
    args.service.is_some() && args.root.is_some() && args.product.is_some()
}

/// What this command, as an application, holds back until it has a licence; then the licence's policy says.
fn unlicensed(ui: &Ui) -> Restrictions {
    Restrictions {
        personalisation_locked: true,
        reminder_every: Some(Span::hours(4)),
        watermark: Name::new(ui.say("ライセンス認証されていません", "Not activated")).ok(),
        feature_updates_withheld: true,
        support_eligible: false,
    }
}

impl Installation {
    /// The error of a command, with what lies behind it.
    fn failed(&mut self, error: &Error) -> CliError {
        let finding = self.client.finding(error);
        CliError::of_client(error, Some(&self.settings.service)).with_finding(finding)
    }

    /// Remembers the settings after a success. That they cannot be written takes nothing back.
    fn remember(&self, ui: &Ui) {
        if self.remembered.as_ref() == Some(&self.settings) {
            return;
        }
        if let Err(error) = settings::write(&self.folder, &self.settings) {
            ui.warn(error.message(ui.lang));
        }
    }
}

impl CliError {
    /// The error of the SDK, with all that it has to show.
    fn of_client(error: &Error, service_url: Option<&str>) -> Self {
        let failure = error.failure();
        let found = if error.code() == failure.code().as_str() {
            Self::from(failure.clone())
        } else {
            // The service is newer than this program and has sent its texts.
            Self::of_problem(Problem {
                code: error.code().to_owned(),
                detail: error.message(Lang::En),
                cause: error.cause(Lang::En),
                remedy: error.remedy(Lang::En),
                ..Problem::new(failure, Lang::En, None)
            })
        };
        let offer = error.offer().map(|offer| Offer { key: offer.key.clone(), flaw: offer.flaw.clone() });
        found.at(service_url).with_details(error.instance(), error.holders()).with_offer(offer)
    }
}
