//! What statements are given: columns of many rows at once, each as an array.

use std::error::Error;

use bytes::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

/// A value for one place of a statement.
pub(super) type Value = Box<dyn ToSql + Sync + Send>;

/// A record's id.
#[derive(Clone, Copy, Debug)]
pub(super) struct Id(pub(super) [u8; 16]);

impl ToSql for Id {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        out.extend_from_slice(&self.0);
        Ok(IsNull::No)
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::UUID
    }

    to_sql_checked!();
}

impl<'row> FromSql<'row> for Id {
    fn from_sql(_: &Type, bytes: &'row [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(bytes.try_into()?))
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::UUID
    }
}

/// One column of many records.
pub(super) fn column<R, T>(records: &[R], value: impl FnMut(&R) -> T) -> Value
where
    Vec<T>: ToSql,
    T: Sync + Send + 'static,
{
    Box::new(records.iter().map(value).collect::<Vec<T>>())
}

/// A column of ids.
pub(super) fn ids<R>(records: &[R], mut id: impl FnMut(&R) -> [u8; 16]) -> Value {
    column(records, |record| Id(id(record)))
}

/// A column of ids that may be missing.
pub(super) fn optional_ids<R>(records: &[R], mut id: impl FnMut(&R) -> Option<[u8; 16]>) -> Value {
    column(records, |record| id(record).map(Id))
}

/// One value.
pub(super) fn one<T: ToSql + Sync + Send + 'static>(value: T) -> Value {
    Box::new(value)
}
