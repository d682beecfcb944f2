//! What an installation leads to: its licence, its seat and its device, in one narrow statement. A device that asks how it stands needs these rows and
//! no others; the statement that loads for decisions would cost several times as much.

use std::sync::LazyLock;

use tokio_postgres::Row;
use warifu_core::id::InstallationId;
use warifu_service::port::OwnSeat;

use super::fields::Record;
use super::row::{activation, device, installation, licence};
use super::script::Step;
use super::trouble::{Result, Trouble};
use super::value::one;

static SEAT: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT ROW({}), CASE WHEN l.id IS NOT NULL THEN ROW({}) END, CASE WHEN a.id IS NOT NULL THEN ROW({}, {}) END \
         FROM warifu.installation i LEFT JOIN warifu.licence l ON l.id = i.licence \
         LEFT JOIN warifu.activation a ON a.licence = i.licence AND a.id = i.activation LEFT JOIN warifu.device d ON d.id = a.device \
         WHERE i.id = $1",
        installation::LIST,
        licence::LIST,
        activation::LIST,
        device::LIST,
    )
});

/// The statement that brings it.
pub(super) fn statement(id: InstallationId) -> Step {
    Step { sql: SEAT.as_str().into(), values: vec![one(id.as_bytes().to_vec())] }
}

/// Puts its row together.
pub(super) fn read(row: &Row) -> Result<OwnSeat> {
    let installation = installation::read(&row.try_get(0)?)?;
    let Some(licence) = row.try_get::<_, Option<Record<'_>>>(1)? else {
        let (id, licence) = (installation.id, installation.licence);
        return Err(Trouble::Damaged(format!("licence {licence}: missing, but installation {id} names it")));
    };
    let (licence, _) = licence::read(&licence)?;
    let seat =
        row.try_get::<_, Option<Record<'_>>>(2)?.map(|record| activation::read(&record)).transpose()?;
    Ok(OwnSeat { installation, licence, seat })
}
