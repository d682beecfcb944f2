//! For each promise a bug that breaks it, put in around the product: its checker must see it.

#![expect(clippy::panic, reason = "the helper fails by panicking, as tests do")]

use warifu_sim::{Planted, Run, Stop};

/// Runs seeds with the bug until one is seen, and compares the promise that was found broken. 0 is liveness.
#[track_caller]
fn is_seen(planted: Planted, promise: u8) {
    for seed in 1..=12 {
        let run = Run { planted, ..Run::new(seed, 1_600) };
        match run.make() {
            Ok(_) => {}
            Err(failed) => match &failed.stop {
                Stop::Violation { promise: found, .. } if *found == promise => return,
                // To whom a lease looks ended, a repeated request is a new one as well.
                Stop::Violation { promise: 2, .. } if planted == Planted::SilenceInvented => {}
                // Staff cannot revoke what looks revoked already.
                Stop::Violation { promise: 2, .. } if planted == Planted::FalseRevocation => {}
                _ => panic!("another promise was found broken:\n{failed}"),
            },
        }
    }
    panic!("{planted:?} was not seen");
}

#[test]
fn seats_that_decisions_do_not_see_break_the_first_promise() {
    is_seen(Planted::SeatsHidden, 1);
}

#[test]
fn a_seat_that_is_given_away_early_breaks_the_first() {
    is_seen(Planted::SilenceInvented, 1);
}

#[test]
fn an_objection_that_is_not_heard_breaks_the_first() {
    is_seen(Planted::ObjectionIgnored, 1);
}

#[test]
fn a_seat_that_is_given_to_who_asks_for_it_before_its_time_breaks_the_first() {
    is_seen(Planted::ReleaseHurried, 1);
}

#[test]
fn a_leaked_master_that_is_trusted_breaks_the_first() {
    is_seen(Planted::EpochTrusted, 1);
}

#[test]
fn a_list_of_withdrawn_keys_that_is_withheld_breaks_the_first() {
    is_seen(Planted::ListWithheld, 1);
}

#[test]
fn a_journal_that_forgets_breaks_the_second() {
    is_seen(Planted::JournalForgotten, 2);
}

#[test]
fn a_commit_that_is_forgotten_breaks_the_second() {
    is_seen(Planted::CommitForgotten, 2);
}

#[test]
fn a_revocation_that_nobody_ordered_breaks_the_third() {
    is_seen(Planted::FalseRevocation, 3);
}

#[test]
fn a_refusal_without_a_remedy_breaks_the_fourth() {
    is_seen(Planted::RemedyMissing, 4);
}

#[test]
fn a_remedy_that_does_not_help_is_no_way_out() {
    is_seen(Planted::RemedyUseless, 0);
}

#[test]
fn a_request_in_the_log_breaks_the_fifth() {
    is_seen(Planted::BodyInLog, 5);
}

#[test]
fn a_key_in_an_answer_breaks_the_fifth() {
    is_seen(Planted::RequestInAnswer, 5);
}

#[test]
fn a_key_in_a_folder_breaks_the_fifth() {
    is_seen(Planted::KeyInFolder, 5);
}

#[test]
fn an_answer_that_tells_which_numbers_exist_breaks_the_sixth() {
    is_seen(Planted::GuessTold, 6);
}

#[test]
fn an_act_that_is_not_in_the_log_breaks_the_sixth() {
    is_seen(Planted::ActUnlogged, 6);
}

#[test]
fn an_event_without_a_place_in_the_log_breaks_the_sixth() {
    is_seen(Planted::PlaceLost, 6);
}

#[test]
fn a_choice_that_is_not_the_seeds_breaks_the_seventh() {
    let run = Run { planted: Planted::Unseeded, ..Run::new(1, 300) };
    assert_ne!(run.make().map(|outcome| outcome.hash), run.make().map(|outcome| outcome.hash));
}
