//! SKUs.

use warifu_core::id::ProductId;
use warifu_core::product::Sku;
use warifu_core::text::Slug;

use super::super::fields::{Fields, Record};
use super::super::script::{Rows, Script};
use super::super::trouble::Result;
use super::super::value::{Value, column, ids};
use super::{columns, licence, number};

columns!("s": "number", "revision", "product", "edition", "name", "features", "created");

/// A SKU.
pub(in super::super) fn read(record: &Record<'_>) -> Result<Sku> {
    let mut fields = Fields::new(record, "sku", COLUMNS, 0);
    Ok(Sku {
        number: licence::sku(&mut fields)?,
        revision: fields.revision()?,
        product: ProductId::from_bytes(fields.id()?),
        edition: fields.slug()?,
        name: fields.name()?,
        features: fields.known(features)?,
        created: fields.time()?,
    })
}

fn features(text: &str) -> Option<Vec<Slug>> {
    let words: Vec<String> = serde_json::from_str(text).ok()?;
    words.iter().map(|word| Slug::new(word).ok()).collect()
}

const INSERT: &str = "INSERT INTO warifu.sku (number, revision, product, edition, name, features, created) \
    SELECT * FROM unnest($1::int8[], $2::int8[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::int8[])";
const UPDATE: &str = "WITH written AS (UPDATE warifu.sku s SET revision = n.revision, product = n.product, edition = n.edition, \
    name = n.name, features = n.features, created = n.created \
    FROM unnest($1::int8[], $2::int8[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::int8[]) \
    AS n(number, revision, product, edition, name, features, created) WHERE s.number = n.number AND s.revision = n.revision - 1 \
    RETURNING 1) SELECT warifu.expect(count(*), $8, 'WF001') FROM written";

/// Writes SKUs.
pub(in super::super) fn write(script: &mut Script, skus: &[&Sku]) {
    let rows = Rows::of(skus, |sku| sku.revision, |sku| sku.number);
    script.insert(INSERT, &rows.new, values);
    script.update(UPDATE, &rows.changed, values);
}

fn values(skus: &[&Sku]) -> Vec<Value> {
    let features = |sku: &&Sku| {
        let words: Vec<&str> = sku.features.iter().map(Slug::as_str).collect();
        // A list of texts can always be written.
        serde_json::to_string(&words).unwrap_or_default()
    };
    vec![
        column(skus, |sku| i64::from(sku.number.get())),
        column(skus, |sku| number(sku.revision.next())),
        ids(skus, |sku| *sku.product.as_bytes()),
        column(skus, |sku| sku.edition.to_string()),
        column(skus, |sku| sku.name.to_string()),
        column(skus, features),
        column(skus, |sku| sku.created.seconds()),
    ]
}
