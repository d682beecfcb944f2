//! `GET /v1/activations/contested`

#![expect(unused_qualifications, reason = "utoipa's macro writes the parameters' type with its path")]

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use warifu_proto::wire::staff::activation::Activation;
use warifu_proto::wire::staff::list::List;

use super::made::activation_list;
use crate::answer::Answer;
use crate::app::App;
use crate::received::{Params, page};

/// Which page is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ContestedPage {
    /// `next` of the page before.
    #[param(format = "uuid")]
    after: Option<String>,
    /// How many at most; 50 when it is not given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
}

/// Lists the contested seats of all licences, oldest first: those that were reclaimed and whose device may still object, and those whose release has
/// been asked for and waits.
#[utoipa::path(get, path = "/v1/activations/contested", tag = "licences", operation_id = "list_contested",
    params(ContestedPage), responses((status = OK, body = List<Activation>)))]
pub(crate) async fn handle(
    State(app): State<App>,
    Params(wanted): Params<ContestedPage>,
) -> Answer<List<Activation>> {
    let page = page(wanted.after.as_deref(), wanted.limit)?;
    let list = app
        .aside(move |service| {
            let seats = service.reads().contested(&page, service.now())?;
            activation_list(service, &seats, page.limit)
        })
        .await?;
    Ok(Json(list))
}
