//! `GET /v1/policies/{id}`

use axum::Json;
use axum::extract::State;
use warifu_core::catalogue::Failure;
use warifu_core::id::PolicyId;
use warifu_proto::wire::staff::policy::Policy;

use crate::answer::Answer;
use crate::app::App;
use crate::received::{At, record_id};

/// Shows a policy in its latest version.
#[utoipa::path(get, path = "/v1/policies/{id}", tag = "policies", operation_id = "get_policy",
    params(("id" = String, Path, format = "uuid", description = "The policy")),
    responses((status = OK, body = Policy)))]
pub(crate) async fn handle(State(app): State<App>, At(id): At<String>) -> Answer<Policy> {
    let id: PolicyId = record_id("policy", &id)?;
    let snapshot = app.service.snapshot();
    let policy =
        snapshot.registry.policies.get(&id).ok_or_else(|| Failure::record_not_found("policy", id))?;
    Ok(Json((&**policy).into()))
}
