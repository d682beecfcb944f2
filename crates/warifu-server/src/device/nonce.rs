//! `GET /v1/nonce`

use axum::Json;
use axum::extract::State;
use warifu_proto::wire::PROTOCOL_VERSION;
use warifu_proto::wire::nonce::NonceAnswer;

use crate::app::App;

/// A fresh nonce for the next signed request, and what to compare before signing anything.
#[utoipa::path(get, path = "/v1/nonce", tag = "device", operation_id = "nonce",
    responses((status = OK, body = NonceAnswer)))]
pub(crate) async fn handle(State(app): State<App>) -> Json<NonceAnswer> {
    let service = &app.service;
    Json(NonceAnswer {
        protocols: vec![PROTOCOL_VERSION],
        audience: service.id(),
        nonce: service.nonce(),
        time: service.now(),
    })
}
