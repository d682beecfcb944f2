//! `GET /v1/licences/{id}/activations`

#![expect(unused_qualifications, reason = "utoipa's macro writes the parameters' type with its path")]

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use warifu_core::id::LicenceId;
use warifu_proto::wire::staff::activation::Activation;
use warifu_proto::wire::staff::list::List;

use super::made::{activation_list, read_licence};
use crate::answer::Answer;
use crate::app::App;
use crate::received::{At, Params, page, record_id};

/// Which page is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ActivationsPage {
    /// `next` of the page before.
    #[param(format = "uuid")]
    after: Option<String>,
    /// How many at most; 50 when it is not given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
}

/// Lists a licence's devices, released ones included, oldest first.
#[utoipa::path(get, path = "/v1/licences/{id}/activations", tag = "licences", operation_id = "list_activations",
    params(("id" = String, Path, format = "uuid", description = "The licence"), ActivationsPage),
    responses((status = OK, body = List<Activation>)))]
pub(crate) async fn handle(
    State(app): State<App>,
    At(id): At<String>,
    Params(wanted): Params<ActivationsPage>,
) -> Answer<List<Activation>> {
    let id: LicenceId = record_id("licence", &id)?;
    let page = page(wanted.after.as_deref(), wanted.limit)?;
    let list = app
        .aside(move |service| {
            read_licence(service, id)?;
            let seats = service.reads().activations(id, &page)?;
            activation_list(service, &seats, page.limit)
        })
        .await?;
    Ok(Json(list))
}
