//! Activations, each with its device.

use warifu_core::id::{ActivationId, DeviceId, LicenceId};
use warifu_core::seat::{Activation, ActivationState, AskedRelease, Device, ReleasedBy};
use warifu_core::time::Timestamp;

use super::super::fields::{Fields, Record};
use super::super::script::{Rows, Script};
use super::super::trouble::{Result, Trouble};
use super::super::value::{Value, column, ids};
use super::{columns, device, number};

columns!("a": "id", "revision", "licence", "device", "released_at", "released_by", "lingers_until", "created",
    "held_since", "release_asked", "release_effective", "reclaimed");

/// Reads an activation, then its device from the columns after it, of which the first is missing when the device is.
pub(in super::super) fn read(record: &Record<'_>) -> Result<(Activation, Device)> {
    let mut fields = Fields::new(record, "activation", COLUMNS, 0);
    let id = ActivationId::from_bytes(fields.id()?);
    let revision = fields.revision()?;
    let licence = LicenceId::from_bytes(fields.id()?);
    let device = DeviceId::from_bytes(fields.id()?);
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
    if fields.optional(Fields::id)?.is_none() {
        let detail =
            format!("device {}: missing, but activation {} names it", activation.device, activation.id);
        return Err(Trouble::Damaged(detail));
    }
    Ok((activation, device::read(record, COLUMNS.len())?))
}

/// The column `lingers_until` of a seat that is held says until when leases run that have left it.
fn state(fields: &mut Fields<'_, '_>) -> Result<(ActivationState, Timestamp)> {
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

const INSERT: &str = "INSERT INTO warifu.activation (id, revision, licence, device, released_at, released_by, lingers_until, created, \
    held_since, release_asked, release_effective, reclaimed) \
    SELECT * FROM unnest($1::uuid[], $2::int8[], $3::uuid[], $4::uuid[], $5::int8[], $6::text[], $7::int8[], $8::int8[], \
    $9::int8[], $10::int8[], $11::int8[], $12::int8[])";
const UPDATE: &str = "WITH written AS (UPDATE warifu.activation a SET revision = n.revision, device = n.device, \
    released_at = n.released_at, released_by = n.released_by, lingers_until = n.lingers_until, created = n.created, \
    held_since = n.held_since, release_asked = n.release_asked, release_effective = n.release_effective, \
    reclaimed = n.reclaimed \
    FROM unnest($1::uuid[], $2::int8[], $3::uuid[], $4::uuid[], $5::int8[], $6::text[], $7::int8[], $8::int8[], \
    $9::int8[], $10::int8[], $11::int8[], $12::int8[]) \
    AS n(id, revision, licence, device, released_at, released_by, lingers_until, created, \
    held_since, release_asked, release_effective, reclaimed) \
    WHERE a.licence = n.licence AND a.id = n.id AND a.revision = n.revision - 1 RETURNING 1) \
    SELECT warifu.expect(count(*), $13, 'WF001') FROM written";

/// Writes activations.
pub(in super::super) fn write(script: &mut Script, activations: &[&Activation]) {
    let by = |activation: &&Activation| (activation.licence, activation.id);
    let rows = Rows::of(activations, |activation| activation.revision, by);
    script.insert(INSERT, &rows.new, values);
    script.update(UPDATE, &rows.changed, values);
}

fn values(activations: &[&Activation]) -> Vec<Value> {
    let released = |activation: &&Activation| match activation.state {
        ActivationState::Active => None,
        ActivationState::Released { at, by, .. } => Some((at.seconds(), by.as_str())),
    };
    let lingers_until = |activation: &&Activation| match activation.state {
        ActivationState::Active => Some(activation.left_until).filter(|until| *until > Timestamp::MIN),
        ActivationState::Released { lingers_until, .. } => Some(lingers_until),
    };
    let effective = |activation: &&Activation| {
        activation.asked_release.and_then(|release| release.effective).map(Timestamp::seconds)
    };
    vec![
        ids(activations, |activation| *activation.id.as_bytes()),
        column(activations, |activation| number(activation.revision.next())),
        ids(activations, |activation| *activation.licence.as_bytes()),
        ids(activations, |activation| *activation.device.as_bytes()),
        column(activations, |activation| released(activation).map(|(at, _)| at)),
        column(activations, |activation| released(activation).map(|(_, by)| by)),
        column(activations, |activation| lingers_until(activation).map(Timestamp::seconds)),
        column(activations, |activation| activation.created.seconds()),
        column(activations, |activation| Some(activation.held_since.seconds())),
        column(activations, |activation| activation.asked_release.map(|release| release.asked.seconds())),
        column(activations, effective),
        column(activations, |activation| activation.reclaimed.map(Timestamp::seconds)),
    ]
}
