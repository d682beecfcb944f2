//! The readers of columns whose values have a form of their own, for the fuzzer: each reads a value and writes what it read.

use warifu_core::id::PolicyId;
use warifu_core::policy::{Channel, Policy};
use warifu_core::record::Revision;
use warifu_core::text::Name;
use warifu_core::time::Timestamp;

use crate::form;

/// A fingerprint's column, read and written.
#[must_use]
pub fn fingerprint(column: &[u8]) -> Option<Vec<u8>> {
    form::fingerprint::read(column).map(|read| form::fingerprint::write(&read))
}

/// The column of a policy's rules, read and written.
#[must_use]
pub fn policy_rules(column: &str) -> Option<String> {
    let read = form::policy_rules::read(PolicyId::from_bytes([1; 16]), 1, Revision::NEW, column);
    read.ok().map(|policy| form::policy_rules::write(&policy))
}

/// The columns of the usual policies.
#[must_use]
pub fn policy_rules_samples() -> Vec<String> {
    let Ok(name) = Name::new("Usual") else { return Vec::new() };
    let now = Timestamp::from_seconds(1_775_035_800);
    let preset = |channel| Policy::preset(channel, PolicyId::from_bytes([1; 16]), name.clone(), now);
    Channel::ALL.into_iter().map(|channel| form::policy_rules::write(&preset(channel))).collect()
}
