//! `PUT /v1/policies/{id}`

use axum::Json;
use axum::extract::State;
use warifu_core::catalogue::Failure;
use warifu_core::id::PolicyId;
use warifu_proto::wire::staff::policy::{ChangePolicy, Policy};
use warifu_service::staff::registry::RegistryAct;

use super::made;
use crate::answer::Answer;
use crate::app::App;
use crate::received::{At, Write, record_id};
use crate::zone::end_of_day;

/// Writes a new version of a policy. What is not said stays as it is.
#[utoipa::path(put, path = "/v1/policies/{id}", tag = "policies", operation_id = "change_policy",
    params(("id" = String, Path, format = "uuid", description = "The policy")),
    request_body = ChangePolicy, responses((status = OK, body = Policy)))]
pub(crate) async fn handle(
    State(app): State<App>,
    At(id): At<String>,
    write: Write<ChangePolicy>,
) -> Answer<Policy> {
    let id: PolicyId = record_id("policy", &id)?;
    let snapshot = app.service.snapshot();
    let present =
        snapshot.registry.policies.get(&id).ok_or_else(|| Failure::record_not_found("policy", id))?;
    let policy = write.body.into_core(present, end_of_day)?;
    let act = RegistryAct::ChangePolicy(Box::new(policy));
    let outcome = app.service.change_registry(write.by, act, Some(write.attempt)).await?;
    let policy = made::policy(outcome, &app.service.snapshot().registry)?;
    Ok(Json((&policy).into()))
}

#[cfg(test)]
mod tests {
    use axum::http::Method;
    use serde_json::json;
    use warifu_core::staff::Role;

    use crate::testing::World;

    #[tokio::test]
    async fn a_change_is_a_new_version_and_keeps_what_is_not_said() {
        let world = World::new().await;
        let id = world.shop(json!({"seats": 2, "grace_seconds": 60})).await;
        let path = format!("/v1/policies/{id}");
        let put = async |body| world.staff(Role::Operator, Method::PUT, &path, body).await;
        put(json!({"seats": 5})).await.expect(200);
        let policy = world.get(&path).await.expect(200).json();
        assert_eq!(
            (&policy["version"], &policy["seats"], &policy["grace_seconds"]),
            (&json!(2), &json!(5), &json!(60))
        );
        assert_eq!(put(json!({"channel": "oem"})).await.expect(400).code(), "request_malformed");
    }
}
