//! The verifiable log's tables: marks of what waits, places, tiles and the head.

use rusqlite::{Connection, Row, TransactionBehavior, params};
use warifu_core::event::Event;
use warifu_core::id::EventId;
use warifu_service::port::{LogAppend, LogHead, LogNumbers, LogPlace, LogTile, LogWaiting, SignedHead};

use super::fields::Fields;
use super::row::{Writing, all, change_one, event, first};
use super::trouble::{Result, Trouble};

/// Marks a commit's events as waiting. Part of the commit's transaction.
pub(super) fn mark(writing: &Writing<'_>, events: &[Event]) -> Result<()> {
    if events.is_empty() {
        return Ok(());
    }
    let mut ids = Vec::with_capacity(16 * events.len());
    for event in events {
        ids.extend_from_slice(event.id.as_bytes());
    }
    change_one(writing, "INSERT INTO log_waiting (events) VALUES (?1)", [ids])
}

/// Writes an append in a transaction of its own.
pub(super) fn append(connection: &mut Connection, append: &LogAppend) -> Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let writing = Writing::new(&transaction);
    let head = &append.head;
    let (checkpoint, certificate) = match &head.signed {
        Some(signed) => (Some(&signed.checkpoint), Some(&signed.certificate)),
        None => (None, None),
    };
    change_one(
        &writing,
        "UPDATE log_head SET size = ?2, root = ?3, checkpoint = ?4, certificate = ?5, at = ?6 WHERE size = ?1",
        params![
            number(append.follows),
            number(head.size),
            head.root,
            checkpoint,
            certificate,
            head.at.seconds()
        ],
    )?;
    for &mark in &append.marks {
        change_one(&writing, "DELETE FROM log_waiting WHERE mark = ?1", [number(mark)])?;
    }
    for (place, event) in (append.follows..).zip(&append.events) {
        change_one(
            &writing,
            "INSERT INTO log_place (place, event) VALUES (?1, ?2)",
            params![number(place), event.as_bytes()],
        )?;
    }
    for tile in &append.tiles {
        change_one(
            &writing,
            "INSERT INTO log_tile (level, place, hashes) VALUES (?1, ?2, ?3) \
             ON CONFLICT (level, place) DO UPDATE SET hashes = excluded.hashes",
            params![tile.level, number(tile.index), tile.hashes],
        )?;
    }
    drop(writing);
    transaction.commit()?;
    Ok(())
}

/// The head.
pub(super) fn head(connection: &Connection) -> Result<LogHead> {
    let sql = "SELECT rowid, size, root, checkpoint, certificate, at FROM log_head";
    let found = first(connection, sql, [], |row| {
        let mut fields = Fields::new(row, "log_head", 1);
        let (size, root) = (fields.number()?, fields.bytes()?);
        let checkpoint = fields.optional(|fields| Ok(fields.text()?.to_owned()))?;
        let certificate = fields.optional(|fields| Ok(fields.text()?.to_owned()))?;
        let signed = checkpoint
            .zip(certificate)
            .map(|(checkpoint, certificate)| SignedHead { checkpoint, certificate });
        Ok(LogHead { size, root, signed, at: fields.time()? })
    })?;
    found.ok_or_else(|| Trouble::Damaged("log_head: empty".to_owned()))
}

/// What waits, seen at one moment by the caller's view.
pub(super) fn waiting(connection: &Connection, limit: u16) -> Result<LogWaiting> {
    let head = head(connection)?;
    let mut edge = Vec::new();
    for level in 0..8_u8 {
        let index = head.size.checked_shr(8 * (u32::from(level) + 1)).unwrap_or(0);
        if let Some(hashes) = tile(connection, level, index)? {
            edge.push(LogTile { level, index, hashes });
        }
    }
    let (mut marks, mut ids) = (Vec::new(), Vec::new());
    let mut statement = connection.prepare_cached("SELECT mark, events FROM log_waiting ORDER BY mark")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let mut fields = Fields::new(row, "log_waiting", 0);
        let (mark, events) = (fields.number()?, marked(&mut fields)?);
        if !marks.is_empty() && ids.len() + events.len() > usize::from(limit) {
            break;
        }
        marks.push(mark);
        ids.extend(events);
    }
    drop(rows);
    let events = ids.into_iter().map(|id| Ok((id, event::one(connection, id)?))).collect::<Result<_>>()?;
    Ok(LogWaiting { head, edge, marks, events })
}

/// The events that a mark names.
fn marked(fields: &mut Fields<'_>) -> Result<Vec<EventId>> {
    match fields.blob()?.as_chunks::<16>() {
        (ids @ [_, ..], []) => Ok(ids.iter().copied().map(EventId::from_bytes).collect()),
        _ => Err(fields.flaw("not a list of ids")),
    }
}

/// A tile's hashes.
pub(super) fn tile(connection: &Connection, level: u8, index: u64) -> Result<Option<Vec<u8>>> {
    let sql = "SELECT place, hashes FROM log_tile WHERE level = ?1 AND place = ?2";
    first(connection, sql, params![level, number(index)], |row| {
        let mut fields = Fields::new(row, "log_tile", 0);
        let _: u64 = fields.number()?;
        Ok(fields.blob()?.to_vec())
    })
}

/// The places from `from` on, seen at one moment by the caller's view.
pub(super) fn places(connection: &Connection, from: u64, limit: u16) -> Result<Vec<LogPlace>> {
    let sql = "SELECT place, event FROM log_place WHERE place >= ?1 ORDER BY place LIMIT ?2";
    let ids = all(connection, sql, params![number(from), limit.clamp(1, 256)], |row: &Row<'_>| {
        let mut fields = Fields::new(row, "log_place", 0);
        let place: u64 = fields.number()?;
        Ok((place, EventId::from_bytes(fields.bytes()?)))
    })?;
    // A place that is missing must not let the later ones slip forward.
    let in_order =
        ids.into_iter().zip(from..).map_while(|((place, id), expected)| (expected == place).then_some(id));
    in_order.map(|id| Ok(LogPlace { id, event: event::one(connection, id)? })).collect()
}

/// The place of each of these events, as far as it has one.
pub(super) fn indices(connection: &Connection, events: &[EventId]) -> Result<Vec<Option<u64>>> {
    let find = |id: &EventId| {
        first(connection, "SELECT event, place FROM log_place WHERE event = ?1", [id.as_bytes()], |row| {
            let mut fields = Fields::new(row, "log_place", 0);
            let _: [u8; 16] = fields.bytes()?;
            fields.number()
        })
    };
    events.iter().map(find).collect()
}

/// How the log stands.
pub(super) fn numbers(connection: &Connection) -> Result<LogNumbers> {
    let sql = "SELECT mark, events FROM log_waiting ORDER BY mark LIMIT 1";
    let oldest = first(connection, sql, [], |row| {
        let mut fields = Fields::new(row, "log_waiting", 0);
        let _: u64 = fields.number()?;
        marked(&mut fields)
    })?;
    Ok(LogNumbers {
        size: head(connection)?.size,
        oldest_waiting: oldest.and_then(|ids| ids.first().copied()),
    })
}

/// A size, place or mark as its column holds it. What lies beyond is asked for by strangers only, and nothing is there.
fn number(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
