//! `DELETE /v1/staff/{id}`

use axum::extract::State;
use axum::http::StatusCode;
use warifu_core::id::StaffId;
use warifu_service::staff::registry::RegistryAct;

use crate::app::App;
use crate::problem::Problem;
use crate::received::{At, Nothing, Write, record_id};

/// Withdraws a staff token. The last owner stays.
#[utoipa::path(delete, path = "/v1/staff/{id}", tag = "staff", operation_id = "remove_staff",
    params(("id" = String, Path, format = "uuid", description = "The member of staff")),
    responses((status = NO_CONTENT, description = "The token is withdrawn")))]
pub(crate) async fn handle(
    State(app): State<App>,
    At(id): At<String>,
    write: Write<Nothing>,
) -> Result<StatusCode, Problem> {
    let id: StaffId = record_id("staff", &id)?;
    app.service.change_registry(write.by, RegistryAct::RemoveStaff(id), Some(write.attempt)).await?;
    Ok(StatusCode::NO_CONTENT)
}
