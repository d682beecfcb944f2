//! SKUs.

use rusqlite::{Row, params};
use warifu_core::id::ProductId;
use warifu_core::product::Sku;
use warifu_core::text::Slug;

use super::super::fields::Fields;
use super::super::trouble::Result;
use super::{Writing, change_one, licence, number};

/// A query for every SKU.
pub(in super::super) const SELECT: &str =
    "SELECT number, revision, product, edition, name, features, created FROM sku";

/// A SKU.
pub(in super::super) fn read(row: &Row<'_>) -> Result<Sku> {
    let mut fields = Fields::new(row, "sku", 0);
    Ok(Sku {
        number: licence::sku(&mut fields)?,
        revision: fields.revision()?,
        product: ProductId::from_bytes(fields.bytes()?),
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

/// Writes a SKU.
pub(in super::super) fn write(connection: &Writing<'_>, sku: &Sku) -> Result<()> {
    let features: Vec<&str> = sku.features.iter().map(Slug::as_str).collect();
    let sql = if sku.revision.is_new() {
        "INSERT INTO sku (number, revision, product, edition, name, features, created) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
    } else {
        "UPDATE sku SET revision = ?2, product = ?3, edition = ?4, name = ?5, features = ?6, created = ?7 \
         WHERE number = ?1 AND revision = ?2 - 1"
    };
    change_one(
        connection,
        sql,
        params![
            sku.number.get(),
            number(sku.revision.next()),
            sku.product.as_bytes(),
            sku.edition.as_str(),
            sku.name.as_str(),
            // A list of texts can always be written.
            serde_json::to_string(&features).unwrap_or_default(),
            sku.created.seconds(),
        ],
    )
}
