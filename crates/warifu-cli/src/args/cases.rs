//! The commands about cases.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::publisher::Connection;

/// Whose view of a case is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum View {
    /// What the sender sees: the cause and what to do.
    Person,
    /// The reasoning: what speaks for and against each cause, and what to ask next.
    Agent,
    /// The trace: every fact, rule, point and version.
    Publisher,
}

/// `warifu cases`.
#[derive(Debug, Subcommand)]
pub(crate) enum CasesCommand {
    /// List the cases that people have sent, oldest first.
    List {
        /// Only those that are not closed.
        #[arg(long)]
        open: bool,
        /// How many at most.
        #[arg(long, value_name = "COUNT", default_value_t = 50)]
        limit: u16,
        /// Those after this one: what the list before has named.
        #[arg(long, value_name = "ID")]
        after: Option<String>,
        #[command(flatten)]
        connection: Connection,
    },
    /// Show a case, by its number or from a file.
    Show {
        /// Whose view.
        #[arg(long, value_name = "VIEW", value_enum, default_value = "agent")]
        view: View,
        #[command(flatten)]
        case: AnyCase,
    },
    /// Diagnose a case again from its facts, and tell whether the verdict is the same.
    Replay {
        #[command(flatten)]
        case: AnyCase,
    },
    /// Send a case that was saved to the service.
    Send {
        /// The file.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// The service's address.
        #[arg(long, value_name = "URL", env = "WARIFU_SERVICE")]
        service: String,
        /// Trust these certificate authorities too, in PEM.
        #[arg(long, value_name = "FILE")]
        ca: Option<PathBuf>,
        /// Send without asking.
        #[arg(short, long)]
        yes: bool,
    },
    /// Write a note on a case. The sender does not see it.
    Note {
        /// What it says. Keys, addresses and names of machines are taken out.
        #[arg(long, value_name = "TEXT")]
        text: String,
        #[command(flatten)]
        case: NumberedCase,
    },
    /// Close a case: nothing is left to do.
    Close {
        #[command(flatten)]
        case: NumberedCase,
    },
    /// Open a closed case again.
    Reopen {
        #[command(flatten)]
        case: NumberedCase,
    },
    /// Erase a case with everything in it.
    Erase {
        /// Do not ask for confirmation.
        #[arg(short, long)]
        yes: bool,
        #[command(flatten)]
        case: NumberedCase,
    },
}

/// A case of the service, or one in a file.
#[derive(Debug, Args)]
pub(crate) struct AnyCase {
    /// The case's number, or the file that it was saved in.
    #[arg(value_name = "CASE")]
    pub(crate) case: String,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

/// A case of the service.
#[derive(Debug, Args)]
pub(crate) struct NumberedCase {
    /// The case's number, as in 123-456-780.
    #[arg(value_name = "NUMBER")]
    pub(crate) number: String,
    #[command(flatten)]
    pub(crate) connection: Connection,
}
