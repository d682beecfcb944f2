//! The seat invariant under any sequence of commands, against a naive model that remembers every lease ever granted.
//!
//! The model knows nothing of budgets or lingering seats. It only counts: how many devices hold a lease that still runs? That number must never
//! pass seats + change budget, and the number of seats held must never pass the seats. Beside it the model remembers who asked for whose release and who
//! was heard of when: a seat is taken without its device's consent only from one that was silent for as long as the policy says, and a device that
//! comes back in time gets a reclaimed seat again, whatever has happened meanwhile.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "helpers of tests fail by panicking, as tests do"
)]

use std::collections::HashMap;
use std::sync::Arc;

use proptest::prelude::*;
use warifu_core::catalogue::{Code, Failure};
use warifu_core::decide::{
    Activate, AskRelease, Asking, Deactivate, FreshIds, Grant, LicenceAct, Moment, ReleaseWaits, Renew,
    act_on_licence, activate, ask_release, deactivate, release_seat, renew,
};
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
use warifu_core::seat::{ActivationState, Installation, ReleasedBy, SeatHandle};
use warifu_core::state::{Decision, LicenceState, Record, Released};
use warifu_core::text::Name;
use warifu_core::time::{Span, Timestamp};

const START: Timestamp = Timestamp::from_seconds(1_800_000_000);

/// A device of the model: its hardware and what it remembers.
#[derive(Clone, Debug)]
struct Machine {
    board: u8,
    os: u8,
    installation: u8,
    lease: Option<LeaseId>,
}

/// A licence with its devices.
struct World {
    state: LicenceState,
    machines: Vec<Machine>,
    now: Timestamp,
    counter: u64,
    /// For every activation ever granted, when its last lease ends.
    leases: HashMap<ActivationId, Timestamp>,
    /// For every seat whose release was asked for, when, unless its device was heard of since.
    asked: HashMap<ActivationId, Timestamp>,
}

fn id(counter: &mut u64) -> [u8; 16] {
    *counter += 1;
    let mut bytes = [0; 16];
    bytes[8..].copy_from_slice(&counter.to_be_bytes());
    bytes
}

fn fingerprint(board: u8, os: u8) -> StoredFingerprint {
    let service = ServiceId::from_bytes([1; 32]);
    let value =
        |kind: ComponentKind, text: String| Reading::Present(ComponentHash::of(&service, kind, &text));
    let parts = [
        (ComponentKind::Motherboard, format!("board {board}")),
        (ComponentKind::BoardModel, format!("model {board}")),
        (ComponentKind::SystemDisk, format!("disk {os}")),
        (ComponentKind::OsInstall, format!("os {os}")),
        (ComponentKind::NetworkAdapter, format!("mac {board}")),
        (ComponentKind::Cpu, "cpu".to_owned()),
    ];
    parts
        .into_iter()
        .fold(Fingerprint::new(Scheme::Physical), |print, (kind, text)| print.with(kind, value(kind, text)))
        .pepper(&Pepper::from_bytes([2; 32]))
}

impl World {
    fn new(seats: u32, budget: u32, may_move: MayMove) -> Self {
        let name = Name::new("test").unwrap();
        let policy = Policy {
            seats,
            change_budget: budget,
            moves_per_year: None,
            may_move,
            ..Policy::preset(Channel::Retail, PolicyId::from_bytes([1; 16]), name, START)
        };
        let sku = SkuNumber::new(1).unwrap();
        let licence = Licence::new(LicenceId::from_bytes([1; 16]), sku, &policy, Origin::Granted, START);
        let state = LicenceState::unused(licence, Arc::new(policy));
        Self {
            state,
            machines: Vec::new(),
            now: START,
            counter: 0,
            leases: HashMap::new(),
            asked: HashMap::new(),
        }
    }

    fn moment(&self) -> Moment {
        Moment { now: self.now, longest_lease: Span::days(400), latest_expiry: Timestamp::MAX }
    }

