//! `POST /v1/change-key`

use axum::Json;
use axum::extract::State;
use warifu_proto::wire::device::{ChangeKeyRequest, LeaseAnswer};

use crate::answer::Answer;
use crate::app::App;
use crate::received::FromDevice;

/// Moves an installation to the licence of another product key and frees its old seat.
#[utoipa::path(post, path = "/v1/change-key", tag = "device", operation_id = "change_key",
    request_body = ChangeKeyRequest, responses((status = OK, body = LeaseAnswer)))]
pub(crate) async fn handle(State(app): State<App>, request: FromDevice) -> Answer<LeaseAnswer> {
    let opened = request.open::<ChangeKeyRequest>(app.service.id())?;
    Ok(Json(app.service.change_key(&opened, request.source).await?))
}
