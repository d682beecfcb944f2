//! How many cases of strangers are taken, and how many of them may wait for the writer.

use std::net::IpAddr;
use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use warifu_core::catalogue::Failure;

use crate::limits::Throttle;

/// How many cases of strangers may wait to be written at a time.
const WAITING_MAX: usize = 16;

/// How many cases are taken.
#[derive(Debug)]
pub(crate) struct CaseLimits {
    /// From one network address: five at once, then one in ten minutes.
    of_source: Throttle<IpAddr>,
    /// From all together: five hundred at once, then two in a minute, so that strangers cannot fill the store: at most 3,400 a day.
    of_all: Throttle<()>,
    /// How many may wait to be written. Each is a commit of its own, and activations wait behind it.
    waiting: Arc<Semaphore>,
}

impl CaseLimits {
    pub(crate) fn new() -> Self {
        Self {
            of_source: Throttle::new(5, 600_000, 100_000),
            of_all: Throttle::new(500, 30_000, 1),
            waiting: Arc::new(Semaphore::new(WAITING_MAX)),
        }
    }

    /// Charges for a case before it is written, so that neither many at once nor who hangs up meanwhile get more than the allowance. The place
    /// among those that wait is given free when the command is done, whether or not somebody still waits for its answer.
    pub(crate) fn admit(&self, source: IpAddr, now_millis: u64) -> Result<OwnedSemaphorePermit, Failure> {
        self.of_source.take(source, now_millis).map_err(Failure::rate_limited)?;
        if let Err(seconds) = self.of_all.take((), now_millis) {
            self.of_source.give_back(source);
            return Err(Failure::rate_limited(seconds));
        }
        self.waiting.clone().try_acquire_owned().map_err(|_| {
            self.give_back(source);
            Failure::service_busy()
        })
    }

    /// Gives back what was charged for a case that was not written.
    pub(crate) fn give_back(&self, source: IpAddr) {
        self.of_source.give_back(source);
        self.of_all.give_back(());
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use warifu_core::catalogue::Code;

    use super::*;

    fn source(number: usize) -> IpAddr {
        Ipv4Addr::from(u32::try_from(number).unwrap()).into()
    }

    #[test]
    fn few_cases_wait_at_a_time_and_who_is_turned_away_is_not_charged() {
        let limits = CaseLimits::new();
        let mut places: Vec<_> = (0..WAITING_MAX).map(|n| limits.admit(source(n), 0).unwrap()).collect();
        for _ in 0..1000 {
            assert_eq!(limits.admit(source(99), 0).unwrap_err().code(), Code::ServiceBusy);
        }
        for _ in 0..5 {
            places.pop();
            places.push(limits.admit(source(99), 0).unwrap());
        }
        places.clear();
        assert_eq!(limits.admit(source(99), 0).unwrap_err().code(), Code::RateLimited);
        limits.give_back(source(99));
        assert!(limits.admit(source(99), 0).is_ok());
    }
}
