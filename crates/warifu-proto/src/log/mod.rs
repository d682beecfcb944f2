//! The verifiable log: events as leaves of one Merkle tree, whose root the service signs. `docs/log.md` describes it for those who write
//! another auditor.
//!
//! The tree, its tiles and its checkpoints are those of [C2SP](https://c2sp.org/tlog-tiles), the hashes those of RFC 6962. This module
//! computes, encodes and verifies; it neither fetches nor stores anything.

mod certificate;
mod checkpoint;
mod entry;
mod note;
mod path;
mod proof;
mod receipt;
mod tree;

pub use self::certificate::{LogCertificate, LogSigner};
pub use self::checkpoint::{Checkpoint, origin};
pub use self::entry::{ENTRY_BYTES_MAX, Entry, EntryTooLong, encode, encode_missing};
pub use self::note::{NOTE_BYTES_MAX, sign_note, verifier_key, verify_note};
pub use self::path::{TilePath, parse_tile_path, tile_path};
pub use self::proof::{inclusion_proof, verify_inclusion};
pub use self::receipt::{RECEIPT_BYTES_MAX, Receipt, Received};
pub use self::tree::{Hash, TILE_WIDTH, Tile, Tree, empty_root, leaf_hash, node_hash};

use std::fmt;

use crate::document::DocumentError;

/// Why something of the log is not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LogError {
    /// It does not have its form.
    Form(&'static str),
    /// No signature of the log's key is on it, or a wrong one.
    Signature,
    /// It belongs to another log.
    Origin {
        /// The log that was expected.
        expected: String,
        /// The log that it names.
        found: String,
    },
    /// The log key's certificate is not accepted.
    Certificate(DocumentError),
    /// The hashes do not lead to the root.
    Root,
}

impl fmt::Display for LogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form(what) => f.write_str(what),
            Self::Signature => f.write_str("no signature of the log's key matches"),
            Self::Origin { expected, found } => write!(f, "it belongs to the log {found}, not to {expected}"),
            Self::Certificate(error) => error.fmt(f),
            Self::Root => f.write_str("its hashes do not lead to the signed root"),
        }
    }
}

impl std::error::Error for LogError {}
