//! Gives committed events their places in the verifiable log, about once a second, as long as the service runs. No request waits for it.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};
use warifu_core::catalogue::{Code, Failure};

use crate::app::App;

/// How long events gather before they get their places.
const EVERY: Duration = Duration::from_secs(1);
/// After so many rounds that failed one after the other the log says so again.
const SAID_AGAIN: u32 = 60;

/// Runs for ever.
pub(super) async fn run(app: &App) {
    let mut rounds = interval(EVERY);
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut failed = 0_u32;
    loop {
        rounds.tick().await;
        match round(app).await {
            Ok(()) => failed = 0,
            // Another node was faster; there is less to do for us.
            Err(failure) if failure.code() == Code::VersionConflict => {}
            Err(failure) => {
                if failed.is_multiple_of(SAID_AGAIN) {
                    let code = failure.code().as_str();
                    tracing::error!(code, "events do not get their places in the verifiable log");
                }
                failed = failed.saturating_add(1);
            }
        }
    }
}

/// Appends until nothing waits.
pub(crate) async fn round(app: &App) -> Result<(), Failure> {
    loop {
        let service = app.service.clone();
        let next = tokio::task::spawn_blocking(move || service.next_append()).await;
        let next = next.map_err(Failure::internal_error)?;
        let next = next.map_err(|error| {
            tracing::error!(%error, "the verifiable log cannot be continued");
            error.failure()
        })?;
        let Some(append) = next else { return Ok(()) };
        app.service.append(append).await?;
    }
}
