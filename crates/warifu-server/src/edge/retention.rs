//! Erases cases whose time is over, as long as the service runs. No request waits for it, and no request shows one.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};
use warifu_core::catalogue::Failure;

use crate::app::App;

/// Looks so often. A case is kept for half a year; minutes do not matter.
const EVERY: Duration = Duration::from_secs(600);

/// Runs for ever.
pub(super) async fn run(app: &App) {
    let mut rounds = interval(EVERY);
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        rounds.tick().await;
        if let Err(failure) = round(app).await {
            tracing::error!(code = failure.code().as_str(), "cases whose time is over could not be erased");
        }
    }
}

/// Erases until nothing is left to erase.
pub(crate) async fn round(app: &App) -> Result<(), Failure> {
    loop {
        let old = app.service.clone();
        let found = tokio::task::spawn_blocking(move || old.old_cases()).await;
        let found = found.map_err(Failure::internal_error)??;
        if app.service.erase_old_cases(found).await? == 0 {
            return Ok(());
        }
    }
}
