//! The commands of whoever runs a service: they work on its data folder, not over the API.

pub(crate) mod backup;
pub(crate) mod clock;
pub(crate) mod epochs;
pub(crate) mod folder;
pub(crate) mod init;
pub(crate) mod new_owner;
pub(crate) mod passphrase;
pub(crate) mod renew_keys;
pub(crate) mod revoke_key;
pub(crate) mod serve;
pub(crate) mod store;

mod bridging;
mod config;
mod journal;
mod log;
mod log_line;
#[cfg(all(test, target_os = "linux"))]
mod power_cut;
mod root;
mod start;
mod watch;
