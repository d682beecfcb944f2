//! Cases.

use warifu_core::case::{Case, CaseChange, CaseHead, CaseLinkHash, CaseNumber};
use warifu_core::id::{CaseId, InstallationId, StaffId};
use warifu_core::record::Revision;
use warifu_core::time::Timestamp;

use super::super::fields::{Fields, Record};
use super::super::script::{Rows, Script};
use super::super::trouble::Result;
use super::super::value::{Value, column, ids, optional_ids};
use super::{columns, number};
use crate::form::notes;

columns!(
    "c": "id", "revision", "number", "subject", "cause", "unknown", "installation", "received", "closed", "closed_by", "link",
    "digest", "bundle", "notes"
);

/// The columns that [`read_head`] reads.
pub(in super::super) const HEAD_LIST: &str = "c.id, c.revision, c.number, c.subject, c.cause, c.unknown, c.installation, c.received, c.closed, c.closed_by";

/// A case.
pub(in super::super) fn read(record: &Record<'_>) -> Result<Case> {
    let mut fields = Fields::new(record, "support_case", COLUMNS, 0);
    Ok(Case {
        head: head(&mut fields)?,
        link: CaseLinkHash(fields.bytes()?),
        digest: fields.bytes()?,
        bundle: fields.blob()?.to_vec(),
        notes: fields.known(notes::read)?,
    })
}

/// What a list shows of a case.
pub(in super::super) fn read_head(record: &Record<'_>) -> Result<CaseHead> {
    head(&mut Fields::new(record, "support_case", COLUMNS, 0))
}

fn head(fields: &mut Fields<'_, '_>) -> Result<CaseHead> {
    Ok(CaseHead {
        id: CaseId::from_bytes(fields.id()?),
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

fn closed(fields: &mut Fields<'_, '_>) -> Result<Option<(Timestamp, StaffId)>> {
    let at = fields.optional(Fields::time)?;
    let by = fields.optional(Fields::id)?.map(StaffId::from_bytes);
    match (at, by) {
        (None, None) => Ok(None),
        (Some(at), Some(by)) => Ok(Some((at, by))),
        _ => Err(fields.flaw("closed by nobody, or never")),
    }
}

const INSERT: &str = "INSERT INTO warifu.support_case (id, revision, number, link, digest, subject, cause, unknown, installation, received, \
    closed, closed_by, bundle, notes) \
    SELECT * FROM unnest($1::uuid[], $2::int8[], $3::int8[], $4::bytea[], $5::bytea[], $6::text[], $7::text[], $8::bool[], $9::bytea[], \
    $10::int8[], $11::int8[], $12::uuid[], $13::bytea[], $14::text[])";
const UPDATE: &str = "WITH written AS (UPDATE warifu.support_case c SET revision = n.revision, number = n.number, link = n.link, \
    digest = n.digest, subject = n.subject, cause = n.cause, unknown = n.unknown, installation = n.installation, received = n.received, \
    closed = n.closed, closed_by = n.closed_by, bundle = n.bundle, notes = n.notes \
    FROM unnest($1::uuid[], $2::int8[], $3::int8[], $4::bytea[], $5::bytea[], $6::text[], $7::text[], $8::bool[], $9::bytea[], \
    $10::int8[], $11::int8[], $12::uuid[], $13::bytea[], $14::text[]) \
    AS n(id, revision, number, link, digest, subject, cause, unknown, installation, received, closed, closed_by, bundle, notes) \
    WHERE c.id = n.id AND c.revision = n.revision - 1 RETURNING 1) \
    SELECT warifu.expect(count(*), $15, 'WF001') FROM written";
const ERASE: &str = "WITH written AS (DELETE FROM warifu.support_case c USING unnest($1::uuid[], $2::int8[]) AS n(id, revision) \
    WHERE c.id = n.id AND c.revision = n.revision RETURNING 1) SELECT warifu.expect(count(*), $3, 'WF001') FROM written";

/// Writes and erases cases.
pub(in super::super) fn write(script: &mut Script, changes: &[CaseChange]) {
    let (mut written, mut erased): (Vec<&Case>, Vec<(CaseId, Revision)>) = (Vec::new(), Vec::new());
    for change in changes {
        match change {
            CaseChange::Write(case) => written.push(case),
            CaseChange::Erase { id, revision } => erased.push((*id, *revision)),
        }
    }
    let rows = Rows::of(&written, |case| case.head.revision, |case| case.head.id);
    script.insert(INSERT, &rows.new, values);
    script.update(UPDATE, &rows.changed, values);
    erased.sort_unstable_by_key(|(id, _)| *id);
    script.update(ERASE, &erased, |erased| {
        vec![ids(erased, |(id, _)| *id.as_bytes()), column(erased, |(_, revision)| number(*revision))]
    });
}

fn values(cases: &[&Case]) -> Vec<Value> {
    vec![
        ids(cases, |case| *case.head.id.as_bytes()),
        column(cases, |case| number(case.head.revision.next())),
        column(cases, |case| i64::from(case.head.number.value())),
        column(cases, |case| case.link.0.to_vec()),
        column(cases, |case| case.digest.to_vec()),
        column(cases, |case| case.head.subject.clone()),
        column(cases, |case| case.head.cause.clone()),
        column(cases, |case| case.head.unknown),
        column(cases, |case| case.head.installation.map(|id| id.as_bytes().to_vec())),
        column(cases, |case| case.head.received.seconds()),
        column(cases, |case| case.head.closed.map(|(at, _)| at.seconds())),
        optional_ids(cases, |case| case.head.closed.map(|(_, by)| *by.as_bytes())),
        column(cases, |case| case.bundle.clone()),
        column(cases, |case| notes::write(&case.notes)),
    ]
}
