//! Random histories of clocks: right, set, put back, dead at every start, on machines that sleep, are switched off, and count their running time
//! or do not. Two promises hold in each: an honest installation inside its lease is not locked out by a clock before 72 hours of Grace, and the mark
//! of what time it certainly is never runs ahead of the truth.

use proptest::prelude::*;
use warifu_client::{Client, Code, Span, State, Timestamp};

use crate::world::{START, World};

const DOUBT_SECONDS: u64 = 72 * 3_600;

/// What the machine tells of its running time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Counter {
    /// Since the boot, sleep included.
    Boot,
    /// Since the program began, without sleep.
    Program,
    /// Nothing: always zero.
    Missing,
}

#[derive(Clone, Copy, Debug)]
enum Step {
    /// The machine and the program run.
    Run(u32),
    /// The machine sleeps.
    Sleep(u32),
    /// The machine is off, then starts; the clock on the wall keeps its time, or starts at this one.
    Off(u32, Option<i64>),
    /// Somebody sets the clock this far from the truth.
    Set(i64),
    /// The program ends and starts.
    Restart,
    /// The service is asked.
    Renew,
    /// The service is asked for nothing but its standing.
    Status,
}

fn step() -> impl Strategy<Value = Step> {
    let minutes = prop_oneof![4 => 1_u32..180, 2 => 180_u32..3_000, 1 => 3_000_u32..60_000];
    let wall = prop_oneof![Just(0_i64), 1_000_000_000..1_900_000_000_i64, Just(4_000_000_000)];
    let offset = prop_oneof![
        3 => Just(0_i64),
        2 => -86_400..86_400_i64,
        2 => -40_000_000..40_000_000_i64,
        1 => Just(400_000_000),
    ];
    prop_oneof![
        8 => minutes.clone().prop_map(Step::Run),
        2 => minutes.clone().prop_map(Step::Sleep),
        3 => (minutes, prop::option::of(wall)).prop_map(|(off, wall)| Step::Off(off, wall)),
        3 => offset.prop_map(Step::Set),
        2 => Just(Step::Restart),
        1 => Just(Step::Renew),
        1 => Just(Step::Status),
    ]
}

/// The machine, and what an observer who knows the truth has counted.
struct History {
    world: World,
    client: Client,
    counter: Counter,
    /// Seconds of running since the clock was last seen in no doubt, and looks.
    doubt_seconds: u64,
    doubt_looks: u64,
}

impl History {
    fn new(counter: Counter) -> Self {
        let world = World::new();
        world.get().counts_sleep = counter == Counter::Boot;
        world.get().elapsed_seconds = 0;
        let client = world.activated();
        Self { world, client, counter, doubt_seconds: 0, doubt_looks: 0 }
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Run(minutes) => self.pass(minutes, true),
            Step::Sleep(minutes) => self.pass(minutes, false),
            Step::Off(minutes, wall) => {
                let mut world = self.world.get();
                let span = Span::seconds(minutes * 60);
                world.service_now = world.service_now.plus(span);
                world.wall = wall.map_or(world.wall.plus(span), Timestamp::from_seconds);
                world.boot = world.boot.wrapping_add(1);
                world.elapsed_seconds = 0;
                drop(world);
                self.client = self.world.client();
            }
            Step::Set(offset) => {
                let mut world = self.world.get();
                world.wall = Timestamp::from_seconds(world.service_now.seconds() + offset);
            }
            Step::Restart => {
                if self.counter != Counter::Boot {
                    let mut world = self.world.get();
                    world.boot = world.boot.wrapping_add(1);
                    world.elapsed_seconds = 0;
                }
                self.client = self.world.client();
            }
            Step::Renew => {
                self.client.renew().unwrap();
                (self.doubt_seconds, self.doubt_looks) = (0, 0);
            }
            Step::Status => {
                self.client.status().unwrap();
                (self.doubt_seconds, self.doubt_looks) = (0, 0);
            }
        }
    }

    fn pass(&mut self, minutes: u32, awake: bool) {
        let span = Span::seconds(minutes * 60);
        let seconds = u64::from(minutes) * 60;
        let mut world = self.world.get();
        world.wall = world.wall.plus(span);
        world.service_now = world.service_now.plus(span);
        let counted = match self.counter {
            Counter::Boot => true,
            Counter::Program => awake,
            Counter::Missing => false,
        };
        world.elapsed_seconds += if counted { seconds } else { 0 };
        self.doubt_seconds += if counted { seconds } else { 0 };
    }

    fn look(&mut self) -> Result<(), TestCaseError> {
        let standing = self.client.check();
        let code = standing.reason.as_ref().map(|reason| reason.code());
        let truth = self.world.get().service_now;
        let lease = self.world.kept_lease();
        let inside = truth < lease.expires;
        let doubted = matches!(standing.state, State::Restricted)
            || matches!(code, Some(Code::ClockImplausible | Code::LeaseExpired));
        if doubted {
            self.doubt_looks += 1;
        } else if code != Some(Code::ClockAhead) {
            (self.doubt_seconds, self.doubt_looks) = (0, 0);
        }
        // Where running time does not count all, each look may count an hour of the wall's.
        let by_looks = if self.counter == Counter::Boot { 0 } else { self.doubt_looks * 3_600 };
        let allowed = self.doubt_seconds + by_looks >= DOUBT_SECONDS;
        if inside && !allowed {
            prop_assert!(
                standing.state.is_usable(),
                "{standing:?} at {truth}, the wall shows {}, after {} s and {} looks in doubt",
                self.world.get().wall,
                self.doubt_seconds,
                self.doubt_looks,
            );
        }
        let observed = self.world.get().blobs["observed"].clone();
        let observed: serde_json::Value = serde_json::from_slice(&observed).unwrap();
        let mark = observed["time_seconds"].as_i64().unwrap();
        prop_assert!(mark <= truth.seconds(), "the mark {mark} is ahead of {truth}");
        Ok(())
    }
}

