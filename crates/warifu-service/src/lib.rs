//! The service's use cases: load what a decision needs, let the core decide, commit what changed, sign what was granted.
//!
//! This crate knows no HTTP and no database. It owns the storage port ([`port`]) with its conformance suite, the thread that writes
//! ([`writer`]), the keys that sign ([`authority`]) and the secrets that product keys are made of ([`secrets`]).

pub mod authority;
pub mod case;
mod case_limits;
pub mod clock;
#[cfg(feature = "conformance")]
pub mod conformance;
pub mod device;
mod encoding;
pub mod group;
pub mod keyring;
pub mod limits;
pub mod log;
mod pool;
pub mod port;
pub mod provisional;
mod refusals;
pub mod secrets;
pub mod service;
pub mod snapshot;
pub mod staff;
#[cfg(test)]
mod testing;
pub mod writer;
