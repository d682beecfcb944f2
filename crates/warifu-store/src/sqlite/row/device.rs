//! Devices.

use rusqlite::{Connection, Row, params};
use warifu_core::id::DeviceId;
use warifu_core::seat::{Device, Drift};
use warifu_core::text::Name;
use warifu_core::time::Timestamp;

use super::super::fields::Fields;
use super::super::trouble::Result;
use super::{change_one, number};
use crate::form::fingerprint;

/// Reads a device from the columns `id, revision, fingerprint, name, created, drift`, which begin at `first`.
pub(in super::super) fn read(row: &Row<'_>, first: usize) -> Result<Device> {
    let mut fields = Fields::new(row, "device", first);
    Ok(Device {
        id: DeviceId::from_bytes(fields.bytes()?),
        revision: fields.revision()?,
        fingerprint: fingerprint::read(fields.blob()?).ok_or_else(|| fields.flaw("not a fingerprint"))?,
        name: fields.optional(Fields::name)?,
        created: fields.time()?,
        drift: drift(&mut fields)?,
    })
}

fn drift(fields: &mut Fields<'_>) -> Result<Drift> {
    let (changes, rest) = fields.blob()?.as_chunks::<10>();
    let read = |change: &[u8; 10]| {
        let [at @ .., high, low] = *change;
        (Timestamp::from_seconds(i64::from_be_bytes(at)), u16::from_be_bytes([high, low]))
    };
    let drift = Drift::from_changes(changes.iter().map(read).collect()).filter(|_| rest.is_empty());
    drift.ok_or_else(|| fields.flaw("not a list of changes"))
}

fn write_drift(drift: &Drift) -> Vec<u8> {
    let bytes = |(at, score): &(Timestamp, u16)| {
        at.seconds().to_be_bytes().into_iter().chain(score.to_be_bytes()).collect::<Vec<_>>()
    };
    drift.changes().iter().flat_map(bytes).collect()
}

/// Writes a device.
pub(in super::super) fn write(connection: &Connection, device: &Device) -> Result<()> {
    let sql = if device.revision.is_new() {
        "INSERT INTO device (id, revision, fingerprint, name, created, drift) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
    } else {
        "UPDATE device SET revision = ?2, fingerprint = ?3, name = ?4, created = ?5, drift = ?6 WHERE id = ?1 AND revision = ?2 - 1"
    };
    change_one(
        connection,
        sql,
        params![
            device.id.as_bytes(),
            number(device.revision.next()),
            fingerprint::write(&device.fingerprint),
            device.name.as_ref().map(Name::as_str),
            device.created.seconds(),
            write_drift(&device.drift),
        ],
    )
}
