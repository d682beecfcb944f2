//! Writing: all of a group's changes as one script, whose transaction ends durable or leaves nothing.

use warifu_core::state::Record;
use warifu_service::port::{Changes, RegistryRecord};

use super::row::{
    activation, batch, device, event, imported_key, installation, licence, policy, product, reply, sku,
    staff, support_case,
};
use super::script::Script;
use super::{crowd, log};

/// Answers with the registry's new version.
pub(super) const REGISTRY_CHANGED: &str =
    "UPDATE warifu.registry SET version = version + 1 RETURNING version";

/// Adds what writes `changes`. Whatever the group, tables come in the same order and rows of a table in the order of their ids.
pub(super) fn write(script: &mut Script, changes: &Changes) {
    write_records(script, &changes.records);
    write_registry(script, &changes.registry);
    imported_key::write(script, &changes.imported);
    event::write(script, &changes.events);
    log::mark(script, &changes.events);
    reply::write(script, &changes.replies);
    support_case::write(script, &changes.cases);
}

fn write_records(script: &mut Script, records: &[Record]) {
    let (mut licences, mut devices, mut activations, mut installations) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for record in records {
        match record {
            Record::Licence(record) => licences.push(record),
            Record::Device(record) => devices.push(record),
            Record::Activation(record) => activations.push(record),
            Record::Installation(record) => installations.push(record),
        }
    }
    licence::write(script, &licences);
    device::write(script, &devices);
    activation::write(script, &activations);
    crowd::keep_up(script, records);
    installation::write(script, &installations);
}

fn write_registry(script: &mut Script, records: &[RegistryRecord]) {
    if records.is_empty() {
        return;
    }
    let (mut products, mut skus, mut policies, mut batches, mut members) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for record in records {
        match record {
            RegistryRecord::Product(record) => products.push(record),
            RegistryRecord::Sku(record) => skus.push(record),
            RegistryRecord::Policy(record) => policies.push(&**record),
            RegistryRecord::Batch(record) => batches.push(record),
            RegistryRecord::Staff(record) => members.push(record),
        }
    }
    script.add(REGISTRY_CHANGED, Vec::new());
    product::write(script, &products);
    sku::write(script, &skus);
    policy::write(script, &policies);
    batch::write(script, &batches);
    staff::write(script, &members);
}

/// How many licences and activations `changes` make.
pub(super) fn made(changes: &Changes) -> (i64, i64) {
    let count = |is: fn(&Record) -> bool| changes.records.iter().filter(|record| is(record)).count() as i64;
    (
        count(|record| matches!(record, Record::Licence(licence) if licence.revision.is_new())),
        count(|record| matches!(record, Record::Activation(activation) if activation.revision.is_new())),
    )
}
