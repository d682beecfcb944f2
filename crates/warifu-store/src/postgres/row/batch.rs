//! Batches of product keys.

use warifu_core::batch::Batch as KeyBatch;
use warifu_core::id::{BatchId, PolicyId};
use warifu_core::key::KeyFormat;
use warifu_core::text::Name;

use super::super::fields::{Fields, Record};
use super::super::script::{Rows, Script};
use super::super::trouble::Result;
use super::super::value::{Value, column, ids};
use super::{columns, licence, number};

columns!("b": "id", "revision", "sku", "policy", "format", "epoch", "first_index", "count", "label", "withdrawn", "created");

/// A batch.
pub(in super::super) fn read(record: &Record<'_>) -> Result<KeyBatch> {
    let mut fields = Fields::new(record, "batch", COLUMNS, 0);
    Ok(KeyBatch {
        id: BatchId::from_bytes(fields.id()?),
        revision: fields.revision()?,
        sku: licence::sku(&mut fields)?,
        policy: PolicyId::from_bytes(fields.id()?),
        format: KeyFormat::from_nibble(fields.number()?).ok_or_else(|| fields.flaw("not a key format"))?,
        epoch: fields.number()?,
        first_index: fields.number()?,
        count: fields.number()?,
        label: fields.optional(Fields::name)?,
        withdrawn: fields.flag()?,
        created: fields.time()?,
    })
}

const INSERT: &str = "INSERT INTO warifu.batch (id, revision, sku, policy, format, epoch, first_index, count, label, withdrawn, created) \
    SELECT * FROM unnest($1::uuid[], $2::int8[], $3::int8[], $4::uuid[], $5::int8[], $6::int8[], $7::int8[], $8::int8[], $9::text[], \
    $10::bool[], $11::int8[])";
const UPDATE: &str = "WITH written AS (UPDATE warifu.batch b SET revision = n.revision, sku = n.sku, policy = n.policy, \
    format = n.format, epoch = n.epoch, first_index = n.first_index, count = n.count, label = n.label, withdrawn = n.withdrawn, \
    created = n.created \
    FROM unnest($1::uuid[], $2::int8[], $3::int8[], $4::uuid[], $5::int8[], $6::int8[], $7::int8[], $8::int8[], $9::text[], \
    $10::bool[], $11::int8[]) \
    AS n(id, revision, sku, policy, format, epoch, first_index, count, label, withdrawn, created) \
    WHERE b.id = n.id AND b.revision = n.revision - 1 RETURNING 1) SELECT warifu.expect(count(*), $12, 'WF001') FROM written";

/// Writes batches.
pub(in super::super) fn write(script: &mut Script, batches: &[&KeyBatch]) {
    let rows = Rows::of(batches, |batch| batch.revision, |batch| batch.id);
    script.insert(INSERT, &rows.new, values);
    script.update(UPDATE, &rows.changed, values);
}

fn values(batches: &[&KeyBatch]) -> Vec<Value> {
    vec![
        ids(batches, |batch| *batch.id.as_bytes()),
        column(batches, |batch| number(batch.revision.next())),
        column(batches, |batch| i64::from(batch.sku.get())),
        ids(batches, |batch| *batch.policy.as_bytes()),
        column(batches, |batch| i64::from(batch.format.nibble())),
        column(batches, |batch| i64::from(batch.epoch)),
        column(batches, |batch| i64::from(batch.first_index)),
        column(batches, |batch| i64::from(batch.count)),
        column(batches, |batch| batch.label.as_ref().map(Name::to_string)),
        column(batches, |batch| batch.withdrawn),
        column(batches, |batch| batch.created.seconds()),
    ]
}
