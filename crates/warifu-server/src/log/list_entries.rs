//! `GET /v1/log/entries`

#![expect(unused_qualifications, reason = "utoipa's macro writes the parameters' type with its path")]

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use warifu_proto::wire::log::LogEntry;
use warifu_proto::wire::staff::list::List;
use warifu_service::port::Page;

use crate::answer::Answer;
use crate::app::App;
use crate::received::{Params, page};

/// Which entries are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct EntriesPage {
    /// `next` of the page before: the index of its last entry.
    after: Option<String>,
    /// How many at most; 50 when it is not given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
}

/// Lists the log's entries in their order, each as it can be made from its event now.
#[utoipa::path(get, path = "/v1/log/entries", tag = "log", operation_id = "list_log_entries",
    params(EntriesPage), responses((status = OK, body = List<LogEntry>)))]
pub(crate) async fn handle(
    State(app): State<App>,
    Params(wanted): Params<EntriesPage>,
) -> Answer<List<LogEntry>> {
    let page: Page<u64> = page(wanted.after.as_deref(), wanted.limit)?;
    let first = page.after.map_or(0, |after| after.saturating_add(1));
    let entries = app.aside(move |service| Ok(service.log_entries(first, page.limit)?)).await?;
    let full = entries.len() == usize::from(page.limit);
    let next = entries.last().filter(|_| full).map(|entry| entry.index.to_string());
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    let items = entries.into_iter();
    let items =
        items.map(|entry| LogEntry { index: entry.index, event: entry.event, entry: entry.bytes.map(text) });
    Ok(Json(List { items: items.collect(), next }))
}
