//! One moment's view of the store: several statements that see the same state.

use std::ops::Deref;

use rusqlite::Connection;

use super::trouble::Result;

/// A transaction that only reads. Its statements are kept prepared: for a look at one licence, planning `BEGIN` anew would cost as much as finding
/// the row.
pub(super) struct View<'store>(&'store Connection);

impl<'store> View<'store> {
    pub(super) fn begin(connection: &'store Connection) -> Result<Self> {
        connection.prepare_cached("BEGIN DEFERRED")?.execute([])?;
        Ok(Self(connection))
    }
}

impl Deref for View<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.0
    }
}

impl Drop for View<'_> {
    fn drop(&mut self) {
        // After some errors SQLite has ended the transaction by itself. Nothing was written, so nothing can be lost here.
        if !self.0.is_autocommit() {
            let _ = self.0.prepare_cached("ROLLBACK").and_then(|mut statement| statement.execute([]));
        }
    }
}
