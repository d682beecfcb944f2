//! Many devices, few seats.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex};

use warifu_core::batch::Batch;
use warifu_core::decide::{Activate, Asking, FreshIds, Moment, activate, check_compromised_key};
use warifu_core::hardware::{ComponentKind, Reading, Scheme, StoredFingerprint, StoredHash};
use warifu_core::id::IdempotencyKey;
use warifu_core::key::KeyNumber;
use warifu_core::licence::Licence;
use warifu_core::policy::{Channel, Policy, Route};
use warifu_core::random::bytes;
use warifu_core::state::LicenceState;
use warifu_core::time::{Span, Timestamp};

use super::model::anchors_of;
use super::samples::{self, NOW};
use super::{Dice, Fixture};
use crate::port::{Changes, CommitError, Loaded, Selector, Store, Want};

const DEVICES: usize = 20;
const SEATS: u32 = 3;

struct Contest {
    store: Mutex<Box<dyn Store>>,
    policy: Arc<Policy>,
    batch: Batch,
    number: KeyNumber,
    /// The proof of purchase that every device shows, of a key whose master somebody else knows.
    proof: Option<Timestamp>,
    start: Barrier,
    conflicts: AtomicUsize,
}

/// Each thread loads, decides and commits by itself; all load before the first commits, from a key that has never been used.
pub fn twenty_devices_racing_for_three_seats_leave_three(fixture: &dyn Fixture) {
    race(fixture, SEATS, None, SEATS);
}

/// The same with a seat for everybody and one proof of purchase for all: it is good once.
pub fn twenty_devices_with_one_proof_of_purchase_leave_one(fixture: &dyn Fixture) {
    race(fixture, DEVICES as u32, Some(NOW), 1);
}

fn race(fixture: &dyn Fixture, seats: u32, proof: Option<Timestamp>, winners: u32) {
    let (store, reads) = fixture.open();
    let dice = &mut Dice::new(1);
    let mut policy = Policy::preset(Channel::Retail, samples::policy_id(dice), samples::name(dice), NOW);
    policy.seats = seats;
    let batch = samples::batch(dice);
    let number = KeyNumber { format: batch.format, sku: batch.sku, serial: 7 };
    let contest = Contest {
        store: Mutex::new(store),
        policy: Arc::new(policy),
        batch,
        number,
        proof,
        start: Barrier::new(DEVICES),
        conflicts: AtomicUsize::new(0),
    };
    let won = std::thread::scope(|scope| {
        let contest = &contest;
        let devices: Vec<_> =
            (0..DEVICES).map(|device| scope.spawn(move || compete(contest, device as u64))).collect();
        devices.into_iter().map(|device| usize::from(device.join().unwrap())).sum::<usize>()
    });
    assert_eq!(won, winners as usize);
    assert!(contest.conflicts.load(Ordering::Relaxed) >= DEVICES - 1, "all but one met the first commit");
    let want = Want::Licence {
        selector: Selector::Key(number),
        installation: None,
        anchors: Vec::new(),
        activation: None,
    };
    let found = reads.load(&[want], NOW).unwrap().licences;
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].licence.seats_taken, found[0].licence.proof_used), (winners, proof));
    assert_eq!(found[0].seats.len(), winners as usize);
    assert!(found[0].seats.iter().all(|seat| seat.is_active() && seat.installations.len() == 1));
    assert_eq!(reads.counts().unwrap(), (1, u64::from(winners)));
}

fn compete(contest: &Contest, device: u64) -> bool {
    let dice = &mut Dice::new(1_000 + device);
    let hash = |dice: &mut Dice| Reading::Present(StoredHash::from_u64(dice.bits()));
    let fingerprint = StoredFingerprint::new(Scheme::Physical)
        .with(ComponentKind::Motherboard, hash(dice))
        .with(ComponentKind::SystemDisk, hash(dice))
        .with(ComponentKind::OsInstall, hash(dice));
    let asking = Asking {
        installation: samples::installation_id(dice),
        request: IdempotencyKey::from_bytes(bytes(dice)),
        nonce_millis: 1,
    };
    let command = Activate {
        asking,
        fingerprint,
        device_name: None,
        route: Route::Online,
        key_generation: 0,
        proof: contest.proof.map(Ok),
    };
    let want = Want::Licence {
        selector: Selector::Key(contest.number),
        installation: Some(asking.installation),
        anchors: anchors_of(&fingerprint),
        activation: None,
    };
    let wants = [want, Want::Installation(asking.installation)];
    let load = || contest.store.lock().unwrap().load(&wants, NOW).unwrap();
    let mut loaded = load();
    contest.start.wait();
    loop {
        let (granted, changes) = decide(contest, &loaded, &command, dice);
        let committed = contest.store.lock().unwrap().commit(&changes);
        match committed {
            Ok(()) => return granted,
            Err(CommitError::Conflict) => {
                contest.conflicts.fetch_add(1, Ordering::Relaxed);
                loaded = load();
            }
            Err(CommitError::Store(error)) => unreachable!("{error}"),
        }
    }
}

fn decide(contest: &Contest, loaded: &Loaded, command: &Activate, dice: &mut Dice) -> (bool, Changes) {
    let policy = contest.policy.clone();
    let state = match loaded.licence(&Selector::Key(contest.number)).cloned() {
        Some(found) => {
            LicenceState { licence: found.licence, policy, seats: found.seats, released: found.released }
        }
        None => {
            let id = samples::licence_id(dice);
            let licence = Licence::from_key(id, contest.number, &contest.batch, &policy, NOW);
            LicenceState::unused(licence, policy)
        }
    };
    let ids = FreshIds {
        activation: samples::activation_id(dice),
        device: samples::device_id(dice),
        lease: samples::lease_id(dice),
        events: [samples::event_id(dice), samples::event_id(dice), samples::event_id(dice)],
    };
    let moment =
        Moment { now: NOW, longest_lease: Span::days(400), latest_expiry: NOW.plus(Span::days(400)) };
    let prior = loaded.installation(command.asking.installation);
    if command.proof.is_some() && check_compromised_key(&state, prior, command).is_err() {
        return (false, Changes::default());
    }
    let decision = activate(&state, prior, None, command, &ids, &moment);
    let changes = Changes { records: decision.records, events: decision.events, ..Changes::default() };
    (decision.outcome.is_ok(), changes)
}
