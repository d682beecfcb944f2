//! What staff do to the registry, to licences that do not exist yet, and to keys of other formats.

use warifu_core::batch::{Batch, ImportedKeyRecord};
use warifu_core::catalogue::Failure;
use warifu_core::decide::FreshIds;
use warifu_core::event::{Action, Actor, Event, Subject};
use warifu_core::id::{BatchId, LicenceId, PolicyId, ProductId, StaffId};
use warifu_core::key::{ImportedKeyHash, KeyFormat, SkuNumber};
use warifu_core::licence::{Licence, Origin};
use warifu_core::policy::Policy;
use warifu_core::product::{Product, Sku};
use warifu_core::record::Revision;
use warifu_core::staff::{Role, Staff, TokenHash};
use warifu_core::text::{Name, Slug};
use warifu_core::time::Timestamp;

use crate::group::Outcome;
use crate::port::{Registry, RegistryRecord};

/// The most keys that are taken over in one request.
pub const IMPORT_MAX: usize = 10_000;

/// An act of staff on the registry. Ids are drawn by the caller.
#[derive(Clone, Debug)]
pub enum RegistryAct {
    /// Add a product.
    CreateProduct {
        /// Its id.
        id: ProductId,
        /// Its code.
        code: Slug,
        /// Its name.
        name: Name,
    },
    /// Add a SKU.
    CreateSku {
        /// Its number, or none for the next free one.
        number: Option<SkuNumber>,
        /// Its product.
        product: ProductId,
        /// The edition's code.
        edition: Slug,
        /// The edition's name.
        name: Name,
        /// What it unlocks.
        features: Vec<Slug>,
    },
    /// Add a policy.
    CreatePolicy(Box<Policy>),
    /// Write a new version of a policy; id, version and revision are set here.
    ChangePolicy(Box<Policy>),
    /// Issue product keys.
    IssueBatch {
        /// The batch's id.
        id: BatchId,
        /// What the keys are for.
        sku: SkuNumber,
        /// The rules.
        policy: PolicyId,
        /// Live or test keys.
        format: KeyFormat,
        /// Which master secret.
        epoch: u16,
        /// How many.
        count: u32,
        /// A note.
        label: Option<Name>,
    },
    /// Withdraw a batch: its unused keys start no licence any more.
    WithdrawBatch(BatchId),
    /// Note that some of a batch's keys were written out.
    NoteExport {
        /// The batch.
        batch: BatchId,
        /// The first of the keys, counted from 0.
        after: u32,
        /// How many at most.
        limit: u32,
    },
    /// Take over keys of another format.
    ImportKeys {
        /// What they are for.
        sku: SkuNumber,
        /// The rules.
        policy: PolicyId,
        /// The keys' hashes, and whether each is weak.
        keys: Vec<(ImportedKeyHash, bool)>,
    },
    /// Grant a licence without a key.
    GrantLicence {
        /// The licence's id.
        id: LicenceId,
        /// What it is for.
        sku: SkuNumber,
        /// The rules.
        policy: PolicyId,
        /// Seats, or none for the policy's.
        seats: Option<u32>,
        /// A note.
        label: Option<Name>,
    },
    /// Make a staff token.
    CreateStaff {
        /// The member's id.
        id: StaffId,
        /// Their name.
        name: Name,
        /// What they may do.
        role: Role,
        /// Their token's hash.
        token: TokenHash,
    },
    /// Withdraw a staff token.
    RemoveStaff(StaffId),
    /// Erase the name of a member whose token has been withdrawn.
    ForgetStaff(StaffId),
    /// Erase a batch's note.
    EraseBatchLabel(BatchId),
}

/// What an act comes to.
#[derive(Clone, Debug)]
pub struct Decided {
    /// The records that changed.
    pub records: Vec<RegistryRecord>,
    /// Keys of other formats to take over.
    pub imported: Vec<ImportedKeyRecord>,
    /// A licence that was granted.
    pub licence: Option<Licence>,
    /// The log's entry.
    pub event: Event,
    /// What is answered.
    pub outcome: Outcome,
}

