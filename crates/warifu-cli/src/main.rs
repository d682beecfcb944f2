//! `warifu`: the service, the client and the publisher's commands in one binary.
//!
//! This crate reads arguments, asks, and shows; it is the only place that picks a store, a clock and a source of randomness. It decides
//! nothing: licences are the service's matter, leases the client's, and every failure is an entry of the catalogue.

mod args;
mod client;
mod completions;
mod demo;
mod doctor;
mod error;
mod files;
mod help;
mod key_check;
mod lang;
mod publisher;
mod reference;
mod service;
mod ui;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::FromArgMatches as _;

use self::args::{Cli, Command};
use self::error::CliError;
use self::ui::Ui;

/// A service allocates a few hundred times for each request, on several threads at once: the system's allocator took a tenth of its time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let lang = lang::choose(&arguments);
    let matches = help::command(lang).try_get_matches_from(&arguments);
    let cli = match matches.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(error) => return help::refuse(&error, lang, &arguments),
    };
    let global = &cli.global;
    let ui = Ui::new(lang, global.json, global.no_color, global.qr);
    match run(&ui, &cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            ui.failure(&error);
            ExitCode::from(error.exit_code())
        }
    }
}

fn run(ui: &Ui, cli: &Cli) -> Result<(), CliError> {
    let data = cli.global.data.as_deref();
    match &cli.command {
        Command::Init(args) => service::init::run(ui, data, args),
        Command::Serve(args) => service::serve::run(ui, data, args),
        Command::NewOwner(args) => service::new_owner::run(ui, data, args),
        Command::RenewKeys(args) => service::renew_keys::run(ui, data, args),
        Command::RevokeKey(args) => service::revoke_key::run(ui, data, args),
        Command::IssuingKeys => service::revoke_key::show(ui, data),
        Command::Epochs(command) => service::epochs::run(ui, data, command),
        Command::Backup(command) => service::backup::run(ui, data, command),
        Command::Activate(args) => client::activate::run(ui, data, args),
        Command::Status(args) => client::status::run(ui, data, args),
        Command::ChangeKey(args) => client::change_key::run(ui, data, args),
        Command::Deactivate(args) => client::deactivate::run(ui, data, args),
        Command::AskRelease(args) => client::ask_release::run(ui, data, args),
        Command::CheckKey(args) => key_check::run(ui, args),
        Command::Doctor(args) => doctor::run(ui, data, args),
        Command::Keys(command) => publisher::keys::run(ui, command),
        Command::Products(command) => publisher::products::run(ui, command),
        Command::Policies(command) => publisher::policies::run(ui, command),
        Command::Licences(command) => publisher::licences::run(ui, command),
        Command::Cases(command) => publisher::cases::run(ui, command),
        Command::Staff(command) => publisher::staff::run(ui, command),
        Command::Events(args) => publisher::events::run(ui, args),
        Command::Audit(command) => publisher::audit::run(ui, command),
        Command::Demo(args) => demo::run(ui, args),
        Command::Completions(args) => completions::run(ui, args),
        Command::GenerateDocs => {
            ui.data(reference::markdown().trim_end());
            Ok(())
        }
    }
}
