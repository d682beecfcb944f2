//! One file for each table: its columns, how a row is read and how records are written.

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

use warifu_core::record::Revision;

/// The names of a table's columns as its rows are read, and the same as a part of a statement in which the table has the alias.
macro_rules! columns {
    ($alias:literal: $first:literal $(, $name:literal)* $(,)?) => {
        /// The columns, in the order in which a row is read.
        pub(in super::super) const COLUMNS: &[&str] = &[$first $(, $name)*];
        /// The columns in a statement.
        pub(in super::super) const LIST: &str = concat!($alias, ".", $first $(, ", ", $alias, ".", $name)*);
    };
}
use columns;

/// A revision as its column holds it.
const fn number(revision: Revision) -> i64 {
    revision.number().cast_signed()
}
