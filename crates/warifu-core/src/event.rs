//! What happened, for the log. Every grant, refusal and act of staff is an event, committed together with the change it describes. Events
//! hold pseudonyms, never a key, an address or a name.

use std::borrow::Cow;

use crate::catalogue::Code;
use crate::id::{ActivationId, BatchId, DeviceId, EventId, InstallationId, LicenceId, StaffId};
use crate::time::Timestamp;

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// An installation, by its key.
    Installation(InstallationId),
    /// A member of staff, or a program with a staff token.
    Staff(StaffId),
    /// The service by itself.
    Service,
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// A device got a new seat.
    ActivationGranted,
    /// A device got its own seat again.
    ActivationRepeated,
    /// A device was refused.
    ActivationRefused,
    /// A seat was given back.
    ActivationReleased,
    /// A renewal was refused.
    RenewalRefused,
    /// An older link of a lease chain came back.
    LeaseRewound,
    /// A link came back that is newer than the chain's head: the service was restored.
    LeaseRecovered,
    /// Two copies of an installation turned out to be alive.
    InstallationCopied,
    /// A device was recognised although its hardware has changed, and was bound to the new.
    DeviceDrifted,
    /// A silent device's seat went to another.
    ActivationReclaimed,
    /// A device whose seat had been reclaimed came back and got it again.
    ActivationRestored,
    /// Somebody with the product key asked for the release of a device's seat.
    ReleaseAsked,
    /// A device whose release had been asked for was heard of and keeps its seat.
    ReleaseObjected,
    /// A device moved to another licence.
    KeyChanged,
    /// A licence was granted without a key.
    LicenceGranted,
    /// A licence was suspended.
    LicenceSuspended,
    /// A licence was reinstated.
    LicenceReinstated,
    /// A licence was revoked.
    LicenceRevoked,
    /// A licence's end was moved.
    LicenceExtended,
    /// A licence's term was renewed.
    LicenceRenewed,
    /// A licence got more seats.
    LicenceToppedUp,
    /// A licence's key was replaced.
    LicenceKeyReplaced,
    /// A licence's key was shown to staff.
    LicenceKeyShown,
    /// Staff issued a proof of purchase for a product key.
    PurchaseProofIssued,
    /// A product was added.
    ProductCreated,
    /// A SKU was added.
    SkuCreated,
    /// A policy was added.
    PolicyCreated,
    /// A policy got a new version.
    PolicyChanged,
    /// A batch of product keys was issued.
    BatchIssued,
    /// A batch was withdrawn.
    BatchWithdrawn,
    /// A batch's keys were written out.
    BatchExported,
    /// Keys of another format were taken over.
    KeysImported,
    /// A staff token was made.
    StaffCreated,
    /// A staff token was withdrawn.
    StaffRemoved,
    /// The name of a member of staff was erased.
    StaffForgotten,
    /// A device's name was erased.
    DeviceForgotten,
    /// A licence's note was erased.
    LicenceLabelErased,
    /// A batch's note was erased.
    BatchLabelErased,
    /// A case was received.
    CaseReceived,
    /// A note was written on a case.
    CaseNoted,
    /// A case was closed.
    CaseClosed,
    /// A case was opened again.
    CaseReopened,
    /// A case was erased.
    CaseErased,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 43] = [
        Self::ActivationGranted,
        Self::ActivationRepeated,
        Self::ActivationRefused,
        Self::ActivationReleased,
        Self::RenewalRefused,
        Self::LeaseRewound,
        Self::LeaseRecovered,
        Self::InstallationCopied,
        Self::DeviceDrifted,
        Self::ActivationReclaimed,
        Self::ActivationRestored,
        Self::ReleaseAsked,
        Self::ReleaseObjected,
        Self::KeyChanged,
        Self::LicenceGranted,
        Self::LicenceSuspended,
        Self::LicenceReinstated,
        Self::LicenceRevoked,
        Self::LicenceExtended,
        Self::LicenceRenewed,
        Self::LicenceToppedUp,
        Self::LicenceKeyReplaced,
        Self::LicenceKeyShown,
        Self::PurchaseProofIssued,
        Self::ProductCreated,
        Self::SkuCreated,
        Self::PolicyCreated,
        Self::PolicyChanged,
        Self::BatchIssued,
        Self::BatchWithdrawn,
        Self::BatchExported,
        Self::KeysImported,
        Self::StaffCreated,
        Self::StaffRemoved,
        Self::StaffForgotten,
        Self::DeviceForgotten,
        Self::LicenceLabelErased,
        Self::BatchLabelErased,
        Self::CaseReceived,
        Self::CaseNoted,
        Self::CaseClosed,
        Self::CaseReopened,
        Self::CaseErased,
    ];

    /// The action's name in the log: `licence.revoked`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ActivationGranted => "activation.granted",
            Self::ActivationRepeated => "activation.repeated",
            Self::ActivationRefused => "activation.refused",
            Self::ActivationReleased => "activation.released",
            Self::RenewalRefused => "renewal.refused",
            Self::LeaseRewound => "lease.rewound",
            Self::LeaseRecovered => "lease.recovered",
            Self::InstallationCopied => "installation.copied",
            Self::DeviceDrifted => "device.drifted",
            Self::ActivationReclaimed => "activation.reclaimed",
            Self::ActivationRestored => "activation.restored",
            Self::ReleaseAsked => "release.asked",
            Self::ReleaseObjected => "release.objected",
            Self::KeyChanged => "key.changed",
            Self::LicenceGranted => "licence.granted",
            Self::LicenceSuspended => "licence.suspended",
            Self::LicenceReinstated => "licence.reinstated",
            Self::LicenceRevoked => "licence.revoked",
            Self::LicenceExtended => "licence.extended",
            Self::LicenceRenewed => "licence.renewed",
            Self::LicenceToppedUp => "licence.topped_up",
            Self::LicenceKeyReplaced => "licence.key_replaced",
            Self::LicenceKeyShown => "licence.key_shown",
            Self::PurchaseProofIssued => "purchase_proof.issued",
            Self::ProductCreated => "product.created",
            Self::SkuCreated => "sku.created",
            Self::PolicyCreated => "policy.created",
            Self::PolicyChanged => "policy.changed",
            Self::BatchIssued => "batch.issued",
            Self::BatchWithdrawn => "batch.withdrawn",
            Self::BatchExported => "batch.exported",
            Self::KeysImported => "keys.imported",
            Self::StaffCreated => "staff.created",
            Self::StaffRemoved => "staff.removed",
            Self::StaffForgotten => "staff.forgotten",
            Self::DeviceForgotten => "device.forgotten",
            Self::LicenceLabelErased => "licence.label_erased",
            Self::BatchLabelErased => "batch.label_erased",
            Self::CaseReceived => "case.received",
            Self::CaseNoted => "case.noted",
            Self::CaseClosed => "case.closed",
            Self::CaseReopened => "case.reopened",
            Self::CaseErased => "case.erased",
        }
    }

    /// The action with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == name)
    }
}

