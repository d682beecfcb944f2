//! `POST /v1/renew`

use axum::Json;
use axum::extract::State;
use warifu_proto::wire::device::{LeaseAnswer, RenewRequest};

use crate::answer::Answer;
use crate::app::App;
use crate::received::FromDevice;

/// Gives an installation its next lease.
#[utoipa::path(post, path = "/v1/renew", tag = "device", operation_id = "renew",
    request_body = RenewRequest, responses((status = OK, body = LeaseAnswer)))]
pub(crate) async fn handle(State(app): State<App>, request: FromDevice) -> Answer<LeaseAnswer> {
    let opened = request.open::<RenewRequest>(app.service.id())?;
    Ok(Json(app.service.renew(&opened).await?))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use warifu_proto::keys::KeyAlgorithm;

    use crate::testing::{Device, World, lease_id};

    #[tokio::test]
    async fn a_lease_is_renewed_and_a_stranger_is_not_known() {
        let world = World::new().await;
        let policy = world.shop(json!({})).await;
        let keys = world.keys(&policy, 1).await;
        let device = Device::new(1, KeyAlgorithm::Ed25519);
        let lease = lease_id(&device.activate(&world, &keys[0]).await.expect(200));
        let renewed = lease_id(&device.renew(&world, lease).await.expect(200));
        assert_ne!(lease, renewed);
        let stranger = Device::new(2, KeyAlgorithm::Ed25519);
        assert_eq!(stranger.renew(&world, lease).await.expect(404).code(), "installation_unknown");
    }
}
