//! Staff.

use rusqlite::{Row, params};
use warifu_core::id::StaffId;
use warifu_core::staff::{Role, Staff, TokenHash};

use super::super::fields::Fields;
use super::super::trouble::Result;
use super::{Writing, change_one, number};

/// A query for all staff.
pub(in super::super) const SELECT: &str =
    "SELECT id, revision, name, role, token, removed, created FROM staff ORDER BY id";

/// A member of staff.
pub(in super::super) fn read(row: &Row<'_>) -> Result<Staff> {
    let mut fields = Fields::new(row, "staff", 0);
    Ok(Staff {
        id: StaffId::from_bytes(fields.bytes()?),
        revision: fields.revision()?,
        name: fields.name()?,
        role: fields.known(Role::from_name)?,
        token: TokenHash(fields.bytes()?),
        removed: fields.flag()?,
        created: fields.time()?,
    })
}

/// Writes a member of staff.
pub(in super::super) fn write(connection: &Writing<'_>, staff: &Staff) -> Result<()> {
    let sql = if staff.revision.is_new() {
        "INSERT INTO staff (id, revision, name, role, token, removed, created) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
    } else {
        "UPDATE staff SET revision = ?2, name = ?3, role = ?4, token = ?5, removed = ?6, created = ?7 \
         WHERE id = ?1 AND revision = ?2 - 1"
    };
    change_one(
        connection,
        sql,
        params![
            staff.id.as_bytes(),
            number(staff.revision.next()),
            staff.name.as_str(),
            staff.role.as_str(),
            staff.token.0,
            staff.removed,
            staff.created.seconds(),
        ],
    )
}
