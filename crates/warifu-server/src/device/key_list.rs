//! `GET /v1/key-list`

use axum::Json;
use axum::extract::State;
use warifu_proto::wire::key_list::KeyListAnswer;

use crate::app::App;

/// The issuing keys that the root has withdrawn, for devices that were told of a newer list, and to be carried to isolated ones.
#[utoipa::path(get, path = "/v1/key-list", tag = "device", operation_id = "key_list",
    responses((status = OK, body = KeyListAnswer)))]
pub(crate) async fn handle(State(app): State<App>) -> Json<KeyListAnswer> {
    let authority = app.service.authority();
    Json(KeyListAnswer { key_list: authority.key_list().map(|listed| listed.token.clone()) })
}
