//! What travels between a device and a service, and what a device keeps: versioned wire bodies and signed documents, with parsing,
//! encoding, signing and verifying.
//!
//! This crate must not perform I/O, speak HTTP, read a clock, draw randomness or decide anything about licences. Bytes become
//! domain types here, and every rule that makes a text acceptable is here. `docs/protocol.md` describes what this crate does for those who
//! write another client.

pub mod bundle;
pub mod certificate;
pub mod document;
pub mod encoding;
mod json;
pub mod key_list;
pub mod keys;
pub mod lease;
pub mod log;
pub mod nonce;
pub mod paseto;
pub mod refusal;
pub mod service_time;
pub mod signature;
pub mod wire;