/// Decides on an act of `by`.
///
/// # Errors
/// `record_not_found`, `record_exists` or `field_not_valid`, with the record or field.
pub fn decide_registry(
    registry: &Registry,
    act: &RegistryAct,
    by: StaffId,
    ids: &FreshIds,
    now: Timestamp,
) -> Result<Decided, Failure> {
    let log = |action, subject, details: Vec<(&'static str, String)>| Event {
        id: ids.events[0],
        at: now,
        actor: Actor::Staff(by),
        action,
        subject,
        code: None,
        details: details.into(),
    };
    match act {
        RegistryAct::CreateProduct { id, code, name } => {
            if registry.products.values().any(|product| product.code == *code) {
                return Err(Failure::record_exists("product", code));
            }
            let product = Product {
                id: *id,
                revision: Revision::NEW,
                code: code.clone(),
                name: name.clone(),
                created: now,
            };
            let event = log(Action::ProductCreated, Subject::default(), vec![("product", id.to_string())]);
            Ok(one(RegistryRecord::Product(product), event))
        }
        RegistryAct::CreateSku { number, product, edition, name, features } => {
            let sku = new_sku(registry, *number, *product, edition, name, features, now)?;
            let event = log(Action::SkuCreated, Subject::default(), vec![("sku", sku.number.to_string())]);
            Ok(one(RegistryRecord::Sku(sku), event))
        }
        RegistryAct::CreatePolicy(policy) => {
            valid(policy)?;
            if registry.policies.values().any(|other| other.name == policy.name) {
                return Err(Failure::record_exists("policy", &policy.name));
            }
            let policy = Policy { revision: Revision::NEW, version: 1, created: now, ..(**policy).clone() };
            let event =
                log(Action::PolicyCreated, Subject::default(), vec![("policy", policy.id.to_string())]);
            Ok(one(RegistryRecord::Policy(Box::new(policy)), event))
        }
        RegistryAct::ChangePolicy(policy) => {
            valid(policy)?;
            let present = find_policy(registry, policy.id)?;
            let policy = Policy {
                revision: present.revision,
                version: present.version + 1,
                created: now,
                ..(**policy).clone()
            };
            let details = vec![("policy", policy.id.to_string()), ("version", policy.version.to_string())];
            let event = log(Action::PolicyChanged, Subject::default(), details);
            Ok(one(RegistryRecord::Policy(Box::new(policy)), event))
        }
        RegistryAct::IssueBatch { id, sku, policy, format, epoch, count, label } => {
            find_sku(registry, *sku)?;
            find_policy(registry, *policy)?;
            let first_index = room_for(registry, *format, *sku, *count)?;
            let batch = Batch {
                id: *id,
                revision: Revision::NEW,
                sku: *sku,
                policy: *policy,
                format: *format,
                epoch: *epoch,
                first_index,
                count: *count,
                label: label.clone(),
                withdrawn: false,
                created: now,
            };
            let subject = Subject { batch: Some(*id), ..Subject::default() };
            let event = log(Action::BatchIssued, subject, vec![("count", count.to_string())]);
            Ok(one(RegistryRecord::Batch(batch), event))
        }
        RegistryAct::WithdrawBatch(id) => {
            let batch = Batch { withdrawn: true, ..find_batch(registry, *id)?.clone() };
            let subject = Subject { batch: Some(*id), ..Subject::default() };
            Ok(one(RegistryRecord::Batch(batch), log(Action::BatchWithdrawn, subject, Vec::new())))
        }
        RegistryAct::NoteExport { batch: id, after, limit } => {
            let batch = find_batch(registry, *id)?.clone();
            let subject = Subject { batch: Some(*id), ..Subject::default() };
            let details = vec![("after", after.to_string()), ("limit", limit.to_string())];
            let event = log(Action::BatchExported, subject, details);
            Ok(Decided { records: Vec::new(), ..one(RegistryRecord::Batch(batch), event) })
        }
        RegistryAct::ImportKeys { sku, policy, keys } => {
            find_sku(registry, *sku)?;
            find_policy(registry, *policy)?;
            if keys.len() > IMPORT_MAX {
                return Err(Failure::batch_too_large(keys.len(), IMPORT_MAX));
            }
            let imported = keys
                .iter()
                .map(|&(hash, weak)| ImportedKeyRecord {
                    hash,
                    revision: Revision::NEW,
                    sku: *sku,
                    policy: *policy,
                    weak,
                    created: now,
                })
                .collect();
            let event =
                log(Action::KeysImported, Subject::default(), vec![("count", keys.len().to_string())]);
            let outcome = Outcome::Imported(keys.len());
            Ok(Decided { records: Vec::new(), imported, licence: None, event, outcome })
        }
        RegistryAct::GrantLicence { id, sku, policy, seats, label } => {
            find_sku(registry, *sku)?;
            let policy = find_policy(registry, *policy)?;
            let seats = seats.unwrap_or(policy.seats);
            if !(1..=Policy::SEATS_MAX).contains(&seats) {
                return Err(Failure::field_not_valid("seats", seats, format!("1-{}", Policy::SEATS_MAX)));
            }
            let licence = Licence {
                seats,
                label: label.clone(),
                ..Licence::new(*id, *sku, policy, Origin::Granted, now)
            };
            let subject = Subject { licence: Some(*id), ..Subject::default() };
            let event = log(Action::LicenceGranted, subject, vec![("seats", seats.to_string())]);
            let outcome = Outcome::Licence(Box::new(licence.clone()));
            Ok(Decided { records: Vec::new(), imported: Vec::new(), licence: Some(licence), event, outcome })
        }
        RegistryAct::CreateStaff { id, name, role, token } => {
            if registry.staff.iter().any(|staff| !staff.removed && staff.name == *name) {
                return Err(Failure::record_exists("staff", name));
            }
            let staff = Staff {
                id: *id,
                revision: Revision::NEW,
                name: name.clone(),
                role: *role,
                token: *token,
                removed: false,
                created: now,
            };
            let details = vec![("staff", id.to_string()), ("role", role.to_string())];
            Ok(one(RegistryRecord::Staff(staff), log(Action::StaffCreated, Subject::default(), details)))
        }
        RegistryAct::RemoveStaff(id) => {
            let staff = find_staff(registry, *id)?;
            let owners =
                registry.staff.iter().filter(|other| !other.removed && other.role == Role::Owner).count();
            if staff.role == Role::Owner && !staff.removed && owners <= 1 {
                return Err(Failure::field_not_valid("staff", id, "not_the_last_owner"));
            }
            let staff = Staff { removed: true, ..staff.clone() };
            let event = log(Action::StaffRemoved, Subject::default(), vec![("staff", id.to_string())]);
            Ok(one(RegistryRecord::Staff(staff), event))
        }
        RegistryAct::ForgetStaff(id) => {
            let staff = find_staff(registry, *id)?;
            if !staff.removed {
                return Err(Failure::field_not_valid("staff", id, "token_withdrawn_first"));
            }
            let event = log(Action::StaffForgotten, Subject::default(), vec![("staff", id.to_string())]);
            Ok(one(RegistryRecord::Staff(staff.forgotten()), event))
        }
        RegistryAct::EraseBatchLabel(id) => {
            let batch = Batch { label: None, ..find_batch(registry, *id)?.clone() };
            let subject = Subject { batch: Some(*id), ..Subject::default() };
            Ok(one(RegistryRecord::Batch(batch), log(Action::BatchLabelErased, subject, Vec::new())))
        }
    }
}

