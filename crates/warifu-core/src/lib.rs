//! What Warifu is about, without anything it runs on: the domain's types, every decision as a pure function,
//! product keys, the comparison of hardware and the catalogue of failures.
//!
//! This crate must not perform I/O, read a clock, draw randomness or know a serialised form. Time is a parameter
//! ([`time::Timestamp`]), randomness is a parameter ([`random::Random`]), and what is stored or sent is converted by the crates
//! that store and send.

pub mod batch;
pub mod case;
pub mod catalogue;
pub mod chain;
pub mod decide;
pub mod event;
pub mod hardware;
mod hex;
pub mod id;
pub mod key;
pub mod licence;
pub mod policy;
pub mod product;
pub mod random;
pub mod record;
pub mod seat;
pub mod staff;
pub mod state;
pub mod text;
pub mod time;
