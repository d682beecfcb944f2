//! The names of an event's details, which the domain knows as texts that live as long as the program.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

/// The most names of details. Decisions use a dozen.
const NAMES_MAX: usize = 1_000;

/// A detail's name as long as the program lives, as `Event` wants it. Each distinct name is kept once, and a damaged store cannot make
/// more than [`NAMES_MAX`].
pub(crate) fn lasting(name: &str) -> Option<&'static str> {
    static NAMES: Mutex<Option<HashSet<&'static str>>> = Mutex::new(None);
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    let names = names.get_or_insert_default();
    if let Some(known) = names.get(name) {
        return Some(known);
    }
    if names.len() >= NAMES_MAX {
        return None;
    }
    let kept: &'static str = name.to_owned().leak();
    names.insert(kept);
    Some(kept)
}
