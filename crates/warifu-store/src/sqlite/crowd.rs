//! The seats of licences with many: found by anchor, by device, by silence, and counted when given back. The table `crowded_seat` is derived from
//! the others and brought up to date in the same commit. A licence enters it when its seats are no longer few; most never do, and pay nothing.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, params};
use warifu_core::id::{ActivationId, DeviceId, LicenceId};
use warifu_core::seat::{ActivationState, Seat};
use warifu_core::state::{LicenceState, Record, Released};
use warifu_core::time::Timestamp;
use warifu_service::port::Anchor;

use super::fields::Fields;
use super::load::{NONE_YET, seat, seats};
use super::row::{all, first};
use super::trouble::Result;
use crate::form::fingerprint;

/// How many seats are found by anchors, and how many by silence, at most.
const FOUND_MAX: u32 = 16;

/// The seats whose device has one of `anchors`, at most [`FOUND_MAX`]: held ones before released ones, newer before older.
pub(super) fn by_anchors(
    connection: &Connection,
    licence: LicenceId,
    anchors: &[Anchor],
) -> Result<Vec<ActivationId>> {
    const FIRST: &str = "SELECT activation, held FROM crowded_seat INDEXED BY crowded_seat_anchor_1 \
        WHERE licence = ?1 AND anchor_1 = ?2 ORDER BY held DESC, activation DESC LIMIT ?3";
    const SECOND: &str = "SELECT activation, held FROM crowded_seat INDEXED BY crowded_seat_anchor_2 \
        WHERE licence = ?1 AND anchor_2 = ?2 ORDER BY held DESC, activation DESC LIMIT ?3";
    let mut found = BTreeSet::new();
    for anchor in anchors {
        for sql in [FIRST, SECOND] {
            let values = params![licence.as_bytes(), fingerprint::anchor(anchor), FOUND_MAX];
            found.extend(all(connection, sql, values, |row| {
                let mut fields = Fields::new(row, "crowded_seat", 0);
                let activation = ActivationId::from_bytes(fields.bytes()?);
                Ok((fields.flag()?, activation))
            })?);
        }
    }
    Ok(found.into_iter().rev().take(FOUND_MAX as usize).map(|(_, activation)| activation).collect())
}

/// The held seats whose last lease ends first.
pub(super) fn silent(connection: &Connection, licence: LicenceId) -> Result<Vec<ActivationId>> {
    let sql = "SELECT activation FROM crowded_seat INDEXED BY crowded_seat_silent \
        WHERE licence = ?1 AND held = 1 ORDER BY lease_until, activation LIMIT ?2";
    all(connection, sql, params![licence.as_bytes(), FOUND_MAX], |row| {
        Ok(ActivationId::from_bytes(Fields::new(row, "crowded_seat", 0).bytes()?))
    })
}

/// The held seat that was taken last.
pub(super) fn latest(connection: &Connection, licence: LicenceId) -> Result<Option<ActivationId>> {
    let sql = "SELECT activation FROM crowded_seat INDEXED BY crowded_seat_latest \
        WHERE licence = ?1 AND held = 1 ORDER BY held_since DESC, activation DESC LIMIT 1";
    first(connection, sql, params![licence.as_bytes()], |row| {
        Ok(ActivationId::from_bytes(Fields::new(row, "crowded_seat", 0).bytes()?))
    })
}

