//! `POST /v1/batches/{id}/withdraw`

use axum::Json;
use axum::extract::State;
use warifu_core::id::BatchId;
use warifu_proto::wire::staff::batch::Batch;
use warifu_service::staff::registry::RegistryAct;

use super::made;
use crate::answer::Answer;
use crate::app::App;
use crate::received::{At, Nothing, Write, record_id};

/// Withdraws a batch: its unused keys start no licence any more.
#[utoipa::path(post, path = "/v1/batches/{id}/withdraw", tag = "keys", operation_id = "withdraw_batch",
    params(("id" = String, Path, format = "uuid", description = "The batch")),
    responses((status = OK, body = Batch)))]
pub(crate) async fn handle(
    State(app): State<App>,
    At(id): At<String>,
    write: Write<Nothing>,
) -> Answer<Batch> {
    let id: BatchId = record_id("batch", &id)?;
    let act = RegistryAct::WithdrawBatch(id);
    let outcome = app.service.change_registry(write.by, act, Some(write.attempt)).await?;
    let batch = made::batch(outcome, &app.service.snapshot().registry)?;
    Ok(Json((&batch).into()))
}