    fn ids(&mut self) -> FreshIds {
        let counter = &mut self.counter;
        FreshIds {
            activation: ActivationId::from_bytes(id(counter)),
            device: DeviceId::from_bytes(id(counter)),
            lease: LeaseId::from_bytes(id(counter)),
            events: [(); 3].map(|()| EventId::from_bytes(id(counter))),
        }
    }

    fn asking(&mut self, machine: usize) -> Asking {
        self.counter += 1;
        Asking {
            installation: InstallationId::from_bytes([self.machines[machine].installation; 32]),
            request: IdempotencyKey::from_bytes(id(&mut self.counter)),
            nonce_millis: self.counter,
        }
    }

    fn prior(&self, installation: InstallationId) -> Option<Installation> {
        self.state.seat_of(installation).map(|(_, found)| found.clone())
    }

    /// What a store would bring: what lingers is counted anew, as time passes.
    fn reload(&mut self) {
        let now = self.now;
        let mut released = Released::default();
        for seat in &self.state.seats {
            if let ActivationState::Released { at, lingers_until, .. } = seat.activation.state {
                released.total += 1;
                if lingers_until > now {
                    released.lingering += 1;
                    let first =
                        released.lingering_first_end.map_or(lingers_until, |end| end.min(lingers_until));
                    released.lingering_first_end = Some(first);
                }
                if at >= now.minus(Released::YEAR) {
                    released.within_year += 1;
                }
            }
        }
        let counted = (self.state.released.lingering, self.state.released.total);
        assert_eq!(counted, (released.lingering, released.total), "the state counts as a store would");
        self.state.released = released;
    }

    fn take<T>(&mut self, decision: &Decision<T>) {
        self.check_takings(&decision.records);
        let mut stored = decision.records.clone();
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
    }

    /// Nobody loses a seat without consent before the policy's time.
    fn check_takings(&self, records: &[Record]) {
        let policy = &self.state.policy;
        for record in records {
            let Record::Activation(activation) = record else { continue };
            let ActivationState::Released { by, .. } = activation.state else { continue };
            let before = self.state.seat(activation.id).expect("a released seat was held before");
            if !before.is_active() {
                continue;
            }
            match by {
                ReleasedBy::Reclaim => {
                    let silent_since = self.leases[&activation.id];
                    assert!(silent_since.plus(policy.grace) < self.now, "within its grace");
                    assert!(silent_since.plus(policy.reclaim_notice) < self.now, "within the notice");
                }
                ReleasedBy::KeyHolder => {
                    let asked = self.asked.get(&activation.id).expect("asked for, and not heard of since");
                    assert!(asked.plus(policy.release_notice) <= self.now, "it has waited");
                }
                _ => {}
            }
        }
    }

    fn granted(&mut self, machine: usize, grant: &Grant) {
        self.machines[machine].lease = Some(grant.head.lease);
        self.asked.remove(&grant.activation);
        let until = self.leases.entry(grant.activation).or_insert(Timestamp::MIN);
        *until = (*until).max(grant.head.expires);
        self.check();
    }

    fn check(&self) {
        let running = self.leases.values().filter(|&&until| until > self.now).count();
        let seats = self.state.licence.seats as usize;
        let budget = self.state.policy.change_budget as usize;
        assert!(running <= seats + budget, "{running} leases run for {seats} seats and a budget of {budget}");
        let held = self.state.seats.iter().filter(|seat| seat.is_active()).count();
        assert_eq!(held, self.state.licence.seats_taken as usize, "the count of held seats is right");
        assert!(held <= seats);
        if self.state.policy.may_move == MayMove::No {
            assert!(self.state.seats.len() <= seats, "no more devices than seats have ever had one");
        }
    }

    fn activate(&mut self, machine: usize) -> Result<Grant, Code> {
        let asking = self.asking(machine);
        self.activate_asking(machine, asking)
    }

