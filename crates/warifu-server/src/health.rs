//! Whether the service can do its work, and numbers for operators.

use axum::Json;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use serde::Serialize;
use utoipa::ToSchema;
use warifu_service::port::{LicenceFilter, Page};

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
}

/// Whether the store can be read and an issuing key may sign.
#[utoipa::path(get, path = "/healthz", tag = "service", operation_id = "health",
    responses((status = OK, body = Health)))]
pub(crate) async fn health(State(app): State<App>) -> Answer<Health> {
    app.aside(|service| {
        service.authority().issuer(service.now())?;
        service.reads().licences(&LicenceFilter::default(), &Page { after: None, limit: 1 })?;
        Ok(())
    })
    .await?;
    Ok(Json(Health { status: "ok", version: env!("CARGO_PKG_VERSION") }))
}

/// Numbers for operators, in the text form of OpenMetrics.
#[utoipa::path(get, path = "/metrics", tag = "service", operation_id = "metrics",
    responses((status = OK, body = String, content_type = "application/openmetrics-text")))]
pub(crate) async fn numbers(State(app): State<App>) -> Result<impl IntoResponse, Problem> {
    let (licences, activations) = app.aside(|service| Ok(service.reads().counts()?)).await?;
    let now = app.service.now();
    let seconds = app.service.authority().signs_until().seconds() - now.seconds();
    Ok(([(CONTENT_TYPE, metrics::CONTENT_TYPE)], app.metrics.text(licences, activations, seconds)))
}
