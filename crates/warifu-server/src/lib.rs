//! The service's HTTP edge: the API `/v1`, health, metrics, the API's description and the pages that explain failures.
//!
//! A handler parses, authorises, calls one use case of `warifu-service` and maps the result. This crate decides nothing about licences, knows the
//! storage port but no adapter, and holds no key. `route` lists every address with who may use it; `problem` turns every failure into its one
//! form on the wire; `observe` is what every request passes through.

#[cfg(test)]
mod access_tests;
mod answer;
mod app;
#[cfg(test)]
mod bad_input_tests;
#[cfg(test)]
mod case_tests;
mod config;
mod device;
mod edge;
mod health;
#[cfg(test)]
#[path = "../../warifu-core/testdata/keys/vectors.rs"]
mod key_vectors;
mod language;
mod log;
mod metrics;
mod observe;
#[cfg(test)]
mod observe_tests;
mod openapi;
mod pages;
mod problem;
mod received;
mod route;
mod source;
mod staff;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod trace_tests;
mod zone;

pub use self::config::{Config, Options, TlsFiles};
pub use self::edge::{Bound, bind, serve};
pub use self::openapi::openapi;
pub use self::route::router;
