//! Activation: a licence is bound to a device.
//!
//! The same device always gets its own seat: by its installation key, or, after a reinstall, by its hardware. Only a device that
//! the licence has not seen needs room (`room.rs`).

use std::cmp::Ordering;

use crate::catalogue::Failure;
use crate::event::{Action, Actor, Subject};
use crate::hardware::{Comparison, Match, Scheme, StoredFingerprint, compare};
use crate::id::InstallationId;
use crate::licence::Licence;
use crate::policy::{Policy, Route};
use crate::record::Revision;
use crate::seat::{Activation, ActivationState, Command, Device, Drift, Installation, ReleasedBy, Seat};
use crate::state::{Decision, LicenceState, Record, Refusal};
use crate::text::Name;
use crate::time::Timestamp;

use super::notices::notices;
use super::room::{GivenUp, make_room, revive, swap_room};
use super::usable::check_usable;
use super::{Asking, FreshIds, Freshness, Grant, Moment, event, freshness, next_head, released_event};

/// What a device asks for, after its signature, its nonce and its product key have been found good.
#[derive(Clone, Debug, PartialEq)]
pub struct Activate {
    /// Who asks.
    pub asking: Asking,
    /// The device's hardware.
    pub fingerprint: StoredFingerprint,
    /// What the user calls the device.
    pub device_name: Option<Name>,
    /// By which way the request came.
    pub route: Route,
    /// Of which generation the product key is; 0 unless it has been replaced.
    pub key_generation: u16,
    /// The proof of purchase that came along where the key alone does not do: when it was issued, or what is against it. It matters only for a
    /// device that the licence does not know; whoever repeats a request that was granted has no need of it.
    pub proof: Option<Result<Timestamp, Failure>>,
}

/// Decides on an activation under `state`. `prior` is what is known of the installation, and `elsewhere` the licence that it runs under if that is another.
///
/// An installation that is active elsewhere stays there: to move it is a change of key, which is asked for as such. One whose seat there has been given to others,
/// or back, is active nowhere, and is activated here like any other.
#[must_use]
pub fn activate(
    state: &LicenceState,
    prior: Option<&Installation>,
    elsewhere: Option<&LicenceState>,
    command: &Activate,
    ids: &FreshIds,
    moment: &Moment,
) -> Decision<Grant> {
    let left = has_left(prior, elsewhere);
    let mut decision = activate_as(Command::Activate, left, state, prior, command, ids, moment);
    if let (Some(elsewhere), Some(granted)) = (elsewhere.filter(|_| left), decision.events.first_mut())
        && decision.outcome.is_ok()
    {
        granted.details.push(("from_licence", elsewhere.licence.id.to_string()));
    }
    decision
}

