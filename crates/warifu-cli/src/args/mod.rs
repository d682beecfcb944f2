//! The commands and their options. The texts here are the English help; the Japanese ones are in `help/ja.rs`, and a test sees that none
//! is missing.

mod audit;
mod cases;
mod client;
mod doctor;
mod publisher;
mod service;

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand};

pub(crate) use self::audit::{AuditCommand, AuditRoot, VerifyArgs};
pub(crate) use self::cases::{AnyCase, CasesCommand, NumberedCase, View};
pub(crate) use self::client::{
    ActivateArgs, AskReleaseArgs, ChangeKeyArgs, CheckKeyArgs, DeactivateArgs, InstallationArgs, KeyInput,
    StatusArgs,
};
pub(crate) use self::doctor::{DoctorArgs, Subject};
pub(crate) use self::publisher::{
    AnyLicence, Connection, EventsArgs, KeysCommand, LicencesCommand, PoliciesCommand, PolicyRules,
    ProductsCommand, StaffCommand,
};
pub(crate) use self::service::{
    BackupCommand, EpochsCommand, InitArgs, LogForm, NewOwnerArgs, RenewKeysArgs, RevokeKeyArgs, RootArgs,
    ServeArgs, StoreArgs,
};

/// Activates software, and explains itself when that fails.
#[derive(Debug, Parser)]
#[command(
    name = "warifu",
    version,
    disable_help_flag = true,
    disable_help_subcommand = true,
    disable_version_flag = true,
    arg_required_else_help = true,
    max_term_width = 100
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(Debug, Args)]
pub(crate) struct GlobalArgs {
    /// The folder to work in: the service's, or the one in which a device keeps its lease.
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Write one JSON object for programs instead of text.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// The language: ja or en. Otherwise WARIFU_LANG or the system's.
    #[arg(long, global = true, value_name = "LANG", value_parser = ["ja", "en"])]
    pub(crate) lang: Option<String>,
    /// No colours. The variable NO_COLOR does the same.
    #[arg(long, global = true)]
    pub(crate) no_color: bool,
    /// Show the QR code of a failure's page even when this is no terminal.
    #[arg(long, global = true)]
    pub(crate) qr: bool,
    /// Explain the command and its options.
    #[arg(short, long, global = true, action = ArgAction::Help)]
    help: Option<bool>,
    /// Tell the version.
    #[arg(short = 'V', long, action = ArgAction::Version)]
    version: Option<bool>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a service: its keys, its secrets, its store and the first staff token.
    Init(InitArgs),
    /// Run the service.
    Serve(ServeArgs),
    /// Make an owner's token on the service's own machine, for when the last one was lost. The service must be stopped.
    NewOwner(NewOwnerArgs),
    /// Make another year of issuing keys with the root key.
    RenewKeys(RenewKeysArgs),
    /// Withdraw issuing keys that somebody else may have, with the root key, and make others in their place.
    RevokeKey(RevokeKeyArgs),
    /// List the issuing keys and those that were withdrawn.
    IssuingKeys,
    /// The masters that product keys derive from, by epoch.
    #[command(subcommand)]
    Epochs(EpochsCommand),
    /// Activate this device with a product key.
    Activate(ActivateArgs),
    /// Tell where this device's licence stands.
    Status(StatusArgs),
    /// Move this device to the licence of another product key.
    ChangeKey(ChangeKeyArgs),
    /// Give this device's seat back.
    Deactivate(DeactivateArgs),
    /// Ask for the release of a lost device's seat, with the product key. A device in use keeps its seat.
    AskRelease(AskReleaseArgs),
    /// Tell what a text is, as a product key. Nothing is sent anywhere.
    CheckKey(CheckKeyArgs),
    /// Find out why an activation fails, and what mends it.
    Doctor(DoctorArgs),
    /// Issue, import, check and withdraw product keys.
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Products and their editions.
    #[command(subcommand)]
    Products(ProductsCommand),
    /// The rules of each kind of licence.
    #[command(subcommand)]
    Policies(PoliciesCommand),
    /// Licences and the devices that they are active on.
    #[command(subcommand)]
    Licences(LicencesCommand),
    /// Cases: diagnosed failures that people have saved or sent.
    #[command(subcommand)]
    Cases(CasesCommand),
    /// Staff and their tokens.
    #[command(subcommand)]
    Staff(StaffCommand),
    /// What happened, oldest first.
    Events(EventsArgs),
    /// Verify the log: that nothing in it was altered, removed or added afterwards.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Back the store up, check a backup, bring one back.
    #[command(subcommand)]
    Backup(BackupCommand),
    /// Show the main job in one terminal: a service, this machine activated, failures explained and put right.
    Demo(DemoArgs),
    /// Write completions for a shell.
    Completions(CompletionsArgs),
    /// Write the reference of all commands (docs/cli.md).
    #[command(hide = true)]
    GenerateDocs,
}

/// `warifu demo`.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct DemoArgs {
    /// End when the story is told, instead of leaving the service and its pages open.
    #[arg(long)]
    pub(crate) exit: bool,
    /// The port that the service listens at on this machine; 0 takes a free one.
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    pub(crate) port: u16,
}

/// `warifu completions`.
#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell.
    #[arg(value_name = "SHELL")]
    pub(crate) shell: clap_complete::Shell,
}
