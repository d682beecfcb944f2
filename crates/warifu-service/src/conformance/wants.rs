//! What a load brings: all that a decision may look at, and no more than it says.

use std::collections::BTreeMap;

use warifu_core::hardware::{ComponentKind, Reading, Scheme, StoredFingerprint, StoredHash};
use warifu_core::id::{ActivationId, LicenceId};
use warifu_core::licence::{Licence, Origin};
use warifu_core::seat::{ActivationState, ReleasedBy, Seat};
use warifu_core::state::{LicenceState, Record};
use warifu_core::time::{Span, Timestamp};

use super::model::{FOUND_MAX, Model, anchors_of, sorted};
use super::samples::{self, NOW, records_of};
use super::{Dice, Fixture, records};
use crate::port::{Anchor, Loaded, Selector, Store, Want};

fn want(id: LicenceId) -> Want {
    Want::Licence { selector: Selector::Id(id), installation: None, anchors: Vec::new(), activation: None }
}

/// Not an error, whatever is asked for.
pub fn nothing_is_found_in_an_empty_store(fixture: &dyn Fixture) {
    let (mut store, reads) = fixture.open();
    let dice = &mut Dice::new(1);
    let wants = [
        want(samples::licence_id(dice)),
        Want::Licence {
            selector: Selector::Key(samples::key_number(dice)),
            installation: Some(samples::installation_id(dice)),
            anchors: anchors_of(&physical(1, 2)),
            activation: Some(samples::activation_id(dice)),
        },
        Want::Installation(samples::installation_id(dice)),
    ];
    assert_eq!(store.load(&wants, NOW).unwrap(), Loaded::default());
    assert_eq!(reads.load(&wants, NOW).unwrap(), Loaded::default());
    assert_eq!(reads.own_seat(samples::installation_id(dice), NOW).unwrap(), None);
    assert_eq!(store.load(&[], NOW).unwrap(), Loaded::default());
}

/// A machine whose first two anchors are its board and its disk.
fn physical(board: u64, disk: u64) -> StoredFingerprint {
    let present = |bits| Reading::Present(StoredHash::from_u64(bits));
    StoredFingerprint::new(Scheme::Physical)
        .with(ComponentKind::Motherboard, present(board))
        .with(ComponentKind::SystemDisk, present(disk))
}

/// A licence with `count` held seats, whose devices have the boards and disks of their places, and whose leases end the sooner, the later the
/// place.
fn licence_with_seats(dice: &mut Dice, count: usize) -> (Licence, Vec<Seat>) {
    let mut licence = samples::licence(dice);
    licence.seats = count as u32;
    licence.seats_taken = count as u32;
    let seats = (0..count).map(|place| {
        let mut seat = samples::seat(dice, licence.id, 1);
        seat.activation.state = ActivationState::Active;
        seat.activation.left_until = Timestamp::MIN;
        seat.device.fingerprint = physical(place as u64, 1_000 + place as u64);
        seat.installations[0].head.expires = NOW.plus(Span::days((count - place) as u32));
        seat
    });
    let seats = seats.collect();
    (licence, seats)
}

fn write(store: &mut dyn Store, model: &mut Model, written: Vec<Record>) {
    store.commit(&records(written.clone())).unwrap();
    model.write(&written);
}

fn write_licence(store: &mut dyn Store, model: &mut Model, licence: &Licence, seats: &[Seat]) {
    let mut written = vec![Record::Licence(licence.clone())];
    written.extend(seats.iter().flat_map(records_of));
    write(store, model, written);
}

/// Up to the bound, by every name that the licence has.
pub fn few_seats_are_all_loaded(fixture: &dyn Fixture) {
    let (mut store, reads) = fixture.open();
    let dice = &mut Dice::new(1);
    let mut model = Model::default();
    for count in [0, 1, LicenceState::SEATS_FEW] {
        let (licence, seats) = licence_with_seats(dice, count);
        write_licence(&mut *store, &mut model, &licence, &seats);
        let mut selectors = vec![Selector::Id(licence.id)];
        match licence.origin {
            Origin::Key { number, .. } => selectors.push(Selector::Key(number)),
            Origin::Imported(hash) => selectors.push(Selector::Imported(hash)),
            Origin::Granted => {}
        }
        for selector in selectors {
            let want = Want::Licence { selector, installation: None, anchors: Vec::new(), activation: None };
            let found = store.load(std::slice::from_ref(&want), NOW).unwrap();
            assert_eq!(found.licences.len(), 1);
            assert_eq!(found.licences[0].seats.len(), count);
            assert!(found.licence(&selector).is_some());
            assert_eq!(sorted(reads.load(&[want], NOW).unwrap()), sorted(found));
        }
    }
}

