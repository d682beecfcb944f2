//! Time as a drill needs it: a stop-watch, today's date, and waiting for something outside this process.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use warifu_core::time::Timestamp;

/// Now, for a stop-watch.
#[expect(
    clippy::disallowed_methods,
    reason = "a stop-watch of a measurement; no rule of the product depends on it"
)]
pub(in crate::drill) fn now() -> Instant {
    Instant::now()
}

/// Now, by the wall clock.
#[expect(
    clippy::disallowed_methods,
    reason = "a drill plays devices, which have clocks; no rule of the product depends on it"
)]
pub(in crate::drill) fn wall() -> Timestamp {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    Timestamp::from_seconds(i64::try_from(seconds).unwrap_or(i64::MAX))
}

/// Lets the processes under test go on for a while: the moment of a kill is the one thing in a drill that no event marks.
#[expect(
    clippy::disallowed_methods,
    reason = "what runs meanwhile is in other processes, and the moment is meant to be arbitrary"
)]
pub(in crate::drill) fn let_run(time: Duration) {
    std::thread::sleep(time);
}

/// Asks every few milliseconds until there is an answer, at most for `limit`.
pub(in crate::drill) fn until<T>(
    limit: Duration,
    what: &str,
    mut ask: impl FnMut() -> Option<T>,
) -> Result<T, String> {
    let start = now();
    loop {
        if let Some(answer) = ask() {
            return Ok(answer);
        }
        if start.elapsed() > limit {
            return Err(format!("{what}: not within {} s", limit.as_secs()));
        }
        let_run(Duration::from_millis(5));
    }
}
