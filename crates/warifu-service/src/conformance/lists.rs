//! Lists come in pages, oldest first.

use warifu_core::key::SkuNumber;
use warifu_core::licence::{Licence, Origin};
use warifu_core::seat::Seat;
use warifu_core::state::Record;
use warifu_core::time::Timestamp;

use super::samples::{self, NOW, records_of, stored_seat};
use super::{Dice, Fixture, events, records};
use crate::port::{LicenceFilter, Page, Reads};

fn store_licences(
    fixture: &dyn Fixture,
    count: usize,
    shape: impl Fn(usize, &mut Licence),
) -> (std::sync::Arc<dyn Reads>, Vec<Licence>) {
    let (mut store, reads) = fixture.open();
    let dice = &mut Dice::new(9);
    let mut licences: Vec<_> = (0..count)
        .map(|index| {
            let mut licence = samples::licence(dice);
            shape(index, &mut licence);
            licence
        })
        .collect();
    store.commit(&records(licences.iter().cloned().map(Record::Licence).collect())).unwrap();
    for licence in &mut licences {
        licence.revision = licence.revision.next();
    }
    licences.sort_by_key(|licence| licence.id);
    (reads, licences)
}

/// Every page size gives the same list; what lies outside the bounds of a page is brought inside.
pub fn a_list_is_paged_in_the_order_of_making(fixture: &dyn Fixture) {
    let (reads, licences) = store_licences(fixture, 230, |_, _| {});
    for limit in [1, 7, 200] {
        let mut found = Vec::new();
        loop {
            let after = found.last().map(|licence: &Licence| licence.id);
            let page = reads.licences(&LicenceFilter::default(), &Page { after, limit }).unwrap();
            assert!(page.len() <= usize::from(limit));
            if page.is_empty() {
                break;
            }
            found.extend(page);
        }
        assert_eq!(found, licences, "in pages of {limit}");
    }
    let none = LicenceFilter::default();
    assert_eq!(reads.licences(&none, &Page { after: None, limit: 0 }).unwrap().len(), 1);
    assert_eq!(reads.licences(&none, &Page { after: None, limit: u16::MAX }).unwrap().len(), 200);
}

/// Each filter alone, and all together.
pub fn licences_are_filtered_by_sku_key_and_label(fixture: &dyn Fixture) {
    let sku = |number| SkuNumber::new(number).unwrap();
    let (reads, licences) = store_licences(fixture, 60, |index, licence| licence.sku = sku(index as u16 % 3));
    let page = Page { after: None, limit: 200 };
    let check = |filter: LicenceFilter, keep: &dyn Fn(&Licence) -> bool| {
        let expected: Vec<_> = licences.iter().filter(|licence| keep(licence)).cloned().collect();
        assert_eq!(reads.licences(&filter, &page).unwrap(), expected, "{filter:?}");
    };
    check(LicenceFilter { sku: Some(sku(1)), ..LicenceFilter::default() }, &|licence| licence.sku == sku(1));
    check(LicenceFilter { sku: Some(sku(9)), ..LicenceFilter::default() }, &|_| false);
    for licence in &licences {
        if let Origin::Key { number, .. } = licence.origin {
            let filter = LicenceFilter { key: Some(number), ..LicenceFilter::default() };
            check(filter.clone(), &|other| other.id == licence.id);
            check(LicenceFilter { sku: Some(sku(9)), ..filter }, &|_| false);
        }
        if let Some(label) = &licence.label {
            let filter = LicenceFilter { label: Some(label.to_string()), ..LicenceFilter::default() };
            check(filter.clone(), &|other| other.label.as_ref() == Some(label));
            check(LicenceFilter { sku: Some(licence.sku), ..filter }, &|other| {
                other.label.as_ref() == Some(label) && other.sku == licence.sku
            });
        }
    }
    let part = LicenceFilter { label: Some("経理".to_owned()), ..LicenceFilter::default() };
    check(part, &|_| false);
}

