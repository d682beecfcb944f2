//! `GET /v1/batches/{id}/keys`

#![expect(unused_qualifications, reason = "utoipa's macro writes the parameters' type with its path")]

use axum::extract::State;
use axum::{Extension, Json};
use serde::Deserialize;
use utoipa::IntoParams;
use warifu_core::catalogue::Failure;
use warifu_core::id::BatchId;
use warifu_proto::wire::key_text::KeyText;
use warifu_proto::wire::staff::batch::{BatchKeys, KEYS_PAGE_MAX};
use warifu_service::staff::registry::RegistryAct;

use crate::answer::Answer;
use crate::app::App;
use crate::received::{At, By, Params, record_id};

/// Which of the keys are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct KeysPage {
    /// How many keys to pass over: `next` of the page before.
    after: Option<u32>,
    /// How many keys at most; 1,000 when it is not given.
    #[param(minimum = 1, maximum = 10_000)]
    limit: Option<u32>,
}

/// Computes a batch's keys. The log notes each page that is read.
#[utoipa::path(get, path = "/v1/batches/{id}/keys", tag = "keys", operation_id = "list_batch_keys",
    params(("id" = String, Path, format = "uuid", description = "The batch"), KeysPage),
    responses((status = OK, body = BatchKeys)))]
pub(crate) async fn handle(
    State(app): State<App>,
    At(id): At<String>,
    Params(page): Params<KeysPage>,
    Extension(By(staff)): Extension<By>,
) -> Answer<BatchKeys> {
    let id: BatchId = record_id("batch", &id)?;
    let after = page.after.unwrap_or(0);
    let limit = page.limit.unwrap_or(1_000);
    if !(1..=KEYS_PAGE_MAX).contains(&limit) {
        return Err(Failure::page_not_valid().into());
    }
    let snapshot = app.service.snapshot();
    let batch =
        snapshot.registry.batches.get(&id).ok_or_else(|| Failure::record_not_found("batch", id))?.clone();
    app.service.change_registry(staff.id, RegistryAct::NoteExport { batch: id, after, limit }, None).await?;
    let end = after.saturating_add(limit).min(batch.count);
    let keys = app
        .aside(move |_| {
            let key = |offset| KeyText::new(&snapshot.keys.key_at(&batch, offset)?.expose());
            let keys: Option<Vec<_>> = (after..end).map(key).collect();
            // A batch whose master secret is not at hand has keys that cannot be computed here.
            Ok((keys.ok_or_else(Failure::service_unavailable)?, batch.count))
        })
        .await?;
    let (keys, count) = keys;
    Ok(Json(BatchKeys { keys, next: (end < count).then_some(end) }))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use serde_json::json;

    use crate::testing::World;

    #[tokio::test]
    async fn the_pages_of_a_batch_make_up_its_keys_and_the_log_notes_each() {
        let world = World::new().await;
        let policy = world.shop(json!({})).await;
        let body = json!({"sku": 1, "policy": policy, "count": 25, "label": "order 7"});
        let batch = world.post("/v1/batches", body).await.expect(201).member("id");
        let mut keys = HashSet::new();
        let mut after = Some(0);
        while let Some(offset) = after {
            let path = format!("/v1/batches/{batch}/keys?limit=10&after={offset}");
            let page = world.get(&path).await.expect(200).json();
            keys.extend(page["keys"].as_array().unwrap().iter().map(|key| key.as_str().unwrap().to_owned()));
            after = page["next"].as_u64();
        }
        assert_eq!(keys.len(), 25);
        let beyond =
            world.get(&format!("/v1/batches/{batch}/keys?after=4294967295")).await.expect(200).json();
        assert_eq!(beyond["keys"], json!([]));
        let events = world.get("/v1/events?limit=200").await.expect(200).text;
        assert_eq!(events.matches("batch.exported").count(), 4);
        for limit in [0, 10_001] {
            let reply = world.get(&format!("/v1/batches/{batch}/keys?limit={limit}")).await.expect(400);
            assert_eq!(reply.code(), "page_not_valid");
        }
    }
}
