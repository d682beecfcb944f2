//! Staff issue a proof of purchase: somebody who has bought a product key whose master somebody else may know gets one more device in.

use crate::catalogue::Failure;
use crate::event::{Action, Actor, Event, Subject};
use crate::id::{BatchId, EventId, StaffId};
use crate::key::{KeyNumber, ProofHours};
use crate::state::{Decision, LicenceState, Refusal};
use crate::time::{Span, Timestamp};

use super::check_usable;
use super::room::check_bound;

/// What staff ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProvePurchase {
    /// The product key's number. The key itself is not needed, and not asked for.
    pub number: KeyNumber,
    /// The batch that it was issued in.
    pub batch: BatchId,
    /// Whether the batch was withdrawn.
    pub withdrawn: bool,
    /// For how long the proof is to be good.
    pub hours: ProofHours,
}

/// Decides on a proof, and answers with the time that it bears. `state` is the key's licence, if it has been used. There is none for a licence that stays
/// with its first devices: those are known by their hardware, and no other is let in by one.
///
/// Nothing of it is stored: the log tells who issued a proof, for which key and until when, and the licence remembers the newest that was used.
#[must_use]
pub fn prove_purchase(
    state: Option<&LicenceState>,
    asked: &ProvePurchase,
    by: StaffId,
    event_id: EventId,
    now: Timestamp,
) -> Decision<Timestamp> {
    let usable = match state {
        Some(state) => check_usable(&state.licence, &state.policy, now).and_then(|()| check_needed(state)),
        // The key would start no licence.
        None if asked.withdrawn => Err(Failure::batch_withdrawn().into()),
        None => Ok(()),
    };
    if let Err(refusal) = usable {
        return Decision::refused_unlogged(refusal.failure);
    }
    // Two proofs of one second are one proof, so a second that was used up is left behind.
    let used = state.and_then(|state| state.licence.proof_used);
    let issued = used.map_or(now, |used| now.max(used.plus(Span::seconds(1))));
    let event = Event {
        id: event_id,
        at: now,
        actor: Actor::Staff(by),
        action: Action::PurchaseProofIssued,
        subject: Subject {
            licence: state.map(|state| state.licence.id),
            batch: Some(asked.batch),
            ..Subject::default()
        },
        code: None,
        details: vec![
            ("key_number", asked.number.to_string()),
            ("issued", issued.to_string()),
            ("ends", issued.plus(Span::hours(u32::from(asked.hours.get()))).to_string()),
        ]
        .into(),
    };
    Decision { events: vec![event], ..Decision::unchanged(issued) }
}

/// Whether there may be a device that a proof lets in. A container may be the licence's own and yet pass for any other on its host.
fn check_needed(state: &LicenceState) -> Result<(), Refusal> {
    if state.policy.containers { Ok(()) } else { check_bound(state) }
}
