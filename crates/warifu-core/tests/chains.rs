//! Lease chains: what an installation shows, and what is made of it. A naive model keeps the whole tree of leases; the decision remembers a few stretches.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as tests do")]

use std::collections::HashMap;
use std::sync::Arc;

use proptest::prelude::*;
use warifu_core::catalogue::{Code, Failure};
use warifu_core::chain::Superseded;
use warifu_core::decide::{Activate, Asking, FreshIds, Grant, Moment, Renew, activate, renew};
use warifu_core::event::{Action, Event};
use warifu_core::hardware::{
    ComponentHash, ComponentKind, Fingerprint, Pepper, Reading, Scheme, StoredFingerprint,
};
use warifu_core::id::{
    ActivationId, DeviceId, EventId, IdempotencyKey, InstallationId, LeaseId, LicenceId, PolicyId, ServiceId,
};
use warifu_core::key::SkuNumber;
use warifu_core::licence::{Licence, Origin};
use warifu_core::policy::{Channel, Copies, Policy, Route};
use warifu_core::record::Revision;
use warifu_core::seat::{Installation, Seat};
use warifu_core::state::{Decision, LicenceState, Record};
use warifu_core::text::Name;
use warifu_core::time::{Span, Timestamp};

const START: Timestamp = Timestamp::from_seconds(1_800_000_000);

/// The parts of one machine, each with a number that changes when the part does.
type Parts = [u8; 4];

fn machine([board, disk, adapter, os]: Parts) -> StoredFingerprint {
    let service = ServiceId::from_bytes([1; 32]);
    let kinds = [
        (ComponentKind::Motherboard, board),
        (ComponentKind::SystemDisk, disk),
        (ComponentKind::NetworkAdapter, adapter),
        (ComponentKind::OsInstall, os),
    ];
    kinds
        .into_iter()
        .fold(Fingerprint::new(Scheme::Physical), |print, (kind, number)| {
            let value = ComponentHash::of(&service, kind, &number.to_string());
            print.with(kind, Reading::Present(value))
        })
        .pepper(&Pepper::from_bytes([2; 32]))
}

/// One installation on one seat of a service.
struct World {
    state: LicenceState,
    now: Timestamp,
    counter: u64,
    events: Vec<Event>,
}

impl World {
    fn new(change: impl FnOnce(&mut Policy)) -> Self {
        let name = Name::new("test").unwrap();
        let mut policy = Policy::preset(Channel::Retail, PolicyId::from_bytes([1; 16]), name, START);
        change(&mut policy);
        let sku = SkuNumber::new(1).unwrap();
        let licence = Licence::new(LicenceId::from_bytes([1; 16]), sku, &policy, Origin::Granted, START);
        let state = LicenceState::unused(licence, Arc::new(policy));
        Self { state, now: START, counter: 0, events: Vec::new() }
    }

    fn id(&mut self) -> [u8; 16] {
        self.counter += 1;
        let mut bytes = [0; 16];
        bytes[8..].copy_from_slice(&self.counter.to_be_bytes());
        bytes
    }

    fn asking(&mut self, installation: u8) -> Asking {
        let request = IdempotencyKey::from_bytes(self.id());
        let installation = InstallationId::from_bytes([installation; 32]);
        Asking { installation, request, nonce_millis: self.counter }
    }

    fn ids(&mut self) -> FreshIds {
        FreshIds {
            activation: ActivationId::from_bytes(self.id()),
            device: DeviceId::from_bytes(self.id()),
            lease: LeaseId::from_bytes(self.id()),
            events: [(); 3].map(|()| EventId::from_bytes(self.id())),
        }
    }

    fn moment(&self) -> Moment {
        Moment { now: self.now, longest_lease: Span::days(400), latest_expiry: Timestamp::MAX }
    }

    fn days(&mut self, days: u32) {
        self.now = self.now.plus(Span::days(days));
    }

