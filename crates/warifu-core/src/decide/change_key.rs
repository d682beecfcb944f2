//! Change of product key: an active installation moves to another licence, another edition for one, and its old seat is freed.

use crate::catalogue::Failure;
use crate::event::Action;
use crate::seat::{Command, ReleasedBy};
use crate::state::{Decision, LicenceState};

use super::activate::{Activate, activate_as};
use super::deactivate::leave_seat;
use super::{FreshIds, Grant, Moment};

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
    let mut decision = activate_as(Command::ChangeKey, true, new, Some(prior), command, ids, moment);
    let same = old.licence.id == new.licence.id || prior.licence == new.licence.id;
    if decision.outcome.is_err() || same || prior.ended {
        return decision;
    }
    if let Some(granted) = decision.events.first_mut() {
        granted.action = Action::KeyChanged;
        granted.details.push(("from_licence", old.licence.id.to_string()));
    }
    // A seat that was taken away before is free already.
    if seat.is_active() {
        let (records, event) = leave_seat(old, seat, prior, ReleasedBy::KeyChange, ids.events[2], moment);
        decision.records.extend(records);
        decision.events.extend(event);
    }
    decision
}
