//! `GET /v1/service`

use axum::Json;
use axum::extract::State;
use warifu_proto::encoding::base64url;
use warifu_proto::wire::PROTOCOL_VERSION;
use warifu_proto::wire::service::ServiceInfo;

use crate::app::App;

/// Which service this is.
#[utoipa::path(get, path = "/v1/service", tag = "service", operation_id = "service",
    responses((status = OK, body = ServiceInfo)))]
pub(crate) async fn handle(State(app): State<App>) -> Json<ServiceInfo> {
    let authority = app.service.authority();
    Json(ServiceInfo {
        service_id: authority.service_id(),
        root: base64url(authority.root().as_bytes()),
        protocols: vec![PROTOCOL_VERSION],
        sandbox: authority.is_sandbox(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    })
}
