//! `GET /v1/licences/{id}/key`

use axum::extract::State;
use axum::{Extension, Json};
use warifu_core::catalogue::Failure;
use warifu_core::id::LicenceId;
use warifu_core::licence::Licence;
use warifu_proto::wire::key_text::KeyText;
use warifu_proto::wire::staff::licence::LicenceKey;

use super::made;
use crate::answer::Answer;
use crate::app::App;
use crate::received::{At, By, record_id};

/// Computes the product key that claims a licence now. The log notes who saw it.
#[utoipa::path(get, path = "/v1/licences/{id}/key", tag = "licences", operation_id = "get_licence_key",
    params(("id" = String, Path, format = "uuid", description = "The licence")),
    responses((status = OK, body = LicenceKey)))]
pub(crate) async fn handle(
    State(app): State<App>,
    At(id): At<String>,
    Extension(By(staff)): Extension<By>,
) -> Answer<LicenceKey> {
    let id: LicenceId = record_id("licence", &id)?;
    let outcome = app.service.show_key(staff.id, id).await?;
    let licence = made::licence(outcome, &app).await?;
    Ok(Json(key_of(&app, &licence)?))
}

/// The key of a licence, if it has one of Warifu's.
pub(super) fn key_of(app: &App, licence: &Licence) -> Result<LicenceKey, Failure> {
    let number = licence.key_number().ok_or_else(|| Failure::record_not_found("key", licence.id))?;
    let key = app.service.snapshot().keys.show(number, licence.key_generation);
    let key = key.and_then(|key| KeyText::new(&key.expose())).ok_or_else(Failure::service_unavailable)?;
    Ok(LicenceKey { licence: licence.id, key })
}
