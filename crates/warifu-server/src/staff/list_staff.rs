//! `GET /v1/staff`

use axum::Json;
use axum::extract::State;
use warifu_proto::wire::staff::list::List;
use warifu_proto::wire::staff::member::StaffMember;

use crate::app::App;

/// Lists all members of staff, removed ones included, oldest first.
#[utoipa::path(get, path = "/v1/staff", tag = "staff", operation_id = "list_staff",
    responses((status = OK, body = List<StaffMember>)))]
pub(crate) async fn handle(State(app): State<App>) -> Json<List<StaffMember>> {
    let snapshot = app.service.snapshot();
    let mut staff: Vec<_> = snapshot.registry.staff.iter().collect();
    staff.sort_by_key(|staff| staff.id);
    Json(List::whole(staff.into_iter().map(StaffMember::from).collect()))
}