fn one(record: RegistryRecord, event: Event) -> Decided {
    let outcome = Outcome::Registry(Box::new(record.clone()));
    Decided { records: vec![record], imported: Vec::new(), licence: None, event, outcome }
}

fn valid(policy: &Policy) -> Result<(), Failure> {
    policy.validate().map_err(|broken| Failure::field_not_valid(broken.field, broken.found, broken.rule))
}

fn find_policy(registry: &Registry, id: PolicyId) -> Result<&Policy, Failure> {
    registry.policies.get(&id).map(|policy| &**policy).ok_or_else(|| Failure::record_not_found("policy", id))
}

fn find_sku(registry: &Registry, number: SkuNumber) -> Result<&Sku, Failure> {
    registry.skus.get(&number).ok_or_else(|| Failure::record_not_found("sku", number))
}

fn find_batch(registry: &Registry, id: BatchId) -> Result<&Batch, Failure> {
    registry.batches.get(&id).ok_or_else(|| Failure::record_not_found("batch", id))
}

fn find_staff(registry: &Registry, id: StaffId) -> Result<&Staff, Failure> {
    registry.staff.iter().find(|staff| staff.id == id).ok_or_else(|| Failure::record_not_found("staff", id))
}

fn new_sku(
    registry: &Registry,
    number: Option<SkuNumber>,
    product: ProductId,
    edition: &Slug,
    name: &Name,
    features: &[Slug],
    now: Timestamp,
) -> Result<Sku, Failure> {
    if !registry.products.contains_key(&product) {
        return Err(Failure::record_not_found("product", product));
    }
    if registry.skus.values().any(|sku| sku.product == product && sku.edition == *edition) {
        return Err(Failure::record_exists("edition", edition));
    }
    if features.len() > Sku::FEATURES_MAX {
        let rule = format!("0-{}", Sku::FEATURES_MAX);
        return Err(Failure::field_not_valid("features", features.len(), rule));
    }
    let number = match number {
        Some(number) if registry.skus.contains_key(&number) => {
            return Err(Failure::record_exists("sku", number));
        }
        Some(number) => number,
        None => {
            let next = registry.skus.keys().map(|number| number.get()).max().unwrap_or(0) + 1;
            SkuNumber::new(next).ok_or_else(|| Failure::field_not_valid("number", next, "0-16383"))?
        }
    };
    Ok(Sku {
        number,
        revision: Revision::NEW,
        product,
        edition: edition.clone(),
        name: name.clone(),
        features: features.to_vec(),
        created: now,
    })
}

