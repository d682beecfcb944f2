//! A script: statements that are sent at once and answered at once, in one round trip.

use std::borrow::Cow;

use warifu_core::record::Revision;

use super::value::{Value, one};

/// Statements with their values, in the order in which the server carries them out.
#[derive(Default)]
pub(super) struct Script {
    pub(super) steps: Vec<Step>,
}

/// A statement with its values. Its text is what it is prepared under.
pub(super) struct Step {
    pub(super) sql: Cow<'static, str>,
    pub(super) values: Vec<Value>,
}

impl Script {
    /// Adds a statement.
    pub(super) fn add(&mut self, sql: impl Into<Cow<'static, str>>, values: Vec<Value>) {
        self.steps.push(Step { sql: sql.into(), values });
    }

    /// Adds a statement that inserts `rows`, if there are any.
    pub(super) fn insert<R>(
        &mut self,
        sql: &'static str,
        rows: &[R],
        values: impl FnOnce(&[R]) -> Vec<Value>,
    ) {
        if !rows.is_empty() {
            self.add(sql, values(rows));
        }
    }

    /// Adds a statement that writes `rows`, if there are any. Its last value is how many they are: unless all are found as they were read, it fails.
    pub(super) fn update<R>(
        &mut self,
        sql: &'static str,
        rows: &[R],
        values: impl FnOnce(&[R]) -> Vec<Value>,
    ) {
        if !rows.is_empty() {
            let mut values = values(rows);
            values.push(one(rows.len() as i64));
            self.add(sql, values);
        }
    }
}

/// Records of one table, by what is done with them. Each list is in the order of a key: two transactions that write the same rows take them in the
/// same order, and never wait for each other in a circle.
pub(super) struct Rows<'record, R> {
    /// Those that are not stored yet.
    pub(super) new: Vec<&'record R>,
    /// Those that replace what is stored.
    pub(super) changed: Vec<&'record R>,
}

impl<'record, R> Rows<'record, R> {
    pub(super) fn of<K: Ord>(
        records: &[&'record R],
        revision: impl Fn(&R) -> Revision,
        key: impl Fn(&&'record R) -> K,
    ) -> Self {
        let mut sorted = records.to_vec();
        sorted.sort_by_key(key);
        let (new, changed) = sorted.into_iter().partition(|record| revision(record).is_new());
        Self { new, changed }
    }
}
