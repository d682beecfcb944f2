//! The rows alone: what an activation or a renewal writes, in transactions of 64, each synced to the disk, and what each request has to find by its
//! key; on the same filled store with the settings that the store uses.

use std::hint::black_box;

use rusqlite::{Connection, Params, params};

use crate::drill::harness::latency::median;
use crate::drill::harness::process::ThreadCpu;
use crate::drill::harness::seeded::Seeded;
use crate::drill::harness::watch;

use super::copies::Names;
use super::fill::Filler;
use super::sql;

/// How many activations or renewals share one commit.
const GROUP: usize = 64;

/// What writing costs.
#[derive(Clone, Copy)]
pub(super) struct RowCost {
    /// Processor time for the rows of one.
    pub(super) cpu_micros: f64,
    /// The same by the clock.
    pub(super) wall_micros: f64,
}

/// The middle of several measurements.
pub(super) fn middle(costs: &[RowCost]) -> RowCost {
    let of = |value: fn(&RowCost) -> f64| median(&mut costs.iter().map(value).collect::<Vec<_>>());
    RowCost { cpu_micros: of(|cost| cost.cpu_micros), wall_micros: of(|cost| cost.wall_micros) }
}

/// Writes the rows of `groups` groups of activations. `from_offset` names keys that nobody else uses.
pub(super) fn activations(
    connection: &Connection,
    filler: &Filler,
    groups: usize,
    from_offset: u32,
) -> Result<RowCost, String> {
    let millis = watch::wall().seconds().cast_unsigned() * 1000;
    let mut seeded = Seeded(u64::from(from_offset));
    let names: Vec<Names> = (0..groups * GROUP)
        .map(|place| {
            Names::draw(millis + place as u64 / 8, filler.number(from_offset + place as u32), &mut seeded)
        })
        .collect();
    measure(groups, || {
        for group in names.chunks(GROUP) {
            connection.execute_batch("BEGIN IMMEDIATE").map_err(sql)?;
            let mut writer = filler.template().writer(connection)?;
            for names in group {
                writer.write(names)?;
            }
            drop(writer);
            connection.execute_batch("COMMIT").map_err(sql)?;
        }
        Ok(())
    })
}

/// Writes the one row of `groups` groups of renewals, of installations all over the store.
pub(super) fn renewals(connection: &Connection, groups: usize, seed: u64) -> Result<RowCost, String> {
    let mut seeded = Seeded(seed);
    let rows = places(connection, groups * GROUP, &mut seeded)?;
    let leases: Vec<[u8; 16]> = rows.iter().map(|_| seeded.bytes()).collect();
    measure(groups, || {
        for (rows, leases) in rows.chunks(GROUP).zip(leases.chunks(GROUP)) {
            connection.execute_batch("BEGIN IMMEDIATE").map_err(sql)?;
            for ((activation, created, id), lease) in rows.iter().zip(leases) {
                // The parent and the request are the lease that was there and its request; the row stays one that the service can renew.
                let update = "UPDATE installation SET revision = revision, licence = licence, lease = lease, parent = ?4, sequence = sequence, \
                     command = command, request = ?4, nonce_millis = nonce_millis, issued = issued, renew_after = renew_after, \
                     expires = expires, rewinds = rewinds, ended = ended WHERE activation = ?1 AND created = ?2 AND id = ?3";
                let mut statement = connection.prepare_cached(update).map_err(sql)?;
                statement.execute(params![activation, created, id, lease]).map_err(sql)?;
            }
            connection.execute_batch("COMMIT").map_err(sql)?;
        }
        Ok(())
    })
}

/// Finds the rows that an installation leads to (itself, licence, activation, device), each by its key, for `groups` groups of installations all over
/// the store. With `together`, those of a group share one view of the store, as renewals do; else each has its own, as questions have.
pub(super) fn own_rows(
    connection: &Connection,
    groups: usize,
    seed: u64,
    together: bool,
) -> Result<RowCost, String> {
    const QUERY: &str = "SELECT * FROM installation i JOIN licence l ON l.id = i.licence \
         JOIN activation a ON a.licence = i.licence AND a.id = i.activation JOIN device d ON d.id = a.device WHERE i.id = ?1";
    let places = places(connection, groups * GROUP, &mut Seeded(seed))?;
    measure(groups, || {
        for group in places.chunks(GROUP) {
            in_one_view(connection, together, || {
                for (_, _, id) in group {
                    if look(connection, QUERY, [id])? != 1 {
                        return Err("an installation does not lead to its rows".to_owned());
                    }
                }
                Ok(())
            })?;
        }
        Ok(())
    })
}

/// Looks for what an activation must not find or must take up: the licence of a key, and the installation. Neither is there yet.
pub(super) fn newcomers(
    connection: &Connection,
    filler: &Filler,
    groups: usize,
    from_offset: u32,
) -> Result<RowCost, String> {
    let mut seeded = Seeded(u64::from(from_offset));
    let newcomers: Vec<(i64, [u8; 32])> = (0..groups * GROUP)
        .map(|place| (filler.number(from_offset + place as u32).cast_signed(), seeded.bytes()))
        .collect();
    measure(groups, || {
        for group in newcomers.chunks(GROUP) {
            in_one_view(connection, true, || {
                for (number, id) in group {
                    look(connection, "SELECT * FROM licence WHERE key_number = ?1", [number])?;
                    look(connection, "SELECT * FROM installation WHERE id = ?1", [id])?;
                }
                Ok(())
            })?;
        }
        Ok(())
    })
}

fn in_one_view(
    connection: &Connection,
    together: bool,
    work: impl FnOnce() -> Result<(), String>,
) -> Result<(), String> {
    let say = |sql_text| {
        let mut statement = connection.prepare_cached(sql_text).map_err(sql)?;
        statement.execute([]).map(drop).map_err(sql)
    };
    if together {
        say("BEGIN DEFERRED")?;
    }
    work()?;
    if together {
        say("COMMIT")?;
    }
    Ok(())
}

/// Reads every column of the rows that a query finds, and counts them.
fn look(connection: &Connection, query: &str, params: impl Params) -> Result<usize, String> {
    let mut statement = connection.prepare_cached(query).map_err(sql)?;
    let columns = statement.column_count();
    let mut rows = statement.query(params).map_err(sql)?;
    let mut found = 0;
    while let Some(row) = rows.next().map_err(sql)? {
        for column in 0..columns {
            black_box(row.get_ref(column).map_err(sql)?);
        }
        found += 1;
    }
    Ok(found)
}

type Place = (Vec<u8>, i64, Vec<u8>);

/// Where some installations stand, at random.
fn places(connection: &Connection, count: usize, seeded: &mut Seeded) -> Result<Vec<Place>, String> {
    let query = "SELECT activation, created, id FROM installation WHERE id >= ?1 ORDER BY id LIMIT 1";
    let mut statement = connection.prepare(query).map_err(sql)?;
    let mut places = Vec::with_capacity(count);
    while places.len() < count {
        let from: [u8; 32] = seeded.bytes();
        let found =
            statement.query_map([from], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).map_err(sql)?;
        for place in found {
            places.push(place.map_err(sql)?);
        }
    }
    Ok(places)
}

fn measure(groups: usize, work: impl FnOnce() -> Result<(), String>) -> Result<RowCost, String> {
    let start = watch::now();
    let (_, cpu) = ThreadCpu::of(work)?;
    let each = 1e6 / (groups * GROUP) as f64;
    Ok(RowCost { cpu_micros: cpu * each, wall_micros: start.elapsed().as_secs_f64() * each })
}
