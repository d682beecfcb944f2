//! Deactivation: an installation gives up its lease; the last one on a device gives the seat back.

use crate::catalogue::Failure;
use crate::event::{Action, Actor, Event, Subject};
use crate::id::EventId;
use crate::seat::{Activation, Command, Head, Installation, ReleasedBy, Seat};
use crate::state::{Decision, LicenceState, Record};
use crate::time::Timestamp;

use super::room::release;
use super::{Asking, FreshIds, Freshness, Moment, event, freshness};

/// What an installation asks for, after its signature and nonce have been found good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deactivate {
    /// Who asks.
    pub asking: Asking,
}

/// What came of a deactivation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deactivated {
    /// Whether the seat is free again: no other installation on the device holds it.
    pub seat_released: bool,
    /// Until when the given-up lease counts against the licence's change budget.
    pub lingers_until: Timestamp,
}

/// Decides on a deactivation under `state`, which must hold the installation's seat; without one the installation is unknown.
#[must_use]
pub fn deactivate(
    state: &LicenceState,
    command: &Deactivate,
    ids: &FreshIds,
    moment: &Moment,
) -> Decision<Deactivated> {
    let asking = &command.asking;
    let Some((seat, installation)) = state.seat_of(asking.installation) else {
        return Decision::refused_unlogged(Failure::installation_unknown());
    };
    let outcome = |seat: &Seat| Deactivated {
        seat_released: !others_live(seat, installation, moment.now),
        lingers_until: seat.lease_until().max(moment.now),
    };
    match freshness(&installation.head, asking, Command::Deactivate) {
        Freshness::New => {}
        Freshness::Retry => return Decision::unchanged(outcome(seat)),
        Freshness::Replayed => return Decision::refused_unlogged(Failure::request_replayed()),
        Freshness::Reused => return Decision::refused_unlogged(Failure::idempotency_key_reused()),
    }
    if installation.ended || !seat.is_active() {
        return Decision::unchanged(outcome(seat));
    }
    let mut records = vec![Record::Installation(ended(installation, asking, Command::Deactivate))];
    let (left, event) =
        leave_seat(state, seat, installation, ReleasedBy::Installation, ids.events[0], moment);
    records.extend(left);
    Decision { outcome: Ok(outcome(seat)), records, events: event.into_iter().collect() }
}

/// What is written when `leaving` goes from a seat that is held: the seat is given back, which is an event, unless another installation stays
/// on it. Then the seat remembers how long the lease of the one that goes may run.
pub(super) fn leave_seat(
    state: &LicenceState,
    seat: &Seat,
    leaving: &Installation,
    by: ReleasedBy,
    event_id: EventId,
    moment: &Moment,
) -> (Vec<Record>, Option<Event>) {
    if others_live(seat, leaving, moment.now) {
        let left_until = seat.activation.left_until.max(leaving.head.expires);
        let activation = Activation { left_until, ..seat.activation.clone() };
        return (vec![Record::Activation(activation)], None);
    }
    let mut licence = state.licence.clone();
    licence.seats_taken = licence.seats_taken.saturating_sub(1);
    let mut event =
        event(event_id, moment.now, Actor::Installation(leaving.id), Action::ActivationReleased, state);
    event.subject =
        Subject { activation: Some(seat.activation.id), device: Some(seat.device.id), ..event.subject };
    event.details.push(("by", by.as_str().to_owned()));
    (
        vec![Record::Licence(licence), Record::Activation(release(seat, by, &state.policy, moment.now))],
        Some(event),
    )
}

/// `installation` without its right to a lease. The head keeps the lease's end, for a copy of the lease may still run, and takes the
/// request, so that a retry is known and a replay refused.
fn ended(installation: &Installation, asking: &Asking, command: Command) -> Installation {
    Installation {
        ended: true,
        head: Head {
            command,
            request: asking.request,
            nonce_millis: asking.nonce_millis,
            ..installation.head
        },
        ..installation.clone()
    }
}

fn others_live(seat: &Seat, leaving: &Installation, now: Timestamp) -> bool {
    seat.installations.iter().any(|other| other.id != leaving.id && !other.ended && other.head.expires > now)
}
