//! What staff do: decisions on the registry, and the use cases around them.

pub mod acts;
pub mod registry;
pub mod token;
