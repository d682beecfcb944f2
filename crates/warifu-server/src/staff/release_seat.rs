//! `POST /v1/licences/{id}/activations/{activation}/release`

use axum::Json;
use axum::extract::State;
use warifu_core::id::{ActivationId, LicenceId};
use warifu_proto::wire::staff::licence::Licence;

use super::made;
use crate::answer::Answer;
use crate::app::App;
use crate::received::{At, Nothing, Write, record_id};

/// Gives a device's seat back. The device keeps what its lease allows; the seat is free within the change budget.
#[utoipa::path(post, path = "/v1/licences/{id}/activations/{activation}/release", tag = "licences",
    operation_id = "release_seat",
    params(
        ("id" = String, Path, format = "uuid", description = "The licence"),
        ("activation" = String, Path, format = "uuid", description = "The activation"),
    ),
    responses((status = OK, body = Licence)))]
pub(crate) async fn handle(
    State(app): State<App>,
    At((id, activation)): At<(String, String)>,
    write: Write<Nothing>,
) -> Answer<Licence> {
    let id: LicenceId = record_id("licence", &id)?;
    let activation: ActivationId = record_id("activation", &activation)?;
    let outcome = app.service.release_seat(write.by, id, activation, Some(write.attempt)).await?;
    let licence = made::licence(outcome, &app).await?;
    Ok(Json((&licence).into()))
}
