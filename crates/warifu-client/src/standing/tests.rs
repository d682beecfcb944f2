use warifu_core::hardware::{Scheme, ShortFingerprint};
use warifu_core::id::{ActivationId, DeviceId, IdempotencyKey, InstallationId, LeaseId, PolicyId, ServiceId};

use super::*;

const ISSUED: Timestamp = Timestamp::from_seconds(1_775_035_800);

fn day(day: u32) -> Timestamp {
    ISSUED.plus(Span::days(day))
}

/// Seven days to the renewal, sixty of lease, fourteen of grace.
fn lease() -> Lease {
    Lease {
        id: LeaseId::from_bytes([1; 16]),
        service: ServiceId::from_bytes([1; 32]),
        licence: LicenceId::from_bytes([1; 16]),
        device: DeviceId::from_bytes([1; 16]),
        activation: ActivationId::from_bytes([1; 16]),
        sku: SkuNumber::MAX,
        product: Slug::new("draw").unwrap(),
        edition: Slug::new("home").unwrap(),
        channel: Channel::Retail,
        features: Vec::new(),
        installation: InstallationId::from_bytes([1; 32]),
        fingerprint: ShortFingerprint::new(Scheme::Physical),
        sequence: 1,
        parent: None,
        request: IdempotencyKey::from_bytes([1; 16]),
        issued: ISSUED,
        renew_after: day(7),
        expires: day(60),
        licence_ends: None,
        grace: Span::days(14),
        policy: PolicyId::from_bytes([1; 16]),
        policy_version: 1,
        restrictions: Restrictions { personalisation_locked: true, ..Restrictions::none() },
        sandbox: false,
        provisional: false,
    }
}

fn refusal(issued: Timestamp, effective_from: Timestamp) -> Refusal {
    Refusal {
        service: ServiceId::from_bytes([1; 32]),
        installation: InstallationId::from_bytes([1; 32]),
        licence: LicenceId::from_bytes([1; 16]),
        request: IdempotencyKey::from_bytes([1; 16]),
        code: Code::LicenceRevoked,
        issued,
        effective_from,
    }
}

/// A clock that is right, and known to be.
fn right(time: Timestamp) -> Now {
    Now { wall: time, certain: time, finding: None, doubt_left: Span::hours(72) }
}

struct Case {
    refusal: Option<Refusal>,
    hardware: Option<Failure>,
    withdrawn: Option<Timestamp>,
    now: Now,
}

impl Case {
    fn at(now: Now) -> Self {
        Self { refusal: None, hardware: None, withdrawn: None, now }
    }

    fn check(&self, lease: &Lease, state: State, code: Option<Code>, renewal_due: bool, in_doubt: bool) {
        let (revoked, unlicensed) = (Failure::licence_revoked(), Restrictions::none());
        let facts = Facts {
            lease: Ok(Some(lease)),
            refusal: self.refusal.as_ref().map(|refusal| (refusal, &revoked)),
            hardware: self.hardware.as_ref(),
            withdrawn: self.withdrawn,
            renewal_refused: None,
            replaceable: false,
            unlicensed: &unlicensed,
        };
        let evaluation = evaluate(&facts, &self.now);
        let standing = &evaluation.standing;
        assert_eq!(standing.state, state, "{:?}", self.now);
        assert_eq!(standing.reason.as_ref().map(Failure::code), code, "{:?}", self.now);
        assert_eq!((standing.renewal_due, evaluation.in_doubt), (renewal_due, in_doubt), "{:?}", self.now);
        assert_eq!(standing.restrictions.personalisation_locked, !state.is_usable(), "{:?}", self.now);
        assert!(standing.licence.is_some());
    }
}

#[test]
fn a_lease_holds_until_it_expires_and_its_grace_until_it_ends() {
    let second = Span::seconds(1);
    let until = day(74);
    for (time, state, code, due) in [
        (ISSUED.minus(Span::hours(1)), State::Licensed, None, false),
        (day(7).minus(second), State::Licensed, None, false),
        (day(7), State::Licensed, None, true),
        (day(60).minus(second), State::Licensed, None, true),
        (day(60), State::Grace { until }, Some(Code::LeaseExpired), true),
        (day(74).minus(second), State::Grace { until }, Some(Code::LeaseExpired), true),
        (day(74), State::Restricted, Some(Code::LeaseExpired), true),
        (Timestamp::MAX, State::Restricted, Some(Code::LeaseExpired), true),
    ] {
        Case::at(right(time)).check(&lease(), state, code, due, false);
    }
}

