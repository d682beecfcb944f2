//! Everything that is measured with a store of one size.

use std::ops::Range;

use warifu_core::id::LeaseId;
use warifu_proto::nonce::NONCE_CHARS;

use crate::drill::harness::connection::Connection;
use crate::drill::harness::crowd::{self, Load};
use crate::drill::harness::device::{Device, lease_in};
use crate::drill::harness::latency::{Latencies, median};
use crate::drill::harness::process::{Memory, memory};
use crate::drill::harness::publisher::{self, Publisher, nonce_request};
use crate::drill::harness::seeded::Seeded;
use crate::drill::harness::service::{Installed, Running};

use super::answers::Answers;
use super::options::Plan;
use super::rows::{self, RowCost, middle};
use super::scripts::{Ask, Asker, Asking, Sample};
use super::signatures;
use super::{Bench, CONNECTIONS, RATIO_MAX, open};

/// What was measured with one size of store.
pub(super) struct Size {
    pub(super) licences: u32,
    pub(super) activation_rows: RowCost,
    pub(super) renewal_row: RowCost,
    pub(super) works: Vec<Work>,
    pub(super) memory: Memory,
}

/// One kind of work.
pub(super) struct Work {
    pub(super) name: &'static str,
    /// Processor time of the HTTP answers alone, in microseconds.
    pub(super) http: f64,
    /// The same of the rows.
    pub(super) rows: f64,
    /// The same of a signature made and one verified.
    pub(super) signatures: f64,
    /// The same of finding, by key, the rows that the answer depends on.
    pub(super) finding: f64,
    /// The service's.
    pub(super) whole: f64,
    pub(super) per_second: f64,
    pub(super) p50_millis: f64,
    pub(super) p99_millis: f64,
    /// How many commands shared a commit; 0 where nothing was written.
    pub(super) group: f64,
}

impl Work {
    /// The sum of what is sent, signed and written.
    pub(super) fn without_finding(&self) -> f64 {
        self.http + self.rows + self.signatures
    }

    /// The sum of the parts.
    pub(super) fn parts(&self) -> f64 {
        self.without_finding() + self.finding
    }

    /// How many times the parts the whole costs.
    pub(super) fn ratio(&self) -> f64 {
        self.whole / self.parts()
    }

    /// The same beside the sum that leaves the finding of rows out.
    pub(super) fn ratio_without_finding(&self) -> f64 {
        self.whole / self.without_finding()
    }
}

impl Size {
    /// What costs more than it may.
    pub(super) fn too_slow(&self) -> Vec<String> {
        let slow = self.works.iter().filter(|work| work.ratio() > RATIO_MAX);
        slow.map(|work| format!("{} at {} licences: {:.2}", work.name, self.licences, work.ratio())).collect()
    }
}

/// What is measured in each round.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Kind {
    name: &'static str,
    ask: Ask,
    fetch_nonces: bool,
}

const KINDS: [Kind; 4] = [
    Kind { name: "activation", ask: Ask::Activate, fetch_nonces: false },
    Kind { name: "activation, nonce fetched first", ask: Ask::Activate, fetch_nonces: true },
    Kind { name: "renewal", ask: Ask::Renew, fetch_nonces: false },
    Kind { name: "status", ask: Ask::Status, fetch_nonces: false },
];