fn places(found: &Loaded, seats: &[Seat]) -> Vec<usize> {
    let place: BTreeMap<ActivationId, usize> =
        seats.iter().enumerate().map(|(place, seat)| (seat.activation.id, place)).collect();
    let mut places: Vec<_> = found.licences[0].seats.iter().map(|seat| place[&seat.activation.id]).collect();
    places.sort_unstable();
    places
}

/// One beyond few, whether they came at once or one by one.
pub fn of_many_seats_those_that_matter_are_loaded(fixture: &dyn Fixture) {
    let (mut store, _) = fixture.open();
    let dice = &mut Dice::new(1);
    let mut model = Model::default();
    for at_once in [true, false] {
        let (mut licence, seats) = licence_with_seats(dice, LicenceState::SEATS_FEW + 1);
        licence.seats += 1;
        if at_once {
            write_licence(&mut *store, &mut model, &licence, &seats);
        } else {
            write_licence(&mut *store, &mut model, &licence, &[]);
            for seat in &seats {
                write(&mut *store, &mut model, records_of(seat));
            }
        }
        let board = (ComponentKind::Motherboard, StoredHash::from_u64(3));
        let disk = (ComponentKind::SystemDisk, StoredHash::from_u64(1_004));
        let moved = (ComponentKind::SystemDisk, StoredHash::from_u64(3));
        let mut check = |installation: Option<usize>,
                         anchors: &[Anchor],
                         activation: Option<usize>,
                         expected: &[usize]| {
            let want = Want::Licence {
                selector: Selector::Id(licence.id),
                installation: installation.map(|place| seats[place].installations[0].id),
                anchors: anchors.to_vec(),
                activation: activation.map(|place| seats[place].activation.id),
            };
            assert_eq!(places(&store.load(&[want], NOW).unwrap(), &seats), expected);
        };
        check(None, &[], None, &[]);
        check(Some(9), &[], None, &[9]);
        check(None, &[board, disk], None, &[3, 4]);
        check(None, &[moved], None, &[]);
        check(Some(9), &[board], Some(1), &[1, 3, 9]);
        let own = store.load(&[Want::Installation(seats[9].installations[0].id)], NOW).unwrap();
        assert_eq!(places(&own, &seats), [9]);
        // Every seat is taken: the last places' leases end first.
        let mut full = licence.clone();
        full.revision = full.revision.next();
        full.seats_taken = full.seats;
        store.commit(&records(vec![Record::Licence(full)])).unwrap();
        let silent: Vec<_> = (1..=LicenceState::SEATS_FEW).collect();
        assert_eq!(places(&store.load(&[want(licence.id)], NOW).unwrap(), &seats), silent);
    }
}

