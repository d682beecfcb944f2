//! A writer that is killed in the middle of its commits. The adapter's test runs [`write_and_tell`] in a process of its own, kills it, and calls
//! [`check`] with what that process was able to say. Tests of full disks and backups write the same rounds.

use std::io::Write;

use warifu_core::id::LicenceId;
use warifu_core::product::Product;
use warifu_core::state::Record;

use super::samples::{self, NOW, records_of};
use super::{Dice, records};
use crate::port::{Changes, Selector, Store, Want};

/// How many seats each commit writes, with one licence.
const SEATS: usize = 3;

fn licence_id(round: u64) -> LicenceId {
    let mut bytes = [0x70; 16];
    bytes[..8].copy_from_slice(&round.to_be_bytes());
    LicenceId::from_bytes(bytes)
}

/// What one round commits: a licence with its seats.
#[must_use]
pub fn changes(round: u64) -> Changes {
    let dice = &mut Dice::new(round);
    let mut licence = samples::licence(dice);
    licence.id = licence_id(round);
    let mut written = vec![Record::Licence(licence.clone())];
    for _ in 0..SEATS {
        written.extend(records_of(&samples::seat(dice, licence.id, 1)));
    }
    records(written)
}

/// The same with an entry of the log.
#[must_use]
pub fn changes_with_event(round: u64) -> Changes {
    let mut changes = changes(round);
    changes.events.push(samples::event(&mut Dice::new(round)));
    changes
}

/// Some product.
#[must_use]
pub fn product(number: u64) -> Product {
    samples::product(&mut Dice::new(number))
}

/// The first round that is not there, when all before it are.
pub fn next(store: &mut dyn Store) -> u64 {
    (0..).find(|round| store.load(&wants(*round), NOW).unwrap().licences.is_empty()).unwrap_or(0)
}

/// What names the licence of a round.
#[must_use]
pub fn wants(round: u64) -> Vec<Want> {
    let selector = Selector::Id(licence_id(round));
    vec![Want::Licence { selector, installation: None, anchors: Vec::new(), activation: None }]
}

/// Commits the rounds from `first` on, and says each one's number after its commit, until it is killed.
pub fn write_and_tell(store: &mut dyn Store, first: u64, told: &mut dyn Write) {
    for round in first.. {
        store.commit(&changes(round)).unwrap();
        writeln!(told, "{round}").unwrap();
        told.flush().unwrap();
    }
}

/// Makes sure that every round before `end` is there and whole, and that of the later ones at most one is, whole too. Answers with the first round
/// that is not there.
pub fn check(store: &mut dyn Store, end: u64) -> u64 {
    let mut present = |round| {
        let found = store.load(&wants(round), NOW).unwrap().licences;
        for licence in &found {
            assert_eq!(licence.seats.len(), SEATS, "round {round} is there in part");
            assert!(
                licence.seats.iter().all(|seat| seat.installations.len() == 1),
                "round {round} is there in part"
            );
        }
        !found.is_empty()
    };
    for round in 0..end {
        assert!(present(round), "round {round} was acknowledged and is lost");
    }
    let next = end + u64::from(present(end));
    assert!(!present(next) && !present(next + 1), "rounds after {next} were never written");
    next
}
