//! The record that a request of staff made or changed: from what was just decided, or, when the request is a repetition, read again.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::str::FromStr;
use std::sync::Arc;

use warifu_core::batch::Batch;
use warifu_core::catalogue::Failure;
use warifu_core::id::LicenceId;
use warifu_core::licence::Licence;
use warifu_core::policy::Policy;
use warifu_core::product::{Product, Sku};
use warifu_core::seat::Seat;
use warifu_core::staff::Staff;
use warifu_proto::wire::staff::activation::Activation;
use warifu_proto::wire::staff::list::List;
use warifu_service::group::Outcome;
use warifu_service::port::{Registry, RegistryRecord, Selector, Want};
use warifu_service::service::Service;

use crate::app::App;
use crate::problem::Problem;

/// The record, when the outcome carries it; else the subject of the earlier answer, read as its id.
fn record_or_id<T, Id: FromStr>(
    outcome: Outcome,
    pick: impl FnOnce(RegistryRecord) -> Option<T>,
) -> Result<Result<T, Id>, Failure> {
    match outcome {
        Outcome::Registry(record) => pick(*record).map(Ok).ok_or_else(unexpected),
        Outcome::Repeated(subject) => subject.parse().map(Err).map_err(|_| unexpected()),
        _ => Err(unexpected()),
    }
}

fn unexpected() -> Failure {
    tracing::error!("an act of staff had an outcome of another kind");
    Failure::service_unavailable()
}

pub(super) fn product(outcome: Outcome, registry: &Registry) -> Result<Product, Failure> {
    let made = record_or_id(outcome, |record| match record {
        RegistryRecord::Product(product) => Some(product),
        _ => None,
    })?;
    made.or_else(|id| {
        registry.products.get(&id).cloned().ok_or_else(|| Failure::record_not_found("product", id))
    })
}

pub(super) fn sku(outcome: Outcome, registry: &Registry) -> Result<Sku, Failure> {
    let made = record_or_id(outcome, |record| match record {
        RegistryRecord::Sku(sku) => Some(sku),
        _ => None,
    })?;
    made.or_else(|number: u16| {
        let found = warifu_core::key::SkuNumber::new(number).and_then(|number| registry.skus.get(&number));
        found.cloned().ok_or_else(|| Failure::record_not_found("sku", number))
    })
}

pub(super) fn policy(outcome: Outcome, registry: &Registry) -> Result<Policy, Failure> {
    let made = record_or_id(outcome, |record| match record {
        RegistryRecord::Policy(policy) => Some(*policy),
        _ => None,
    })?;
    made.or_else(|id| {
        let found = registry.policies.get(&id).map(|policy| Policy::clone(policy));
        found.ok_or_else(|| Failure::record_not_found("policy", id))
    })
}

pub(super) fn batch(outcome: Outcome, registry: &Registry) -> Result<Batch, Failure> {
    let made = record_or_id(outcome, |record| match record {
        RegistryRecord::Batch(batch) => Some(batch),
        _ => None,
    })?;
    made.or_else(|id| {
        registry.batches.get(&id).cloned().ok_or_else(|| Failure::record_not_found("batch", id))
    })
}

pub(super) fn staff(outcome: Outcome, registry: &Registry) -> Result<Staff, Failure> {
    let made = record_or_id(outcome, |record| match record {
        RegistryRecord::Staff(staff) => Some(staff),
        _ => None,
    })?;
    made.or_else(|id| {
        let found = registry.staff.iter().find(|staff| staff.id == id);
        found.cloned().ok_or_else(|| Failure::record_not_found("staff", id))
    })
}

pub(super) async fn licence(outcome: Outcome, app: &App) -> Result<Licence, Problem> {
    match outcome {
        Outcome::Licence(licence) => Ok(*licence),
        Outcome::Repeated(subject) => {
            let id = subject.parse().map_err(|_| unexpected())?;
            app.aside(move |service| read_licence(service, id)).await
        }
        _ => Err(unexpected().into()),
    }
}

/// A licence by its id. Waits for the disk.
pub(super) fn read_licence(service: &Service, id: LicenceId) -> Result<Licence, Problem> {
    let want = Want::Licence {
        selector: Selector::Id(id),
        installation: None,
        anchors: Vec::new(),
        activation: None,
    };
    let loaded = service.reads().load(&[want], service.now())?;
    let found = loaded.licences.into_iter().map(|found| found.licence).find(|licence| licence.id == id);
    Ok(found.ok_or_else(|| Failure::record_not_found("licence", id))?)
}

/// One page of seats as staff see them, under the rules that hold now.
pub(super) fn activation_list(
    service: &Service,
    seats: &[Seat],
    limit: u16,
) -> Result<List<Activation>, Problem> {
    let (registry, now) = (&service.snapshot().registry, service.now());
    let mut policies: HashMap<LicenceId, Arc<Policy>> = HashMap::new();
    let mut items = Vec::with_capacity(seats.len());
    for seat in seats {
        let licence = seat.activation.licence;
        if let Entry::Vacant(place) = policies.entry(licence) {
            let id = read_licence(service, licence)?.policy;
            let policy = registry.policies.get(&id).ok_or_else(|| Failure::record_not_found("policy", id))?;
            place.insert(policy.clone());
        }
        items.extend(policies.get(&licence).map(|policy| Activation::new(seat, policy, now)));
    }
    let full = seats.len() == usize::from(limit);
    let next = seats.last().filter(|_| full).map(|seat| seat.activation.id.to_string());
    Ok(List { items, next })
}
