//! Renewal: the next link of an installation's lease chain. One row is written, the chain's head; more only when something is out of the ordinary.
//!
//! What the installation shows decides: the head, as always; its parent, for the last answer was lost; an older link, for a backup or snapshot was
//! restored, which is counted and never refused; a link of a branch that was superseded, which says that two copies are alive; or one newer than
//! the head, for it is the service that was restored (`chain.rs`). Other hardware is another matter.

use crate::catalogue::Failure;
use crate::chain::Link;
use crate::event::{Action, Actor, Event, Subject};
use crate::hardware::{Comparison, ComponentKind, Match, StoredFingerprint, compare};
use crate::id::LeaseId;
use crate::policy::Copies;
use crate::seat::{Command, Installation, Seat};
use crate::state::{Decision, LicenceState, Record, Refusal};
use crate::time::{Span, Timestamp};

use super::activate::check_installations;
use super::notices::notices;
use super::room::{GivenUp, heard, make_room, revive};
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

/// A copy that is refused is noted in the installation's record no more often than this.
const COPY_NOTED_EVERY: Span = Span::days(1);

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
    let link = installation.superseded.link(command.lease, &installation.head);
    // Only what goes into the log is put into words: nearly every renewal does not.
    let log = || {
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
        log.details.push(("link", link.as_str().to_owned()));
        log.details.push(("superseded", installation.superseded.to_string()));
        log.details.push(("copies", state.policy.copies.as_str().to_owned()));
        log
    };
    // What was shown the first time is shown again by a repetition.
    let link_shown = if repeated { Link::Head } else { link };
    match check(state, seat, installation, command, &comparison, link_shown, moment) {
        Ok(()) => {}
        Err(Why::Copy(failure)) => return refuse_copy(installation, failure, log(), moment.now),
        Err(Why::Other(refusal)) => return Decision::refused(refusal, log()),
    }
    // A lease that has ended helps nobody: the late repetition gets a new one.
    if repeated && seat.is_active() && installation.head.expires > moment.now {
        return Decision::unchanged(grant(state, seat, installation.clone(), moment.now, true));
    }
    take(state, seat, installation, command, &comparison, link_shown, ids, moment, log)
}

/// Why a renewal is refused.
enum Why {
    /// It is a copy that asks; the original is told as well.
    Copy(Failure),
    Other(Refusal),
}

impl<R: Into<Refusal>> From<R> for Why {
    fn from(refusal: R) -> Self {
        Self::Other(refusal.into())
    }
}

fn check(
    state: &LicenceState,
    seat: &Seat,
    installation: &Installation,
    command: &Renew,
    comparison: &Comparison,
    link: Link,
    moment: &Moment,
) -> Result<(), Why> {
    check_usable(&state.licence, &state.policy, moment.now)?;
    if installation.ended || !(seat.is_active() || seat.objection_until().is_some()) {
        return Err(Failure::seat_released().into());
    }
    match comparison.verdict() {
        // One whose lease runs is counted already.
        Match::Same | Match::Drifted if installation.head.expires > moment.now => {}
        Match::Same | Match::Drifted => check_installations(seat, installation.id, moment.now)?,
        Match::TooWeak => {
            return Err(Failure::fingerprint_too_weak(comparison.matches(), comparison.matches_min()).into());
        }
        Match::Different => {
            let shown = installation.superseded.link(command.lease, &installation.head);
            // The chain has moved on without this copy, so somebody else holds its newest link; or too little is left of the machine for a repair.
            if shown.is_left_behind() || comparison.matches() < u32::from(comparison.matches_min()) {
                return Err(Why::Copy(Failure::installation_on_other_hardware()));
            }
            let parts: Vec<&str> = comparison.differences().map(ComponentKind::name).collect();
            let (score, threshold) = (comparison.score(), comparison.threshold());
            return Err(Failure::hardware_changed(score, threshold, parts.join(", ")).into());
        }
    }
    if link == Link::Superseded && state.policy.copies == Copies::Refuse {
        return Err(Why::Copy(Failure::lease_superseded()));
    }
    Ok(())
}

/// The refusal of a copy. The other side is told with its next answer, so the copy is noted; its lease runs on to its end.
fn refuse_copy(installation: &Installation, failure: Failure, log: Event, now: Timestamp) -> Decision<Grant> {
    let mut decision = Decision::refused(failure, log);
    if installation.copy_seen.is_none_or(|seen| seen.plus(COPY_NOTED_EVERY) <= now) {
        let noted = Installation { copy_seen: Some(now), ..installation.clone() };
        decision.records.push(Record::Installation(noted));
    }
    decision
}

