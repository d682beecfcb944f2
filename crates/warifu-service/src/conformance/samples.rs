//! Records to write: any that the domain allows, with the ends of every range.

use warifu_core::batch::{Batch, ImportedKeyRecord};
use warifu_core::catalogue::Code;
use warifu_core::chain::{Stretch, Superseded};
use warifu_core::event::{Action, Actor, Event, Subject};
use warifu_core::hardware::{
    ComponentKind, Reading, Scheme, StoredFingerprint, StoredHash, Tolerance, Weight,
};
use warifu_core::id::{
    ActivationId, BatchId, DeviceId, EventId, IdempotencyKey, InstallationId, LeaseId, LicenceId, PolicyId,
    ProductId, StaffId,
};
use warifu_core::key::{ImportedKeyHash, KeyFormat, KeyNumber, SkuNumber};
use warifu_core::licence::{Licence, Origin, Standing};
use warifu_core::policy::{Channel, Copies, MayMove, Policy, Restrictions, Route, Term};
use warifu_core::product::{Product, Sku};
use warifu_core::random::bytes;
use warifu_core::record::Revision;
use warifu_core::seat::{
    Activation, ActivationState, AskedRelease, Command, Device, Drift, Head, Installation, ReleasedBy, Seat,
};
use warifu_core::staff::{Role, Staff, TokenHash};
use warifu_core::state::Record;
use warifu_core::text::{Name, Slug};
use warifu_core::time::{Span, Timestamp};

use super::Dice;

/// When most of the tests happen.
pub(super) const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

macro_rules! ids {
    ($($name:ident -> $id:ident)+) => {$(
        pub(super) fn $name(dice: &mut Dice) -> $id {
            let millis = 1_800_000_000_000 + dice.bits() % 1_000_000;
            $id::generate(millis, dice)
        }
    )+};
}

ids! {
    activation_id -> ActivationId
    batch_id -> BatchId
    device_id -> DeviceId
    event_id -> EventId
    lease_id -> LeaseId
    licence_id -> LicenceId
    policy_id -> PolicyId
    product_id -> ProductId
    staff_id -> StaffId
}

pub(super) fn installation_id(dice: &mut Dice) -> InstallationId {
    InstallationId::from_bytes(bytes(dice))
}

pub(super) fn time(dice: &mut Dice) -> Timestamp {
    let near = Timestamp::from_seconds(NOW.seconds() - 40_000_000 + dice.below(80_000_000) as i64);
    dice.pick(&[Timestamp::MIN, Timestamp::MAX, NOW, near, near, near])
}

fn span(dice: &mut Dice) -> Span {
    let any = Span::seconds(dice.bits() as u32);
    dice.pick(&[Span::ZERO, Span::seconds(u32::MAX), Policy::LEASE_MAX, Span::days(100_000), any])
}

fn number(dice: &mut Dice) -> u32 {
    dice.extreme() as u32
}

pub(super) fn name(dice: &mut Dice) -> Name {
    let text = dice.pick(&[
        "a".to_owned(),
        "経理部のパソコン（予備）".to_owned(),
        "\u{20bb7}".repeat(100),
        "e\u{301} \u{5e9}\u{5dc}\u{5d5}\u{5dd} \u{202e}rtl\u{202c} \u{1f469}\u{200d}\u{1f4bb}".to_owned(),
        "'; DROP TABLE licence; --".to_owned(),
        "\"\\ %s {} NULL \u{feff}x".to_owned(),
        "\u{10ffff}\u{e000}\u{fffd}".to_owned(),
    ]);
    Name::new(&text).unwrap()
}

pub(super) fn slug(dice: &mut Dice) -> Slug {
    let letters: String =
        (0..1 + dice.below(Slug::MAX)).map(|_| char::from(b'a' + dice.below(26) as u8)).collect();
    Slug::new(&letters).unwrap()
}

pub(super) fn sku_number(dice: &mut Dice) -> SkuNumber {
    let any = SkuNumber::new(dice.bits() as u16 & SkuNumber::MAX.get()).unwrap();
    dice.pick(&[SkuNumber::new(0).unwrap(), SkuNumber::MAX, any, any])
}

fn hash(dice: &mut Dice) -> StoredHash {
    StoredHash::from_u64(dice.extreme())
}

pub(super) fn fingerprint(dice: &mut Dice) -> StoredFingerprint {
    let scheme = dice.pick(&Scheme::ALL);
    ComponentKind::ALL.into_iter().fold(StoredFingerprint::new(scheme), |fingerprint, kind| {
        let value = hash(dice);
        let reading = dice.pick(&[Reading::Missing, Reading::Unreliable, Reading::Present(value)]);
        fingerprint.with(kind, reading)
    })
}

pub(super) fn key_number(dice: &mut Dice) -> KeyNumber {
    let format = dice.pick(&[KeyFormat::Live, KeyFormat::Sandbox]);
    KeyNumber { format, sku: sku_number(dice), serial: dice.bits() as u32 }
}

