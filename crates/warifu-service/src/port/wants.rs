//! What a command needs to see.

use warifu_core::hardware::{ComponentKind, StoredHash};
use warifu_core::id::{ActivationId, InstallationId, LicenceId};
use warifu_core::key::{ImportedKeyHash, KeyNumber};

use super::ReplyKey;

/// How a licence is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Selector {
    /// By its key.
    Key(KeyNumber),
    /// By the hash of a key of another format.
    Imported(ImportedKeyHash),
    /// By its id.
    Id(LicenceId),
}

/// A component by which a device is looked up. A store keeps the first two of each device's.
pub type Anchor = (ComponentKind, StoredHash);

/// What one command's decision may look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Want {
    /// A licence, if the store has it, with
    /// - all its seats when they are at most [`warifu_core::state::LicenceState::SEATS_FEW`], released ones included;
    /// - else the seat that `installation` runs on and those whose device has one of `anchors`, at most 16: held ones before released ones,
    ///   newer before older;
    /// - when every seat is taken, also the 16 whose last lease ends first;
    /// - when every seat is taken and a loaded seat was reclaimed from a device that may still object, also the seat that was taken last;
    /// - the seat `activation`.
    Licence {
        /// Which.
        selector: Selector,
        /// Who asks.
        installation: Option<InstallationId>,
        /// What its device may be recognised by, at most two.
        anchors: Vec<Anchor>,
        /// A seat that is meant.
        activation: Option<ActivationId>,
    },
    /// An installation, if the store has it, and the licence that it runs under with the seat that it is on and what [`Want::Licence`] says of
    /// seats when they are few, and of the one that was taken last.
    Installation(InstallationId),
    /// The answer that was given to a request of staff, if there was one.
    Reply(ReplyKey),
}
