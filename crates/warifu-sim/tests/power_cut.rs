//! Power cuts while the SQLite store and the client's folder are written. The goal: whatever was acknowledged is there at the next start, nothing is there
//! in part, and the next start needs nobody's help.
//!
//! Each failure names its seed. What the disk under it assumes is said in `warifu_sim::disk`.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "test code")]

#[path = "power_cut/copies.rs"]
mod copies;
#[path = "power_cut/folder_store.rs"]
mod folder_store;
#[path = "power_cut/load.rs"]
mod load;
