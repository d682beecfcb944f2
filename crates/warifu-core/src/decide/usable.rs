//! Whether a licence may be used at all, before any device is looked at.

use crate::catalogue::Failure;
use crate::licence::{Licence, Standing};
use crate::policy::Policy;
use crate::state::Refusal;
use crate::time::Timestamp;

/// Whether `licence` may be used at `now`.
///
/// # Errors
/// Suspended, revoked, ended or not begun; a suspension or revocation also says when it ends a lease that still runs: after the policy's notice.
pub fn check_usable(licence: &Licence, policy: &Policy, now: Timestamp) -> Result<(), Refusal> {
    match licence.standing {
        Standing::Active => {}
        Standing::Suspended { since } => {
            let effective = since.plus(policy.revocation_notice);
            return Err(Refusal { ends_lease_at: Some(effective), ..Failure::licence_suspended().into() });
        }
        Standing::Revoked { effective, .. } => {
            return Err(Refusal { ends_lease_at: Some(effective), ..Failure::licence_revoked().into() });
        }
    }
    if now < licence.starts {
        return Err(Failure::licence_not_started(licence.starts).into());
    }
    match licence.ends {
        Some(end) if end <= now => Err(Failure::licence_expired(end).into()),
        _ => Ok(()),
    }
}
