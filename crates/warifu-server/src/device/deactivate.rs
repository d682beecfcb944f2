//! `POST /v1/deactivate`

use axum::Json;
use axum::extract::State;
use warifu_proto::wire::device::{DeactivateAnswer, DeactivateRequest};

use crate::answer::Answer;
use crate::app::App;
use crate::received::FromDevice;

/// Takes an installation's lease back, and the seat with the device's last one.
#[utoipa::path(post, path = "/v1/deactivate", tag = "device", operation_id = "deactivate",
    request_body = DeactivateRequest, responses((status = OK, body = DeactivateAnswer)))]
pub(crate) async fn handle(State(app): State<App>, request: FromDevice) -> Answer<DeactivateAnswer> {
    let opened = request.open::<DeactivateRequest>(app.service.id())?;
    Ok(Json(app.service.deactivate(&opened).await?))
}
