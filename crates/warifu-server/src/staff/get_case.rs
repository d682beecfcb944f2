//! `GET /v1/cases/{number}`

use axum::Json;
use axum::extract::State;
use warifu_proto::wire::staff::case::Case;

use super::act_on_case::number;
use crate::answer::Answer;
use crate::app::App;
use crate::received::At;

/// A case with its bundle and notes.
#[utoipa::path(get, path = "/v1/cases/{number}", tag = "cases", operation_id = "get_case",
    params(("number" = String, Path, description = "The case's number, in any spelling")),
    responses((status = OK, body = Case)))]
pub(crate) async fn handle(State(app): State<App>, At(text): At<String>) -> Answer<Case> {
    let number = number(&text)?;
    let case = app.aside(move |service| Ok(service.case(number)?)).await?;
    Ok(Json((&case).into()))
}
