//! `POST /v1/licences/{id}/extend`

use axum::extract::State;
use warifu_core::decide::LicenceAct;
use warifu_proto::wire::staff::licence::{ExtendLicence, Licence};

use super::act::act;
use crate::answer::Answer;
use crate::app::App;
use crate::received::{At, Write};

/// Moves a licence's end.
#[utoipa::path(post, path = "/v1/licences/{id}/extend", tag = "licences", operation_id = "extend_licence",
    params(("id" = String, Path, format = "uuid", description = "The licence")),
    request_body = ExtendLicence, responses((status = OK, body = Licence)))]
pub(crate) async fn handle(
    State(app): State<App>,
    At(id): At<String>,
    write: Write<ExtendLicence>,
) -> Answer<Licence> {
    let until = write.body.until;
    act(&app, &id, &write, LicenceAct::Extend { until }).await
}
