//! A store filled with licences, each activated on a device, as if they had been activated long ago.
//!
//! The rows are copies of a real activation's, written by SQL while no service runs: through the service five million would take an hour. Every
//! fiftieth has an installation whose key is known, so that renewals and questions can be asked all over the store.

use std::ops::Range;

use rusqlite::Connection;
use warifu_core::id::{IdempotencyKey, LeaseId};
use warifu_core::key::{KeyFormat, KeyNumber, SerialPermutation, SkuNumber};

use crate::drill::harness::device::Device;
use crate::drill::harness::seeded::Seeded;

use super::copies::{Names, Template};
use super::sql;

/// One filled licence in so many can be spoken for, and all of the first ones, so that a small store has enough of them.
const STRIDE: u32 = 50;
const ALL_OF_FIRST: u32 = 10_000;
/// Rows of one transaction: large enough that its end costs nothing.
const PER_TRANSACTION: u32 = 50_000;
/// Indexes in the order of random values: kept up row by row they would take most of the time.
const RANDOM_INDEXES: [&str; 2] = ["licence_key", "installation_id"];
/// When the filled licences begin: 2025-01-01, one a second.
pub(super) const FILLED_FROM_MILLIS: u64 = 1_735_689_600_000;

/// A device of a filled licence that can be played.
pub(super) struct Known {
    pub(super) device: Device,
    pub(super) lease: LeaseId,
}

/// What a store is filled from.
pub(super) struct Filler {
    template: Template,
    serials: SerialPermutation,
    sku: SkuNumber,
    format: KeyFormat,
    /// The device whose activation is copied: all copies have its hardware.
    pattern: Device,
    filled: u32,
    known: Vec<(u64, LeaseId)>,
}

impl Filler {
    /// Copies the activation of `pattern` with the key `number`. Copies get the keys from offset 1 on.
    pub(super) fn new(
        connection: &Connection,
        pattern: Device,
        number: KeyNumber,
        serials: SerialPermutation,
    ) -> Result<Self, String> {
        let template = Template::read(connection, number.pack())?;
        Ok(Self {
            template,
            serials,
            sku: number.sku,
            format: number.format,
            pattern,
            filled: 0,
            known: Vec::new(),
        })
    }

    /// The rows that are copied.
    pub(super) const fn template(&self) -> &Template {
        &self.template
    }

    /// The number of the `offset`-th key.
    pub(super) fn number(&self, offset: u32) -> u64 {
        KeyNumber { format: self.format, sku: self.sku, serial: self.serials.serial(offset) }.pack()
    }

    /// Fills the store until `count` licences have been copied.
    pub(super) fn fill(&mut self, connection: &Connection, count: u32) -> Result<(), String> {
        let indexes = take_indexes(connection)?;
        connection.execute_batch("PRAGMA synchronous = OFF; PRAGMA cache_size = -262144;").map_err(sql)?;
        while self.filled < count {
            let end = count.min(self.filled + PER_TRANSACTION);
            connection.execute_batch("BEGIN IMMEDIATE").map_err(sql)?;
            let mut writer = self.template.writer(connection)?;
            for index in self.filled..end {
                let mut seeded = Seeded(u64::from(index) ^ 0x6669_6c6c);
                let millis = FILLED_FROM_MILLIS + u64::from(index) * 1000;
                let mut names = Names::draw(millis, self.number(index + 1), &mut seeded);
                if index % STRIDE == 0 || index < ALL_OF_FIRST {
                    let device = Device::new(seed(index))?;
                    names.installation = *device.key.installation().as_bytes();
                    self.known.push((seed(index), LeaseId::from_bytes(names.lease)));
                }
                writer.write(&names)?;
            }
            drop(writer);
            connection.execute_batch("COMMIT").map_err(sql)?;
            self.filled = end;
        }
        for index in indexes {
            connection.execute_batch(&index).map_err(sql)?;
        }
        connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA synchronous = FULL;").map_err(sql)
    }

    /// Which filled licences can be spoken for and lie evenly all over the store. The first ones lie so close together that a large store's would be
    /// found in memory more often than others.
    pub(super) fn known_all_over(&self) -> Range<usize> {
        let first = if self.filled >= 50 * ALL_OF_FIRST { ALL_OF_FIRST as usize } else { 0 };
        first..self.known.len()
    }

    /// The `place`-th device that can be played.
    pub(super) fn known(&self, place: usize) -> Result<Known, String> {
        let (seed, lease) = self.known[place];
        let device = Device { fingerprint: self.pattern.fingerprint, ..Device::new(seed)? };
        Ok(Known { device, lease })
    }

    /// The `place`-th device has renewed.
    pub(super) fn renewed(&mut self, place: usize, lease: LeaseId) {
        self.known[place].1 = lease;
    }
}

/// An attempt's name.
pub(super) fn attempt(seeded: &mut Seeded) -> IdempotencyKey {
    IdempotencyKey::from_bytes(seeded.bytes())
}

const fn seed(index: u32) -> u64 {
    0x6669_6c6c_0000_0000 | index as u64
}

/// Drops the indexes in random order and gives the statements that make them again.
fn take_indexes(connection: &Connection) -> Result<Vec<String>, String> {
    let mut statements = Vec::new();
    for name in RANDOM_INDEXES {
        let query = "SELECT sql FROM sqlite_schema WHERE type = 'index' AND name = ?1";
        statements.push(connection.query_row(query, [name], |row| row.get::<_, String>(0)).map_err(sql)?);
        connection.execute_batch(&format!("DROP INDEX {name}")).map_err(sql)?;
    }
    Ok(statements)
}
