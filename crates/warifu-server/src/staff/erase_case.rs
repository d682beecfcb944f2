//! `DELETE /v1/cases/{number}`

use axum::extract::State;
use axum::http::StatusCode;
use warifu_core::case::CaseAct;

use super::act_on_case::act;
use crate::app::App;
use crate::problem::Problem;
use crate::received::{At, Nothing, Write};

/// Erases a case with everything in it. The log keeps that a case of this number was there, and nothing of what it said.
#[utoipa::path(delete, path = "/v1/cases/{number}", tag = "cases", operation_id = "erase_case",
    params(("number" = String, Path, description = "The case's number, in any spelling")),
    responses((status = NO_CONTENT, description = "It is erased.")))]
pub(crate) async fn handle(
    State(app): State<App>,
    At(number): At<String>,
    write: Write<Nothing>,
) -> Result<StatusCode, Problem> {
    act(&app, &number, &write, &CaseAct::Erase).await?;
    Ok(StatusCode::NO_CONTENT)
}
