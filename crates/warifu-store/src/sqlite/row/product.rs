//! Products.

use rusqlite::{Row, params};
use warifu_core::id::ProductId;
use warifu_core::product::Product;

use super::super::fields::Fields;
use super::super::trouble::Result;
use super::{Writing, change_one, number};

/// A query for every product.
pub(in super::super) const SELECT: &str = "SELECT id, revision, code, name, created FROM product";

/// A product.
pub(in super::super) fn read(row: &Row<'_>) -> Result<Product> {
    let mut fields = Fields::new(row, "product", 0);
    Ok(Product {
        id: ProductId::from_bytes(fields.bytes()?),
        revision: fields.revision()?,
        code: fields.slug()?,
        name: fields.name()?,
        created: fields.time()?,
    })
}

/// Writes a product.
pub(in super::super) fn write(connection: &Writing<'_>, product: &Product) -> Result<()> {
    let sql = if product.revision.is_new() {
        "INSERT INTO product (id, revision, code, name, created) VALUES (?1, ?2, ?3, ?4, ?5)"
    } else {
        "UPDATE product SET revision = ?2, code = ?3, name = ?4, created = ?5 WHERE id = ?1 AND revision = ?2 - 1"
    };
    change_one(
        connection,
        sql,
        params![
            product.id.as_bytes(),
            number(product.revision.next()),
            product.code.as_str(),
            product.name.as_str(),
            product.created.seconds(),
        ],
    )
}