/// Activation as `kind`. The installation `may_move` here from another licence, or is refused while it runs under that.
pub(super) fn activate_as(
    kind: Command,
    may_move: bool,
    state: &LicenceState,
    prior: Option<&Installation>,
    command: &Activate,
    ids: &FreshIds,
    moment: &Moment,
) -> Decision<Grant> {
    let now = moment.now;
    let asking = &command.asking;
    let log = |action| event(ids.events[0], now, Actor::Installation(asking.installation), action, state);
    let mut retry = false;
    if let Some(prior) = prior {
        match freshness(&prior.head, asking, kind) {
            Freshness::New => {}
            // A lease that has ended helps nobody: the late repetition counts as a new request.
            Freshness::Retry => retry = prior.head.expires > now,
            Freshness::Replayed => return Decision::refused_unlogged(Failure::request_replayed()),
            Freshness::Reused => return Decision::refused_unlogged(Failure::idempotency_key_reused()),
        }
    }
    // Nobody is sent for another key, or to the publisher, for a device that the licence does not allow anyway.
    let checks = check_class(&state.policy, command)
        .and_then(|()| if may_move { Ok(()) } else { check_not_elsewhere(state, prior) })
        .and_then(|()| check_generation(&state.licence, command.key_generation))
        .and_then(|()| check_usable(&state.licence, &state.policy, now));
    if let Err(refusal) = checks {
        return Decision::refused(refusal, log(Action::ActivationRefused));
    }
    let place = match find_place(state, prior, command) {
        Ok(place) => place,
        Err(refusal) => return Decision::refused(refusal, log(Action::ActivationRefused)),
    };
    if let (true, Some(prior)) = (retry, prior) {
        return match &place {
            Place::Own(seat, _) if seat.activation.id == prior.activation => {
                Decision::unchanged(repeat(state, seat, prior, now))
            }
            // The request that was answered came from other hardware than this.
            _ => Decision::refused_unlogged(Failure::idempotency_key_reused()),
        };
    }
    match take_place(kind, state, prior, command, place, ids, moment) {
        Ok(Taken { grant, mut records, comparison, repeated, given_up }) => {
            records.retain(|record| !is_unchanged(record, state));
            let action = if repeated { Action::ActivationRepeated } else { Action::ActivationGranted };
            let mut event = log(action);
            event.subject =
                Subject { activation: Some(grant.activation), device: Some(grant.device), ..event.subject };
            event.details.push(("lease", grant.head.lease.to_string()));
            let used = grant.licence.proof_used.filter(|used| state.licence.proof_used != Some(*used));
            event.details.extend(used.map(|issued| ("purchase_proof", issued.to_string())));
            event.details.extend(comparison.map(|comparison| ("hardware", comparison.to_string())));
            let to = grant.activation;
            let released = given_up.map(|GivenUp { activation, by }| {
                released_event(state, &activation, by, to, ids.events[1], now)
            });
            let events = [event].into_iter().chain(released).collect();
            Decision { outcome: Ok(grant), records, events }
        }
        Err(refusal) => Decision::refused(refusal, log(Action::ActivationRefused)),
    }
}

/// Whether the installation's seat on the licence `elsewhere` has been given back, or to others.
fn has_left(prior: Option<&Installation>, elsewhere: Option<&LicenceState>) -> bool {
    let seat = prior.zip(elsewhere).and_then(|(prior, elsewhere)| elsewhere.seat(prior.activation));
    seat.is_some_and(|seat| !seat.is_active())
}

/// Whether the installation runs under the licence `elsewhere`, so that only a change of key brings it to another. No proof of purchase lets it in there
/// by an activation.
#[must_use]
pub fn runs_elsewhere(
    state: &LicenceState,
    prior: Option<&Installation>,
    elsewhere: Option<&LicenceState>,
) -> bool {
    !has_left(prior, elsewhere) && check_not_elsewhere(state, prior).is_err()
}

fn check_not_elsewhere(state: &LicenceState, prior: Option<&Installation>) -> Result<(), Refusal> {
    match prior {
        Some(prior) if !prior.ended && prior.licence != state.licence.id => {
            Err(Failure::installation_has_other_licence().into())
        }
        _ => Ok(()),
    }
}

pub(super) fn check_generation(licence: &Licence, key_generation: u16) -> Result<(), Refusal> {
    match key_generation.cmp(&licence.key_generation) {
        Ordering::Equal => Ok(()),
        Ordering::Less => Err(Failure::key_replaced().into()),
        // Its tag is good, but the key has not been given to anybody yet.
        Ordering::Greater => Err(Failure::key_not_genuine().into()),
    }
}

pub(super) fn check_class(policy: &Policy, command: &Activate) -> Result<(), Refusal> {
    if !policy.routes.contains(&command.route) {
        return Err(Failure::policy_route_not_allowed().into());
    }
    match command.fingerprint.scheme() {
        Scheme::Vm if !policy.virtual_machines => return Err(Failure::vm_not_allowed().into()),
        Scheme::Container if !policy.containers => return Err(Failure::container_not_allowed().into()),
        _ => {}
    }
    // A fingerprint that is not even recognisably equal to itself could never be recognised later.
    let itself = compare(&command.fingerprint, &command.fingerprint, &policy.tolerance);
    match itself.verdict() {
        Match::TooWeak => Err(Failure::fingerprint_too_weak(itself.matches(), itself.matches_min()).into()),
        Match::Same | Match::Drifted | Match::Different => Ok(()),
    }
}

