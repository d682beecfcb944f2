//! The verifiable log: checkpoint, key and tiles of hashes for anybody, entries and receipts for staff.

pub(crate) mod checkpoint;
pub(crate) mod entries;
pub(crate) mod key;
pub(crate) mod list_entries;
pub(crate) mod receipt;
#[cfg(test)]
mod tests;
pub(crate) mod tile;

use axum::http::HeaderName;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use warifu_core::catalogue::Failure;
use warifu_proto::log::{TilePath, parse_tile_path};

/// Bytes or a text of the log, with what they are and how long they may be kept.
type Served<T> = ([(HeaderName, &'static str); 2], T);

const BYTES: &str = "application/octet-stream";
const TEXT: &str = "text/plain; charset=utf-8";

fn served<T>(kind: &'static str, caching: &'static str, body: T) -> Served<T> {
    ([(CONTENT_TYPE, kind), (CACHE_CONTROL, caching)], body)
}

fn tile_at(text: &str) -> Result<TilePath, Failure> {
    parse_tile_path(text).ok_or_else(|| Failure::record_not_found("tile", "?"))
}
