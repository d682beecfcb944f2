//! The end of the issuing keys, said in time.

use std::time::Duration;

use tokio::time::interval;
use warifu_core::time::{Span, Timestamp};

use crate::app::App;

/// How many days ahead the log warns.
const WARNINGS_DAYS: [u32; 3] = [3, 14, 30];

/// Looks every hour, and warns once for each step.
pub(super) async fn watch(app: &App) {
    let mut hours = interval(Duration::from_secs(3_600));
    let mut warned = None;
    loop {
        hours.tick().await;
        let ends = app.service.authority().signs_until();
        let due = warning(ends, app.service.now());
        if due != warned {
            if let Some(days) = due {
                tracing::warn!(%ends, days, "the issuing keys end soon: make the next period's with the root key");
            }
            warned = due;
        }
    }
}

/// The least number of days that `ends` lies within, of those that are warned of; 0 when it has passed.
fn warning(ends: Timestamp, now: Timestamp) -> Option<u32> {
    if ends <= now {
        return Some(0);
    }
    WARNINGS_DAYS.into_iter().find(|&days| ends.since(now) <= Span::days(days))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_come_thirty_fourteen_and_three_days_ahead() {
        let ends = Timestamp::from_seconds(2_000_000_000);
        let before = |days| warning(ends, ends.minus(Span::days(days)));
        assert_eq!(before(31), None);
        assert_eq!((before(30), before(15), before(14)), (Some(30), Some(30), Some(14)));
        assert_eq!((before(4), before(3), before(1)), (Some(14), Some(3), Some(3)));
        assert_eq!(warning(ends, ends), Some(0));
    }
}
