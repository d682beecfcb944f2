//! Cases.

use rusqlite::{Connection, Row, params};
use warifu_core::case::{Case, CaseChange, CaseHead, CaseLinkHash, CaseNumber};
use warifu_core::id::{CaseId, InstallationId, StaffId};
use warifu_core::time::Timestamp;
use warifu_service::port::CaseSelector;

use super::super::fields::Fields;
use super::super::trouble::Result;
use super::{Writing, all, change_one, first, number};
use crate::form::notes;

/// A query whose rows [`head`] reads, and after that what is named.
macro_rules! select {
    ($more:literal, $condition:literal) => {
        concat!(
            "SELECT id, revision, number, subject, cause, unknown, installation, received, closed, closed_by",
            $more,
            " FROM support_case WHERE ",
            $condition
        )
    };
}

/// The case that a selector names, if it is there.
pub(in super::super) fn find(connection: &Connection, selector: &CaseSelector) -> Result<Option<Case>> {
    match selector {
        CaseSelector::Number(number) => {
            first(connection, select!(", link, digest, bundle, notes", "number = ?1"), [number.value()], read)
        }
        CaseSelector::Link(link) => {
            first(connection, select!(", link, digest, bundle, notes", "link = ?1"), [link.0], read)
        }
        CaseSelector::Digest(digest) => {
            first(connection, select!(", link, digest, bundle, notes", "digest = ?1"), [digest], read)
        }
    }
}

/// A page of cases in the order of their ids.
pub(in super::super) fn page(
    connection: &Connection,
    open_only: bool,
    after: CaseId,
    limit: u16,
) -> Result<Vec<CaseHead>> {
    let sql = if open_only {
        select!("", "id > ?1 AND closed IS NULL ORDER BY id LIMIT ?2")
    } else {
        select!("", "id > ?1 ORDER BY id LIMIT ?2")
    };
    all(connection, sql, params![after.as_bytes(), limit], |row| {
        head(&mut Fields::new(row, "support_case", 0))
    })
}

/// The oldest cases that came until then.
pub(in super::super) fn until(
    connection: &Connection,
    received: Timestamp,
    limit: u16,
) -> Result<Vec<CaseHead>> {
    let sql = select!("", "received <= ?1 ORDER BY received, id LIMIT ?2");
    all(connection, sql, params![received.seconds(), limit], |row| {
        head(&mut Fields::new(row, "support_case", 0))
    })
}

fn read(row: &Row<'_>) -> Result<Case> {
    let mut fields = Fields::new(row, "support_case", 0);
    Ok(Case {
        head: head(&mut fields)?,
        link: CaseLinkHash(fields.bytes()?),
        digest: fields.bytes()?,
        bundle: fields.blob()?.to_vec(),
        notes: fields.known(notes::read)?,
    })
}

fn head(fields: &mut Fields<'_>) -> Result<CaseHead> {
    Ok(CaseHead {
        id: CaseId::from_bytes(fields.bytes()?),
        revision: fields.revision()?,
        number: CaseNumber::from_value(fields.number()?).ok_or_else(|| fields.flaw("not a case's number"))?,
        subject: fields.text()?.to_owned(),
        cause: fields.optional(|fields| fields.text().map(str::to_owned))?,
        unknown: fields.flag()?,
        installation: fields.optional(Fields::bytes)?.map(InstallationId::from_bytes),
        received: fields.time()?,
        closed: closed(fields)?,
    })
}

fn closed(fields: &mut Fields<'_>) -> Result<Option<(Timestamp, StaffId)>> {
    let at = fields.optional(Fields::time)?;
    let by = fields.optional(Fields::bytes)?.map(StaffId::from_bytes);
    match (at, by) {
        (None, None) => Ok(None),
        (Some(at), Some(by)) => Ok(Some((at, by))),
        _ => Err(fields.flaw("closed by nobody, or never")),
    }
}

/// Writes or erases cases.
pub(in super::super) fn write(writing: &Writing<'_>, changes: &[CaseChange]) -> Result<()> {
    for change in changes {
        match change {
            CaseChange::Write(case) => write_one(writing, case)?,
            CaseChange::Erase { id, revision } => change_one(
                writing,
                "DELETE FROM support_case WHERE id = ?1 AND revision = ?2",
                params![id.as_bytes(), number(*revision)],
            )?,
        }
    }
    Ok(())
}

fn write_one(writing: &Writing<'_>, case: &Case) -> Result<()> {
    let head = &case.head;
    let values = params![
        head.id.as_bytes(),
        number(head.revision.next()),
        head.number.value(),
        case.link.0,
        case.digest,
        head.subject,
        head.cause,
        head.unknown,
        head.installation.as_ref().map(InstallationId::as_bytes),
        head.received.seconds(),
        head.closed.map(|(at, _)| at.seconds()),
        head.closed.as_ref().map(|(_, by)| by.as_bytes()),
        case.bundle,
        notes::write(&case.notes),
    ];
    let sql = if head.revision.is_new() {
        "INSERT INTO support_case (id, revision, number, link, digest, subject, cause, unknown, installation, received, closed, \
         closed_by, bundle, notes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)"
    } else {
        "UPDATE support_case SET revision = ?2, number = ?3, link = ?4, digest = ?5, subject = ?6, cause = ?7, unknown = ?8, \
         installation = ?9, received = ?10, closed = ?11, closed_by = ?12, bundle = ?13, notes = ?14 WHERE id = ?1 AND revision = ?2 - 1"
    };
    change_one(writing, sql, values)
}
