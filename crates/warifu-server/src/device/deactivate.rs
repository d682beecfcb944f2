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
}
