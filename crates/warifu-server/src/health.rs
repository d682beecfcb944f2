//! Whether the service can do its work, and numbers for operators.

use axum::Json;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use serde::Serialize;
use utoipa::ToSchema;
use warifu_core::catalogue::Failure;
use warifu_service::port::{LicenceFilter, Page};
use warifu_service::service::Service;

use crate::answer::Answer;
use crate::app::App;
use crate::metrics;
use crate::problem::Problem;

/// The service can do its work.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    /// Always `ok`; a service that is not well answers with a problem.
    #[schema(example = "ok")]
    status: &'static str,
    /// The version of Warifu that runs.
    version: &'static str,
    /// Leases that were granted while the store was down and that it has not decided on yet. Not 0 for more than seconds after an outage is a fault.
    provisional_pending: u64,
    /// Those of late for which there was no room after all: their devices are told when they renew.
    provisional_refused: u64,
}

/// Whether the store can be read and written and an issuing key may sign.
#[utoipa::path(get, path = "/healthz", tag = "service", operation_id = "health",
    responses((status = OK, body = Health)))]
pub(crate) async fn health(State(app): State<App>) -> Answer<Health> {
    app.aside(|service| {
        if !service.is_writing() {
            return Err(Failure::service_unavailable().into());
        }
        service.authority().issuer(service.now()).map(drop)?;
        service.reads().licences(&LicenceFilter::default(), &Page { after: None, limit: 1 })?;
        Ok(())
    })
    .await?;
    let provisional = app.service.provisional_numbers();
    Ok(Json(Health {
        status: "ok",
        version: env!("CARGO_PKG_VERSION"),
        provisional_pending: provisional.pending,
        provisional_refused: provisional.refused,
    }))
}

/// Numbers for operators, in the text form of OpenMetrics.
#[utoipa::path(get, path = "/metrics", tag = "service", operation_id = "metrics",
    responses((status = OK, body = String, content_type = "application/openmetrics-text")))]
pub(crate) async fn numbers(State(app): State<App>) -> Result<impl IntoResponse, Problem> {
    // What an operator wants to see when the store is down is everything else.
    let read = |service: &Service| {
        let numbers =
            service.reads().counts().and_then(|counts| Ok((counts, service.reads().log_numbers()?)));
        Ok(numbers.ok())
    };
    let stored = app.aside(read).await?;
    let stored = stored.map(|(counts, log)| (counts, (log.size, app.service.log_lag(log.oldest_waiting))));
    let now = app.service.now();
    let seconds = app.service.authority().signs_until().seconds() - now.seconds();
    let provisional = app.service.provisional_numbers();
    let text = app.metrics.text(stored, seconds, &app.service.writer_numbers(), &provisional);
    Ok(([(CONTENT_TYPE, metrics::CONTENT_TYPE)], text))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use warifu_proto::keys::KeyAlgorithm;

    use crate::testing::{Device, World};

    #[tokio::test]
    async fn a_service_whose_issuing_keys_have_ended_is_not_well() {
        let world = World::new().await;
        world.open("/healthz", "en").await.expect(200);
        world.clock.advance_millis(3 * 365 * 86_400_000);
        let reply = world.open("/healthz", "en").await.expect(503);
        assert_eq!(reply.code(), "no_issuing_key");
        assert!(reply.headers.contains_key("retry-after"));
    }

    #[tokio::test]
    async fn a_service_that_cannot_write_any_more_is_not_well() {
        let world = World::new().await;
        world.service.stop();
        let reply = world.open("/healthz", "en").await.expect(503);
        assert_eq!(reply.code(), "service_unavailable");
    }

    #[tokio::test]
    async fn the_numbers_tell_what_was_done_and_until_when_keys_last() {
        let world = World::new().await;
        let policy = world.shop(json!({"seats": 1})).await;
        let keys = world.keys(&policy, 1).await;
        for seed in [1, 2] {
            Device::new(seed, KeyAlgorithm::Ed25519).activate(&world, &keys[0]).await;
        }
        world.open("/nowhere/at/all", "en").await.expect(404);
        let text = world.get("/metrics").await.expect(200).text;
        for line in [
            r#"warifu_device_requests_total{command="activate",code="ok"} 1"#,
            r#"warifu_device_requests_total{command="activate",code="seat_limit_reached"} 1"#,
            r#"warifu_http_requests_total{method="GET",route="unknown",status="404"} 1"#,
            "warifu_writer_waiting 0",
            "warifu_licences 1",
            "warifu_activations 1",
        ] {
            assert!(text.contains(line), "{line} is not in\n{text}");
        }
        let number = |name: &str| {
            let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
            value
                .and_then(|value| value.parse::<u64>().ok())
                .unwrap_or_else(|| panic!("no {name} in\n{text}"))
        };
        let (groups, commands) =
            (number("warifu_writer_groups_total"), number("warifu_writer_commands_total"));
        // Each command was waited for before the next was sent.
        assert!(groups >= 5 && groups == commands, "{groups} {commands}");
        let seconds = text.lines().find_map(|line| line.strip_prefix("warifu_issuing_keys_seconds "));
        let days = seconds.unwrap().parse::<i64>().unwrap() / 86_400;
        assert!((365..400).contains(&days), "{days}");
        assert!(text.ends_with("# EOF\n") && !text.contains("/nowhere"));
    }
}
