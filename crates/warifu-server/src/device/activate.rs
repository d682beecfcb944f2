//! `POST /v1/activate`

use axum::Json;
use axum::extract::State;
use warifu_proto::wire::device::{ActivateRequest, LeaseAnswer};

use crate::answer::Answer;
use crate::app::App;
use crate::received::FromDevice;

/// Binds a licence to a device and enrols its installation.
#[utoipa::path(post, path = "/v1/activate", tag = "device", operation_id = "activate",
    request_body = ActivateRequest, responses((status = OK, body = LeaseAnswer)))]
pub(crate) async fn handle(State(app): State<App>, request: FromDevice) -> Answer<LeaseAnswer> {
    let opened = request.open::<ActivateRequest>(app.service.id())?;
    Ok(Json(app.service.activate(&opened, request.source).await?))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use warifu_proto::keys::KeyAlgorithm;

    use crate::testing::{Device, World};

    #[tokio::test]
    async fn a_device_is_activated_with_either_kind_of_key() {
        let world = World::new().await;
        let policy = world.shop(json!({"seats": 2})).await;
        let keys = world.keys(&policy, 1).await;
        for (seed, algorithm) in [(1, KeyAlgorithm::Ed25519), (2, KeyAlgorithm::EcdsaP256Sha256)] {
            let reply = Device::new(seed, algorithm).activate(&world, &keys[0]).await.expect(200);
            assert!(reply.member("lease").starts_with("v4.public."));
            assert_eq!(reply.json()["standing"]["seats_taken"], seed);
            assert_eq!(reply.headers["warifu-nonce"].len(), 43);
        }
    }

    #[tokio::test]
    async fn the_third_device_of_two_seats_learns_who_holds_them() {
        let world = World::new().await;
        let policy = world.shop(json!({"seats": 2})).await;
        let keys = world.keys(&policy, 1).await;
        for seed in [1, 2] {
            Device::new(seed, KeyAlgorithm::Ed25519).activate(&world, &keys[0]).await.expect(200);
        }
        let reply = Device::new(3, KeyAlgorithm::Ed25519).activate(&world, &keys[0]).await.expect(409);
        assert_eq!(reply.code(), "seat_limit_reached");
        assert_eq!(reply.json()["holders"].as_array().unwrap().len(), 2);
        assert!(reply.headers.contains_key("warifu-nonce"), "a refusal carries a nonce too");
    }

    #[tokio::test]
    async fn the_same_request_again_has_the_same_answer() {
        let world = World::new().await;
        let policy = world.shop(json!({})).await;
        let keys = world.keys(&policy, 1).await;
        let device = Device::new(1, KeyAlgorithm::Ed25519);
        let request = device.sign(&world, &device.activate_request(&world, &keys[0]));
        let first = world.deliver(&request).await.expect(200);
        let second = world.deliver(&request).await.expect(200);
        assert_eq!(first.member("lease"), second.member("lease"));
    }
}
