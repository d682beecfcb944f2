//! One file for each table: its columns, how a row is read and how a record is written.

pub(super) mod activation;
pub(super) mod batch;
pub(super) mod device;
pub(super) mod event;
pub(super) mod imported_key;
pub(super) mod installation;
pub(super) mod licence;
pub(super) mod policy;
pub(super) mod product;
pub(super) mod reply;
pub(super) mod sku;
pub(super) mod staff;
pub(super) mod support_case;

use std::cell::RefCell;
use std::ops::Deref;

use rusqlite::{CachedStatement, Connection, Params, Row};
use warifu_core::record::Revision;

use super::trouble::{Result, Trouble};

/// A connection on which many rows are written in one transaction. Its statements are kept at hand: looking one up in the connection's cache, by a hash
/// of its text, costs a tenth of writing a row.
pub(super) struct Writing<'store> {
    connection: &'store Connection,
    statements: RefCell<Vec<(&'static str, CachedStatement<'store>)>>,
}

impl<'store> Writing<'store> {
    pub(super) const fn new(connection: &'store Connection) -> Self {
        Self { connection, statements: RefCell::new(Vec::new()) }
    }

    /// Runs a statement and says how many rows it changed.
    fn change(&self, sql: &'static str, params: impl Params) -> Result<usize> {
        let mut statements = self.statements.borrow_mut();
        // A transaction has few statements, and each is written down in one place of the program.
        let place = match statements.iter().position(|(known, _)| std::ptr::eq(*known, sql)) {
            Some(place) => place,
            None => {
                statements.push((sql, self.connection.prepare_cached(sql)?));
                statements.len() - 1
            }
        };
        Ok(statements[place].1.execute(params)?)
    }
}

impl Deref for Writing<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.connection
    }
}

/// Runs a statement that must change exactly one row; otherwise the row is not as it was when it was read.
pub(super) fn change_one(writing: &Writing<'_>, sql: &'static str, params: impl Params) -> Result<()> {
    match writing.change(sql, params)? {
        1 => Ok(()),
        _ => Err(Trouble::Conflict),
    }
}

/// The rows of a query.
pub(super) fn all<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    mut read: impl FnMut(&Row<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(row)?);
    }
    Ok(found)
}

/// The first row of a query, if it has one.
pub(super) fn first<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    read: impl FnOnce(&Row<'_>) -> Result<T>,
) -> Result<Option<T>> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    rows.next()?.map(read).transpose()
}

/// A revision as its column holds it.
const fn number(revision: Revision) -> i64 {
    revision.number().cast_signed()
}
