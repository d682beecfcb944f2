//! Clocks that are right, slow, fast, set back and dead.

use warifu_client::{Code, Method, Request, Response, Span, State, Timestamp, Transport, TransportError};

use crate::world::{Fault, START, World, product_key, virtual_machine};

fn hours(hours: u32) -> Timestamp {
    START.plus(Span::hours(hours))
}

#[test]
fn a_lease_runs_its_term_its_grace_and_then_out() {
    let world = World::new();
    world.activated();
    for (days, state, code, due) in [
        (6, State::Licensed, None, false),
        (7, State::Licensed, None, true),
        (59, State::Licensed, None, true),
        (60, State::Grace { until: START.plus(Span::days(74)) }, Some(Code::LeaseExpired), true),
        (73, State::Grace { until: START.plus(Span::days(74)) }, Some(Code::LeaseExpired), true),
        (74, State::Restricted, Some(Code::LeaseExpired), true),
        (4_000, State::Restricted, Some(Code::LeaseExpired), true),
    ] {
        let passed = world.get().wall.since(START);
        world.pass(Span::days(days).as_seconds().checked_sub(passed.as_seconds()).map(seconds).unwrap());
        let standing = world.client().check();
        assert_eq!((standing.state, standing.renewal_due), (state, due), "day {days}");
        assert_eq!(standing.reason.map(|reason| reason.code()), code, "day {days}");
    }
}

fn seconds(seconds: i64) -> Span {
    Span::seconds(u32::try_from(seconds).unwrap())
}

#[test]
fn losing_contact_never_shortens_a_lease() {
    let world = World::new();
    let mut client = world.activated();
    for _ in 0..58 {
        world.pass(Span::days(1));
        world.fault(Fault::LoseRequest);
        client.renew().unwrap_err();
        assert_eq!(client.check().state, State::Licensed);
    }
}

#[test]
fn a_device_that_was_off_past_its_grace_has_three_days_to_find_the_network() {
    let world = World::new();
    world.activated();
    world.off(Span::days(100));
    let standing = world.client().check();
    assert!(matches!(standing.state, State::Grace { .. }), "{standing:?}");
    assert_eq!(standing.reason.unwrap().code(), Code::LeaseExpired);
    world.pass(Span::hours(71));
    assert!(world.client().check().state.is_usable());
    world.pass(Span::hours(2));
    assert_eq!(world.client().check().state, State::Restricted);
    assert_eq!(world.client().renew().unwrap().standing.state, State::Licensed);
}

#[test]
fn a_clock_set_back_gives_72_hours_of_running_time_and_no_more() {
    let world = World::new();
    world.activated();
    world.pass(Span::days(30));
    world.client().check();
    world.get().wall = Timestamp::MIN;
    let standing = world.client().check();
    assert_eq!(standing.reason.unwrap().code(), Code::ClockImplausible);
    assert!(matches!(standing.state, State::Grace { .. }));
    assert!(standing.renewal_due);
    // Off and on with an empty battery: only the hours on count.
    for _ in 0..14 {
        world.pass(Span::hours(5));
        assert!(world.client().check().state.is_usable());
        world.off(Span::days(1));
        world.get().wall = Timestamp::from_seconds(5_000);
    }
    world.pass(Span::hours(3));
    let standing = world.client().check();
    assert_eq!(standing.state, State::Restricted);
    assert_eq!(standing.reason.unwrap().code(), Code::ClockImplausible);
    // Set right, it heals at once.
    let now = world.get().service_now;
    world.get().wall = now;
    assert_eq!(world.client().check().state, State::Licensed);
}

#[test]
fn a_clock_set_back_gains_no_time() {
    let world = World::new();
    world.activated();
    // A little slow is no reason to speak, and gains nothing either.
    world.pass(Span::days(60));
    let slow = world.get().wall.minus(Span::hours(20));
    world.get().wall = slow;
    let standing = world.client().check();
    assert_eq!(standing.state, State::Grace { until: START.plus(Span::days(74)) });
    world.pass(Span::days(14));
    world.get().wall = START;
    assert_eq!(world.client().check().state, State::Restricted);
}

