//! `POST /v1/activate`

use axum::Json;
use axum::extract::State;
use warifu_proto::wire::device::{ActivateRequest, LeaseAnswer};

use crate::answer::Answer;
use crate::app::App;
use crate::received::FromDevice;

/// Binds a licence to a device and enrols its installation.
#[utoipa::path(post, path = "/v1/activate", tag = "device", operation_id = "activate",
    request_body = ActivateRequest, responses((status = OK, body = LeaseAnswer)))]
pub(crate) async fn handle(State(app): State<App>, request: FromDevice) -> Answer<LeaseAnswer> {
    let opened = request.open::<ActivateRequest>(app.service.id())?;
    Ok(Json(app.service.activate(&opened, request.source).await?))
}
