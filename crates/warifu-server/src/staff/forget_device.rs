//! `POST /v1/licences/{id}/activations/{activation}/forget`

use axum::Json;
use axum::extract::State;
use warifu_core::id::{ActivationId, LicenceId};
use warifu_proto::wire::staff::licence::Licence;

use super::made;
use crate::answer::Answer;
use crate::app::App;
use crate::received::{At, Nothing, Write, record_id};

/// Erases the name of a device. Its seat and what the log says of it, under its pseudonym, stay.
#[utoipa::path(post, path = "/v1/licences/{id}/activations/{activation}/forget", tag = "licences",
    operation_id = "forget_device",
    params(
        ("id" = String, Path, format = "uuid", description = "The licence"),
        ("activation" = String, Path, format = "uuid", description = "The activation"),
    ),
    responses((status = OK, body = Licence)))]
pub(crate) async fn handle(
    State(app): State<App>,
    At((id, activation)): At<(String, String)>,
    write: Write<Nothing>,
) -> Answer<Licence> {
    let id: LicenceId = record_id("licence", &id)?;
    let activation: ActivationId = record_id("activation", &activation)?;
    let outcome = app.service.forget_device(write.by, id, activation, Some(write.attempt)).await?;
    let licence = made::licence(outcome, &app).await?;
    Ok(Json((&licence).into()))
}

#[cfg(test)]
mod tests {
    use axum::http::Method;
    use serde_json::{Value, json};
    use warifu_core::staff::Role;
    use warifu_proto::keys::KeyAlgorithm;
    use warifu_proto::wire::device::ActivateRequest;

    use crate::testing::{Device, World};

    const NAME: &str = "花子のノートPC";
    const LABEL: &str = "Yamada Hanako";

    #[tokio::test]
    async fn names_and_notes_are_erased_and_the_log_neither_held_them_nor_changes() {
        let world = World::new().await;
        let policy = world.shop(json!({"seats": 2})).await;
        let granted = json!({"sku": 1, "policy": policy, "label": LABEL});
        let labelled = world.post("/v1/licences", granted).await.expect(201).member("id");
        let keys = world.keys(&policy, 1).await;
        let device = Device::new(1, KeyAlgorithm::Ed25519);
        let named =
            |request| ActivateRequest { device_name: warifu_core::text::Name::new(NAME).ok(), ..request };
        let request = named(device.activate_request(&world, &keys[0]));
        world.deliver(&device.sign(&world, &request)).await.expect(200);
        world.sequence().await;
        let entries = world.get("/v1/log/entries?limit=200").await.expect(200).json();

        let licences = world.get("/v1/licences").await.expect(200).json();
        let id =
            licences["items"].as_array().unwrap().iter().find(|licence| licence["id"] != labelled.as_str());
        let list = format!("/v1/licences/{}/activations", id.unwrap()["id"].as_str().unwrap());
        let before = world.get(&list).await.expect(200);
        assert!(before.text.contains(NAME));
        let activation = before.json()["items"][0]["id"].as_str().unwrap().to_owned();
        let forget = format!("{list}/{activation}/forget");
        let erase = format!("/v1/licences/{labelled}/erase-label");
        for path in [&forget, &erase] {
            let refused = world.staff(Role::Operator, Method::POST, path, Value::Null).await.expect(403);
            assert_eq!(refused.code(), "role_insufficient");
            for _ in 0..2 {
                world.staff(Role::Owner, Method::POST, path, Value::Null).await.expect(200);
            }
        }
        world.sequence().await;
        for path in [&list, "/v1/licences", "/v1/events?limit=200", "/v1/log/entries?limit=200"] {
            let text = world.get(path).await.expect(200).text;
            assert!(!text.contains(NAME) && !text.contains(LABEL), "{path}: {text}");
        }
        let after = world.get("/v1/log/entries?limit=200").await.expect(200).json();
        let (old, new) = (entries["items"].as_array().unwrap(), after["items"].as_array().unwrap());
        assert_eq!(new[..old.len()], old[..], "what was logged is as it was");
        let added: Vec<&str> =
            new[old.len()..].iter().map(|entry| entry["entry"].as_str().unwrap()).collect();
        assert_eq!(added.len(), 2, "erasing twice is one act");
        assert!(added[0].contains("device.forgotten") && added[1].contains("licence.label_erased"));
        assert!(!entries.to_string().contains(NAME) && !entries.to_string().contains(LABEL));
        let unknown = format!("{list}/{labelled}/forget");
        assert_eq!(world.post(&unknown, Value::Null).await.expect(404).code(), "record_not_found");
    }
}
