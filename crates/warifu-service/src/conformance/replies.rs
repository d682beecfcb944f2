//! Answers to requests of staff.

use warifu_core::id::{IdempotencyKey, StaffId};
use warifu_core::random::bytes;
use warifu_core::time::{Span, Timestamp};

use super::samples::{self, NOW};
use super::{Dice, Fixture};
use crate::port::{Changes, CommitError, Reply, ReplyKey, Store, Want};

fn reply(dice: &mut Dice, staff: StaffId, created: Timestamp) -> (ReplyKey, Reply) {
    let key = ReplyKey { staff, key: IdempotencyKey::from_bytes(bytes(dice)) };
    let subject = dice.pick(&[String::new(), "17".to_owned(), "製品".to_owned()]);
    (key, Reply { digest: bytes(dice), subject, created })
}

fn commit(store: &mut dyn Store, replies: Vec<(ReplyKey, Reply)>) -> Result<(), CommitError> {
    store.commit(&Changes { replies, ..Changes::default() })
}

/// And then no more, by whichever member of staff.
pub fn a_request_is_recognised_for_some_days(fixture: &dyn Fixture) {
    let (mut store, reads) = fixture.open();
    let dice = &mut Dice::new(1);
    let staff = samples::staff_id(dice);
    let first: Vec<_> = (0..30).map(|_| reply(dice, staff, NOW)).collect();
    commit(&mut *store, first.clone()).unwrap();
    let wants: Vec<_> = first.iter().map(|(key, _)| Want::Reply(*key)).collect();
    let kept = Span::days(Reply::KEPT_DAYS);
    assert_eq!(store.load(&wants, NOW).unwrap().replies, first);
    assert_eq!(reads.load(&wants, NOW.plus(kept)).unwrap().replies, first);
    let later = NOW.plus(kept).plus(Span::seconds(1));
    assert_eq!(store.load(&wants, later).unwrap().replies, []);
    let other = ReplyKey { staff: samples::staff_id(dice), ..first[0].0 };
    assert_eq!(store.load(&[Want::Reply(other)], NOW).unwrap().replies, []);
    // Whether the old answers are still there or not, the requests can be made again.
    let again: Vec<_> = first.iter().map(|(key, _)| (*key, reply(dice, staff, later).1)).collect();
    commit(&mut *store, again.clone()).unwrap();
    assert_eq!(store.load(&wants, later).unwrap().replies, again);
}

/// Another node has done what was asked.
pub fn a_request_that_was_answered_meanwhile_is_a_conflict(fixture: &dyn Fixture) {
    let (mut store, _) = fixture.open();
    let dice = &mut Dice::new(2);
    let staff = samples::staff_id(dice);
    let (key, first) = reply(dice, staff, NOW);
    commit(&mut *store, vec![(key, first.clone())]).unwrap();
    let second = (key, reply(dice, staff, NOW.plus(Span::hours(1))).1);
    assert_eq!(commit(&mut *store, vec![reply(dice, staff, NOW), second]), Err(CommitError::Conflict));
    assert_eq!(store.load(&[Want::Reply(key)], NOW).unwrap().replies, [(key, first)]);
}
