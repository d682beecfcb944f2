//! `POST /v1/renew`

use axum::Json;
use axum::extract::State;
use warifu_proto::wire::device::{LeaseAnswer, RenewRequest};

use crate::answer::Answer;
use crate::app::App;
use crate::received::FromDevice;

/// Gives an installation its next lease.
#[utoipa::path(post, path = "/v1/renew", tag = "device", operation_id = "renew",
    request_body = RenewRequest, responses((status = OK, body = LeaseAnswer)))]
pub(crate) async fn handle(State(app): State<App>, request: FromDevice) -> Answer<LeaseAnswer> {
    let opened = request.open::<RenewRequest>(app.service.id())?;
    Ok(Json(app.service.renew(&opened).await?))
}