#[test]
fn a_clock_far_ahead_is_a_finding_and_no_mark() {
    let world = World::new();
    world.activated();
    world.pass(Span::hours(5));
    world.get().wall = hours(24 * 3_650);
    let standing = world.client().check();
    assert_eq!(standing.state, State::Licensed);
    assert_eq!(standing.reason.unwrap().code(), Code::ClockAhead);
    assert!(standing.renewal_due);
    world.get().wall = hours(6);
    let standing = world.client().check();
    assert_eq!((standing.state, standing.reason), (State::Licensed, None));
}

#[test]
fn a_virtual_machine_that_is_woken_from_a_snapshot_has_three_days_after_its_lease() {
    let world = World::new();
    world.get().print = Ok(virtual_machine());
    world.activated();
    world.pass(Span::hours(5));
    let running = world.get().elapsed_seconds;
    for (days, state) in [(50, State::Licensed), (100, State::Grace { until: START.plus(Span::days(103)) })] {
        // The machine goes on where it was; its host has set the clock right.
        let now = START.plus(Span::days(days));
        (world.get().elapsed_seconds, world.get().wall, world.get().service_now) = (running, now, now);
        let standing = world.client().check();
        assert_eq!(standing.state, state);
        let reason = standing.reason.map(|reason| reason.code());
        assert_eq!(reason, (!matches!(state, State::Licensed)).then_some(Code::LeaseExpired));
    }
    world.pass(Span::hours(71));
    assert!(world.client().check().state.is_usable());
    world.pass(Span::hours(2));
    assert_eq!(world.client().check().state, State::Restricted);
    assert_eq!(world.client().renew().unwrap().standing.state, State::Licensed);
}

#[test]
fn a_clock_that_starts_far_ahead_after_a_boot_does_not_lock_out_at_once() {
    let world = World::new();
    world.activated();
    world.off(Span::hours(1));
    world.get().wall = hours(24 * 3_650);
    let mut client = world.client();
    assert!(client.check().state.is_usable());
    // The service knows better, and says so under our own name for the question.
    client.status().unwrap();
    let standing = client.check();
    assert_eq!(standing.state, State::Licensed);
    assert_eq!(standing.reason.unwrap().code(), Code::ClockAhead);
}

#[test]
fn a_clock_far_ahead_is_named_after_a_renewal_where_sleep_is_not_counted() {
    let world = World::new();
    world.get().counts_sleep = false;
    world.activated();
    world.get().wall = hours(24 * 3_650);
    // Until the service is asked, nothing tells that the machine was not off for so long; then the first remedy helps.
    let standing = world.client().check();
    assert!(matches!(standing.state, State::Grace { .. }), "{standing:?}");
    assert_eq!(standing.reason.unwrap().code(), Code::LeaseExpired);
    let standing = world.client().renew().unwrap().standing;
    assert_eq!(standing.state, State::Licensed);
    assert_eq!(standing.reason.unwrap().code(), Code::ClockAhead);
    // So it stays, in other runs of the program and after boots, for longer than any doubt may last.
    for _ in 0..58 {
        world.off(Span::days(1));
        let standing = world.client().check();
        assert_eq!(standing.state, State::Licensed);
        assert_eq!(standing.reason.unwrap().code(), Code::ClockAhead);
    }
    // The days are counted all the same, so that a wrong clock gains nothing.
    world.off(Span::days(2));
    let standing = world.client().check();
    assert_eq!(standing.state, State::Grace { until: START.plus(Span::days(74)) });
    assert_eq!(standing.reason.unwrap().code(), Code::LeaseExpired);
    let right = world.get().service_now;
    world.get().wall = right;
    assert_eq!(world.client().renew().unwrap().standing.reason, None);
}

#[test]
fn signed_time_lowers_a_mark_that_was_too_high() {
    let world = World::new();
    world.get().service_now = hours(24 * 300);
    let mut client = world.activated();
    assert_eq!(client.check().reason.unwrap().code(), Code::ClockImplausible);
    world.get().service_now = START;
    client.renew().unwrap();
    let standing = client.check();
    assert_eq!((standing.state, standing.reason), (State::Licensed, None));
}

