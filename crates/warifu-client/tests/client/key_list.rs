//! An issuing key is stolen and withdrawn while clients run: honest ones never notice more than a renewal, and what the thief signed ends.

use warifu_client::id::LeaseId;
use warifu_client::{Code, Failure, Span, State, Timestamp};
use warifu_proto::bundle::{Bundle, SandboxLeases};
use warifu_proto::key_list::{KeyList, Withdrawal};
use warifu_proto::keys::{IssuingKey, RootKey};
use warifu_proto::lease::Lease;

use crate::world::{Fault, START, World, product_key};

const STOLEN: u8 = 2;

fn list(version: u32, from: Timestamp, issued: Timestamp, root: u8) -> (u32, String) {
    let root = RootKey::from_seed(&[root; 32]).unwrap();
    let key = IssuingKey::from_seed(&[STOLEN; 32]).unwrap().id();
    let list = KeyList {
        service: root.service_id(),
        version,
        issued,
        expires: issued.plus(Span::days(400)),
        withdrawn: vec![Withdrawal { key, from }],
    };
    (version, list.sign(&root).unwrap())
}

/// The service has noticed the theft: it signs with another key and serves the list.
fn withdraw(world: &World) {
    let mut world = world.get();
    let now = world.service_now;
    world.issuing_seed = 7;
    world.key_list = Some(list(1, now, now, 1));
}

fn signer(world: &World) -> u8 {
    let bytes = world.get().blobs["lease"].clone();
    let root = RootKey::from_seed(&[1; 32]).unwrap();
    let verified = Bundle::parse(&bytes).unwrap().verify(root.public_key(), SandboxLeases::Refused).unwrap();
    let id = verified.certificate.key.id();
    (1..10).find(|seed| IssuingKey::from_seed(&[*seed; 32]).unwrap().id() == id).unwrap()
}

/// A lease for a year, put into the folder by whoever has the stolen key.
fn forge(world: &World) {
    let lease = world.kept_lease();
    let now = world.get().service_now;
    let forged = Lease {
        id: LeaseId::from_bytes([0x66; 16]),
        issued: now,
        renew_after: now.plus(Span::days(300)),
        expires: now.plus(Span::days(399)),
        ..lease
    };
    let mut inner = world.get();
    inner.issuing_seed = STOLEN;
    let issuer = inner.issuer();
    let bundle =
        Bundle { lease: forged.sign(&issuer).unwrap(), certificate: issuer.certificate_token().to_owned() };
    inner.blobs.insert("lease".to_owned(), bundle.to_bytes());
    inner.blobs.remove("observed");
}

#[test]
fn an_honest_installation_renews_once_and_goes_on() {
    let world = World::new();
    let mut client = world.activated();
    world.pass(Span::days(3));
    withdraw(&world);
    // Asking for the status brings the list and, at once, the next lease.
    let status = client.status().unwrap();
    assert_eq!((status.standing.state, status.standing.reason), (State::Licensed, None));
    assert_eq!((signer(&world), world.get().key_lists_asked), (7, 1));
    assert!(world.get().blobs.contains_key("key-list"));
    client.renew().unwrap();
    assert_eq!(world.get().key_lists_asked, 1, "it is not fetched again");
    assert_eq!(world.client().check().state, State::Licensed);
}

#[test]
fn an_honest_installation_that_loses_the_network_in_between_is_not_locked_out() {
    let world = World::new();
    let mut client = world.activated();
    withdraw(&world);
    // The status arrives with word of the list, and then the network is gone for the rest of the lease.
    let effects = world.get().effects;
    let mut broken = world.client();
    world.fault(Fault::Alter(|body| body));
    world.fault(Fault::LoseRequest);
    let status = broken.status().unwrap();
    assert_eq!((status.standing.state, status.standing.renewal_due), (State::Licensed, true));
    assert_eq!(world.get().effects, effects);
    assert!(!world.get().blobs.contains_key("key-list"), "a list alone would end the lease");
    for _ in 0..50 {
        world.pass(Span::days(1));
        assert_eq!(client.check().state, State::Licensed);
    }
    // With the network back, the next renewal brings both.
    client.renew().unwrap();
    assert_eq!(signer(&world), 7);
    assert!(world.get().blobs.contains_key("key-list"));
}

/// What seed 3 of the simulator was stopped by: an older list that waited hid the one that was kept, and an activation was done with a lease that was over.
#[test]
fn a_list_that_waits_does_not_hide_a_newer_one() {
    let world = World::new();
    let mut client = world.activated();
    withdraw(&world);
    // Word of the list comes, and nothing more; then the seat is given back.
    world.fault(Fault::Alter(|body| body));
    world.fault(Fault::LoseRequest);
    client.status().unwrap();
    client.deactivate().unwrap();
    // The next key is stolen as well, and signs once more before the service has noticed.
    let root = RootKey::from_seed(&[1; 32]).unwrap();
    let now = world.get().service_now;
    let key = |seed: u8| IssuingKey::from_seed(&[seed; 32]).unwrap().id();
    let both = KeyList {
        service: root.service_id(),
        version: 2,
        issued: now,
        expires: now.plus(Span::days(400)),
        withdrawn: [STOLEN, 7].map(|seed| Withdrawal { key: key(seed), from: now }).to_vec(),
    };
    world.get().key_list = Some((2, both.sign(&root).unwrap()));
    let error = client.activate(&product_key(), &Default::default()).unwrap_err();
    assert!(error.is(Code::IssuingKeyWithdrawn));
    assert!(world.get().blobs.contains_key("key-list") && !world.get().blobs.contains_key("lease"));
    world.get().issuing_seed = 8;
    let granted = client.activate(&product_key(), &Default::default()).unwrap();
    assert_eq!((granted.standing.state, signer(&world)), (State::Licensed, 8));
}

