//! The real binary with a real store, in a folder of its own that goes when the drill ends.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::process;
use crate::repository;

use super::watch;

/// How long a service may take to start or to end.
const TIME_LIMIT: Duration = Duration::from_secs(30);

/// A service that has been set up.
pub(in crate::drill) struct Installed {
    folder: TempDir,
    binary: PathBuf,
    database: Option<Database>,
    /// The owner's token.
    pub(in crate::drill) token: String,
    /// The files of which `warifu init` says that copies are to be kept.
    pub(in crate::drill) to_keep: Vec<PathBuf>,
}

/// A database for the store, and its password.
#[derive(Clone)]
pub(in crate::drill) struct Database {
    pub(in crate::drill) address: String,
    pub(in crate::drill) password: String,
}

/// A service that runs. Dropped, it is killed.
pub(in crate::drill) struct Running {
    child: Child,
    log: PathBuf,
    /// Where it answers.
    pub(in crate::drill) address: SocketAddr,
}

/// Builds the product's binary in the profile of this one and gives its path.
pub(in crate::drill) fn binary() -> Result<PathBuf, String> {
    let mut args = vec!["build", "--quiet", "--package", "warifu-cli"];
    if !cfg!(debug_assertions) {
        args.push("--release");
    }
    process::run("cargo", &args)?;
    let ours = std::env::current_exe().map_err(|error| format!("this program's own file: {error}"))?;
    let binary = ours.with_file_name(format!("warifu{}", std::env::consts::EXE_SUFFIX));
    if binary.exists() { Ok(binary) } else { Err(format!("cargo built no {}", binary.display())) }
}

/// The variable by which a service gets its database's password.
const PASSWORD: &str = "WARIFU_STORE_PASSWORD";

impl Installed {
    /// Sets a service up under `target/`, which lies on a real disk.
    pub(in crate::drill) fn new(binary: &Path) -> Result<Self, String> {
        Self::with(binary, None)
    }

    /// The same with its store in a database.
    pub(in crate::drill) fn on(binary: &Path, database: Database) -> Result<Self, String> {
        Self::with(binary, Some(database))
    }

    fn with(binary: &Path, database: Option<Database>) -> Result<Self, String> {
        let parent = repository::root().join("target/drill");
        let failed = |error: std::io::Error| format!("{}: {error}", parent.display());
        fs::create_dir_all(&parent).map_err(failed)?;
        let folder = TempDir::new_in(&parent).map_err(failed)?;
        let (passphrase, token) = (folder.path().join("passphrase"), folder.path().join("token"));
        fs::write(&passphrase, "a drill's root protects nothing\n").map_err(failed)?;
        let mut command = Command::new(binary);
        command.arg("init").arg("--data").arg(folder.path().join("data"));
        command.arg("--passphrase-file").arg(&passphrase).arg("--token-file").arg(&token).arg("--json");
        if let Some(database) = &database {
            command.args(["--store", &database.address]).env(PASSWORD, &database.password);
        }
        let output = command.stdin(Stdio::null()).output().map_err(failed)?;
        if !output.status.success() {
            return Err(format!("`warifu init` failed: {}", String::from_utf8_lossy(&output.stderr).trim()));
        }
        let token = fs::read_to_string(&token).map_err(failed)?.trim().to_owned();
        let to_keep = files_to_keep(&output.stdout)?;
        Ok(Self { folder, binary: binary.to_owned(), database, token, to_keep })
    }

    /// A folder for the drill's own files, which goes with the service.
    pub(in crate::drill) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The binary's path.
    pub(in crate::drill) fn binary(&self) -> &Path {
        &self.binary
    }

    /// The service's data folder.
    pub(in crate::drill) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The store's file.
    pub(in crate::drill) fn store(&self) -> PathBuf {
        self.data().join("warifu.db")
    }

    /// The binary, to be run as a command.
    pub(in crate::drill) fn command(&self) -> Command {
        let mut command = Command::new(&self.binary);
        command.stdin(Stdio::null());
        command
    }

    /// Starts the service on a free port and waits until it answers.
    pub(in crate::drill) fn serve(&self) -> Result<Running, String> {
        self.serve_at("127.0.0.1:0")
    }

    /// Starts the service, or one more node of it, at an address and waits until it answers.
    pub(in crate::drill) fn serve_at(&self, listen: &str) -> Result<Running, String> {
        let log = self.folder.path().join("log");
        let failed = |error: std::io::Error| format!("`warifu serve`: {error}");
        let stderr = File::options().append(true).create(true).open(&log).map_err(failed)?;
        let mut command = Command::new(&self.binary);
        command.arg("serve").arg("--data").arg(self.data()).args(["--listen", listen, "--json"]);
        if let Some(database) = &self.database {
            command.env(PASSWORD, &database.password);
        }
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(stderr).spawn().map_err(failed)?;
        let address = child
            .stdout
            .take()
            .and_then(|stdout| BufReader::new(stdout).lines().find_map(|line| address_in(&line.ok()?)));
        let Some(address) = address else {
            let _ = child.kill();
            let _ = child.wait();
            let said = fs::read_to_string(&log).unwrap_or_default();
            return Err(format!(
                "`warifu serve` told no address: {}",
                said.lines().last().unwrap_or_default()
            ));
        };
        Ok(Running { child, log, address })
    }
}

/// What `warifu init --json` says about copies.
fn files_to_keep(said: &[u8]) -> Result<Vec<PathBuf>, String> {
    let said: Value =
        serde_json::from_slice(said).map_err(|error| format!("`warifu init --json`: {error}"))?;
    let files = said["keep_copies_of"].as_array().into_iter().flatten();
    let files: Vec<PathBuf> = files.filter_map(|path| path.as_str()).map(PathBuf::from).collect();
    if files.is_empty() { Err("`warifu init` names no file to keep a copy of".to_owned()) } else { Ok(files) }
}

/// The address in the line that a service prints when it is ready.
fn address_in(line: &str) -> Option<SocketAddr> {
    let (_, rest) = line.split_once("http://")?;
    let end = rest.find(|symbol: char| !symbol.is_ascii_alphanumeric() && !".:[]".contains(symbol));
    rest[..end.unwrap_or(rest.len())].parse().ok()
}

impl Running {
    /// The process.
    pub(in crate::drill) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What it has said, in a file.
    pub(in crate::drill) fn log(&self) -> &Path {
        &self.log
    }

    /// Kills the service as a power cut would: no handler of it runs.
    pub(in crate::drill) fn kill(mut self) -> Result<(), String> {
        self.kill_now()
    }

    /// The same for one that is to be replaced.
    pub(in crate::drill) fn kill_now(&mut self) -> Result<(), String> {
        self.child.kill().map_err(|error| error.to_string())?;
        self.child.wait().map(drop).map_err(|error| error.to_string())
    }

    /// Asks the service to end, and waits until it has.
    pub(in crate::drill) fn stop(mut self) -> Result<(), String> {
        process::run_quietly("kill", &["-TERM", &self.pid().to_string()])?;
        let status = watch::until(TIME_LIMIT, "the service's end", || self.child.try_wait().ok().flatten())?;
        if status.success() {
            Ok(())
        } else {
            Err(format!("the service ended with {status}; see {}", self.log.display()))
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_found_in_a_line_for_people() {
        for line in [
            "Ready at http://127.0.0.1:4321",
            "listening: http://127.0.0.1:4321/ (Ctrl-C ends)",
            "{\"url\":\"http://127.0.0.1:4321\"}",
        ] {
            assert_eq!(address_in(line), "127.0.0.1:4321".parse().ok());
        }
        assert_eq!(address_in("starting"), None);
    }
}
