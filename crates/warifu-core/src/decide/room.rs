//! Room for one more device on a licence.
//!
//! The invariant: unexpired leases ≤ seats + change budget. A seat that is held has a lease that may still run. A seat that
//! was given back early lingers: its former holder may have kept a copy of the lease. So a new seat needs a free one, and held + lingering
//! seats may reach seats + budget but never pass it.

use crate::catalogue::Failure;
use crate::policy::MayMove;
use crate::seat::{Activation, ActivationState, ReleasedBy, Seat};
use crate::state::{Holder, LicenceState, Refusal, Released};
use crate::time::Timestamp;

/// What has to happen to the licence's seats so that a device gets one.
#[derive(Debug, Default)]
pub(super) struct Room {
    /// A silent device's activation to release.
    pub(super) reclaimed: Option<Activation>,
}

/// Room for a device that has never held a seat of this licence, or whose former one counts as given away (`own` is `None`), or for one
/// that comes back to the seat `own` that it gave up.
pub(super) fn make_room(state: &LicenceState, own: Option<&Seat>, now: Timestamp) -> Result<Room, Refusal> {
    let seats = state.licence.seats;
    let taken = state.licence.seats_taken;
    // A seat that may not move stays its first device's, also while that device does not hold it.
    let bound = taken.saturating_add(state.released.total);
    if own.is_none() && state.policy.may_move == MayMove::No && bound >= seats {
        return Err(Failure::device_may_not_move().into());
    }
    let reclaimed =
        if taken < seats { None } else { Some(longest_silent(state, now).ok_or_else(|| full(state, now))?) };
    let taken_after = if reclaimed.is_some() { taken } else { taken + 1 };
    let own_lingers = own.is_some_and(|seat| lingers(&seat.activation, now));
    // The store may have counted a second later than this command came.
    let lingering = state.released.lingering.saturating_sub(u32::from(own_lingers));
    check_budget(state, taken_after, lingering)?;
    if own.is_none() {
        check_moves(state, state.released.within_year + u32::from(reclaimed.is_some()))?;
    }
    Ok(Room { reclaimed: reclaimed.map(|seat| release(seat, ReleasedBy::Reclaim, now)) })
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
    Ok(release(seat, ReleasedBy::HardwareChange, now))
}

/// A seat's activation, given back.
pub(super) fn release(seat: &Seat, by: ReleasedBy, now: Timestamp) -> Activation {
    Activation {
        state: ActivationState::Released { at: now, by, lingers_until: seat.lease_until() },
        left_until: Timestamp::MIN,
        ..seat.activation.clone()
    }
}

/// A seat's activation, held once more. The leases that lingered still may run, and count until another release.
pub(super) fn revive(activation: &Activation) -> Activation {
    let left_until = match activation.state {
        ActivationState::Active => activation.left_until,
        ActivationState::Released { lingers_until, .. } => lingers_until,
    };
    Activation { state: ActivationState::Active, left_until, ..activation.clone() }
}

fn check_budget(state: &LicenceState, taken_after: u32, lingering: u32) -> Result<(), Refusal> {
    let budget = state.policy.change_budget;
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

/// The seat that has been silent longest, past the end of its lease and grace.
fn longest_silent(state: &LicenceState, now: Timestamp) -> Option<&Seat> {
    state
        .seats
        .iter()
        .filter(|seat| seat.is_active() && seat.lease_until().plus(state.policy.grace) < now)
        .min_by_key(|seat| (seat.lease_until(), seat.activation.id))
}

fn full(state: &LicenceState, now: Timestamp) -> Refusal {
    let mut holders: Vec<Holder> = state
        .seats
        .iter()
        .filter(|seat| seat.is_active())
        .map(|seat| Holder {
            class: seat.device.fingerprint.scheme(),
            since: seat.activation.created,
            last_contact: seat.last_contact().min(now),
        })
        .collect();
    holders.sort_by_key(|holder| (holder.last_contact, holder.since));
    holders.truncate(Refusal::HOLDERS_MAX);
    let failure = Failure::seat_limit_reached(state.licence.seats_taken, state.licence.seats);
    Refusal { holders, ..failure.into() }
}
