//! How values lie in a column, where both adapters write them alike. Knows nothing of tables.

pub(crate) mod details;
pub(crate) mod drift;
pub(crate) mod fingerprint;
pub(crate) mod notes;
pub(crate) mod policy_rules;
pub(crate) mod superseded;
