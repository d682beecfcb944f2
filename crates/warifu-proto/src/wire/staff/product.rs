//! Products.

use serde::{Deserialize, Serialize};
use warifu_core::id::ProductId;
use warifu_core::product;
use warifu_core::text::{Name, Slug};
use warifu_core::time::Timestamp;

use crate::json;

/// Asks for a new product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreateProduct {
    /// What the application calls itself towards the service. Unique; never changed.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, max_length = 40, pattern = "^[a-z][a-z0-9-]*$", example = "acme-draw"))]
    pub code: Slug,
    /// What people call it.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, min_length = 1, max_length = 100, pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$", example = "Acme Draw"))]
    pub name: Name,
}

/// A program that the publisher licenses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Product {
    /// Names the record.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "uuid"))]
    pub id: ProductId,
    /// What the application calls itself towards the service.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub code: Slug,
    /// What people call it.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub name: Name,
    /// When it was added.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub created: Timestamp,
}

impl From<&product::Product> for Product {
    fn from(product: &product::Product) -> Self {
        Self {
            id: product.id,
            code: product.code.clone(),
            name: product.name.clone(),
            created: product.created,
        }
    }
}
