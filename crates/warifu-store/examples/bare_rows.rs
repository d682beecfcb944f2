//! What the store adds to the rows it writes. Fresh activations in groups of 64 (a licence begun from its key, a device, an activation, an
//! installation, an entry of the log), loaded and committed through the port, beside the same rows by SQLite alone: five tables with their
//! primary keys and a licence's unique key number, and nothing else; one transaction a group, as durable. Ratios are of the processor's time (Linux), which other work on the
//! machine and the speed of the disk do not change much.
//!
//! `cargo run --release -p warifu-store --example bare_rows -- [licences already there] [groups]`
#![expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]
#![expect(clippy::print_stdout, reason = "the program's answer")]

use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::{Connection, params};
use warifu_core::batch::Batch;
use warifu_core::decide::{Activate, Asking, FreshIds, Moment, activate};
use warifu_core::hardware::{ComponentKind, Reading, Scheme, StoredFingerprint, StoredHash};
use warifu_core::id::{
    ActivationId, BatchId, DeviceId, EventId, IdempotencyKey, InstallationId, LeaseId, LicenceId, PolicyId,
};
use warifu_core::key::{KeyFormat, KeyNumber, SkuNumber};
use warifu_core::licence::Licence;
use warifu_core::policy::{Channel, Policy, Route};
use warifu_core::random::bytes;
use warifu_core::record::Revision;
use warifu_core::state::{LicenceState, Record};
use warifu_core::text::Name;
use warifu_core::time::{Span, Timestamp};
use warifu_service::conformance::Dice;
use warifu_service::port::{Changes, Selector, Store, Want};
use warifu_store::sqlite;

const GROUP: usize = 64;
const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let there: usize = arguments.next().map_or(Ok(10_000), |text| text.parse())?;
    let groups: usize = arguments.next().map_or(Ok(400), |text| text.parse())?;
    let folder = tempfile::tempdir()?;
    let mut dice = Dice::new(1);
    let (mut store, _reads) = sqlite::open(folder.path().join("warifu.db"))?;
    let mut bare = bare(&folder.path().join("bare.db"))?;
    let mut clock = 1_800_000_000_000;
    let mut serial = 0_u32;
    let mut group = || -> Vec<Fresh> {
        clock += 20;
        let fresh = (0..GROUP).map(|_| {
            // Serials are dealt in a permutation.
            serial = serial.wrapping_add(0x9e37_79b1);
            fresh(&mut dice, clock, serial)
        });
        fresh.collect()
    };
    for _ in 0..there.div_ceil(GROUP) {
        let group = group();
        store.commit(&together(&group))?;
        write_bare(&mut bare, &group.iter().map(Fresh::plain).collect::<Vec<_>>())?;
    }
    let groups_of: Vec<_> = (0..groups).map(|_| group()).collect();
    let wants: Vec<Vec<_>> =
        groups_of.iter().map(|group| group.iter().flat_map(Fresh::wants).collect()).collect();
    let changes: Vec<_> = groups_of.iter().map(|group| together(group)).collect();
    let plain: Vec<Vec<_>> = groups_of.iter().map(|group| group.iter().map(Fresh::plain).collect()).collect();
    let renewals: Vec<_> = groups_of.iter().map(|group| renewal(group)).collect();

    println!(
        "after {there} activations, {groups} groups of {GROUP}; microseconds of processor time each (elapsed)"
    );
    let measure = |name: &str, work: &mut dyn FnMut(usize) -> Result<(), Box<dyn Error>>| {
        let (cpu, start) = (cpu_time()?, Instant::now());
        (0..groups).try_for_each(work)?;
        let each = |time: Duration| time.as_secs_f64() * 1e6 / (groups * GROUP) as f64;
        let (cpu, elapsed) = (each(cpu_time()? - cpu), each(start.elapsed()));
        println!("{name:>24} {cpu:6.1} ({elapsed:.1})");
        Ok::<_, Box<dyn Error>>(cpu)
    };
    let rows = measure("bare rows", &mut |number| Ok(write_bare(&mut bare, &plain[number])?))?;
    let own = measure("load and commit", &mut |number| {
        assert!(store.load(&wants[number], NOW)?.licences.is_empty(), "every key is new");
        Ok(store.commit(&changes[number])?)
    })?;
    println!("{:>24} {:6.2}", "ratio", own / rows);
    measure("load for renewal", &mut |number| {
        assert_eq!(store.load(&renewals[number].0, NOW)?.installations.len(), GROUP);
        Ok(())
    })?;
    measure("commit of renewal", &mut |number| Ok(store.commit(&renewals[number].1)?))?;
    Ok(())
}

fn together(group: &[Fresh]) -> Changes {
    let mut changes = Changes::default();
    for fresh in group {
        changes.records.extend(fresh.changes.records.iter().cloned());
        changes.events.extend(fresh.changes.events.iter().cloned());
    }
    changes
}

/// How long this thread has run on a processor.
fn cpu_time() -> Result<Duration, Box<dyn Error>> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    Ok(Duration::from_nanos(text.split(' ').next().ok_or("no time")?.parse()?))
}

struct Fresh {
    wants: Vec<Want>,
    changes: Changes,
}

