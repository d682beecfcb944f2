//! Licences.

use warifu_core::id::{BatchId, LicenceId, PolicyId};
use warifu_core::key::{ImportedKeyHash, KeyNumber, SkuNumber};
use warifu_core::licence::{Licence, Origin, Standing};
use warifu_core::text::Name;
use warifu_core::time::Timestamp;

use super::super::fields::{Fields, Record};
use super::super::script::{Rows, Script};
use super::super::trouble::Result;
use super::super::value::{Value, column, ids, optional_ids};
use super::{columns, number};

columns!("l": "id", "revision", "sku", "policy", "key_number", "batch", "imported", "key_generation", "standing",
    "standing_since", "standing_effective", "seats", "seats_taken", "starts", "ends", "label", "created", "proof_used", "crowded");

/// A licence, and whether its seats stand in `crowded_seat`.
pub(in super::super) fn read(record: &Record<'_>) -> Result<(Licence, bool)> {
    let mut fields = Fields::new(record, "licence", COLUMNS, 0);
    let licence = Licence {
        id: LicenceId::from_bytes(fields.id()?),
        revision: fields.revision()?,
        sku: sku(&mut fields)?,
        policy: PolicyId::from_bytes(fields.id()?),
        origin: origin(&mut fields)?,
        key_generation: fields.number()?,
        standing: standing(&mut fields)?,
        seats: fields.number()?,
        seats_taken: fields.number()?,
        starts: fields.time()?,
        ends: fields.optional(Fields::time)?,
        label: fields.optional(Fields::name)?,
        created: fields.time()?,
        proof_used: fields.optional(Fields::time)?,
    };
    Ok((licence, fields.flag()?))
}

/// A SKU's number.
pub(in super::super) fn sku(fields: &mut Fields<'_, '_>) -> Result<SkuNumber> {
    SkuNumber::new(fields.number()?).ok_or_else(|| fields.flaw("not a SKU number"))
}

fn origin(fields: &mut Fields<'_, '_>) -> Result<Origin> {
    let packed = fields.optional(Fields::bits)?;
    let batch = fields.optional(Fields::id)?.map(BatchId::from_bytes);
    let imported = fields.optional(Fields::bytes)?.map(ImportedKeyHash::from_bytes);
    match (packed, batch, imported) {
        (None, None, None) => Ok(Origin::Granted),
        (None, None, Some(hash)) => Ok(Origin::Imported(hash)),
        (Some(packed), Some(batch), None) => {
            let number = KeyNumber::unpack(packed).ok_or_else(|| fields.flaw("not a key number"))?;
            Ok(Origin::Key { number, batch })
        }
        _ => Err(fields.flaw("neither one origin nor another")),
    }
}

fn standing(fields: &mut Fields<'_, '_>) -> Result<Standing> {
    let name = fields.text()?;
    let since = fields.optional(Fields::time)?;
    let effective = fields.optional(Fields::time)?;
    match (name, since, effective) {
        ("active", None, None) => Ok(Standing::Active),
        ("suspended", Some(since), None) => Ok(Standing::Suspended { since }),
        ("revoked", Some(since), Some(effective)) => Ok(Standing::Revoked { since, effective }),
        _ => Err(fields.flaw("not a standing")),
    }
}

const INSERT: &str = "INSERT INTO warifu.licence (id, revision, sku, policy, key_number, batch, imported, key_generation, \
    standing, standing_since, standing_effective, seats, seats_taken, starts, ends, label, created, proof_used) \
    SELECT * FROM unnest($1::uuid[], $2::int8[], $3::int8[], $4::uuid[], $5::int8[], $6::uuid[], $7::bytea[], $8::int8[], \
    $9::text[], $10::int8[], $11::int8[], $12::int8[], $13::int8[], $14::int8[], $15::int8[], $16::text[], $17::int8[], $18::int8[])";
const UPDATE: &str = "WITH written AS (UPDATE warifu.licence l SET revision = n.revision, sku = n.sku, policy = n.policy, \
    key_number = n.key_number, batch = n.batch, imported = n.imported, key_generation = n.key_generation, standing = n.standing, \
    standing_since = n.standing_since, standing_effective = n.standing_effective, seats = n.seats, seats_taken = n.seats_taken, \
    starts = n.starts, ends = n.ends, label = n.label, created = n.created, proof_used = n.proof_used \
    FROM unnest($1::uuid[], $2::int8[], $3::int8[], $4::uuid[], $5::int8[], $6::uuid[], $7::bytea[], $8::int8[], \
    $9::text[], $10::int8[], $11::int8[], $12::int8[], $13::int8[], $14::int8[], $15::int8[], $16::text[], $17::int8[], $18::int8[]) \
    AS n(id, revision, sku, policy, key_number, batch, imported, key_generation, standing, standing_since, standing_effective, seats, \
    seats_taken, starts, ends, label, created, proof_used) WHERE l.id = n.id AND l.revision = n.revision - 1 RETURNING 1) \
    SELECT warifu.expect(count(*), $19, 'WF001') FROM written";

/// Writes licences.
pub(in super::super) fn write(script: &mut Script, licences: &[&Licence]) {
    // New ones go by what is unique of them, so that two nodes that begin the same ones never wait for each other in a circle.
    let by = |licence: &&Licence| match licence.origin {
        Origin::Key { number, .. } => (number.pack(), [0; 32], licence.id),
        Origin::Imported(hash) => (0, *hash.as_bytes(), licence.id),
        Origin::Granted => (0, [0; 32], licence.id),
    };
    let rows = Rows::of(licences, |licence| licence.revision, by);
    script.insert(INSERT, &rows.new, values);
    script.update(UPDATE, &rows.changed, values);
}

fn values(licences: &[&Licence]) -> Vec<Value> {
    let seconds = |time: Timestamp| time.seconds();
    let since = |licence: &&Licence| match licence.standing {
        Standing::Active => None,
        Standing::Suspended { since } | Standing::Revoked { since, .. } => Some(since.seconds()),
    };
    let effective = |licence: &&Licence| match licence.standing {
        Standing::Revoked { effective, .. } => Some(effective.seconds()),
        Standing::Active | Standing::Suspended { .. } => None,
    };
    let key = |licence: &&Licence| licence.key_number().map(|number| number.pack().cast_signed());
    let batch = |licence: &&Licence| match licence.origin {
        Origin::Key { batch, .. } => Some(*batch.as_bytes()),
        Origin::Imported(_) | Origin::Granted => None,
    };
    let imported = |licence: &&Licence| match licence.origin {
        Origin::Imported(hash) => Some(hash.as_bytes().to_vec()),
        Origin::Key { .. } | Origin::Granted => None,
    };
    vec![
        ids(licences, |licence| *licence.id.as_bytes()),
        column(licences, |licence| number(licence.revision.next())),
        column(licences, |licence| i64::from(licence.sku.get())),
        ids(licences, |licence| *licence.policy.as_bytes()),
        column(licences, key),
        optional_ids(licences, batch),
        column(licences, imported),
        column(licences, |licence| i64::from(licence.key_generation)),
        column(licences, |licence| licence.standing.as_str()),
        column(licences, since),
        column(licences, effective),
        column(licences, |licence| i64::from(licence.seats)),
        column(licences, |licence| i64::from(licence.seats_taken)),
        column(licences, |licence| seconds(licence.starts)),
        column(licences, |licence| licence.ends.map(seconds)),
        column(licences, |licence| licence.label.as_ref().map(Name::to_string)),
        column(licences, |licence| seconds(licence.created)),
        column(licences, |licence| licence.proof_used.map(seconds)),
    ]
}
