//! The verifiable log's tables: marks of what waits, places, tiles and the head.

use std::collections::HashMap;

use tokio_postgres::Row;
use warifu_core::event::Event;
use warifu_core::id::EventId;
use warifu_service::port::{LogAppend, LogHead, LogNumbers, LogPlace, LogTile, LogWaiting, SignedHead};

use super::fields::{Fields, Record};
use super::row::event;
use super::script::{Script, Step};
use super::trouble::{Result, Trouble};
use super::value::{Id, column, ids, one};

const MARK: &str = "INSERT INTO warifu.log_waiting (events) VALUES ($1::uuid[])";

/// Marks a commit's events as waiting. Part of the commit's transaction.
pub(super) fn mark(script: &mut Script, events: &[Event]) {
    if !events.is_empty() {
        script.add(MARK, vec![ids(events, |event| *event.id.as_bytes())]);
    }
}

const MOVE: &str = "WITH written AS (UPDATE warifu.log_head SET size = $2, root = $3, checkpoint = $4, certificate = $5, at = $6 \
    WHERE size = $1 RETURNING 1) SELECT warifu.expect(count(*), 1, 'WF001') FROM written";
const UNMARK: &str = "WITH written AS (DELETE FROM warifu.log_waiting WHERE mark = ANY ($1::int8[]) RETURNING 1) \
    SELECT warifu.expect(count(*), $2, 'WF001') FROM written";
const PLACE: &str =
    "INSERT INTO warifu.log_place (place, event) SELECT * FROM unnest($1::int8[], $2::uuid[])";
const TILE: &str = "INSERT INTO warifu.log_tile (level, place, hashes) SELECT * FROM unnest($1::int8[], $2::int8[], $3::bytea[]) \
    ON CONFLICT (level, place) DO UPDATE SET hashes = excluded.hashes";

/// Adds what writes an append.
pub(super) fn append(script: &mut Script, append: &LogAppend) {
    let head = &append.head;
    let signed =
        |part: fn(&SignedHead) -> &String| one(head.signed.as_ref().map(|signed| part(signed).clone()));
    script.add(
        MOVE,
        vec![
            one(number(append.follows)),
            one(number(head.size)),
            one(head.root.to_vec()),
            signed(|signed| &signed.checkpoint),
            signed(|signed| &signed.certificate),
            one(head.at.seconds()),
        ],
    );
    script.update(UNMARK, &append.marks, |marks| vec![column(marks, |mark| number(*mark))]);
    let placed: Vec<(u64, &EventId)> = (append.follows..).zip(&append.events).collect();
    script.insert(PLACE, &placed, |placed| {
        vec![column(placed, |(place, _)| number(*place)), ids(placed, |(_, event)| *event.as_bytes())]
    });
    script.insert(TILE, &append.tiles, |tiles| {
        vec![
            column(tiles, |tile| i64::from(tile.level)),
            column(tiles, |tile| number(tile.index)),
            column(tiles, |tile| tile.hashes.clone()),
        ]
    });
}

fn step(sql: impl Into<std::borrow::Cow<'static, str>>, values: Vec<super::value::Value>) -> Step {
    Step { sql: sql.into(), values }
}

/// Asks for the head.
pub(super) fn head() -> Step {
    step(
        "SELECT ROW(h.one, h.size, h.root, h.checkpoint, h.certificate, h.at) FROM warifu.log_head h",
        Vec::new(),
    )
}

/// The answer to [`head`].
pub(super) fn read_head(rows: Option<&Vec<Row>>) -> Result<LogHead> {
    const COLUMNS: &[&str] = &["one", "size", "root", "checkpoint", "certificate", "at"];
    let row = rows.and_then(|rows| rows.first());
    let record: Record<'_> = row.ok_or_else(|| Trouble::Damaged("log_head: empty".to_owned()))?.try_get(0)?;
    let mut fields = Fields::new(&record, "log_head", COLUMNS, 0);
    fields.flag()?;
    let (size, root) = (fields.number()?, fields.bytes()?);
    let checkpoint = fields.optional(|fields| Ok(fields.text()?.to_owned()))?;
    let certificate = fields.optional(|fields| Ok(fields.text()?.to_owned()))?;
    let signed =
        checkpoint.zip(certificate).map(|(checkpoint, certificate)| SignedHead { checkpoint, certificate });
    Ok(LogHead { size, root, signed, at: fields.time()? })
}

const WAITING: &str = "SELECT mark, events FROM ( \
      SELECT mark, events, sum(cardinality(events)) OVER (ORDER BY mark) AS total, row_number() OVER (ORDER BY mark) AS number \
      FROM (SELECT mark, events FROM warifu.log_waiting ORDER BY mark LIMIT $1::int8) first) bounded \
    WHERE total <= $1::int8 OR number = 1";