    fn activate_asking(&mut self, machine: usize, asking: Asking) -> Result<Grant, Code> {
        let Machine { board, os, .. } = self.machines[machine];
        let command = Activate {
            asking,
            fingerprint: fingerprint(board, os),
            device_name: None,
            route: Route::Online,
            key_generation: 0,
            proof: None,
        };
        let (ids, moment, prior) = (self.ids(), self.moment(), self.prior(asking.installation));
        let decision = activate(&self.state, prior.as_ref(), None, &command, &ids, &moment);
        let again = activate(&self.state, prior.as_ref(), None, &command, &ids, &moment);
        assert_eq!(decision, again, "the same inputs give the same decision");
        self.take(&decision);
        let grant = decision.outcome.map_err(|refusal| refusal.failure.code())?;
        self.granted(machine, &grant);
        Ok(grant)
    }

    fn renew(&mut self, machine: usize) -> Result<Grant, Code> {
        let asking = self.asking(machine);
        let Machine { board, os, lease, .. } = self.machines[machine];
        let lease = lease.unwrap_or(LeaseId::from_bytes([0xff; 16]));
        let command = Renew { asking, lease, fingerprint: fingerprint(board, os) };
        let (ids, moment) = (self.ids(), self.moment());
        let objects = self.may_object(asking.installation, &command.fingerprint);
        let decision = renew(&self.state, &command, &ids, &moment);
        assert_eq!(
            decision,
            renew(&self.state, &command, &ids, &moment),
            "the same inputs give the same decision"
        );
        self.take(&decision);
        let outcome = decision.outcome.map_err(|refusal| refusal.failure.code());
        assert!(!objects || outcome.is_ok(), "a device that objects in time was refused: {outcome:?}");
        let grant = outcome?;
        self.granted(machine, &grant);
        Ok(grant)
    }

    /// Whether the installation's seat was reclaimed so lately that it gets it back, and this is its hardware.
    fn may_object(&self, installation: InstallationId, seen: &StoredFingerprint) -> bool {
        let Some((seat, found)) = self.state.seat_of(installation) else { return false };
        let ActivationState::Released { at, by: ReleasedBy::Reclaim, .. } = seat.activation.state else {
            return false;
        };
        let in_time = self.now < at.plus(self.state.policy.objection);
        in_time && !found.ended && seat.device.fingerprint == *seen
    }

    fn ask_release(&mut self, seat: SeatHandle) -> Result<ReleaseWaits, Code> {
        let asking = Asking {
            installation: InstallationId::from_bytes([0xee; 32]),
            request: IdempotencyKey::from_bytes(id(&mut self.counter)),
            nonce_millis: self.counter,
        };
        let event = EventId::from_bytes(id(&mut self.counter));
        let command = AskRelease { asking, seat, key_generation: 0 };
        let decision = ask_release(&self.state, &command, event, self.now);
        self.take(&decision);
        if let (Ok(_), Some(seat)) = (
            &decision.outcome,
            self.state.seats.iter().find(|held| held.activation.handle() == seat && held.is_active()),
        ) {
            self.asked.entry(seat.activation.id).or_insert(self.now);
        }
        decision.outcome.map_err(|refusal| refusal.failure.code())
    }

    fn deactivate(&mut self, machine: usize) {
        let asking = self.asking(machine);
        let (ids, moment) = (self.ids(), self.moment());
        let decision = deactivate(&self.state, &Deactivate { asking }, &ids, &moment);
        self.take(&decision);
        self.machines[machine].lease = None;
        self.check();
    }
}

/// One thing that may happen.
#[derive(Clone, Debug)]
enum Step {
    NewMachine,
    Activate(usize),
    ActivateTwice(usize),
    Renew(usize),
    Deactivate(usize),
    Reinstall(usize),
    ChangeBoard(usize),
    CopyFolder(usize),
    StaffRelease(usize),
    /// Somebody with the key wants another's seat.
    AskRelease(usize),
    /// A snapshot of a machine runs beside it.
    CloneMachine(usize),
    TopUp,
    Days(u32),
}

