//! Cases that people have sent.

use warifu_core::case::{Case, CaseChange, CaseHead, CaseLinkHash, CaseNote, CaseNumber, NoteText};
use warifu_core::id::CaseId;
use warifu_core::random::bytes;
use warifu_core::record::Revision;
use warifu_core::time::{Span, Timestamp};

use super::samples::{self, NOW};
use super::{Dice, Fixture};
use crate::port::{CaseSelector, Changes, CommitError, Page, Store};

fn case(dice: &mut Dice, received: Timestamp) -> Case {
    let millis = u64::try_from(received.seconds()).unwrap() * 1000;
    let note = |dice: &mut Dice| CaseNote {
        at: samples::time(dice),
        by: samples::staff_id(dice),
        text: NoteText::new(&dice.pick(&[
            "ok".to_owned(),
            "電話で確認\n\"済み\"".to_owned(),
            "x".repeat(NoteText::MAX),
        ]))
        .unwrap(),
    };
    Case {
        head: CaseHead {
            id: CaseId::generate(millis, dice),
            number: CaseNumber::draw(dice),
            revision: Revision::NEW,
            subject: dice.pick(&["windows".to_owned(), "warifu".to_owned()]),
            cause: dice.maybe(|_| "clock_wrong".to_owned()),
            unknown: dice.once_in(2),
            installation: dice.maybe(samples::installation_id),
            received,
            closed: None,
        },
        link: CaseLinkHash(bytes(dice)),
        digest: bytes(dice),
        bundle: dice.pick(&[b"{}".to_vec(), vec![0, 255, b'x'], vec![b'x'; 48 * 1024]]),
        notes: (0..dice.below(4)).map(|_| note(dice)).collect(),
    }
}

fn commit(store: &mut dyn Store, cases: Vec<CaseChange>) -> Result<(), CommitError> {
    store.commit(&Changes { cases, ..Changes::default() })
}

fn write(case: &Case) -> CaseChange {
    CaseChange::Write(Box::new(case.clone()))
}

/// As a store gives it back after one more writing.
fn stored(case: &Case) -> Case {
    let head = CaseHead { revision: case.head.revision.next(), ..case.head.clone() };
    Case { head, ..case.clone() }
}

/// By its number, by its link and by its digest, to the byte.
pub fn a_case_is_found_as_it_was_written(fixture: &dyn Fixture) {
    let (mut store, reads) = fixture.open();
    let dice = &mut Dice::new(1);
    let cases: Vec<Case> = (0..12).map(|_| case(dice, NOW)).collect();
    commit(&mut *store, cases.iter().map(write).collect()).unwrap();
    for case in &cases {
        for selector in [
            CaseSelector::Number(case.head.number),
            CaseSelector::Link(case.link),
            CaseSelector::Digest(case.digest),
        ] {
            assert_eq!(reads.case(&selector).unwrap(), Some(stored(case)), "{selector:?}");
        }
    }
    let unknown = CaseSelector::Link(CaseLinkHash(bytes(dice)));
    assert_eq!(reads.case(&unknown).unwrap(), None);
}

/// Two nodes drew the same number, or took the same bundle.
pub fn a_case_whose_number_link_or_digest_is_taken_is_a_conflict(fixture: &dyn Fixture) {
    let (mut store, reads) = fixture.open();
    let dice = &mut Dice::new(2);
    let first = case(dice, NOW);
    commit(&mut *store, vec![write(&first)]).unwrap();
    for place in 0..4 {
        let (innocent, mut second) = (case(dice, NOW), case(dice, NOW));
        match place {
            0 => second.head.number = first.head.number,
            1 => second.link = first.link,
            2 => second.digest = first.digest,
            _ => second.head.id = first.head.id,
        }
        assert_eq!(
            commit(&mut *store, vec![write(&innocent), write(&second)]),
            Err(CommitError::Conflict),
            "{place}"
        );
        let selector = CaseSelector::Number(innocent.head.number);
        assert_eq!(reads.case(&selector).unwrap(), None, "nothing of the commit was written");
    }
}

/// In the order of arrival, in pages, with or without those that are closed.
pub fn cases_are_listed_in_the_order_of_arrival(fixture: &dyn Fixture) {
    let (mut store, reads) = fixture.open();
    let dice = &mut Dice::new(3);
    let cases: Vec<Case> = (0..7)
        .map(|day| {
            let mut case = case(dice, NOW.plus(Span::days(day)));
            case.head.closed = (day % 3 == 0).then(|| (NOW, samples::staff_id(dice)));
            case
        })
        .collect();
    // Written in any order.
    commit(&mut *store, cases.iter().rev().map(write).collect()).unwrap();
    let heads: Vec<CaseHead> = cases.iter().map(|case| stored(case).head).collect();
    let list = |open_only: bool, limit: u16| {
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let page = reads.cases(open_only, &Page { after, limit }).unwrap();
            assert!(page.len() <= usize::from(limit));
            let Some(last) = page.last() else { return found };
            after = Some(last.id);
            found.extend(page);
        }
    };
    assert_eq!(list(false, 3), heads);
    let open: Vec<CaseHead> = heads.iter().filter(|head| head.closed.is_none()).cloned().collect();
    assert_eq!(list(true, 2), open);
    assert_eq!(reads.cases_until(NOW.plus(Span::days(2)), 50).unwrap(), heads[..3]);
    assert_eq!(reads.cases_until(NOW.plus(Span::days(6)), 2).unwrap(), heads[..2]);
    assert_eq!(reads.cases_until(NOW.minus(Span::seconds(1)), 50).unwrap(), []);
}

/// Whoever changes or erases it has seen it as it is.
pub fn a_case_is_changed_and_erased_only_as_it_was_read(fixture: &dyn Fixture) {
    let (mut store, reads) = fixture.open();
    let dice = &mut Dice::new(4);
    let new = case(dice, NOW);
    commit(&mut *store, vec![write(&new)]).unwrap();
    let mut read = stored(&new);
    read.head.closed = Some((NOW, samples::staff_id(dice)));
    read.notes.clear();
    commit(&mut *store, vec![write(&read)]).unwrap();
    let selector = CaseSelector::Digest(new.digest);
    assert_eq!(reads.case(&selector).unwrap(), Some(stored(&read)));
    assert_eq!(commit(&mut *store, vec![write(&read)]), Err(CommitError::Conflict));
    let erase = |revision| vec![CaseChange::Erase { id: new.head.id, revision }];
    assert_eq!(commit(&mut *store, erase(read.head.revision)), Err(CommitError::Conflict));
    commit(&mut *store, erase(stored(&read).head.revision)).unwrap();
    assert_eq!(reads.case(&selector).unwrap(), None);
    assert_eq!(commit(&mut *store, erase(stored(&read).head.revision)), Err(CommitError::Conflict));
    // What is erased may come again.
    commit(&mut *store, vec![write(&new)]).unwrap();
    assert_eq!(reads.case(&selector).unwrap(), Some(stored(&new)));
}