/// Where a device belongs on a licence.
pub(super) enum Place<'a> {
    /// On a seat of its own.
    Own(&'a Seat, Comparison),
    /// The installation's seat is bound to other hardware than this.
    Moved { from: &'a Seat, to: Option<&'a Seat> },
    /// Nowhere yet.
    New,
}

pub(super) fn find_place<'a>(
    state: &'a LicenceState,
    prior: Option<&Installation>,
    command: &Activate,
) -> Result<Place<'a>, Refusal> {
    let own = prior.filter(|prior| !prior.ended).and_then(|prior| state.seat(prior.activation));
    if let Some(seat) = own {
        let comparison = compare(&seat.device.fingerprint, &command.fingerprint, &state.policy.tolerance);
        if is_same_device(&comparison) {
            return Ok(Place::Own(seat, comparison));
        }
        if !seat.is_active() {
            return Ok(recognise(state, command)
                .map_or(Place::New, |(seat, comparison)| Place::Own(seat, comparison)));
        }
        let to = recognise(state, command).map(|(seat, _)| seat);
        return Ok(Place::Moved { from: seat, to });
    }
    Ok(recognise(state, command).map_or(Place::New, |(seat, comparison)| Place::Own(seat, comparison)))
}

pub(super) fn is_same_device(comparison: &Comparison) -> bool {
    comparison.verdict().is_accepted()
}

/// The seat of the device with this hardware: held ones before released ones, then the one with the fewest differences.
fn recognise<'a>(state: &'a LicenceState, command: &Activate) -> Option<(&'a Seat, Comparison)> {
    state
        .seats
        .iter()
        .map(|seat| (seat, compare(&seat.device.fingerprint, &command.fingerprint, &state.policy.tolerance)))
        .filter(|(_, comparison)| is_same_device(comparison))
        .min_by_key(|(seat, comparison)| (!seat.is_active(), comparison.score(), seat.activation.id))
}

struct Taken {
    grant: Grant,
    records: Vec<Record>,
    /// How the device was recognised, if it was.
    comparison: Option<Comparison>,
    /// Whether it has had its seat before.
    repeated: bool,
    /// The seat that was taken from another device, or from the hardware that the installation has left.
    given_up: Option<GivenUp>,
}

