//! Time as the service takes it from its surroundings.

use warifu_core::time::Timestamp;

/// The service's clock. The edge passes the system's, a simulation its own.
pub trait Clock: Send + Sync {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    fn now_millis(&self) -> u64;

    /// The same in whole seconds.
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(i64::try_from(self.now_millis() / 1000).unwrap_or(i64::MAX))
    }
}
