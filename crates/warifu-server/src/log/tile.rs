//! `GET /v1/log/tile/{level}/{path}`

use axum::extract::State;
use warifu_core::catalogue::Failure;

use super::{BYTES, Served, served, tile_at};
use crate::app::App;
use crate::problem::Problem;
use crate::received::At;

/// A tile of the log's Merkle tree, by C2SP's path: `000`, `x001/234`, `000.p/17`.
#[utoipa::path(get, path = "/v1/log/tile/{level}/{path}", tag = "log", operation_id = "log_tile",
    params(
        ("level" = u8, Path, description = "The level, from 0", maximum = 63),
        ("path" = String, Path, description = "The index in parts of three digits, and the width of a partial tile", example = "000"),
    ),
    responses((status = OK, body = Vec<u8>, content_type = "application/octet-stream")))]
pub(crate) async fn handle(
    State(app): State<App>,
    At((level, path)): At<(u8, String)>,
) -> Result<Served<Vec<u8>>, Problem> {
    let path = tile_at(&path)?;
    let hashes = app.aside(move |service| Ok(service.log_tile(level, path)?)).await?;
    let hashes = hashes.ok_or_else(|| Failure::record_not_found("tile", path.index))?;
    Ok(served(BYTES, "public, max-age=31536000, immutable", hashes))
}
