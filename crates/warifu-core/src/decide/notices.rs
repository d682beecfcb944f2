//! What an installation is told beside its lease: something about it that a person should know, and that takes nothing from it.

use crate::catalogue::Failure;
use crate::seat::{Activation, ActivationState, Installation};
use crate::time::{Span, Timestamp};

/// For how long after it was noticed a copy is told of, for how long a request to release the seat, and for how long after a device has its seat again that
/// another had it.
pub(super) const TOLD_FOR: Span = Span::days(30);

/// The catalogue's entries for what `installation` on the seat of `activation` should know at `now`. They depend on nothing but the records, so that an
/// answer that is given again tells the same.
#[must_use]
pub fn notices(installation: &Installation, activation: &Activation, now: Timestamp) -> Vec<Failure> {
    let recent = |at: &Timestamp| at.plus(TOLD_FOR) > now;
    let copy = installation.copy_seen.filter(recent).map(Failure::installation_copied);
    let asked = activation.asked_release.map(|release| release.asked).filter(recent);
    let back = activation.state == ActivationState::Active && recent(&activation.held_since);
    let reclaimed = activation.reclaimed.filter(|_| back).map(Failure::seat_was_reclaimed);
    copy.into_iter().chain(asked.map(Failure::release_asked)).chain(reclaimed).collect()
}
