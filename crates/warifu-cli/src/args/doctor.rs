//! The command of the troubleshooter.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::client::InstallationArgs;

/// What is to be diagnosed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Subject {
    /// Windows' own activation, from what is told of the PC.
    Windows,
    /// A product that Warifu activates, on whatever machine, from what is told of it.
    Warifu,
}

/// `warifu doctor`.
#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    /// What is to be diagnosed; without it the product on this machine that Warifu activates.
    #[arg(value_name = "SUBJECT", value_enum)]
    pub(crate) subject: Option<Subject>,
    /// An error code, in any spelling. May be given several times.
    #[arg(long, value_name = "CODE", allow_hyphen_values = true)]
    pub(crate) code: Vec<String>,
    /// Read this: output of warifu, slmgr, w32tm and the like, the event log, or plain words; `-` is standard input. May be given several times.
    #[arg(long, value_name = "FILE")]
    pub(crate) evidence: Vec<PathBuf>,
    /// Answer a question beforehand, as in `user.hw_changed=board`. May be given several times.
    #[arg(long, value_name = "FACT=VALUE")]
    pub(crate) answer: Vec<String>,
    /// Read the evidence of a case from this JSON file; `-` is standard input. A case that was saved is replayed.
    #[arg(long, value_name = "FILE")]
    pub(crate) case: Option<PathBuf>,
    /// Save the diagnosis as a case: what was found and why, without anything that identifies a person or a machine.
    #[arg(long, value_name = "FILE")]
    pub(crate) save_case: Option<PathBuf>,
    /// Send the diagnosis as a case to the service. What is sent is shown first.
    #[arg(long)]
    pub(crate) send: bool,
    /// Add your own words to the case. Keys, addresses and names of machines are taken out of them.
    #[arg(long, value_name = "TEXT")]
    pub(crate) message: Option<String>,
    /// Send without asking.
    #[arg(short, long)]
    pub(crate) yes: bool,
    /// Show the arithmetic behind the findings.
    #[arg(long)]
    pub(crate) explain: bool,
    #[command(flatten)]
    pub(crate) installation: InstallationArgs,
}
