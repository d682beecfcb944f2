//! How many refusals go into the log. Whoever holds one good key can be refused any number of times, and each row stays for good. So one licence, and
//! one installation that wants to renew, gets twenty rows at once and then one in five minutes; each refusal is answered and counted all the same.

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
}

/// What of the refusals has been logged lately.
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
        let now_millis = u64::try_from(now.seconds()).unwrap_or(0).saturating_mul(1_000);
        let room = self.0.check(refused, now_millis).is_ok();
        if room {
            self.0.charge(refused, now_millis);
        }
        room
    }
}
