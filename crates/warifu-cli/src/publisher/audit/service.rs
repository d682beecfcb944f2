//! A service as an auditor reads it, page by page.

use serde::de::DeserializeOwned;
use serde_json::Value;
use warifu_core::catalogue::Failure;
use warifu_core::id::EventId;
use warifu_proto::log::{Hash, Tile, TilePath, tile_path};
use warifu_proto::wire;
use warifu_proto::wire::staff::event::Event;
use warifu_proto::wire::staff::list::List;
use warifu_service::log::{Listed, LogEntry, Source};
use warifu_service::port::SignedHead;

use super::super::api::Api;
use crate::error::CliError;

/// The most that a page of the API holds.
const PAGE: &str = "200";

/// A service.
pub(super) struct ServiceSource<'api>(&'api Api);

impl<'api> ServiceSource<'api> {
    pub(super) const fn new(api: &'api Api) -> Self {
        Self(api)
    }

    fn page<T: DeserializeOwned>(&self, path: &str, after: Option<String>) -> Result<Vec<T>, CliError> {
        let mut query = vec![("limit", PAGE.to_owned())];
        query.extend(after.map(|after| ("after", after)));
        let list = self.0.get(path, &query)?;
        let list: List<T> = serde_json::from_value(list)
            .map_err(|_| CliError::from(Failure::answer_not_understood(path, 200)))?;
        Ok(list.items)
    }
}

impl Source<CliError> for ServiceSource<'_> {
    fn head(&mut self) -> Result<Option<SignedHead>, CliError> {
        let key: Value = match self.0.get("/v1/log/key", &[]) {
            Ok(key) => key,
            Err(error) if error.code() == "log_not_signed" => return Ok(None),
            Err(error) => return Err(error),
        };
        let note = self.0.get_bytes("/v1/log/checkpoint", &[])?;
        Ok(Some(SignedHead {
            checkpoint: String::from_utf8_lossy(&note).into_owned(),
            certificate: key["certificate"].as_str().unwrap_or_default().to_owned(),
        }))
    }

    fn entries(&mut self, first: u64) -> Result<Vec<LogEntry>, CliError> {
        let after = first.checked_sub(1).map(|after| after.to_string());
        let entries: Vec<wire::log::LogEntry> = self.page("/v1/log/entries", after)?;
        let entry = |entry: wire::log::LogEntry| LogEntry {
            index: entry.index,
            event: entry.event,
            bytes: entry.entry.map(String::into_bytes),
        };
        Ok(entries.into_iter().map(entry).collect())
    }

    fn leaves(&mut self, tile: u64, width: usize) -> Result<Vec<Hash>, CliError> {
        let path = format!("/v1/log/tile/0/{}", tile_path(&TilePath { index: tile, width }));
        match self.0.get_bytes(&path, &[]) {
            Ok(bytes) => Ok(Tile::parse_hashes(&bytes).unwrap_or_default()),
            // A tile that is too short is not served; the audit says what is missing.
            Err(error) if error.code() == "record_not_found" => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    fn events(&mut self, after: Option<EventId>) -> Result<Vec<Listed>, CliError> {
        let events: Vec<Event> = self.page("/v1/events", after.map(|after| after.to_string()))?;
        Ok(events.into_iter().map(|event| Listed { id: event.id, at: event.at }).collect())
    }
}
