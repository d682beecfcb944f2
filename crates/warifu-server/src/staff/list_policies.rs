//! `GET /v1/policies`

use axum::Json;
use axum::extract::State;
use warifu_proto::wire::staff::list::List;
use warifu_proto::wire::staff::policy::Policy;

use crate::app::App;

/// Lists all policies, each in its latest version, oldest first.
#[utoipa::path(get, path = "/v1/policies", tag = "policies", operation_id = "list_policies",
    responses((status = OK, body = List<Policy>)))]
pub(crate) async fn handle(State(app): State<App>) -> Json<List<Policy>> {
    let snapshot = app.service.snapshot();
    let mut policies: Vec<_> = snapshot.registry.policies.values().collect();
    policies.sort_by_key(|policy| policy.id);
    Json(List::whole(policies.into_iter().map(|policy| Policy::from(&**policy)).collect()))
}