/// One activation of a key that was never used, as the core decides it.
fn fresh(dice: &mut Dice, clock: u64, serial: u32) -> Fresh {
    let id = |dice: &mut Dice| -> [u8; 16] { *EventId::generate(clock, dice).as_bytes() };
    let name = |text| Name::new(text).unwrap_or_else(|_| unreachable!("a good name"));
    let policy = Policy::preset(Channel::Retail, PolicyId::from_bytes([1; 16]), name("retail"), NOW);
    let sku = SkuNumber::MAX;
    let batch = Batch {
        id: BatchId::from_bytes([2; 16]),
        revision: Revision::NEW,
        sku,
        policy: policy.id,
        format: KeyFormat::Live,
        epoch: 1,
        first_index: 0,
        count: Batch::COUNT_MAX,
        label: None,
        withdrawn: false,
        created: NOW,
    };
    let number = KeyNumber { format: KeyFormat::Live, sku, serial };
    let kinds = [
        ComponentKind::Motherboard,
        ComponentKind::BoardModel,
        ComponentKind::Cpu,
        ComponentKind::SystemDisk,
        ComponentKind::NetworkAdapter,
        ComponentKind::OsInstall,
        ComponentKind::Memory,
    ];
    let fingerprint =
        kinds.into_iter().fold(StoredFingerprint::new(Scheme::Physical), |fingerprint, kind| {
            fingerprint.with(kind, Reading::Present(StoredHash::from_u64(dice.bits())))
        });
    let asking = Asking {
        installation: InstallationId::from_bytes(bytes(dice)),
        request: IdempotencyKey::from_bytes(bytes(dice)),
        nonce_millis: clock,
    };
    let want = Want::Licence {
        selector: Selector::Key(number),
        installation: Some(asking.installation),
        anchors: fingerprint.anchors().take(2).collect(),
        activation: None,
    };
    let state = LicenceState::unused(
        Licence::from_key(LicenceId::from_bytes(id(dice)), number, &batch, &policy, NOW),
        policy.into(),
    );
    let command = Activate {
        asking,
        fingerprint,
        device_name: Some(name("経理の PC")),
        route: Route::Online,
        key_generation: 0,
        proof: None,
    };
    let ids = FreshIds {
        activation: ActivationId::from_bytes(id(dice)),
        device: DeviceId::from_bytes(id(dice)),
        lease: LeaseId::from_bytes(id(dice)),
        events: [(); 3].map(|()| EventId::from_bytes(id(dice))),
    };
    let moment = Moment { now: NOW, longest_lease: Span::days(90), latest_expiry: Timestamp::MAX };
    let decision = activate(&state, None, None, &command, &ids, &moment);
    let changes = Changes { records: decision.records, events: decision.events, ..Changes::default() };
    Fresh { wants: vec![want, Want::Installation(asking.installation)], changes }
}

/// The renewals of a group's leases: each is one row.
fn renewal(group: &[Fresh]) -> (Vec<Want>, Changes) {
    let installations =
        group.iter().flat_map(|fresh| &fresh.changes.records).filter_map(|record| match record {
            Record::Installation(installation) => Some(installation.clone()),
            _ => None,
        });
    let (mut wants, mut changes) = (Vec::new(), Changes::default());
    for mut installation in installations {
        wants.push(Want::Installation(installation.id));
        installation.revision = installation.revision.next();
        installation.head.sequence += 1;
        installation.head.expires = installation.head.expires.plus(Span::days(7));
        changes.records.push(Record::Installation(installation));
    }
    (wants, changes)
}

/// The five rows: an id, a licence's key number, and the rest of the row in one value.
type Plain = [([u8; 32], Option<i64>, Vec<u8>); 5];

impl Fresh {
    fn wants(&self) -> Vec<Want> {
        self.wants.clone()
    }

    fn plain(&self) -> Plain {
        let wide = |id: &[u8]| std::array::from_fn(|place| id.get(place).copied().unwrap_or(0));
        let mut rows = [(); 5].map(|()| ([0; 32], None, Vec::new()));
        for record in &self.changes.records {
            // The rests have the lengths that the store's own columns have for such a record.
            match record {
                Record::Licence(licence) => {
                    rows[0] = (
                        wide(licence.id.as_bytes()),
                        licence.key_number().map(|number| number.pack().cast_signed()),
                        vec![1; 66],
                    )
                }
                Record::Device(device) => rows[1] = (wide(device.id.as_bytes()), None, vec![2; 91]),
                Record::Activation(activation) => {
                    rows[2] = (wide(activation.id.as_bytes()), None, vec![3; 45])
                }
                Record::Installation(installation) => {
                    rows[3] = (wide(installation.id.as_bytes()), None, vec![4; 118])
                }
            }
        }
        for event in &self.changes.events {
            let details: usize = event.details.iter().map(|(name, value)| name.len() + value.len() + 6).sum();
            rows[4] = (wide(event.id.as_bytes()), None, vec![5; 120 + details]);
        }
        rows
    }
}

fn bare(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 4096;",
    )?;
    for table in TABLES {
        let unique = if table == "licence" { "UNIQUE" } else { "" };
        connection.execute_batch(&format!(
            "CREATE TABLE {table} (id BLOB PRIMARY KEY, key INTEGER {unique}, rest BLOB NOT NULL) WITHOUT ROWID"
        ))?;
    }
    Ok(connection)
}

const TABLES: [&str; 5] = ["licence", "device", "activation", "installation", "event"];

fn write_bare(connection: &mut Connection, group: &[Plain]) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    for (place, table) in TABLES.into_iter().enumerate() {
        let mut insert = transaction.prepare_cached(&format!("INSERT INTO {table} VALUES (?1, ?2, ?3)"))?;
        for rows in group {
            let (id, key, rest) = &rows[place];
            // Only an installation's id is as long as this.
            let length = if place == 3 { 32 } else { 16 };
            insert.execute(params![&id[..length], key, rest])?;
        }
    }
    transaction.commit()
}
