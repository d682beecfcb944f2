//! A device's name is erased: the one thing about it that a person wrote. What it did stays, under its pseudonym.

use crate::catalogue::Failure;
use crate::event::{Action, Actor, Subject};
use crate::id::{ActivationId, EventId, StaffId};
use crate::licence::Licence;
use crate::seat::Device;
use crate::state::{Decision, LicenceState, Record};
use crate::time::Timestamp;

use super::event;

/// Decides on erasing the name of an activation's device, whether or not it still has its seat. A device without a name changes nothing and succeeds.
#[must_use]
pub fn forget_device(
    state: &LicenceState,
    activation: ActivationId,
    by: StaffId,
    event_id: EventId,
    now: Timestamp,
) -> Decision<Licence> {
    let Some(seat) = state.seat(activation) else {
        return Decision::refused_unlogged(Failure::record_not_found("activation", activation));
    };
    if seat.device.name.is_none() {
        return Decision::unchanged(state.licence.clone());
    }
    let device = Device { name: None, ..seat.device.clone() };
    let mut event = event(event_id, now, Actor::Staff(by), Action::DeviceForgotten, state);
    event.subject = Subject { activation: Some(activation), device: Some(device.id), ..event.subject };
    Decision {
        outcome: Ok(state.licence.clone()),
        records: vec![Record::Device(device)],
        events: vec![event],
    }
}
