//! `cargo xtask drill bench`: what an activation, a renewal and a status cost the service, beside the sum of the parts that they cannot do
//! without, measured alone on the same machine in the same run.
//!
//! The service is the real binary with a real store on a disk; the load comes from this process, so that making the requests is not counted. All
//! costs are processor time of the process measured. Parts and whole are measured in turn, round by round, and the middle of the
//! rounds is reported: other work on the machine then hits both.

mod answers;
mod chart;
mod client;
mod copies;
mod fill;
mod hot;
mod options;
mod postgres;
mod rows;
mod scripts;
mod signatures;
mod size;
mod table;

use std::path::Path;

use rusqlite::Connection;
use rusqlite::config::DbConfig;
use warifu_core::key::{Verdict, read};
use warifu_service::secrets::Secrets;

use super::harness::device::Device;
use super::harness::options::Options;
use super::harness::publisher::{self, Publisher};
use super::harness::service::{self, Installed};
use super::harness::{connection, report};

use self::fill::Filler;
use self::options::Plan;

pub(super) use self::answers::run as run_answers;

/// Connections at once.
const CONNECTIONS: usize = 64;
/// What a request may cost: at most so many times the sum of the parts that it cannot do without.
const RATIO_MAX: f64 = 1.5;
const REPORT: &str = "docs/benchmarks.md";
/// The name by which the measurements on PostgreSQL are asked for alone.
const POSTGRES: &str = "postgres";

/// Runs the drill.
pub(super) fn run(args: &[String]) -> Result<(), String> {
    let options = Options::parse(args, &["quick"], &["binary", "largest", "only", "rounds"])?;
    let only = options.text("only").unwrap_or_default();
    let quick = options.has("quick") || !(only.is_empty() || only == POSTGRES);
    let mut plan = if quick { Plan::quick() } else { Plan::full() };
    plan.rounds = options.number("rounds", plan.rounds)?;
    // A licence takes about a kilobyte of disk.
    let largest = options.number("largest", usize::MAX)?;
    plan.sizes.retain(|&licences| licences as usize <= largest);
    plan.databases.retain(|&licences| licences as usize <= largest);
    only.clone_into(&mut plan.only);
    let binary = options.text("binary").map_or_else(service::binary, |path| Ok(path.into()))?;
    let slow = if only == POSTGRES { Vec::new() } else { embedded(&binary, &plan, quick)? };
    if POSTGRES.starts_with(only) {
        on_postgres(&binary, &plan, quick)?;
    }
    if slow.is_empty() {
        Ok(())
    } else {
        Err(format!("more than {RATIO_MAX} times the parts: {}", slow.join("; ")))
    }
}

/// The service on PostgreSQL.
fn on_postgres(binary: &Path, plan: &Plan, quick: bool) -> Result<(), String> {
    let mut measured = Vec::new();
    for &licences in &plan.databases {
        let one = postgres::measure(binary, plan, licences)?;
        println!("{}", one.table());
        measured.push(one);
    }
    if quick { Ok(()) } else { postgres::write(&measured) }
}

/// The service on its embedded store. Says what costs more than it may.
fn embedded(binary: &Path, plan: &Plan, quick: bool) -> Result<Vec<String>, String> {
    let signers = signatures::compare(quick)?;
    println!("{signers}");
    let installed = Installed::new(binary)?;
    let mut bench = prepare(&installed, plan)?;
    let start = client::measure(&installed, &bench.root, bench.spare_key.clone(), quick)?;
    println!("{start}");
    let mut sizes = Vec::new();
    let mut hot = None;
    for &licences in &plan.sizes {
        println!("{} licences: filling the store", table::thousands(u64::from(licences)));
        let store = open(&installed)?;
        bench.filler.fill(&store, licences)?;
        drop(store);
        let size = size::measure(&installed, &mut bench, plan, licences)?;
        println!("{}", table::size(&size));
        sizes.push(size);
        if hot.is_none() && "hot".starts_with(&plan.only) {
            let measured = hot::measure(&installed, &mut bench, plan)?;
            println!("{}", table::hot(&measured));
            hot = Some(measured);
        }
    }
    if let Some(hot) = hot.filter(|_| !quick) {
        report::write(REPORT, "bench", &table::all(&sizes, &hot, &signers, &start))?;
        chart::write(&sizes)?;
    }
    Ok(sizes.iter().flat_map(size::Size::too_slow).collect())
}

/// What all sizes share.
struct Bench {
    filler: Filler,
    offer: publisher::Offer,
    /// Offset of the first key of the batch that nothing has used.
    next_key: u32,
    /// A seed for devices that nothing has used.
    next_device: u64,
    /// The root that clients pin, in hexadecimal digits.
    root: String,
    spare_key: String,
}

/// Sets the service up, with one activation to copy.
fn prepare(installed: &Installed, plan: &Plan) -> Result<Bench, String> {
    let filled = plan.sizes.iter().copied().max().unwrap_or(0);
    let running = installed.serve()?;
    let mut publisher = Publisher::new(running.address, &installed.token)?;
    let keys = filled + plan.activations() as u32 + 10;
    let offer = publisher.offer(keys, 3, 3)?;
    let service = publisher.get("/v1/service")?;
    let root = publisher::text(&service, "root")?.to_owned();
    let first = publisher.keys(&offer.batch, 0, 1)?.remove(0);
    let spare_key = publisher.keys(&offer.batch, keys - 1, 1)?.remove(0);
    let pattern = Device::new(1)?;
    let mut connection = connection::Connection::open(running.address).map_err(|error| error.to_string())?;
    let nonce = publisher::nonce(&mut connection)?;
    let attempt = fill::attempt(&mut super::harness::seeded::Seeded(1));
    let request = pattern.activate(&offer.audience, &first, &nonce, attempt)?;
    connection.exchange(&request).map_err(|error| error.to_string())?.json()?;
    running.stop()?;

    let Verdict::Valid(key) = read(&first) else {
        return Err("the service issued what is no key".to_owned());
    };
    let number = key.number();
    let secrets = installed.data().join("secrets.json");
    let secrets = std::fs::read(&secrets).map_err(|error| format!("{}: {error}", secrets.display()))?;
    let secrets = Secrets::from_bytes(&secrets).map_err(|error| error.to_string())?;
    let serials = secrets.serials(number.format, number.sku);
    let filler = Filler::new(&open(installed)?, pattern, number, serials)?;
    println!("an activation writes {} rows", filler.template().rows());
    Ok(Bench { filler, offer, next_key: filled + 1, next_device: 1 << 40, root, spare_key })
}

/// The store as the service opens it to write.
fn open(installed: &Installed) -> Result<Connection, String> {
    let connection = Connection::open(installed.store()).map_err(sql)?;
    // The store's own rule.
    let large = std::fs::metadata(installed.store()).is_ok_and(|file| file.len() >= 1 << 30);
    let kibibytes = if large { 65_536 } else { 16_384 };
    connection.set_prepared_statement_cache_capacity(96);
    // Otherwise SQLite would plan a look-up in a table with a partial index anew each time, and the part would cost more than the whole.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(sql)?;
    connection
        .execute_batch(&format!("PRAGMA cache_size = -{kibibytes}; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; \
             PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4096; PRAGMA journal_size_limit = 67108864;"))
        .map_err(sql)?;
    Ok(connection)
}

fn sql(error: rusqlite::Error) -> String {
    format!("SQLite: {error}")
}