/// A hundred clones of one machine, with a hundred installations on one of them.
pub fn what_is_loaded_is_bounded(fixture: &dyn Fixture) {
    let (mut store, _) = fixture.open();
    let dice = &mut Dice::new(1);
    let mut model = Model::default();
    let (licence, mut seats) = licence_with_seats(dice, 100);
    for (place, seat) in seats.iter_mut().enumerate() {
        seat.device.fingerprint = physical(1, 2);
        if place % 10 != 0 {
            let (at, lingers_until) = (NOW, NOW.plus(Span::days(1 + place as u32)));
            seat.activation.state = ActivationState::Released { at, by: ReleasedBy::Staff, lingers_until };
            seat.activation.left_until = Timestamp::MIN;
        }
    }
    let crowd = seats[50].activation.clone();
    seats[50].installations.extend((0..100).map(|_| samples::installation(dice, &crowd)));
    write_licence(&mut *store, &mut model, &licence, &seats);
    seats[50].installations.sort_by_key(|installation| (installation.head.expires, installation.id));
    let asking = seats[50].installations[0].id;
    let want = Want::Licence {
        selector: Selector::Id(licence.id),
        installation: Some(asking),
        anchors: anchors_of(&physical(1, 2)),
        activation: Some(seats[51].activation.id),
    };
    let found = store.load(std::slice::from_ref(&want), NOW).unwrap();
    assert_eq!(sorted(found.clone()), sorted(model.load(&[want], NOW)));
    let loaded = &found.licences[0];
    assert!(loaded.seats.len() <= LicenceState::SEATS_LOADED && loaded.seats.len() >= FOUND_MAX);
    // Held ones come before released ones.
    assert_eq!(loaded.seats.iter().filter(|seat| seat.is_active()).count(), 10);
    assert_eq!((loaded.released.lingering, loaded.released.within_year), (90, 90));
    assert_eq!(loaded.released.lingering_first_end, Some(NOW.plus(Span::days(2))));
    let seat = loaded.seats.iter().find(|seat| seat.activation.id == crowd.id).unwrap();
    assert_eq!(seat.installations.len(), Seat::INSTALLATIONS_LOADED + 1);
    assert!(seat.installations.iter().any(|installation| installation.id == asking));
    let newest = &seat.installations[..Seat::INSTALLATIONS_LOADED];
    assert!(
        newest
            .is_sorted_by_key(|installation| std::cmp::Reverse((installation.head.expires, installation.id)))
    );
}

/// By key, by id and through an installation at once; what each want names is there.
pub fn a_licence_wanted_twice_is_loaded_once(fixture: &dyn Fixture) {
    let (mut store, _) = fixture.open();
    let dice = &mut Dice::new(1);
    let mut model = Model::default();
    let (mut licence, seats) = licence_with_seats(dice, 30);
    let number = samples::key_number(dice);
    licence.origin = Origin::Key { number, batch: samples::batch_id(dice) };
    licence.seats += 1;
    write_licence(&mut *store, &mut model, &licence, &seats);
    let by = |selector, place: usize| Want::Licence {
        selector,
        installation: None,
        anchors: Vec::new(),
        activation: Some(seats[place].activation.id),
    };
    let wants = [
        by(Selector::Key(number), 1),
        by(Selector::Id(licence.id), 2),
        Want::Installation(seats[3].installations[0].id),
        Want::Installation(seats[3].installations[0].id),
        by(Selector::Key(number), 4),
    ];
    let found = store.load(&wants, NOW).unwrap();
    assert_eq!((found.licences.len(), found.installations.len()), (1, 1));
    assert_eq!(places(&found, &seats), [1, 2, 3, 4]);
}

/// Seats granted, released, held again, renewed, rebound and moved in any order, on licences with few seats and with many.
pub fn any_history_loads_as_in_the_model(fixture: &dyn Fixture) {
    let (mut store, reads) = fixture.open();
    for seed in 0..12 {
        let dice = &mut Dice::new(seed);
        let mut model = Model::default();
        for _ in 0..3 {
            write(&mut *store, &mut model, vec![Record::Licence(samples::licence(dice))]);
        }
        let licences: Vec<_> = model.licences.keys().copied().collect();
        for step in 0..60 {
            let changed = changes(dice, &model, &licences);
            write(&mut *store, &mut model, changed.into_values().collect());
            let wants: Vec<_> = (0..1 + dice.below(4)).map(|_| any_want(dice, &model, &licences)).collect();
            let now = dice.pick(&[NOW, NOW, samples::time(&mut Dice::new(seed * 100 + step))]);
            let expected = sorted(model.load(&wants, now));
            assert_eq!(
                sorted(store.load(&wants, now).unwrap()),
                expected,
                "seed {seed}, step {step}: {wants:?}"
            );
            if step % 10 == 0 {
                assert_eq!(
                    sorted(reads.load(&wants, now).unwrap()),
                    expected,
                    "seed {seed}, step {step}: {wants:?}"
                );
            }
        }
    }
}

