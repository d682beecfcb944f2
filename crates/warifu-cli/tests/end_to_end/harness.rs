//! A folder with the binary's surroundings, and a service that runs in it.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

/// How long anything may take before the test fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// A folder that stands for a user's home on one machine.
pub(crate) struct Place(TempDir);

impl Place {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A folder with a service that has been made but does not run.
    pub(crate) fn with_service() -> Self {
        let place = Self::new();
        place.init(&[]);
        place
    }

    /// Makes the service, the owner's token in a file.
    pub(crate) fn init(&self, more: &[&str]) -> Value {
        std::fs::write(self.path("passphrase"), "correct horse battery staple\n").unwrap();
        let (data, passphrase, token) = (self.data(), self.at("passphrase"), self.at("owner.token"));
        let args = ["init", "--data", &data, "--passphrase-file", &passphrase, "--token-file", &token];
        self.json(&[&args, more].concat())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn at(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    /// The service's data folder.
    pub(crate) fn data(&self) -> String {
        self.at("service")
    }

    /// The command, its surroundings those of this place alone.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_warifu"));
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy();
            if name.starts_with("WARIFU_")
                || name.starts_with("LC_")
                || name.to_lowercase().ends_with("_proxy")
            {
                command.env_remove(&*name);
            }
        }
        command
            .args(args)
            .current_dir(self.0.path())
            .env("HOME", self.0.path())
            .env("XDG_DATA_HOME", self.0.path().join("share"))
            .env("LANG", "en_US.UTF-8")
            .env_remove("LANGUAGE")
            .stdin(Stdio::null());
        command
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// Runs a command with this on its standard input.
    pub(crate) fn run_with_input(&self, args: &[&str], input: &str) -> Output {
        let mut command = self.command(args);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }

    /// The answer of a command that succeeds: exactly one JSON object on standard output, and nothing on standard error.
    pub(crate) fn json(&self, args: &[&str]) -> Value {
        let output = self.run(&[args, &["--json"]].concat());
        assert!(output.status.success(), "{args:?}\n{}", text(&output.stderr));
        assert_eq!(text(&output.stderr), "", "{args:?}");
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{args:?}: {error}"))
    }

    /// The problem of a command that fails with this code, whose exit code is the one that the problem names.
    pub(crate) fn problem(&self, args: &[&str], code: &str) -> Value {
        let output = self.run(&[args, &["--json"]].concat());
        let problem: Value = serde_json::from_slice(&output.stderr).unwrap_or_else(|error| {
            panic!("{args:?}: {error}\n{}{}", text(&output.stdout), text(&output.stderr))
        });
        assert_eq!(problem["code"], code, "{args:?}\n{problem:#}");
        assert_eq!(output.status.code().map(i64::from), problem["exit_code"].as_i64(), "{args:?}");
        for member in ["detail", "cause", "remedy"] {
            assert!(problem[member].as_str().is_some_and(|text| !text.is_empty()), "{args:?} {member}");
        }
        problem
    }

    /// Starts the service.
    pub(crate) fn serve(&self) -> Running {
        Running::start(self, &self.data())
    }
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A service that runs until it is stopped, killed or dropped.
pub(crate) struct Running {
    child: Option<Child>,
    pub(crate) url: String,
    log: PathBuf,
    token_file: String,
}

impl Running {
    /// Starts the service of a folder and waits for the line that says that it is ready.
    pub(crate) fn start(place: &Place, data: &str) -> Self {
        Self::start_with(place, data, &[])
    }

    /// The same with more options.
    pub(crate) fn start_with(place: &Place, data: &str, more: &[&str]) -> Self {
        let log = place.path("service.log");
        let file = File::options().create(true).append(true).open(&log).unwrap();
        let args = ["serve", "--data", data, "--listen", "127.0.0.1:0", "--json"];
        let mut command = place.command(&[&args, more].concat());
        let mut child = command.stdout(Stdio::piped()).stderr(file).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            let mut line = String::new();
            let read = lines.read_line(&mut line).map(|_| line);
            // The reader is kept, so that the service never writes into a closed pipe.
            let _ = sender.send((read, lines));
        });
        let (line, _) = receiver.recv_timeout(PATIENCE).expect("the service says that it is ready");
        let line = line.unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap_or_else(|error| {
            panic!("{error}: {line:?}\n{}", std::fs::read_to_string(&log).unwrap_or_default())
        });
        assert_eq!(ready["ready"], true);
        let url = ready["url"].as_str().unwrap().to_owned();
        Self { child: Some(child), url, log, token_file: place.at("owner.token") }
    }

