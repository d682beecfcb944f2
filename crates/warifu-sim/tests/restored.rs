//! Restored activation: after the *first* remedy that the troubleshooter names was carried out to the letter, the activation works again.
//!
//! `docs/troubleshooter.md` keeps the table that this prints: `cargo nextest run -p warifu-sim --no-capture restored`.

#![expect(
    clippy::panic,
    clippy::print_stdout,
    reason = "the helper fails by panicking, as tests do; the table is its output"
)]

use warifu_sim::{Ailment, Treated, treat, treated_table};

/// How many variants of each fault.
const VARIANTS: u64 = 24;
/// How many of a hundred have to work again.
const RESTORED_PERCENT: usize = 95;

fn restored(ailment: Ailment) {
    let treated: Vec<Treated> = (1..=VARIANTS)
        .map(|seed| treat(ailment, seed).unwrap_or_else(|stop| panic!("{ailment}, seed {seed}: {stop}")))
        .collect();
    println!("{}", treated_table(&treated));
    let worked = treated.iter().filter(|one| one.restored).count();
    for one in treated.iter().filter(|one| !one.restored) {
        println!(
            "seed {}: {} → {} ({:.2}), {}: {}",
            one.seed, one.variant, one.cause, one.confidence, one.remedy, one.after
        );
    }
    assert!(worked * 100 >= treated.len() * RESTORED_PERCENT, "{worked} of {} {ailment}", treated.len());
}

#[test]
fn the_first_remedy_restores_an_activation_with_a_wrong_clock() {
    restored(Ailment::WrongClock);
}

#[test]
fn the_first_remedy_restores_an_activation_without_a_free_seat() {
    restored(Ailment::ExhaustedSeats);
}

#[test]
fn the_first_remedy_restores_a_suspended_licence() {
    restored(Ailment::Suspended);
}

#[test]
fn the_first_remedy_restores_an_activation_with_a_mistyped_key() {
    restored(Ailment::MistypedKey);
}

#[test]
fn the_first_remedy_restores_an_activation_with_a_foreign_key() {
    restored(Ailment::ForeignKey);
}

#[test]
fn the_first_remedy_restores_an_activation_after_another_board() {
    restored(Ailment::ChangedBoard);
}

#[test]
fn the_first_remedy_restores_an_activation_that_was_cloned() {
    restored(Ailment::ClonedLease);
}

#[test]
fn the_first_remedy_restores_a_damaged_store() {
    restored(Ailment::DamagedStore);
}

#[test]
fn the_first_remedy_restores_an_activation_whose_licence_was_revoked() {
    restored(Ailment::Revoked);
}

#[test]
fn the_first_remedy_restores_an_activation_while_the_service_is_down() {
    restored(Ailment::ServiceDown);
}