/// A machine of a small shop: boards and disks come again.
fn any_machine(dice: &mut Dice) -> StoredFingerprint {
    if dice.once_in(6) {
        return samples::fingerprint(dice);
    }
    physical(dice.below(12) as u64, dice.below(12) as u64)
}

/// Some changes of one commit, each record once.
fn changes(dice: &mut Dice, model: &Model, licences: &[LicenceId]) -> BTreeMap<[u8; 33], Record> {
    let mut changed = BTreeMap::new();
    for _ in 0..1 + dice.below(4) {
        for record in change(dice, model, licences) {
            changed.entry(key_of(&record)).or_insert(record);
        }
    }
    changed
}

fn key_of(record: &Record) -> [u8; 33] {
    let mut key = [0; 33];
    let (kind, id): (u8, &[u8]) = match record {
        Record::Licence(licence) => (1, licence.id.as_bytes()),
        Record::Device(device) => (2, device.id.as_bytes()),
        Record::Activation(activation) => (3, activation.id.as_bytes()),
        Record::Installation(installation) => (4, installation.id.as_bytes()),
    };
    key[0] = kind;
    key[1..=id.len()].copy_from_slice(id);
    key
}

fn change(dice: &mut Dice, model: &Model, licences: &[LicenceId]) -> Vec<Record> {
    // The first licence gets most of the seats.
    let licence = if dice.once_in(3) { dice.pick(licences) } else { licences[0] };
    let activations: Vec<_> = model.activations.values().cloned().collect();
    let installations: Vec<_> = model.installations.values().cloned().collect();
    let kind = if activations.is_empty() || installations.is_empty() { 0 } else { dice.below(9) };
    match kind {
        0..=2 => {
            let count = dice.below(3);
            let mut seat = samples::seat(dice, licence, count);
            seat.device.fingerprint = any_machine(dice);
            records_of(&seat)
        }
        3 => {
            let mut activation = dice.pick(&activations);
            let other = samples::activation(dice, activation.licence, activation.device);
            activation.state = other.state;
            activation.left_until = other.left_until;
            activation.held_since = other.held_since;
            activation.asked_release = other.asked_release;
            activation.reclaimed = other.reclaimed;
            vec![Record::Activation(activation)]
        }
        4 => {
            let mut device = model.devices[&dice.pick(&activations).device].clone();
            device.fingerprint = any_machine(dice);
            vec![Record::Device(device)]
        }
        5 => {
            let mut installation = dice.pick(&installations);
            installation.head = samples::head(dice);
            vec![Record::Installation(installation)]
        }
        6 => {
            let (mut installation, to) = (dice.pick(&installations), dice.pick(&activations));
            installation.licence = to.licence;
            installation.activation = to.id;
            vec![Record::Installation(installation)]
        }
        7 => {
            let activation = dice.pick(&activations);
            vec![Record::Installation(samples::installation(dice, &activation))]
        }
        _ => {
            let mut licence = model.licences[&licence].clone();
            licence.seats = dice.below(30) as u32;
            licence.seats_taken = dice.below(30) as u32;
            vec![Record::Licence(licence)]
        }
    }
}

fn any_want(dice: &mut Dice, model: &Model, licences: &[LicenceId]) -> Want {
    let installations: Vec<_> = model.installations.keys().copied().collect();
    let activations: Vec<_> = model.activations.keys().copied().collect();
    let any = samples::installation_id(dice);
    let installation = if installations.is_empty() { any } else { dice.pick(&installations) };
    if dice.once_in(3) {
        return Want::Installation(installation);
    }
    let licence = dice.pick(licences);
    let selector = match model.licences[&licence].origin {
        Origin::Key { number, .. } if dice.once_in(2) => Selector::Key(number),
        Origin::Imported(hash) if dice.once_in(2) => Selector::Imported(hash),
        _ => Selector::Id(licence),
    };
    let of_licence: Vec<_> =
        activations.into_iter().filter(|id| model.activations[id].licence == licence).collect();
    Want::Licence {
        selector,
        installation: dice.maybe(|_| installation),
        anchors: anchors_of(&any_machine(dice)),
        activation: if of_licence.is_empty() { None } else { dice.maybe(|dice| dice.pick(&of_licence)) },
    }
}