fn step() -> impl Strategy<Value = Step> {
    let machine = 0..12_usize;
    prop_oneof![
        3 => Just(Step::NewMachine),
        8 => machine.clone().prop_map(Step::Activate),
        2 => machine.clone().prop_map(Step::ActivateTwice),
        5 => machine.clone().prop_map(Step::Renew),
        4 => machine.clone().prop_map(Step::Deactivate),
        2 => machine.clone().prop_map(Step::Reinstall),
        2 => machine.clone().prop_map(Step::ChangeBoard),
        1 => machine.clone().prop_map(Step::CopyFolder),
        1 => machine.clone().prop_map(Step::StaffRelease),
        2 => machine.clone().prop_map(Step::AskRelease),
        1 => machine.prop_map(Step::CloneMachine),
        1 => Just(Step::TopUp),
        3 => (1..50_u32).prop_map(Step::Days),
        1 => (60..100_u32).prop_map(Step::Days),
    ]
}

fn run(world: &mut World, step: &Step) {
    let count = world.machines.len();
    let pick = |index: usize| index % count.max(1);
    let fresh = |world: &mut World| {
        world.counter += 1;
        (world.counter % 251) as u8
    };
    match step {
        Step::NewMachine if count < 12 => {
            let (board, os, installation) = (fresh(world), fresh(world), fresh(world));
            world.machines.push(Machine { board, os, installation, lease: None });
        }
        Step::TopUp => {
            let event = EventId::from_bytes(id(&mut world.counter));
            let act = LicenceAct::TopUp { seats: 1 };
            let decision = act_on_licence(&world.state, act, StaffId::from_bytes([1; 16]), event, world.now);
            world.take(&decision);
        }
        Step::Days(days) => {
            world.now = world.now.plus(Span::days(*days));
            let now = world.now;
            // The state's own count is refreshed as a store's loading would do it.
            world.state.released.lingering = world
                .state
                .seats
                .iter()
                .filter(|seat| matches!(seat.activation.state, ActivationState::Released { lingers_until, .. } if lingers_until > now))
                .count() as u32;
        }
        _ if count == 0 => {}
        Step::NewMachine => {}
        Step::Activate(machine) => {
            let _ = world.activate(pick(*machine));
        }
        Step::ActivateTwice(machine) => {
            let machine = pick(*machine);
            let asking = world.asking(machine);
            if let Ok(first) = world.activate_asking(machine, asking) {
                let before = world.state.clone();
                let second = world.activate_asking(machine, asking).expect("a retry is answered as before");
                assert_eq!((second.head, second.activation), (first.head, first.activation));
                assert!(second.retried);
                assert_eq!(world.state, before, "a retry changes nothing");
            }
        }
        Step::Renew(machine) => {
            let _ = world.renew(pick(*machine));
        }
        Step::Deactivate(machine) => world.deactivate(pick(*machine)),
        Step::Reinstall(machine) => {
            let machine = pick(*machine);
            world.machines[machine].installation = fresh(world);
            world.machines[machine].lease = None;
        }
        Step::ChangeBoard(machine) => {
            let machine = pick(*machine);
            world.machines[machine].board = fresh(world);
        }
        Step::CopyFolder(machine) if count < 12 => {
            let copied = world.machines[pick(*machine)].clone();
            let (board, os) = (fresh(world), fresh(world));
            world.machines.push(Machine { board, os, ..copied });
        }
        Step::CloneMachine(machine) if count < 12 => {
            let cloned = world.machines[pick(*machine)].clone();
            world.machines.push(cloned);
        }
        Step::CopyFolder(_) | Step::CloneMachine(_) => {}
        Step::AskRelease(index) => {
            let seat = world.state.seats.get(index % world.state.seats.len().max(1));
            let Some(handle) = seat.map(|seat| seat.activation.handle()) else { return };
            let _ = world.ask_release(handle);
        }
        Step::StaffRelease(index) => {
            let seat = world.state.seats.get(index % world.state.seats.len().max(1));
            let Some(activation) = seat.map(|seat| seat.activation.id) else { return };
            let event = EventId::from_bytes(id(&mut world.counter));
            let by = StaffId::from_bytes([1; 16]);
            let decision = release_seat(&world.state, activation, by, event, world.now);
            world.take(&decision);
            world.check();
        }
    }
    world.reload();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn no_sequence_of_commands_breaks_the_seat_invariant(
        seats in 1..5_u32,
        budget in 0..4_u32,
        moves in any::<bool>(),
        steps in prop::collection::vec(step(), 1..120),
    ) {
        let mut world = World::new(seats, budget, if moves { MayMove::Yes } else { MayMove::No });
        for step in &steps {
            run(&mut world, step);
        }
    }

    #[test]
    fn the_same_device_always_gets_its_own_seat_back(reinstalls in 1..5_u8, days in 0..200_u32) {
        let mut world = World::new(1, 0, MayMove::No);
        world.machines.push(Machine { board: 1, os: 2, installation: 3, lease: None });
        let first = world.activate(0).unwrap();
        for reinstall in 0..reinstalls {
            run(&mut world, &Step::Days(days.max(1)));
            world.machines[0].installation = 100 + reinstall;
            prop_assert_eq!(world.activate(0).unwrap().activation, first.activation);
        }
    }
}

