//! The service on PostgreSQL, with one node and with three, beside `pgbench` writing and finding the same rows in the same database.
//!
//! What an answer costs is the processor time of the nodes and of the database's server together; the load's is not counted.

mod pgbench;
mod table;

use warifu_core::id::LeaseId;
use warifu_proto::nonce::NONCE_CHARS;

use crate::cluster::Cluster;
use crate::drill::harness::connection::Connection;
use crate::drill::harness::crowd;
use crate::drill::harness::device::{Device, lease_in};
use crate::drill::harness::latency::{Latencies, median};
use crate::drill::harness::process::family;
use crate::drill::harness::publisher::{self, Offer, Publisher};
use crate::drill::harness::seeded::Seeded;
use crate::drill::harness::service::{Database, Installed, Running};

use super::answers::Answers;
use super::options::Plan;
use super::rows::{RowCost, middle};
use super::scripts::{Ask, Asker, Asking, Sample};
use super::size::nonce_sample;
use super::{CONNECTIONS, signatures};

use self::pgbench::Copies;
pub(super) use self::table::write;

/// How many nodes share the database.
const NODES: [usize; 2] = [1, 3];
const DATABASE: &str = "bench";
/// Of the filled licences, how many devices can be played: as many as renew or ask in all rounds before one comes again.
const KNOWN: u32 = 20_000;

/// What was measured with one size of database.
pub(super) struct Postgres {
    licences: u32,
    parts: Parts,
    works: Vec<Work>,
}

/// What `pgbench` costs with its server, for the rows of one.
struct Parts {
    /// An activation's rows, 64 in each transaction.
    activation: RowCost,
    /// The same, each in a transaction of its own, from 64 connections.
    activation_alone: RowCost,
    renewal: RowCost,
    /// Finding the rows of an installation, 64 in one statement.
    together: RowCost,
    /// The same, each by itself.
    each: RowCost,
}

/// One kind of work on so many nodes. Processor times in microseconds for each.
struct Work {
    name: &'static str,
    nodes: usize,
    http: f64,
    signatures: f64,
    rows: f64,
    finding: f64,
    /// Of the nodes together.
    node: f64,
    /// Of the database's server.
    server: f64,
    per_second: f64,
    p50_millis: f64,
    p99_millis: f64,
    /// Commands that shared a commit; 0 where nothing is written.
    group: f64,
}

impl Work {
    fn parts(&self) -> f64 {
        self.http + self.signatures + self.rows + self.finding
    }

    fn whole(&self) -> f64 {
        self.node + self.server
    }

    fn ratio(&self) -> f64 {
        self.whole() / self.parts()
    }
}

/// Measures with a database of `licences` licences.
pub(super) fn measure(binary: &std::path::Path, plan: &Plan, licences: u32) -> Result<Postgres, String> {
    let cluster = Cluster::start()?;
    let (address, password) = (cluster.database(DATABASE)?, cluster.password().to_owned());
    let installed = Installed::on(binary, Database { address, password })?;
    let mut players = Players::new(&installed, plan)?;
    let mut copies = Copies::new(&cluster, DATABASE, installed.folder())?;
    players.spread(&copies, licences)?;
    copies.fill(licences)?;

    let mut alone = Alone::default();
    alone.measure(&copies, plan)?;
    let mut works = Vec::new();
    for nodes in NODES {
        works.append(&mut on_nodes(&installed, &cluster, &mut players, plan, nodes)?);
    }
    alone.measure(&copies, plan)?;
    let parts = alone.parts();
    for work in &mut works {
        (work.rows, work.finding) = match work.name {
            RENEWAL => (parts.renewal.cpu_micros, parts.together.cpu_micros),
            STATUS => (0.0, parts.each.cpu_micros),
            _ => (parts.activation.cpu_micros, 0.0),
        };
    }
    Ok(Postgres { licences, parts, works })
}

const RENEWAL: &str = "renewal";
const STATUS: &str = "status";
const KINDS: [(&str, Ask); 3] = [("activation", Ask::Activate), (RENEWAL, Ask::Renew), (STATUS, Ask::Status)];