    /// A publisher's command, as the owner.
    pub(crate) fn staff<'a>(&'a self, args: &[&'a str]) -> Vec<&'a str> {
        [args, &["--service", &self.url, "--token-file", &self.token_file]].concat()
    }

    /// What the service has logged.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }

    /// Stops the service as a supervisor does, and waits for its end.
    pub(crate) fn stop(mut self) -> ExitStatus {
        let child = self.child.take().unwrap();
        signal(&child, "TERM");
        ended(child)
    }

    /// Kills the service, as a loss of power would.
    pub(crate) fn kill(&mut self) {
        let mut child = self.child.take().unwrap();
        child.kill().unwrap();
        ended(child);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn signal(child: &Child, name: &str) {
    let pid = child.id().to_string();
    assert!(Command::new("kill").args([&format!("-{name}"), &pid]).status().unwrap().success());
}

fn ended(mut child: Child) -> ExitStatus {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || sender.send(child.wait()));
    receiver.recv_timeout(PATIENCE).expect("the process ends").unwrap()
}

/// A product with two editions and a policy, ready for keys.
pub(crate) struct Shop {
    pub(crate) place: Place,
    pub(crate) service: Running,
    pub(crate) root: String,
    pub(crate) standard: String,
    pub(crate) pro: String,
}

impl Shop {
    pub(crate) fn open() -> Self {
        let place = Place::new();
        let made = place.init(&[]);
        let service = place.serve();
        place.json(&service.staff(&["products", "add", "draw", "--name", "Draw"]));
        let edition = |code: &str, name: &str| {
            let sku = place.json(&service.staff(&["products", "add-edition", "draw", code, "--name", name]));
            sku["number"].to_string()
        };
        let (standard, pro) = (edition("standard", "Standard"), edition("pro", "Pro"));
        place.json(&service.staff(&[
            "policies",
            "add",
            "personal",
            "--channel",
            "retail",
            "--change-budget",
            "0",
        ]));
        let root = made["root_public_key"].as_str().unwrap().to_owned();
        Self { place, service, root, standard, pro }
    }

    /// New keys of a SKU.
    pub(crate) fn keys(&self, sku: &str, count: u32) -> Vec<String> {
        let (out, count) = (self.place.at(&format!("keys-{sku}-{count}.json")), count.to_string());
        let args = [
            "keys", "issue", "--sku", sku, "--policy", "personal", "--count", &count, "--out", &out,
            "--force",
        ];
        self.place.json(&self.service.staff(&args));
        let file: Value = serde_json::from_slice(&std::fs::read(out).unwrap()).unwrap();
        file["keys"].as_array().unwrap().iter().map(|key| key.as_str().unwrap().to_owned()).collect()
    }

    /// A device of the shop's product, its hardware simulated under its name.
    pub(crate) fn device<'a>(&'a self, name: &'a str) -> Device<'a> {
        Device { shop: self, name, data: self.place.at(name) }
    }

    /// A device with the simulated hardware of another, and a folder of its own.
    pub(crate) fn clone_of<'a>(&'a self, hardware: &'a str, name: &str) -> Device<'a> {
        Device { shop: self, name: hardware, data: self.place.at(name) }
    }
}

/// A device with a folder of its own.
pub(crate) struct Device<'a> {
    shop: &'a Shop,
    name: &'a str,
    data: String,
}

impl Device<'_> {
    fn all<'a>(&'a self, args: &[&'a str]) -> Vec<&'a str> {
        let (shop, data) = (self.shop, self.data.as_str());
        let device = ["--data", data, "--simulate-machine", self.name];
        let service = ["--service", &shop.service.url, "--root", &shop.root, "--product", "draw"];
        [args, &device, &service].concat()
    }

    pub(crate) fn json(&self, args: &[&str]) -> Value {
        let place = &self.shop.place;
        let args = self.all(args);
        let output = place.run(&[&args[..], &["--json"]].concat());
        assert!(output.status.success(), "{args:?}\n{}", text(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    pub(crate) fn problem(&self, args: &[&str], code: &str) -> Value {
        self.shop.place.problem(&self.all(args), code)
    }

    pub(crate) fn run(&self, args: &[&str]) -> Output {
        self.shop.place.run(&self.all(args))
    }

    pub(crate) fn folder(&self) -> &Path {
        Path::new(&self.data)
    }
}
