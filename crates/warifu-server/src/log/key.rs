//! `GET /v1/log/key`

use axum::Json;
use axum::extract::State;
use warifu_core::catalogue::Failure;
use warifu_proto::log::{LogCertificate, origin, verifier_key};
use warifu_proto::wire::log::LogKeyInfo;

use crate::answer::Answer;
use crate::app::App;

/// The key that signed the present checkpoint, with its certificate from the root.
#[utoipa::path(get, path = "/v1/log/key", tag = "log", operation_id = "log_key",
    responses((status = OK, body = LogKeyInfo)))]
pub(crate) async fn handle(State(app): State<App>) -> Answer<LogKeyInfo> {
    let info = app
        .aside(|service| {
            let signed = service.log_checkpoint()?;
            let authority = service.authority();
            let certificate = LogCertificate::verify(authority.root(), &signed.certificate, service.now())
                .map_err(|_| Failure::log_not_signed())?;
            let origin = origin(service.id());
            let verifier_key = verifier_key(&origin, &certificate.key);
            Ok(LogKeyInfo { origin, verifier_key, certificate: signed.certificate })
        })
        .await?;
    Ok(Json(info))
}
