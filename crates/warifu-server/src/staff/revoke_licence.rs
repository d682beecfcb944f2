//! `POST /v1/licences/{id}/revoke`

use axum::extract::State;
use warifu_core::decide::LicenceAct;
use warifu_proto::wire::staff::licence::Licence;

use super::act::act;
use crate::answer::Answer;
use crate::app::App;
use crate::received::{At, Nothing, Write};

/// Takes a licence back for good, after the policy's notice.
#[utoipa::path(post, path = "/v1/licences/{id}/revoke", tag = "licences", operation_id = "revoke_licence",
    params(("id" = String, Path, format = "uuid", description = "The licence")),
    responses((status = OK, body = Licence)))]
pub(crate) async fn handle(
    State(app): State<App>,
    At(id): At<String>,
    write: Write<Nothing>,
) -> Answer<Licence> {
    act(&app, &id, &write, LicenceAct::Revoke).await
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use warifu_proto::keys::KeyAlgorithm;

    use warifu_core::time::Span;

    use crate::testing::{Device, World, lease_id};

    #[tokio::test]
    async fn a_revocation_reaches_the_device_as_a_signed_refusal() {
        let world = World::new().await;
        let policy = world.shop(json!({})).await;
        let keys = world.keys(&policy, 1).await;
        let device = Device::new(1, KeyAlgorithm::Ed25519);
        let lease = lease_id(&device.activate(&world, &keys[0]).await.expect(200));
        let id = world.get("/v1/licences").await.json()["items"][0]["id"].as_str().unwrap().to_owned();
        let revoked = world.post(&format!("/v1/licences/{id}/revoke"), Value::Null).await.expect(200).json();
        assert_eq!(revoked["standing"], "revoked");
        assert!(revoked["revocation_effective"].is_string());
        let refused = device.renew(&world, lease).await;
        assert_eq!(refused.code(), "licence_end_announced");
        assert!(refused.member("refusal").starts_with("v4.public."));
        assert!(refused.member("certificate").starts_with("v4.public."));
        world.post(&format!("/v1/licences/{id}/reinstate"), Value::Null).await.expect(200);
        let lease = lease_id(&device.renew(&world, lease).await.expect(200));
        world.post(&format!("/v1/licences/{id}/revoke"), Value::Null).await.expect(200);
        world.pass(Span::days(14));
        assert_eq!(device.renew(&world, lease).await.code(), "licence_revoked");
        let again = world.post(&format!("/v1/licences/{id}/reinstate"), Value::Null).await;
        assert_eq!(again.code(), "licence_revoked");
    }
}
