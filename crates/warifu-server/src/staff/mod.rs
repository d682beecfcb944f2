//! What staff ask for. Who may ask is in the table of routes.

mod act;
mod made;

pub(crate) mod change_policy;
pub(crate) mod create_policy;
pub(crate) mod create_product;
pub(crate) mod create_sku;
pub(crate) mod create_staff;
pub(crate) mod erase_licence_label;
pub(crate) mod extend_licence;
pub(crate) mod forget_device;
pub(crate) mod get_batch;
pub(crate) mod get_licence;
pub(crate) mod get_licence_key;
pub(crate) mod get_policy;
pub(crate) mod grant_licence;
pub(crate) mod import_keys;
pub(crate) mod issue_batch;
pub(crate) mod list_activations;
pub(crate) mod list_batch_keys;
pub(crate) mod list_batches;
pub(crate) mod list_contested;
pub(crate) mod list_events;
pub(crate) mod list_licences;
pub(crate) mod list_policies;
pub(crate) mod list_products;
pub(crate) mod list_skus;
pub(crate) mod list_staff;
pub(crate) mod reinstate_licence;
pub(crate) mod release_seat;
pub(crate) mod remove_staff;
pub(crate) mod renew_licence;
pub(crate) mod replace_licence_key;
pub(crate) mod revoke_licence;
pub(crate) mod suspend_licence;
pub(crate) mod top_up_licence;
pub(crate) mod withdraw_batch;
