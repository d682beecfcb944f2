//! `POST /v1/status`

use axum::Json;
use axum::extract::State;
use warifu_proto::wire::device::{StatusAnswer, StatusRequest};

use crate::answer::Answer;
use crate::app::App;
use crate::received::FromDevice;

/// Tells an installation where its licence and its seat stand. Changes nothing.
#[utoipa::path(post, path = "/v1/status", tag = "device", operation_id = "status",
    request_body = StatusRequest, responses((status = OK, body = StatusAnswer)))]
pub(crate) async fn handle(State(app): State<App>, request: FromDevice) -> Answer<StatusAnswer> {
    let opened = request.open::<StatusRequest>(app.service.id())?;
    // One look-up by key, as short as the way to another thread would be.
    Ok(Json(app.service.status(&opened)?))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use warifu_proto::keys::KeyAlgorithm;

    use crate::testing::{Device, World, lease_id};

    #[tokio::test]
    async fn a_device_learns_where_it_stands_with_signed_time() {
        let world = World::new().await;
        let policy = world.shop(json!({"seats": 3})).await;
        let keys = world.keys(&policy, 1).await;
        let device = Device::new(1, KeyAlgorithm::EcdsaP256Sha256);
        let lease = lease_id(&device.activate(&world, &keys[0]).await.expect(200));
        let status = device.status(&world, lease).await.expect(200);
        assert!(status.member("service_time").starts_with("v4.public."));
        let standing = &status.json()["standing"];
        assert_eq!((&standing["activated"], &standing["seats"]), (&json!(true), &json!(3)));
    }
}
