//! `POST /v1/ask-release`

use axum::Json;
use axum::extract::State;
use warifu_proto::wire::device::{AskReleaseAnswer, AskReleaseRequest};

use crate::answer::Answer;
use crate::app::App;
use crate::received::FromDevice;

/// Asks for the release of a seat that another device holds, with nothing but the product key. The device is told, and keeps its seat if it is heard
/// of while the request waits.
#[utoipa::path(post, path = "/v1/ask-release", tag = "device", operation_id = "ask_release",
    request_body = AskReleaseRequest, responses((status = OK, body = AskReleaseAnswer)))]
pub(crate) async fn handle(State(app): State<App>, request: FromDevice) -> Answer<AskReleaseAnswer> {
    let opened = request.open::<AskReleaseRequest>(app.service.id())?;
    Ok(Json(app.service.ask_release(&opened, request.source).await?))
}

#[cfg(test)]
mod tests {
    use axum::http::Method;
    use serde_json::json;
    use warifu_core::staff::Role;
    use warifu_core::time::Span;
    use warifu_proto::keys::KeyAlgorithm;

    use crate::testing::{Device, World, lease_id};

    #[tokio::test]
    async fn a_lost_device_gives_way_and_one_in_use_does_not() {
        let world = World::new().await;
        let policy = world.shop(json!({"seats": 1})).await;
        let keys = world.keys(&policy, 1).await;
        let [lost, asker] = [1, 2].map(|number| Device::new(number, KeyAlgorithm::Ed25519));
        let lease = lease_id(&lost.activate(&world, &keys[0]).await.expect(200));
        let full = asker.activate(&world, &keys[0]).await.expect(409);
        let seat = full.json()["holders"][0]["seat"].as_str().unwrap().to_owned();
        let waits = asker.ask_release(&world, &keys[0], &seat).await.expect(200);
        assert_eq!(waits.json()["class"], "physical");
        assert_eq!(asker.activate(&world, &keys[0]).await.expect(409).code(), "seat_limit_reached");
        let contested = world.get("/v1/activations/contested").await.expect(200);
        assert_eq!(contested.json()["items"][0]["release_effective"], waits.json()["effective"]);

        let told = lost.renew(&world, lease).await.expect(200);
        assert_eq!(told.json()["notices"][0]["code"], "release_asked");
        let refused = asker.ask_release(&world, &keys[0], &seat).await.expect(409);
        assert_eq!(refused.code(), "release_objected");
        assert_eq!(world.get("/v1/activations/contested").await.expect(200).json()["items"], json!([]));

        world.pass(Span::days(31));
        asker.ask_release(&world, &keys[0], &seat).await.expect(200);
        world.pass(Span::days(14));
        asker.activate(&world, &keys[0]).await.expect(200);
        let lease = lease_id(&told);
        assert_eq!(lost.renew(&world, lease).await.expect(403).code(), "seat_released");
    }

    #[tokio::test]
    async fn a_licence_may_not_allow_it_and_a_seat_must_be_one() {
        let world = World::new().await;
        let policy = world.shop(json!({"seats": 1, "release_notice_seconds": 0})).await;
        let keys = world.keys(&policy, 1).await;
        let [holder, asker] = [1, 2].map(|number| Device::new(number, KeyAlgorithm::Ed25519));
        holder.activate(&world, &keys[0]).await.expect(200);
        let full = asker.activate(&world, &keys[0]).await.expect(409);
        let seat = full.json()["holders"][0]["seat"].as_str().unwrap().to_owned();
        assert_eq!(asker.ask_release(&world, &keys[0], &seat).await.expect(403).code(), "release_not_by_key");
        let allows = json!({"release_notice_seconds": 1_209_600});
        world.staff(Role::Owner, Method::PUT, &format!("/v1/policies/{policy}"), allows).await.expect(200);
        let none = asker.ask_release(&world, &keys[0], "0123456789abcdef").await.expect(404);
        assert_eq!(none.code(), "record_not_found");
    }
}