/// The first index for `count` more keys of a SKU.
fn room_for(registry: &Registry, format: KeyFormat, sku: SkuNumber, count: u32) -> Result<u32, Failure> {
    if count == 0 || count > Batch::COUNT_MAX {
        return Err(Failure::batch_too_large(count, Batch::COUNT_MAX));
    }
    let first = registry.next_index(format, sku);
    first
        .filter(|first| first.checked_add(count - 1).is_some())
        .ok_or_else(|| Failure::batch_too_large(count, u32::MAX - first.unwrap_or(u32::MAX)))
}

#[cfg(test)]
mod tests {
    use warifu_core::id::{ActivationId, DeviceId, EventId, LeaseId};

    use super::*;

    fn ids() -> FreshIds {
        FreshIds {
            activation: ActivationId::from_bytes([1; 16]),
            device: DeviceId::from_bytes([2; 16]),
            lease: LeaseId::from_bytes([3; 16]),
            events: [EventId::from_bytes([4; 16]); 3],
        }
    }

    fn run(registry: &mut Registry, act: RegistryAct) -> Result<Decided, Failure> {
        let decided = decide_registry(
            registry,
            &act,
            StaffId::from_bytes([9; 16]),
            &ids(),
            Timestamp::from_seconds(1),
        )?;
        for record in &decided.records {
            crate::snapshot::apply(registry, record.clone());
        }
        Ok(decided)
    }

    fn shop() -> Registry {
        let mut registry = Registry::default();
        let product = ProductId::from_bytes([1; 16]);
        let name = Name::new("Draw").unwrap();
        let code = Slug::new("draw").unwrap();
        run(&mut registry, RegistryAct::CreateProduct { id: product, code, name: name.clone() }).unwrap();
        let edition = Slug::new("pro").unwrap();
        let sku =
            RegistryAct::CreateSku { number: None, product, edition, name: name.clone(), features: vec![] };
        run(&mut registry, sku).unwrap();
        let channel = warifu_core::policy::Channel::Retail;
        let policy = Policy::preset(channel, PolicyId::from_bytes([1; 16]), name, Timestamp::MIN);
        run(&mut registry, RegistryAct::CreatePolicy(Box::new(policy))).unwrap();
        registry
    }