    fn take(&mut self, decision: Decision<Grant>) -> Result<Grant, Code> {
        let mut stored = decision.records;
        for record in &mut stored {
            let revision = match record {
                Record::Licence(licence) => &mut licence.revision,
                Record::Device(device) => &mut device.revision,
                Record::Activation(activation) => &mut activation.revision,
                Record::Installation(installation) => &mut installation.revision,
            };
            *revision = Revision::from_number(revision.number() + 1);
        }
        self.state.apply(&stored, self.now);
        self.events.extend(decision.events);
        decision.outcome.map_err(|refusal| refusal.failure.code())
    }

    fn activate(&mut self, installation: u8, parts: Parts) -> Result<Grant, Code> {
        let command = Activate {
            asking: self.asking(installation),
            fingerprint: machine(parts),
            device_name: None,
            route: Route::Online,
            key_generation: 0,
            proof: None,
        };
        let (ids, moment) = (self.ids(), self.moment());
        let prior = self.state.seat_of(command.asking.installation).map(|(_, found)| found.clone());
        let decision = activate(&self.state, prior.as_ref(), None, &command, &ids, &moment);
        self.take(decision)
    }

    fn renew_as(&mut self, asking: Asking, lease: LeaseId, parts: Parts) -> Result<Grant, Code> {
        let command = Renew { asking, lease, fingerprint: machine(parts) };
        let (ids, moment) = (self.ids(), self.moment());
        let decision = renew(&self.state, &command, &ids, &moment);
        self.take(decision)
    }

    /// Installation 1 on its own machine shows a lease; what it has then.
    fn show(&mut self, lease: LeaseId) -> Result<LeaseId, Code> {
        let asking = self.asking(1);
        self.renew_as(asking, lease, HOME).map(|grant| grant.head.lease)
    }

    fn seat(&self) -> (&Seat, &Installation) {
        self.state.seat_of(InstallationId::from_bytes([1; 32])).unwrap()
    }

    fn installation(&self) -> &Installation {
        self.seat().1
    }

    fn last_action(&self) -> Action {
        self.events.last().unwrap().action
    }
}

const HOME: Parts = [1, 1, 1, 1];

fn started() -> (World, LeaseId) {
    let mut world = World::new(|_| {});
    let first = world.activate(1, HOME).unwrap().head.lease;
    (world, first)
}

#[test]
fn a_lost_answer_is_a_retry_once_and_then_counts_as_a_restored_backup() {
    let (mut world, first) = started();
    world.show(first).unwrap();
    // Neither the answer nor the name of the attempt has reached the disk.
    world.show(first).unwrap();
    assert_eq!((world.installation().rewinds, world.installation().copy_seen), (0, None));
    assert_eq!(world.events.len(), 1, "nothing but the activation is worth a line");
    world.show(first).unwrap();
    assert_eq!((world.installation().rewinds, world.installation().copy_seen), (1, None));
    assert_eq!(world.last_action(), Action::LeaseRewound);
}

#[test]
fn the_same_attempt_is_answered_with_the_same_lease_whatever_it_shows() {
    let (mut world, first) = started();
    let asking = world.asking(1);
    let once = world.renew_as(asking, first, HOME).unwrap();
    let again = world.renew_as(asking, first, HOME).unwrap();
    assert_eq!((again.head, again.retried), (once.head, true));
    assert!(world.installation().superseded.stretches().is_empty());
}

#[test]
fn a_superseded_branch_that_renews_again_is_a_copy_and_both_are_told() {
    let (mut world, shared) = started();
    let original = world.show(shared).unwrap();
    // The clone of the virtual machine was made before that.
    let copy = world.show(shared).unwrap();
    assert_eq!(world.installation().copy_seen, None, "so far it may be a lost answer");
    let asking = world.asking(1);
    let told = world.renew_as(asking, original, HOME).unwrap();
    assert_eq!(told.notices, [Failure::installation_copied(world.now)]);
    assert_eq!(world.last_action(), Action::InstallationCopied);
    let asking = world.asking(1);
    let told = world.renew_as(asking, copy, HOME).unwrap();
    assert_eq!(told.notices, [Failure::installation_copied(world.now)], "the other side as well");
    let details = &world.events.last().unwrap().details;
    assert_eq!((details.get("link"), details.get("copies")), (Some("superseded"), Some("tell")));
    assert_eq!(details.get("presented"), Some(copy.to_string().as_str()));
    world.days(31);
    let head = world.installation().head.lease;
    let asking = world.asking(1);
    assert_eq!(world.renew_as(asking, head, HOME).unwrap().notices, [], "it was long ago");
}

