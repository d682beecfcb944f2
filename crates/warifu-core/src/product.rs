//! What is licensed: products, and their editions as SKUs.

use crate::id::ProductId;
use crate::key::SkuNumber;
use crate::record::Revision;
use crate::text::{Name, Slug};
use crate::time::Timestamp;

/// A program that a publisher licenses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// Names the record.
    pub id: ProductId,
    /// Which writing of the record this is.
    pub revision: Revision,
    /// What the application calls itself towards the service. Unique; never changed.
    pub code: Slug,
    /// What people call it.
    pub name: Name,
    /// When it was added.
    pub created: Timestamp,
}

/// One edition of a product, as it is sold. Its number stands in every product key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sku {
    /// The number in product keys. Unique; never changed or used again.
    pub number: SkuNumber,
    /// Which writing of the record this is.
    pub revision: Revision,
    /// The product.
    pub product: ProductId,
    /// The edition's code, unique in its product: `pro`.
    pub edition: Slug,
    /// What people call the edition.
    pub name: Name,
    /// What the application unlocks with this edition. At most [`Sku::FEATURES_MAX`].
    pub features: Vec<Slug>,
    /// When it was added.
    pub created: Timestamp,
}

impl Sku {
    /// The most features an edition may have; they travel in every lease.
    pub const FEATURES_MAX: usize = 64;
}
