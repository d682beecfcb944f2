//! What this auditor has seen: the root it believes and the last checkpoint it has verified, in a file of its own. It is what makes a log that was
//! shortened or rewritten visible.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use warifu_core::catalogue::Failure;
use warifu_proto::encoding::{hex, parse_hex};
use warifu_proto::keys::RootPublicKey;
use warifu_proto::log::Checkpoint;

use crate::error::CliError;
use crate::files::{self, Existing};

/// What was seen, if anything was.
pub(super) struct Seen {
    path: PathBuf,
    last: Option<(RootPublicKey, Checkpoint)>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    warifu: String,
    version: u32,
    root_public_key: String,
    origin: String,
    size: u64,
    root_hash: String,
}

impl Seen {
    /// Reads the file. One that is not there is a first audit.
    pub(super) fn read(path: &Path) -> Result<Self, CliError> {
        let path = path.to_owned();
        if path.symlink_metadata().is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound) {
            return Ok(Self { path, last: None });
        }
        let bytes = files::read(&path)?;
        let parse = || {
            let file: File = serde_json::from_slice(&bytes).ok()?;
            let known = file.warifu == "audit" && file.version == 1;
            let checkpoint =
                Checkpoint { origin: file.origin, size: file.size, root: parse_hex(&file.root_hash)? };
            known.then_some(())?;
            Some((file.root_public_key.parse().ok()?, checkpoint))
        };
        match parse() {
            Some(last) => Ok(Self { path, last: Some(last) }),
            None => Err(Failure::file_not_readable(path.display(), "not a record of audits").into()),
        }
    }

    /// Nothing was seen, and nothing is remembered.
    pub(super) fn none() -> Self {
        Self { path: PathBuf::new(), last: None }
    }

    /// The file.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The root of the last audit.
    pub(super) fn root(&self) -> Option<&RootPublicKey> {
        self.last.as_ref().map(|(root, _)| root)
    }

    /// The checkpoint of the last audit.
    pub(super) fn checkpoint(&self) -> Option<&Checkpoint> {
        self.last.as_ref().map(|(_, checkpoint)| checkpoint)
    }

    /// Remembers a checkpoint that was verified.
    pub(super) fn write(&mut self, root: &RootPublicKey, checkpoint: &Checkpoint) -> Result<(), CliError> {
        let file = File {
            warifu: "audit".to_owned(),
            version: 1,
            root_public_key: root.to_string(),
            origin: checkpoint.origin.clone(),
            size: checkpoint.size,
            root_hash: hex(&checkpoint.root),
        };
        let bytes = serde_json::to_vec_pretty(&file).map_err(Failure::internal_error)?;
        files::write(&self.path, &bytes, Existing::Replace)?;
        self.last = Some((root.clone(), checkpoint.clone()));
        Ok(())
    }
}
