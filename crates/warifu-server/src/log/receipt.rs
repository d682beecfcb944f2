//! `GET /v1/events/{id}/receipt`

use axum::extract::State;
use warifu_core::id::EventId;

use super::{Served, TEXT, served};
use crate::app::App;
use crate::problem::Problem;
use crate::received::{At, record_id};

/// Proves that an event is in the log, offline and under the pinned root: a C2SP `tlog-proof`.
#[utoipa::path(get, path = "/v1/events/{id}/receipt", tag = "log", operation_id = "log_receipt",
    params(("id" = String, Path, format = "uuid", description = "The event")),
    responses((status = OK, body = String, content_type = "text/plain")))]
pub(crate) async fn handle(State(app): State<App>, At(id): At<String>) -> Result<Served<String>, Problem> {
    let id: EventId = record_id("event", &id)?;
    let receipt = app.aside(move |service| Ok(service.log_receipt(id)?)).await?;
    Ok(served(TEXT, "no-store", receipt.to_text()))
}
