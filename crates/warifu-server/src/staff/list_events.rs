//! `GET /v1/events`

#![expect(unused_qualifications, reason = "utoipa's macro writes the parameters' type with its path")]

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use warifu_core::id::LicenceId;
use warifu_proto::wire::staff::event::Event;
use warifu_proto::wire::staff::list::List;

use crate::answer::Answer;
use crate::app::App;
use crate::received::{Params, page, record_id};

/// Which entries are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct EventsPage {
    /// `next` of the page before.
    #[param(format = "uuid")]
    after: Option<String>,
    /// How many at most; 50 when it is not given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
    /// Only those about this licence.
    #[param(format = "uuid")]
    licence: Option<String>,
}

/// Lists the log, oldest first.
#[utoipa::path(get, path = "/v1/events", tag = "licences", operation_id = "list_events",
    params(EventsPage), responses((status = OK, body = List<Event>)))]
pub(crate) async fn handle(
    State(app): State<App>,
    Params(wanted): Params<EventsPage>,
) -> Answer<List<Event>> {
    let page = page(wanted.after.as_deref(), wanted.limit)?;
    let licence: Option<LicenceId> = wanted.licence.map(|text| record_id("licence", &text)).transpose()?;
    let (events, indices) = app
        .aside(move |service| {
            let events = service.reads().events(licence, &page)?;
            let ids: Vec<_> = events.iter().map(|event| event.id).collect();
            Ok((events, service.reads().log_indices(&ids)?))
        })
        .await?;
    let full = events.len() == usize::from(page.limit);
    let next = events.last().filter(|_| full).map(|event| event.id.to_string());
    let items = events.iter().zip(indices);
    let items = items.map(|(event, log_index)| Event { log_index, ..event.into() }).collect();
    Ok(Json(List { items, next }))
}