#[test]
fn a_refusal_by_a_withdrawn_key_does_not_come_back_with_the_next_process() {
    let world = World::new();
    let mut client = world.activated();
    // Signed by the key that was stolen: the service's or the thief's, who can tell?
    world.get().refuses = Some((Failure::licence_suspended(), Some(START.plus(Span::days(14)))));
    client.renew().unwrap_err();
    assert_eq!(client.check().reason.unwrap().code(), Code::LicenceEndAnnounced);
    world.get().refuses = None;
    withdraw(&world);
    // Word of the list comes, and nothing more: the next lease does not.
    world.fault(Fault::Alter(|body| body));
    world.fault(Fault::LoseRequest);
    client.status().unwrap();
    assert!(!world.get().blobs.contains_key("key-list"));
    for mut process in [client, world.client()] {
        let standing = process.check();
        assert_eq!((standing.state, standing.reason), (State::Licensed, None));
    }
    // What the service stands by it says again, by another key.
    world.get().refuses = Some((Failure::licence_suspended(), Some(START.plus(Span::days(14)))));
    world.client().renew().unwrap_err();
    assert_eq!(world.client().check().reason.unwrap().code(), Code::LicenceEndAnnounced);
}

#[test]
fn a_forged_lease_runs_until_the_service_is_asked_and_no_longer() {
    let world = World::new();
    world.activated();
    forge(&world);
    world.pass(Span::days(2));
    assert_eq!(world.client().check().state, State::Licensed, "nothing tells it from a good one");
    withdraw(&world);
    world.get().refuses = Some((Failure::installation_unknown(), None));
    let mut client = world.client();
    assert!(client.status().unwrap_err().is(Code::InstallationUnknown));
    let standing = client.check();
    assert_eq!(standing.state, State::Unlicensed);
    assert_eq!(standing.reason.unwrap().code(), Code::IssuingKeyWithdrawn);
    assert!(
        standing.restrictions.personalisation_locked,
        "the application's own restrictions hold, not the forger's"
    );
    // No clock brings it back, and neither does the forger.
    world.get().wall = START.minus(Span::days(1));
    forge(&world);
    assert_eq!(world.client().check().reason.unwrap().code(), Code::IssuingKeyWithdrawn);
    // Whoever has a right to it activates and is well.
    world.get().wall = START.plus(Span::days(2));
    (world.get().refuses, world.get().issuing_seed) = (None, 7);
    world.client().activate(&product_key(), &Default::default()).unwrap();
    assert_eq!(world.client().check().state, State::Licensed);
}

#[test]
fn a_withdrawal_that_lies_ahead_is_announced_until_then() {
    let world = World::new();
    world.activated();
    forge(&world);
    let now = world.get().service_now;
    let from = now.plus(Span::days(5));
    (world.get().issuing_seed, world.get().key_list) = (7, Some(list(1, from, now, 1)));
    world.get().refuses = Some((Failure::installation_unknown(), None));
    world.client().renew().unwrap_err();
    let standing = world.client().check();
    assert_eq!(standing.state, State::Grace { until: from });
    assert_eq!(standing.reason.unwrap().code(), Code::IssuingKeyWithdrawn);
    world.pass(Span::days(5));
    assert_eq!(world.client().check().state, State::Unlicensed);
}

#[test]
fn versions_only_rise_and_only_the_roots_word_counts() {
    let world = World::new();
    let mut client = world.activated();
    world.get().issuing_seed = 7;
    client.renew().unwrap();
    world.get().key_list = Some(list(3, START, START, 1));
    client.renew().unwrap();
    let kept = world.get().blobs["key-list"].clone();
    for offered in [list(2, Timestamp::MAX, START, 1), list(9, START, START, 5), (9, "no list".to_owned())] {
        world.get().key_list = Some(offered);
        client.renew().unwrap();
        assert_eq!(world.get().blobs["key-list"], kept);
    }
    // An answer by the stolen key is none any more.
    world.get().issuing_seed = STOLEN;
    let error = client.renew().unwrap_err();
    assert!(error.is(Code::IssuingKeyWithdrawn), "{error}");
    assert_eq!(client.check().state, State::Licensed);
    // A damaged list on the disk is as none, and is fetched again.
    world.get().blobs.insert("key-list".to_owned(), b"x".to_vec());
    (world.get().issuing_seed, world.get().key_list) = (7, Some(list(4, START, START, 1)));
    world.client().renew().unwrap();
    assert_ne!(world.get().blobs["key-list"], b"x");
}

#[test]
fn a_provisional_lease_says_whose_fault_it_is_and_is_renewed_at_once() {
    let world = World::new();
    world.get().alter_lease = Some(|lease| {
        (lease.provisional, lease.grace) = (true, Span::ZERO);
        lease.expires = lease.issued.plus(Span::days(7));
        lease.renew_after = lease.issued.plus(Span::hours(1));
    });
    let mut client = world.activated();
    let standing = client.check();
    assert_eq!(standing.state, State::Grace { until: START.plus(Span::days(7)) });
    assert_eq!(standing.reason.unwrap().code(), Code::LeaseProvisional);
    assert!(standing.renewal_due && standing.restrictions.support_eligible);
    world.get().alter_lease = None;
    let standing = client.renew().unwrap().standing;
    assert_eq!((standing.state, standing.reason), (State::Licensed, None));
}
