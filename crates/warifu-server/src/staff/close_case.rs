//! `POST /v1/cases/{number}/close`

use axum::extract::State;
use warifu_core::case::CaseAct;
use warifu_proto::wire::staff::case::Case;

use super::act_on_case::act_and_show;
use crate::answer::Answer;
use crate::app::App;
use crate::received::{At, Nothing, Write};

/// Closes a case: nothing is left to do. The sender's page says so.
#[utoipa::path(post, path = "/v1/cases/{number}/close", tag = "cases", operation_id = "close_case",
    params(("number" = String, Path, description = "The case's number, in any spelling")),
    responses((status = OK, body = Case)))]
pub(crate) async fn handle(
    State(app): State<App>,
    At(number): At<String>,
    write: Write<Nothing>,
) -> Answer<Case> {
    act_and_show(&app, &number, &write, CaseAct::Close).await
}
