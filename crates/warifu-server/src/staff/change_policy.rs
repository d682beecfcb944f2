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
