//! The port's naive model: every record in a map, every question answered by looking at all of them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use warifu_core::hardware::StoredFingerprint;
use warifu_core::id::{ActivationId, DeviceId, InstallationId, LicenceId};
use warifu_core::licence::{Licence, Origin};
use warifu_core::seat::{Activation, ActivationState, Device, Installation, Seat};
use warifu_core::state::{LicenceState, Record, Released};
use warifu_core::time::Timestamp;

use super::samples::stored;
use crate::port::{Anchor, Loaded, LoadedLicence, Selector, Want};

/// How many seats are found by anchors, and how many by silence, at most.
pub(super) const FOUND_MAX: usize = 16;

/// What a store should hold.
#[derive(Clone, Debug, Default)]
pub(super) struct Model {
    pub(super) licences: BTreeMap<LicenceId, Licence>,
    pub(super) devices: BTreeMap<DeviceId, Device>,
    pub(super) activations: BTreeMap<ActivationId, Activation>,
    pub(super) installations: BTreeMap<InstallationId, Installation>,
}

impl Model {
    /// Takes up records that a store has accepted.
    pub(super) fn write(&mut self, records: &[Record]) {
        for record in records {
            match stored(record) {
                Record::Licence(licence) => {
                    self.licences.insert(licence.id, licence);
                }
                Record::Device(device) => {
                    self.devices.insert(device.id, device);
                }
                Record::Activation(activation) => {
                    self.activations.insert(activation.id, activation);
                }
                Record::Installation(installation) => {
                    self.installations.insert(installation.id, installation);
                }
            }
        }
    }

    /// A licence's seats with their installations, those whose leases end last first, in the order of their ids.
    pub(super) fn seats(&self, licence: LicenceId) -> Vec<Seat> {
        let seats =
            self.activations.values().filter(|activation| activation.licence == licence).map(|activation| {
                let own = self
                    .installations
                    .values()
                    .filter(|installation| installation.activation == activation.id);
                let mut installations: Vec<_> = own.cloned().collect();
                installations
                    .sort_by_key(|installation| Reverse((installation.head.expires, installation.id)));
                installations.truncate(Seat::INSTALLATIONS_LOADED);
                Seat {
                    activation: activation.clone(),
                    device: self.devices[&activation.device].clone(),
                    installations,
                }
            });
        seats.collect()
    }

    fn find(&self, selector: &Selector) -> Option<&Licence> {
        self.licences.values().find(|licence| match (selector, &licence.origin) {
            (Selector::Id(id), _) => licence.id == *id,
            (Selector::Key(wanted), Origin::Key { number, .. }) => number == wanted,
            (Selector::Imported(wanted), Origin::Imported(hash)) => hash == wanted,
            _ => false,
        })
    }

    /// What a store should load, licences and seats in the order of their ids.
    pub(super) fn load(&self, wants: &[Want], now: Timestamp) -> Loaded {
        let mut wanted: BTreeMap<LicenceId, BTreeSet<ActivationId>> = BTreeMap::new();
        let mut asking: BTreeSet<InstallationId> = BTreeSet::new();
        let mut named: BTreeSet<InstallationId> = BTreeSet::new();
        for want in wants {
            match want {
                Want::Licence { selector, installation, anchors, activation } => {
                    let Some(licence) = self.find(selector) else {
                        continue;
                    };
                    asking.extend(installation);
                    let seats = self.seats(licence.id);
                    let meant = wanted.entry(licence.id).or_default();
                    meant.extend(activation);
                    meant.extend(
                        installation
                            .and_then(|id| self.installations.get(&id))
                            .filter(|own| own.licence == licence.id)
                            .map(|own| own.activation),
                    );
                    meant.extend(by_anchors(&seats, anchors));
                    if licence.seats_taken >= licence.seats {
                        meant.extend(silent(&seats));
                    }
                }
                Want::Installation(id) => {
                    if let Some(installation) = self.installations.get(id) {
                        asking.insert(*id);
                        named.insert(*id);
                        wanted.entry(installation.licence).or_default().insert(installation.activation);
                    }
                }
                Want::Reply(_) => {}
            }
        }
        let licences = wanted.iter().map(|(id, wanted)| self.load_licence(*id, wanted, &asking, now));
        let installations = named.iter().map(|id| self.installations[id].clone());
        Loaded { licences: licences.collect(), installations: installations.collect(), replies: Vec::new() }
    }

