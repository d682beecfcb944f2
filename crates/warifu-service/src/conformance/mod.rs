//! What every adapter of the storage port must do, written once. An adapter gives a [`Fixture`] and calls [`crate::conformance_tests`]; each
//! behaviour becomes a test of its own.
//!
//! Random inputs come from a [`Dice`] with a fixed seed for each run, so that a failure, which names its seed, happens again.

#![expect(
    clippy::unwrap_used,
    reason = "the suite is test code that adapters compile as a library: a failure is a panic"
)]

pub mod cases;
pub mod crash;
mod dice;
pub mod durability;
pub mod lists;
pub mod log;
mod model;
pub mod race;
pub mod records;
pub mod registry;
pub mod replies;
pub mod revisions;
mod samples;
pub mod wants;

use std::sync::Arc;

pub use self::dice::Dice;

use crate::port::{Changes, Reads, Store};
use warifu_core::event::Event;
use warifu_core::state::Record;

/// A store to test, empty at first.
pub trait Fixture {
    /// Opens the store as the last opening has left it. Both sides of that have been dropped.
    fn open(&self) -> (Box<dyn Store>, Arc<dyn Reads>);
}

/// Makes a test of each behaviour, on the fixture that the expression gives. `conformance_tests!(lasting: …)` adds those that need a store that
/// outlives its closing.
#[macro_export]
macro_rules! conformance_tests {
    (lasting: $fixture:expr) => {
        $crate::conformance_tests!($fixture);
        $crate::conformance_tests!(@tests $fixture;
            durability::what_was_committed_is_there_after_reopening
            durability::what_was_refused_is_not_there_after_reopening
            log::the_log_is_there_after_reopening
        );
    };
    ($fixture:expr) => {
        $crate::conformance_tests!(@tests $fixture;
            cases::a_case_is_changed_and_erased_only_as_it_was_read
            cases::a_case_is_found_as_it_was_written
            cases::a_case_whose_number_link_or_digest_is_taken_is_a_conflict
            cases::cases_are_listed_in_the_order_of_arrival
            lists::a_list_is_paged_in_the_order_of_making
            lists::licences_are_filtered_by_sku_key_and_label
            lists::events_are_listed_of_all_and_of_one_licence
            lists::seats_are_listed_with_released_ones
            lists::contested_seats_are_listed_of_all_licences
            lists::licences_and_activations_are_counted
            log::an_empty_log_has_a_root_and_nothing_waits
            log::events_wait_in_the_order_of_their_commits
            log::an_append_gives_places_once
            log::an_append_on_a_head_that_has_moved_is_a_conflict
            log::an_append_that_does_not_fit_leaves_nothing
            log::what_was_not_committed_does_not_wait
            log::any_interleaving_of_commits_and_appends_gives_the_same_log
            log::a_head_is_signed_without_growing
            race::twenty_devices_racing_for_three_seats_leave_three
            race::twenty_devices_with_one_proof_of_purchase_leave_one
            records::everything_written_reads_back
            records::everything_rewritten_reads_back
            records::events_read_back
            registry::a_registry_reads_back
            registry::what_was_erased_of_a_registry_is_gone
            registry::a_policys_latest_version_holds_and_its_old_ones_are_kept
            registry::codes_numbers_and_tokens_are_unique
            registry::imported_keys_are_taken_over_once
            replies::a_request_is_recognised_for_some_days
            replies::a_request_that_was_answered_meanwhile_is_a_conflict
            revisions::a_record_that_was_written_meanwhile_is_a_conflict
            revisions::a_new_record_that_exists_is_a_conflict
            revisions::a_key_starts_one_licence_only
            revisions::a_conflict_anywhere_leaves_nothing
            wants::nothing_is_found_in_an_empty_store
            wants::few_seats_are_all_loaded
            wants::of_many_seats_those_that_matter_are_loaded
            wants::what_is_loaded_is_bounded
            wants::a_licence_wanted_twice_is_loaded_once
            wants::any_history_loads_as_in_the_model
        );
    };
    (@tests $fixture:expr; $($module:ident :: $behaviour:ident)+) => {$(
        #[test]
        fn $behaviour() {
            $crate::conformance::$module::$behaviour(&$fixture);
        }
    )+};
}

/// Changes that write these records.
fn records(records: Vec<Record>) -> Changes {
    Changes { records, ..Changes::default() }
}

/// Changes that write these entries of the log.
fn events(events: Vec<Event>) -> Changes {
    Changes { events, ..Changes::default() }
}
