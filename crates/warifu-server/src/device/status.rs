//! `POST /v1/status`

use axum::Json;
use axum::extract::State;
use warifu_proto::wire::device::{StatusAnswer, StatusRequest};

use crate::answer::Answer;
use crate::app::App;
use crate::received::FromDevice;

/// Tells an installation where its licence and its seat stand. Changes nothing.
#[utoipa::path(post, path = "/v1/status", tag = "device", operation_id = "status",
    request_body = StatusRequest, responses((status = OK, body = StatusAnswer)))]
pub(crate) async fn handle(State(app): State<App>, request: FromDevice) -> Answer<StatusAnswer> {
    let opened = request.open::<StatusRequest>(app.service.id())?;
    // One look-up by key, as short as the way to another thread would be.
    Ok(Json(app.service.status(&opened)?))
}