fn take_place(
    kind: Command,
    state: &LicenceState,
    prior: Option<&Installation>,
    command: &Activate,
    place: Place<'_>,
    ids: &FreshIds,
    moment: &Moment,
) -> Result<Taken, Refusal> {
    let now = moment.now;
    let mut licence = state.licence.clone();
    licence.begin_term(&state.policy, now);
    if !matches!(place, Place::Own(..)) {
        let used = command.proof.as_ref().and_then(|proof| proof.as_ref().ok()).copied();
        licence.proof_used = licence.proof_used.max(used);
    }
    let mut given_up = None;
    let mut activation_before = None;
    let mut comparison = None;
    let mut device = Device {
        id: ids.device,
        revision: Revision::NEW,
        fingerprint: command.fingerprint,
        name: command.device_name.clone(),
        drift: Drift::default(),
        created: now,
    };
    let seat = match place {
        Place::Own(seat, found) => {
            comparison = Some(found);
            Some(seat)
        }
        Place::Moved { from, to } => {
            let activation = swap_room(state, from, to, now)?;
            given_up = Some(GivenUp { activation, by: ReleasedBy::HardwareChange });
            licence.seats_taken = licence.seats_taken.saturating_sub(1);
            to
        }
        Place::New => None,
    };
    let held = seat.is_some_and(Seat::is_active);
    if !held {
        // After a swap the seat that was just given back is the room.
        if given_up.is_none() {
            given_up = make_room(state, seat, now)?.given_up;
            licence.seats_taken = licence.seats_taken.saturating_sub(u32::from(given_up.is_some()));
        }
        licence.seats_taken += 1;
    }
    if let Some(seat) = seat {
        check_installations(seat, command.asking.installation, now)?;
        let (score, name) = (comparison.map_or(0, |found| found.score()), command.device_name.as_ref());
        device = seat.device.followed(&command.fingerprint, score, state.policy.drift_per_year, name, now);
        activation_before = Some(revive(&seat.activation, now));
    }
    let activation = activation_before.unwrap_or(Activation {
        id: ids.activation,
        revision: Revision::NEW,
        licence: licence.id,
        device: device.id,
        state: ActivationState::Active,
        left_until: Timestamp::MIN,
        held_since: now,
        asked_release: None,
        reclaimed: None,
        created: now,
    });
    let head = next_head(
        &state.policy,
        licence.ends,
        prior.map(|prior| &prior.head),
        &command.asking,
        kind,
        ids.lease,
        moment,
    );
    let installation = Installation {
        id: command.asking.installation,
        revision: prior.map_or(Revision::NEW, |prior| prior.revision),
        licence: licence.id,
        activation: activation.id,
        head,
        rewinds: prior.map_or(0, |prior| prior.rewinds),
        superseded: prior.map(|prior| prior.superseded.clone()).unwrap_or_default(),
        copy_seen: prior.and_then(|prior| prior.copy_seen),
        ended: false,
        created: prior.map_or(now, |prior| prior.created),
    };
    let grant = Grant {
        licence: licence.clone(),
        policy: state.policy.clone(),
        activation: activation.id,
        device: device.id,
        installation: installation.id,
        head,
        notices: notices(&installation, &activation, now),
        retried: false,
    };
    let released = given_up.iter().map(|given_up| Record::Activation(given_up.activation.clone()));
    let records = released
        .chain([
            Record::Licence(licence),
            Record::Device(device),
            Record::Activation(activation),
            Record::Installation(installation),
        ])
        .collect();
    Ok(Taken { grant, records, comparison, repeated: seat.is_some(), given_up })
}

/// How many leases may run on one seat at once, those included that were given up before their end: whoever gives a lease up can have
/// kept a copy.
const LEASES_PER_DEVICE: usize = 2 * Policy::INSTALLATIONS_PER_DEVICE;

/// Whether one more installation than those that `seat` holds at `now` may have a lease there.
pub(super) fn check_installations(
    seat: &Seat,
    asking: InstallationId,
    now: Timestamp,
) -> Result<(), Refusal> {
    let others = || seat.installations.iter().filter(|other| other.id != asking && other.head.expires > now);
    let live = others().filter(|other| !other.ended).count();
    if live < Policy::INSTALLATIONS_PER_DEVICE && others().count() < LEASES_PER_DEVICE {
        Ok(())
    } else {
        Err(Failure::installation_limit_reached().into())
    }
}

/// The grant that was made before.
fn repeat(state: &LicenceState, seat: &Seat, installation: &Installation, now: Timestamp) -> Grant {
    Grant {
        licence: state.licence.clone(),
        policy: state.policy.clone(),
        activation: seat.activation.id,
        device: seat.device.id,
        installation: installation.id,
        head: installation.head,
        notices: notices(installation, &seat.activation, now),
        retried: true,
    }
}

/// Whether a record says what is stored already, so that it need not be written.
fn is_unchanged(record: &Record, state: &LicenceState) -> bool {
    match record {
        Record::Licence(licence) => !licence.revision.is_new() && *licence == state.licence,
        Record::Device(device) => state.seats.iter().any(|seat| seat.device == *device),
        Record::Activation(activation) => state.seats.iter().any(|seat| seat.activation == *activation),
        Record::Installation(_) => false,
    }
}
