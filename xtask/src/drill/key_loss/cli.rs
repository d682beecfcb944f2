//! The real `warifu`, run as a command: devices and the person at the service's folder.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::Value;
use warifu_proto::bundle::{Bundle, SandboxLeases, VerifiedLease};
use warifu_proto::encoding::parse_hex;
use warifu_proto::keys::RootPublicKey;

use crate::drill::harness::service::{Installed, Running};
use crate::drill::harness::watch;

/// How long the service may take to see that its files have changed.
const TAKEN_UP: Duration = Duration::from_secs(30);

/// The command, and the service that devices are told of.
pub(super) struct Cli {
    binary: PathBuf,
    folder: PathBuf,
    pub(super) data: PathBuf,
    pub(super) url: String,
    pub(super) root: String,
    token_file: PathBuf,
}

/// What a command has said.
pub(super) struct Said {
    /// Its answer; nothing if there is none.
    pub(super) answer: Value,
    /// The code of its failure.
    pub(super) code: Option<String>,
}

/// A device: a folder and simulated hardware.
#[derive(Clone)]
pub(super) struct Device {
    pub(super) folder: PathBuf,
    hardware: String,
}

impl Cli {
    pub(super) fn new(installed: &Installed, address: SocketAddr, root: String) -> Self {
        Self {
            binary: installed.binary().to_owned(),
            folder: installed.folder().to_owned(),
            data: installed.data(),
            url: format!("http://{address}"),
            root,
            token_file: installed.folder().join("token"),
        }
    }

    /// A device of this name, with hardware of the same.
    pub(super) fn device(&self, name: &str) -> Device {
        Device { folder: self.folder.join(name), hardware: name.to_owned() }
    }

    fn run(&self, words: &[&str], more: &[&str]) -> Result<Said, String> {
        let mut command = Command::new(&self.binary);
        command.args(words).args(more).arg("--json").stdin(std::process::Stdio::null());
        let output = command.output().map_err(|error| format!("`warifu {}`: {error}", words.join(" ")))?;
        let answer = serde_json::from_slice(&output.stdout).unwrap_or_default();
        if output.status.success() {
            return Ok(Said { answer, code: None });
        }
        let problem: Value = serde_json::from_slice(&output.stderr).unwrap_or_default();
        let code = problem["code"].as_str().map(str::to_owned);
        let code = code.ok_or_else(|| {
            format!("`warifu {}` failed: {}", words.join(" "), String::from_utf8_lossy(&output.stderr))
        })?;
        Ok(Said { answer, code: Some(code) })
    }

    /// A command at the service's folder that has to succeed.
    pub(super) fn at_the_service(&self, words: &[&str], with_root: bool) -> Result<Value, String> {
        let (data, passphrase) = (shown(&self.data), shown(&self.folder.join("passphrase")));
        let mut more = vec!["--data", &data];
        if with_root {
            more.extend(["--passphrase-file", &passphrase]);
        }
        self.run(words, &more)?.succeeded(words)
    }

    /// A command of staff.
    pub(super) fn staff(&self, words: &[&str]) -> Result<Said, String> {
        let token = shown(&self.token_file);
        self.run(words, &["--service", &self.url, "--token-file", &token])
    }

    /// A command of a device.
    pub(super) fn on(&self, device: &Device, words: &[&str]) -> Result<Said, String> {
        self.on_at(device, words, &self.url)
    }

    /// The same with another address of the service.
    pub(super) fn on_at(&self, device: &Device, words: &[&str], url: &str) -> Result<Said, String> {
        let data = shown(&device.folder);
        let more = ["--data", &data, "--simulate-machine", &device.hardware];
        let service = ["--service", url, "--root", &self.root, "--product", "drill"];
        self.run(words, &[&more[..], &service].concat())
    }

    /// Activates a device with a key.
    pub(super) fn activate(&self, device: &Device, key: &str) -> Result<(), String> {
        self.on(device, &["activate", key])?.succeeded(&["activate"]).map(drop)
    }

    /// The lease that a device holds, as whoever has the root's public key can verify it.
    pub(super) fn lease(&self, device: &Device) -> Result<VerifiedLease, String> {
        let path = device.folder.join("lease");
        let bytes = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let root = parse_hex(&self.root).and_then(|bytes| RootPublicKey::from_bytes(bytes).ok());
        let root = root.ok_or("the service's root is no key")?;
        let verified = Bundle::parse(&bytes).and_then(|bundle| bundle.verify(&root, SandboxLeases::Refused));
        verified.map_err(|error| format!("{}: {error}", path.display()))
    }
}

impl Device {
    /// The same hardware with a folder of its own.
    pub(super) fn again(&self, name: &str) -> Self {
        Self { folder: self.folder.with_file_name(name), hardware: self.hardware.clone() }
    }
}

impl Said {
    /// The answer of a command that has to succeed.
    pub(super) fn succeeded(self, words: &[&str]) -> Result<Value, String> {
        match self.code {
            None => Ok(self.answer),
            Some(code) => Err(format!("`warifu {}` came to {code}", words.join(" "))),
        }
    }

    /// Whether the command failed with a code, as it had to.
    pub(super) fn refused(self, expected: &str, what: &str) -> Result<(), String> {
        match self.code {
            Some(code) if code == expected => Ok(()),
            code => Err(format!("{what}: {code:?} instead of {expected}; {}", self.answer)),
        }
    }

    /// Whether a device may use its application.
    pub(super) fn licensed(&self) -> bool {
        self.code.is_none() && self.answer["state"] == "licensed"
    }
}

/// Waits until the service has said so often that it took something up.
pub(super) fn taken_up(running: &Running, what: &str, times: usize) -> Result<Duration, String> {
    let begun = watch::now();
    let said = || fs::read_to_string(running.log()).unwrap_or_default().matches(what).count() >= times;
    watch::until(TAKEN_UP, what, || said().then_some(()))?;
    Ok(begun.elapsed())
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
