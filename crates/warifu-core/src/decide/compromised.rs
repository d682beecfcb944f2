//! A key whose master somebody else may know proves nothing by itself: it lets in those whom its licence knows, and anybody with a proof of purchase.

use crate::catalogue::Failure;
use crate::hardware::compare;
use crate::seat::Installation;
use crate::state::{LicenceState, Refusal};

use super::activate::{Activate, Place, check_class, find_place, is_same_device};

/// Whether a device is let in by a key whose master somebody else may know. Those that the licence knows are; any other needs a proof of purchase
/// that was issued after all that were used. Nobody is sent for one who has a kind of device that the licence does not allow.
///
/// # Errors
/// `key_epoch_compromised` without a proof, `purchase_proof_used` with one that has done its work, what is against one that is not good, and what the
/// policy has against the kind of device.
pub fn check_compromised_key(
    state: &LicenceState,
    prior: Option<&Installation>,
    command: &Activate,
) -> Result<(), Refusal> {
    if knows_device(state, prior, command) {
        return Ok(());
    }
    check_class(&state.policy, command)?;
    match (&command.proof, state.licence.proof_used) {
        (None, _) => Err(Failure::key_epoch_compromised().into()),
        (Some(Err(failure)), _) => Err(failure.clone().into()),
        (Some(Ok(issued)), Some(used)) if *issued <= used => Err(Failure::purchase_proof_used(used).into()),
        (Some(Ok(_)), _) => Ok(()),
    }
}

/// Whether the licence knows the device that asks: by its installation key, or by its hardware. Models are no proof, for many machines share them and
/// anybody can name them: at least one component has to be the same that tells one machine from every other. A container without such a component
/// passes for any other on a host of the same models.
fn knows_device(state: &LicenceState, prior: Option<&Installation>, command: &Activate) -> bool {
    let enrolled = prior.is_some_and(|prior| prior.licence == state.licence.id);
    let identified = || {
        state.seats.iter().any(|seat| {
            let comparison = compare(&seat.device.fingerprint, &command.fingerprint, &state.policy.tolerance);
            is_same_device(&comparison) && comparison.is_identified()
        })
    };
    matches!(find_place(state, prior, command), Ok(Place::Own(..))) && (enrolled || identified())
}
