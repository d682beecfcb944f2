//! `POST /v1/licences/{id}/suspend`

use axum::extract::State;
use warifu_core::decide::LicenceAct;
use warifu_proto::wire::staff::licence::Licence;

use super::act::act;
use crate::answer::Answer;
use crate::app::App;
use crate::received::{At, Nothing, Write};

/// Holds a licence back for now. Leases that run go on to their end.
#[utoipa::path(post, path = "/v1/licences/{id}/suspend", tag = "licences", operation_id = "suspend_licence",
    params(("id" = String, Path, format = "uuid", description = "The licence")),
    responses((status = OK, body = Licence)))]
pub(crate) async fn handle(
    State(app): State<App>,
    At(id): At<String>,
    write: Write<Nothing>,
) -> Answer<Licence> {
    act(&app, &id, &write, LicenceAct::Suspend).await
}

#[cfg(test)]
mod tests {
    use axum::http::Method;
    use serde_json::{Value, json};
    use warifu_core::staff::Role;
    use warifu_proto::keys::KeyAlgorithm;

    use crate::testing::{Device, World, lease_id};

    #[tokio::test]
    async fn support_suspends_and_reinstates_and_the_device_is_told() {
        let world = World::new().await;
        let policy = world.shop(json!({"seats": 2})).await;
        let keys = world.keys(&policy, 1).await;
        let device = Device::new(1, KeyAlgorithm::Ed25519);
        let lease = lease_id(&device.activate(&world, &keys[0]).await.expect(200));
        let id = world.get("/v1/licences").await.json()["items"][0]["id"].as_str().unwrap().to_owned();
        let act = async |verb| {
            let path = format!("/v1/licences/{id}/{verb}");
            world.staff(Role::Support, Method::POST, &path, Value::Null).await.expect(200).json()
        };
        assert_eq!(act("suspend").await["standing"], "suspended");
        let other = Device::new(2, KeyAlgorithm::Ed25519);
        assert_eq!(other.activate(&world, &keys[0]).await.expect(403).code(), "licence_end_announced");
        assert_eq!(act("reinstate").await["standing"], "active");
        device.renew(&world, lease).await.expect(200);
    }
}
