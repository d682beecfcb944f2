//! SKUs: a product's editions as they are sold.

use serde::{Deserialize, Serialize};
use warifu_core::key::SkuNumber;
use warifu_core::product;
use warifu_core::text::{Name, Slug};
use warifu_core::time::Timestamp;

use crate::json;

/// Asks for a new SKU.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreateSku {
    /// The product's code.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, max_length = 40, pattern = "^[a-z][a-z0-9-]*$", example = "acme-draw"))]
    pub product: Slug,
    /// The edition's code, unique in its product.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, max_length = 40, pattern = "^[a-z][a-z0-9-]*$", example = "pro"))]
    pub edition: Slug,
    /// What people call the edition.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, min_length = 1, max_length = 100, pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$", example = "Pro"))]
    pub name: Name,
    /// The number that its product keys carry; the next free one when it is not given.
    #[serde(default, with = "super::optional_sku_number", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<u16>, maximum = 16383))]
    pub number: Option<SkuNumber>,
    /// What the application unlocks with this edition: at most 64 codes.
    #[serde(default, with = "json::texts")]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>, max_items = 64))]
    pub features: Vec<Slug>,
}

/// One edition of a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Sku {
    /// The number that its product keys carry, and the SKU's name everywhere.
    #[serde(with = "super::sku_number")]
    #[cfg_attr(feature = "openapi", schema(value_type = u16, maximum = 16383))]
    pub number: SkuNumber,
    /// The product's code.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub product: Slug,
    /// The edition's code.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub edition: Slug,
    /// What people call the edition.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub name: Name,
    /// What the application unlocks with this edition.
    #[serde(with = "json::texts")]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub features: Vec<Slug>,
    /// When it was added.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub created: Timestamp,
}

impl Sku {
    /// The SKU as it is answered, with its product.
    #[must_use]
    pub fn of(sku: &product::Sku, product: &product::Product) -> Self {
        Self {
            number: sku.number,
            product: product.code.clone(),
            edition: sku.edition.clone(),
            name: sku.name.clone(),
            features: sku.features.clone(),
            created: sku.created,
        }
    }
}
