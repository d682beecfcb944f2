//! `POST /v1/licences/{id}/replace-key`

use axum::Json;
use axum::extract::State;
use warifu_core::decide::LicenceAct;
use warifu_core::id::LicenceId;
use warifu_proto::wire::staff::licence::LicenceKey;

use super::get_licence_key::key_of;
use super::made;
use crate::answer::Answer;
use crate::app::App;
use crate::received::{At, Nothing, Write, record_id};

/// Makes the present product key worthless and answers with the new one.
#[utoipa::path(post, path = "/v1/licences/{id}/replace-key", tag = "licences", operation_id = "replace_licence_key",
    params(("id" = String, Path, format = "uuid", description = "The licence")),
    responses((status = OK, body = LicenceKey)))]
pub(crate) async fn handle(
    State(app): State<App>,
    At(id): At<String>,
    write: Write<Nothing>,
) -> Answer<LicenceKey> {
    let id: LicenceId = record_id("licence", &id)?;
    let act = LicenceAct::ReplaceKey;
    let outcome = app.service.act_on_licence(write.by, id, act, Some(write.attempt)).await?;
    let licence = made::licence(outcome, &app).await?;
    Ok(Json(key_of(&app, &licence)?))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use warifu_proto::keys::KeyAlgorithm;

    use crate::testing::{Device, World};

    #[tokio::test]
    async fn a_replaced_key_is_worthless_and_the_new_one_works() {
        let world = World::new().await;
        let policy = world.shop(json!({"seats": 3})).await;
        let keys = world.keys(&policy, 1).await;
        Device::new(1, KeyAlgorithm::Ed25519).activate(&world, &keys[0]).await.expect(200);
        let licence = world.get("/v1/licences").await.json()["items"][0].clone();
        let path = format!("/v1/licences/{}", licence["id"].as_str().unwrap());
        assert_eq!(world.get(&format!("{path}/key")).await.expect(200).member("key"), keys[0]);
        let replaced =
            world.post(&format!("{path}/replace-key"), Value::Null).await.expect(200).member("key");
        assert_ne!(replaced, keys[0]);
        assert_eq!(world.get(&format!("{path}/key")).await.expect(200).member("key"), replaced);
        let refused = Device::new(2, KeyAlgorithm::Ed25519).activate(&world, &keys[0]).await;
        assert_eq!(refused.code(), "key_replaced");
        Device::new(2, KeyAlgorithm::Ed25519).activate(&world, &replaced).await.expect(200);
        let events = world.get("/v1/events?limit=200").await.expect(200).text;
        assert_eq!(events.matches("licence.key_shown").count(), 2, "the log tells who saw a key");
        assert!(!events.contains(&replaced) && !events.contains(&keys[0]));
        let found =
            world.get(&format!("/v1/licences?key_number={}", licence["key_number"].as_str().unwrap())).await;
        assert_eq!(found.json()["items"][0]["key_generation"], 1);
    }

    #[tokio::test]
    async fn a_licence_without_a_key_has_none_to_show() {
        let world = World::new().await;
        let policy = world.shop(json!({})).await;
        let id =
            world.post("/v1/licences", json!({"sku": 1, "policy": policy})).await.expect(201).member("id");
        assert_eq!(world.get(&format!("/v1/licences/{id}/key")).await.expect(404).code(), "record_not_found");
        let reply = world.post(&format!("/v1/licences/{id}/replace-key"), Value::Null).await;
        assert_eq!(reply.expect(422).code(), "field_not_valid");
    }
}
