//! `POST /v1/licences`

use axum::extract::State;
use warifu_proto::wire::staff::licence::{GrantLicence, Licence};
use warifu_service::staff::registry::RegistryAct;

use super::made;
use crate::answer::{Created, created};
use crate::app::App;
use crate::received::Write;

/// Grants a licence without a key.
#[utoipa::path(post, path = "/v1/licences", tag = "licences", operation_id = "grant_licence",
    request_body = GrantLicence, responses((status = CREATED, body = Licence)))]
pub(crate) async fn handle(State(app): State<App>, write: Write<GrantLicence>) -> Created<Licence> {
    let GrantLicence { sku, policy, seats, label } = write.body;
    let act = RegistryAct::GrantLicence { id: app.service.new_licence_id(), sku, policy, seats, label };
    let outcome = app.service.change_registry(write.by, act, Some(write.attempt)).await?;
    let licence = made::licence(outcome, &app).await?;
    Ok(created((&licence).into()))
}
