//! Promise 1: unexpired leases ≤ seats + change budget, counted from the leases that were signed.

use warifu_core::id::LicenceId;

use crate::stop::Stop;
use crate::world::{KINDS, World};

impl World {
    /// Counts who may hold a lease of a licence now.
    pub(crate) fn check_seats(&self, licence: LicenceId) -> Result<(), Stop> {
        let Some(key) = self.keys.iter().position(|key| key.is_of(licence)) else {
            return Err(Stop::violation(
                1,
                format_args!("a lease of the licence {licence}, which no key has claimed"),
            ));
        };
        let kind = KINDS[self.keys[key].kind];
        let seats = kind.seats + self.keys[key].added + self.seats_perhaps_added(key);
        let most = usize::try_from(seats + kind.budget).unwrap_or(usize::MAX);
        let (machines, activations) = self.ledger.holders(|of| self.keys[key].is_of(of), self.time.now());
        if machines.max(activations) > most {
            let seen = format!(
                "{machines} machines on {activations} activations hold leases of {licence}; {seats} seats and a \
                 budget of {} allow {most}",
                kind.budget
            );
            return Err(Stop::violation(1, seen));
        }
        Ok(())
    }
}
