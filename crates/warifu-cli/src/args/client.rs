//! The commands of the person at a device.

use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;

/// Which installation is meant. Remembered in the folder after the first command that succeeds.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct InstallationArgs {
    /// The service's address, as in `https://licences.example.com`.
    #[arg(long, value_name = "URL", env = "WARIFU_SERVICE")]
    pub(crate) service: Option<String>,
    /// The service's root public key: 64 hexadecimal digits, as the publisher tells them.
    #[arg(long, value_name = "KEY", env = "WARIFU_ROOT")]
    pub(crate) root: Option<String>,
    /// The product's code.
    #[arg(long, value_name = "CODE", env = "WARIFU_PRODUCT")]
    pub(crate) product: Option<String>,
    /// Trust these certificate authorities too, in PEM.
    #[arg(long, value_name = "FILE")]
    pub(crate) ca: Option<PathBuf>,
    /// Accept test keys of a sandbox.
    #[arg(long)]
    pub(crate) sandbox: bool,
    /// Accept keys of this SKU only, as in 2=Pro. May be given several times.
    #[arg(long = "sku", value_name = "NUMBER=NAME")]
    pub(crate) only_sku: Vec<SkuName>,
    /// Name this SKU when its key is refused, as in 1=Home. May be given several times.
    #[arg(long, value_name = "NUMBER=NAME")]
    pub(crate) other_sku: Vec<SkuName>,
    /// Simulation: pretend to run on another machine, made from this name.
    #[arg(long, value_name = "NAME")]
    pub(crate) simulate_machine: Option<String>,
    /// Simulation: pretend that the machine has another motherboard, made from this name.
    #[arg(long, value_name = "NAME")]
    pub(crate) simulate_board: Option<String>,
}

/// A SKU's number and what people call it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SkuName {
    pub(crate) number: u16,
    pub(crate) name: String,
}

impl FromStr for SkuName {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (number, name) = text.split_once('=').unwrap_or((text, text));
        let number = number.parse().map_err(|_| "NUMBER=NAME, as in 2=Pro")?;
        Ok(Self { number, name: name.to_owned() })
    }
}

/// Where a product key comes from.
#[derive(Debug, Args)]
pub(crate) struct KeyInput {
    /// The product key, in any spelling; `-` reads it from standard input. Asked for when it is not given.
    #[arg(value_name = "KEY", conflicts_with = "key_file")]
    pub(crate) key: Option<String>,
    /// Read the product key from this file.
    #[arg(long, value_name = "FILE")]
    pub(crate) key_file: Option<PathBuf>,
    /// Use the mended key when the one typed has a slip, without asking.
    #[arg(long)]
    pub(crate) accept_correction: bool,
}

/// `warifu activate`.
#[derive(Debug, Args)]
pub(crate) struct ActivateArgs {
    #[command(flatten)]
    pub(crate) input: KeyInput,
    /// What to call this device in the list of devices.
    #[arg(long, value_name = "NAME")]
    pub(crate) device_name: Option<String>,
    /// The proof of purchase that the publisher has given you, when the key alone lets in no new device.
    #[arg(long, value_name = "CODE")]
    pub(crate) proof: Option<String>,
    #[command(flatten)]
    pub(crate) installation: InstallationArgs,
}

/// `warifu status`.
#[derive(Debug, Args)]
pub(crate) struct StatusArgs {
    /// Ask nobody: tell what this device knows by itself.
    #[arg(long)]
    pub(crate) offline: bool,
    /// Fetch the next lease first.
    #[arg(long, conflicts_with = "offline")]
    pub(crate) renew: bool,
    /// Tell what this device is recognised by, and how that compares with the lease.
    #[arg(long)]
    pub(crate) explain: bool,
    #[command(flatten)]
    pub(crate) installation: InstallationArgs,
}

/// `warifu change-key`.
#[derive(Debug, Args)]
pub(crate) struct ChangeKeyArgs {
    #[command(flatten)]
    pub(crate) input: KeyInput,
    /// The proof of purchase that the publisher has given you, when the key alone lets in no new device.
    #[arg(long, value_name = "CODE")]
    pub(crate) proof: Option<String>,
    /// Do not ask for confirmation.
    #[arg(short, long)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) installation: InstallationArgs,
}

/// `warifu deactivate`.
#[derive(Debug, Args)]
pub(crate) struct DeactivateArgs {
    /// Do not ask for confirmation.
    #[arg(short, long)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) installation: InstallationArgs,
}

/// `warifu ask-release`.
#[derive(Debug, Args)]
pub(crate) struct AskReleaseArgs {
    /// The seat, as the refusal to activate has named it: 16 hexadecimal digits.
    #[arg(long, value_name = "SEAT")]
    pub(crate) seat: String,
    #[command(flatten)]
    pub(crate) input: KeyInput,
    #[command(flatten)]
    pub(crate) installation: InstallationArgs,
}

/// `warifu check-key` and `warifu keys check`.
#[derive(Debug, Args)]
pub(crate) struct CheckKeyArgs {
    /// A key, or a text that holds one. Several words are one text; `-` reads standard input.
    #[arg(value_name = "TEXT", required = true, num_args = 1..)]
    pub(crate) text: Vec<String>,
}