    fn load_licence(
        &self,
        id: LicenceId,
        wanted: &BTreeSet<ActivationId>,
        asking: &BTreeSet<InstallationId>,
        now: Timestamp,
    ) -> LoadedLicence {
        let mut seats = self.seats(id);
        let released = count(&seats, now);
        if seats.len() > LicenceState::SEATS_FEW {
            let latest = seats
                .iter()
                .filter(|seat| seat.is_active())
                .map(|seat| (seat.activation.held_since, seat.activation.id))
                .max();
            let all = seats.clone();
            seats.retain(|seat| wanted.contains(&seat.activation.id));
            let licence = &self.licences[&id];
            let objects = |seat: &Seat| seat.objection_until().is_some_and(|until| until > now);
            if licence.seats_taken >= licence.seats && seats.iter().any(objects) {
                let latest = all.into_iter().filter(|seat| {
                    latest.is_some_and(|(_, id)| id == seat.activation.id)
                        && !wanted.contains(&seat.activation.id)
                });
                seats.extend(latest);
            }
        }
        for seat in &mut seats {
            for id in asking {
                let own = self.installations.get(id).filter(|own| own.activation == seat.activation.id);
                if seat.installations.iter().all(|known| known.id != *id) {
                    seat.installations.extend(own.cloned());
                }
            }
        }
        LoadedLicence { licence: self.licences[&id].clone(), seats, released }
    }
}

/// The anchors of a device.
pub(super) fn anchors_of(fingerprint: &StoredFingerprint) -> Vec<Anchor> {
    fingerprint.anchors().take(2).collect()
}

fn by_anchors(seats: &[Seat], anchors: &[Anchor]) -> Vec<ActivationId> {
    let has = |seat: &Seat| anchors_of(&seat.device.fingerprint).iter().any(|own| anchors.contains(own));
    let mut found: Vec<_> =
        seats.iter().filter(|seat| has(seat)).map(|seat| (seat.is_active(), seat.activation.id)).collect();
    found.sort_by_key(|found| Reverse(*found));
    found.into_iter().take(FOUND_MAX).map(|(_, id)| id).collect()
}

fn silent(seats: &[Seat]) -> Vec<ActivationId> {
    let mut held: Vec<_> = seats
        .iter()
        .filter(|seat| seat.is_active())
        .map(|seat| (seat.lease_until(), seat.activation.id))
        .collect();
    held.sort_unstable();
    held.into_iter().take(FOUND_MAX).map(|(_, id)| id).collect()
}

fn count(seats: &[Seat], now: Timestamp) -> Released {
    let released = || {
        seats.iter().filter_map(|seat| match seat.activation.state {
            ActivationState::Released { at, lingers_until, .. } => Some((at, lingers_until)),
            ActivationState::Active => None,
        })
    };
    let lingering = || released().map(|(_, until)| until).filter(|until| *until > now);
    let within_year = || released().map(|(at, _)| at).filter(|at| *at >= now.minus(Released::YEAR));
    Released {
        lingering: lingering().count() as u32,
        lingering_first_end: lingering().min(),
        within_year: within_year().count() as u32,
        within_year_first: within_year().min(),
        total: released().count() as u32,
    }
}

/// What was loaded with licences, seats and installations in the order of their ids, so that it can be compared.
pub(super) fn sorted(mut loaded: Loaded) -> Loaded {
    loaded.licences.sort_by_key(|found| found.licence.id);
    for found in &mut loaded.licences {
        found.seats.sort_by_key(|seat| seat.activation.id);
        for seat in &mut found.seats {
            seat.installations.sort_by_key(|installation| installation.id);
        }
    }
    loaded.installations.sort_by_key(|installation| installation.id);
    loaded
}
