//! Batches of product keys.

use rusqlite::{Row, params};
use warifu_core::batch::Batch;
use warifu_core::id::{BatchId, PolicyId};
use warifu_core::key::KeyFormat;
use warifu_core::text::Name;

use super::super::fields::Fields;
use super::super::trouble::Result;
use super::{Writing, change_one, licence, number};

/// A query for every batch.
pub(in super::super) const SELECT: &str = "SELECT id, revision, sku, policy, format, epoch, first_index, count, label, \
    withdrawn, created FROM batch";

/// A batch.
pub(in super::super) fn read(row: &Row<'_>) -> Result<Batch> {
    let mut fields = Fields::new(row, "batch", 0);
    Ok(Batch {
        id: BatchId::from_bytes(fields.bytes()?),
        revision: fields.revision()?,
        sku: licence::sku(&mut fields)?,
        policy: PolicyId::from_bytes(fields.bytes()?),
        format: KeyFormat::from_nibble(fields.number()?).ok_or_else(|| fields.flaw("not a key format"))?,
        epoch: fields.number()?,
        first_index: fields.number()?,
        count: fields.number()?,
        label: fields.optional(Fields::name)?,
        withdrawn: fields.flag()?,
        created: fields.time()?,
    })
}

/// Writes a batch.
pub(in super::super) fn write(connection: &Writing<'_>, batch: &Batch) -> Result<()> {
    let sql = if batch.revision.is_new() {
        "INSERT INTO batch (id, revision, sku, policy, format, epoch, first_index, count, label, withdrawn, created) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"
    } else {
        "UPDATE batch SET revision = ?2, sku = ?3, policy = ?4, format = ?5, epoch = ?6, first_index = ?7, count = ?8, label = ?9, \
         withdrawn = ?10, created = ?11 WHERE id = ?1 AND revision = ?2 - 1"
    };
    change_one(
        connection,
        sql,
        params![
            batch.id.as_bytes(),
            number(batch.revision.next()),
            batch.sku.get(),
            batch.policy.as_bytes(),
            batch.format.nibble(),
            batch.epoch,
            batch.first_index,
            batch.count,
            batch.label.as_ref().map(Name::as_str),
            batch.withdrawn,
            batch.created.seconds(),
        ],
    )
}
