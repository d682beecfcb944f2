//! The decisions: given what is known and what is asked, what happens. Each is a plain function; the same inputs give the same
//! decision, and what it rested on stands in its event.

mod activate;
mod ask_release;
mod case;
mod change_key;
mod compromised;
mod deactivate;
mod forget;
mod licence;
mod notices;
mod prove_purchase;
mod provisional;
mod renew;
mod room;
mod show_key;
mod usable;

pub use self::activate::{Activate, activate, runs_elsewhere};
pub use self::ask_release::{AskRelease, ReleaseWaits, ask_release};
pub use self::case::{CaseDecision, act_on_case, case_event};
pub use self::change_key::change_key;
pub use self::compromised::check_compromised_key;
pub use self::deactivate::{Deactivate, Deactivated, deactivate};
pub use self::forget::forget_device;
pub use self::licence::{LicenceAct, act_on_licence, release_seat};
pub use self::notices::notices;
pub use self::prove_purchase::{ProvePurchase, prove_purchase};
pub use self::provisional::{PROVISIONAL_MAX, bridge};
pub use self::renew::{Renew, renew};
pub use self::show_key::show_key;
pub use self::usable::{check_usable, lease_end};

use std::sync::Arc;

use crate::catalogue::Failure;
use crate::chain::next_lease;
use crate::event::{Action, Actor, Event, Subject};
use crate::id::{ActivationId, DeviceId, EventId, IdempotencyKey, InstallationId, LeaseId};
use crate::licence::Licence;
use crate::policy::Policy;
use crate::seat::{Activation, ActivationState, Command, Head, ReleasedBy};
use crate::state::{Decision, LicenceState, Refusal};
use crate::time::{Span, Timestamp};

/// When a decision is made, and what the issuing key that will sign allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Service time.
    pub now: Timestamp,
    /// The longest lease that the issuing key may sign.
    pub longest_lease: Span,
    /// When signatures of the issuing key stop being accepted.
    pub latest_expiry: Timestamp,
}

/// Ids drawn for the records that a decision may make. Unused ones are thrown away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FreshIds {
    /// For a new activation.
    pub activation: ActivationId,
    /// For a new device.
    pub device: DeviceId,
    /// For a new lease.
    pub lease: LeaseId,
    /// For up to three events.
    pub events: [EventId; 3],
}

/// What an installation's signed request says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asking {
    /// Whose key signed it.
    pub installation: InstallationId,
    /// Which attempt it is.
    pub request: IdempotencyKey,
    /// When its nonce was made, in milliseconds since 1970.
    pub nonce_millis: u64,
}

/// A lease that is to be signed and given to an installation.
#[derive(Clone, Debug, PartialEq)]
pub struct Grant {
    /// The licence.
    pub licence: Licence,
    /// Its rules.
    pub policy: Arc<Policy>,
    /// The activation.
    pub activation: ActivationId,
    /// The device.
    pub device: DeviceId,
    /// The installation.
    pub installation: InstallationId,
    /// The lease's place in its chain and its times.
    pub head: Head,
    /// What the installation should know besides: entries of the catalogue that take nothing from it.
    pub notices: Vec<Failure>,
    /// Whether this repeats an answer that was given before: nothing was written.
    pub retried: bool,
}

impl<T> Decision<T> {
    /// Nothing changes.
    fn unchanged(outcome: T) -> Self {
        Self { outcome: Ok(outcome), records: Vec::new(), events: Vec::new() }
    }

    /// A refusal that is logged.
    fn refused(refusal: impl Into<Refusal>, event: Event) -> Self {
        let refusal = refusal.into();
        let event = Event { code: Some(refusal.failure.code().into()), ..event };
        Self { outcome: Err(refusal), records: Vec::new(), events: vec![event] }
    }

    /// A refusal that is not worth a row: a stranger could cause any number of them.
    fn refused_unlogged(refusal: impl Into<Refusal>) -> Self {
        Self { outcome: Err(refusal.into()), records: Vec::new(), events: Vec::new() }
    }
}

/// The start of an event about `state`.
fn event(id: EventId, at: Timestamp, actor: Actor, action: Action, state: &LicenceState) -> Event {
    Event {
        id,
        at,
        actor,
        action,
        subject: Subject { licence: Some(state.licence.id), ..Subject::default() },
        code: None,
        details: vec![
            ("policy_version", state.policy.version.to_string()),
            ("seats", state.licence.seats.to_string()),
            ("seats_taken", state.licence.seats_taken.to_string()),
        ]
        .into(),
    }
}

/// The event of a seat that was taken from its device for the activation `to`.
fn released_event(
    state: &LicenceState,
    released: &Activation,
    by: ReleasedBy,
    to: ActivationId,
    id: EventId,
    now: Timestamp,
) -> Event {
    let action = match by {
        ReleasedBy::Reclaim => Action::ActivationReclaimed,
        _ => Action::ActivationReleased,
    };
    let mut event = event(id, now, Actor::Service, action, state);
    event.subject = Subject { activation: Some(released.id), device: Some(released.device), ..event.subject };
    event.details.push(("by", by.as_str().to_owned()));
    event.details.push(("to", to.to_string()));
    let seat = state.seat(released.id);
    event.details.extend(seat.map(|seat| ("lease_until", seat.lease_until().to_string())));
    if let ActivationState::Released { by: ReleasedBy::Reclaim, lingers_until, .. } = released.state {
        let due = seat.map(|seat| ("reclaimable_from", seat.reclaimable_from(&state.policy).to_string()));
        event.details.extend(due);
        event.details.push(("objection_until", lingers_until.to_string()));
    }
    let asked = seat.and_then(|seat| seat.activation.asked_release);
    event.details.extend(asked.map(|release| ("asked", release.asked.to_string())));
    event
}

/// The next link of a chain: its times follow the policy, the licence's end and the issuing key.
fn next_head(
    policy: &Policy,
    ends: Option<Timestamp>,
    previous: Option<&Head>,
    asking: &Asking,
    command: Command,
    lease: LeaseId,
    moment: &Moment,
) -> Head {
    let now = moment.now;
    let longest = now.plus(policy.lease.min(moment.longest_lease));
    let expires = longest.min(ends.unwrap_or(Timestamp::MAX)).min(moment.latest_expiry);
    Head {
        lease: next_lease(lease, previous.map(|head| head.lease)),
        parent: previous.map(|head| head.lease),
        sequence: previous.map_or(1, |head| head.sequence + 1),
        command,
        request: asking.request,
        nonce_millis: asking.nonce_millis,
        issued: now,
        renew_after: now.plus(policy.renew_after).min(expires),
        expires,
    }
}

/// How a request stands to the last one that its installation made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Freshness {
    /// It is new.
    New,
    /// It is the last one again: its answer was lost.
    Retry,
    /// It is an old one: somebody repeats what they overheard.
    Replayed,
    /// It has the last one's name but asks for something else.
    Reused,
}

fn freshness(head: &Head, asking: &Asking, command: Command) -> Freshness {
    if head.request == asking.request {
        if head.command == command { Freshness::Retry } else { Freshness::Reused }
    } else if asking.nonce_millis <= head.nonce_millis {
        Freshness::Replayed
    } else {
        Freshness::New
    }
}
