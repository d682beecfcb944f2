//! `POST /v1/licences/{id}/replace-key`

use axum::Json;
use axum::extract::State;
use warifu_core::decide::LicenceAct;
use warifu_core::id::LicenceId;
use warifu_proto::wire::staff::licence::LicenceKey;

use super::get_licence_key::key_of;
use super::made;
use crate::answer::Answer;
use crate::app::App;
use crate::received::{At, Nothing, Write, record_id};

/// Makes the present product key worthless and answers with the new one.
#[utoipa::path(post, path = "/v1/licences/{id}/replace-key", tag = "licences", operation_id = "replace_licence_key",
    params(("id" = String, Path, format = "uuid", description = "The licence")),
    responses((status = OK, body = LicenceKey)))]
pub(crate) async fn handle(
    State(app): State<App>,
    At(id): At<String>,
    write: Write<Nothing>,
) -> Answer<LicenceKey> {
    let id: LicenceId = record_id("licence", &id)?;
    let act = LicenceAct::ReplaceKey;
    let outcome = app.service.act_on_licence(write.by, id, act, Some(write.attempt)).await?;
    let licence = made::licence(outcome, &app).await?;
    Ok(Json(key_of(&app, &licence)?))
}
