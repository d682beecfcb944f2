//! A licence with all that a decision about it needs to see, and what a decision leaves behind.

use std::sync::Arc;

use crate::catalogue::{Code, Failure};
use crate::event::Event;
use crate::hardware::Scheme;
use crate::id::{ActivationId, InstallationId};
use crate::licence::Licence;
use crate::policy::Policy;
use crate::seat::{Activation, ActivationState, Device, Installation, Seat, SeatHandle};
use crate::time::{Span, Timestamp};

/// The seats that a licence has given back and that still matter, loaded or not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Released {
    /// How many were given back while a lease of theirs still runs.
    pub lingering: u32,
    /// When the first of these leases ends.
    pub lingering_first_end: Option<Timestamp>,
    /// How many were given back within the last [`Released::YEAR`].
    pub within_year: u32,
    /// When the first of these was given back.
    pub within_year_first: Option<Timestamp>,
    /// How many devices have given theirs back and not come back since.
    pub total: u32,
}

impl Released {
    /// The span in which moves are counted: 365 days.
    pub const YEAR: Span = Span::days(365);
}

/// A licence as decisions see it.
#[derive(Clone, Debug, PartialEq)]
pub struct LicenceState {
    /// The licence.
    pub licence: Licence,
    /// Its rules, in the version that holds now.
    pub policy: Arc<Policy>,
    /// Some of its seats: those that the asking installations and devices may own, all when there are few, and when every seat is taken the
    /// longest-silent ones. Never more than [`LicenceState::SEATS_LOADED`] for one command.
    pub seats: Vec<Seat>,
    /// The seats that were given back.
    pub released: Released,
}

impl LicenceState {
    /// How many seats a store loads for one command at most.
    pub const SEATS_LOADED: usize = 48;
    /// Up to how many seats, released ones included, a store loads all of a licence's.
    pub const SEATS_FEW: usize = 16;

    /// A licence that has never been used.
    #[must_use]
    pub fn unused(licence: Licence, policy: Arc<Policy>) -> Self {
        Self { licence, policy, seats: Vec::new(), released: Released::default() }
    }

    /// The seat that an installation runs on.
    #[must_use]
    pub fn seat_of(&self, installation: InstallationId) -> Option<(&Seat, &Installation)> {
        self.seats.iter().find_map(|seat| {
            seat.installations
                .iter()
                .find(|candidate| candidate.id == installation)
                .map(|found| (seat, found))
        })
    }

    /// Takes up what a decision changed, so that the next decision of the same group sees it.
    pub fn apply(&mut self, records: &[Record], now: Timestamp) {
        for record in records {
            match record {
                Record::Licence(licence) if licence.id == self.licence.id => self.licence = licence.clone(),
                Record::Activation(activation) if activation.licence == self.licence.id => {
                    self.apply_activation(activation, records, now);
                }
                Record::Device(device) => self.apply_device(device),
                Record::Installation(installation) => self.apply_installation(installation),
                Record::Licence(_) | Record::Activation(_) => {}
            }
        }
    }

    fn apply_activation(&mut self, activation: &Activation, records: &[Record], now: Timestamp) {
        let Some(seat) = self.seats.iter_mut().find(|seat| seat.activation.id == activation.id) else {
            // A decision that makes an activation writes its device with it.
            let device = records.iter().find_map(|record| match record {
                Record::Device(device) if device.id == activation.device => Some(device.clone()),
                _ => None,
            });
            if let Some(device) = device {
                self.seats.push(Seat { activation: activation.clone(), device, installations: Vec::new() });
            }
            return;
        };
        match (seat.activation.state, activation.state) {
            (ActivationState::Active, ActivationState::Released { at, lingers_until, .. }) => {
                self.released.total += 1;
                self.released.within_year += 1;
                self.released.within_year_first.get_or_insert(at);
                if lingers_until > now {
                    self.released.lingering += 1;
                    let first =
                        self.released.lingering_first_end.map_or(lingers_until, |end| end.min(lingers_until));
                    self.released.lingering_first_end = Some(first);
                }
            }
            (ActivationState::Released { at, lingers_until, .. }, ActivationState::Active) => {
                self.released.total = self.released.total.saturating_sub(1);
                if lingers_until > now {
                    self.released.lingering = self.released.lingering.saturating_sub(1);
                }
                if at >= now.minus(Released::YEAR) {
                    self.released.within_year = self.released.within_year.saturating_sub(1);
                }
            }
            _ => {}
        }
        seat.activation = activation.clone();
    }

    fn apply_device(&mut self, device: &Device) {
        for seat in self.seats.iter_mut().filter(|seat| seat.activation.device == device.id) {
            seat.device = device.clone();
        }
    }

    fn apply_installation(&mut self, installation: &Installation) {
        for seat in &mut self.seats {
            seat.installations.retain(|other| other.id != installation.id);
            if seat.activation.id == installation.activation {
                seat.installations.insert(0, installation.clone());
            }
        }
    }

    /// The seat with this activation.
    #[must_use]
    pub fn seat(&self, activation: ActivationId) -> Option<&Seat> {
        self.seats.iter().find(|seat| seat.activation.id == activation)
    }
}

/// A record that a decision changed.
#[derive(Clone, Debug, PartialEq)]
pub enum Record {
    /// A licence.
    Licence(Licence),
    /// A device.
    Device(Device),
    /// An activation.
    Activation(Activation),
    /// An installation.
    Installation(Installation),
}

/// Who holds a seat, as far as the holder of the bare key may know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holder {
    /// What a request to release the seat calls it. It tells nothing of the device.
    pub seat: SeatHandle,
    /// The class of device.
    pub class: Scheme,
    /// When it was activated; told to the month.
    pub since: Timestamp,
    /// When it was last heard of; told to the day.
    pub last_contact: Timestamp,
    /// From when its seat may go to another device, should it not be heard of until then; told to the day.
    pub free_from: Timestamp,
}

/// When and why a lease that still runs ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeaseEnd {
    /// When.
    pub at: Timestamp,
    /// Why, as it is said from then on.
    pub code: Code,
}

/// Why a device was refused, and what it may know about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// The catalogue's entry with its values.
    pub failure: Failure,
    /// Who holds the seats, when they are all taken. At most [`Refusal::HOLDERS_MAX`].
    pub holders: Vec<Holder>,
    /// For a refusal that ends a lease which still runs: when and why. Such a refusal is signed, so that the device can trust it.
    pub ends_lease: Option<LeaseEnd>,
}

impl Refusal {
    /// How many holders are told.
    pub const HOLDERS_MAX: usize = 5;
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Self { failure, holders: Vec::new(), ends_lease: None }
    }
}

/// What a command comes to: its outcome, and what is to be written with it, all or nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision<T> {
    /// What is answered.
    pub outcome: Result<T, Refusal>,
    /// The records that changed, each at most once.
    pub records: Vec<Record>,
    /// What goes into the log.
    pub events: Vec<Event>,
}
