//! The few records that every decision needs and staff alone change, kept in memory.

use std::collections::HashMap;
use std::sync::Arc;

use warifu_core::batch::Batch;
use warifu_core::id::{BatchId, PolicyId, ProductId};
use warifu_core::key::{KeyFormat, SkuNumber};
use warifu_core::policy::Policy;
use warifu_core::product::{Product, Sku};
use warifu_core::staff::{Staff, TokenHash};

/// Products, SKUs, policies, batches and staff, as a store holds them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Registry {
    /// The products by id.
    pub products: HashMap<ProductId, Product>,
    /// The SKUs by number.
    pub skus: HashMap<SkuNumber, Sku>,
    /// The policies by id, each in its latest version.
    pub policies: HashMap<PolicyId, Arc<Policy>>,
    /// The batches by id.
    pub batches: HashMap<BatchId, Batch>,
    /// The staff.
    pub staff: Vec<Staff>,
}

impl Registry {
    /// The product of a SKU.
    #[must_use]
    pub fn product_of(&self, sku: &Sku) -> Option<&Product> {
        self.products.get(&sku.product)
    }

    /// The batch that a serial dealt from `index` belongs to.
    #[must_use]
    pub fn batch_of(&self, format: KeyFormat, sku: SkuNumber, index: u32) -> Option<&Batch> {
        self.batches.values().find(|batch| batch.format == format && batch.sku == sku && batch.covers(index))
    }

    /// The first index of a SKU that no batch has taken, if any is left.
    #[must_use]
    pub fn next_index(&self, format: KeyFormat, sku: SkuNumber) -> Option<u32> {
        let ends = self
            .batches
            .values()
            .filter(|batch| batch.format == format && batch.sku == sku)
            .map(|batch| u64::from(batch.first_index) + u64::from(batch.count));
        u32::try_from(ends.max().unwrap_or(0)).ok()
    }

    /// The member of staff with this token, unless it was withdrawn.
    #[must_use]
    pub fn staff_with(&self, token: &TokenHash) -> Option<&Staff> {
        self.staff.iter().find(|staff| !staff.removed && staff.token == *token)
    }
}