/// The seats that were given back, counted.
pub(super) fn released(connection: &Connection, licence: LicenceId, now: Timestamp) -> Result<Released> {
    let sql = "SELECT \
        (SELECT count(*) FROM crowded_seat INDEXED BY crowded_seat_lingering \
            WHERE licence = ?1 AND held = 0 AND lingers_until > ?2), \
        (SELECT min(lingers_until) FROM crowded_seat INDEXED BY crowded_seat_lingering \
            WHERE licence = ?1 AND held = 0 AND lingers_until > ?2), \
        (SELECT count(*) FROM crowded_seat INDEXED BY crowded_seat_released \
            WHERE licence = ?1 AND held = 0 AND released_at >= ?3), \
        (SELECT min(released_at) FROM crowded_seat INDEXED BY crowded_seat_released \
            WHERE licence = ?1 AND held = 0 AND released_at >= ?3), \
        (SELECT count(*) FROM crowded_seat INDEXED BY crowded_seat_released WHERE licence = ?1 AND held = 0)";
    let values = params![licence.as_bytes(), now.seconds(), now.minus(Released::YEAR).seconds()];
    let found = first(connection, sql, values, |row| {
        let mut fields = Fields::new(row, "crowded_seat", 0);
        Ok(Released {
            lingering: fields.number()?,
            lingering_first_end: fields.optional(Fields::time)?,
            within_year: fields.number()?,
            within_year_first: fields.optional(Fields::time)?,
            total: fields.number()?,
        })
    })?;
    Ok(found.unwrap_or_default())
}

/// How a seat stands in the table.
#[derive(PartialEq)]
struct Place {
    device: DeviceId,
    anchors: [Option<[u8; 9]>; 2],
    held: bool,
    lease_until: Timestamp,
    released_at: Option<Timestamp>,
    lingers_until: Option<Timestamp>,
    held_since: Timestamp,
}

impl Place {
    fn of(seat: &Seat) -> Self {
        let mut anchors = seat.device.fingerprint.anchors().map(|found| fingerprint::anchor(&found));
        let (released_at, lingers_until) = match seat.activation.state {
            ActivationState::Active => (None, None),
            ActivationState::Released { at, lingers_until, .. } => (Some(at), Some(lingers_until)),
        };
        Self {
            device: seat.device.id,
            anchors: [anchors.next(), anchors.next()],
            held: seat.is_active(),
            lease_until: seat.lease_until(),
            released_at,
            lingers_until,
            held_since: seat.activation.held_since,
        }
    }

    fn find(connection: &Connection, licence: LicenceId, activation: ActivationId) -> Result<Option<Self>> {
        let sql = "SELECT activation, device, anchor_1, anchor_2, held, lease_until, released_at, lingers_until, held_since \
            FROM crowded_seat WHERE licence = ?1 AND activation = ?2";
        first(connection, sql, params![licence.as_bytes(), activation.as_bytes()], |row| {
            let mut fields = Fields::new(row, "crowded_seat", 0);
            fields.bytes::<16>()?;
            Ok(Self {
                device: DeviceId::from_bytes(fields.bytes()?),
                anchors: [fields.optional(Fields::bytes)?, fields.optional(Fields::bytes)?],
                held: fields.flag()?,
                lease_until: fields.time()?,
                released_at: fields.optional(Fields::time)?,
                lingers_until: fields.optional(Fields::time)?,
                held_since: fields.time()?,
            })
        })
    }

    fn write(&self, connection: &Connection, licence: LicenceId, activation: ActivationId) -> Result<()> {
        let mut statement = connection.prepare_cached(
            "INSERT INTO crowded_seat \
             (licence, activation, device, anchor_1, anchor_2, held, lease_until, released_at, lingers_until, held_since) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (licence, activation) DO UPDATE SET \
             device = ?3, anchor_1 = ?4, anchor_2 = ?5, held = ?6, lease_until = ?7, released_at = ?8, lingers_until = ?9, \
             held_since = ?10",
        )?;
        statement.execute(params![
            licence.as_bytes(),
            activation.as_bytes(),
            self.device.as_bytes(),
            self.anchors[0],
            self.anchors[1],
            self.held,
            self.lease_until.seconds(),
            self.released_at.map(Timestamp::seconds),
            self.lingers_until.map(Timestamp::seconds),
            self.held_since.seconds(),
        ])?;
        Ok(())
    }

    fn write_lease(
        &self,
        connection: &Connection,
        licence: LicenceId,
        activation: ActivationId,
    ) -> Result<()> {
        let sql = "UPDATE crowded_seat SET lease_until = ?3 WHERE licence = ?1 AND activation = ?2";
        let values = params![licence.as_bytes(), activation.as_bytes(), self.lease_until.seconds()];
        connection.prepare_cached(sql)?.execute(values)?;
        Ok(())
    }
}

