//! Room for one more device on a licence.
//!
//! The invariant: unexpired leases ≤ seats + change budget. A seat that is held has a lease that may still run. A seat that
//! was given back early lingers: its former holder may have kept a copy of the lease. So a new seat needs a free one, and held + lingering
//! seats may reach seats + budget but never pass it.
//!
//! A seat that was reclaimed lingers too, although nothing runs on it: for as long as its device may object. So when that device comes back, the sum
//! stays what it was: its seat is held again and lingers no more, and the seat that was taken last lingers in its place. No objection can
//! break the invariant, and none is refused for want of budget.

use crate::catalogue::Failure;
use crate::policy::{MayMove, Policy};
use crate::seat::{Activation, ActivationState, AskedRelease, ReleasedBy, Seat};
use crate::state::{Holder, LicenceState, Refusal, Released};
use crate::time::Timestamp;

/// What has to happen to the licence's seats so that a device gets one.
#[derive(Debug, Default)]
pub(super) struct Room {
    /// A seat that is taken away for it.
    pub(super) given_up: Option<GivenUp>,
}

/// A seat that is taken from its device.
#[derive(Debug)]
pub(super) struct GivenUp {
    /// The activation, released.
    pub(super) activation: Activation,
    /// Why.
    pub(super) by: ReleasedBy,
}

/// Room for a device that has never held a seat of this licence, or whose former one counts as given away (`own` is `None`), or for one
/// that comes back to the seat `own` that it gave up.
pub(super) fn make_room(state: &LicenceState, own: Option<&Seat>, now: Timestamp) -> Result<Room, Refusal> {
    let seats = state.licence.seats;
    let taken = state.licence.seats_taken;
    if own.is_none() {
        check_bound(state)?;
    }
    let objects = own.and_then(Seat::objection_until).is_some_and(|until| until > now);
    if objects {
        // What it lingers with it holds with from now on: the sum stays.
        let given_up = if taken < seats { None } else { Some(taken_last(state, own, now)?) };
        return Ok(Room { given_up });
    }
    let given_up = if taken < seats { None } else { Some(available(state, now)?) };
    let lingers_on = given_up.as_ref().is_some_and(|given_up| lingers(&given_up.activation, now));
    let taken_after = if given_up.is_some() { taken } else { taken + 1 };
    let own_lingers = own.is_some_and(|seat| lingers(&seat.activation, now));
    // The store may have counted a second later than this command came.
    let lingering = state.released.lingering.saturating_sub(u32::from(own_lingers)) + u32::from(lingers_on);
    check_budget(state, taken_after, lingering)?;
    if own.is_none() {
        check_moves(state, state.released.within_year + u32::from(given_up.is_some()))?;
    }
    Ok(Room { given_up })
}

/// Whether a device that has never held a seat of the licence may have one, as far as its seats may not move: such a seat stays its first device's, also while
/// that device does not hold it.
pub(super) fn check_bound(state: &LicenceState) -> Result<(), Refusal> {
    let bound = state.licence.seats_taken.saturating_add(state.released.total);
    match state.policy.may_move {
        MayMove::No if bound >= state.licence.seats => Err(Failure::device_may_not_move().into()),
        _ => Ok(()),
    }
}

/// Room for an installation that has left the device on `seat` for other hardware, with its installation key and the product key. `to` is the
/// seat of that hardware, when it has had one before.
pub(super) fn swap_room(
    state: &LicenceState,
    seat: &Seat,
    to: Option<&Seat>,
    now: Timestamp,
) -> Result<Activation, Refusal> {
    if state.policy.may_move == MayMove::No {
        return Err(Failure::device_may_not_move().into());
    }
    let others_taken = state.licence.seats_taken.saturating_sub(1);
    let taken_after = others_taken + u32::from(!to.is_some_and(Seat::is_active));
    let lingering = state.released.lingering + u32::from(seat.lease_until() > now);
    let revived = to.is_some_and(|seat| lingers(&seat.activation, now));
    check_budget(state, taken_after, lingering.saturating_sub(u32::from(revived)))?;
    if to.is_none() {
        check_moves(state, state.released.within_year + 1)?;
    }
    Ok(release(seat, ReleasedBy::HardwareChange, &state.policy, now))
}

/// Whether one more seat may be given away now, as far as the change budget and the moves of the year go: what a release that is asked for will need.
pub(super) fn check_release(state: &LicenceState, seat: &Seat, now: Timestamp) -> Result<(), Refusal> {
    let lingering = state.released.lingering + u32::from(seat.lease_until() > now);
    check_budget(state, state.licence.seats_taken, lingering)?;
    check_moves(state, state.released.within_year + 1)
}

/// A seat's activation, given back.
pub(super) fn release(seat: &Seat, by: ReleasedBy, policy: &Policy, now: Timestamp) -> Activation {
    let lingers_until = match by {
        ReleasedBy::Reclaim => now.plus(policy.objection),
        _ => seat.lease_until(),
    };
    Activation {
        state: ActivationState::Released { at: now, by, lingers_until },
        left_until: Timestamp::MIN,
        asked_release: None,
        reclaimed: (by == ReleasedBy::Reclaim).then_some(now),
        ..seat.activation.clone()
    }
}

