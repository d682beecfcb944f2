//! Policies: every version of each is kept.

use rusqlite::{Row, params};
use warifu_core::id::PolicyId;
use warifu_core::policy::Policy;

use super::super::fields::Fields;
use super::super::trouble::Result;
use super::{Writing, change_one, number};
use crate::form::policy_rules;

/// A query for the latest version of every policy.
pub(in super::super) const SELECT_LATEST: &str = "SELECT id, version, revision, rules FROM policy p \
    WHERE version = (SELECT max(version) FROM policy WHERE id = p.id)";
/// A query for one version of a policy.
pub(in super::super) const SELECT_VERSION: &str =
    "SELECT id, version, revision, rules FROM policy WHERE id = ?1 AND version = ?2";

/// A policy.
pub(in super::super) fn read(row: &Row<'_>) -> Result<Policy> {
    let mut fields = Fields::new(row, "policy", 0);
    let id = PolicyId::from_bytes(fields.bytes()?);
    let version = fields.number()?;
    let revision = fields.revision()?;
    let text = fields.text()?;
    policy_rules::read(id, version, revision, text).map_err(|why| fields.flaw(&why))
}

/// Writes a policy's new version beside the ones before. It must follow the version of the revision that it names.
pub(in super::super) fn write(connection: &Writing<'_>, policy: &Policy) -> Result<()> {
    let sql = if policy.revision.is_new() {
        "INSERT INTO policy (id, version, revision, rules) SELECT ?1, ?2, ?3, ?4 \
         WHERE NOT EXISTS (SELECT 1 FROM policy WHERE id = ?1)"
    } else {
        "INSERT INTO policy (id, version, revision, rules) SELECT ?1, ?2, ?3, ?4 FROM policy WHERE id = ?1 \
         GROUP BY id HAVING max(revision) = ?3 - 1 AND max(version) < ?2"
    };
    let values = params![
        policy.id.as_bytes(),
        policy.version,
        number(policy.revision.next()),
        policy_rules::write(policy)
    ];
    change_one(connection, sql, values)
}