#[expect(clippy::too_many_arguments, reason = "all that the checks before have found out")]
fn take(
    state: &LicenceState,
    seat: &Seat,
    installation: &Installation,
    command: &Renew,
    comparison: &Comparison,
    link: Link,
    ids: &FreshIds,
    moment: &Moment,
    log: impl Fn() -> Event,
) -> Decision<Grant> {
    let now = moment.now;
    let mut licence = state.licence.clone();
    let mut given_up = None;
    let restored = !seat.is_active();
    if restored {
        match make_room(state, Some(seat), now) {
            Ok(room) => given_up = room.given_up,
            Err(refusal) => return Decision::refused(refusal, log()),
        }
        licence.seats_taken += u32::from(given_up.is_none());
    }
    let activation = if restored { revive(&seat.activation, now) } else { heard(&seat.activation) };
    let objected = activation.asked_release != seat.activation.asked_release;
    let device = seat.device.followed(
        &command.fingerprint,
        comparison.score(),
        state.policy.drift_per_year,
        None,
        now,
    );
    let drifted = device.drift != seat.device.drift;
    let head = next_head(
        &state.policy,
        state.licence.ends,
        Some(&installation.head),
        &command.asking,
        Command::Renew,
        ids.lease,
        moment,
    );
    let mut renewed = Installation { head, ..installation.clone() };
    match link {
        Link::Head | Link::Ahead => {}
        Link::Unnamed => renewed.rewinds = renewed.rewinds.saturating_add(1),
        Link::Parent | Link::Older | Link::Superseded => {
            renewed.superseded = installation.superseded.branched(command.lease, installation.head.lease);
            renewed.rewinds = renewed.rewinds.saturating_add(u32::from(link == Link::Older));
        }
    }
    if link == Link::Superseded {
        renewed.copy_seen = Some(now);
    }
    let action = match link {
        Link::Superseded => Some(Action::InstallationCopied),
        _ if restored => Some(Action::ActivationRestored),
        Link::Older | Link::Unnamed => Some(Action::LeaseRewound),
        Link::Ahead => Some(Action::LeaseRecovered),
        Link::Head | Link::Parent if drifted => Some(Action::DeviceDrifted),
        Link::Head | Link::Parent => objected.then_some(Action::ReleaseObjected),
    };
    let mut events = Vec::new();
    if let Some(action) = action {
        let mut log = log();
        log.action = action;
        if restored {
            let until = seat.objection_until();
            log.details.extend(until.map(|until| ("objection_until", until.to_string())));
            let reclaimed = seat.activation.reclaimed;
            log.details.extend(reclaimed.map(|reclaimed| ("reclaimed", reclaimed.to_string())));
        }
        log.details.push(("lease", head.lease.to_string()));
        if drifted {
            log.details.push(("drift", device.drift.within_year(now).to_string()));
        }
        if objected {
            let asked = seat.activation.asked_release.map(|release| ("asked", release.asked.to_string()));
            log.details.extend(asked);
        }
        events.push(log);
    }
    let mut records = vec![Record::Installation(renewed.clone())];
    if let Some(GivenUp { activation, by }) = given_up {
        events.push(super::released_event(state, &activation, by, seat.activation.id, ids.events[1], now));
        records.push(Record::Activation(activation));
    }
    if licence != state.licence {
        records.push(Record::Licence(licence.clone()));
    }
    let seat = Seat { activation, device: seat.device.clone(), installations: Vec::new() };
    if restored || objected {
        records.push(Record::Activation(seat.activation.clone()));
    }
    if drifted {
        records.push(Record::Device(device));
    }
    let mut granted = grant(state, &seat, renewed, now, false);
    granted.licence = licence;
    Decision { outcome: Ok(granted), records, events }
}

fn grant(
    state: &LicenceState,
    seat: &Seat,
    installation: Installation,
    now: Timestamp,
    retried: bool,
) -> Grant {
    Grant {
        licence: state.licence.clone(),
        policy: state.policy.clone(),
        activation: seat.activation.id,
        device: seat.device.id,
        installation: installation.id,
        notices: notices(&installation, &seat.activation, now),
        head: installation.head,
        retried,
    }
}
