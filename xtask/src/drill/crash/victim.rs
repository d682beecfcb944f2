//! What is killed: the service, or the database under it.

use std::fs;
use std::time::Duration;

use crate::cluster::Cluster;
use crate::drill::harness::publisher::Publisher;
use crate::drill::harness::service::{Installed, Running};
use crate::drill::harness::watch;
use crate::process;

/// The database of the drill.
pub(super) const DATABASE: &str = "crash";
/// How long a service may take to find its database again.
const BACK: Duration = Duration::from_secs(60);

/// Whom a kill meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Victim {
    /// The service's process.
    Service,
    /// One of the database's processes that serve the service. The server ends all others and recovers.
    Session,
    /// All of the database's processes at once, as the machine's loss would; it is started again by somebody else.
    Database,
}

impl Victim {
    /// The victims in turn.
    pub(super) const fn of(round: u64, on_postgres: bool) -> Self {
        match round % 3 {
            1 if on_postgres => Self::Session,
            2 if on_postgres => Self::Database,
            _ => Self::Service,
        }
    }

    /// In words.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Service => "the service",
            Self::Session => "a session of the database",
            Self::Database => "the database",
        }
    }

    /// Kills, and sees to it that the service is there again and answers.
    pub(super) fn kill(
        self,
        installed: &Installed,
        running: &mut Running,
        cluster: &mut Option<Cluster>,
    ) -> Result<(), String> {
        let Some(cluster) = cluster.as_mut().filter(|_| self != Self::Service) else {
            return running.kill_now();
        };
        match self {
            Self::Session => kill_session(cluster)?,
            _ => kill_database(cluster)?,
        }
        let (address, token) = (running.address, &installed.token);
        let answers =
            || Publisher::new(address, token).and_then(|mut publisher| publisher.get("/v1/batches")).ok();
        watch::until(BACK, "the service's way back to its database", answers).map(drop)
    }
}

/// Kills one session's process, and waits until the server has recovered from it.
fn kill_session(cluster: &Cluster) -> Result<(), String> {
    let pid = cluster.session(DATABASE)?;
    kill(pid)?;
    let recovered = || (!is_alive(pid) && cluster.sql(DATABASE, "SELECT 1").is_ok()).then_some(());
    watch::until(BACK, "the database's recovery", recovered)
}

/// Kills all of the server's processes, and starts it again.
fn kill_database(cluster: &mut Cluster) -> Result<(), String> {
    let server = cluster.pid();
    let children = children_of(server);
    kill(server)?;
    for pid in &children {
        // One that has ended by itself meanwhile is as good.
        let _ = kill(*pid);
    }
    let ended = || (!children.iter().any(|pid| is_alive(*pid))).then_some(());
    watch::until(BACK, "the end of the database's processes", ended)?;
    cluster.start_again()
}

fn kill(pid: u32) -> Result<(), String> {
    process::run_quietly("kill", &["-KILL", &pid.to_string()])
}

/// The processes that a process has started, as Linux shows them.
fn children_of(parent: u32) -> Vec<u32> {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter(|pid| stat(*pid).is_some_and(|(_, of)| of == parent)).collect()
}

/// Whether a process is there, and more than a name that its parent has not asked about.
fn is_alive(pid: u32) -> bool {
    stat(pid).is_some_and(|(state, _)| state != "Z" && state != "X")
}

/// The state and the parent of a process.
fn stat(pid: u32) -> Option<(String, u32)> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name is in brackets, and may hold anything.
    let mut fields = text.rsplit_once(") ")?.1.split(' ');
    Some((fields.next()?.to_owned(), fields.next()?.parse().ok()?))
}
