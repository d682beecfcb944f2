//! Renewal: the next link of an installation's lease chain. One row is written, the chain's head.
//!
//! A client that presents an older link than the head has come back from a restored backup or snapshot, or never got the last answer. It is
//! the same installation on the same hardware, so it gets a new head and is counted, never refused. Other hardware is another matter.

use crate::catalogue::Failure;
use crate::event::{Action, Actor, Subject};
use crate::hardware::{Comparison, ComponentKind, Match, StoredFingerprint, compare};
use crate::id::LeaseId;
use crate::seat::{Command, Installation, Seat};
use crate::state::{Decision, LicenceState, Record, Refusal};

use super::activate::check_installations;
use super::usable::check_usable;
use super::{Asking, FreshIds, Freshness, Grant, Moment, event, freshness, next_head};

/// What an installation asks for, after its signature and nonce have been found good.
#[derive(Clone, Debug, PartialEq)]
pub struct Renew {
    /// Who asks.
    pub asking: Asking,
    /// The newest lease that it holds.
    pub lease: LeaseId,
    /// The device's hardware.
    pub fingerprint: StoredFingerprint,
}

/// Decides on a renewal under `state`, which must hold the installation's seat; without one the installation is unknown.
#[must_use]
pub fn renew(state: &LicenceState, command: &Renew, ids: &FreshIds, moment: &Moment) -> Decision<Grant> {
    let asking = &command.asking;
    let Some((seat, installation)) = state.seat_of(asking.installation) else {
        return Decision::refused_unlogged(Failure::installation_unknown());
    };
    let repeated = match freshness(&installation.head, asking, Command::Renew) {
        Freshness::New => false,
        Freshness::Retry => true,
        Freshness::Replayed => return Decision::refused_unlogged(Failure::request_replayed()),
        Freshness::Reused => return Decision::refused_unlogged(Failure::idempotency_key_reused()),
    };
    let comparison = compare(&seat.device.fingerprint, &command.fingerprint, &state.policy.tolerance);
    let mut log = event(
        ids.events[0],
        moment.now,
        Actor::Installation(asking.installation),
        Action::RenewalRefused,
        state,
    );
    log.subject =
        Subject { activation: Some(seat.activation.id), device: Some(seat.device.id), ..log.subject };
    log.details.push(("hardware", comparison.to_string()));
    log.details.push(("presented", command.lease.to_string()));
    log.details.push(("head", installation.head.lease.to_string()));
    if let Err(refusal) = check(state, seat, installation, command, &comparison, moment) {
        return Decision::refused(refusal, log);
    }
    // A lease that has ended helps nobody: the late repetition gets a new one.
    let retry = repeated && installation.head.expires > moment.now;
    let rewound = !repeated && command.lease != installation.head.lease;
    let renewed = if retry {
        installation.clone()
    } else {
        let previous = &installation.head;
        let head = next_head(
            &state.policy,
            state.licence.ends,
            Some(previous),
            asking,
            Command::Renew,
            ids.lease,
            moment,
        );
        Installation { head, rewinds: installation.rewinds + u32::from(rewound), ..installation.clone() }
    };
    let grant = Grant {
        licence: state.licence.clone(),
        policy: state.policy.clone(),
        activation: seat.activation.id,
        device: seat.device.id,
        installation: installation.id,
        head: renewed.head,
        retried: retry,
    };
    if retry {
        return Decision::unchanged(grant);
    }
    let events = if rewound {
        log.action = Action::LeaseRewound;
        vec![log]
    } else {
        Vec::new()
    };
    Decision { outcome: Ok(grant), records: vec![Record::Installation(renewed)], events }
}

fn check(
    state: &LicenceState,
    seat: &Seat,
    installation: &Installation,
    command: &Renew,
    comparison: &Comparison,
    moment: &Moment,
) -> Result<(), Refusal> {
    check_usable(&state.licence, &state.policy, moment.now)?;
    if installation.ended || !seat.is_active() {
        return Err(Failure::seat_released().into());
    }
    match comparison.verdict() {
        // One whose lease runs is counted already.
        Match::Same | Match::Drifted if installation.head.expires > moment.now => Ok(()),
        Match::Same | Match::Drifted => check_installations(seat, installation.id, moment.now),
        Match::TooWeak => {
            Err(Failure::fingerprint_too_weak(comparison.matches(), comparison.matches_min()).into())
        }
        // The chain has moved on without this copy, so somebody else holds its newest link; or too little is left of the machine for a repair.
        Match::Different
            if command.lease != installation.head.lease
                || comparison.matches() < u32::from(comparison.matches_min()) =>
        {
            Err(Failure::installation_on_other_hardware().into())
        }
        Match::Different => {
            let parts: Vec<&str> = comparison.differences().map(ComponentKind::name).collect();
            Err(Failure::hardware_changed(comparison.score(), comparison.threshold(), parts.join(", "))
                .into())
        }
    }
}
