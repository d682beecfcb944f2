//! The commands of the publisher's staff: requests to the service's API, and its answers as tables.

pub(crate) mod audit;
pub(crate) mod cases;
pub(crate) mod events;
pub(crate) mod keys;
pub(crate) mod licences;
pub(crate) mod policies;
pub(crate) mod products;
pub(crate) mod staff;

mod api;
mod date;
mod export;
mod find;
mod import;
mod key_file;
#[cfg(test)]
mod key_file_tests;
mod rows;
mod rules;
mod words;
