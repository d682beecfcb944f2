//! A row's columns, read one after the other into the domain's types. Whatever does not fit is damage, named by table, row and column.

use rusqlite::Row;
use rusqlite::types::ValueRef;
use warifu_core::record::Revision;
use warifu_core::text::{Name, Slug};
use warifu_core::time::Timestamp;

use super::trouble::{Result, Trouble};

/// Reads a row from left to right.
pub(super) struct Fields<'row> {
    row: &'row Row<'row>,
    table: &'static str,
    first: usize,
    next: usize,
}

impl<'row> Fields<'row> {
    /// The columns of `table` in `row`, which begin at `first` with the row's id.
    pub(super) fn new(row: &'row Row<'row>, table: &'static str, first: usize) -> Self {
        Self { row, table, first, next: first }
    }

    /// What is wrong with the column read last.
    pub(super) fn flaw(&self, why: &str) -> Trouble {
        let column = self.next.checked_sub(1).and_then(|index| self.row.as_ref().column_name(index).ok());
        let id = self.row.get_ref(self.first).map_or_else(|_| "?".to_owned(), spell);
        Trouble::Damaged(format!("{} {id}: {}: {why}", self.table, column.unwrap_or("?")))
    }

    fn value(&mut self) -> Result<ValueRef<'row>> {
        let value = self.row.get_ref(self.next)?;
        self.next += 1;
        Ok(value)
    }

    /// A column that may hold nothing.
    pub(super) fn optional<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<Option<T>> {
        if self.row.get_ref(self.next)? == ValueRef::Null {
            self.next += 1;
            return Ok(None);
        }
        read(self).map(Some)
    }

    fn integer(&mut self) -> Result<i64> {
        match self.value()? {
            ValueRef::Integer(value) => Ok(value),
            _ => Err(self.flaw("not a number")),
        }
    }

    /// A number in the bounds of its type.
    pub(super) fn number<T: TryFrom<i64>>(&mut self) -> Result<T> {
        let value = self.integer()?;
        T::try_from(value).map_err(|_| self.flaw("out of bounds"))
    }

    /// Any 64 bits.
    pub(super) fn bits(&mut self) -> Result<u64> {
        self.integer().map(i64::cast_unsigned)
    }

    /// Yes or no.
    pub(super) fn flag(&mut self) -> Result<bool> {
        match self.integer()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(self.flaw("neither 0 nor 1")),
        }
    }

    /// An instant.
    pub(super) fn time(&mut self) -> Result<Timestamp> {
        let seconds = self.integer()?;
        let time = Timestamp::from_seconds(seconds);
        if time.seconds() == seconds { Ok(time) } else { Err(self.flaw("not an instant from 1970 to 9999")) }
    }

    /// A stored record's revision.
    pub(super) fn revision(&mut self) -> Result<Revision> {
        match self.integer()? {
            number @ 1.. => Ok(Revision::from_number(number.cast_unsigned())),
            _ => Err(self.flaw("not a revision")),
        }
    }

    /// A binary value of any length.
    pub(super) fn blob(&mut self) -> Result<&'row [u8]> {
        match self.value()? {
            ValueRef::Blob(bytes) => Ok(bytes),
            _ => Err(self.flaw("not a binary value")),
        }
    }

    /// A binary value of `N` bytes.
    pub(super) fn bytes<const N: usize>(&mut self) -> Result<[u8; N]> {
        self.blob()?.try_into().map_err(|_| self.flaw("has the wrong length"))
    }

    /// A text.
    pub(super) fn text(&mut self) -> Result<&'row str> {
        match self.value()? {
            ValueRef::Text(bytes) => std::str::from_utf8(bytes).map_err(|_| self.flaw("not UTF-8")),
            _ => Err(self.flaw("not a text")),
        }
    }

    /// A text that `parse` knows.
    pub(super) fn known<T>(&mut self, parse: impl FnOnce(&str) -> Option<T>) -> Result<T> {
        let text = self.text()?;
        parse(text).ok_or_else(|| self.flaw("has a value that this version does not know"))
    }

    /// A name.
    pub(super) fn name(&mut self) -> Result<Name> {
        self.known(|text| Name::new(text).ok())
    }

    /// A code.
    pub(super) fn slug(&mut self) -> Result<Slug> {
        self.known(|text| Slug::new(text).ok())
    }
}

/// A row's id as people write it: hexadecimal, or the number.
fn spell(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Blob(bytes) => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        ValueRef::Integer(number) => number.to_string(),
        _ => "?".to_owned(),
    }
}