fn world_with(machines: u8, seats: u32, budget: u32, may_move: MayMove) -> World {
    let mut world = World::new(seats, budget, may_move);
    for machine in 1..=machines {
        world.machines.push(Machine { board: machine, os: machine, installation: machine, lease: None });
    }
    world
}

#[test]
fn a_full_licence_refuses_and_tells_who_holds_it() {
    let mut world = world_with(3, 2, 3, MayMove::Yes);
    world.activate(0).unwrap();
    world.activate(1).unwrap();
    let asking = world.asking(2);
    let command = Activate {
        asking,
        fingerprint: fingerprint(3, 3),
        device_name: None,
        route: Route::Online,
        key_generation: 0,
        proof: None,
    };
    let (ids, moment) = (world.ids(), world.moment());
    let refusal = activate(&world.state, None, None, &command, &ids, &moment).outcome.unwrap_err();
    assert_eq!(refusal.failure.code(), Code::SeatLimitReached);
    assert_eq!(refusal.holders.len(), 2);
    world.deactivate(0);
    world.activate(2).unwrap();
}

#[test]
fn a_spent_budget_says_when_it_is_free_again() {
    // Of three, one is kept for outages.
    let mut world = world_with(4, 1, 3, MayMove::Yes);
    for machine in 0..3 {
        world.activate(machine).unwrap();
        world.deactivate(machine);
    }
    assert_eq!(world.activate(3).unwrap_err(), Code::ChangeBudgetSpent);
    run(&mut world, &Step::Days(61));
    world.activate(3).unwrap();
}

#[test]
fn an_oem_licence_stays_on_its_first_device() {
    let mut world = world_with(2, 1, 0, MayMove::No);
    world.activate(0).unwrap();
    assert_eq!(world.activate(1).unwrap_err(), Code::DeviceMayNotMove);
    world.deactivate(0);
    assert_eq!(world.activate(1).unwrap_err(), Code::DeviceMayNotMove);
    world.activate(0).unwrap();
}

#[test]
fn a_bound_licence_gives_the_seats_that_nobody_has_had_after_a_release_too() {
    let mut world = world_with(4, 3, 0, MayMove::No);
    world.activate(0).unwrap();
    world.deactivate(0);
    world.activate(1).unwrap();
    world.activate(2).unwrap();
    assert_eq!(
        world.activate(3).unwrap_err(),
        Code::DeviceMayNotMove,
        "the third seat is the first device's"
    );
    world.activate(0).unwrap();
    assert_eq!(world.state.licence.seats_taken, 3);
}

#[test]
fn a_silent_device_gives_way_only_after_its_lease_and_grace() {
    let mut world = world_with(2, 1, 1, MayMove::Yes);
    Arc::make_mut(&mut world.state.policy).objection = Span::ZERO;
    world.activate(0).unwrap();
    run(&mut world, &Step::Days(61));
    assert_eq!(world.activate(1).unwrap_err(), Code::SeatLimitReached, "its lease is over, its grace is not");
    run(&mut world, &Step::Days(14));
    world.activate(1).unwrap();
    let refused = world.renew(0).unwrap_err();
    assert_eq!(refused, Code::SeatLimitReached, "no objection is allowed, and nothing is free");
}

