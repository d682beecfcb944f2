//! The options of `warifu audit`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Connection;

/// `warifu audit`.
#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// Recompute the whole log and compare it with its signature, with the last audit and with the store.
    Verify(VerifyArgs),
    /// Write the whole log to a file that can be audited without the service.
    Export {
        /// The new file.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        #[command(flatten)]
        connection: Connection,
    },
    /// Get the proof that an event is in the log.
    Receipt {
        /// The event's id, as `warifu events` lists it.
        #[arg(value_name = "EVENT")]
        event: String,
        /// Keep the proof in this new file.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        #[command(flatten)]
        root: AuditRoot,
        #[command(flatten)]
        connection: Connection,
    },
    /// Check such a proof, without a service.
    Check {
        /// The proof.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[command(flatten)]
        root: AuditRoot,
    },
}

/// `warifu audit verify`.
#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// Audit this backup or export instead of a service.
    #[arg(long, value_name = "FILE")]
    pub(crate) from: Option<PathBuf>,
    /// Where this auditor remembers what was seen. Keep it where the service's operators cannot write.
    #[arg(long, value_name = "FILE", default_value = "warifu-audit.json")]
    pub(crate) seen: PathBuf,
    #[command(flatten)]
    pub(crate) root: AuditRoot,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

/// Whom an auditor believes.
#[derive(Debug, Args)]
pub(crate) struct AuditRoot {
    /// The service's root public key, 64 hexadecimal digits.
    #[arg(long, value_name = "KEY", env = "WARIFU_ROOT")]
    pub(crate) root: Option<String>,
}
