//! The rows that one real activation has written, and copies of them under other names: what fills a store, and what its rows alone cost.
//!
//! Columns are told apart by their values, so that this needs no second description of the schema: where a value is one of the activation's
//! names, a copy has a name of its own there.

use rusqlite::types::Value;
use rusqlite::{CachedStatement, Connection, params_from_iter};
use warifu_core::id::{ActivationId, DeviceId, EventId, IdempotencyKey, LeaseId, LicenceId};

use crate::drill::harness::seeded::Seeded;

use super::sql;

/// The tables that an activation writes to, with what leads to its rows.
const TABLES: [(&str, &str); 5] = [
    ("licence", "id = ?1"),
    ("device", "id IN (SELECT device FROM activation WHERE licence = ?1)"),
    ("activation", "licence = ?1"),
    ("installation", "licence = ?1"),
    ("event", "licence = ?1"),
];

/// The names that differ from one activation to the next.
#[derive(Clone, Debug)]
pub(super) struct Names {
    pub(super) licence: [u8; 16],
    pub(super) activation: [u8; 16],
    pub(super) device: [u8; 16],
    pub(super) installation: [u8; 32],
    pub(super) lease: [u8; 16],
    pub(super) request: [u8; 16],
    pub(super) event: [u8; 16],
    pub(super) key_number: i64,
}

impl Names {
    /// Names as the service would draw them at `millis`.
    pub(super) fn draw(millis: u64, key_number: u64, seeded: &mut Seeded) -> Self {
        Self {
            licence: *LicenceId::generate(millis, seeded).as_bytes(),
            activation: *ActivationId::generate(millis, seeded).as_bytes(),
            device: *DeviceId::generate(millis, seeded).as_bytes(),
            installation: seeded.bytes(),
            lease: *LeaseId::generate(millis, seeded).as_bytes(),
            request: *IdempotencyKey::from_bytes(seeded.bytes()).as_bytes(),
            event: *EventId::generate(millis, seeded).as_bytes(),
            key_number: key_number.cast_signed(),
        }
    }

    fn value(&self, part: Part) -> Value {
        let bytes: &[u8] = match part {
            Part::Licence => &self.licence,
            Part::Activation => &self.activation,
            Part::Device => &self.device,
            Part::Installation => &self.installation,
            Part::Lease => &self.lease,
            Part::Request => &self.request,
            Part::Event => &self.event,
            Part::KeyNumber => return Value::Integer(self.key_number),
        };
        Value::Blob(bytes.to_vec())
    }
}

#[derive(Clone, Copy)]
enum Part {
    Licence,
    Activation,
    Device,
    Installation,
    Lease,
    Request,
    Event,
    KeyNumber,
}

struct Rows {
    insert: String,
    /// For each row, its values; those that a copy has its own of are marked.
    rows: Vec<Vec<(Value, Option<Part>)>>,
}

/// The rows of one activation.
pub(super) struct Template(Vec<Rows>);

impl Template {
    /// Reads the rows of the activation of the licence with this key, which has one.
    pub(super) fn read(connection: &Connection, key_number: u64) -> Result<Self, String> {
        let names = names_of(connection, key_number.cast_signed())?;
        let tables = TABLES.iter().map(|(table, condition)| read_rows(connection, table, condition, &names));
        Ok(Self(tables.collect::<Result<_, _>>()?))
    }

    /// How many rows there are.
    pub(super) fn rows(&self) -> usize {
        self.0.iter().map(|table| table.rows.len()).sum()
    }

    /// The statements that write a copy.
    pub(super) fn writer<'connection>(
        &self,
        connection: &'connection Connection,
    ) -> Result<Writer<'_, 'connection>, String> {
        let statements =
            self.0.iter().map(|table| Ok((table, connection.prepare_cached(&table.insert).map_err(sql)?)));
        Ok(Writer(statements.collect::<Result<_, String>>()?))
    }
}

/// Writes copies.
pub(super) struct Writer<'template, 'connection>(Vec<(&'template Rows, CachedStatement<'connection>)>);

impl Writer<'_, '_> {
    /// Writes the rows under other names.
    pub(super) fn write(&mut self, names: &Names) -> Result<(), String> {
        for (table, statement) in &mut self.0 {
            for row in &table.rows {
                let values = row
                    .iter()
                    .map(|(value, part)| part.map_or_else(|| value.clone(), |part| names.value(part)));
                statement.execute(params_from_iter(values)).map_err(sql)?;
            }
        }
        Ok(())
    }
}

fn names_of(connection: &Connection, key_number: i64) -> Result<Names, String> {
    let query = "SELECT licence.id, activation.id, activation.device, installation.id, installation.lease, installation.request, event.id \
                 FROM licence, activation, installation, event WHERE licence.key_number = ?1 AND activation.licence = licence.id \
                 AND installation.activation = activation.id AND event.licence = licence.id";
    let names = connection.query_row(query, [key_number], |row| {
        Ok(Names {
            licence: row.get(0)?,
            activation: row.get(1)?,
            device: row.get(2)?,
            installation: row.get(3)?,
            lease: row.get(4)?,
            request: row.get(5)?,
            event: row.get(6)?,
            key_number,
        })
    });
    names.map_err(sql)
}

fn read_rows(connection: &Connection, table: &str, condition: &str, names: &Names) -> Result<Rows, String> {
    let query = format!("SELECT * FROM {table} WHERE {condition}");
    let mut statement = connection.prepare(&query).map_err(sql)?;
    let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let read = statement.query_map([names.licence], |row| {
        (0..columns.len()).map(|place| row.get::<_, Value>(place)).collect::<rusqlite::Result<Vec<_>>>()
    });
    let rows: Vec<Vec<Value>> = read.and_then(Iterator::collect).map_err(sql)?;
    let places = vec!["?"; columns.len()].join(", ");
    let insert = format!("INSERT INTO {table} ({}) VALUES ({places})", columns.join(", "));
    let marked = |value: Value| {
        let part = part_of(&value, names);
        (value, part)
    };
    Ok(Rows { insert, rows: rows.into_iter().map(|row| row.into_iter().map(marked).collect()).collect() })
}

fn part_of(value: &Value, names: &Names) -> Option<Part> {
    let parts = [
        Part::Licence,
        Part::Activation,
        Part::Device,
        Part::Installation,
        Part::Lease,
        Part::Request,
        Part::Event,
        Part::KeyNumber,
    ];
    parts.into_iter().find(|part| names.value(*part) == *value)
}
