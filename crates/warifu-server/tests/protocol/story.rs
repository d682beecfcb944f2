//! A recorded story: what a device had in its folder, what its user asked for, what went over the wire, and how it ended. One file each.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// What a device's user asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Command {
    Activate {
        key: String,
        device_name: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        purchase_proof: Option<String>,
    },
    Renew,
    Status,
    Deactivate,
    ChangeKey {
        key: String,
    },
    AskRelease {
        key: String,
        seat: String,
    },
}

/// A request and its answer, as they were on the wire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Exchange {
    /// The service's clock.
    pub(crate) at_millis: u64,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    pub(crate) status: u16,
    pub(crate) answer_headers: Vec<(String, String)>,
    pub(crate) answer: String,
}

/// How it ended, for the device's user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Outcome {
    /// The code of the command's failure, if it failed.
    pub(crate) failed: Option<String>,
    /// Where the installation stands afterwards, asked by a process of its own.
    pub(crate) state: String,
    /// The code of the reason.
    pub(crate) reason: Option<String>,
    /// The codes of what is told besides.
    pub(crate) notices: Vec<String>,
    /// How many seats of other devices the failure named.
    pub(crate) holders: usize,
}

/// A recorded story.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Story {
    /// What it shows.
    pub(crate) shows: String,
    /// The key file that the service had, of the recording's folder.
    pub(crate) issuing_keys: String,
    /// The list of withdrawn issuing keys that it had, likewise.
    pub(crate) key_list: Option<String>,
    /// Its secrets, likewise.
    #[serde(default = "usual_secrets")]
    pub(crate) secrets: String,
    /// Whether the answer is one that had been given before and was lost: it must be the same to the byte.
    pub(crate) answered_before: bool,
    /// What makes the device's hardware.
    pub(crate) hardware: u8,
    /// What the client draws to name the attempts that its folder does not name.
    pub(crate) draws: Vec<String>,
    /// The device's clock, in seconds.
    pub(crate) wall_seconds: i64,
    /// The device's folder when the first request left.
    pub(crate) folder: BTreeMap<String, String>,
    pub(crate) command: Command,
    pub(crate) exchanges: Vec<Exchange>,
    pub(crate) outcome: Outcome,
}

/// Which of a recording's files a service has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Files<'a> {
    pub(crate) issuing_keys: &'a str,
    pub(crate) key_list: Option<&'a str>,
    pub(crate) secrets: &'a str,
}

impl Story {
    /// The files that its service had.
    pub(crate) fn files(&self) -> Files<'_> {
        Files { issuing_keys: &self.issuing_keys, key_list: self.key_list.as_deref(), secrets: &self.secrets }
    }
}

/// The secrets of a recording in which no story names others.
pub(crate) fn usual_secrets() -> String {
    "secrets.json".to_owned()
}

/// Where the recordings are: one folder for each, by the number of the protocol and a letter.
pub(crate) fn recordings() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/recorded")
}

/// Every recording's folder.
pub(crate) fn folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> =
        fs::read_dir(recordings()).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    folders
}

/// A recording's stories, by their names.
pub(crate) fn stories(folder: &Path) -> BTreeMap<String, Story> {
    let mut stories = BTreeMap::new();
    for entry in fs::read_dir(folder.join("stories")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let story = serde_json::from_slice(&fs::read(&path).unwrap());
        stories.insert(name, story.unwrap_or_else(|error| panic!("{}: {error}", path.display())));
    }
    stories
}
