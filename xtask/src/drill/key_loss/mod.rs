//! `cargo xtask drill key-loss`: keys are stolen while real `warifu` processes run against a real service, and what docs/operations/keys.md says is done.
//!
//! First the file of issuing keys (`issuing.rs`), then the file of secrets (`master.rs`). The drill plays the thief as well: it signs leases with the stolen
//! keys and computes product keys with the stolen masters, by the product's own crates.

mod cli;
mod issuing;
mod master;

use super::harness::options::Options;
use super::harness::publisher::{Publisher, text};
use super::harness::report;
use super::harness::service::{self, Installed, Running};

use self::cli::Cli;

/// The page that says what to do, with the drill's report.
const PAGE: &str = "docs/operations/keys.md";

/// The scene of both thefts.
struct Scene<'a> {
    running: &'a Running,
    cli: &'a Cli,
    /// A key for each device.
    keys: &'a [String],
    /// The batch of the keys.
    batch: &'a str,
    /// How many clients run all the time.
    clients: usize,
}

/// Runs the drill.
pub(super) fn run(args: &[String]) -> Result<(), String> {
    let options = Options::parse(args, &["quick"], &["binary", "clients"])?;
    let clients: usize = options.number("clients", if options.has("quick") { 3 } else { 12 })?;
    let binary = options.text("binary").map_or_else(service::binary, |path| Ok(path.into()))?;
    let installed = Installed::new(&binary)?;
    let running = installed.serve()?;
    let mut publisher = Publisher::new(running.address, &installed.token)?;
    let count = clients + 4;
    let offer = publisher.offer(count as u32, 2, 3)?;
    let keys = publisher.keys(&offer.batch, 0, count)?;
    let root = text(&publisher.get("/v1/service")?, "root")?.to_owned();
    let cli = Cli::new(&installed, running.address, root);
    let scene = Scene { running: &running, cli: &cli, keys: &keys, batch: &offer.batch, clients };
    let issuing = issuing::run(&scene)?;
    let master = master::run(&scene, &mut publisher)?;
    drop(publisher);
    running.stop()?;
    println!("{issuing}{master}");
    if options.has("quick") {
        return Ok(());
    }
    let report = format!(
        "Run of {}, with {clients} clients that ask without a pause:\n\n{issuing}{master}",
        report::today()
    );
    report::write(PAGE, "key-loss", report.trim_end())
}
