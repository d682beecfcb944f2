//! Staff.

use warifu_core::id::StaffId;
use warifu_core::staff::{Role, Staff, TokenHash};

use super::super::fields::{Fields, Record};
use super::super::script::{Rows, Script};
use super::super::trouble::Result;
use super::super::value::{Value, column, ids};
use super::{columns, number};

columns!("t": "id", "revision", "name", "role", "token", "removed", "created");

/// A member of staff.
pub(in super::super) fn read(record: &Record<'_>) -> Result<Staff> {
    let mut fields = Fields::new(record, "staff", COLUMNS, 0);
    Ok(Staff {
        id: StaffId::from_bytes(fields.id()?),
        revision: fields.revision()?,
        name: fields.name()?,
        role: fields.known(Role::from_name)?,
        token: TokenHash(fields.bytes()?),
        removed: fields.flag()?,
        created: fields.time()?,
    })
}

const INSERT: &str = "INSERT INTO warifu.staff (id, revision, name, role, token, removed, created) \
    SELECT * FROM unnest($1::uuid[], $2::int8[], $3::text[], $4::text[], $5::bytea[], $6::bool[], $7::int8[])";
const UPDATE: &str = "WITH written AS (UPDATE warifu.staff t SET revision = n.revision, name = n.name, role = n.role, token = n.token, \
    removed = n.removed, created = n.created \
    FROM unnest($1::uuid[], $2::int8[], $3::text[], $4::text[], $5::bytea[], $6::bool[], $7::int8[]) \
    AS n(id, revision, name, role, token, removed, created) WHERE t.id = n.id AND t.revision = n.revision - 1 RETURNING 1) \
    SELECT warifu.expect(count(*), $8, 'WF001') FROM written";

/// Writes members of staff.
pub(in super::super) fn write(script: &mut Script, staff: &[&Staff]) {
    let rows = Rows::of(staff, |member| member.revision, |member| member.id);
    script.insert(INSERT, &rows.new, values);
    script.update(UPDATE, &rows.changed, values);
}

fn values(staff: &[&Staff]) -> Vec<Value> {
    vec![
        ids(staff, |member| *member.id.as_bytes()),
        column(staff, |member| number(member.revision.next())),
        column(staff, |member| member.name.to_string()),
        column(staff, |member| member.role.as_str()),
        column(staff, |member| member.token.0.to_vec()),
        column(staff, |member| member.removed),
        column(staff, |member| member.created.seconds()),
    ]
}
