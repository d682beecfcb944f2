//! Auditors of the log, each with a file of what it has seen: `warifu audit verify`.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;

use crate::drill::harness::publisher::Publisher;
use crate::drill::harness::service::Installed;
use crate::drill::harness::watch;

/// How long the sequencer may take for all events of the drill.
const PLACES: Duration = Duration::from_secs(120);

/// Whoever audits the service's log against this root key.
pub(super) struct Auditor<'a> {
    pub(super) installed: &'a Installed,
    pub(super) root: &'a str,
}

impl Auditor<'_> {
    /// Waits until every event has its place, so that an audit is about the present log and not about a head from before the restore.
    pub(super) fn all_have_places(&self, publisher: &mut Publisher) -> Result<(), String> {
        let placed = || {
            let (mut events, mut waiting) = (0_u32, 0_u32);
            let looked = publisher.each_event(|event| {
                events += 1;
                waiting += u32::from(!event["log_index"].is_u64());
            });
            (looked.is_ok() && events > 0 && waiting == 0).then_some(())
        };
        watch::until(PLACES, "a place in the log for every event", placed)
    }

    /// The auditor of this name finds nothing wrong.
    pub(super) fn finds_nothing(&self, name: &str, service: SocketAddr) -> Result<(), String> {
        let report = self.verify(name, service)?;
        let size = report["size"].as_u64().unwrap_or_default();
        if report["sound"] == true && size > 0 {
            return Ok(());
        }
        Err(format!("an auditor with a {name} file finds the log unsound: {report}"))
    }

    /// The auditor of this name has seen more of the log than the restored store holds, and finds just that.
    pub(super) fn finds_the_restore(&self, name: &str, service: SocketAddr) -> Result<(), String> {
        let report = self.verify(name, service)?;
        let findings = report["findings"].as_array().map(Vec::as_slice).unwrap_or_default();
        let restored = |finding: &Value| finding["kind"] == "shrunk" || finding["kind"] == "rewritten";
        if !findings.is_empty() && findings.iter().all(restored) {
            return Ok(());
        }
        Err(format!("an auditor with a {name} file does not find the restore: {report}"))
    }

    fn verify(&self, name: &str, service: SocketAddr) -> Result<Value, String> {
        let (url, folder) = (format!("http://{service}"), self.installed.folder());
        let mut command = self.installed.command();
        command.args(["audit", "verify", "--json", "--root", self.root, "--service", &url]);
        command.arg("--seen").arg(folder.join(format!("seen-{name}.json")));
        command.arg("--token-file").arg(folder.join("token"));
        let output = command.output().map_err(|error| format!("`warifu audit verify`: {error}"))?;
        let said = String::from_utf8_lossy(&output.stderr);
        serde_json::from_slice(&output.stdout)
            .map_err(|error| format!("`warifu audit verify`: {error}: {}", said.trim()))
    }
}
