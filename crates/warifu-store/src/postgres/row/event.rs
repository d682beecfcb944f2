//! The log.

use warifu_core::event::{Action, Actor, CodeName, Event, Subject};
use warifu_core::id::{ActivationId, BatchId, DeviceId, EventId, InstallationId, LicenceId, StaffId};

use super::super::fields::{Fields, Record};
use super::super::script::Script;
use super::super::trouble::Result;
use super::super::value::{Value, column, ids, optional_ids};
use super::columns;
use crate::form::details;

columns!("e": "id", "at", "installation", "staff", "action", "licence", "activation", "device", "batch", "code", "details");

/// An entry of the log.
pub(in super::super) fn read(record: &Record<'_>) -> Result<Event> {
    let mut fields = Fields::new(record, "event", COLUMNS, 0);
    Ok(Event {
        id: EventId::from_bytes(fields.id()?),
        at: fields.time()?,
        actor: actor(&mut fields)?,
        action: fields.known(Action::from_name)?,
        subject: Subject {
            licence: fields.optional(Fields::id)?.map(LicenceId::from_bytes),
            activation: fields.optional(Fields::id)?.map(ActivationId::from_bytes),
            device: fields.optional(Fields::id)?.map(DeviceId::from_bytes),
            batch: fields.optional(Fields::id)?.map(BatchId::from_bytes),
        },
        code: fields.optional(|fields| fields.known(CodeName::new))?,
        details: fields.known(details::read)?,
    })
}

fn actor(fields: &mut Fields<'_, '_>) -> Result<Actor> {
    let installation = fields.optional(Fields::bytes)?.map(InstallationId::from_bytes);
    let staff = fields.optional(Fields::id)?.map(StaffId::from_bytes);
    match (installation, staff) {
        (Some(id), None) => Ok(Actor::Installation(id)),
        (None, Some(id)) => Ok(Actor::Staff(id)),
        (None, None) => Ok(Actor::Service),
        (Some(_), Some(_)) => Err(fields.flaw("two actors")),
    }
}

const INSERT: &str = "INSERT INTO warifu.event (id, at, installation, staff, action, licence, activation, device, batch, code, details) \
    SELECT * FROM unnest($1::uuid[], $2::int8[], $3::bytea[], $4::uuid[], $5::text[], $6::uuid[], $7::uuid[], $8::uuid[], $9::uuid[], \
    $10::text[], $11::text[])";

/// Writes entries of the log.
pub(in super::super) fn write(script: &mut Script, events: &[Event]) {
    let events: Vec<&Event> = events.iter().collect();
    script.insert(INSERT, &events, values);
}

fn values(events: &[&Event]) -> Vec<Value> {
    let installation = |event: &&Event| match &event.actor {
        Actor::Installation(id) => Some(id.as_bytes().to_vec()),
        Actor::Staff(_) | Actor::Service => None,
    };
    let staff = |event: &&Event| match &event.actor {
        Actor::Staff(id) => Some(*id.as_bytes()),
        Actor::Installation(_) | Actor::Service => None,
    };
    vec![
        ids(events, |event| *event.id.as_bytes()),
        column(events, |event| event.at.seconds()),
        column(events, installation),
        optional_ids(events, staff),
        column(events, |event| event.action.as_str()),
        optional_ids(events, |event| event.subject.licence.map(|id| *id.as_bytes())),
        optional_ids(events, |event| event.subject.activation.map(|id| *id.as_bytes())),
        optional_ids(events, |event| event.subject.device.map(|id| *id.as_bytes())),
        optional_ids(events, |event| event.subject.batch.map(|id| *id.as_bytes())),
        column(events, |event| event.code.as_ref().map(|code| code.as_str().to_owned())),
        column(events, |event| details::write(&event.details)),
    ]
}