    fn batch(id: u8, count: u32) -> RegistryAct {
        RegistryAct::IssueBatch {
            id: BatchId::from_bytes([id; 16]),
            sku: SkuNumber::new(1).unwrap(),
            policy: PolicyId::from_bytes([1; 16]),
            format: KeyFormat::Live,
            epoch: 1,
            count,
            label: None,
        }
    }

    #[test]
    fn batches_of_a_sku_never_overlap() {
        let mut registry = shop();
        for (id, count) in [(1, 10), (2, Batch::COUNT_MAX), (3, 1)] {
            run(&mut registry, batch(id, count)).unwrap();
        }
        let mut ranges: Vec<_> =
            registry.batches.values().map(|batch| (batch.first_index, batch.count)).collect();
        ranges.sort_unstable();
        assert_eq!(ranges, [(0, 10), (10, Batch::COUNT_MAX), (10 + Batch::COUNT_MAX, 1)]);
    }

    #[test]
    fn a_batch_must_have_keys_and_not_too_many() {
        let mut registry = shop();
        for count in [0, Batch::COUNT_MAX + 1] {
            assert_eq!(run(&mut registry, batch(1, count)).unwrap_err().code().as_str(), "batch_too_large");
        }
    }

    #[test]
    fn the_last_owner_cannot_be_removed() {
        let mut registry = Registry::default();
        let owner = |id: u8| RegistryAct::CreateStaff {
            id: StaffId::from_bytes([id; 16]),
            name: Name::new(&format!("owner {id}")).unwrap(),
            role: Role::Owner,
            token: TokenHash([id; 32]),
        };
        run(&mut registry, owner(1)).unwrap();
        run(&mut registry, owner(2)).unwrap();
        run(&mut registry, RegistryAct::RemoveStaff(StaffId::from_bytes([1; 16]))).unwrap();
        let refused = run(&mut registry, RegistryAct::RemoveStaff(StaffId::from_bytes([2; 16]))).unwrap_err();
        assert_eq!(refused.code().as_str(), "field_not_valid");
    }

    /// Whoever still has a token is somebody, and staff must be able to see who.
    #[test]
    fn a_name_is_erased_only_once_the_token_is_withdrawn() {
        let mut registry = Registry::default();
        for id in [1, 2] {
            let name = Name::new(&format!("owner {id}")).unwrap();
            let (id, token) = (StaffId::from_bytes([id; 16]), TokenHash([id; 32]));
            run(&mut registry, RegistryAct::CreateStaff { id, name, role: Role::Owner, token }).unwrap();
        }
        let id = StaffId::from_bytes([1; 16]);
        let refused = run(&mut registry, RegistryAct::ForgetStaff(id)).unwrap_err();
        assert_eq!(refused.code().as_str(), "field_not_valid");
        run(&mut registry, RegistryAct::RemoveStaff(id)).unwrap();
        let erased = run(&mut registry, RegistryAct::ForgetStaff(id)).unwrap();
        assert_eq!(erased.event.action, Action::StaffForgotten);
        assert!(!format!("{registry:?}").contains("owner 1"));
        assert!(registry.staff.iter().any(|staff| staff.id == id && staff.removed));
    }

    #[test]
    fn a_policy_counts_its_versions() {
        let mut registry = shop();
        let id = PolicyId::from_bytes([1; 16]);
        let policy = Policy { seats: 5, ..(*registry.policies[&id]).clone() };
        run(&mut registry, RegistryAct::ChangePolicy(Box::new(policy))).unwrap();
        assert_eq!((registry.policies[&id].version, registry.policies[&id].seats), (2, 5));
    }
}