#[test]
fn a_copied_folder_is_refused_on_other_hardware() {
    let mut world = world_with(1, 1, 3, MayMove::Yes);
    world.activate(0).unwrap();
    let copy = Machine { board: 50, os: 51, ..world.machines[0].clone() };
    world.machines.push(copy);
    assert_eq!(world.renew(1).unwrap_err(), Code::InstallationOnOtherHardware);
    world.renew(0).unwrap();
}

#[test]
fn a_restored_backup_gets_a_new_lease_and_is_counted() {
    let mut world = world_with(1, 1, 0, MayMove::Yes);
    world.activate(0).unwrap();
    let backup = world.machines[0].clone();
    world.renew(0).unwrap();
    world.renew(0).unwrap();
    world.machines[0] = backup;
    world.renew(0).unwrap();
    let installation = InstallationId::from_bytes([1; 32]);
    assert_eq!(world.state.seat_of(installation).unwrap().1.rewinds, 1);
}

#[test]
fn a_changed_board_is_put_right_with_the_key_within_the_budget() {
    let mut world = world_with(1, 1, 1, MayMove::Yes);
    world.activate(0).unwrap();
    world.machines[0].board = 90;
    assert_eq!(world.renew(0).unwrap_err(), Code::HardwareChanged);
    world.activate(0).unwrap();
    world.renew(0).unwrap();
    world.machines[0].board = 91;
    assert_eq!(world.activate(0).unwrap_err(), Code::ChangeBudgetSpent);
}

#[test]
fn a_replayed_request_is_refused() {
    let mut world = world_with(1, 1, 0, MayMove::Yes);
    let overheard = world.asking(0);
    world.activate_asking(0, overheard).unwrap();
    world.deactivate(0);
    assert_eq!(world.activate_asking(0, overheard).unwrap_err(), Code::RequestReplayed);
}

#[test]
fn a_suspended_or_revoked_licence_refuses_and_ends_leases_after_notice() {
    let mut world = world_with(1, 1, 0, MayMove::Yes);
    world.activate(0).unwrap();
    let act = |world: &mut World, act| {
        let event = EventId::from_bytes(id(&mut world.counter));
        let decision = act_on_licence(&world.state, act, StaffId::from_bytes([1; 16]), event, world.now);
        world.take(&decision);
        decision.outcome
    };
    act(&mut world, LicenceAct::Suspend).unwrap();
    assert_eq!(world.renew(0).unwrap_err(), Code::LicenceEndAnnounced);
    run(&mut world, &Step::Days(14));
    assert_eq!(world.renew(0).unwrap_err(), Code::LicenceSuspended);
    act(&mut world, LicenceAct::Reinstate).unwrap();
    world.renew(0).unwrap();
    act(&mut world, LicenceAct::Revoke).unwrap();
    assert_eq!(world.renew(0).unwrap_err(), Code::LicenceEndAnnounced);
    act(&mut world, LicenceAct::Reinstate).unwrap();
    world.renew(0).expect("taken back while the notice ran");
    act(&mut world, LicenceAct::Revoke).unwrap();
    let refusal =
        warifu_core::decide::check_usable(&world.state.licence, &world.state.policy, world.now).unwrap_err();
    assert_eq!(refusal.ends_lease.map(|end| end.at), Some(world.now.plus(Span::days(14))));
    run(&mut world, &Step::Days(14));
    assert_eq!(world.renew(0).unwrap_err(), Code::LicenceRevoked);
    assert_eq!(act(&mut world, LicenceAct::Reinstate).unwrap_err().failure.code(), Code::LicenceRevoked);
}

#[test]
fn a_device_holds_five_installations_on_one_seat() {
    let mut world = world_with(1, 1, 0, MayMove::Yes);
    for installation in 1..=5 {
        world.machines[0].installation = installation;
        world.activate(0).unwrap();
    }
    world.machines[0].installation = 6;
    assert_eq!(world.activate(0).unwrap_err(), Code::InstallationLimitReached);
    assert_eq!(world.state.licence.seats_taken, 1);
}

