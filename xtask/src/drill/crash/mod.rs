//! `cargo xtask drill crash`: the service is killed again and again while devices activate, renew and deactivate, and nothing that it has
//! acknowledged is lost or doubled.
//!
//! The devices keep what they were told. After each kill the service is started again on the same folder, and first asked about all of it:
//! - each device's last request, sent again under its idempotency key, gets the same answer: the same activation, lease and sequence;
//! - a request that was under way when the service died is sent again, and has one effect;
//! - the staff's list has each acknowledged activation exactly once, active or released as acknowledged;
//! - at the end, the log has exactly one grant of each acknowledged activation;
//! - no licence has more active seats than it may, and active and lingering seats keep within seats and change budget.
//!
//! Many devices compete for few seats, so that every kill finds races under way.
//!
//! With `--postgres` the store is a database that the drill starts, and the service, a session of the database and the whole database are killed in turn. While
//! the database is away the service lives and says so; what it could not tell the outcome of is asked again, and has one effect all the same.

mod device;
mod ledger;
mod load;
mod victim;

use std::fmt::Write as _;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::harness::options::Options;
use super::harness::publisher::Publisher;
use super::harness::report;
use super::harness::seeded::Seeded;
use super::harness::service::{self, Database, Installed};
use super::harness::watch;
use crate::cluster::Cluster;

use self::device::Player;
use self::ledger::Limits;
use self::victim::Victim;

/// How many seats each licence has, and how many may change hands in a lease term.
const LIMITS: Limits = Limits { seats: 3, budget: 2 };
/// How many devices compete for each licence.
const DEVICES_PER_LICENCE: usize = 8;
/// Threads that play the devices.
const THREADS: usize = 16;

/// Runs the drill.
pub(super) fn run(args: &[String]) -> Result<(), String> {
    let options = Options::parse(args, &["quick", "postgres"], &["binary", "kills", "seed"])?;
    let kills = options.number("kills", if options.has("quick") { 3 } else { 21 })?;
    let seed = options.number("seed", watch::wall().seconds().cast_unsigned())?;
    let licences = match (options.has("quick"), options.has("postgres")) {
        (true, false) => 40,
        (true, true) => 20,
        (false, _) => 150,
    };
    let binary = options.text("binary").map_or_else(service::binary, |path| Ok(path.into()))?;
    let scene = format!(
        "{kills} kills, {licences} licences with {} seats, {DEVICES_PER_LICENCE} devices each; --seed {seed}",
        LIMITS.seats
    );
    println!("{scene}");
    let mut report = format!(
        "{scene}.\n\n| kill | of | after ms | acknowledged before it | asked after it |\n|---|---|---|---|---|\n"
    );

    let mut seeded = Seeded(seed);
    let mut cluster = if options.has("postgres") { Some(Cluster::start()?) } else { None };
    let installed = match &cluster {
        Some(cluster) => {
            let (address, password) = (cluster.database(victim::DATABASE)?, cluster.password().to_owned());
            Installed::on(&binary, Database { address, password })?
        }
        None => Installed::new(&binary)?,
    };
    let mut running = installed.serve()?;
    let mut publisher = Publisher::new(running.address, &installed.token)?;
    let offer = publisher.offer(licences as u32, LIMITS.seats, LIMITS.budget)?;
    let keys = publisher.keys(&offer.batch, 0, licences)?;
    drop(publisher);
    let mut players = Player::crowd(&keys, DEVICES_PER_LICENCE, THREADS, &mut seeded)?;
    let mut done = load::Done::default();
    for kill in 1..=kills {
        let life = Duration::from_millis(50 + seeded.below(1500) as u64);
        let (address, audience) = (running.address, &offer.audience);
        let before = done;
        let victim = Victim::of(kill, cluster.is_some());
        done = done.plus(load::while_killing(address, audience, &mut players, || {
            watch::let_run(life);
            victim.kill(&installed, &mut running, &mut cluster)
        })?);
        if victim == Victim::Service {
            running = installed.serve()?;
        }
        let checked = ledger::check(&running, &installed.token, &offer.audience, &mut players, LIMITS)?;
        let (name, life, acknowledged) =
            (victim.name(), life.as_millis(), done.acknowledged - before.acknowledged);
        println!(
            "kill {kill:>2}, {name}, after {life:>4} ms and {acknowledged:>5} acknowledged requests: {checked}"
        );
        let _ = writeln!(report, "| {kill} | {name} | {life} | {acknowledged} | {checked} |");
    }
    let granted = ledger::check_log(&mut Publisher::new(running.address, &installed.token)?, &players)?;
    println!("the log has {granted} grants, each once");
    running.stop()?;
    if cluster.is_none() {
        check_file(&installed)?;
    } else if kills >= 3 && done.away == 0 {
        return Err("the database was killed and no device noticed: that proves nothing".to_owned());
    }
    println!("{done}: nothing lost, nothing doubled");
    if done.acknowledged < kills * 20 || done.refused == 0 {
        return Err("too little happened between the kills for this to prove anything".to_owned());
    }
    if options.has("quick") || options.has("kills") {
        return Ok(());
    }
    let _ = write!(
        report,
        "\n{done}. The log has {granted} grants, each once. Nothing was lost, nothing doubled."
    );
    report::keep(if options.has("postgres") { "crash --postgres" } else { "crash" }, &report)
}

/// The store's file is whole.
fn check_file(installed: &Installed) -> Result<(), String> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let failed = |error: rusqlite::Error| format!("SQLite: {error}");
    let connection = Connection::open_with_flags(installed.store(), flags).map_err(failed)?;
    let verdict: String =
        connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).map_err(failed)?;
    if verdict == "ok" { Ok(()) } else { Err(format!("the store is damaged: {verdict}")) }
}
