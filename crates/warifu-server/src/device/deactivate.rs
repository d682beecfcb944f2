//! `POST /v1/deactivate`

use axum::Json;
use axum::extract::State;
use warifu_proto::wire::device::{DeactivateAnswer, DeactivateRequest};

use crate::answer::Answer;
use crate::app::App;
use crate::received::FromDevice;

/// Takes an installation's lease back, and the seat with the device's last one.
#[utoipa::path(post, path = "/v1/deactivate", tag = "device", operation_id = "deactivate",
    request_body = DeactivateRequest, responses((status = OK, body = DeactivateAnswer)))]
pub(crate) async fn handle(State(app): State<App>, request: FromDevice) -> Answer<DeactivateAnswer> {
    let opened = request.open::<DeactivateRequest>(app.service.id())?;
    Ok(Json(app.service.deactivate(&opened).await?))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use warifu_proto::keys::KeyAlgorithm;

    use crate::testing::{Device, World, lease_id};

    #[tokio::test]
    async fn a_seat_that_is_given_back_is_free_for_another_device() {
        let world = World::new().await;
        let policy = world.shop(json!({"seats": 1})).await;
        let keys = world.keys(&policy, 1).await;
        let (first, second) = (Device::new(1, KeyAlgorithm::Ed25519), Device::new(2, KeyAlgorithm::Ed25519));
        let lease = lease_id(&first.activate(&world, &keys[0]).await.expect(200));
        assert_eq!(second.activate(&world, &keys[0]).await.expect(409).code(), "seat_limit_reached");
        assert_eq!(first.deactivate(&world, lease).await.expect(200).json()["seat_released"], true);
        second.activate(&world, &keys[0]).await.expect(200);
    }

    /// Whoever has a copy of the folder has its key. What they can do with it is bounded: the original is told, and has its seat again at once.
    #[tokio::test]
    async fn a_seat_that_was_given_back_from_a_copy_is_the_originals_again_with_its_key() {
        let world = World::new().await;
        let policy = world.shop(json!({"seats": 1, "change_budget": 1})).await;
        let keys = world.keys(&policy, 1).await;
        let (original, copy) = (Device::new(1, KeyAlgorithm::Ed25519), Device::new(1, KeyAlgorithm::Ed25519));
        let lease = lease_id(&original.activate(&world, &keys[0]).await.expect(200));
        copy.deactivate(&world, lease).await.expect(200);
        assert_eq!(original.renew(&world, lease).await.expect(403).code(), "seat_released");
        original.activate(&world, &keys[0]).await.expect(200);
        let listed = world.get("/v1/licences").await.json()["items"][0].clone();
        assert_eq!((&listed["seats_taken"], &listed["seats"]), (&json!(1), &json!(1)));
    }
}