/// A full licence of one seat, whose device has been silent until another took its place.
fn reclaimed(budget: u32) -> World {
    let mut world = world_with(3, 1, budget, MayMove::Yes);
    world.activate(0).unwrap();
    run(&mut world, &Step::Days(75));
    world.activate(1).unwrap();
    world
}

#[test]
fn a_reclaimed_device_that_comes_back_in_time_gets_its_seat_and_the_latest_gives_way() {
    let mut world = reclaimed(1);
    run(&mut world, &Step::Days(29));
    let back = world.renew(0).unwrap();
    assert_eq!(back.licence.seats_taken, 1);
    assert_eq!(world.renew(1).unwrap_err(), Code::SeatReleased);
    assert_eq!(world.activate(1).unwrap_err(), Code::SeatLimitReached);
    world.renew(0).unwrap();
}

/// The device that was away learns why, when, and what now, with every answer of a month; whoever follows on its seat does not.
#[test]
fn a_device_that_comes_back_to_a_reclaimed_seat_is_told_for_a_month_when_it_was_taken() {
    let mut world = world_with(3, 1, 3, MayMove::Yes);
    world.activate(0).unwrap();
    run(&mut world, &Step::Days(75));
    let taken = world.now;
    assert!(world.activate(1).unwrap().notices.is_empty());
    run(&mut world, &Step::Days(10));
    assert_eq!(world.renew(0).unwrap().notices, [Failure::seat_was_reclaimed(taken)]);
    run(&mut world, &Step::Days(29));
    assert_eq!(world.renew(0).unwrap().notices, [Failure::seat_was_reclaimed(taken)]);
    run(&mut world, &Step::Days(1));
    assert!(world.renew(0).unwrap().notices.is_empty());

    // A seat that the device itself gave back since then was not taken from it.
    world.deactivate(0);
    assert!(world.activate(0).unwrap().notices.is_empty());
}

#[test]
fn a_reclaim_is_announced_from_the_end_of_the_last_lease_and_a_renewal_withdraws_it() {
    let mut world = world_with(1, 1, 1, MayMove::Yes);
    let lease = world.activate(0).unwrap();
    let announced = |world: &World| world.state.seats[0].reclaim_announced(world.now);
    run(&mut world, &Step::Days(59));
    assert_eq!(announced(&world), None);
    run(&mut world, &Step::Days(1));
    assert_eq!(announced(&world), Some(lease.head.expires));
    let from = world.state.seats[0].reclaimable_from(&world.state.policy);
    assert_eq!(from, lease.head.expires.plus(Span::days(14)), "grace and notice run side by side");
    world.renew(0).unwrap();
    assert_eq!(announced(&world), None);
    run(&mut world, &Step::Days(61));
    assert!(announced(&world).is_some());
    world.deactivate(0);
    assert_eq!(announced(&world), None, "it is not held any more");
}

#[test]
fn a_reclaimed_device_that_types_its_key_gets_its_seat_back_as_well() {
    let mut world = reclaimed(1);
    world.machines[0].installation = 99;
    let back = world.activate(0).unwrap();
    assert_eq!(back.licence.seats_taken, 1);
    assert_eq!(world.renew(1).unwrap_err(), Code::SeatReleased);
}

#[test]
fn a_reclaimed_device_that_comes_back_too_late_gets_a_free_seat_or_none() {
    let mut world = reclaimed(1);
    run(&mut world, &Step::Days(30));
    assert_eq!(world.renew(0).unwrap_err(), Code::SeatLimitReached);
    world.renew(1).unwrap();
    run(&mut world, &Step::TopUp);
    world.renew(0).unwrap();
    world.renew(1).unwrap();
    assert_eq!(world.state.licence.seats_taken, 2);
}

