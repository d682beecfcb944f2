//! `POST /v1/licences/{id}/top-up`

use axum::extract::State;
use warifu_core::decide::LicenceAct;
use warifu_proto::wire::staff::licence::{Licence, TopUpLicence};

use super::act::act;
use crate::answer::Answer;
use crate::app::App;
use crate::received::{At, Write};

/// Adds seats to a licence.
#[utoipa::path(post, path = "/v1/licences/{id}/top-up", tag = "licences", operation_id = "top_up_licence",
    params(("id" = String, Path, format = "uuid", description = "The licence")),
    request_body = TopUpLicence, responses((status = OK, body = Licence)))]
pub(crate) async fn handle(
    State(app): State<App>,
    At(id): At<String>,
    write: Write<TopUpLicence>,
) -> Answer<Licence> {
    let seats = write.body.seats;
    act(&app, &id, &write, LicenceAct::TopUp { seats }).await
}
