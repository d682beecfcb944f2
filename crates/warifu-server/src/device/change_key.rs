//! `POST /v1/change-key`

use axum::Json;
use axum::extract::State;
use warifu_proto::wire::device::{ChangeKeyRequest, LeaseAnswer};

use crate::answer::Answer;
use crate::app::App;
use crate::received::FromDevice;

/// Moves an installation to the licence of another product key and frees its old seat.
#[utoipa::path(post, path = "/v1/change-key", tag = "device", operation_id = "change_key",
    request_body = ChangeKeyRequest, responses((status = OK, body = LeaseAnswer)))]
pub(crate) async fn handle(State(app): State<App>, request: FromDevice) -> Answer<LeaseAnswer> {
    let opened = request.open::<ChangeKeyRequest>(app.service.id())?;
    Ok(Json(app.service.change_key(&opened, request.source).await?))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use warifu_proto::keys::KeyAlgorithm;

    use crate::testing::{Device, World, lease_id};

    #[tokio::test]
    async fn a_device_moves_to_another_key_and_frees_its_old_seat() {
        let world = World::new().await;
        let policy = world.shop(json!({"seats": 1})).await;
        let keys = world.keys(&policy, 2).await;
        let device = Device::new(1, KeyAlgorithm::Ed25519);
        let lease = lease_id(&device.activate(&world, &keys[0]).await.expect(200));
        device.change_key(&world, lease, &keys[1]).await.expect(200);
        Device::new(2, KeyAlgorithm::Ed25519).activate(&world, &keys[0]).await.expect(200);
    }
}
