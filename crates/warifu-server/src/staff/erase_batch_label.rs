//! `POST /v1/batches/{id}/erase-label`

use axum::Json;
use axum::extract::State;
use warifu_core::id::BatchId;
use warifu_proto::wire::staff::batch::Batch;
use warifu_service::staff::registry::RegistryAct;

use super::made;
use crate::answer::Answer;
use crate::app::App;
use crate::received::{At, Nothing, Write, record_id};

/// Erases a batch's note, which may hold what a person is called. The log tells that it was erased and not what it said.
#[utoipa::path(post, path = "/v1/batches/{id}/erase-label", tag = "keys", operation_id = "erase_batch_label",
    params(("id" = String, Path, format = "uuid", description = "The batch")),
    responses((status = OK, body = Batch)))]
pub(crate) async fn handle(
    State(app): State<App>,
    At(id): At<String>,
    write: Write<Nothing>,
) -> Answer<Batch> {
    let id: BatchId = record_id("batch", &id)?;
    let act = RegistryAct::EraseBatchLabel(id);
    let outcome = app.service.change_registry(write.by, act, Some(write.attempt)).await?;
    let batch = made::batch(outcome, &app.service.snapshot().registry)?;
    Ok(Json((&batch).into()))
}
