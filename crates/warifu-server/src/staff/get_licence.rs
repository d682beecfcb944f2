//! `GET /v1/licences/{id}`

use axum::Json;
use axum::extract::State;
use warifu_core::id::LicenceId;
use warifu_proto::wire::staff::licence::Licence;

use super::made::read_licence;
use crate::answer::Answer;
use crate::app::App;
use crate::received::{At, record_id};

/// Shows a licence.
#[utoipa::path(get, path = "/v1/licences/{id}", tag = "licences", operation_id = "get_licence",
    params(("id" = String, Path, format = "uuid", description = "The licence")),
    responses((status = OK, body = Licence)))]
pub(crate) async fn handle(State(app): State<App>, At(id): At<String>) -> Answer<Licence> {
    let id: LicenceId = record_id("licence", &id)?;
    let licence = app.aside(move |service| read_licence(service, id)).await?;
    Ok(Json((&licence).into()))
}
