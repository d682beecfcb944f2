//! Policies: every version of each is kept.

use warifu_core::id::PolicyId;
use warifu_core::policy::Policy;

use super::super::fields::{Fields, Record};
use super::super::script::{Rows, Script};
use super::super::trouble::Result;
use super::super::value::{Value, column, ids};
use super::{columns, number};
use crate::form::policy_rules;

columns!("p": "id", "version", "revision", "rules");

/// A policy.
pub(in super::super) fn read(record: &Record<'_>) -> Result<Policy> {
    let mut fields = Fields::new(record, "policy", COLUMNS, 0);
    let id = PolicyId::from_bytes(fields.id()?);
    let version = fields.number()?;
    let revision = fields.revision()?;
    let text = fields.text()?;
    policy_rules::read(id, version, revision, text).map_err(|why| fields.flaw(&why))
}

const INSERT: &str = "WITH written AS (INSERT INTO warifu.policy (id, version, revision, rules) \
    SELECT n.id, n.version, n.revision, n.rules \
    FROM unnest($1::uuid[], $2::int8[], $3::int8[], $4::text[]) AS n(id, version, revision, rules) \
    WHERE NOT EXISTS (SELECT 1 FROM warifu.policy p WHERE p.id = n.id) RETURNING 1) \
    SELECT warifu.expect(count(*), $5, 'WF001') FROM written";
const FOLLOW: &str = "WITH written AS (INSERT INTO warifu.policy (id, version, revision, rules) \
    SELECT n.id, n.version, n.revision, n.rules \
    FROM unnest($1::uuid[], $2::int8[], $3::int8[], $4::text[]) AS n(id, version, revision, rules) \
    WHERE (SELECT max(p.revision) = n.revision - 1 AND max(p.version) < n.version FROM warifu.policy p WHERE p.id = n.id) RETURNING 1) \
    SELECT warifu.expect(count(*), $5, 'WF001') FROM written";

/// Writes policies' new versions beside the ones before. Each must follow the version of the revision that it names.
pub(in super::super) fn write(script: &mut Script, policies: &[&Policy]) {
    let rows = Rows::of(policies, |policy| policy.revision, |policy| policy.id);
    script.update(INSERT, &rows.new, values);
    script.update(FOLLOW, &rows.changed, values);
}

fn values(policies: &[&Policy]) -> Vec<Value> {
    vec![
        ids(policies, |policy| *policy.id.as_bytes()),
        column(policies, |policy| i64::from(policy.version)),
        column(policies, |policy| number(policy.revision.next())),
        column(policies, |policy| policy_rules::write(policy)),
    ]
}
