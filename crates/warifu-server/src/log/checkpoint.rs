//! `GET /v1/log/checkpoint`

use axum::extract::State;

use super::{Served, TEXT, served};
use crate::app::App;
use crate::problem::Problem;

/// The log's size and root, signed: a C2SP checkpoint.
#[utoipa::path(get, path = "/v1/log/checkpoint", tag = "log", operation_id = "log_checkpoint",
    responses((status = OK, body = String, content_type = "text/plain")))]
pub(crate) async fn handle(State(app): State<App>) -> Result<Served<String>, Problem> {
    let signed = app.aside(|service| Ok(service.log_checkpoint()?)).await?;
    Ok(served(TEXT, "no-cache", signed.checkpoint))
}
