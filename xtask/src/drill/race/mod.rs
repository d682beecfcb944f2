//! `cargo xtask drill race`: two client processes race for a licence's few seats and are themselves killed and started again, while the seat
//! limit holds. With `--nodes N`, as many nodes of the service share a PostgreSQL database that the drill starts; each has a client process of its own,
//! and nodes are killed and started again as well.
//!
//! The clients are the real SDK with its real files; only the hardware is simulated, one machine for each device. In the end as many devices are
//! licensed as the licence has seats: no more, whatever was cut off, and no fewer, for a seat that was granted to a client that died must be its own
//! when it comes back.

mod client;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::harness::options::Options;
use super::harness::publisher::{Publisher, text};
use super::harness::report;
use super::harness::seeded::Seeded;
use super::harness::service::{self, Database, Installed, Running};
use super::harness::watch;
use crate::cluster::Cluster;

use self::client::Outcome;
pub(super) use self::client::run as run_client;

const SEATS: u32 = 3;
/// Devices of each of the two processes.
const DEVICES: u64 = 10;
const TIME_LIMIT: Duration = Duration::from_secs(60);

/// Runs the drill.
pub(super) fn run(args: &[String]) -> Result<(), String> {
    let options = Options::parse(args, &["quick"], &["binary", "licences", "seed", "nodes"])?;
    let licences = options.number("licences", if options.has("quick") { 3 } else { 20 })?;
    let seed = options.number("seed", watch::wall().seconds().cast_unsigned())?;
    let nodes = options.number("nodes", 0_usize)?;
    let binary = options.text("binary").map_or_else(service::binary, |path| Ok(path.into()))?;
    let mut seeded = Seeded(seed);
    let cluster = if nodes > 0 { Some(Cluster::start()?) } else { None };
    let installed = match &cluster {
        Some(cluster) => {
            let (address, password) = (cluster.database("race")?, cluster.password().to_owned());
            Installed::on(&binary, Database { address, password })?
        }
        None => Installed::new(&binary)?,
    };
    let mut running = Vec::new();
    for _ in 0..nodes.max(1) {
        running.push(installed.serve()?);
    }
    let sides = nodes.max(2);
    let scene = format!(
        "{licences} licences with {SEATS} seats, nodes: {}, {sides} client processes with {DEVICES} devices each; --seed {seed}",
        running.len()
    );
    println!("{scene}");
    let mut publisher = Publisher::new(running[0].address, &installed.token)?;
    let offer = publisher.offer(licences, SEATS, 3)?;
    // What staff do at one node the others learn within a second (docs/operations/postgresql.md); until then these keys are nobody's to them.
    for node in &running {
        let mut there = Publisher::new(node.address, &installed.token)?;
        watch::until(TIME_LIMIT, "the batch at every node", || {
            there.get(&format!("/v1/batches/{}", offer.batch)).ok()
        })?;
    }
    let service = publisher.get("/v1/service")?;
    let root = text(&service, "root")?;
    let (mut killed, mut nodes_killed) = (0, 0);
    for licence in 0..licences {
        let product_key = publisher.keys(&offer.batch, licence, 1)?.remove(0);
        let folder = installed.folder().join(format!("licence-{licence}"));
        let race = Race { sides, root, product_key: &product_key, folder: &folder };
        let (clients, gone, outcomes) = race.run(&mut seeded, &installed, &mut running)?;
        killed += clients;
        nodes_killed += gone;
        // The node that the publisher spoke to may have been killed.
        publisher = Publisher::new(running[0].address, &installed.token)?;
        if outcomes.len() != sides * DEVICES as usize {
            return Err(format!("{} devices have told what became of them", outcomes.len()));
        }
        check(&mut publisher, &product_key, &outcomes)?;
    }
    for node in running {
        node.stop()?;
    }
    let found = format!(
        "{licences} races with {killed} clients and {nodes_killed} nodes killed under way: {SEATS} devices licensed in each, and the service knows the same"
    );
    println!("{found}");
    if killed < licences || (nodes > 0 && nodes_killed < licences) {
        return Err("too few were killed for this to prove anything".to_owned());
    }
    match (options.has("quick") || options.has("licences"), nodes) {
        (false, 0) => report::keep("race", &format!("{scene}.\n\n{found}.")),
        (false, 3) => report::keep("race --nodes 3", &format!("{scene}.\n\n{found}.")),
        _ => Ok(()),
    }
}

