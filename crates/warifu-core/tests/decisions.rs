//! Decisions at their edges: repeated and late requests, seats that were given up in other ways, and changes of key between two licences.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as tests do")]

use std::collections::HashSet;
use std::sync::Arc;

use warifu_core::catalogue::Code;
use warifu_core::decide::{
    Activate, Asking, Deactivate, FreshIds, Grant, Moment, Renew, activate, change_key,
    check_compromised_key, deactivate, release_seat, renew,
};
use warifu_core::event::{Action, Event};
use warifu_core::hardware::{
    ComponentHash, ComponentKind, Fingerprint, Pepper, Reading, Scheme, StoredFingerprint,
};
use warifu_core::id::{
    ActivationId, DeviceId, EventId, IdempotencyKey, InstallationId, LeaseId, LicenceId, PolicyId, ServiceId,
    StaffId,
};
use warifu_core::key::SkuNumber;
use warifu_core::licence::{Licence, Origin};
use warifu_core::policy::{Channel, MayMove, Policy, Route};
use warifu_core::record::Revision;
use warifu_core::seat::{ActivationState, Installation};
use warifu_core::state::{Decision, LicenceState, Record, Refusal, Released};
use warifu_core::text::Name;
use warifu_core::time::{Span, Timestamp};

const START: Timestamp = Timestamp::from_seconds(1_800_000_000);

/// A service with some licences, as one node sees it.
struct World {
    licences: Vec<LicenceState>,
    now: Timestamp,
    counter: u64,
    events: Vec<Event>,
}

/// The hardware of one machine.
fn board(number: u8) -> StoredFingerprint {
    let service = ServiceId::from_bytes([1; 32]);
    [ComponentKind::Motherboard, ComponentKind::SystemDisk, ComponentKind::NetworkAdapter]
        .into_iter()
        .fold(Fingerprint::new(Scheme::Physical), |print, kind| {
            print.with(kind, Reading::Present(ComponentHash::of(&service, kind, &number.to_string())))
        })
        .pepper(&Pepper::from_bytes([2; 32]))
}

fn installation(number: u8) -> InstallationId {
    InstallationId::from_bytes([number; 32])
}

impl World {
    /// Licences with these seats and change budgets.
    fn new(licences: &[(u32, u32)]) -> Self {
        let state = |(index, &(seats, change_budget)): (usize, &(u32, u32))| {
            let index = index as u8 + 1;
            let name = Name::new("test").unwrap();
            let policy = Policy {
                seats,
                change_budget,
                moves_per_year: None,
                ..Policy::preset(Channel::Retail, PolicyId::from_bytes([index; 16]), name, START)
            };
            let sku = SkuNumber::new(u16::from(index)).unwrap();
            let licence =
                Licence::new(LicenceId::from_bytes([index; 16]), sku, &policy, Origin::Granted, START);
            LicenceState::unused(licence, Arc::new(policy))
        };
        let licences = licences.iter().enumerate().map(state).collect();
        Self { licences, now: START, counter: 0, events: Vec::new() }
    }

    fn policy(&mut self, licence: usize, change: impl FnOnce(&mut Policy)) {
        change(Arc::make_mut(&mut self.licences[licence].policy));
    }

    fn id(&mut self) -> [u8; 16] {
        self.counter += 1;
        let mut bytes = [0; 16];
        bytes[8..].copy_from_slice(&self.counter.to_be_bytes());
        bytes
    }

