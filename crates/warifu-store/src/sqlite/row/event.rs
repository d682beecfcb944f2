//! The log.

use rusqlite::{Connection, Row, params};
use warifu_core::event::{Action, Actor, CodeName, Event, Subject};
use warifu_core::id::{ActivationId, BatchId, DeviceId, EventId, InstallationId, LicenceId, StaffId};

use super::super::fields::Fields;
use super::super::trouble::Result;
use super::{Writing, all, change_one, first};
use crate::form::details;

/// A query whose rows [`read`] reads, with its condition.
macro_rules! select {
    ($condition:literal) => {
        concat!(
            "SELECT id, at, installation, staff, action, licence, activation, device, batch, code, details \
             FROM event WHERE ",
            $condition
        )
    };
}

/// A page of the log, of one licence or of all, in the order of the entries' ids.
pub(in super::super) fn page(
    connection: &Connection,
    licence: Option<LicenceId>,
    after: EventId,
    limit: u16,
) -> Result<Vec<Event>> {
    match licence {
        Some(licence) => {
            let values = params![after.as_bytes(), limit, licence.as_bytes()];
            all(connection, select!("id > ?1 AND licence = ?3 ORDER BY id LIMIT ?2"), values, read)
        }
        None => {
            all(connection, select!("id > ?1 ORDER BY id LIMIT ?2"), params![after.as_bytes(), limit], read)
        }
    }
}

/// The entry with an id, if it is there.
pub(in super::super) fn one(connection: &Connection, id: EventId) -> Result<Option<Event>> {
    first(connection, select!("id = ?1"), [id.as_bytes()], read)
}

fn read(row: &Row<'_>) -> Result<Event> {
    let mut fields = Fields::new(row, "event", 0);
    Ok(Event {
        id: EventId::from_bytes(fields.bytes()?),
        at: fields.time()?,
        actor: actor(&mut fields)?,
        action: fields.known(Action::from_name)?,
        subject: Subject {
            licence: fields.optional(Fields::bytes)?.map(LicenceId::from_bytes),
            activation: fields.optional(Fields::bytes)?.map(ActivationId::from_bytes),
            device: fields.optional(Fields::bytes)?.map(DeviceId::from_bytes),
            batch: fields.optional(Fields::bytes)?.map(BatchId::from_bytes),
        },
        code: fields.optional(|fields| fields.known(CodeName::new))?,
        details: fields.known(details::read)?,
    })
}

fn actor(fields: &mut Fields<'_>) -> Result<Actor> {
    let installation = fields.optional(Fields::bytes)?.map(InstallationId::from_bytes);
    let staff = fields.optional(Fields::bytes)?.map(StaffId::from_bytes);
    match (installation, staff) {
        (Some(id), None) => Ok(Actor::Installation(id)),
        (None, Some(id)) => Ok(Actor::Staff(id)),
        (None, None) => Ok(Actor::Service),
        (Some(_), Some(_)) => Err(fields.flaw("two actors")),
    }
}

/// Writes an entry of the log.
pub(in super::super) fn write(connection: &Writing<'_>, event: &Event) -> Result<()> {
    let (installation, staff) = match &event.actor {
        Actor::Installation(id) => (Some(id.as_bytes()), None),
        Actor::Staff(id) => (None, Some(id.as_bytes())),
        Actor::Service => (None, None),
    };
    change_one(
        connection,
        "INSERT INTO event (id, at, installation, staff, action, licence, activation, device, batch, code, details) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        params![
            event.id.as_bytes(),
            event.at.seconds(),
            installation,
            staff,
            event.action.as_str(),
            event.subject.licence.as_ref().map(LicenceId::as_bytes),
            event.subject.activation.as_ref().map(ActivationId::as_bytes),
            event.subject.device.as_ref().map(DeviceId::as_bytes),
            event.subject.batch.as_ref().map(BatchId::as_bytes),
            event.code.as_ref().map(CodeName::as_str),
            details::write(&event.details),
        ],
    )
}
