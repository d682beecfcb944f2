//! The real binary against a real service, each test in a folder of its own on a port that the system chose. Nothing sleeps: a test waits for
//! the line that says "ready", or for a process to end, with a bound.
#![expect(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test says so by panicking")]

mod audit;
mod backup;
mod bad_input;
#[cfg(feature = "cluster-tests")]
mod bridging;
mod cases;
mod copies;
mod doctor;
mod doctor_products;
mod harness;
#[path = "../../../warifu-core/testdata/keys/vectors.rs"]
mod key_vectors;
mod keys;
mod language;
mod lifecycle;
mod proxy;
mod publisher;
mod running;
mod tls;
