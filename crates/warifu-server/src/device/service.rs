//! `GET /v1/service`

use axum::Json;
use axum::extract::State;
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
        root: authority.root().to_string(),
        protocols: vec![PROTOCOL_VERSION],
        sandbox: authority.is_sandbox(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use crate::testing::World;

    #[tokio::test]
    async fn anybody_may_ask_which_service_this_is_and_for_a_nonce() {
        let world = World::new().await;
        let service = world.open("/v1/service", "en").await.expect(200);
        let nonce = world.open("/v1/nonce", "en").await.expect(200);
        assert_eq!(service.member("service_id"), world.service.id().to_string());
        assert_eq!(nonce.member("audience"), service.member("service_id"));
        assert_eq!(nonce.member("nonce").len(), 43);
    }
}
