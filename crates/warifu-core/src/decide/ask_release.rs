//! The release of somebody else's seat, asked for with the bare product key. The device is told and has time to object: being heard of is enough. So
//! a device that is lost or broken gives way long before its lease ends, and one that is in use never does.

use crate::catalogue::Failure;
use crate::event::{Action, Actor, Subject};
use crate::hardware::Scheme;
use crate::id::EventId;
use crate::policy::MayMove;
use crate::seat::{Activation, AskedRelease, SeatHandle};
use crate::state::{Decision, LicenceState, Record};
use crate::time::{Span, Timestamp};

use super::notices::TOLD_FOR;
use super::room::check_release;
use super::usable::check_usable;
use super::{Asking, event};

/// What the holder of a product key asks for, after the signature, the nonce and the key have been found good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AskRelease {
    /// Who asks; it need not be enrolled.
    pub asking: Asking,
    /// Which seat, as a refusal for want of room has named it.
    pub seat: SeatHandle,
    /// Of which generation the product key is.
    pub key_generation: u16,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReleaseWaits {
    /// When it was asked for first.
    pub asked: Timestamp,
    /// From when the seat may be had, if the device is not heard of before.
    pub effective: Timestamp,
    /// The class of device.
    pub class: Scheme,
}

/// How soon after one request the release of the same seat may be asked for again.
const ASKED_AGAIN: Span = TOLD_FOR;

/// Decides on a request to release a seat. Asking again for what waits already changes nothing and is answered as before.
#[must_use]
pub fn ask_release(
    state: &LicenceState,
    command: &AskRelease,
    event_id: EventId,
    now: Timestamp,
) -> Decision<ReleaseWaits> {
    let actor = Actor::Installation(command.asking.installation);
    let mut log = event(event_id, now, actor, Action::ReleaseAsked, state);
    let policy = &state.policy;
    let allowed = policy.release_notice > Span::ZERO && policy.may_move == MayMove::Yes;
    let checks = super::activate::check_generation(&state.licence, command.key_generation)
        .and_then(|()| check_usable(&state.licence, policy, now))
        .and_then(|()| if allowed { Ok(()) } else { Err(Failure::release_not_by_key().into()) });
    if let Err(refusal) = checks {
        return Decision::refused(refusal, log);
    }
    let wanted = |seat: &&crate::seat::Seat| seat.is_active() && seat.activation.handle() == command.seat;
    let Some(seat) = state.seats.iter().find(wanted) else {
        return Decision::refused_unlogged(Failure::record_not_found("activation", command.seat));
    };
    log.subject =
        Subject { activation: Some(seat.activation.id), device: Some(seat.device.id), ..log.subject };
    let waits = |asked, effective: Timestamp| ReleaseWaits {
        asked,
        effective: effective.min(seat.reclaimable_from(policy)),
        class: seat.device.fingerprint.scheme(),
    };
    match seat.activation.asked_release {
        Some(AskedRelease { asked, effective: Some(effective) }) => {
            return Decision::unchanged(waits(asked, effective));
        }
        Some(AskedRelease { asked, effective: None }) if asked.plus(ASKED_AGAIN) > now => {
            let again = asked.plus(ASKED_AGAIN);
            return Decision::refused_unlogged(Failure::release_objected(asked, again));
        }
        _ => {}
    }
    if let Err(refusal) = check_release(state, seat, now) {
        return Decision::refused(refusal, log);
    }
    let effective = now.plus(policy.release_notice);
    let asked_release = Some(AskedRelease { asked: now, effective: Some(effective) });
    let activation = Activation { asked_release, ..seat.activation.clone() };
    log.details.push(("effective", effective.to_string()));
    log.details.push(("last_contact", seat.last_contact().to_string()));
    Decision {
        outcome: Ok(waits(now, effective)),
        records: vec![Record::Activation(activation)],
        events: vec![log],
    }
}
