//! `POST /v1/licences/{id}/suspend`

use axum::extract::State;
use warifu_core::decide::LicenceAct;
use warifu_proto::wire::staff::licence::Licence;

use super::act::act;
use crate::answer::Answer;
use crate::app::App;
use crate::received::{At, Nothing, Write};

/// Holds a licence back for now. Leases that run go on to their end.
#[utoipa::path(post, path = "/v1/licences/{id}/suspend", tag = "licences", operation_id = "suspend_licence",
    params(("id" = String, Path, format = "uuid", description = "The licence")),
    responses((status = OK, body = Licence)))]
pub(crate) async fn handle(
    State(app): State<App>,
    At(id): At<String>,
    write: Write<Nothing>,
) -> Answer<Licence> {
    act(&app, &id, &write, LicenceAct::Suspend).await
}
