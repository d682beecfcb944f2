//! `GET /v1/log/tile/entries/{path}`

use axum::extract::State;
use warifu_core::catalogue::Failure;

use super::{BYTES, Served, served, tile_at};
use crate::app::App;
use crate::problem::Problem;
use crate::received::At;

/// A bundle of the log's entries, by C2SP's path. An entry whose event is gone has no bytes.
#[utoipa::path(get, path = "/v1/log/tile/entries/{path}", tag = "log", operation_id = "log_bundle",
    params(("path" = String, Path, description = "As for tiles", example = "000")),
    responses((status = OK, body = Vec<u8>, content_type = "application/octet-stream")))]
pub(crate) async fn handle(State(app): State<App>, At(path): At<String>) -> Result<Served<Vec<u8>>, Problem> {
    let path = tile_at(&path)?;
    let bundle = app.aside(move |service| Ok(service.log_bundle(path)?)).await?;
    let bundle = bundle.ok_or_else(|| Failure::record_not_found("tile", path.index))?;
    // Made from the events' rows each time, so that nobody keeps what an edit has made of them.
    Ok(served(BYTES, "no-store", bundle.to_bytes()))
}
