//! Writing: all of a group's changes in one transaction, which ends durable or leaves nothing.

use rusqlite::{Connection, TransactionBehavior};
use warifu_core::state::Record;
use warifu_service::port::{Changes, RegistryRecord};

use super::row::{
    activation, batch, device, event, imported_key, installation, licence, policy, product, reply, sku,
    staff, support_case,
};
use super::trouble::Result;
use super::{crowd, log};

/// Writes `changes`. With `synchronous=FULL` the commit returns when they are on the disk.
pub(super) fn commit(connection: &mut Connection, changes: &Changes) -> Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    // Dropped without a commit, the transaction is rolled back.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    write_records(&transaction, &changes.records)?;
    for record in &changes.registry {
        match record {
            RegistryRecord::Product(record) => product::write(&transaction, record)?,
            RegistryRecord::Sku(record) => sku::write(&transaction, record)?,
            RegistryRecord::Policy(record) => policy::write(&transaction, record)?,
            RegistryRecord::Batch(record) => batch::write(&transaction, record)?,
            RegistryRecord::Staff(record) => staff::write(&transaction, record)?,
        }
    }
    for key in &changes.imported {
        imported_key::write(&transaction, key)?;
    }
    for entry in &changes.events {
        event::write(&transaction, entry)?;
    }
    log::mark(&transaction, &changes.events)?;
    reply::write(&transaction, &changes.replies)?;
    support_case::write(&transaction, &changes.cases)?;
    transaction.commit()?;
    Ok(())
}

fn write_records(connection: &Connection, records: &[Record]) -> Result<()> {
    let mut left = Vec::new();
    for record in records {
        match record {
            Record::Licence(record) => licence::write(connection, record)?,
            Record::Device(record) => device::write(connection, record)?,
            Record::Activation(record) => activation::write(connection, record)?,
            Record::Installation(record) => left.extend(installation::write(connection, record)?),
        }
    }
    crowd::keep_up(connection, records, &left)?;
    count(connection, records)
}

/// Keeps count of the large tables' rows.
fn count(connection: &Connection, records: &[Record]) -> Result<()> {
    let count = |is: fn(&Record) -> bool| records.iter().filter(|record| is(record)).count() as i64;
    let licences = count(|record| matches!(record, Record::Licence(licence) if licence.revision.is_new()));
    let activations =
        count(|record| matches!(record, Record::Activation(activation) if activation.revision.is_new()));
    if licences + activations > 0 {
        let sql = "UPDATE tally SET licences = licences + ?1, activations = activations + ?2";
        connection.prepare_cached(sql)?.execute([licences, activations])?;
    }
    Ok(())
}
