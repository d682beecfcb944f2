//! How much one asker may write into the log, for each row stays for good. Whoever holds one good key can be refused any number of times, so one licence,
//! and one installation that wants to renew, gets twenty rows at once and then one in five minutes; each refusal is answered and counted all the
//! same. An installation that gives its seat back and takes it again changes something each time and can be made to wait, so it is: twenty turns at
//! once, then one in five minutes. What is out of the ordinary about a renewal (a restored backup, a copy) is no reason to make anybody wait;
//! beyond as many rows it goes without one, and stands in the installation's record all the same.

use warifu_core::event::{Action, Actor, Event};
use warifu_core::id::InstallationId;
use warifu_core::time::Timestamp;

use crate::limits::Throttle;
use crate::port::Selector;

/// Whose refusals are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Refused {
    /// Those who want a seat of a licence: they may take another name each time.
    Licence(Selector),
    /// An installation that is enrolled.
    Installation(InstallationId),
    /// An installation whose renewals are out of the ordinary.
    Renewal(InstallationId),
    /// An installation that comes and goes.
    Turn(InstallationId),
}

/// What has been logged lately of those who can cause any number of entries.
#[derive(Debug)]
pub(crate) struct RefusalLog(Throttle<Refused>);

impl RefusalLog {
    pub(crate) fn new() -> Self {
        Self(Throttle::new(20, 300_000, 100_000))
    }

    /// Whether there is room for the event of a refusal, which is then taken. `licence` is how the licence is named, also before it is begun.
    pub(crate) fn takes(&self, event: &Event, licence: Option<Selector>, now: Timestamp) -> bool {
        let refused = match (event.action, event.actor, licence) {
            (Action::RenewalRefused, Actor::Installation(id), _) => Refused::Installation(id),
            (_, _, Some(selector)) => Refused::Licence(selector),
            (_, Actor::Installation(id), None) => Refused::Installation(id),
            (_, Actor::Staff(_) | Actor::Service, None) => return true,
        };
        self.charge(refused, now).is_ok()
    }

    /// Whether there is room for the event of a renewal that was granted, which is then taken.
    pub(crate) fn takes_renewal(&self, event: &Event, now: Timestamp) -> bool {
        match event.actor {
            // What becomes of another device's seat is always told.
            Actor::Staff(_) | Actor::Service => true,
            Actor::Installation(id) => self.charge(Refused::Renewal(id), now).is_ok(),
        }
    }

    /// Lets an installation take or give back a seat.
    ///
    /// # Errors
    /// The seconds until it may.
    pub(crate) fn take_turn(&self, installation: InstallationId, now: Timestamp) -> Result<(), u64> {
        self.charge(Refused::Turn(installation), now)
    }

    fn charge(&self, refused: Refused, now: Timestamp) -> Result<(), u64> {
        let now_millis = u64::try_from(now.seconds()).unwrap_or(0).saturating_mul(1_000);
        self.0.check(refused, now_millis)?;
        self.0.charge(refused, now_millis);
        Ok(())
    }
}
