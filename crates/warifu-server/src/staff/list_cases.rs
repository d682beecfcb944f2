//! `GET /v1/cases`

#![expect(unused_qualifications, reason = "utoipa's macro writes the parameters' type with its path")]

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use warifu_core::case::Case;
use warifu_proto::wire::staff::case::CaseSummary;
use warifu_proto::wire::staff::list::List;

use crate::answer::Answer;
use crate::app::App;
use crate::received::{Params, page};

/// Which cases are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct CasesPage {
    /// `next` of the page before.
    #[param(format = "uuid")]
    after: Option<String>,
    /// How many at most; 50 when it is not given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
    /// Only those that are not closed.
    open: Option<bool>,
}

/// Lists cases, oldest first. A page may be shorter than its limit, for cases whose time is over are left out; `next` tells whether more follow.
#[utoipa::path(get, path = "/v1/cases", tag = "cases", operation_id = "list_cases",
    params(CasesPage), responses((status = OK, body = List<CaseSummary>)))]
pub(crate) async fn handle(
    State(app): State<App>,
    Params(wanted): Params<CasesPage>,
) -> Answer<List<CaseSummary>> {
    let page = page(wanted.after.as_deref(), wanted.limit)?;
    let open_only = wanted.open.unwrap_or(false);
    let mut heads = app.aside(move |service| Ok(service.reads().cases(open_only, &page)?)).await?;
    let full = heads.len() == usize::from(page.limit);
    let next = heads.last().filter(|_| full).map(|head| head.id.to_string());
    // The pages go by what is stored; a case whose time is over waits for its erasure and is shown to nobody.
    let now = app.service.now();
    heads.retain(|head| !Case::is_over(head.received, now));
    Ok(Json(List { items: heads.iter().map(CaseSummary::from).collect(), next }))
}
