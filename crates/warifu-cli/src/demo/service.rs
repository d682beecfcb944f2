//! The demo's service: a real one, in a process of its own.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use serde_json::Value;

use super::stage::Stage;
use super::trouble;
use crate::error::CliError;

/// A service that runs until it is stopped or dropped.
pub(super) struct RunningService {
    child: Child,
    url: String,
}

impl RunningService {
    /// Starts `warifu serve` and waits for the line in which it says where it listens.
    pub(super) fn start(stage: &Stage, data: &str, listen: &str) -> Result<Self, CliError> {
        stage.print(&["serve", "--data", data, "--listen", listen]);
        let log =
            std::fs::File::create(stage.place("service.log")).map_err(|error| trouble("the log", &error))?;
        let mut command = stage.command(&["serve", "--data", data, "--listen", listen, "--json"]);
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).spawn();
        let mut service = Self {
            child: child.map_err(|error| trouble("starting the service", &error))?,
            url: String::new(),
        };
        let mut line = String::new();
        if let Some(stdout) = service.child.stdout.take() {
            BufReader::new(stdout).read_line(&mut line).map_err(|error| trouble("the service", &error))?;
        }
        let ready: Value = serde_json::from_str(&line).unwrap_or_default();
        match ready.get("url").and_then(Value::as_str) {
            Some(url) => service.url = url.to_owned(),
            None => return Err(refused(stage)),
        }
        Ok(service)
    }

    /// Where it listens.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Ends it as a system would, and sees that it ends well.
    pub(super) fn stop(mut self) -> Result<(), CliError> {
        // A signal needs no more than the system's own command.
        let pid = self.child.id().to_string();
        let told = std::process::Command::new("kill").args(["-TERM", &pid]).status();
        told.map_err(|error| trouble("stopping the service", &error))?;
        let ended = self.child.wait().map_err(|error| trouble("stopping the service", &error))?;
        // Ctrl-C reaches the service as well as the demo; both ways are graceful.
        if ended.success() { Ok(()) } else { Err(trouble("stopping the service", &ended)) }
    }
}

impl Drop for RunningService {
    fn drop(&mut self) {
        // After `stop` there is nothing left to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Why the service did not start: what it wrote.
fn refused(stage: &Stage) -> CliError {
    let log = std::fs::read_to_string(stage.place("service.log")).unwrap_or_default();
    trouble("the service did not start", &log.trim())
}
