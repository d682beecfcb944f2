//! The client against a service that signs with test keys and loses messages on demand.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "the world around the tests is no test of its own; it stops them where it is used wrongly"
)]

mod activation;
mod clock;
mod clock_histories;
#[cfg(feature = "diagnose")]
mod diagnose;
mod files;
mod hardware;
mod key_list;
mod keys;
mod refusals;
mod retries;
mod service;
#[path = "../../../warifu-core/testdata/keys/vectors.rs"]
mod vectors;
mod world;