/// What an event is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    /// The licence.
    pub licence: Option<LicenceId>,
    /// The activation.
    pub activation: Option<ActivationId>,
    /// The device.
    pub device: Option<DeviceId>,
    /// The batch.
    pub batch: Option<BatchId>,
}

/// A code of the catalogue as the log keeps it: by name, so that an entry can be read long after its code was retired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeName(Cow<'static, str>);

impl CodeName {
    /// The longest name of a code.
    pub const LEN_MAX: usize = 64;

    /// The code with this name, whether or not this version knows it; `None` when no code can have the name.
    #[must_use]
    pub fn new(name: &str) -> Option<Self> {
        if let Ok(code) = name.parse::<Code>() {
            return Some(code.into());
        }
        let fits = (1..=Self::LEN_MAX).contains(&name.len())
            && name
                .bytes()
                .all(|symbol| symbol.is_ascii_lowercase() || symbol.is_ascii_digit() || symbol == b'_');
        fits.then(|| Self(Cow::Owned(name.to_owned())))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Code> for CodeName {
    fn from(code: Code) -> Self {
        Self(Cow::Borrowed(code.as_str()))
    }
}

/// What a decision rested on: pairs of a name and a value, in the order in which they were added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Details(Vec<(Cow<'static, str>, String)>);

impl Details {
    /// Adds a value.
    pub fn push(&mut self, (name, value): (&'static str, String)) {
        self.0.push((Cow::Borrowed(name), value));
    }

    /// The pairs.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, value.as_str()))
    }

    /// The value with this name, if there is one.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(found, _)| *found == name).map(|(_, value)| value)
    }
}

impl Extend<(&'static str, String)> for Details {
    fn extend<T: IntoIterator<Item = (&'static str, String)>>(&mut self, pairs: T) {
        self.0.extend(pairs.into_iter().map(|(name, value)| (Cow::Borrowed(name), value)));
    }
}

impl From<Vec<(&'static str, String)>> for Details {
    fn from(pairs: Vec<(&'static str, String)>) -> Self {
        let mut details = Self::default();
        details.extend(pairs);
        details
    }
}

/// As a store gives them back.
impl FromIterator<(String, String)> for Details {
    fn from_iter<T: IntoIterator<Item = (String, String)>>(pairs: T) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (Cow::Owned(name), value)).collect())
    }
}

/// One entry of the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Names the entry.
    pub id: EventId,
    /// When it happened.
    pub at: Timestamp,
    /// Who did it.
    pub actor: Actor,
    /// What was done.
    pub action: Action,
    /// To what.
    pub subject: Subject,
    /// Why, for a refusal.
    pub code: Option<CodeName>,
    /// What the decision rested on, by name: enough to make it again.
    pub details: Details,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_that_was_retired_is_still_read() {
        let known = CodeName::from(Code::ALL[0]);
        assert_eq!(CodeName::new(Code::ALL[0].as_str()), Some(known));
        assert_eq!(CodeName::new("a_code_of_long_ago").unwrap().as_str(), "a_code_of_long_ago");
        for name in ["", "Seat", "seat limit", "\u{5272}", &"a".repeat(65)] {
            assert_eq!(CodeName::new(name), None, "{name}");
        }
    }

    #[test]
    fn details_keep_their_order_whoever_gave_them() {
        let mut details = Details::from(vec![("seats", "3".to_owned())]);
        details.push(("by", "staff".to_owned()));
        let read: Details = details.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        assert_eq!((&read, read.get("by"), read.get("at")), (&details, Some("staff"), None));
    }
}
