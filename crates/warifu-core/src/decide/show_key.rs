//! A licence's product key is shown to staff. Nothing changes, and the log tells who has seen it.

use crate::catalogue::Failure;
use crate::event::{Action, Actor};
use crate::id::{EventId, StaffId};
use crate::licence::Licence;
use crate::state::{Decision, LicenceState};
use crate::time::Timestamp;

use super::event;

/// Decides on showing the key of the licence of `state`.
#[must_use]
pub fn show_key(state: &LicenceState, by: StaffId, event_id: EventId, now: Timestamp) -> Decision<Licence> {
    if state.licence.key_number().is_none() {
        return Decision::refused_unlogged(Failure::record_not_found("key", state.licence.id));
    }
    let mut event = event(event_id, now, Actor::Staff(by), Action::LicenceKeyShown, state);
    event.details.push(("key_generation", state.licence.key_generation.to_string()));
    Decision { events: vec![event], ..Decision::unchanged(state.licence.clone()) }
}
