//! The commands of whoever runs a service.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// Where the store is.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct StoreArgs {
    /// Keep the store in this PostgreSQL database instead of a file: postgres://USER@HOST:PORT/DATABASE
    #[arg(long, value_name = "URL")]
    pub(crate) store: Option<String>,
    /// Take the database's password from the first line of this file. WARIFU_STORE_PASSWORD holds it otherwise.
    #[arg(long, value_name = "FILE")]
    pub(crate) store_password_file: Option<PathBuf>,
    /// The certificates, in PEM, by which the database's server is known; the system's unless given.
    #[arg(long, value_name = "FILE")]
    pub(crate) store_ca: Option<PathBuf>,
    /// Allow a connection without TLS to a database on another machine, whose address then has sslmode=disable.
    #[arg(long)]
    pub(crate) dangerous_plain_store: bool,
}

/// `warifu init`.
#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// A sandbox: test keys only, which no released application accepts.
    #[arg(long)]
    pub(crate) sandbox: bool,
    /// Take the root key's passphrase from the first line of this file instead of asking.
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// Also write the owner's token to this file.
    #[arg(long, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
    /// The name of the first member of staff, an owner.
    #[arg(long, value_name = "NAME", default_value = "owner")]
    pub(crate) owner: String,
    /// Where the store is.
    #[command(flatten)]
    pub(crate) store: StoreArgs,
}

/// `warifu new-owner`.
#[derive(Debug, Args)]
pub(crate) struct NewOwnerArgs {
    /// What people call the new owner.
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// Where the store is.
    #[command(flatten)]
    pub(crate) store: StoreArgs,
}

/// The root key, for the commands that need it.
#[derive(Debug, Args)]
pub(crate) struct RootArgs {
    /// The root key, brought back from where it is kept. The one in the data folder unless given.
    #[arg(long, value_name = "FILE")]
    pub(crate) root_file: Option<PathBuf>,
    /// Take the root key's passphrase from the first line of this file instead of asking.
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
}

/// `warifu renew-keys`.
#[derive(Debug, Args)]
pub(crate) struct RenewKeysArgs {
    #[command(flatten)]
    pub(crate) root: RootArgs,
    /// The file of issuing keys is lost: make one with new keys.
    #[arg(long)]
    pub(crate) lost: bool,
    /// With --lost: the service is a sandbox.
    #[arg(long, requires = "lost")]
    pub(crate) sandbox: bool,
}

/// `warifu revoke-key`.
#[derive(Debug, Args)]
pub(crate) struct RevokeKeyArgs {
    /// The issuing keys, as `warifu issuing-keys` names them.
    #[arg(value_name = "KEY", required_unless_present = "all")]
    pub(crate) keys: Vec<String>,
    /// All keys of the file: whoever has read it has all of them.
    #[arg(long, conflicts_with = "keys")]
    pub(crate) all: bool,
    /// From when nothing that they signed is believed, as in 2026-11-22T09:00:00Z. At once unless given.
    #[arg(long, value_name = "TIME")]
    pub(crate) from: Option<String>,
    #[command(flatten)]
    pub(crate) root: RootArgs,
}

/// `warifu epochs`.
#[derive(Clone, Copy, Debug, Subcommand)]
pub(crate) enum EpochsCommand {
    /// List the epochs.
    List,
    /// Begin a new epoch, which batches issued from now on use.
    New,
    /// Mark an epoch whose master somebody else may know: its keys let in only devices that are active already.
    Compromised {
        /// The epoch.
        #[arg(value_name = "EPOCH")]
        epoch: u16,
        /// Do not ask for confirmation.
        #[arg(short, long)]
        yes: bool,
    },
}

/// `warifu serve`.
#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// The address and port to listen at; port 0 takes a free one. 127.0.0.1:7370 unless something else is set.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) listen: Option<String>,
    /// The certificate chain for TLS, in PEM.
    #[arg(long, value_name = "FILE")]
    pub(crate) tls_cert: Option<PathBuf>,
    /// The private key for TLS, in PEM.
    #[arg(long, value_name = "FILE")]
    pub(crate) tls_key: Option<PathBuf>,
    /// A file of settings, in TOML. Options and variables come before it.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Allow an address that others can reach without TLS: only where a proxy in front does TLS.
    #[arg(long)]
    pub(crate) dangerous_plain_http: bool,
    /// On a database: this node, alone of all, gives provisional leases while the database is down. A store in a file always does.
    #[arg(long)]
    pub(crate) bridge_outages: bool,
    /// Take this over from the node that has it, which must have stopped for good.
    #[arg(long, requires = "bridge_outages")]
    pub(crate) take_over_bridging: bool,
    /// The form of the log on standard error.
    #[arg(long, value_enum, value_name = "FORM")]
    pub(crate) log: Option<LogForm>,
    /// Where the store is.
    #[command(flatten)]
    pub(crate) store: StoreArgs,
}

/// The form of the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogForm {
    /// One JSON object a line.
    #[default]
    Json,
    /// Lines for people.
    Human,
}

/// `warifu backup`.
#[derive(Debug, Subcommand)]
pub(crate) enum BackupCommand {
    /// Copy the store to a file, whether the service runs or not. Secrets and the root key are not in it.
    Create {
        /// The new file.
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
    },
    /// Bring a backup back. The service must be stopped.
    Restore {
        /// The backup.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Replace the store that is there; it is kept beside the new one.
        #[arg(long)]
        replace: bool,
    },
    /// Read a whole backup and tell what is in it.
    Verify {
        /// The backup.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}
