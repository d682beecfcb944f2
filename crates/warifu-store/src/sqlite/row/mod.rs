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

use rusqlite::{Connection, Params, Row};
use warifu_core::record::Revision;

use super::trouble::{Result, Trouble};

/// Runs a statement that must change exactly one row; otherwise the row is not as it was when it was read.
pub(super) fn change_one(connection: &Connection, sql: &str, params: impl Params) -> Result<()> {
    match connection.prepare_cached(sql)?.execute(params)? {
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
