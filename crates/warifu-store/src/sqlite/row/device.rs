//! Devices.

use rusqlite::{Row, params};
use warifu_core::id::DeviceId;
use warifu_core::seat::Device;
use warifu_core::text::Name;

use super::super::fields::Fields;
use super::super::trouble::Result;
use super::{Writing, change_one, number};
use crate::form::{drift, fingerprint};

/// Reads a device from the columns `id, revision, fingerprint, name, created, drift`, which begin at `first`.
pub(in super::super) fn read(row: &Row<'_>, first: usize) -> Result<Device> {
    let mut fields = Fields::new(row, "device", first);
    Ok(Device {
        id: DeviceId::from_bytes(fields.bytes()?),
        revision: fields.revision()?,
        fingerprint: fingerprint::read(fields.blob()?).ok_or_else(|| fields.flaw("not a fingerprint"))?,
        name: fields.optional(Fields::name)?,
        created: fields.time()?,
        drift: drift::read(fields.blob()?).ok_or_else(|| fields.flaw("not a list of changes"))?,
    })
}

/// Writes a device.
pub(in super::super) fn write(connection: &Writing<'_>, device: &Device) -> Result<()> {
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
            drift::write(&device.drift),
        ],
    )
}