    fn asking(&mut self, number: u8) -> Asking {
        let request = IdempotencyKey::from_bytes(self.id());
        Asking { installation: installation(number), request, nonce_millis: self.counter }
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

    fn known(&self, number: u8) -> Option<(usize, Installation)> {
        let id = installation(number);
        let found =
            |(at, state): (usize, &LicenceState)| state.seat_of(id).map(|(_, found)| (at, found.clone()));
        self.licences.iter().enumerate().find_map(found)
    }

    fn days(&mut self, days: u32) {
        self.now = self.now.plus(Span::days(days));
        let now = self.now;
        for state in &mut self.licences {
            let lingering = |seat: &&warifu_core::seat::Seat| matches!(seat.activation.state, ActivationState::Released { lingers_until, .. } if lingers_until > now);
            state.released.lingering = state.seats.iter().filter(lingering).count() as u32;
        }
    }

    /// What a store would do, and what must hold after every commit.
    fn take<T>(&mut self, decision: Decision<T>) -> Result<T, Refusal> {
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
        self.events.extend(decision.events);
        let named: HashSet<EventId> = self.events.iter().map(|event| event.id).collect();
        assert_eq!(named.len(), self.events.len(), "every event has an id of its own");
        for state in &mut self.licences {
            state.apply(&stored, self.now);
            let held = state.seats.iter().filter(|seat| seat.is_active()).count();
            assert_eq!(held, state.licence.seats_taken as usize, "the count of held seats is right");
        }
        decision.outcome
    }

    fn activate_as(
        &mut self,
        licence: usize,
        asking: Asking,
        fingerprint: StoredFingerprint,
    ) -> Result<Grant, Code> {
        let command = command(asking, fingerprint);
        let number = asking.installation.as_bytes()[0];
        let (ids, moment, known) = (self.ids(), self.moment(), self.known(number));
        let elsewhere = known.as_ref().filter(|(at, _)| *at != licence).map(|(at, _)| &self.licences[*at]);
        let prior = known.as_ref().map(|(_, found)| found);
        let decision = activate(&self.licences[licence], prior, elsewhere, &command, &ids, &moment);
        self.take(decision).map_err(|refusal| refusal.failure.code())
    }

    fn activate(&mut self, licence: usize, number: u8, hardware: u8) -> Result<Grant, Code> {
        let asking = self.asking(number);
        self.activate_as(licence, asking, board(hardware))
    }

    fn change_key_as(&mut self, to: usize, asking: Asking, hardware: u8) -> Result<Grant, Code> {
        let command = command(asking, board(hardware));
        let (ids, moment) = (self.ids(), self.moment());
        let (from, _) = self.known(asking.installation.as_bytes()[0]).unwrap();
        let decision = change_key(&self.licences[from], &self.licences[to], &command, &ids, &moment);
        self.take(decision).map_err(|refusal| refusal.failure.code())
    }

    fn change_key(&mut self, to: usize, number: u8, hardware: u8) -> Result<Grant, Code> {
        let asking = self.asking(number);
        self.change_key_as(to, asking, hardware)
    }

    fn renew_as(&mut self, asking: Asking, lease: LeaseId, hardware: u8) -> Result<Grant, Code> {
        let command = Renew { asking, lease, fingerprint: board(hardware) };
        let (ids, moment) = (self.ids(), self.moment());
        let (licence, _) = self.known(asking.installation.as_bytes()[0]).unwrap();
        let decision = renew(&self.licences[licence], &command, &ids, &moment);
        self.take(decision).map_err(|refusal| refusal.failure.code())
    }

    fn renew(&mut self, number: u8, hardware: u8) -> Result<Grant, Code> {
        let (asking, lease) = (self.asking(number), self.known(number).unwrap().1.head.lease);
        self.renew_as(asking, lease, hardware)
    }

    fn deactivate(&mut self, number: u8) {
        let asking = self.asking(number);
        let (ids, moment) = (self.ids(), self.moment());
        let (licence, _) = self.known(number).unwrap();
        let decision = deactivate(&self.licences[licence], &Deactivate { asking }, &ids, &moment);
        self.take(decision).unwrap();
    }

    fn release(&mut self, licence: usize, activation: ActivationId) {
        let (event, by) = (EventId::from_bytes(self.id()), StaffId::from_bytes([9; 16]));
        let decision = release_seat(&self.licences[licence], activation, by, event, self.now);
        self.take(decision).unwrap();
    }

    fn taken(&self) -> Vec<u32> {
        self.licences.iter().map(|state| state.licence.seats_taken).collect()
    }
}

fn command(asking: Asking, fingerprint: StoredFingerprint) -> Activate {
    Activate { asking, fingerprint, device_name: None, route: Route::Online, key_generation: 0, proof: None }
}

#[test]
fn changing_the_key_frees_the_old_seat_once_however_often_it_is_asked() {
    let mut world = World::new(&[(1, 3), (1, 3)]);
    world.activate(0, 1, 1).unwrap();
    let asking = world.asking(1);
    let first = world.change_key_as(1, asking, 1).unwrap();
    assert_eq!(world.taken(), [0, 1]);
    let events = world.events.len();
    let again = world.change_key_as(1, asking, 1).unwrap();
    assert!(again.retried);
    assert_eq!((again.head, again.activation), (first.head, first.activation));
    assert_eq!((world.taken(), world.events.len()), (vec![0, 1], events));
}

#[test]
fn changing_the_key_after_the_old_seat_was_taken_away_frees_no_second_seat() {
    let mut world = World::new(&[(2, 3), (1, 3)]);
    let lost = world.activate(0, 1, 1).unwrap();
    world.activate(0, 2, 2).unwrap();
    world.release(0, lost.activation);
    world.change_key(1, 1, 1).unwrap();
    assert_eq!(world.taken(), [1, 1], "the other device still holds its seat");
}

#[test]
fn changing_the_key_to_a_licence_that_reclaims_a_seat_logs_each_act_under_its_own_id() {
    let mut world = World::new(&[(1, 3), (1, 3)]);
    world.activate(1, 2, 2).unwrap();
    world.days(80);
    world.activate(0, 1, 1).unwrap();
    world.change_key(1, 1, 1).unwrap();
    assert_eq!(world.taken(), [0, 1]);
    let actions: Vec<Action> = world.events.iter().skip(2).map(|event| event.action).collect();
    assert_eq!(actions, [Action::KeyChanged, Action::ActivationReclaimed, Action::ActivationReleased]);
}

#[test]
fn whose_seat_was_taken_away_is_activated_with_another_key_and_need_not_know_what_a_change_of_key_is() {
    let mut world = World::new(&[(2, 3), (1, 3)]);
    let lost = world.activate(0, 1, 1).unwrap();
    world.activate(0, 2, 2).unwrap();
    assert_eq!(world.activate(1, 1, 1).unwrap_err(), Code::InstallationHasOtherLicence, "it is active there");
    world.release(0, lost.activation);
    let granted = world.activate(1, 1, 1).unwrap();
    assert_eq!(granted.licence.id, world.licences[1].licence.id);
    assert_eq!(world.taken(), [1, 1], "the other device still holds its seat");
    let granted = world.events.last().unwrap();
    assert_eq!(granted.action, Action::ActivationGranted);
    let from = world.licences[0].licence.id.to_string();
    assert_eq!(granted.details.get("from_licence"), Some(from.as_str()));
}

#[test]
fn a_key_of_the_same_licence_changes_nothing_about_the_seat() {
    let mut world = World::new(&[(1, 0)]);
    let first = world.activate(0, 1, 1).unwrap();
    let second = world.change_key(0, 1, 1).unwrap();
    assert_eq!(first.activation, second.activation);
    assert_eq!(world.taken(), [1]);
}

#[test]
fn a_change_of_key_that_is_refused_leaves_the_old_seat_alone() {
    let mut world = World::new(&[(1, 0), (1, 0)]);
    world.activate(1, 2, 2).unwrap();
    world.activate(0, 1, 1).unwrap();
    assert_eq!(world.change_key(1, 1, 1).unwrap_err(), Code::SeatLimitReached);
    world.renew(1, 1).unwrap();
    assert_eq!(world.taken(), [1, 1]);
}

#[test]
fn an_installation_that_moved_to_another_licence_can_move_back_to_its_own_seat() {
    let mut world = World::new(&[(1, 0), (1, 0)]);
    let first = world.activate(0, 1, 1).unwrap();
    world.change_key(1, 1, 1).unwrap();
    let back = world.change_key(0, 1, 1).unwrap();
    assert_eq!(back.activation, first.activation);
    assert_eq!(world.taken(), [1, 0]);
}

#[test]
fn the_same_request_from_other_hardware_is_no_retry() {
    let mut world = World::new(&[(2, 3)]);
    let asking = world.asking(1);
    let first = world.activate_as(0, asking, board(1)).unwrap();
    world.activate(0, 2, 2).unwrap();
    for hardware in [2, 3] {
        let refused = world.activate_as(0, asking, board(hardware)).unwrap_err();
        assert_eq!(refused, Code::IdempotencyKeyReused, "hardware {hardware}");
    }
    world.release(0, first.activation);
    assert_eq!(world.activate_as(0, asking, board(2)).unwrap_err(), Code::IdempotencyKeyReused);
}

#[test]
fn a_retry_whose_lease_has_expired_gets_one_that_runs() {
    let mut world = World::new(&[(1, 0)]);
    let asking = world.asking(1);
    let first = world.activate_as(0, asking, board(1)).unwrap();
    world.days(61);
    let late = world.activate_as(0, asking, board(1)).unwrap();
    assert!(late.head.expires > world.now && late.activation == first.activation);
    let asking = world.asking(1);
    let parent = late.head.lease;
    world.renew_as(asking, parent, 1).unwrap();
    world.days(61);
    let late = world.renew_as(asking, parent, 1).unwrap();
    assert!(late.head.expires > world.now);
    assert_eq!(world.known(1).unwrap().1.rewinds, 0, "a late retry is no restored backup");
}

#[test]
fn a_device_that_gets_its_old_board_back_gets_its_old_seat_back() {
    let mut world = World::new(&[(1, 1)]);
    let first = world.activate(0, 1, 1).unwrap();
    world.activate(0, 1, 2).unwrap();
    let back = world.activate(0, 1, 1).unwrap();
    assert_eq!(back.activation, first.activation, "two leases run: one seat and a budget of one");
    assert_eq!(world.activate(0, 1, 3).unwrap_err(), Code::ChangeBudgetSpent);
}

#[test]
fn a_move_to_a_seat_that_the_hardware_holds_already_takes_no_room() {
    let mut world = World::new(&[(2, 0)]);
    world.activate(0, 1, 1).unwrap();
    let other = world.activate(0, 2, 2).unwrap();
    // The disk with the first installation went into the second machine.
    let moved = world.activate(0, 1, 2).unwrap();
    assert_eq!(moved.activation, other.activation);
    assert_eq!(world.taken(), [1]);
}

#[test]
fn moves_within_a_year_are_bounded_however_they_are_made() {
    let mut world = World::new(&[(1, 100)]);
    world.policy(0, |policy| policy.moves_per_year = Some(2));
    for hardware in 1..=3 {
        world.activate(0, 1, hardware).unwrap();
    }
    assert_eq!(world.activate(0, 1, 4).unwrap_err(), Code::ChangeBudgetSpent, "by the same installation");
    world.deactivate(1);
    assert_eq!(world.activate(0, 2, 4).unwrap_err(), Code::ChangeBudgetSpent, "by another device");
}

#[test]
fn leases_collected_by_giving_them_up_again_are_bounded() {
    let mut world = World::new(&[(1, 3)]);
    world.activate(0, 1, 1).unwrap();
    let granted = (2..40)
        .filter(|&number| {
            let granted = world.activate(0, number, 1).is_ok();
            if granted {
                world.deactivate(number);
            }
            granted
        })
        .count();
    assert!((5..10).contains(&granted), "{granted} leases run on beside the seat's own");
    world.days(61);
    world.activate(0, 50, 1).unwrap();
}

#[test]
fn installations_of_the_past_do_not_come_back_beyond_five() {
    let mut world = World::new(&[(1, 3)]);
    for number in 1..=5 {
        world.activate(0, number, 1).unwrap();
    }
    world.days(61);
    for number in 6..=10 {
        world.activate(0, number, 1).unwrap();
    }
    assert_eq!(world.renew(1, 1).unwrap_err(), Code::InstallationLimitReached);
    world.deactivate(6);
    world.renew(1, 1).unwrap();
    world.renew(7, 1).unwrap();
}

#[test]
fn a_lease_given_up_on_a_shared_device_still_counts_after_its_installation_has_gone_elsewhere() {
    let mut world = World::new(&[(1, 0), (1, 0)]);
    world.policy(0, |policy| policy.objection = Span::ZERO);
    world.activate(0, 1, 1).unwrap();
    world.days(30);
    world.activate(0, 2, 1).unwrap();
    // The second system takes another licence; its lease here would run until day 90, the first one's until day 60.
    world.change_key(1, 2, 1).unwrap();
    assert_eq!(world.taken(), [1, 1]);
    world.days(55);
    assert_eq!(world.activate(0, 3, 3).unwrap_err(), Code::SeatLimitReached);
    world.days(20);
    world.activate(0, 3, 3).unwrap();
}

#[test]
fn a_count_of_lingering_seats_made_a_second_later_is_no_trouble() {
    let mut world = World::new(&[(1, 0)]);
    let grant = world.activate(0, 1, 1).unwrap();
    world.deactivate(1);
    world.now = Timestamp::from_seconds(grant.head.expires.seconds() - 1);
    // The group's other commands came when the lease had ended, and the store counted then.
    world.licences[0].released = Released { total: 1, ..Released::default() };
    world.activate(0, 1, 1).unwrap();
}

#[test]
fn an_oem_licence_comes_back_to_its_device_after_a_change_of_key() {
    let mut world = World::new(&[(1, 0), (1, 0)]);
    world.policy(0, |policy| policy.may_move = MayMove::No);
    world.activate(0, 1, 1).unwrap();
    world.change_key(1, 1, 1).unwrap();
    assert_eq!(world.activate(0, 2, 2).unwrap_err(), Code::DeviceMayNotMove);
    world.change_key(0, 1, 1).unwrap();
}

/// A container on a host of the one model, with what it can read besides.
fn container(read: &[(ComponentKind, &str)]) -> StoredFingerprint {
    let service = ServiceId::from_bytes([1; 32]);
    let models = [(ComponentKind::BoardModel, "board"), (ComponentKind::Cpu, "cpu")];
    let read = models.iter().chain(read);
    let print = read.fold(Fingerprint::new(Scheme::Container), |print, (kind, value)| {
        print.with(*kind, Reading::Present(ComponentHash::of(&service, *kind, value)))
    });
    print.pepper(&Pepper::from_bytes([2; 32]))
}

/// A proof of purchase, a further key and a change of key are asked for only where they can help.
#[test]
fn the_kind_of_device_is_judged_before_anything_that_others_have_to_be_asked_for() {
    let mut world = World::new(&[(1, 0), (1, 0)]);
    world.policy(0, |policy| policy.containers = false);
    world.policy(1, |policy| policy.containers = true);
    let disk = container(&[(ComponentKind::SystemDisk, "disk")]);
    let asking = world.asking(1);
    let checked = check_compromised_key(&world.licences[0], None, &command(asking, disk));
    assert_eq!(checked.unwrap_err().failure.code(), Code::ContainerNotAllowed);
    // The same with a key that has been replaced, and for a device that is active on another licence.
    world.licences[0].licence.key_generation = 1;
    assert_eq!(world.activate_as(0, asking, disk).unwrap_err(), Code::ContainerNotAllowed);
    world.activate_as(1, asking, disk).unwrap();
    let again = world.asking(1);
    assert_eq!(world.activate_as(0, again, disk).unwrap_err(), Code::ContainerNotAllowed);
    // Where containers are allowed, that is what there is to say.
    world.policy(0, |policy| policy.containers = true);
    let again = world.asking(1);
    assert_eq!(world.activate_as(0, again, disk).unwrap_err(), Code::InstallationHasOtherLicence);
    let stranger = world.asking(2);
    assert_eq!(world.activate_as(0, stranger, disk).unwrap_err(), Code::KeyReplaced);
    let checked = check_compromised_key(&world.licences[0], None, &command(stranger, disk));
    assert_eq!(checked.unwrap_err().failure.code(), Code::KeyEpochCompromised);
}

#[test]
fn a_leaked_key_lets_in_no_container_that_only_its_models_speak_for() {
    use ComponentKind::{OsInstall, SystemDisk};
    let mut world = World::new(&[(3, 3)]);
    world.policy(0, |policy| policy.containers = true);
    let (weak, whole) = (container(&[(OsInstall, "one")]), container(&[(SystemDisk, "disk")]));
    let asking = world.asking(1);
    world.activate_as(0, asking, weak).unwrap();
    let ask = |world: &mut World, number, fingerprint| {
        let (asking, prior) = (world.asking(number), world.known(number).map(|(_, found)| found));
        let checked =
            check_compromised_key(&world.licences[0], prior.as_ref(), &command(asking, fingerprint));
        checked.map_err(|refusal| refusal.failure.code())
    };
    let refused = Err(Code::KeyEpochCompromised);
    // A stranger's container on a host of the same models has all that is known of the first.
    assert_eq!(ask(&mut world, 2, container(&[(OsInstall, "two")])), refused);
    assert_eq!(ask(&mut world, 2, weak), refused);
    // The installation itself has its key to show, also after it gave its lease back.
    assert_eq!(ask(&mut world, 1, weak), Ok(()));
    world.deactivate(1);
    assert_eq!(ask(&mut world, 1, weak), Ok(()));
    // Where a disk was read, it is known by that.
    let asking = world.asking(3);
    world.activate_as(0, asking, whole).unwrap();
    assert_eq!(ask(&mut world, 4, whole), Ok(()));
    assert_eq!(ask(&mut world, 4, container(&[(SystemDisk, "other")])), refused);
}
