//! Activations, each with its device.

use rusqlite::{Connection, Row, params};
use warifu_core::id::{ActivationId, DeviceId, LicenceId};
use warifu_core::seat::{Activation, ActivationState, AskedRelease, Device, ReleasedBy};
use warifu_core::time::Timestamp;

use super::super::fields::Fields;
use super::super::trouble::{Result, Trouble};
use super::{Writing, all, change_one, device, first, number};

macro_rules! columns {
    () => {
        "a.id, a.licence, a.revision, a.device, a.released_at, a.released_by, a.lingers_until, a.created, a.held_since, a.release_asked, \
         a.release_effective, a.reclaimed, d.id, d.revision, d.fingerprint, d.name, d.created, d.drift"
    };
}

/// A query whose rows [`read`] reads, with its condition.
macro_rules! select {
    ($condition:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM activation a LEFT JOIN device d ON d.id = a.device WHERE ",
            $condition
        )
    };
}

/// The columns that [`read_at`] reads: those of the activation `a` and its device `d`.
pub(in super::super) const COLUMNS: &str = columns!();

/// The column at which the device's begin.
const DEVICE: usize = 12;

/// An activation of a licence with its device.
pub(in super::super) fn find(
    connection: &Connection,
    licence: LicenceId,
    activation: ActivationId,
) -> Result<Option<(Activation, Device)>> {
    let values = [licence.as_bytes(), activation.as_bytes()];
    first(connection, select!("a.licence = ?1 AND a.id = ?2"), values, read)
}

/// A licence's activations after `after` with their devices, in the order of their ids.
pub(in super::super) fn page(
    connection: &Connection,
    licence: LicenceId,
    after: ActivationId,
    limit: u32,
) -> Result<Vec<(Activation, Device)>> {
    let values = params![licence.as_bytes(), after.as_bytes(), limit];
    all(connection, select!("a.licence = ?1 AND a.id > ?2 ORDER BY a.id LIMIT ?3"), values, read)
}

/// The contested activations of all licences after `after` with their devices, in the order of their ids.
pub(in super::super) fn contested(
    connection: &Connection,
    after: ActivationId,
    limit: u32,
    now: Timestamp,
) -> Result<Vec<(Activation, Device)>> {
    let sql = select!(
        "(a.released_by = 'reclaim' OR a.release_effective IS NOT NULL) AND a.id > ?1 \
         AND (a.released_by IS NULL OR a.lingers_until > ?3) ORDER BY a.id LIMIT ?2"
    );
    all(connection, sql, params![after.as_bytes(), limit, now.seconds()], read)
}

fn read(row: &Row<'_>) -> Result<(Activation, Device)> {
    read_at(row, 0)
}

/// Reads an activation and its device from [`COLUMNS`], which begin at `first`.
pub(in super::super) fn read_at(row: &Row<'_>, first: usize) -> Result<(Activation, Device)> {
    let mut fields = Fields::new(row, "activation", first);
    let id = ActivationId::from_bytes(fields.bytes()?);
    let licence = LicenceId::from_bytes(fields.bytes()?);
    let revision = fields.revision()?;
    let device = DeviceId::from_bytes(fields.bytes()?);
    let (state, left_until) = state(&mut fields)?;
    let created = fields.time()?;
    let held_since = fields.optional(Fields::time)?.unwrap_or(created);
    let (asked, effective) = (fields.optional(Fields::time)?, fields.optional(Fields::time)?);
    let asked_release = asked.map(|asked| AskedRelease { asked, effective });
    let reclaimed = fields.optional(Fields::time)?;
    let activation = Activation {
        id,
        revision,
        licence,
        device,
        state,
        left_until,
        held_since,
        asked_release,
        reclaimed,
        created,
    };
    if row.get_ref(first + DEVICE)? == rusqlite::types::ValueRef::Null {
        let detail =
            format!("device {}: missing, but activation {} names it", activation.device, activation.id);
        return Err(Trouble::Damaged(detail));
    }
    Ok((activation, device::read(row, first + DEVICE)?))
}

/// The column `lingers_until` of a seat that is held says until when leases run that have left it.
fn state(fields: &mut Fields<'_>) -> Result<(ActivationState, Timestamp)> {
    let at = fields.optional(Fields::time)?;
    let by = fields.optional(|fields| fields.known(ReleasedBy::from_name))?;
    let lingers_until = fields.optional(Fields::time)?;
    match (at, by, lingers_until) {
        (None, None, left_until) => Ok((ActivationState::Active, left_until.unwrap_or(Timestamp::MIN))),
        (Some(at), Some(by), Some(lingers_until)) => {
            Ok((ActivationState::Released { at, by, lingers_until }, Timestamp::MIN))
        }
        _ => Err(fields.flaw("neither held nor released")),
    }
}

/// Writes an activation.
pub(in super::super) fn write(connection: &Writing<'_>, activation: &Activation) -> Result<()> {
    let (released, lingers_until) = match activation.state {
        ActivationState::Active => {
            (None, Some(activation.left_until).filter(|until| *until > Timestamp::MIN))
        }
        ActivationState::Released { at, by, lingers_until } => (Some((at, by)), Some(lingers_until)),
    };
    let sql = if activation.revision.is_new() {
        "INSERT INTO activation (licence, id, revision, device, released_at, released_by, lingers_until, created, \
         held_since, release_asked, release_effective, reclaimed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"
    } else {
        "UPDATE activation SET revision = ?3, device = ?4, released_at = ?5, released_by = ?6, lingers_until = ?7, created = ?8, \
         held_since = ?9, release_asked = ?10, release_effective = ?11, reclaimed = ?12 \
         WHERE licence = ?1 AND id = ?2 AND revision = ?3 - 1"
    };
    change_one(
        connection,
        sql,
        params![
            activation.licence.as_bytes(),
            activation.id.as_bytes(),
            number(activation.revision.next()),
            activation.device.as_bytes(),
            released.map(|(at, _)| at.seconds()),
            released.map(|(_, by)| by.as_str()),
            lingers_until.map(Timestamp::seconds),
            activation.created.seconds(),
            activation.held_since.seconds(),
            activation.asked_release.map(|release| release.asked.seconds()),
            activation.asked_release.and_then(|release| release.effective).map(Timestamp::seconds),
            activation.reclaimed.map(Timestamp::seconds),
        ],
    )
}
