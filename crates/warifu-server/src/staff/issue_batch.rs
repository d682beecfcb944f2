//! `POST /v1/batches`

use axum::extract::State;
use warifu_proto::wire::staff::batch::{Batch, IssueBatch};
use warifu_service::staff::registry::RegistryAct;

use super::made;
use crate::answer::{Created, created};
use crate::app::App;
use crate::received::Write;

/// Issues product keys: one record, however many they are.
#[utoipa::path(post, path = "/v1/batches", tag = "keys", operation_id = "issue_batch",
    request_body = IssueBatch, responses((status = CREATED, body = Batch)))]
pub(crate) async fn handle(State(app): State<App>, write: Write<IssueBatch>) -> Created<Batch> {
    let IssueBatch { sku, policy, count, label } = write.body;
    let service = &app.service;
    let (format, epoch) = (service.key_format(), service.key_epoch());
    let act =
        RegistryAct::IssueBatch { id: service.new_batch_id(), sku, policy, format, epoch, count, label };
    let outcome = service.change_registry(write.by, act, Some(write.attempt)).await?;
    let batch = made::batch(outcome, &service.snapshot().registry)?;
    Ok(created((&batch).into()))
}