/// A seat's activation, held once more. The leases that lingered still may run, and count until another release.
pub(super) fn revive(activation: &Activation, now: Timestamp) -> Activation {
    let left_until = match activation.state {
        ActivationState::Active => return heard(activation),
        // Nothing ran on it when it was reclaimed.
        ActivationState::Released { by: ReleasedBy::Reclaim, .. } => Timestamp::MIN,
        ActivationState::Released { lingers_until, .. } => lingers_until,
    };
    Activation { state: ActivationState::Active, left_until, held_since: now, ..activation.clone() }
}

/// The activation of a device that has just been heard of: that is its objection to a release that somebody asked for.
pub(super) fn heard(activation: &Activation) -> Activation {
    let asked_release = activation.asked_release.map(|release| AskedRelease { effective: None, ..release });
    Activation { asked_release, ..activation.clone() }
}

fn check_budget(state: &LicenceState, taken_after: u32, lingering: u32) -> Result<(), Refusal> {
    let budget = state.policy.ordinary_budget();
    if u64::from(taken_after) + u64::from(lingering) <= u64::from(state.licence.seats) + u64::from(budget) {
        return Ok(());
    }
    let free_on = state.released.lingering_first_end.unwrap_or(Timestamp::MAX);
    Err(Failure::change_budget_spent(budget, free_on).into())
}

/// Whether so many releases within a year are allowed, the one that makes this room included.
fn check_moves(state: &LicenceState, released: u32) -> Result<(), Refusal> {
    match state.policy.moves_per_year {
        Some(moves) if released > moves => {
            let free_on =
                state.released.within_year_first.map_or(Timestamp::MAX, |first| first.plus(Released::YEAR));
            Err(Failure::change_budget_spent(moves, free_on).into())
        }
        _ => Ok(()),
    }
}

fn lingers(activation: &Activation, now: Timestamp) -> bool {
    matches!(activation.state, ActivationState::Released { lingers_until, .. } if lingers_until > now)
}

/// The seat that another device may have: the one that has been silent longest, past its lease, grace and the policy's notice; else the one whose
/// release was asked for first and has waited long enough.
fn available(state: &LicenceState, now: Timestamp) -> Result<GivenUp, Refusal> {
    let held = || state.seats.iter().filter(|seat| seat.is_active());
    let silent = held()
        .filter(|seat| seat.reclaimable_from(&state.policy) < now)
        .min_by_key(|seat| (seat.lease_until(), seat.activation.id))
        .map(|seat| (seat, ReleasedBy::Reclaim));
    let asked = || {
        let effective = |seat: &&Seat| seat.activation.asked_release.and_then(|release| release.effective);
        held()
            .filter(|seat| effective(seat).is_some_and(|effective| effective <= now))
            .min_by_key(|seat| (effective(seat), seat.activation.id))
            .map(|seat| (seat, ReleasedBy::KeyHolder))
    };
    let (seat, by) = silent.or_else(asked).ok_or_else(|| full(state, now))?;
    Ok(GivenUp { activation: release(seat, by, &state.policy, now), by })
}

/// The seat that was taken last, which gives way to a device that objects.
fn taken_last(state: &LicenceState, own: Option<&Seat>, now: Timestamp) -> Result<GivenUp, Refusal> {
    let held = state.seats.iter().filter(|seat| seat.is_active());
    let others = held.filter(|seat| own.is_none_or(|own| own.activation.id != seat.activation.id));
    let last = others.max_by_key(|seat| (seat.activation.held_since, seat.activation.id));
    let seat = last.ok_or_else(|| full(state, now))?;
    let by = ReleasedBy::Objection;
    Ok(GivenUp { activation: release(seat, by, &state.policy, now), by })
}

/// When a seat that is held may go to another device although its own does nothing: none while that is not known.
fn free_from(seat: &Seat, policy: &Policy) -> Timestamp {
    let asked = seat.activation.asked_release.and_then(|release| release.effective);
    let reclaimable = seat.reclaimable_from(policy);
    asked.map_or(reclaimable, |asked| asked.min(reclaimable))
}

fn full(state: &LicenceState, now: Timestamp) -> Refusal {
    let mut holders: Vec<Holder> = state
        .seats
        .iter()
        .filter(|seat| seat.is_active())
        .map(|seat| Holder {
            seat: seat.activation.handle(),
            class: seat.device.fingerprint.scheme(),
            since: seat.activation.created,
            last_contact: seat.last_contact().min(now),
            free_from: free_from(seat, &state.policy),
        })
        .collect();
    holders.sort_by_key(|holder| (holder.last_contact, holder.since));
    holders.truncate(Refusal::HOLDERS_MAX);
    let failure = Failure::seat_limit_reached(state.licence.seats_taken, state.licence.seats);
    Refusal { holders, ..failure.into() }
}
