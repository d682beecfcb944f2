//! The adapters of the storage port (`warifu_service::port`). What each must do is the port's conformance suite, which every adapter runs.
//!
//! An adapter knows how records lie in its tables and nothing of why they change: no decision is made here. Only the binary picks one.

mod form;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
pub mod postgres;
pub mod sqlite;