struct Race<'a> {
    /// How many client processes race.
    sides: usize,
    root: &'a str,
    product_key: &'a str,
    folder: &'a Path,
}

/// How often a client whose node was killed under it is started again.
const RESTARTS_MAX: usize = 20;

impl Race<'_> {
    /// Runs the processes, killing some of them and of several nodes one, until all have come to an end. Answers with how many clients and nodes were
    /// killed.
    fn run(
        &self,
        seeded: &mut Seeded,
        installed: &Installed,
        nodes: &mut [Running],
    ) -> Result<(u32, u32, Vec<Outcome>), String> {
        let (mut kills, mut nodes_killed) = (0, 0);
        let address = |nodes: &[Running], side: usize| nodes[side % nodes.len()].address;
        let mut children = Vec::new();
        for side in 0..self.sides {
            children.push(self.start(side, address(nodes, side))?);
        }
        for round in 0..6 {
            watch::let_run(Duration::from_millis(5 + seeded.below(60) as u64));
            let side = seeded.below(self.sides);
            if round == 3 && nodes.len() > 1 {
                // In the middle of whatever it does; another process takes its address and its part.
                let node = &mut nodes[side];
                node.kill_now()?;
                *node = installed.serve_at(&node.address.to_string())?;
                nodes_killed += 1;
                continue;
            }
            let child = &mut children[side];
            if child.try_wait().map_err(|error| error.to_string())?.is_none() {
                kills += 1;
            }
            let _ = child.kill();
            let _ = child.wait();
            *child = self.start(side, address(nodes, side))?;
        }
        let mut outcomes = Vec::new();
        for (side, mut child) in children.into_iter().enumerate() {
            let mut restarts = 0;
            let output = loop {
                let pid = child.id();
                let output = child.wait_with_output().map_err(|error| error.to_string())?;
                if output.status.success() {
                    break output;
                }
                restarts += 1;
                if nodes_killed == 0 || restarts > RESTARTS_MAX {
                    return Err(format!(
                        "client process {pid} failed: {}",
                        String::from_utf8_lossy(&output.stderr).trim()
                    ));
                }
                child = self.start(side, address(nodes, side))?;
            };
            outcomes.extend(client::outcomes(&String::from_utf8_lossy(&output.stdout))?);
        }
        Ok((kills, nodes_killed, outcomes))
    }

    fn start(&self, side: usize, node: SocketAddr) -> Result<Child, String> {
        let ours = std::env::current_exe().map_err(|error| error.to_string())?;
        let first = side as u64 * DEVICES;
        let mut command = Command::new(ours);
        command.args(["drill", "race-client", "--root", self.root, "--key", self.product_key]);
        command.args(["--url", &format!("http://{node}")]);
        command
            .args(["--first", &first.to_string(), "--devices", &DEVICES.to_string()])
            .arg("--folder")
            .arg(self.folder);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| error.to_string())
    }
}

/// The clients and the service agree, and the seats are all taken and no more.
fn check(publisher: &mut Publisher, product_key: &str, outcomes: &[Outcome]) -> Result<(), String> {
    let licensed: Vec<&str> = outcomes.iter().filter_map(|outcome| outcome.licence.as_deref()).collect();
    if licensed.len() != SEATS as usize {
        return Err(format!(
            "{} of {} devices are licensed on {SEATS} seats",
            licensed.len(),
            outcomes.len()
        ));
    }
    let licences: BTreeSet<&str> = licensed.iter().copied().collect();
    let number = product_key.get(..11).ok_or("a product key without a number")?;
    let found = watch::until(TIME_LIMIT, "the licence", || {
        publisher.get(&format!("/v1/licences?key_number={number}")).ok()
    })?;
    let [licence] = found["items"].as_array().map(Vec::as_slice).unwrap_or_default() else {
        return Err(format!("one key started other than one licence: {found}"));
    };
    let id = text(licence, "id")?;
    if licences != BTreeSet::from([id]) || licence["seats_taken"].as_u64() != Some(u64::from(SEATS)) {
        return Err(format!("clients hold leases of {licences:?}, the service has {licence}"));
    }
    let listed = publisher.get(&format!("/v1/licences/{id}/activations?limit=200"))?;
    let listed = listed["items"].as_array().ok_or("no list of activations")?;
    let active = listed.iter().filter(|activation| activation["active"] == true).count();
    if active == SEATS as usize && listed.len() == active {
        Ok(())
    } else {
        Err(format!("the service lists {} activations, {active} of them active", listed.len()))
    }
}
