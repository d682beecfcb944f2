//! `GET /v1/batches/{id}`

use axum::Json;
use axum::extract::State;
use warifu_core::catalogue::Failure;
use warifu_core::id::BatchId;
use warifu_proto::wire::staff::batch::Batch;

use crate::answer::Answer;
use crate::app::App;
use crate::received::{At, record_id};

/// Shows a batch of product keys.
#[utoipa::path(get, path = "/v1/batches/{id}", tag = "keys", operation_id = "get_batch",
    params(("id" = String, Path, format = "uuid", description = "The batch")),
    responses((status = OK, body = Batch)))]
pub(crate) async fn handle(State(app): State<App>, At(id): At<String>) -> Answer<Batch> {
    let id: BatchId = record_id("batch", &id)?;
    let snapshot = app.service.snapshot();
    let batch = snapshot.registry.batches.get(&id).ok_or_else(|| Failure::record_not_found("batch", id))?;
    Ok(Json(batch.into()))
}