/// Measures.
pub(super) fn measure(
    installed: &Installed,
    bench: &mut Bench,
    plan: &Plan,
    licences: u32,
) -> Result<Size, String> {
    let mut alone = Alone::default();
    measure_rows(installed, bench, plan, &mut alone)?;

    let running = installed.serve()?;
    let mut publisher = Publisher::new(running.address, &installed.token)?;
    // Once around, so that pages are in memory and connections are open; its exchanges are what the HTTP part is made like.
    let mut samples = Vec::new();
    for kind in [KINDS[0], KINDS[2], KINDS[3]] {
        samples.push(ask(&running, &mut publisher, bench, plan, kind)?.1);
    }
    samples.push(nonce_sample(&running)?);
    let answers = Answers::start(&samples)?;

    let kinds: Vec<Kind> = KINDS.into_iter().filter(|kind| kind.name.starts_with(&plan.only)).collect();
    let mut rounds: Vec<Rounds> = kinds.iter().map(|_| Rounds::default()).collect();
    let mut signature = Vec::new();
    for _ in 0..plan.rounds {
        for (kind, rounds) in kinds.iter().copied().zip(&mut rounds) {
            let cost = signatures::of_library_used()?;
            signature.push(cost.sign + cost.verify);
            // A connection that was idle while the other process was measured has been closed.
            publisher = Publisher::new(running.address, &installed.token)?;
            let groups = publisher.metric("warifu_writer_groups_total")?;
            let commands = publisher.metric("warifu_writer_commands_total")?;
            rounds.http.push(http(&answers, bench, plan, kind)?);
            let (load, _) = ask(&running, &mut publisher, bench, plan, kind)?;
            rounds.whole.push(load.micros_each(plan.devices));
            rounds.per_second.push(load.per_second(plan.devices));
            rounds.latencies.extend(load.latencies);
            rounds.groups += publisher.metric("warifu_writer_groups_total")? - groups;
            rounds.commands += publisher.metric("warifu_writer_commands_total")? - commands;
        }
    }
    let memory = memory(running.pid())?;
    running.stop()?;
    measure_rows(installed, bench, plan, &mut alone)?;

    let activation_rows = middle(&alone.activations);
    let renewal_row = middle(&alone.renewals);
    let finding = |ask| match ask {
        Ask::Activate => middle(&alone.newcomers).cpu_micros,
        Ask::Renew => middle(&alone.together).cpu_micros,
        Ask::Status => middle(&alone.each).cpu_micros,
    };
    let signatures = median(&mut signature);
    let works = kinds.into_iter().zip(rounds).map(|(kind, mut rounds)| Work {
        name: kind.name,
        http: median(&mut rounds.http),
        rows: match kind.ask {
            Ask::Activate => activation_rows.cpu_micros,
            Ask::Renew => renewal_row.cpu_micros,
            Ask::Status => 0.0,
        },
        signatures,
        finding: finding(kind.ask),
        whole: median(&mut rounds.whole),
        per_second: median(&mut rounds.per_second),
        p50_millis: rounds.latencies.quantile(0.5).as_secs_f64() * 1e3,
        p99_millis: rounds.latencies.quantile(0.99).as_secs_f64() * 1e3,
        group: rounds.commands / rounds.groups.max(1.0),
    });
    Ok(Size { licences, activation_rows, renewal_row, works: works.collect(), memory })
}

#[derive(Default)]
struct Rounds {
    http: Vec<f64>,
    whole: Vec<f64>,
    per_second: Vec<f64>,
    groups: f64,
    commands: f64,
    latencies: Latencies,
}

/// What the rows cost alone, round by round.
#[derive(Default)]
struct Alone {
    activations: Vec<RowCost>,
    renewals: Vec<RowCost>,
    /// Finding what an activation looks for.
    newcomers: Vec<RowCost>,
    /// Finding the rows of an installation, for the installations of a group.
    together: Vec<RowCost>,
    /// The same for one alone.
    each: Vec<RowCost>,
}

/// The rows alone, while no service runs.
fn measure_rows(
    installed: &Installed,
    bench: &mut Bench,
    plan: &Plan,
    alone: &mut Alone,
) -> Result<(), String> {
    let store = open(installed)?;
    // Keys far beyond the batch: they are nobody's, and lie everywhere in the index.
    let mut offset = u32::MAX / 2 + bench.next_device as u32;
    rows::activations(&store, &bench.filler, plan.groups / 4, offset)?;
    for _ in 0..plan.rounds.div_ceil(2) {
        offset += (plan.groups * CONNECTIONS) as u32;
        bench.next_device += (2 * plan.groups * CONNECTIONS) as u64;
        let seed = u64::from(offset);
        alone.newcomers.push(rows::newcomers(&store, &bench.filler, plan.groups, offset)?);
        alone.activations.push(rows::activations(&store, &bench.filler, plan.groups, offset)?);
        alone.together.push(rows::own_rows(&store, plan.groups, seed ^ 1, true)?);
        alone.renewals.push(rows::renewals(&store, plan.groups, seed)?);
        alone.each.push(rows::own_rows(&store, plan.groups, seed ^ 2, false)?);
    }
    store.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").map_err(super::sql)
}

