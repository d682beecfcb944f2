//! What staff do to a licence.

use crate::catalogue::Failure;
use crate::event::{Action, Actor, Event, Subject};
use crate::id::{ActivationId, EventId, StaffId};
use crate::licence::{Licence, Standing};
use crate::policy::{Policy, Term};
use crate::seat::ReleasedBy;
use crate::state::{Decision, LicenceState, Record};
use crate::time::{Span, Timestamp};

use super::event;
use super::room::release;
use super::usable::lease_end;

/// An act on a licence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LicenceAct {
    /// Hold it back for now.
    Suspend,
    /// Let it be used again: after a suspension, or while the notice of a revocation runs.
    Reinstate,
    /// Take it back for good, after the policy's notice.
    Revoke,
    /// Move its end.
    Extend {
        /// The new end; later than now.
        until: Timestamp,
    },
    /// Add one more term of the policy, counted from the present end or from now, whichever is later.
    Renew,
    /// Add seats.
    TopUp {
        /// How many more.
        seats: u32,
    },
    /// Make the present key worthless and the next generation's the good one.
    ReplaceKey,
    /// Erase its note.
    EraseLabel,
}

impl LicenceAct {
    const fn action(self) -> Action {
        match self {
            Self::Suspend => Action::LicenceSuspended,
            Self::Reinstate => Action::LicenceReinstated,
            Self::Revoke => Action::LicenceRevoked,
            Self::Extend { .. } => Action::LicenceExtended,
            Self::Renew => Action::LicenceRenewed,
            Self::TopUp { .. } => Action::LicenceToppedUp,
            Self::ReplaceKey => Action::LicenceKeyReplaced,
            Self::EraseLabel => Action::LicenceLabelErased,
        }
    }
}

/// Decides on an act of staff. Repeating an act that has no amount (suspend, reinstate, revoke) changes nothing and succeeds.
#[must_use]
pub fn act_on_licence(
    state: &LicenceState,
    act: LicenceAct,
    by: StaffId,
    event_id: EventId,
    now: Timestamp,
) -> Decision<Licence> {
    let mut licence = state.licence.clone();
    if let Err(failure) = change(&mut licence, &state.policy, act, now) {
        return Decision::refused_unlogged(failure);
    }
    if licence == state.licence {
        return Decision::unchanged(licence);
    }
    let mut event = event(event_id, now, Actor::Staff(by), act.action(), state);
    match act {
        LicenceAct::Extend { .. } | LicenceAct::Renew => {
            event.details.extend(licence.ends.map(|end| ("ends", end.to_string())));
        }
        LicenceAct::TopUp { seats } => event.details.push(("added", seats.to_string())),
        LicenceAct::Suspend | LicenceAct::Revoke => {
            let end = lease_end(&licence, &state.policy);
            event.details.extend(end.map(|end| ("effective", end.at.to_string())));
        }
        LicenceAct::Reinstate => {
            event.details.push(("from", state.licence.standing.as_str().to_owned()));
        }
        _ => {}
    }
    Decision { outcome: Ok(licence.clone()), records: vec![Record::Licence(licence)], events: vec![event] }
}

fn change(licence: &mut Licence, policy: &Policy, act: LicenceAct, now: Timestamp) -> Result<(), Failure> {
    if let Standing::Revoked { effective, .. } = licence.standing {
        // While the notice runs the publisher may think again; afterwards it is for good.
        let undone = act == LicenceAct::Reinstate && now < effective;
        if !undone && !matches!(act, LicenceAct::Revoke | LicenceAct::EraseLabel) {
            return Err(Failure::licence_revoked());
        }
    }
    match act {
        LicenceAct::Suspend => {
            if licence.standing == Standing::Active {
                licence.standing = Standing::Suspended { since: now };
            }
        }
        LicenceAct::Reinstate => licence.standing = Standing::Active,
        LicenceAct::Revoke => {
            if !matches!(licence.standing, Standing::Revoked { .. }) {
                licence.standing =
                    Standing::Revoked { since: now, effective: now.plus(policy.revocation_notice) };
            }
        }
        LicenceAct::Extend { until } => {
            if until <= now {
                return Err(Failure::field_not_valid("until", until, "after_now"));
            }
            licence.ends = Some(until);
        }
        LicenceAct::Renew => {
            let Term::Days(days) = policy.term else {
                return Err(Failure::field_not_valid("licence", licence.id, "policy_of_days"));
            };
            // A licence that has not been used yet has no end to move: its term begins at the first activation.
            if let Some(end) = licence.ends {
                licence.ends = Some(end.max(now).plus(Span::days(days)));
            }
        }
        LicenceAct::TopUp { seats } => {
            let total = licence.seats.saturating_add(seats);
            if seats == 0 || total > Policy::SEATS_MAX {
                let rule = format!("1-{}", Policy::SEATS_MAX - licence.seats);
                return Err(Failure::field_not_valid("seats", seats, rule));
            }
            licence.seats = total;
        }
        LicenceAct::ReplaceKey => {
            if licence.key_number().is_none() {
                return Err(Failure::field_not_valid("licence", licence.id, "licence_with_key"));
            }
            if licence.key_generation >= Licence::KEY_GENERATION_MAX {
                return Err(Failure::field_not_valid(
                    "key_generation",
                    licence.key_generation,
                    "new_licence",
                ));
            }
            licence.key_generation += 1;
        }
        LicenceAct::EraseLabel => licence.label = None,
    }
    Ok(())
}

/// Decides on a release of a seat by staff: the device keeps what its lease allows, and the seat is free within the change budget.
#[must_use]
pub fn release_seat(
    state: &LicenceState,
    activation: ActivationId,
    by: StaffId,
    event_id: EventId,
    now: Timestamp,
) -> Decision<Licence> {
    let Some(seat) = state.seat(activation) else {
        return Decision::refused_unlogged(Failure::record_not_found("activation", activation));
    };
    if !seat.is_active() {
        return Decision::unchanged(state.licence.clone());
    }
    let mut licence = state.licence.clone();
    licence.seats_taken = licence.seats_taken.saturating_sub(1);
    let mut event: Event = event(event_id, now, Actor::Staff(by), Action::ActivationReleased, state);
    event.subject = Subject { activation: Some(activation), device: Some(seat.device.id), ..event.subject };
    event.details.push(("by", ReleasedBy::Staff.as_str().to_owned()));
    Decision {
        outcome: Ok(licence.clone()),
        records: vec![
            Record::Licence(licence),
            Record::Activation(release(seat, ReleasedBy::Staff, &state.policy, now)),
        ],
        events: vec![event],
    }
}
