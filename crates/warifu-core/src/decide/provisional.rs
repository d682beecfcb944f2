//! The lease that bridges an outage. The store cannot be asked, so this is decided from the key and the policy alone: what may be given whatever stands in
//! the store, and at most once for a key number (which the caller's journal sees to).
//!
//! Why the seat invariant holds: ordinary decisions leave one of the change budget alone ([`Policy::ordinary_budget`]), and this lease is that one.

use crate::catalogue::Failure;
use crate::id::LeaseId;
use crate::licence::Licence;
use crate::policy::Policy;
use crate::seat::{Command, Head};
use crate::state::Refusal;
use crate::time::Span;

use super::activate::{Activate, check_class};
use super::usable::check_usable;
use super::{Moment, next_head};

/// The longest lease that bridges an outage: 7 days.
pub const PROVISIONAL_MAX: Span = Span::days(7);

/// How soon a client should ask again: outages are shorter than leases.
const RENEW_AFTER: Span = Span::hours(1);

/// The lease that a device may have on `licence`, as it begins with its key, although nothing is known of its seats.
///
/// # Errors
/// `service_unavailable` when the policy leaves no room for such leases; otherwise what is wrong with licence, route or hardware.
pub fn bridge(
    licence: &Licence,
    policy: &Policy,
    command: &Activate,
    lease: LeaseId,
    moment: &Moment,
) -> Result<Head, Refusal> {
    if !policy.bridges_outages() {
        return Err(Failure::service_unavailable().into());
    }
    check_usable(licence, policy, moment.now)?;
    check_class(policy, command)?;
    let mut begun = licence.clone();
    begun.begin_term(policy, moment.now);
    let moment = Moment { longest_lease: moment.longest_lease.min(PROVISIONAL_MAX), ..*moment };
    let head = next_head(policy, begun.ends, None, &command.asking, Command::Activate, lease, &moment);
    Ok(Head { renew_after: moment.now.plus(RENEW_AFTER).min(head.expires), ..head })
}