#[test]
fn a_seat_that_may_be_objected_to_counts_against_the_budget() {
    let mut world = world_with(3, 1, 0, MayMove::Yes);
    world.activate(0).unwrap();
    run(&mut world, &Step::Days(75));
    assert_eq!(world.activate(1).unwrap_err(), Code::ChangeBudgetSpent, "the objection could not be granted");
    let mut world = reclaimed(1);
    world.deactivate(1);
    assert_eq!(world.activate(2).unwrap_err(), Code::ChangeBudgetSpent, "one lingers, one may come back");
}

#[test]
fn the_event_of_a_reclaim_tells_since_when_and_until_when() {
    let mut world = world_with(2, 1, 1, MayMove::Yes);
    let first = world.activate(0).unwrap();
    run(&mut world, &Step::Days(75));
    let asking = world.asking(1);
    let command = Activate {
        asking,
        fingerprint: fingerprint(2, 2),
        device_name: None,
        route: Route::Online,
        key_generation: 0,
        proof: None,
    };
    let (ids, moment) = (world.ids(), world.moment());
    let decision = activate(&world.state, None, None, &command, &ids, &moment);
    let event = &decision.events[1];
    assert_eq!(event.action.as_str(), "activation.reclaimed");
    assert_eq!(event.subject.activation, Some(first.activation));
    let until = world.now.plus(Span::days(30)).to_string();
    assert_eq!(event.details.get("lease_until"), Some(first.head.expires.to_string().as_str()));
    assert_eq!(event.details.get("objection_until"), Some(until.as_str()));
    let due = first.head.expires.plus(Span::days(14)).to_string();
    assert_eq!(event.details.get("reclaimable_from"), Some(due.as_str()));
}

fn handle_of(world: &World, machine: usize) -> SeatHandle {
    let id = InstallationId::from_bytes([world.machines[machine].installation; 32]);
    world.state.seat_of(id).unwrap().0.activation.handle()
}

#[test]
fn a_release_asked_for_with_the_key_takes_a_silent_device_after_its_notice() {
    let mut world = world_with(2, 1, 1, MayMove::Yes);
    world.activate(0).unwrap();
    let seat = handle_of(&world, 0);
    let waits = world.ask_release(seat).unwrap();
    assert_eq!(waits.effective, world.now.plus(Span::days(14)));
    assert_eq!(world.activate(1).unwrap_err(), Code::SeatLimitReached);
    run(&mut world, &Step::Days(7));
    assert_eq!(world.ask_release(seat).unwrap(), waits, "asking again changes nothing");
    run(&mut world, &Step::Days(7));
    world.activate(1).unwrap();
    assert_eq!(world.renew(0).unwrap_err(), Code::SeatReleased);
}

#[test]
fn a_device_that_is_heard_of_keeps_its_seat_and_is_told() {
    let mut world = world_with(2, 1, 1, MayMove::Yes);
    world.activate(0).unwrap();
    let seat = handle_of(&world, 0);
    world.ask_release(seat).unwrap();
    run(&mut world, &Step::Days(13));
    let told = world.renew(0).unwrap().notices;
    assert_eq!(told.iter().map(Failure::code).collect::<Vec<_>>(), [Code::ReleaseAsked]);
    run(&mut world, &Step::Days(2));
    assert_eq!(world.activate(1).unwrap_err(), Code::SeatLimitReached);
    assert_eq!(world.ask_release(seat).unwrap_err(), Code::ReleaseObjected);
    run(&mut world, &Step::Days(16));
    world.ask_release(seat).unwrap();
}

#[test]
fn a_release_needs_room_in_the_budget_and_a_policy_that_allows_it() {
    let mut world = world_with(2, 1, 0, MayMove::Yes);
    world.activate(0).unwrap();
    let seat = handle_of(&world, 0);
    assert_eq!(world.ask_release(seat).unwrap_err(), Code::ChangeBudgetSpent);
    Arc::make_mut(&mut world.state.policy).release_notice = Span::ZERO;
    assert_eq!(world.ask_release(seat).unwrap_err(), Code::ReleaseNotByKey);
    assert_eq!(handle_of(&world, 0).to_string().parse(), Ok(seat));
}
