//! Numbers for operators, in the text form of OpenMetrics (Prometheus). Labels hold names of routes and codes only.

use std::sync::atomic::Ordering;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;
use warifu_core::catalogue::Code;
use warifu_core::time::Span;
use warifu_service::provisional::ProvisionalNumbers;
use warifu_service::writer::WriterNumbers;

/// The media type of the metrics.
pub(crate) const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct RequestLabels {
    method: &'static str,
    route: &'static str,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct RouteLabels {
    route: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OutcomeLabels {
    command: &'static str,
    /// `ok`, or the catalogue's code.
    code: &'static str,
}

/// Licences and activations; the log's size and how far its sequencer is behind.
type Stored = ((u64, u64), (u64, Option<Span>));

/// The metrics of one application.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    seconds: Family<RouteLabels, Histogram, fn() -> Histogram>,
    outcomes: Family<OutcomeLabels, Counter>,
    pub(crate) connections: Gauge,
    pub(crate) wrong_tokens: Counter,
    issuing_keys_seconds: Gauge,
    licences: Gauge,
    activations: Gauge,
    log_size: Gauge,
    log_lag_seconds: Gauge,
    writer_waiting: Gauge,
    writer_groups: Counter,
    writer_commands: Counter,
    provisional_leases: Counter,
    provisional_pending: Gauge,
    provisional_refused: Gauge,
    provisional_journal_failures: Counter,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("warifu"),
            requests: Family::default(),
            seconds: Family::new_with_constructor(request_seconds),
            outcomes: Family::default(),
            connections: Gauge::default(),
            wrong_tokens: Counter::default(),
            issuing_keys_seconds: Gauge::default(),
            licences: Gauge::default(),
            activations: Gauge::default(),
            log_size: Gauge::default(),
            log_lag_seconds: Gauge::default(),
            writer_waiting: Gauge::default(),
            writer_groups: Counter::default(),
            writer_commands: Counter::default(),
            provisional_leases: Counter::default(),
            provisional_pending: Gauge::default(),
            provisional_refused: Gauge::default(),
            provisional_journal_failures: Counter::default(),
        };
        let registry = &mut metrics.registry;
        registry.register("http_requests", "Requests answered", metrics.requests.clone());
        registry.register("http_request_seconds", "Time to answer", metrics.seconds.clone());
        registry.register("device_requests", "Outcomes of what devices ask for", metrics.outcomes.clone());
        registry.register("connections", "Connections open now", metrics.connections.clone());
        registry.register("wrong_tokens", "Staff tokens that were not good", metrics.wrong_tokens.clone());
        registry.register(
            "issuing_keys_seconds",
            "Seconds until the last issuing key ends",
            metrics.issuing_keys_seconds.clone(),
        );
        registry.register("licences", "Licences in the store", metrics.licences.clone());
        registry.register("activations", "Activations in the store", metrics.activations.clone());
        registry.register("log_size", "Entries of the verifiable log", metrics.log_size.clone());
        registry.register(
            "log_lag_seconds",
            "Seconds since the oldest event that has no place in the verifiable log",
            metrics.log_lag_seconds.clone(),
        );
        registry.register(
            "writer_waiting",
            "Commands that wait to be written",
            metrics.writer_waiting.clone(),
        );
        registry.register(
            "writer_groups",
            "Groups of commands written, each in one transaction",
            metrics.writer_groups.clone(),
        );
        registry.register(
            "provisional_leases",
            "Leases granted while the store was down",
            metrics.provisional_leases.clone(),
        );
        registry.register(
            "provisional_pending",
            "Provisional leases that the store has not decided on yet",
            metrics.provisional_pending.clone(),
        );
        registry.register(
            "provisional_refused",
            "Provisional leases of late for which there was no room",
            metrics.provisional_refused.clone(),
        );
        registry.register(
            "provisional_journal_failures",
            "Times that the journal of provisional leases could not be written",
            metrics.provisional_journal_failures.clone(),
        );
        registry.register("writer_commands", "Commands in these groups", metrics.writer_commands.clone());
        metrics
    }

    pub(crate) fn answered(&self, method: &'static str, route: &'static str, status: u16, elapsed: Duration) {
        self.requests.get_or_create(&RequestLabels { method, route, status }).inc();
        self.seconds.get_or_create(&RouteLabels { route }).observe(elapsed.as_secs_f64());
    }

    pub(crate) fn device_outcome(&self, route: &'static str, code: Option<Code>) {
        let command = route.strip_prefix("/v1/").unwrap_or(route);
        let code = code.map_or("ok", Code::as_str);
        self.outcomes.get_or_create(&OutcomeLabels { command, code }).inc();
    }

    /// The text, with what is measured only when it is asked for. Without `stored` those of the last time stand.
    pub(crate) fn text(
        &self,
        stored: Option<Stored>,
        issuing_keys_seconds: i64,
        writer: &WriterNumbers,
        provisional: &ProvisionalNumbers,
    ) -> String {
        let gauge = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
        self.provisional_leases.inner().store(provisional.granted, Ordering::Relaxed);
        self.provisional_pending.set(gauge(provisional.pending));
        self.provisional_refused.set(gauge(provisional.refused));
        self.provisional_journal_failures.inner().store(provisional.journal_failures, Ordering::Relaxed);
        self.writer_waiting.set(i64::try_from(writer.waiting).unwrap_or(i64::MAX));
        self.writer_groups.inner().store(writer.groups, Ordering::Relaxed);
        self.writer_commands.inner().store(writer.commands, Ordering::Relaxed);
        if let Some(((licences, activations), (log_size, log_lag))) = stored {
            self.log_size.set(gauge(log_size));
            self.log_lag_seconds.set(log_lag.map_or(0, Span::as_seconds));
            self.licences.set(gauge(licences));
            self.activations.set(gauge(activations));
        }
        self.issuing_keys_seconds.set(issuing_keys_seconds);
        let mut text = String::new();
        if let Err(error) = prometheus_client::encoding::text::encode(&mut text, &self.registry) {
            tracing::error!(%error, "the metrics could not be written");
        }
        text
    }
}

/// From 50 microseconds to 13 seconds.
fn request_seconds() -> Histogram {
    Histogram::new(exponential_buckets(0.000_05, 4.0, 10))
}
