//! Whether a licence may be used at all, before any device is looked at.

use crate::catalogue::{Code, Failure};
use crate::licence::{Licence, Standing};
use crate::policy::Policy;
use crate::state::{LeaseEnd, Refusal};
use crate::time::Timestamp;

/// Whether `licence` may be used at `now`.
///
/// # Errors
/// Suspended, revoked, ended or not begun. A suspension or revocation also says when it ends leases that still run: after the policy's notice. Until then
/// the failure announces that day.
pub fn check_usable(licence: &Licence, policy: &Policy, now: Timestamp) -> Result<(), Refusal> {
    if let Some(end) = lease_end(licence, policy) {
        let failure = match end.code {
            _ if now < end.at => Failure::licence_end_announced(end.at),
            Code::LicenceSuspended => Failure::licence_suspended(),
            _ => Failure::licence_revoked(),
        };
        return Err(Refusal { ends_lease: Some(end), ..failure.into() });
    }
    if now < licence.starts {
        return Err(Failure::licence_not_started(licence.starts).into());
    }
    match licence.ends {
        Some(end) if end <= now => Err(Failure::licence_expired(end).into()),
        _ => Ok(()),
    }
}

/// When and why the leases of a licence end before their time, if they do.
#[must_use]
pub fn lease_end(licence: &Licence, policy: &Policy) -> Option<LeaseEnd> {
    match licence.standing {
        Standing::Active => None,
        Standing::Suspended { since } => {
            Some(LeaseEnd { at: since.plus(policy.revocation_notice), code: Code::LicenceSuspended })
        }
        Standing::Revoked { effective, .. } => Some(LeaseEnd { at: effective, code: Code::LicenceRevoked }),
    }
}