fn counter() -> impl Strategy<Value = Counter> {
    prop_oneof![3 => Just(Counter::Boot), 2 => Just(Counter::Program), 1 => Just(Counter::Missing)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_history_of_clocks_locks_an_honest_installation_out_before_72_hours_of_grace(
        counter in counter(),
        steps in prop::collection::vec(step(), 1..80),
    ) {
        let mut history = History::new(counter);
        for step in steps {
            history.take(step);
            history.look()?;
        }
    }
}

#[test]
fn a_battery_that_is_empty_at_every_start_does_not_add_up() {
    let world = World::new();
    world.activated();
    // Ten hours a day for a month, the clock right a minute after each start; the service is out of reach.
    for _ in 0..30 {
        world.off(Span::hours(14));
        let truth = world.get().service_now;
        world.get().wall = Timestamp::MIN;
        let mut client = world.client();
        assert!(client.check().state.is_usable());
        world.get().wall = truth;
        world.pass(Span::seconds(60));
        assert_eq!(client.check().state, State::Licensed);
        world.pass(Span::hours(10));
        assert_eq!(client.check().state, State::Licensed);
    }
}

#[test]
fn programs_that_overlap_where_no_running_time_is_told_do_not_push_the_mark_ahead() {
    let world = World::new();
    world.get().counts_sleep = false;
    let mut open = world.activated();
    let (period, mut elapsed) = (1, 1_000);
    for call in 0..200_u8 {
        world.pass(Span::hours(1));
        elapsed += 3_600;
        (world.get().boot, world.get().elapsed_seconds) = (call.wrapping_add(2), 0);
        assert!(world.client().check().reason.is_none());
        let mut inner = world.get();
        (inner.boot, inner.elapsed_seconds) = (period, elapsed);
        drop(inner);
        assert!(open.check().reason.is_none(), "after {call} calls");
    }
    assert!(world.get().service_now > START);
}

#[test]
fn a_clock_ahead_does_not_bring_a_revocation_forward() {
    let world = World::new();
    let mut client = world.activated();
    let effective = START.plus(Span::days(14));
    world.get().refuses = Some((warifu_client::Failure::licence_revoked(), Some(effective)));
    client.renew().unwrap_err();
    world.off(Span::hours(1));
    let truth = world.get().service_now;
    world.get().wall = truth.plus(Span::days(900));
    let mut client = world.client();
    let standing = client.check();
    assert!(matches!(standing.state, State::Grace { .. }), "{standing:?}");
    assert_eq!(standing.reason.unwrap().code(), Code::LicenceRevoked);
    world.get().wall = truth.plus(Span::days(14));
    assert!(client.check().state.is_usable(), "only the wall says so");
    world.pass(Span::days(14));
    assert_eq!(client.check().state, State::Restricted);
}