#[test]
fn restoring_one_backup_after_another_is_no_copy() {
    let (mut world, first) = started();
    let mut leases = vec![first];
    for _ in 0..10 {
        let next = world.show(*leases.last().unwrap()).unwrap();
        leases.push(next);
    }
    // Each time an older one, and the installation goes on from there.
    for backup in [9, 6, 3, 0] {
        let head = world.show(leases[backup]).unwrap();
        world.show(head).unwrap();
    }
    assert_eq!(world.installation().copy_seen, None);
    assert!(world.installation().rewinds >= 3);
}

#[test]
fn switching_between_snapshots_is_told_and_never_refused_unless_the_policy_says_so() {
    let (mut world, early) = started();
    let late = world.show(early).unwrap();
    for _ in 0..20 {
        world.days(1);
        world.show(early).unwrap();
        world.show(late).unwrap();
    }
    assert!(world.installation().copy_seen.is_some());
}

#[test]
fn where_copies_are_refused_the_superseded_one_becomes_an_installation_of_its_own_with_the_key() {
    let mut world = World::new(|policy| policy.copies = Copies::Refuse);
    let shared = world.activate(1, HOME).unwrap().head.lease;
    let left_behind = world.show(shared).unwrap();
    let ahead = world.show(shared).unwrap();
    assert_eq!(world.show(left_behind), Err(Code::LeaseSuperseded));
    assert_eq!(world.last_action(), Action::RenewalRefused);
    let asking = world.asking(1);
    let other = world.renew_as(asking, ahead, HOME).unwrap();
    assert_eq!(other.notices, [Failure::installation_copied(world.now)], "the other side is told");
    let own = world.activate(2, HOME).unwrap();
    assert_eq!(own.activation, other.activation, "the same hardware takes no further seat");
    let (mine, theirs) = (own.head.lease, other.head.lease);
    let asking = world.asking(2);
    world.renew_as(asking, mine, HOME).unwrap();
    world.show(theirs).unwrap();
}

#[test]
fn a_copy_on_other_hardware_is_refused_and_the_original_is_told() {
    let (mut world, first) = started();
    let asking = world.asking(1);
    let refused = world.renew_as(asking, first, [7, 7, 7, 7]).unwrap_err();
    assert_eq!(refused, Code::InstallationOnOtherHardware);
    let asking = world.asking(1);
    let told = world.renew_as(asking, first, HOME).unwrap();
    assert_eq!(told.notices, [Failure::installation_copied(world.now)]);
    // The copy goes on trying: that is written down once a day.
    let revision = world.installation().revision;
    for _ in 0..5 {
        let asking = world.asking(1);
        world.renew_as(asking, first, [7, 7, 7, 7]).unwrap_err();
    }
    assert_eq!(world.installation().revision, revision);
}

#[test]
fn a_service_restored_from_a_backup_refuses_nobody_and_calls_nobody_a_copy() {
    let (mut world, first) = started();
    let backup = world.state.clone();
    let mut leases = vec![first];
    for _ in 0..5 {
        let next = world.show(*leases.last().unwrap()).unwrap();
        leases.push(next);
    }
    world.state = backup;
    // The client is ahead of the store, goes on, and restores a backup of its own that the store has never known either.
    let head = world.show(leases[5]).unwrap();
    assert_eq!(world.last_action(), Action::LeaseRecovered);
    world.show(head).unwrap();
    world.show(leases[3]).unwrap();
    assert_eq!(world.installation().copy_seen, None);
    assert_eq!(world.installation().rewinds, 1, "the client's own backup counts, the service's does not");
}

