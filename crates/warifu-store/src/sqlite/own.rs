//! What an installation leads to: its licence, its seat and its device, found in one statement. A device that asks how it stands needs these rows
//! and no others, and several statements would cost more than the rows.

use std::sync::LazyLock;

use rusqlite::{Connection, Row};
use warifu_core::id::InstallationId;
use warifu_core::licence::Licence;
use warifu_core::seat::Installation;
use warifu_service::port::OwnSeat;

use super::row::{activation, first, installation, licence};
use super::trouble::{Result, Trouble};

/// An installation with its licence, and whether the licence's seats stand in `crowded_seat`.
static WITH_LICENCE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {}, {} FROM installation i LEFT JOIN licence l ON l.id = i.licence WHERE i.id = ?1",
        of(installation::COLUMNS, "i"),
        of(licence::COLUMNS, "l")
    )
});

/// The same with the activation and the device.
static WITH_SEAT: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {}, {}, {} FROM installation i LEFT JOIN licence l ON l.id = i.licence \
         LEFT JOIN activation a ON a.licence = i.licence AND a.id = i.activation LEFT JOIN device d ON d.id = a.device WHERE i.id = ?1",
        of(installation::COLUMNS, "i"),
        of(licence::COLUMNS, "l"),
        activation::COLUMNS
    )
});

/// Columns as those of `table`.
fn of(columns: &str, table: &str) -> String {
    columns.split(", ").map(|column| format!("{table}.{column}")).collect::<Vec<_>>().join(", ")
}

fn count(columns: &str) -> usize {
    columns.split(", ").count()
}

/// Where the licence's columns and the activation's begin.
static PLACES: LazyLock<(usize, usize)> = LazyLock::new(|| {
    let licence = count(installation::COLUMNS);
    (licence, licence + count(licence::COLUMNS))
});

/// The installation with its licence, and whether the licence's seats stand in `crowded_seat`.
pub(super) fn with_licence(
    connection: &Connection,
    id: InstallationId,
) -> Result<Option<(Installation, Licence, bool)>> {
    first(connection, &WITH_LICENCE, [id.as_bytes()], read)
}

/// The installation with its licence and its seat.
pub(super) fn seat(connection: &Connection, id: InstallationId) -> Result<Option<OwnSeat>> {
    first(connection, &WITH_SEAT, [id.as_bytes()], |row| {
        let (installation, licence, _) = read(row)?;
        let at = PLACES.1;
        let seat = match row.get_ref(at)? {
            rusqlite::types::ValueRef::Null => None,
            _ => Some(activation::read_at(row, at)?),
        };
        Ok(OwnSeat { installation, licence, seat })
    })
}

fn read(row: &Row<'_>) -> Result<(Installation, Licence, bool)> {
    let installation = installation::read_at(row, 0)?;
    let at = PLACES.0;
    if row.get_ref(at)? == rusqlite::types::ValueRef::Null {
        let Installation { id, licence, .. } = &installation;
        return Err(Trouble::Damaged(format!("licence {licence}: missing, but installation {id} names it")));
    }
    let (licence, crowded) = licence::read_at(row, at)?;
    Ok((installation, licence, crowded))
}
