//! What every handler works with.

use std::net::IpAddr;
use std::ops::Deref;
use std::sync::Arc;

use warifu_core::catalogue::Failure;
use warifu_service::limits::Throttle;
use warifu_service::service::Service;

use crate::config::Options;
use crate::metrics::Metrics;
use crate::route::Table;

/// The application's state: one for all requests.
#[derive(Clone)]
pub(crate) struct App(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) service: Arc<Service>,
    pub(crate) options: Options,
    pub(crate) metrics: Metrics,
    pub(crate) table: Table,
    /// Tokens that were not good, from one network address: ten at once, then one in a minute.
    pub(crate) wrong_tokens: Throttle<IpAddr>,
    /// Forms of the troubleshooter and cases from one network address, good or bad: sixty at once, then one in a second.
    questions: Throttle<IpAddr>,
}

impl App {
    pub(crate) fn new(service: Arc<Service>, options: Options, metrics: Metrics, table: Table) -> Self {
        let wrong_tokens = Throttle::new(10, 60_000, 100_000);
        let questions = Throttle::new(60, 1_000, 100_000);
        Self(Arc::new(Inner { service, options, metrics, table, wrong_tokens, questions }))
    }

    /// Charges a network for work that anybody may ask for, before any of it is done.
    pub(crate) fn charge_question(&self, network: IpAddr) -> Result<(), Failure> {
        self.questions.take(network, self.now_millis()).map_err(Failure::rate_limited)
    }

    /// Milliseconds since 1970, for limits: whole seconds are fine enough.
    pub(crate) fn now_millis(&self) -> u64 {
        u64::try_from(self.service.now().seconds()).unwrap_or(0).saturating_mul(1000)
    }

    /// Work that waits for the disk or computes for long, off the threads that answer requests.
    pub(crate) async fn aside<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Service) -> Result<T, crate::problem::Problem> + Send + 'static,
    ) -> Result<T, crate::problem::Problem> {
        let service = self.service.clone();
        match tokio::task::spawn_blocking(move || work(&service)).await {
            Ok(result) => result,
            // The panic goes on in the request, which answers and logs it.
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => Err(Failure::service_unavailable().into()),
            },
        }
    }
}

impl Deref for App {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}
