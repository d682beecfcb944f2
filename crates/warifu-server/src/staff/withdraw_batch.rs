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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use warifu_proto::keys::KeyAlgorithm;

    use crate::testing::{Device, World};

    #[tokio::test]
    async fn an_unused_key_of_a_withdrawn_batch_starts_nothing() {
        let world = World::new().await;
        let policy = world.shop(json!({"seats": 2})).await;
        let keys = world.keys(&policy, 2).await;
        Device::new(1, KeyAlgorithm::Ed25519).activate(&world, &keys[0]).await.expect(200);
        let batch = world.get("/v1/batches").await.json()["items"][0]["id"].as_str().unwrap().to_owned();
        let withdrawn = world.post(&format!("/v1/batches/{batch}/withdraw"), Value::Null).await.expect(200);
        assert_eq!(withdrawn.json()["withdrawn"], true);
        Device::new(2, KeyAlgorithm::Ed25519).activate(&world, &keys[0]).await.expect(200);
        let refused = Device::new(3, KeyAlgorithm::Ed25519).activate(&world, &keys[1]).await;
        assert_eq!(refused.code(), "batch_withdrawn");
    }
}