#[test]
fn the_end_of_the_right_is_named_when_it_is_the_reason() {
    let ending = Lease { licence_ends: Some(day(60)), ..lease() };
    Case::at(right(day(61))).check(
        &ending,
        State::Grace { until: day(74) },
        Some(Code::LicenceExpired),
        true,
        false,
    );
    let later = Lease { licence_ends: Some(day(90)), ..lease() };
    Case::at(right(day(75))).check(&later, State::Restricted, Some(Code::LeaseExpired), true, false);
}

#[test]
fn what_the_clock_shows_counts_for_no_more_than_it_is_worth() {
    let left = Span::hours(72);
    let (behind, ahead) = (Some(Finding::Behind), Some(Finding::Ahead));
    let grace = |until| State::Grace { until };
    let cases = [
        // (wall, certain, finding, left) → (state, reason, due, in doubt)
        // Off for a month: the wall clock is believed.
        ((day(30), day(1), None, left), (State::Licensed, None, true, false)),
        // Slow, but within what is forgiven: the mark counts.
        ((day(59), day(60), None, left), (grace(day(74)), Some(Code::LeaseExpired), true, false)),
        // Behind the mark.
        ((ISSUED, day(10), behind, left), (grace(day(13)), Some(Code::ClockImplausible), true, true)),
        ((ISSUED, day(73), behind, left), (grace(day(74)), Some(Code::ClockImplausible), true, true)),
        (
            (ISSUED, day(10), behind, Span::ZERO),
            (State::Restricted, Some(Code::ClockImplausible), true, true),
        ),
        ((ISSUED, day(74), behind, left), (State::Restricted, Some(Code::LeaseExpired), true, false)),
        // Known to be ahead; that much is taken off already.
        ((day(1), day(1), ahead, left), (State::Licensed, Some(Code::ClockAhead), true, false)),
        ((day(61), day(61), ahead, left), (grace(day(74)), Some(Code::LeaseExpired), true, false)),
        ((day(80), day(1), ahead, left), (grace(day(83)), Some(Code::LeaseExpired), true, true)),
        // Past the end by the wall clock alone.
        ((day(80), day(1), None, left), (grace(day(83)), Some(Code::LeaseExpired), true, true)),
        ((day(80), day(1), None, Span::ZERO), (State::Restricted, Some(Code::LeaseExpired), true, true)),
    ];
    for ((wall, certain, finding, doubt_left), (state, code, due, in_doubt)) in cases {
        Case::at(Now { wall, certain, finding, doubt_left }).check(&lease(), state, code, due, in_doubt);
    }
}

#[test]
fn a_signed_refusal_counts_from_its_day_and_for_leases_before_it() {
    let revoked = Some(Code::LicenceRevoked);
    let of = |refusal, time| Case { refusal: Some(refusal), ..Case::at(right(time)) };
    let announced = refusal(day(1), day(15));
    let ends = Some(Code::LicenceEndAnnounced);
    of(announced.clone(), day(2)).check(&lease(), State::Grace { until: day(15) }, ends, true, false);
    // The notice runs its time, also when the lease and its grace end before.
    let late = refusal(day(1), day(90));
    for time in [day(61), day(75), day(89)] {
        of(late.clone(), time).check(&lease(), State::Grace { until: day(90) }, ends, true, false);
    }
    of(late, day(90)).check(&lease(), State::Restricted, revoked, true, false);
    of(announced.clone(), day(15)).check(&lease(), State::Restricted, revoked, true, false);
    of(refusal(ISSUED, ISSUED), ISSUED).check(&lease(), State::Restricted, revoked, true, false);
    // A later lease has overtaken it; another licence's is nothing to us.
    let renewed = Lease { issued: day(2), ..lease() };
    of(announced.clone(), day(20)).check(&renewed, State::Licensed, None, true, false);
    let moved = Lease { licence: LicenceId::from_bytes([9; 16]), ..lease() };
    of(announced, day(20)).check(&moved, State::Licensed, None, true, false);
}