/// In the order of their ids, whatever the order of writing.
pub fn events_are_listed_of_all_and_of_one_licence(fixture: &dyn Fixture) {
    let (mut store, reads) = fixture.open();
    let dice = &mut Dice::new(3);
    let licence = samples::licence_id(dice);
    let mut all: Vec<_> = (0..40)
        .map(|index| {
            let mut event = samples::event(dice);
            if index % 3 == 0 {
                event.subject.licence = Some(licence);
            }
            event
        })
        .collect();
    for part in all.chunks(7) {
        store.commit(&events(part.to_vec())).unwrap();
    }
    all.sort_by_key(|event| event.id);
    let own: Vec<_> = all.iter().filter(|event| event.subject.licence == Some(licence)).cloned().collect();
    for (of, expected) in [(None, &all), (Some(licence), &own)] {
        let mut found = Vec::new();
        while found.len() < expected.len() {
            let after = found.last().map(|event: &warifu_core::event::Event| event.id);
            let page = reads.events(of, &Page { after, limit: 9 }).unwrap();
            assert!(!page.is_empty() && page.len() <= 9);
            found.extend(page);
        }
        assert_eq!(found, *expected);
        let after = found.last().map(|event| event.id);
        assert_eq!(reads.events(of, &Page { after, limit: 9 }).unwrap(), []);
    }
}

/// In pages, whether the licence has few or many.
pub fn seats_are_listed_with_released_ones(fixture: &dyn Fixture) {
    let (mut store, reads) = fixture.open();
    let dice = &mut Dice::new(4);
    for count in [0, 5, 40] {
        let licence = samples::licence(dice);
        let mut seats: Vec<_> = (0..count).map(|_| samples::seat(dice, licence.id, 2)).collect();
        let mut written = vec![Record::Licence(licence.clone())];
        written.extend(seats.iter().flat_map(records_of));
        store.commit(&records(written)).unwrap();
        seats.sort_by_key(|seat| seat.activation.id);
        let expected: Vec<_> = seats.iter().map(stored_seat).collect();
        let mut found = reads.activations(licence.id, &Page { after: None, limit: 15 }).unwrap();
        while let Some(last) = found.last() {
            let page =
                reads.activations(licence.id, &Page { after: Some(last.activation.id), limit: 15 }).unwrap();
            if page.is_empty() {
                break;
            }
            found.extend(page);
        }
        assert_eq!(found, expected);
    }
}

/// Of all licences, with few seats and with many: those that were reclaimed and may be objected to, and those whose release waits.
pub fn contested_seats_are_listed_of_all_licences(fixture: &dyn Fixture) {
    let (mut store, reads) = fixture.open();
    let dice = &mut Dice::new(6);
    let mut all = Vec::new();
    for count in [3, 100, 5] {
        let licence = samples::licence(dice);
        let seats: Vec<_> = (0..count).map(|_| samples::seat(dice, licence.id, 1)).collect();
        let mut written = vec![Record::Licence(licence)];
        written.extend(seats.iter().flat_map(records_of));
        store.commit(&records(written)).unwrap();
        all.extend(seats.iter().map(stored_seat));
    }
    all.sort_by_key(|seat| seat.activation.id);
    for now in [NOW, Timestamp::MIN, Timestamp::MAX] {
        let waits =
            |seat: &Seat| seat.activation.asked_release.is_some_and(|asked| asked.effective.is_some());
        let objects = |seat: &Seat| seat.objection_until().is_some_and(|until| until > now);
        let expected: Vec<_> = all.iter().filter(|seat| waits(seat) || objects(seat)).cloned().collect();
        assert!(now == Timestamp::MAX || expected.len() > 8, "{}", expected.len());
        let mut found = Vec::new();
        loop {
            let after = found.last().map(|seat: &Seat| seat.activation.id);
            let page = reads.contested(&Page { after, limit: 4 }, now).unwrap();
            assert!(page.len() <= 4);
            if page.is_empty() {
                break;
            }
            found.extend(page);
        }
        assert_eq!(found, expected);
    }
}

/// For the metrics; an adapter may be a little behind, but not in a store at rest.
pub fn licences_and_activations_are_counted(fixture: &dyn Fixture) {
    let (mut store, reads) = fixture.open();
    assert_eq!(reads.counts().unwrap(), (0, 0));
    let dice = &mut Dice::new(5);
    let licence = samples::licence(dice);
    let mut written = vec![Record::Licence(licence.clone()), Record::Licence(samples::licence(dice))];
    for _ in 0..3 {
        written.extend(records_of(&samples::seat(dice, licence.id, 1)));
    }
    store.commit(&records(written)).unwrap();
    assert_eq!(reads.counts().unwrap(), (2, 3));
}
