//! One volume licence with very many devices, alone and beside activations of other licences: whether it holds the others up, and whether its own
//! price grows with it.

use serde_json::json;
use warifu_core::id::LeaseId;

use crate::drill::harness::connection::Connection;
use crate::drill::harness::crowd::{self, Load};
use crate::drill::harness::device::Device;
use crate::drill::harness::latency::{Latencies, median};
use crate::drill::harness::publisher::{self, Publisher};
use crate::drill::harness::seeded::Seeded;
use crate::drill::harness::service::{Installed, Running};

use super::options::Plan;
use super::scripts::{Ask, Asker, Asking};
use super::{Bench, CONNECTIONS};

/// What was measured.
pub(super) struct Hot {
    /// How many devices the licence had at the beginning.
    pub(super) devices: usize,
    pub(super) loads: Vec<HotLoad>,
}

/// Activations of one kind.
pub(super) struct HotLoad {
    pub(super) name: &'static str,
    /// Processor time of the service for each, in microseconds.
    pub(super) micros: f64,
    pub(super) per_second: f64,
    pub(super) p50_millis: f64,
    pub(super) p99_millis: f64,
}

/// Which connections activate devices on the hot licence.
type Connections = fn(usize) -> bool;

const LOADS: [(&str, Connections); 3] = [
    ("of many licences", |_| false),
    ("half of many licences, half of the one", |connection| connection % 2 == 0),
    ("of the one licence", |_| true),
];

/// Measures.
pub(super) fn measure(installed: &Installed, bench: &mut Bench, plan: &Plan) -> Result<Hot, String> {
    let running = installed.serve()?;
    let mut publisher = Publisher::new(running.address, &installed.token)?;
    let seats = 1_000_000;
    let policy = json!({ "name": "volume", "channel": "volume", "seats": seats, "change_budget": 3 });
    let batch = publisher.batch(bench.offer.sku, &policy, 1)?;
    let key = publisher.keys(&batch, 0, 1)?.remove(0);
    // Its devices come through the service, as any would.
    load(&running, &mut publisher, bench, &key, plan.hot / CONNECTIONS, |_| true)?;

    let each = plan.devices / CONNECTIONS;
    let mut rounds: [(Vec<f64>, Vec<f64>, Latencies); LOADS.len()] = Default::default();
    for _ in 0..plan.rounds {
        for ((_, is_hot), (micros, per_second, latencies)) in LOADS.iter().zip(&mut rounds) {
            publisher = Publisher::new(running.address, &installed.token)?;
            let load = load(&running, &mut publisher, bench, &key, each, is_hot)?;
            micros.push(load.micros_each(each * CONNECTIONS));
            per_second.push(load.per_second(each * CONNECTIONS));
            latencies.extend(load.latencies);
        }
    }
    running.stop()?;
    let loads =
        LOADS.iter().zip(rounds).map(|((name, _), (mut micros, mut per_second, mut latencies))| HotLoad {
            name,
            micros: median(&mut micros),
            per_second: median(&mut per_second),
            p50_millis: latencies.quantile(0.5).as_secs_f64() * 1e3,
            p99_millis: latencies.quantile(0.99).as_secs_f64() * 1e3,
        });
    Ok(Hot { devices: plan.hot, loads: loads.collect() })
}

/// Lets `each` new devices activate on each connection.
fn load(
    running: &Running,
    publisher: &mut Publisher,
    bench: &mut Bench,
    hot_key: &str,
    each: usize,
    is_hot: impl Fn(usize) -> bool,
) -> Result<Load, String> {
    let spread = (0..CONNECTIONS).filter(|connection| !is_hot(*connection)).count() * each;
    let mut keys = if spread > 0 {
        publisher.keys(&bench.offer.batch, bench.next_key, spread)?.into_iter()
    } else {
        Vec::new().into_iter()
    };
    bench.next_key += spread as u32;
    bench.next_device += 1;
    let mut seeded = Seeded(bench.next_device << 16);
    let mut connection = Connection::open(running.address).map_err(|error| error.to_string())?;
    let mut scripts = Vec::with_capacity(CONNECTIONS);
    for place in 0..CONNECTIONS {
        let mut devices = Vec::with_capacity(each);
        for _ in 0..each {
            bench.next_device += 1;
            let product_key =
                if is_hot(place) { hot_key.to_owned() } else { keys.next().ok_or("too few keys")? };
            let lease = LeaseId::from_bytes([0; 16]);
            devices.push(Asker { device: Device::new(bench.next_device)?, product_key, lease });
        }
        let nonce = publisher::nonce(&mut connection)?;
        scripts.push(Asking::new(Ask::Activate, &bench.offer.audience, devices, nonce, false, seeded.next()));
    }
    Ok(crowd::run(running.address, running.pid(), scripts)?.0)
}