/// Measures each kind of work with so many nodes.
fn on_nodes(
    installed: &Installed,
    cluster: &Cluster,
    players: &mut Players,
    plan: &Plan,
    nodes: usize,
) -> Result<Vec<Work>, String> {
    let running = (0..nodes).map(|_| installed.serve()).collect::<Result<Vec<_>, _>>()?;
    // Once around, so that connections are open and statements prepared; its exchanges are what the HTTP part is made like.
    let mut samples = vec![nonce_sample(&running[0])?];
    for (_, ask) in KINDS {
        samples.push(players.ask(installed, &running, plan, ask)?.1);
    }
    let answers = Answers::start(&samples)?;
    let mut rounds: [Rounds; KINDS.len()] = Default::default();
    let mut signature = Vec::new();
    for _ in 0..plan.rounds {
        for ((_, ask), rounds) in KINDS.into_iter().zip(&mut rounds) {
            let cost = signatures::of_library_used()?;
            signature.push(cost.sign + cost.verify);
            rounds.http.push(players.http(&answers, plan, ask)?);
            let (before, groups) = (family(cluster.pid())?, written(installed, &running)?);
            let (load, _) = players.ask(installed, &running, plan, ask)?;
            let (after, more) = (family(cluster.pid())?, written(installed, &running)?);
            rounds.node.push(load.micros_each(plan.devices));
            rounds.server.push((after - before).as_secs_f64() * 1e6 / plan.devices as f64);
            rounds.per_second.push(load.per_second(plan.devices));
            rounds.latencies.extend(load.latencies);
            rounds.groups += more.0 - groups.0;
            rounds.commands += more.1 - groups.1;
        }
    }
    for node in running {
        node.stop()?;
    }
    let signatures = median(&mut signature);
    let work = |((name, _), mut rounds): ((&'static str, Ask), Rounds)| Work {
        name,
        nodes,
        http: median(&mut rounds.http),
        signatures,
        rows: 0.0,
        finding: 0.0,
        node: median(&mut rounds.node),
        server: median(&mut rounds.server),
        per_second: median(&mut rounds.per_second),
        p50_millis: rounds.latencies.quantile(0.5).as_secs_f64() * 1e3,
        p99_millis: rounds.latencies.quantile(0.99).as_secs_f64() * 1e3,
        group: rounds.commands / rounds.groups.max(1.0),
    };
    Ok(KINDS.into_iter().zip(rounds).map(work).collect())
}

/// Groups and commands that the nodes have written.
fn written(installed: &Installed, running: &[Running]) -> Result<(f64, f64), String> {
    let mut sum = (0.0, 0.0);
    for node in running {
        let mut publisher = Publisher::new(node.address, &installed.token)?;
        sum.0 += publisher.metric("warifu_writer_groups_total")?;
        sum.1 += publisher.metric("warifu_writer_commands_total")?;
    }
    Ok(sum)
}

#[derive(Default)]
struct Rounds {
    http: Vec<f64>,
    node: Vec<f64>,
    server: Vec<f64>,
    per_second: Vec<f64>,
    latencies: Latencies,
    groups: f64,
    commands: f64,
}

/// What `pgbench` measured, round by round.
#[derive(Default)]
struct Alone {
    activation: Vec<RowCost>,
    activation_alone: Vec<RowCost>,
    renewal: Vec<RowCost>,
    together: Vec<RowCost>,
    each: Vec<RowCost>,
}

impl Alone {
    fn measure(&mut self, copies: &Copies<'_>, plan: &Plan) -> Result<(), String> {
        for _ in 0..plan.rounds.div_ceil(2) {
            self.activation.push(copies.activations(plan.groups, CONNECTIONS as u32, 1)?);
            self.renewal.push(copies.renewals(plan.groups)?);
            self.together.push(copies.own_rows(plan.groups, true)?);
            self.each.push(copies.own_rows(plan.groups * CONNECTIONS / 2, false)?);
        }
        self.activation_alone.push(copies.activations(plan.groups * CONNECTIONS / 2, 1, CONNECTIONS)?);
        Ok(())
    }

    fn parts(&self) -> Parts {
        Parts {
            activation: middle(&self.activation),
            activation_alone: middle(&self.activation_alone),
            renewal: middle(&self.renewal),
            together: middle(&self.together),
            each: middle(&self.each),
        }
    }
}

/// The devices of the load.
struct Players {
    offer: Offer,
    next_key: u32,
    next_device: u64,
    spare_key: String,
    /// The hardware of all filled devices.
    pattern: Device,
    /// Filled devices that can be played, with their leases.
    known: Vec<(u64, LeaseId)>,
    /// Whose turn it is.
    turn: usize,
}

impl Players {
    /// Sets the service up, with one activation to copy.
    fn new(installed: &Installed, plan: &Plan) -> Result<Self, String> {
        let running = installed.serve()?;
        let mut publisher = Publisher::new(running.address, &installed.token)?;
        let keys = (NODES.len() * (plan.rounds + 1) * plan.devices) as u32 + 10;
        let offer = publisher.offer(keys, 3, 3)?;
        let first = publisher.keys(&offer.batch, 0, 1)?.remove(0);
        let spare_key = publisher.keys(&offer.batch, keys - 1, 1)?.remove(0);
        let pattern = Device::new(1)?;
        let mut connection = Connection::open(running.address).map_err(|error| error.to_string())?;
        let nonce = publisher::nonce(&mut connection)?;
        let request =
            pattern.activate(&offer.audience, &first, &nonce, super::fill::attempt(&mut Seeded(1)))?;
        connection.exchange(&request).map_err(|error| error.to_string())?.json()?;
        running.stop()?;
        Ok(Self { offer, next_key: 1, next_device: 1 << 40, spare_key, pattern, known: Vec::new(), turn: 0 })
    }

    /// Gives licences all over the `licences` that are going to be filled to devices that can be played.
    fn spread(&mut self, copies: &Copies<'_>, licences: u32) -> Result<(), String> {
        let step = (licences / KNOWN).max(2);
        let mut rows = Vec::new();
        for place in (0..licences).step_by(step as usize) {
            let seed = 0x7067_0000_0000 | u64::from(place);
            let mut seeded = Seeded(seed);
            let lease = LeaseId::generate(super::fill::FILLED_FROM_MILLIS, &mut seeded);
            rows.push((place, *Device::new(seed)?.key.installation().as_bytes(), lease));
            self.known.push((seed, lease));
        }
        copies.known(&rows)
    }

    /// Lets devices ask the nodes, and takes up what came of it.
    fn ask(
        &mut self,
        installed: &Installed,
        running: &[Running],
        plan: &Plan,
        ask: Ask,
    ) -> Result<(crowd::Load, Sample), String> {
        let mut publisher = Publisher::new(running[0].address, &installed.token)?;
        let keys = match ask {
            Ask::Activate => publisher.keys(&self.offer.batch, self.next_key, plan.devices)?,
            Ask::Renew | Ask::Status => vec![String::new(); plan.devices],
        };
        let first = self.turn;
        let mut connection = Connection::open(running[0].address).map_err(|error| error.to_string())?;
        let scripts = self.scripts(keys, ask, || publisher::nonce(&mut connection))?;
        if ask == Ask::Activate {
            self.next_key += plan.devices as u32;
        }
        let nodes: Vec<_> = running.iter().map(|node| (node.address, node.pid())).collect();
        let (load, scripts) = crowd::run_on(&nodes, scripts)?;
        if ask == Ask::Renew {
            for (place, answer) in scripts.iter().flat_map(|script| &script.answers).enumerate() {
                let place = (first + place) % self.known.len();
                self.known[place].1 = lease_in(answer)?.lease;
            }
        }
        let sample = scripts.into_iter().find_map(|script| script.sample).ok_or("no exchange")?;
        Ok((load, sample))
    }

    /// The same requests to a process that only answers: its processor time for each, in microseconds.
    fn http(&mut self, answers: &Answers, plan: &Plan, ask: Ask) -> Result<f64, String> {
        let keys = vec![self.spare_key.clone(); plan.devices];
        let turn = self.turn;
        let scripts = self.scripts(keys, ask, || Ok("A".repeat(NONCE_CHARS)))?;
        self.turn = turn;
        let (load, _) = crowd::run(answers.address, answers.pid(), scripts)?;
        Ok(load.micros_each(plan.devices))
    }

    /// What the connections do, in the order of the devices.
    fn scripts(
        &mut self,
        keys: Vec<String>,
        ask: Ask,
        mut nonce: impl FnMut() -> Result<String, String>,
    ) -> Result<Vec<Asking>, String> {
        // Never the same names again: a request under an earlier one's name is a retry, which writes nothing.
        self.next_device += 1;
        let mut seeded = Seeded(self.next_device << 16);
        let mut scripts = Vec::with_capacity(CONNECTIONS);
        for keys in keys.chunks(keys.len() / CONNECTIONS) {
            let mut askers = Vec::with_capacity(keys.len());
            for product_key in keys {
                askers.push(self.asker(ask, product_key)?);
            }
            scripts.push(Asking::new(ask, &self.offer.audience, askers, nonce()?, false, seeded.next()));
        }
        Ok(scripts)
    }

    fn asker(&mut self, ask: Ask, product_key: &str) -> Result<Asker, String> {
        if ask == Ask::Activate {
            self.next_device += 1;
            let (device, lease) = (Device::new(self.next_device)?, LeaseId::from_bytes([0; 16]));
            return Ok(Asker { device, product_key: product_key.to_owned(), lease });
        }
        let (seed, lease) = self.known[self.turn];
        self.turn = (self.turn + 1) % self.known.len();
        let device = Device { fingerprint: self.pattern.fingerprint, ..Device::new(seed)? };
        Ok(Asker { device, product_key: product_key.to_owned(), lease })
    }
}
