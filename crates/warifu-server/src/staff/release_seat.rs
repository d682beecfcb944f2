//! `POST /v1/licences/{id}/activations/{activation}/release`

use axum::Json;
use axum::extract::State;
use warifu_core::id::{ActivationId, LicenceId};
use warifu_proto::wire::staff::licence::Licence;

use super::made;
use crate::answer::Answer;
use crate::app::App;
use crate::received::{At, Nothing, Write, record_id};

/// Gives a device's seat back. The device keeps what its lease allows; the seat is free within the change budget.
#[utoipa::path(post, path = "/v1/licences/{id}/activations/{activation}/release", tag = "licences",
    operation_id = "release_seat",
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
    let outcome = app.service.release_seat(write.by, id, activation, Some(write.attempt)).await?;
    let licence = made::licence(outcome, &app).await?;
    Ok(Json((&licence).into()))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use warifu_proto::keys::KeyAlgorithm;

    use crate::testing::{Device, World};

    #[tokio::test]
    async fn support_frees_a_seat_within_the_change_budget_and_the_log_knows_who() {
        let world = World::new().await;
        let policy = world.shop(json!({"seats": 1, "change_budget": 1})).await;
        let keys = world.keys(&policy, 1).await;
        Device::new(1, KeyAlgorithm::Ed25519).activate(&world, &keys[0]).await.expect(200);
        let id = world.get("/v1/licences").await.json()["items"][0]["id"].as_str().unwrap().to_owned();
        let path = format!("/v1/licences/{id}/activations");
        let activation = world.get(&path).await.expect(200).json()["items"][0].clone();
        assert_eq!((&activation["active"], &activation["class"]), (&json!(true), &json!("physical")));
        let release = format!("{path}/{}/release", activation["id"].as_str().unwrap());
        let freed = world.post(&release, Value::Null).await.expect(200).json();
        assert_eq!(freed["seats_taken"], 0);
        assert_eq!(world.get(&path).await.json()["items"][0]["released_by"], "staff");
        Device::new(2, KeyAlgorithm::Ed25519).activate(&world, &keys[0]).await.expect(200);
        let events = world.get(&format!("/v1/events?licence={id}")).await.expect(200).json();
        let released =
            events["items"].as_array().unwrap().iter().find(|event| event["action"] == "activation.released");
        assert_eq!(released.unwrap()["actor"], "staff");
        let unknown = format!("{path}/{id}/release");
        assert_eq!(world.post(&unknown, Value::Null).await.expect(404).code(), "record_not_found");
    }
}
