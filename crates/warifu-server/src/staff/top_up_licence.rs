//! `POST /v1/licences/{id}/top-up`

use axum::extract::State;
use warifu_core::decide::LicenceAct;
use warifu_proto::wire::staff::licence::{Licence, TopUpLicence};

use super::act::act;
use crate::answer::Answer;
use crate::app::App;
use crate::received::{At, Write};

/// Adds seats to a licence.
#[utoipa::path(post, path = "/v1/licences/{id}/top-up", tag = "licences", operation_id = "top_up_licence",
    params(("id" = String, Path, format = "uuid", description = "The licence")),
    request_body = TopUpLicence, responses((status = OK, body = Licence)))]
pub(crate) async fn handle(
    State(app): State<App>,
    At(id): At<String>,
    write: Write<TopUpLicence>,
) -> Answer<Licence> {
    let seats = write.body.seats;
    act(&app, &id, &write, LicenceAct::TopUp { seats }).await
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::World;

    #[tokio::test]
    async fn seats_and_time_are_added_to_a_licence() {
        let world = World::new().await;
        let policy = world.shop(json!({"term": {"kind": "days", "days": 30}})).await;
        let body = json!({"sku": 1, "policy": policy, "seats": 2});
        let id = world.post("/v1/licences", body).await.expect(201).member("id");
        let topped = world.post(&format!("/v1/licences/{id}/top-up"), json!({"seats": 3})).await.expect(200);
        assert_eq!(topped.json()["seats"], 5);
        let nothing = world.post(&format!("/v1/licences/{id}/top-up"), json!({"seats": 0})).await.expect(422);
        assert_eq!(nothing.code(), "field_not_valid");
        let until = json!({"until": "2027-05-01T00:00:00Z"});
        let extended = world.post(&format!("/v1/licences/{id}/extend"), until).await.expect(200);
        assert_eq!(extended.member("ends"), "2027-05-01T00:00:00Z");
        let renewed =
            world.post(&format!("/v1/licences/{id}/renew"), serde_json::Value::Null).await.expect(200);
        assert_eq!(renewed.member("ends"), "2027-05-31T00:00:00Z");
        let past = json!({"until": "2020-01-01T00:00:00Z"});
        assert_eq!(
            world.post(&format!("/v1/licences/{id}/extend"), past).await.expect(422).code(),
            "field_not_valid"
        );
    }
}