#[test]
fn an_answer_given_again_much_later_does_not_lower_the_mark() {
    let world = World::new();
    let mut client = world.activated();
    world.fault(Fault::LoseReply);
    client.renew().unwrap_err();
    world.pass(Span::days(30));
    // The same answer as a month ago, signed a month ago.
    client.renew().unwrap();
    world.get().wall = START;
    assert_eq!(client.check().reason.unwrap().code(), Code::ClockImplausible);
    // It is due at once, and the next attempt has a name of its own.
    world.get().wall = START.plus(Span::days(30));
    assert!(client.check().renewal_due);
    assert!(!client.renew().unwrap().standing.renewal_due);
}

#[test]
fn time_that_one_process_has_learnt_is_not_undone_by_another() {
    let world = World::new();
    let mut open = world.activated();
    world.pass(Span::days(30));
    open.check();
    world.get().wall = START.minus(Span::days(9));
    // An application that stays open counts the hours for which the clock is in doubt.
    for _ in 0..50 {
        world.pass(Span::hours(1));
        assert!(open.check().state.is_usable());
    }
    // Somebody asks the service in another window: the doubt is gone, and the clock is still wrong.
    world.client().status().unwrap();
    for _ in 0..50 {
        world.pass(Span::hours(1));
        assert!(open.check().state.is_usable());
        assert!(world.client().check().state.is_usable());
    }
}

#[test]
fn where_sleep_is_not_counted_a_long_sleep_is_no_finding() {
    let world = World::new();
    world.get().counts_sleep = false;
    world.activated();
    world.get().wall = hours(24 * 5);
    let standing = world.client().check();
    assert_eq!((standing.state, standing.reason), (State::Licensed, None));
}

#[test]
fn a_licence_that_has_ended_says_so_rather_than_a_lease() {
    let world = World::new();
    world.get().alter_lease = Some(|lease| lease.licence_ends = Some(lease.expires));
    world.activated();
    world.pass(Span::days(61));
    assert_eq!(world.client().check().reason.unwrap().code(), Code::LicenceExpired);
}

#[test]
fn a_lost_mark_falls_back_to_the_lease() {
    let world = World::new();
    world.activated();
    for damage in [None, Some(b"{".to_vec()), Some(Vec::new())] {
        world.get().blobs.remove("observed");
        if let Some(bytes) = damage {
            world.get().blobs.insert("observed".to_owned(), bytes);
        }
        world.get().wall = START.minus(Span::days(2));
        assert_eq!(world.client().check().reason.unwrap().code(), Code::ClockImplausible);
        world.get().wall = START.plus(Span::days(2));
        assert_eq!(world.client().check().state, State::Licensed);
    }
}

#[test]
fn an_answer_that_comes_after_a_sleep_does_not_make_a_right_clock_wrong() {
    /// The machine falls asleep while the answer is on its way, for fifty days that its running time does not count.
    struct Asleep(World);
    impl Transport for Asleep {
        fn send(&mut self, request: &Request<'_>) -> Result<Response, TransportError> {
            let answer = self.0.send(request);
            if request.method == Method::Post {
                let mut world = self.0.get();
                (world.wall, world.service_now) = (START.plus(Span::days(50)), START.plus(Span::days(50)));
            }
            answer
        }
    }
    let world = World::new();
    world.get().counts_sleep = false;
    let mut client = world.builder().transport(Asleep(world.clone())).build().unwrap();
    let standing = client.activate(&product_key(), &Default::default()).unwrap().standing;
    assert_eq!((standing.state, standing.reason), (State::Licensed, None));
    // The lease was granted for sixty days, and it has its grace.
    world.off(Span::days(25));
    let standing = world.client().check();
    assert_eq!(standing.state, State::Grace { until: START.plus(Span::days(78)) });
    assert_eq!(standing.reason.unwrap().code(), Code::LeaseExpired);
}
