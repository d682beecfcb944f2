//! The end of the writing thread, which is the end of the service: whatever supervises the process starts it anew.

use std::time::Duration;

use tokio::time::interval;

use crate::app::App;

/// How often it is looked at.
const EVERY: Duration = Duration::from_secs(1);

/// Comes back when nothing is written any more.
pub(super) async fn ended(app: &App) {
    let mut looks = interval(EVERY);
    while app.service.is_writing() {
        looks.tick().await;
    }
}
