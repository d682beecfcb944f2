//! Keys of other makers' formats, as keyed hashes.

use warifu_core::batch::ImportedKeyRecord;
use warifu_core::id::PolicyId;
use warifu_core::key::ImportedKeyHash;

use super::super::fields::{Fields, Record};
use super::super::script::Script;
use super::super::trouble::Result;
use super::super::value::{Value, column, ids};
use super::{columns, licence, number};

columns!("k": "hash", "revision", "sku", "policy", "weak", "created");

/// An imported key.
pub(in super::super) fn read(record: &Record<'_>) -> Result<ImportedKeyRecord> {
    let mut fields = Fields::new(record, "imported_key", COLUMNS, 0);
    Ok(ImportedKeyRecord {
        hash: ImportedKeyHash::from_bytes(fields.bytes()?),
        revision: fields.revision()?,
        sku: licence::sku(&mut fields)?,
        policy: PolicyId::from_bytes(fields.id()?),
        weak: fields.flag()?,
        created: fields.time()?,
    })
}

const INSERT: &str = "INSERT INTO warifu.imported_key (hash, revision, sku, policy, weak, created) \
    SELECT * FROM unnest($1::bytea[], $2::int8[], $3::int8[], $4::uuid[], $5::bool[], $6::int8[]) ON CONFLICT (hash) DO NOTHING";

/// Writes imported keys, but those that are there already.
pub(in super::super) fn write(script: &mut Script, keys: &[ImportedKeyRecord]) {
    let mut sorted: Vec<&ImportedKeyRecord> = keys.iter().collect();
    sorted.sort_by_key(|key| *key.hash.as_bytes());
    script.insert(INSERT, &sorted, values);
}

fn values(keys: &[&ImportedKeyRecord]) -> Vec<Value> {
    vec![
        column(keys, |key| key.hash.as_bytes().to_vec()),
        column(keys, |key| number(key.revision.next())),
        column(keys, |key| i64::from(key.sku.get())),
        ids(keys, |key| *key.policy.as_bytes()),
        column(keys, |key| key.weak),
        column(keys, |key| key.created.seconds()),
    ]
}
