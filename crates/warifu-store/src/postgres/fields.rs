//! A row's columns, read one after the other into the domain's types. Whatever does not fit is damage, named by table, row and column.
//!
//! Rows come as values of the type `record`, so that one statement can bring rows of several tables.

use std::error::Error;

use tokio_postgres::types::{FromSql, Type};
use warifu_core::record::Revision;
use warifu_core::text::{Name, Slug};
use warifu_core::time::Timestamp;

use super::trouble::{Result, Trouble};

/// A value of the type `record`, in its binary form: the number of columns, then for each its type, its length (-1 for none) and its bytes.
#[derive(Debug)]
pub(super) struct Record<'row> {
    columns: Vec<(u32, Option<&'row [u8]>)>,
}

impl<'row> FromSql<'row> for Record<'row> {
    fn from_sql(_: &Type, bytes: &'row [u8]) -> std::result::Result<Self, Box<dyn Error + Sync + Send>> {
        let (count, mut rest) = split_i32(bytes)?;
        let mut columns = Vec::with_capacity(usize::try_from(count)?.min(64));
        for _ in 0..count {
            let (oid, tail) = split_i32(rest)?;
            let (length, tail) = split_i32(tail)?;
            let (value, tail) = match usize::try_from(length) {
                Err(_) => (None, tail),
                Ok(length) => {
                    let (value, tail) = tail.split_at_checked(length).ok_or("a record that is cut")?;
                    (Some(value), tail)
                }
            };
            columns.push((oid.cast_unsigned(), value));
            rest = tail;
        }
        Ok(Self { columns })
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::RECORD
    }
}

fn split_i32(bytes: &[u8]) -> std::result::Result<(i32, &[u8]), &'static str> {
    let (number, rest) = bytes.split_first_chunk().ok_or("a record that is cut")?;
    Ok((i32::from_be_bytes(*number), rest))
}

/// Reads a row from left to right.
pub(super) struct Fields<'record, 'row> {
    record: &'record Record<'row>,
    table: &'static str,
    names: &'static [&'static str],
    first: usize,
    next: usize,
}

impl<'record, 'row> Fields<'record, 'row> {
    /// The columns `names` of `table` in `record`, which begin at `first` with the row's id.
    pub(super) const fn new(
        record: &'record Record<'row>,
        table: &'static str,
        names: &'static [&'static str],
        first: usize,
    ) -> Self {
        Self { record, table, names, first, next: first }
    }

    /// What is wrong with the column read last.
    pub(super) fn flaw(&self, why: &str) -> Trouble {
        let column = self.next.checked_sub(self.first + 1).and_then(|index| self.names.get(index));
        let id = self.record.columns.get(self.first).map_or_else(|| "?".to_owned(), spell);
        Trouble::Damaged(format!("{} {id}: {}: {why}", self.table, column.unwrap_or(&"?")))
    }

    fn value(&mut self) -> Result<(u32, Option<&'row [u8]>)> {
        let value = self.record.columns.get(self.next).copied();
        self.next += 1;
        value.ok_or_else(|| self.flaw("is not there"))
    }

    /// The bytes of a column of one type.
    fn of(&mut self, wanted: &Type, what: &str) -> Result<&'row [u8]> {
        match self.value()? {
            (oid, Some(bytes)) if oid == wanted.oid() => Ok(bytes),
            _ => Err(self.flaw(what)),
        }
    }

    /// A column that may hold nothing.
    pub(super) fn optional<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<Option<T>> {
        if let Some((_, None)) = self.record.columns.get(self.next) {
            self.next += 1;
            return Ok(None);
        }
        read(self).map(Some)
    }

    fn integer(&mut self) -> Result<i64> {
        let bytes = self.of(&Type::INT8, "not a number")?;
        bytes.try_into().map(i64::from_be_bytes).map_err(|_| self.flaw("not a number"))
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
        match self.of(&Type::BOOL, "neither yes nor no")? {
            [0] => Ok(false),
            [1] => Ok(true),
            _ => Err(self.flaw("neither yes nor no")),
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

    /// A record's id.
    pub(super) fn id(&mut self) -> Result<[u8; 16]> {
        self.of(&Type::UUID, "not an id")?.try_into().map_err(|_| self.flaw("not an id"))
    }

    /// A binary value of any length.
    pub(super) fn blob(&mut self) -> Result<&'row [u8]> {
        self.of(&Type::BYTEA, "not a binary value")
    }

    /// A binary value of `N` bytes.
    pub(super) fn bytes<const N: usize>(&mut self) -> Result<[u8; N]> {
        self.blob()?.try_into().map_err(|_| self.flaw("has the wrong length"))
    }

    /// A text.
    pub(super) fn text(&mut self) -> Result<&'row str> {
        let bytes = self.of(&Type::TEXT, "not a text")?;
        std::str::from_utf8(bytes).map_err(|_| self.flaw("not UTF-8"))
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
fn spell((oid, value): &(u32, Option<&[u8]>)) -> String {
    match value {
        Some(bytes) if *oid == Type::INT8.oid() => <[u8; 8]>::try_from(*bytes)
            .map_or_else(|_| "?".to_owned(), |bytes| i64::from_be_bytes(bytes).to_string()),
        Some(bytes) => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        None => "?".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(columns: &[(&Type, Option<&[u8]>)]) -> Vec<u8> {
        let mut bytes = (columns.len() as i32).to_be_bytes().to_vec();
        for (kind, value) in columns {
            bytes.extend(kind.oid().to_be_bytes());
            bytes.extend(value.map_or(-1, |value| value.len() as i32).to_be_bytes());
            bytes.extend(value.unwrap_or_default());
        }
        bytes
    }

    #[test]
    fn columns_are_read_in_order_and_what_does_not_fit_is_named() {
        let id = [7; 16];
        let columns = [
            (&Type::UUID, Some(&id[..])),
            (&Type::INT8, Some(&[0, 0, 0, 0, 0, 0, 1, 0])),
            (&Type::TEXT, None),
        ];
        let bytes = record(&columns);
        let record = Record::from_sql(&Type::RECORD, &bytes).unwrap();
        let mut fields = Fields::new(&record, "licence", &["id", "seats", "label"], 0);
        assert_eq!(fields.id().unwrap(), id);
        match fields.number::<u8>() {
            Err(Trouble::Damaged(detail)) => {
                assert_eq!(detail, format!("licence {}: seats: out of bounds", "07".repeat(16)));
            }
            other => unreachable!("{other:?}"),
        }
        assert!(fields.optional(Fields::name).unwrap().is_none());
        assert!(fields.flag().is_err(), "there are no more columns");
    }

    #[test]
    fn a_record_that_is_cut_anywhere_is_refused() {
        let bytes = record(&[(&Type::TEXT, Some(b"text")), (&Type::BOOL, Some(&[1]))]);
        for length in 0..bytes.len() {
            assert!(Record::from_sql(&Type::RECORD, &bytes[..length]).is_err(), "{length}");
        }
    }
}