#[test]
fn only_the_wall_clock_does_not_bring_the_withdrawal_of_an_issuing_key_forward() {
    let withdrawn = Some(Code::IssuingKeyWithdrawn);
    let of = |now| Case { withdrawn: Some(day(20)), ..Case::at(now) };
    of(right(day(1))).check(&lease(), State::Grace { until: day(20) }, withdrawn, true, false);
    let ahead = |left| Now { wall: day(900), doubt_left: left, ..right(day(1)) };
    let until = day(903);
    of(ahead(Span::hours(72))).check(&lease(), State::Grace { until }, withdrawn, true, true);
    for now in [ahead(Span::ZERO), right(day(20))] {
        let (unlicensed, case) = (Restrictions::none(), of(now));
        let facts = Facts {
            lease: Ok(Some(&lease())),
            refusal: None,
            hardware: None,
            withdrawn: case.withdrawn,
            renewal_refused: None,
            replaceable: false,
            unlicensed: &unlicensed,
        };
        let standing = evaluate(&facts, &case.now).standing;
        assert_eq!((standing.state, standing.renewal_due), (State::Unlicensed, true), "{now:?}");
        assert_eq!(standing.reason.map(|reason| reason.code()), withdrawn);
    }
}

#[test]
fn other_hardware_restricts_whatever_else_holds() {
    for refusal in [None, Some(refusal(ISSUED, ISSUED))] {
        let hardware = Some(Failure::hardware_changed(60, 50, "cpu"));
        let case = Case { refusal, hardware, ..Case::at(right(day(1))) };
        case.check(&lease(), State::Restricted, Some(Code::HardwareChanged), true, false);
    }
}

#[test]
fn without_a_usable_lease_the_applications_own_restrictions_hold() {
    let unlicensed = Restrictions { feature_updates_withheld: true, ..Restrictions::none() };
    for (failure, due) in [
        (None, false),
        (Some(Failure::lease_damaged()), true),
        (Some(Failure::lease_not_genuine()), true),
        (Some(Failure::lease_of_other_product()), false),
        (Some(Failure::root_not_pinned()), false),
    ] {
        let lease = failure.as_ref().map_or(Ok(None), Err);
        let facts = Facts {
            lease,
            refusal: None,
            hardware: None,
            withdrawn: None,
            renewal_refused: None,
            replaceable: false,
            unlicensed: &unlicensed,
        };
        let Evaluation { standing, in_doubt } = evaluate(&facts, &right(ISSUED));
        assert_eq!((standing.state, standing.renewal_due, in_doubt), (State::Unlicensed, due, false));
        assert_eq!(standing.reason, Some(failure.unwrap_or_else(Failure::not_activated)));
        assert_eq!(standing.restrictions, unlicensed);
    }
}

/// Nobody can reach a silent device, so it works the date out by itself.
#[test]
fn a_device_that_was_silent_past_its_lease_tells_from_when_its_seat_may_go_to_another() {
    let all = |lease: &Lease, refusal: Option<&Refusal>, renewal_refused: Option<&Failure>, at: Timestamp| {
        let (unlicensed, revoked) = (Restrictions::none(), Failure::licence_revoked());
        let facts = Facts {
            lease: Ok(Some(lease)),
            refusal: refusal.map(|refusal| (refusal, &revoked)),
            hardware: None,
            withdrawn: None,
            renewal_refused,
            replaceable: false,
            unlicensed: &unlicensed,
        };
        evaluate(&facts, &right(at)).standing.notices
    };
    let told = |lease: &Lease, refusal: Option<&Refusal>, at: Timestamp| all(lease, refusal, None, at);
    assert_eq!(told(&lease(), None, day(59)), []);
    for late in [60, 73, 74, 900] {
        assert_eq!(told(&lease(), None, day(late)), [Failure::seat_reclaim_announced(day(74))], "{late}");
    }
    let ended = Lease { licence_ends: Some(day(60)), ..lease() };
    assert_eq!(told(&ended, None, day(61)), [], "renewing does not help, and the seat is the least of it");
    assert_eq!(told(&lease(), Some(&refusal(day(1), day(15))), day(61)), []);
    let refused = |why: Failure| all(&lease(), None, Some(&why), day(61));
    assert_eq!(refused(Failure::container_not_allowed()), [Failure::seat_reclaim_announced(day(74))]);
    assert_eq!(refused(Failure::seat_released()), [], "it is gone already");
    let provisional = Lease { provisional: true, grace: Span::ZERO, ..lease() };
    assert_eq!(told(&provisional, None, day(61)), [], "it never had a seat");
}
