//! Change of product key: an active installation moves to another licence, another edition for one, and its old seat is freed.

use crate::catalogue::Failure;
use crate::event::{Action, Actor, Subject};
use crate::seat::{Command, ReleasedBy};
use crate::state::{Decision, LicenceState};

use super::activate::{Activate, activate_as};
use super::deactivate::leave_seat;
use super::{FreshIds, Grant, Moment, event};

/// Decides on moving the installation from `old` to `new`. Both states must hold what they know of the installation. A key of the same
/// licence is no change: the installation gets its own seat again.
#[must_use]
pub fn change_key(
    old: &LicenceState,
    new: &LicenceState,
    command: &Activate,
    ids: &FreshIds,
    moment: &Moment,
) -> Decision<Grant> {
    let installation = command.asking.installation;
    // After the change, a retry finds the installation under the new licence already.
    let known = old.seat_of(installation).or_else(|| new.seat_of(installation));
    let Some((seat, prior)) = known else {
        return Decision::refused_unlogged(Failure::installation_unknown());
    };
    let mut decision = activate_as(Command::ChangeKey, new, Some(prior), command, ids, moment);
    let same = old.licence.id == new.licence.id || prior.licence == new.licence.id;
    if let (Ok(grant), false) = (&decision.outcome, same || prior.ended) {
        let mut event =
            event(ids.events[2], moment.now, Actor::Installation(installation), Action::KeyChanged, new);
        event.subject =
            Subject { activation: Some(grant.activation), device: Some(grant.device), ..event.subject };
        event.details.push(("from_licence", old.licence.id.to_string()));
        decision.events.push(event);
        if let Some((mut records, event)) = leave_seat(old, seat, prior, ReleasedBy::KeyChange, ids, moment) {
            decision.records.append(&mut records);
            decision.events.push(event);
        }
    }
    decision
}
