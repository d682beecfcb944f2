//! Installations.

use warifu_core::id::{ActivationId, IdempotencyKey, InstallationId, LeaseId, LicenceId};
use warifu_core::seat::{Command, Head, Installation};
use warifu_core::time::Timestamp;

use super::super::fields::{Fields, Record};
use super::super::script::{Rows, Script};
use super::super::trouble::Result;
use super::super::value::{Value, column, ids, optional_ids};
use super::{columns, number};
use crate::form::superseded;

columns!("i": "id", "revision", "licence", "activation", "lease", "parent", "sequence", "command", "request",
    "nonce_millis", "issued", "renew_after", "expires", "rewinds", "ended", "created", "superseded", "copy_seen");

/// An installation.
pub(in super::super) fn read(record: &Record<'_>) -> Result<Installation> {
    let mut fields = Fields::new(record, "installation", COLUMNS, 0);
    Ok(Installation {
        id: InstallationId::from_bytes(fields.bytes()?),
        revision: fields.revision()?,
        licence: LicenceId::from_bytes(fields.id()?),
        activation: ActivationId::from_bytes(fields.id()?),
        head: Head {
            lease: LeaseId::from_bytes(fields.id()?),
            parent: fields.optional(Fields::id)?.map(LeaseId::from_bytes),
            sequence: fields.bits()?,
            command: fields.known(Command::from_name)?,
            request: IdempotencyKey::from_bytes(fields.id()?),
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

const INSERT: &str = "INSERT INTO warifu.installation (id, revision, licence, activation, lease, parent, sequence, command, request, \
    nonce_millis, issued, renew_after, expires, rewinds, ended, created, superseded, copy_seen) \
    SELECT * FROM unnest($1::bytea[], $2::int8[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::int8[], $8::text[], $9::uuid[], \
    $10::int8[], $11::int8[], $12::int8[], $13::int8[], $14::int8[], $15::bool[], $16::int8[], $17::bytea[], $18::int8[])";
const UPDATE: &str = "WITH written AS (UPDATE warifu.installation i SET revision = n.revision, licence = n.licence, \
    activation = n.activation, lease = n.lease, parent = n.parent, sequence = n.sequence, command = n.command, request = n.request, \
    nonce_millis = n.nonce_millis, issued = n.issued, renew_after = n.renew_after, expires = n.expires, rewinds = n.rewinds, \
    ended = n.ended, created = n.created, superseded = n.superseded, copy_seen = n.copy_seen \
    FROM unnest($1::bytea[], $2::int8[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::int8[], $8::text[], $9::uuid[], \
    $10::int8[], $11::int8[], $12::int8[], $13::int8[], $14::int8[], $15::bool[], $16::int8[], $17::bytea[], $18::int8[]) \
    AS n(id, revision, licence, activation, lease, parent, sequence, command, request, nonce_millis, issued, renew_after, expires, \
    rewinds, ended, created, superseded, copy_seen) WHERE i.id = n.id AND i.revision = n.revision - 1 RETURNING 1) \
    SELECT warifu.expect(count(*), $19, 'WF001') FROM written";

/// Writes installations.
pub(in super::super) fn write(script: &mut Script, installations: &[&Installation]) {
    let rows = Rows::of(installations, |installation| installation.revision, |installation| installation.id);
    script.insert(INSERT, &rows.new, values);
    script.update(UPDATE, &rows.changed, values);
}

fn values(installations: &[&Installation]) -> Vec<Value> {
    vec![
        column(installations, |installation| installation.id.as_bytes().to_vec()),
        column(installations, |installation| number(installation.revision.next())),
        ids(installations, |installation| *installation.licence.as_bytes()),
        ids(installations, |installation| *installation.activation.as_bytes()),
        ids(installations, |installation| *installation.head.lease.as_bytes()),
        optional_ids(installations, |installation| installation.head.parent.map(|parent| *parent.as_bytes())),
        column(installations, |installation| installation.head.sequence.cast_signed()),
        column(installations, |installation| installation.head.command.as_str()),
        ids(installations, |installation| *installation.head.request.as_bytes()),
        column(installations, |installation| installation.head.nonce_millis.cast_signed()),
        column(installations, |installation| installation.head.issued.seconds()),
        column(installations, |installation| installation.head.renew_after.seconds()),
        column(installations, |installation| installation.head.expires.seconds()),
        column(installations, |installation| i64::from(installation.rewinds)),
        column(installations, |installation| installation.ended),
        column(installations, |installation| installation.created.seconds()),
        column(installations, |installation| superseded::write(&installation.superseded)),
        column(installations, |installation| installation.copy_seen.map(Timestamp::seconds)),
    ]
}
