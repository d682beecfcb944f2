//! `GET /v1/licences/{id}/key`

use axum::Json;
use axum::extract::State;
use warifu_core::catalogue::Failure;
use warifu_core::id::LicenceId;
use warifu_core::licence::Licence;
use warifu_proto::wire::key_text::KeyText;
use warifu_proto::wire::staff::licence::LicenceKey;

use super::made::read_licence;
use crate::answer::Answer;
use crate::app::App;
use crate::received::{At, record_id};

/// Computes the product key that claims a licence now.
#[utoipa::path(get, path = "/v1/licences/{id}/key", tag = "licences", operation_id = "get_licence_key",
    params(("id" = String, Path, format = "uuid", description = "The licence")),
    responses((status = OK, body = LicenceKey)))]
pub(crate) async fn handle(State(app): State<App>, At(id): At<String>) -> Answer<LicenceKey> {
    let id: LicenceId = record_id("licence", &id)?;
    let licence = app.aside(move |service| read_licence(service, id)).await?;
    Ok(Json(key_of(&app, &licence)?))
}

/// The key of a licence, if it has one of Warifu's.
pub(super) fn key_of(app: &App, licence: &Licence) -> Result<LicenceKey, Failure> {
    let number = licence.key_number().ok_or_else(|| Failure::record_not_found("key", licence.id))?;
    let key = app.service.snapshot().keys.show(number, licence.key_generation);
    let key = key.and_then(|key| KeyText::new(&key.expose())).ok_or_else(Failure::service_unavailable)?;
    Ok(LicenceKey { licence: licence.id, key })
}
