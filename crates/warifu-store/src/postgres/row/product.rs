//! Products.

use warifu_core::id::ProductId;
use warifu_core::product::Product;

use super::super::fields::{Fields, Record};
use super::super::script::{Rows, Script};
use super::super::trouble::Result;
use super::super::value::{Value, column, ids};
use super::{columns, number};

columns!("p": "id", "revision", "code", "name", "created");

/// A product.
pub(in super::super) fn read(record: &Record<'_>) -> Result<Product> {
    let mut fields = Fields::new(record, "product", COLUMNS, 0);
    Ok(Product {
        id: ProductId::from_bytes(fields.id()?),
        revision: fields.revision()?,
        code: fields.slug()?,
        name: fields.name()?,
        created: fields.time()?,
    })
}

const INSERT: &str = "INSERT INTO warifu.product (id, revision, code, name, created) \
    SELECT * FROM unnest($1::uuid[], $2::int8[], $3::text[], $4::text[], $5::int8[])";
const UPDATE: &str = "WITH written AS (UPDATE warifu.product p SET revision = n.revision, code = n.code, name = n.name, created = n.created \
    FROM unnest($1::uuid[], $2::int8[], $3::text[], $4::text[], $5::int8[]) AS n(id, revision, code, name, created) \
    WHERE p.id = n.id AND p.revision = n.revision - 1 RETURNING 1) SELECT warifu.expect(count(*), $6, 'WF001') FROM written";

/// Writes products.
pub(in super::super) fn write(script: &mut Script, products: &[&Product]) {
    let rows = Rows::of(products, |product| product.revision, |product| product.id);
    script.insert(INSERT, &rows.new, values);
    script.update(UPDATE, &rows.changed, values);
}

fn values(products: &[&Product]) -> Vec<Value> {
    vec![
        ids(products, |product| *product.id.as_bytes()),
        column(products, |product| number(product.revision.next())),
        column(products, |product| product.code.to_string()),
        column(products, |product| product.name.to_string()),
        column(products, |product| product.created.seconds()),
    ]
}
