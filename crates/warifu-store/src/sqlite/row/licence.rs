//! Licences.

use rusqlite::types::Value;
use rusqlite::{Connection, Row, params, params_from_iter};
use warifu_core::id::{BatchId, LicenceId, PolicyId};
use warifu_core::key::{ImportedKeyHash, KeyNumber, SkuNumber};
use warifu_core::licence::{Licence, Origin, Standing};
use warifu_core::text::Name;
use warifu_core::time::Timestamp;
use warifu_service::port::{LicenceFilter, Selector};

use super::super::fields::Fields;
use super::super::trouble::Result;
use super::{Writing, all, change_one, first, number};

macro_rules! columns {
    () => {
        "id, revision, sku, policy, key_number, batch, imported, key_generation, standing, standing_since, standing_effective, seats, \
         seats_taken, starts, ends, label, created, proof_used, crowded"
    };
}

/// A query whose rows [`read`] reads, with its condition.
macro_rules! select {
    ($condition:literal) => {
        concat!("SELECT ", columns!(), " FROM licence WHERE ", $condition)
    };
}

/// The columns that [`read_at`] reads.
pub(in super::super) const COLUMNS: &str = columns!();

/// The licence with a name, and whether its seats stand in `crowded_seat`.
pub(in super::super) fn find(
    connection: &Connection,
    selector: &Selector,
) -> Result<Option<(Licence, bool)>> {
    match selector {
        Selector::Id(id) => first(connection, select!("id = ?1"), [id.as_bytes()], read),
        Selector::Key(number) => {
            first(connection, select!("key_number = ?1"), [number.pack().cast_signed()], read)
        }
        Selector::Imported(hash) => first(connection, select!("imported = ?1"), [hash.as_bytes()], read),
    }
}

/// A page of licences in the order of their ids.
pub(in super::super) fn page(
    connection: &Connection,
    filter: &LicenceFilter,
    after: LicenceId,
    limit: u16,
) -> Result<Vec<Licence>> {
    let mut sql = select!("id > ?1").to_owned();
    let mut values: Vec<Value> = vec![after.as_bytes().to_vec().into(), i64::from(limit).into()];
    let mut narrow = |column: &str, value: Value| {
        values.push(value);
        sql.push_str(&format!(" AND {column} = ?{}", values.len()));
    };
    if let Some(sku) = filter.sku {
        narrow("sku", i64::from(sku.get()).into());
    }
    if let Some(key) = filter.key {
        narrow("key_number", key.pack().cast_signed().into());
    }
    if let Some(label) = &filter.label {
        narrow("label", label.clone().into());
    }
    sql.push_str(" ORDER BY id LIMIT ?2");
    all(connection, &sql, params_from_iter(values), |row| Ok(read(row)?.0))
}

/// A licence, and whether its seats stand in `crowded_seat`.
fn read(row: &Row<'_>) -> Result<(Licence, bool)> {
    read_at(row, 0)
}

/// Reads a licence from [`COLUMNS`], which begin at `first`.
pub(in super::super) fn read_at(row: &Row<'_>, first: usize) -> Result<(Licence, bool)> {
    let mut fields = Fields::new(row, "licence", first);
    let licence = Licence {
        id: LicenceId::from_bytes(fields.bytes()?),
        revision: fields.revision()?,
        sku: sku(&mut fields)?,
        policy: PolicyId::from_bytes(fields.bytes()?),
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
pub(in super::super) fn sku(fields: &mut Fields<'_>) -> Result<SkuNumber> {
    SkuNumber::new(fields.number()?).ok_or_else(|| fields.flaw("not a SKU number"))
}

fn origin(fields: &mut Fields<'_>) -> Result<Origin> {
    let packed = fields.optional(Fields::bits)?;
    let batch = fields.optional(Fields::bytes)?.map(BatchId::from_bytes);
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

fn standing(fields: &mut Fields<'_>) -> Result<Standing> {
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

/// Writes a licence.
pub(in super::super) fn write(connection: &Writing<'_>, licence: &Licence) -> Result<()> {
    let (key, batch, imported) = match &licence.origin {
        Origin::Key { number, batch } => (Some(number.pack().cast_signed()), Some(batch.as_bytes()), None),
        Origin::Imported(hash) => (None, None, Some(hash.as_bytes())),
        Origin::Granted => (None, None, None),
    };
    let (since, effective) = match licence.standing {
        Standing::Active => (None, None),
        Standing::Suspended { since } => (Some(since.seconds()), None),
        Standing::Revoked { since, effective } => (Some(since.seconds()), Some(effective.seconds())),
    };
    let label = licence.label.as_ref().map(Name::as_str);
    let ends = licence.ends.map(Timestamp::seconds);
    let values = params![
        licence.id.as_bytes(),
        number(licence.revision.next()),
        licence.sku.get(),
        licence.policy.as_bytes(),
        key,
        batch,
        imported,
        licence.key_generation,
        licence.standing.as_str(),
        since,
        effective,
        licence.seats,
        licence.seats_taken,
        licence.starts.seconds(),
        ends,
        label,
        licence.created.seconds(),
        licence.proof_used.map(Timestamp::seconds),
    ];
    if licence.revision.is_new() {
        return change_one(
            connection,
            "INSERT INTO licence (id, revision, sku, policy, key_number, batch, imported, key_generation, standing, \
             standing_since, standing_effective, seats, seats_taken, starts, ends, label, created, proof_used) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
            values,
        );
    }
    // SQLite rewrites an index whenever a column of it is assigned, changed or not. Most updates change none, so that they assign none.
    let changed = connection.change(
        "UPDATE licence SET revision = ?2, policy = ?4, batch = ?6, key_generation = ?8, standing = ?9, standing_since = ?10, \
         standing_effective = ?11, seats = ?12, seats_taken = ?13, starts = ?14, ends = ?15, created = ?17, proof_used = ?18 \
         WHERE id = ?1 AND revision = ?2 - 1 AND sku = ?3 AND key_number IS ?5 AND imported IS ?7 AND label IS ?16",
        values,
    )?;
    if changed == 1 {
        return Ok(());
    }
    change_one(
        connection,
        "UPDATE licence SET revision = ?2, sku = ?3, policy = ?4, key_number = ?5, batch = ?6, imported = ?7, key_generation = ?8, \
         standing = ?9, standing_since = ?10, standing_effective = ?11, seats = ?12, seats_taken = ?13, starts = ?14, ends = ?15, \
         label = ?16, created = ?17, proof_used = ?18 WHERE id = ?1 AND revision = ?2 - 1",
        values,
    )
}
