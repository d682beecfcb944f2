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
