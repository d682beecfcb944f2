//! `POST /v1/staff/{id}/forget`

use axum::extract::State;
use axum::http::StatusCode;
use warifu_core::id::StaffId;
use warifu_service::staff::registry::RegistryAct;

use crate::app::App;
use crate::problem::Problem;
use crate::received::{At, Nothing, Write, record_id};

/// Erases the name of a member of staff whose token has been withdrawn. What they did stays in the log under their id.
#[utoipa::path(post, path = "/v1/staff/{id}/forget", tag = "staff", operation_id = "forget_staff",
    params(("id" = String, Path, format = "uuid", description = "The member of staff")),
    responses((status = NO_CONTENT, description = "The name is erased")))]
pub(crate) async fn handle(
    State(app): State<App>,
    At(id): At<String>,
    write: Write<Nothing>,
) -> Result<StatusCode, Problem> {
    let id: StaffId = record_id("staff", &id)?;
    app.service.change_registry(write.by, RegistryAct::ForgetStaff(id), Some(write.attempt)).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use axum::http::Method;
    use serde_json::{Value, json};
    use warifu_core::staff::Role;

    use crate::testing::World;

    const NAME: &str = "Yamada Hanako";
    const LABEL: &str = "for Suzuki Ichiro";

    #[tokio::test]
    async fn names_of_staff_and_notes_of_batches_are_erased_and_the_log_never_held_them() {
        let world = World::new().await;
        let policy = world.shop(json!({"seats": 2})).await;
        let batch = json!({"sku": 1, "policy": policy, "count": 1, "label": LABEL});
        let batch = world.post("/v1/batches", batch).await.expect(201).member("id");
        let made = world.post("/v1/staff", json!({"name": NAME, "role": "support"})).await.expect(201);
        let member = format!("/v1/staff/{}", made.json()["staff"]["id"].as_str().unwrap());
        for (path, held) in [("/v1/staff", NAME), ("/v1/batches", LABEL)] {
            assert!(world.get(path).await.expect(200).text.contains(held), "{path}");
        }

        let (forget, erase) = (format!("{member}/forget"), format!("/v1/batches/{batch}/erase-label"));
        for path in [&forget, &erase] {
            let refused = world.staff(Role::Operator, Method::POST, path, Value::Null).await.expect(403);
            assert_eq!(refused.code(), "role_insufficient");
        }
        let early = world.post(&forget, Value::Null).await.expect(422);
        assert_eq!(early.code(), "field_not_valid", "who has a token is somebody");
        world.staff(Role::Owner, Method::DELETE, &member, Value::Null).await.expect(204);
        world.post(&forget, Value::Null).await.expect(204);
        let erased = world.post(&erase, Value::Null).await.expect(200);
        assert_eq!(erased.json()["label"], Value::Null);

        world.sequence().await;
        for path in ["/v1/staff", "/v1/batches", "/v1/events?limit=200", "/v1/log/entries?limit=200"] {
            let text = world.get(path).await.expect(200).text;
            assert!(!text.contains(NAME) && !text.contains(LABEL), "{path}: {text}");
        }
        let events = world.get("/v1/events?limit=200").await.expect(200).text;
        assert!(events.contains("staff.forgotten") && events.contains("batch.label_erased"));
        for path in [format!("/v1/staff/{batch}/forget"), format!("/v1/batches/{policy}/erase-label")] {
            assert_eq!(world.post(&path, Value::Null).await.expect(404).code(), "record_not_found");
        }
    }
}