/// The same requests, made by the same load, to a process that only answers: its processor time for each device, in microseconds.
fn http(answers: &Answers, bench: &Bench, plan: &Plan, kind: Kind) -> Result<f64, String> {
    let mut seeded = Seeded(bench.next_device);
    let mut places = Places::new(bench.filler.known_all_over(), &mut seeded);
    let mut scripts = Vec::with_capacity(CONNECTIONS);
    for _ in 0..CONNECTIONS {
        let asker = |_| {
            let known = bench.filler.known(places.next())?;
            Ok(Asker { device: known.device, product_key: bench.spare_key.clone(), lease: known.lease })
        };
        let devices = (0..plan.devices / CONNECTIONS).map(asker).collect::<Result<_, String>>()?;
        let nonce = "A".repeat(NONCE_CHARS);
        scripts.push(Asking::new(
            kind.ask,
            &bench.offer.audience,
            devices,
            nonce,
            kind.fetch_nonces,
            seeded.next(),
        ));
    }
    let (load, _) = crowd::run(answers.address, answers.pid(), scripts)?;
    Ok(load.micros_each(plan.devices))
}

/// An answer to a question for a nonce.
pub(super) fn nonce_sample(running: &Running) -> Result<Sample, String> {
    let mut connection = Connection::open(running.address).map_err(|error| error.to_string())?;
    let response = connection.exchange(&nonce_request()).map_err(|error| error.to_string())?;
    Ok(Sample::new("/v1/nonce", &response))
}

/// Lets the service do one kind of work, and takes up what came of it.
fn ask(
    running: &Running,
    publisher: &mut Publisher,
    bench: &mut Bench,
    plan: &Plan,
    kind: Kind,
) -> Result<(Load, Sample), String> {
    let each = plan.devices / CONNECTIONS;
    // Never the same names again: a request under an earlier one's name is a retry, which writes nothing.
    bench.next_device += 1;
    let mut seeded = Seeded(bench.next_device << 16);
    let mut keys = match kind.ask {
        Ask::Activate => publisher.keys(&bench.offer.batch, bench.next_key, each * CONNECTIONS)?.into_iter(),
        Ask::Renew | Ask::Status => Vec::new().into_iter(),
    };
    let mut places = Places::new(bench.filler.known_all_over(), &mut seeded);
    let mut asked = Vec::new();
    let mut scripts = Vec::with_capacity(CONNECTIONS);
    let mut connection = Connection::open(running.address).map_err(|error| error.to_string())?;
    for _ in 0..CONNECTIONS {
        let mut devices = Vec::with_capacity(each);
        for _ in 0..each {
            devices.push(match kind.ask {
                Ask::Activate => {
                    bench.next_device += 1;
                    bench.next_key += 1;
                    let product_key = keys.next().ok_or("too few keys")?;
                    Asker {
                        device: Device::new(bench.next_device)?,
                        product_key,
                        lease: LeaseId::from_bytes([0; 16]),
                    }
                }
                Ask::Renew | Ask::Status => {
                    let place = places.next();
                    asked.push(place);
                    let known = bench.filler.known(place)?;
                    Asker { device: known.device, product_key: String::new(), lease: known.lease }
                }
            });
        }
        let nonce = publisher::nonce(&mut connection)?;
        scripts.push(Asking::new(
            kind.ask,
            &bench.offer.audience,
            devices,
            nonce,
            kind.fetch_nonces,
            seeded.next(),
        ));
    }
    let (load, scripts) = crowd::run(running.address, running.pid(), scripts)?;
    if kind.ask == Ask::Renew {
        let answers = scripts.iter().flat_map(|script| &script.answers);
        for (place, answer) in asked.into_iter().zip(answers) {
            bench.filler.renewed(place, lease_in(answer)?.lease);
        }
    }
    let sample = scripts.into_iter().find_map(|script| script.sample).ok_or("no exchange")?;
    Ok((load, sample))
}

/// Places all over the filled store. While there are enough, each comes once.
struct Places {
    first: usize,
    step: usize,
    place: usize,
    count: usize,
}

impl Places {
    fn new(range: Range<usize>, seeded: &mut Seeded) -> Self {
        let count = range.len();
        // A step that shares no factor with the count passes every place before it comes back.
        let mut step = count * 5 / 13 + 1;
        while gcd(step, count) != 1 {
            step += 1;
        }
        Self { first: range.start, step, place: seeded.below(count), count }
    }

    fn next(&mut self) -> usize {
        self.place = (self.place + self.step) % self.count;
        self.first + self.place
    }
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}
