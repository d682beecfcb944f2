//! `POST /v1/imports`

use axum::extract::State;
use warifu_core::catalogue::Failure;
use warifu_core::key::ImportedKey;
use warifu_proto::wire::staff::batch::{ImportAnswer, ImportKeys};
use warifu_service::group::Outcome;
use warifu_service::staff::registry::{IMPORT_MAX, RegistryAct};

use crate::answer::{Created, created};
use crate::app::App;
use crate::problem::Problem;
use crate::received::Write;

/// Takes over keys of another format. Only their hashes are kept.
#[utoipa::path(post, path = "/v1/imports", tag = "keys", operation_id = "import_keys",
    request_body = ImportKeys, responses((status = CREATED, body = ImportAnswer)))]
pub(crate) async fn handle(State(app): State<App>, write: Write<ImportKeys>) -> Created<ImportAnswer> {
    let ImportKeys { sku, policy, keys: texts } = write.body;
    if texts.is_empty() || texts.len() > IMPORT_MAX {
        return Err(Failure::batch_too_large(texts.len(), IMPORT_MAX).into());
    }
    let keys = app
        .aside(move |service| {
            let hash = |(index, text): (usize, &warifu_proto::wire::key_text::KeyText)| {
                let key = ImportedKey::parse_import(text.expose())
                    .map_err(|error| Failure::import_row_not_valid(index + 1, error.rule()))?;
                Ok((service.import_secret().hash(&key), key.weak()))
            };
            texts.iter().enumerate().map(hash).collect::<Result<Vec<_>, Problem>>()
        })
        .await?;
    let act = RegistryAct::ImportKeys { sku, policy, keys };
    let added = match app.service.change_registry(write.by, act, Some(write.attempt)).await? {
        Outcome::Imported(count) => u64::try_from(count).unwrap_or(u64::MAX),
        Outcome::Repeated(count) => count.parse().map_err(|_| Failure::service_unavailable())?,
        _ => return Err(Failure::service_unavailable().into()),
    };
    Ok(created(ImportAnswer { added }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use warifu_proto::keys::KeyAlgorithm;

    use crate::testing::{Device, World};

    #[tokio::test]
    async fn a_key_of_another_format_works_once_it_was_taken_over() {
        let world = World::new().await;
        let policy = world.shop(json!({})).await;
        let keys = ["OLD-KEY-0001-ABCDEF-XYZ", "OLD-KEY-0002-ABCDEF-XYZ"];
        let body = json!({"sku": 1, "policy": policy, "keys": keys});
        assert_eq!(world.post("/v1/imports", body).await.expect(201).json()["added"], 2);
        let reply = Device::new(1, KeyAlgorithm::Ed25519).activate(&world, "old key 0002 abcdef xyz").await;
        reply.expect(200);
    }

    #[tokio::test]
    async fn a_row_that_is_no_key_is_named_and_nothing_is_taken_over() {
        let world = World::new().await;
        let policy = world.shop(json!({})).await;
        let body = json!({"sku": 1, "policy": policy, "keys": ["OLD-KEY-0001-ABCDEF", "short"]});
        let reply = world.post("/v1/imports", body).await.expect(422);
        assert_eq!(
            (reply.code().as_str(), &reply.json()["values"]["row"]),
            ("import_row_not_valid", &json!("2"))
        );
        let body = json!({"sku": 1, "policy": policy, "keys": []});
        assert_eq!(world.post("/v1/imports", body).await.expect(422).code(), "batch_too_large");
    }
}