/// Asks for what waits.
pub(super) fn waiting(limit: u16) -> Vec<Step> {
    // A level's partial tile lies at the size divided by what one tile of the level covers.
    let edge = "SELECT t.level, t.place, t.hashes FROM warifu.log_head h CROSS JOIN generate_series(0, 7) AS s(level) \
        JOIN warifu.log_tile t ON t.level = s.level AND t.place = CASE WHEN s.level < 7 THEN h.size >> (8 * (s.level + 1)) ELSE 0 END \
        ORDER BY t.level";
    let events = format!(
        "SELECT ROW({}) FROM ({WAITING}) w CROSS JOIN LATERAL unnest(w.events) AS n(id) JOIN warifu.event e ON e.id = n.id",
        event::LIST
    );
    let limit = || vec![one(i64::from(limit.max(1)))];
    vec![
        head(),
        step(edge, Vec::new()),
        step(format!("{WAITING} ORDER BY mark"), limit()),
        step(events, limit()),
    ]
}

/// The answers to [`waiting`].
pub(super) fn read_waiting(answers: &[Vec<Row>]) -> Result<LogWaiting> {
    let head = read_head(answers.first())?;
    let mut edge = Vec::new();
    for row in answers.get(1).into_iter().flatten() {
        let (level, index): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
        let level =
            u8::try_from(level).map_err(|_| Trouble::Damaged(format!("log_tile {level}: no level")))?;
        edge.push(LogTile { level, index: index.cast_unsigned(), hashes: row.try_get(2)? });
    }
    let mut known: HashMap<EventId, Event> = HashMap::new();
    for row in answers.get(3).into_iter().flatten() {
        let found = event::read(&row.try_get(0)?)?;
        known.insert(found.id, found);
    }
    let (mut marks, mut events) = (Vec::new(), Vec::new());
    for row in answers.get(2).into_iter().flatten() {
        marks.push(row.try_get::<_, i64>(0)?.cast_unsigned());
        let named: Vec<Id> = row.try_get(1)?;
        events.extend(
            named.into_iter().map(|id| EventId::from_bytes(id.0)).map(|id| (id, known.get(&id).cloned())),
        );
    }
    Ok(LogWaiting { head, edge, marks, events })
}

/// Asks for a tile's hashes.
pub(super) fn tile(level: u8, index: u64) -> Step {
    let sql = "SELECT hashes FROM warifu.log_tile WHERE level = $1 AND place = $2";
    step(sql, vec![one(i64::from(level)), one(number(index))])
}

/// The answer to [`tile`].
pub(super) fn read_tile(rows: Option<&Vec<Row>>) -> Result<Option<Vec<u8>>> {
    Ok(rows.and_then(|rows| rows.first()).map(|row| row.try_get(0)).transpose()?)
}

/// Asks for the places from `from` on.
pub(super) fn places(from: u64, limit: u16) -> Step {
    let sql = format!(
        "SELECT p.place, p.event, CASE WHEN e.id IS NOT NULL THEN ROW({}) END FROM \
         (SELECT place, event FROM warifu.log_place WHERE place >= $1 ORDER BY place LIMIT $2) p \
         LEFT JOIN warifu.event e ON e.id = p.event ORDER BY p.place",
        event::LIST
    );
    step(sql, vec![one(number(from)), one(i64::from(limit.clamp(1, 256)))])
}

/// The answer to [`places`]. A place that is missing must not let the later ones slip forward.
pub(super) fn read_places(rows: Option<&Vec<Row>>, from: u64) -> Result<Vec<LogPlace>> {
    let mut found = Vec::new();
    for (row, expected) in rows.into_iter().flatten().zip(from..) {
        if row.try_get::<_, i64>(0)?.cast_unsigned() != expected {
            break;
        }
        let id: Id = row.try_get(1)?;
        let event: Option<Record<'_>> = row.try_get(2)?;
        let event = event.map(|record| event::read(&record)).transpose()?;
        found.push(LogPlace { id: EventId::from_bytes(id.0), event });
    }
    Ok(found)
}

/// Asks for the place of each of these events.
pub(super) fn indices(events: &[EventId]) -> Step {
    let sql =
        "SELECT p.event, p.place FROM unnest($1::uuid[]) AS n(id) JOIN warifu.log_place p ON p.event = n.id";
    step(sql, vec![ids(events, |event| *event.as_bytes())])
}

/// The answer to [`indices`].
pub(super) fn read_indices(rows: Option<&Vec<Row>>, events: &[EventId]) -> Result<Vec<Option<u64>>> {
    let mut places: HashMap<EventId, u64> = HashMap::new();
    for row in rows.into_iter().flatten() {
        let event: Id = row.try_get(0)?;
        places.insert(EventId::from_bytes(event.0), row.try_get::<_, i64>(1)?.cast_unsigned());
    }
    Ok(events.iter().map(|event| places.get(event).copied()).collect())
}

/// Asks how the log stands.
pub(super) fn numbers() -> Vec<Step> {
    vec![head(), step("SELECT events[1] FROM warifu.log_waiting ORDER BY mark LIMIT 1", Vec::new())]
}

/// The answers to [`numbers`].
pub(super) fn read_numbers(answers: &[Vec<Row>]) -> Result<LogNumbers> {
    let oldest: Option<Id> =
        answers.get(1).and_then(|rows| rows.first()).map(|row| row.try_get(0)).transpose()?;
    Ok(LogNumbers {
        size: read_head(answers.first())?.size,
        oldest_waiting: oldest.map(|id| EventId::from_bytes(id.0)),
    })
}

/// A size, place or mark as its column holds it. What lies beyond is asked for by strangers only, and nothing is there.
fn number(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
