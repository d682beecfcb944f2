//! Devices.

use warifu_core::id::DeviceId;
use warifu_core::seat::Device;
use warifu_core::text::Name;

use super::super::fields::{Fields, Record};
use super::super::script::{Rows, Script};
use super::super::trouble::Result;
use super::super::value::{Value, column, ids};
use super::{columns, number};
use crate::form::{drift, fingerprint};

columns!("d": "id", "revision", "fingerprint", "name", "created", "drift");

/// Reads a device from the columns that begin at `first`.
pub(in super::super) fn read(record: &Record<'_>, first: usize) -> Result<Device> {
    let mut fields = Fields::new(record, "device", COLUMNS, first);
    Ok(Device {
        id: DeviceId::from_bytes(fields.id()?),
        revision: fields.revision()?,
        fingerprint: fingerprint::read(fields.blob()?).ok_or_else(|| fields.flaw("not a fingerprint"))?,
        name: fields.optional(Fields::name)?,
        created: fields.time()?,
        drift: drift::read(fields.blob()?).ok_or_else(|| fields.flaw("not a list of changes"))?,
    })
}

const INSERT: &str = "INSERT INTO warifu.device (id, revision, fingerprint, anchor_1, anchor_2, name, created, drift) \
    SELECT * FROM unnest($1::uuid[], $2::int8[], $3::bytea[], $4::bytea[], $5::bytea[], $6::text[], $7::int8[], $8::bytea[])";
const UPDATE: &str = "WITH written AS (UPDATE warifu.device d SET revision = n.revision, fingerprint = n.fingerprint, \
    anchor_1 = n.anchor_1, anchor_2 = n.anchor_2, name = n.name, created = n.created, drift = n.drift \
    FROM unnest($1::uuid[], $2::int8[], $3::bytea[], $4::bytea[], $5::bytea[], $6::text[], $7::int8[], $8::bytea[]) \
    AS n(id, revision, fingerprint, anchor_1, anchor_2, name, created, drift) WHERE d.id = n.id AND d.revision = n.revision - 1 RETURNING 1) \
    SELECT warifu.expect(count(*), $9, 'WF001') FROM written";

/// Writes devices.
pub(in super::super) fn write(script: &mut Script, devices: &[&Device]) {
    let rows = Rows::of(devices, |device| device.revision, |device| device.id);
    script.insert(INSERT, &rows.new, values);
    script.update(UPDATE, &rows.changed, values);
}

fn values(devices: &[&Device]) -> Vec<Value> {
    let anchor = |device: &&Device, place| {
        device.fingerprint.anchors().nth(place).map(|found| fingerprint::anchor(&found).to_vec())
    };
    vec![
        ids(devices, |device| *device.id.as_bytes()),
        column(devices, |device| number(device.revision.next())),
        column(devices, |device| fingerprint::write(&device.fingerprint)),
        column(devices, |device| anchor(device, 0)),
        column(devices, |device| anchor(device, 1)),
        column(devices, |device| device.name.as_ref().map(Name::to_string)),
        column(devices, |device| device.created.seconds()),
        column(devices, |device| drift::write(&device.drift)),
    ]
}
