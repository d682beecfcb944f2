//! Installations.

use std::cmp::Reverse;

use rusqlite::{Connection, Row, params};
use warifu_core::id::{ActivationId, IdempotencyKey, InstallationId, LeaseId, LicenceId};
use warifu_core::seat::{Command, Head, Installation, Seat};
use warifu_core::time::Timestamp;

use super::super::fields::Fields;
use super::super::trouble::{Result, Trouble};
use super::{Writing, all, change_one, first, number};
use crate::form::superseded;

macro_rules! columns {
    () => {
        "id, revision, licence, activation, lease, parent, sequence, command, request, nonce_millis, issued, renew_after, expires, \
         rewinds, ended, created, superseded, copy_seen"
    };
}

/// A query whose rows [`read`] reads, with its condition.
macro_rules! select {
    ($condition:literal) => {
        concat!("SELECT ", columns!(), " FROM installation WHERE ", $condition)
    };
}

/// The columns that [`read_at`] reads.
pub(in super::super) const COLUMNS: &str = columns!();

/// The installation with an id.
pub(in super::super) fn find(connection: &Connection, id: InstallationId) -> Result<Option<Installation>> {
    first(connection, select!("id = ?1"), [id.as_bytes()], read)
}

/// A seat's installations, those whose leases end last first, at most [`Seat::INSTALLATIONS_LOADED`].
pub(in super::super) fn newest(
    connection: &Connection,
    activation: ActivationId,
) -> Result<Vec<Installation>> {
    // Nearly every seat has fewer, and sorting those here spares SQLite a temporary table for each seat.
    let values = params![activation.as_bytes(), Seat::INSTALLATIONS_LOADED as i64 + 1];
    let mut found = all(connection, select!("activation = ?1 LIMIT ?2"), values, read)?;
    if found.len() <= Seat::INSTALLATIONS_LOADED {
        found.sort_by_key(|installation| Reverse((installation.head.expires, installation.id)));
        return Ok(found);
    }
    let values = params![activation.as_bytes(), Seat::INSTALLATIONS_LOADED as i64];
    all(connection, select!("activation = ?1 ORDER BY expires DESC, id DESC LIMIT ?2"), values, read)
}

fn read(row: &Row<'_>) -> Result<Installation> {
    read_at(row, 0)
}

/// Reads an installation from [`COLUMNS`], which begin at `first`.
pub(in super::super) fn read_at(row: &Row<'_>, first: usize) -> Result<Installation> {
    let mut fields = Fields::new(row, "installation", first);
    Ok(Installation {
        id: InstallationId::from_bytes(fields.bytes()?),
        revision: fields.revision()?,
        licence: LicenceId::from_bytes(fields.bytes()?),
        activation: ActivationId::from_bytes(fields.bytes()?),
        head: Head {
            lease: LeaseId::from_bytes(fields.bytes()?),
            parent: fields.optional(Fields::bytes)?.map(LeaseId::from_bytes),
            sequence: fields.bits()?,
            command: fields.known(Command::from_name)?,
            request: IdempotencyKey::from_bytes(fields.bytes()?),
            nonce_millis: fields.bits()?,
            issued: fields.time()?,
            renew_after: fields.time()?,
            expires: fields.time()?,
        },
        rewinds: fields.number()?,
        ended: fields.flag()?,
        created: fields.time()?,
        superseded: superseded::read(fields.blob()?).ok_or_else(|| fields.flaw("not a list of stretches"))?,
        copy_seen: fields.optional(Fields::time)?,
    })
}

/// Writes an installation. Answers with the licence and activation that it has left, if it has moved.
pub(in super::super) fn write(
    connection: &Writing<'_>,
    installation: &Installation,
) -> Result<Option<(LicenceId, ActivationId)>> {
    let head = &installation.head;
    let values = params![
        installation.id.as_bytes(),
        number(installation.revision.next()),
        installation.licence.as_bytes(),
        installation.activation.as_bytes(),
        head.lease.as_bytes(),
        head.parent.as_ref().map(LeaseId::as_bytes),
        head.sequence.cast_signed(),
        head.command.as_str(),
        head.request.as_bytes(),
        head.nonce_millis.cast_signed(),
        head.issued.seconds(),
        head.renew_after.seconds(),
        head.expires.seconds(),
        installation.rewinds,
        installation.ended,
        installation.created.seconds(),
        superseded::write(&installation.superseded),
        installation.copy_seen.map(Timestamp::seconds),
    ];
    if installation.revision.is_new() {
        let sql = "INSERT INTO installation (id, revision, licence, activation, lease, parent, sequence, command, request, \
             nonce_millis, issued, renew_after, expires, rewinds, ended, created, superseded, copy_seen) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)";
        return change_one(connection, sql, values).map(|()| None);
    }
    // Where it stands, which is how the table is ordered, seldom changes: then neither does the index.
    let stays = connection.change(
        "UPDATE installation SET revision = ?2, licence = ?3, lease = ?5, parent = ?6, sequence = ?7, command = ?8, request = ?9, \
         nonce_millis = ?10, issued = ?11, renew_after = ?12, expires = ?13, rewinds = ?14, ended = ?15, \
         superseded = ?17, copy_seen = ?18 WHERE activation = ?4 AND created = ?16 AND id = ?1 AND revision = ?2 - 1",
        values,
    )?;
    if stays == 1 {
        return Ok(None);
    }
    let left = first(
        connection,
        "SELECT id, licence, activation FROM installation WHERE id = ?1",
        params![installation.id.as_bytes()],
        |row| {
            let mut fields = Fields::new(row, "installation", 1);
            Ok((LicenceId::from_bytes(fields.bytes()?), ActivationId::from_bytes(fields.bytes()?)))
        },
    )?;
    change_one(
        connection,
        "UPDATE installation SET revision = ?2, licence = ?3, activation = ?4, lease = ?5, parent = ?6, sequence = ?7, command = ?8, \
         request = ?9, nonce_millis = ?10, issued = ?11, renew_after = ?12, expires = ?13, rewinds = ?14, ended = ?15, created = ?16, \
         superseded = ?17, copy_seen = ?18 \
         WHERE id = ?1 AND revision = ?2 - 1",
        values,
    )?;
    left.ok_or(Trouble::Conflict).map(Some)
}