type SeatName = (LicenceId, ActivationId);

/// Brings the table up to date after `records` have been written; installations have moved away from the seats in `left`.
pub(super) fn keep_up(connection: &Connection, records: &[Record], left: &[SeatName]) -> Result<()> {
    let mut fresh = BTreeSet::new();
    let mut grown: BTreeMap<LicenceId, Vec<ActivationId>> = BTreeMap::new();
    let mut touched: BTreeSet<SeatName> = left.iter().copied().collect();
    for record in records {
        match record {
            Record::Licence(licence) if licence.revision.is_new() => {
                fresh.insert(licence.id);
            }
            Record::Activation(activation) if activation.revision.is_new() => {
                grown.entry(activation.licence).or_default().push(activation.id);
            }
            Record::Activation(activation) => {
                touched.insert((activation.licence, activation.id));
            }
            Record::Installation(installation) => {
                touched.insert((installation.licence, installation.activation));
            }
            Record::Device(device) if !device.revision.is_new() => {
                touched.extend(seats_of(connection, device.id)?)
            }
            Record::Licence(_) | Record::Device(_) => {}
        }
    }
    for (licence, activations) in &grown {
        let few = activations.len() <= LicenceState::SEATS_FEW;
        if !(few && fresh.contains(licence)) {
            admit(connection, *licence, activations)?;
        }
    }
    // A licence that is new and stays small has no rows; one that has just been filled in is found to be right.
    touched.retain(|(licence, _)| !fresh.contains(licence));
    for (licence, activation) in touched {
        refresh(connection, licence, activation)?;
    }
    Ok(())
}

fn seats_of(connection: &Connection, device: DeviceId) -> Result<Vec<SeatName>> {
    let sql = "SELECT licence, activation FROM crowded_seat INDEXED BY crowded_seat_device WHERE device = ?1";
    all(connection, sql, params![device.as_bytes()], |row| {
        let mut fields = Fields::new(row, "crowded_seat", 0);
        Ok((LicenceId::from_bytes(fields.bytes()?), ActivationId::from_bytes(fields.bytes()?)))
    })
}

/// Takes up a licence's new seats, or all of its seats if they have just ceased to be few.
fn admit(connection: &Connection, licence: LicenceId, activations: &[ActivationId]) -> Result<()> {
    let crowded = first(
        connection,
        "SELECT id, crowded FROM licence WHERE id = ?1",
        params![licence.as_bytes()],
        |row| Fields::new(row, "licence", 1).flag(),
    )?;
    if crowded == Some(true) {
        for activation in activations {
            if let Some(seat) = seat(connection, licence, *activation)? {
                Place::of(&seat).write(connection, licence, *activation)?;
            }
        }
        return Ok(());
    }
    let counted = first(
        connection,
        "SELECT count(*) FROM (SELECT 1 FROM activation WHERE licence = ?1 LIMIT ?2)",
        params![licence.as_bytes(), LicenceState::SEATS_FEW as i64 + 1],
        |row| Fields::new(row, "activation", 0).number::<usize>(),
    )?;
    if counted.unwrap_or(0) <= LicenceState::SEATS_FEW {
        return Ok(());
    }
    for seat in seats(connection, licence, NONE_YET, u32::MAX)? {
        Place::of(&seat).write(connection, licence, seat.activation.id)?;
    }
    connection
        .prepare_cached("UPDATE licence SET crowded = 1 WHERE id = ?1")?
        .execute(params![licence.as_bytes()])?;
    Ok(())
}

fn refresh(connection: &Connection, licence: LicenceId, activation: ActivationId) -> Result<()> {
    let Some(before) = Place::find(connection, licence, activation)? else {
        return Ok(());
    };
    let Some(seat) = seat(connection, licence, activation)? else {
        return Ok(());
    };
    let after = Place::of(&seat);
    if after == before {
        return Ok(());
    }
    // A renewal changes only when the lease ends: then one index changes, not six.
    if after == (Place { lease_until: after.lease_until, ..before }) {
        after.write_lease(connection, licence, activation)
    } else {
        after.write(connection, licence, activation)
    }
}
