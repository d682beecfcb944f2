//! `POST /v1/policies`

use axum::extract::State;
use warifu_proto::wire::staff::policy::{CreatePolicy, Policy};
use warifu_service::staff::registry::RegistryAct;

use super::made;
use crate::answer::{Created, created};
use crate::app::App;
use crate::received::Write;
use crate::zone::end_of_day;

/// Adds a policy. What is not said is as the channel usually has it.
#[utoipa::path(post, path = "/v1/policies", tag = "policies", operation_id = "create_policy",
    request_body = CreatePolicy, responses((status = CREATED, body = Policy)))]
pub(crate) async fn handle(State(app): State<App>, write: Write<CreatePolicy>) -> Created<Policy> {
    let policy = write.body.into_core(app.service.new_policy_id(), app.service.now(), end_of_day)?;
    let act = RegistryAct::CreatePolicy(Box::new(policy));
    let outcome = app.service.change_registry(write.by, act, Some(write.attempt)).await?;
    let policy = made::policy(outcome, &app.service.snapshot().registry)?;
    Ok(created((&policy).into()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::World;

    #[tokio::test]
    async fn a_policy_to_the_end_of_a_day_ends_in_its_own_zone() {
        let world = World::new().await;
        let term = json!({"kind": "end_of_day", "date": "2027-03-31", "zone": "Asia/Tokyo"});
        let body = json!({"name": "Campaign", "channel": "subscription", "term": term});
        let policy = world.post("/v1/policies", body).await.expect(201).json();
        assert_eq!(policy["term"], json!({"kind": "until", "until": "2027-03-31T14:59:59Z"}));
        assert_eq!((&policy["version"], &policy["seats"]), (&json!(1), &json!(3)));
    }

    #[tokio::test]
    async fn a_rule_that_cannot_hold_is_named() {
        let world = World::new().await;
        for (rule, field) in [
            (json!({"seats": 0}), "seats"),
            (json!({"lease_seconds": 60}), "lease_seconds"),
            (json!({"renew_after_seconds": 4_000_000_000_u32}), "renew_after_seconds"),
            (json!({"routes": []}), "routes"),
            (json!({"term": {"kind": "end_of_day", "date": "2027-02-30", "zone": "UTC"}}), "term.date"),
            (json!({"tolerance": {"version": 1, "schemes": {"vm": {"threshold": 9}}}}), "tolerance.version"),
        ] {
            let mut body = json!({"name": "Bad", "channel": "retail"});
            body.as_object_mut().unwrap().extend(rule.as_object().unwrap().clone());
            let reply = world.post("/v1/policies", body).await.expect(422);
            assert_eq!(reply.json()["values"]["field"], field);
        }
        assert!(world.get("/v1/policies").await.json()["items"].as_array().unwrap().is_empty());
    }
}
