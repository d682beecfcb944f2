//! `POST /v1/staff`

use axum::extract::State;
use warifu_proto::wire::staff::member::{CreateStaff, CreatedStaff};
use warifu_service::group::Outcome;

use super::made;
use crate::answer::{Created, created};
use crate::app::App;
use crate::received::Write;

/// Makes a staff token, which is shown this once.
#[utoipa::path(post, path = "/v1/staff", tag = "staff", operation_id = "create_staff",
    request_body = CreateStaff, responses((status = CREATED, body = CreatedStaff)))]
pub(crate) async fn handle(State(app): State<App>, write: Write<CreateStaff>) -> Created<CreatedStaff> {
    let CreateStaff { name, role } = write.body;
    let (outcome, token) = app.service.create_staff(write.by, name, role, Some(write.attempt)).await?;
    // The token of an earlier answer is kept nowhere, and the one just drawn belongs to nobody.
    let token = if matches!(outcome, Outcome::Repeated(_)) { None } else { Some(token.expose().to_string()) };
    let staff = made::staff(outcome, &app.service.snapshot().registry)?;
    Ok(created(CreatedStaff { staff: (&staff).into(), token }))
}
