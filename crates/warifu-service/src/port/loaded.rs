//! What a store brings back.

use warifu_core::id::{InstallationId, LicenceId};
use warifu_core::licence::Licence;
use warifu_core::seat::{Activation, Device, Installation, Seat};
use warifu_core::state::Released;

use super::{Reply, ReplyKey, Selector};

/// A licence with some of its seats.
#[derive(Clone, Debug, PartialEq)]
pub struct LoadedLicence {
    /// The licence.
    pub licence: Licence,
    /// The seats that the wants name.
    pub seats: Vec<Seat>,
    /// The seats that were given back, counted.
    pub released: Released,
}

/// An installation with what it belongs to: what a device that asks how it stands may know.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnSeat {
    /// The installation.
    pub installation: Installation,
    /// Its licence.
    pub licence: Licence,
    /// The activation that it runs on, with the device.
    pub seat: Option<(Activation, Device)>,
}

/// What a group of commands may look at.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Loaded {
    /// The licences, each once.
    pub licences: Vec<LoadedLicence>,
    /// The installations that a [`super::Want::Installation`] named, each once.
    pub installations: Vec<Installation>,
    /// The answers that were asked for.
    pub replies: Vec<(ReplyKey, Reply)>,
}

impl Loaded {
    /// The licence with this name.
    #[must_use]
    pub fn licence(&self, selector: &Selector) -> Option<&LoadedLicence> {
        use warifu_core::licence::Origin;
        self.licences.iter().find(|loaded| match (selector, loaded.licence.origin) {
            (Selector::Id(id), _) => loaded.licence.id == *id,
            (Selector::Key(wanted), Origin::Key { number, .. }) => number == *wanted,
            (Selector::Imported(wanted), Origin::Imported(hash)) => hash == *wanted,
            _ => false,
        })
    }

    /// The installation with this id.
    #[must_use]
    pub fn installation(&self, id: InstallationId) -> Option<&Installation> {
        self.installations.iter().find(|installation| installation.id == id)
    }

    /// The licence with this id.
    #[must_use]
    pub fn licence_by_id(&self, id: LicenceId) -> Option<&LoadedLicence> {
        self.licences.iter().find(|loaded| loaded.licence.id == id)
    }
}