pub(super) fn licence(dice: &mut Dice) -> Licence {
    let origin = match dice.below(3) {
        0 => Origin::Granted,
        1 => Origin::Imported(ImportedKeyHash::from_bytes(bytes(dice))),
        _ => Origin::Key { number: key_number(dice), batch: batch_id(dice) },
    };
    let (since, effective) = (time(dice), time(dice));
    Licence {
        id: licence_id(dice),
        revision: Revision::NEW,
        sku: sku_number(dice),
        policy: policy_id(dice),
        origin,
        key_generation: dice.extreme() as u16,
        standing: dice.pick(&[
            Standing::Active,
            Standing::Suspended { since },
            Standing::Revoked { since, effective },
        ]),
        seats: number(dice),
        seats_taken: number(dice),
        starts: time(dice),
        ends: dice.maybe(time),
        label: dice.maybe(name),
        created: time(dice),
        proof_used: dice.maybe(time),
    }
}

pub(super) fn device(dice: &mut Dice) -> Device {
    Device {
        id: device_id(dice),
        revision: Revision::NEW,
        fingerprint: fingerprint(dice),
        name: dice.maybe(name),
        drift: drift(dice),
        created: time(dice),
    }
}

fn drift(dice: &mut Dice) -> Drift {
    let count = dice.pick(&[0, 0, 1, Drift::MAX]);
    let mut changes: Vec<_> = (0..count).map(|_| (time(dice), dice.extreme() as u16)).collect();
    changes.sort_unstable();
    Drift::from_changes(changes).unwrap()
}

fn superseded(dice: &mut Dice) -> Superseded {
    let count = dice.pick(&[0, 0, 1, Superseded::MAX]);
    let mut ids: Vec<_> = (0..2 * count).map(|_| lease_id(dice)).collect();
    ids.sort_unstable();
    let stretches = ids.chunks(2).map(|pair| Stretch { after: pair[0], up_to: pair[1] });
    Superseded::from_stretches(stretches.collect()).unwrap()
}

fn activation_state(dice: &mut Dice) -> ActivationState {
    if dice.once_in(2) {
        return ActivationState::Active;
    }
    ActivationState::Released { at: time(dice), by: dice.pick(&ReleasedBy::ALL), lingers_until: time(dice) }
}

pub(super) fn activation(dice: &mut Dice, licence: LicenceId, device: DeviceId) -> Activation {
    let state = activation_state(dice);
    let left_until = match state {
        ActivationState::Active => dice.maybe(time).unwrap_or(Timestamp::MIN),
        ActivationState::Released { .. } => Timestamp::MIN,
    };
    Activation {
        id: activation_id(dice),
        revision: Revision::NEW,
        licence,
        device,
        state,
        left_until,
        held_since: time(dice),
        asked_release: match state {
            ActivationState::Active => {
                dice.maybe(|dice| AskedRelease { asked: time(dice), effective: dice.maybe(time) })
            }
            ActivationState::Released { .. } => None,
        },
        reclaimed: dice.maybe(time),
        created: time(dice),
    }
}

pub(super) fn head(dice: &mut Dice) -> Head {
    Head {
        lease: lease_id(dice),
        parent: dice.maybe(lease_id),
        sequence: dice.extreme(),
        command: dice.pick(&Command::ALL),
        request: IdempotencyKey::from_bytes(bytes(dice)),
        nonce_millis: dice.extreme(),
        issued: time(dice),
        renew_after: time(dice),
        expires: time(dice),
    }
}

pub(super) fn installation(dice: &mut Dice, activation: &Activation) -> Installation {
    Installation {
        id: installation_id(dice),
        revision: Revision::NEW,
        licence: activation.licence,
        activation: activation.id,
        head: head(dice),
        rewinds: number(dice),
        superseded: superseded(dice),
        copy_seen: dice.maybe(time),
        ended: dice.once_in(2),
        created: time(dice),
    }
}

/// A seat of a licence with so many installations.
pub(super) fn seat(dice: &mut Dice, licence: LicenceId, installations: usize) -> Seat {
    let device = device(dice);
    let activation = activation(dice, licence, device.id);
    let installations = (0..installations).map(|_| installation(dice, &activation)).collect();
    Seat { activation, device, installations }
}

pub(super) fn event(dice: &mut Dice) -> Event {
    let actor = match dice.below(3) {
        0 => Actor::Service,
        1 => Actor::Staff(staff_id(dice)),
        _ => Actor::Installation(installation_id(dice)),
    };
    let details = (0..dice.below(4)).map(|_| {
        let name = dice.pick(&["seats", "hardware", "lease", "by"]);
        (
            name,
            dice.pick(&[String::new(), "1".to_owned(), "\"引用\" \\ \u{0} \n".to_owned(), "x".repeat(5_000)]),
        )
    });
    let details = details.collect::<Vec<_>>().into();
    Event {
        id: event_id(dice),
        at: time(dice),
        actor,
        action: dice.pick(&Action::ALL),
        subject: Subject {
            licence: dice.maybe(licence_id),
            activation: dice.maybe(activation_id),
            device: dice.maybe(device_id),
            batch: dice.maybe(batch_id),
        },
        code: dice.maybe(|dice| dice.pick(Code::ALL).into()),
        details,
    }
}

