//! Keys of other makers' formats, as keyed hashes.

use rusqlite::{Row, params};
use warifu_core::batch::ImportedKeyRecord;
use warifu_core::id::PolicyId;
use warifu_core::key::ImportedKeyHash;

use super::super::fields::Fields;
use super::super::trouble::Result;
use super::{Writing, licence, number};

/// A query for the key with a hash.
pub(in super::super) const SELECT_ONE: &str =
    "SELECT hash, revision, sku, policy, weak, created FROM imported_key WHERE hash = ?1";

/// An imported key.
pub(in super::super) fn read(row: &Row<'_>) -> Result<ImportedKeyRecord> {
    let mut fields = Fields::new(row, "imported_key", 0);
    Ok(ImportedKeyRecord {
        hash: ImportedKeyHash::from_bytes(fields.bytes()?),
        revision: fields.revision()?,
        sku: licence::sku(&mut fields)?,
        policy: PolicyId::from_bytes(fields.bytes()?),
        weak: fields.flag()?,
        created: fields.time()?,
    })
}

/// Writes an imported key, unless it is there already.
pub(in super::super) fn write(connection: &Writing<'_>, key: &ImportedKeyRecord) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO imported_key (hash, revision, sku, policy, weak, created) VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
             ON CONFLICT (hash) DO NOTHING",
        )?
        .execute(params![
            key.hash.as_bytes(),
            number(key.revision.next()),
            key.sku.get(),
            key.policy.as_bytes(),
            key.weak,
            key.created.seconds(),
        ])?;
    Ok(())
}
