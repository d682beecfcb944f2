//! What is written reads back equal.

use warifu_core::state::Record;

use super::samples::{self, NOW, records_of, stored, stored_seat};
use super::{Dice, Fixture, events, records};
use crate::port::{LoadedLicence, OwnSeat, Page, Selector, Store, Want};

const ROUNDS: u64 = 60;

fn loaded(store: &mut dyn Store, licence: &Record) -> LoadedLicence {
    let Record::Licence(licence) = licence else {
        unreachable!("only licences are asked for");
    };
    let want = Want::Licence {
        selector: Selector::Id(licence.id),
        installation: None,
        anchors: Vec::new(),
        activation: None,
    };
    let mut found = store.load(&[want], NOW).unwrap().licences;
    assert_eq!(found.len(), 1);
    found.remove(0)
}

/// Any licence with any seats.
pub fn everything_written_reads_back(fixture: &dyn Fixture) {
    let (mut store, reads) = fixture.open();
    for seed in 0..ROUNDS {
        let dice = &mut Dice::new(seed);
        let licence = Record::Licence(samples::licence(dice));
        let Record::Licence(new) = &licence else { continue };
        let mut seats: Vec<_> = (0..dice.below(4)).map(|count| samples::seat(dice, new.id, count)).collect();
        let mut written = vec![licence.clone()];
        written.extend(seats.iter().flat_map(records_of));
        store.commit(&records(written)).unwrap();
        let found = loaded(&mut *store, &licence);
        assert_eq!(Record::Licence(found.licence), stored(&licence), "seed {seed}");
        seats.sort_by_key(|seat| seat.activation.id);
        let seats: Vec<_> = seats.iter().map(stored_seat).collect();
        assert_eq!(found.seats, seats, "seed {seed}");
        let Record::Licence(licence) = stored(&licence) else { continue };
        for (seat, installation) in
            seats.iter().flat_map(|seat| seat.installations.iter().map(move |one| (seat, one)))
        {
            let found = reads.load(&[Want::Installation(installation.id)], NOW).unwrap();
            assert_eq!(found.installations, std::slice::from_ref(installation), "seed {seed}");
            let own = OwnSeat {
                installation: installation.clone(),
                licence: licence.clone(),
                seat: Some((seat.activation.clone(), seat.device.clone())),
            };
            assert_eq!(reads.own_seat(installation.id, NOW).unwrap(), Some(own), "seed {seed}");
        }
    }
}

/// Any licence and seat in the place of any other of the same ids.
pub fn everything_rewritten_reads_back(fixture: &dyn Fixture) {
    let (mut store, _) = fixture.open();
    for seed in 0..ROUNDS {
        let dice = &mut Dice::new(seed);
        let mut licence = samples::licence(dice);
        let mut seat = samples::seat(dice, licence.id, 1);
        for round in 0..4 {
            let mut written = vec![Record::Licence(licence.clone())];
            written.extend(records_of(&seat));
            store.commit(&records(written)).unwrap();
            let found = loaded(&mut *store, &Record::Licence(licence.clone()));
            assert_eq!(
                Record::Licence(found.licence.clone()),
                stored(&Record::Licence(licence)),
                "{seed} {round}"
            );
            assert_eq!(found.seats, [stored_seat(&seat)], "seed {seed}, round {round}");
            let other = samples::seat(dice, found.licence.id, 1);
            let before = &found.seats[0];
            seat = other.clone();
            seat.activation.id = before.activation.id;
            seat.activation.revision = before.activation.revision;
            seat.activation.device = before.device.id;
            seat.device.id = before.device.id;
            seat.device.revision = before.device.revision;
            seat.installations[0].id = before.installations[0].id;
            seat.installations[0].revision = before.installations[0].revision;
            seat.installations[0].activation = before.activation.id;
            licence = samples::licence(dice);
            licence.id = found.licence.id;
            licence.revision = found.licence.revision;
        }
    }
}

/// Any entries of the log.
pub fn events_read_back(fixture: &dyn Fixture) {
    let (mut store, reads) = fixture.open();
    let dice = &mut Dice::new(1);
    let mut written: Vec<_> = (0..150).map(|_| samples::event(dice)).collect();
    store.commit(&events(written.clone())).unwrap();
    written.sort_by_key(|event| event.id);
    assert_eq!(reads.events(None, &Page { after: None, limit: 200 }).unwrap(), written);
}