pub(super) fn product(dice: &mut Dice) -> Product {
    Product {
        id: product_id(dice),
        revision: Revision::NEW,
        code: slug(dice),
        name: name(dice),
        created: time(dice),
    }
}

pub(super) fn sku(dice: &mut Dice, number: SkuNumber) -> Sku {
    Sku {
        number,
        revision: Revision::NEW,
        product: product_id(dice),
        edition: slug(dice),
        name: name(dice),
        features: (0..dice.pick(&[0, 1, Sku::FEATURES_MAX])).map(|_| slug(dice)).collect(),
        created: time(dice),
    }
}

pub(super) fn policy(dice: &mut Dice) -> Policy {
    let mut tolerance = Tolerance::default_rule().with_version(dice.bits() as u16);
    for scheme in Scheme::ALL {
        tolerance =
            tolerance.with_limits(scheme, 1 + dice.below(65_535) as u16, dice.extreme() as u16).unwrap();
        for kind in ComponentKind::ALL.into_iter().filter(|kind| kind.may_count()) {
            let mut side = || dice.below(usize::from(Weight::MAX) + 1) as u16;
            let weight = Weight { difference: side(), sameness: side() };
            tolerance = tolerance.with_weight(scheme, kind, weight).unwrap();
        }
    }
    let (days, until) = (number(dice), time(dice));
    Policy {
        id: policy_id(dice),
        revision: Revision::NEW,
        version: 1,
        name: name(dice),
        channel: dice.pick(&Channel::ALL),
        seats: number(dice),
        change_budget: number(dice),
        moves_per_year: dice.maybe(number),
        may_move: dice.pick(&[MayMove::Yes, MayMove::No]),
        lease: span(dice),
        renew_after: span(dice),
        grace: span(dice),
        term: dice.pick(&[Term::Perpetual, Term::Days(days), Term::Until(until)]),
        tolerance,
        drift_per_year: dice.extreme() as u16,
        copies: dice.pick(&Copies::ALL),
        reclaim_notice: span(dice),
        objection: span(dice),
        release_notice: span(dice),
        virtual_machines: dice.once_in(2),
        containers: dice.once_in(2),
        restrictions: Restrictions {
            personalisation_locked: dice.once_in(2),
            reminder_every: dice.maybe(span),
            watermark: dice.maybe(name),
            feature_updates_withheld: dice.once_in(2),
            support_eligible: dice.once_in(2),
        },
        routes: (0..dice.below(4)).map(|_| dice.pick(&Route::ALL)).collect(),
        revocation_notice: span(dice),
        created: time(dice),
    }
}

pub(super) fn batch(dice: &mut Dice) -> Batch {
    Batch {
        id: batch_id(dice),
        revision: Revision::NEW,
        sku: sku_number(dice),
        policy: policy_id(dice),
        format: dice.pick(&[KeyFormat::Live, KeyFormat::Sandbox]),
        epoch: dice.extreme() as u16,
        first_index: dice.bits() as u32,
        count: number(dice),
        label: dice.maybe(name),
        withdrawn: dice.once_in(2),
        created: time(dice),
    }
}

pub(super) fn staff(dice: &mut Dice) -> Staff {
    Staff {
        id: staff_id(dice),
        revision: Revision::NEW,
        name: name(dice),
        role: dice.pick(&Role::ALL),
        token: TokenHash(bytes(dice)),
        removed: dice.once_in(2),
        created: time(dice),
    }
}

pub(super) fn imported_key(dice: &mut Dice) -> ImportedKeyRecord {
    ImportedKeyRecord {
        hash: ImportedKeyHash::from_bytes(bytes(dice)),
        revision: Revision::NEW,
        sku: sku_number(dice),
        policy: policy_id(dice),
        weak: dice.once_in(2),
        created: time(dice),
    }
}

/// The records of a seat.
pub(super) fn records_of(seat: &Seat) -> Vec<Record> {
    let mut records = vec![Record::Activation(seat.activation.clone()), Record::Device(seat.device.clone())];
    records.extend(seat.installations.iter().cloned().map(Record::Installation));
    records
}

/// The record as a store gives it back: one revision on.
pub(super) fn stored(record: &Record) -> Record {
    let mut record = record.clone();
    match &mut record {
        Record::Licence(licence) => licence.revision = licence.revision.next(),
        Record::Device(device) => device.revision = device.revision.next(),
        Record::Activation(activation) => activation.revision = activation.revision.next(),
        Record::Installation(installation) => installation.revision = installation.revision.next(),
    }
    record
}

/// The seat as a store gives it back: every record one revision on, the newest installations first.
pub(super) fn stored_seat(seat: &Seat) -> Seat {
    let mut seat = seat.clone();
    seat.activation.revision = seat.activation.revision.next();
    seat.device.revision = seat.device.revision.next();
    for installation in &mut seat.installations {
        installation.revision = installation.revision.next();
    }
    seat.installations
        .sort_by_key(|installation| std::cmp::Reverse((installation.head.expires, installation.id)));
    seat
}
