//! Writing: all of a group's changes in one transaction, which ends durable or leaves nothing.

use rusqlite::{Connection, TransactionBehavior};
use warifu_core::state::Record;
use warifu_service::port::{Changes, RegistryRecord};

use super::row::{
    Writing, activation, batch, device, event, imported_key, installation, licence, policy, product, reply,
    sku, staff, support_case,
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
    let writing = Writing::new(&transaction);
    write_records(&writing, &changes.records)?;
    for record in &changes.registry {
        match record {
            RegistryRecord::Product(record) => product::write(&writing, record)?,
            RegistryRecord::Sku(record) => sku::write(&writing, record)?,
            RegistryRecord::Policy(record) => policy::write(&writing, record)?,
            RegistryRecord::Batch(record) => batch::write(&writing, record)?,
            RegistryRecord::Staff(record) => staff::write(&writing, record)?,
        }
    }
    for key in &changes.imported {
        imported_key::write(&writing, key)?;
    }
    for entry in &changes.events {
        event::write(&writing, entry)?;
    }
    log::mark(&writing, &changes.events)?;
    reply::write(&writing, &changes.replies)?;
    support_case::write(&writing, &changes.cases)?;
    drop(writing);
    transaction.commit()?;
    Ok(())
}

fn write_records(writing: &Writing<'_>, records: &[Record]) -> Result<()> {
    let mut left = Vec::new();
    for record in records {
        match record {
            Record::Licence(record) => licence::write(writing, record)?,
            Record::Device(record) => device::write(writing, record)?,
            Record::Activation(record) => activation::write(writing, record)?,
            Record::Installation(record) => left.extend(installation::write(writing, record)?),
        }
    }
    crowd::keep_up(writing, records, &left)?;
    count(writing, records)
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