#[test]
fn an_installation_that_has_lost_its_leases_is_no_copy() {
    let (mut world, first) = started();
    let second = world.show(first).unwrap();
    world.show(LeaseId::from_bytes([0; 16])).unwrap();
    world.show(second).unwrap();
    assert_eq!(world.installation().copy_seen, None);
}

#[test]
fn bound_hardware_follows_small_changes_up_to_a_bound_a_year() {
    let mut world = World::new(|policy| policy.drift_per_year = 50);
    world.activate(1, [1, 1, 1, 1]).unwrap();
    // A disk (30) and an adapter (20) within the year are followed; the next disk is recognised, but no longer followed.
    for parts in [[1, 2, 1, 1], [1, 2, 2, 1], [1, 3, 2, 1]] {
        let asking = world.asking(1);
        let head = world.installation().head.lease;
        world.renew_as(asking, head, parts).unwrap();
    }
    let (seat, _) = world.seat();
    assert_eq!(seat.device.fingerprint, machine([1, 2, 2, 1]));
    assert_eq!(seat.device.drift.within_year(world.now), 50);
    let drifted = world.events.iter().filter(|event| event.action == Action::DeviceDrifted).count();
    assert_eq!(drifted, 2);
    world.days(30);
    let asking = world.asking(1);
    let head = world.installation().head.lease;
    let refused = world.renew_as(asking, head, [1, 3, 3, 1]).unwrap_err();
    assert_eq!(refused, Code::HardwareChanged, "many small changes have come to one large one");
    let asking = world.asking(1);
    world.days(340);
    world.renew_as(asking, head, [1, 3, 2, 1]).unwrap();
    assert_eq!(world.seat().0.device.fingerprint, machine([1, 3, 2, 1]), "another year");
}

#[test]
fn typing_the_key_again_and_again_does_not_walk_a_seat_to_another_machine() {
    let mut world = World::new(|_| {});
    let seat = world.activate(1, [1, 1, 1, 1]).unwrap().activation;
    let mut parts = [1, 1, 1, 1];
    let mut walked = 0;
    for step in 0..40 {
        parts[1 + step % 2] += 1;
        match world.activate(1, parts) {
            Ok(grant) if grant.activation == seat => walked += 1,
            _ => break,
        }
    }
    assert!(walked < 8, "{walked} changes of 20 or 30 each within a day");
}

/// The naive model: every lease with the one that was shown for it.
#[derive(Default)]
struct Tree {
    shown_for: HashMap<LeaseId, LeaseId>,
}

impl Tree {
    /// Whether `lease` lies on the way from the first lease to `head`.
    fn is_on_the_way(&self, lease: LeaseId, head: LeaseId) -> bool {
        let mut at = Some(head);
        while let Some(here) = at {
            if here == lease {
                return true;
            }
            at = self.shown_for.get(&here).copied();
        }
        false
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// Whatever is shown in whatever order: nobody is called a copy before two branches are alive, whoever shows that they are is found out as long as the
    /// restorations are no more than are remembered, and nobody is refused.
    #[test]
    fn copies_are_told_from_restored_backups(shows in prop::collection::vec((0..4_u8, 0..200_usize), 1..60)) {
        let (mut world, first) = started();
        let (mut tree, mut leases, mut head) = (Tree::default(), vec![first], first);
        let (mut branchings, mut turns) = (0, 0);
        for (kind, index) in shows {
            let lease = if kind < 2 { head } else { leases[index % leases.len()] };
            let honest = tree.is_on_the_way(lease, head);
            let events = world.events.len();
            let next = world.show(lease).unwrap();
            let told = world.events[events..].iter().any(|event| event.action == Action::InstallationCopied);
            if honest && turns == 0 {
                prop_assert!(!told, "a restored backup was called a copy");
            }
            if !honest && branchings <= Superseded::MAX {
                prop_assert!(told, "a superseded branch went on unnoticed");
            }
            branchings += usize::from(lease != head);
            turns += usize::from(!honest);
            prop_assert!(next > head, "a chain's leases are in order");
            tree.shown_for.insert(next, lease);
            leases.push(next);
            head = next;
        }
    }
}
