//! `POST /v1/licences/{id}/erase-label`

use axum::extract::State;
use warifu_core::decide::LicenceAct;
use warifu_proto::wire::staff::licence::Licence;

use super::act::act;
use crate::answer::Answer;
use crate::app::App;
use crate::received::{At, Nothing, Write};

/// Erases a licence's note, which may hold what a person is called. The log tells that it was erased and not what it said.
#[utoipa::path(post, path = "/v1/licences/{id}/erase-label", tag = "licences", operation_id = "erase_licence_label",
    params(("id" = String, Path, format = "uuid", description = "The licence")),
    responses((status = OK, body = Licence)))]
pub(crate) async fn handle(
    State(app): State<App>,
    At(id): At<String>,
    write: Write<Nothing>,
) -> Answer<Licence> {
    act(&app, &id, &write, LicenceAct::EraseLabel).await
}
