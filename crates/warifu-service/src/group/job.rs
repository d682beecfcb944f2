//! What a group is made of: commands that are ready to be decided, and what they come to.

use std::sync::Arc;

use tokio::sync::OwnedSemaphorePermit;
use warifu_core::case::CaseChange;
use warifu_core::decide::{
    Activate, AskRelease, Deactivate, Deactivated, FreshIds, Grant, LicenceAct, Moment, ProvePurchase,
    ReleaseWaits, Renew,
};
use warifu_core::event::Event;
use warifu_core::id::{ActivationId, LicenceId, StaffId};
use warifu_core::licence::Licence;
use warifu_core::state::Refusal;
use warifu_core::time::Timestamp;

use crate::port::{Anchor, LogAppend, RegistryRecord, ReplyKey, Selector, Want};
use crate::staff::registry::RegistryAct;

/// A key that claims a licence, and the licence that it starts if it has none yet.
#[derive(Clone, Debug)]
pub struct Claim {
    /// How the licence is named.
    pub selector: Selector,
    /// The licence as it would begin. None when there is nothing to begin it from.
    pub fresh: Option<Box<Licence>>,
    /// Whether the key's batch was withdrawn: it starts no licence any more.
    pub withdrawn: bool,
    /// Whether the master that the key derives from is known to somebody else: then the key proves nothing, and only devices that the licence knows
    /// already are let in by it.
    pub compromised: bool,
}

/// A command of a device or of staff, ready to be decided.
#[derive(Clone, Debug)]
pub enum Task {
    /// Activate.
    Activate {
        /// The licence.
        claim: Claim,
        /// What the device asks.
        command: Activate,
    },
    /// Move to another licence.
    ChangeKey {
        /// The new licence.
        claim: Claim,
        /// What the device asks.
        command: Activate,
    },
    /// Renew.
    Renew(Renew),
    /// Deactivate.
    Deactivate(Deactivate),
    /// The holder of a product key asks for the release of another device's seat.
    AskRelease {
        /// The licence.
        claim: Claim,
        /// What is asked.
        command: AskRelease,
    },
    /// Staff act on a licence.
    Act {
        /// Which.
        licence: LicenceId,
        /// What they do.
        act: LicenceAct,
        /// Who they are.
        by: StaffId,
    },
    /// Staff are shown a licence's product key.
    ShowKey {
        /// The licence.
        licence: LicenceId,
        /// Who they are.
        by: StaffId,
    },
    /// Staff issue a proof of purchase.
    ProvePurchase {
        /// For which key, and for how long.
        asked: ProvePurchase,
        /// The epoch whose master makes it.
        epoch: u16,
        /// Who they are.
        by: StaffId,
    },
    /// Staff give a device's seat back.
    Release {
        /// The licence.
        licence: LicenceId,
        /// The activation.
        activation: ActivationId,
        /// Who they are.
        by: StaffId,
    },
    /// Staff erase a device's name.
    Forget {
        /// The licence.
        licence: LicenceId,
        /// The activation.
        activation: ActivationId,
        /// Who they are.
        by: StaffId,
    },
    /// Staff change the registry, grant a licence or take over keys.
    Registry {
        /// What they do.
        act: Box<RegistryAct>,
        /// Who they are.
        by: StaffId,
    },
    /// Cases change. What was decided rests on their revisions alone, so it is written as it is.
    Cases(Box<CaseTask>),
    /// The sequencer gives events their places in the verifiable log.
    Append(Box<LogAppend>),
}

/// A change of cases that was decided already.
#[derive(Clone, Debug)]
pub struct CaseTask {
    /// What is written. When a case is not as it was read, or a new one's number is taken, nothing is, and the answer is `version_conflict`.
    pub changes: Vec<CaseChange>,
    /// What goes into the log with it.
    pub events: Vec<Event>,
    /// What a repetition of the request is told.
    pub subject: String,
    /// The place that it takes among the cases of strangers that wait. It is free again when the command is done.
    pub place: Option<Arc<OwnedSemaphorePermit>>,
}

/// One command of a group.
#[derive(Clone, Debug)]
pub struct Job {
    /// What is asked.
    pub task: Task,
    /// When, and what the issuing key allows.
    pub moment: Moment,
    /// Ids for what may be made.
    pub ids: FreshIds,
    /// The request of staff that this is, with its digest, so that a repetition is noticed.
    pub reply: Option<(ReplyKey, [u8; 32])>,
}

/// What a command came to.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// A lease is to be signed.
    Granted(Box<Grant>),
    /// A device gave its lease up.
    Deactivated(Deactivated),
    /// A release waits for the device's objection.
    ReleaseWaits(ReleaseWaits),
    /// A licence as it is now.
    Licence(Box<Licence>),
    /// A record of the registry as it is now.
    Registry(Box<RegistryRecord>),
    /// So many keys were taken over.
    Imported(usize),
    /// A proof of purchase is to be made, of this epoch and with this time of issue.
    Proof {
        /// The epoch.
        epoch: u16,
        /// The time.
        issued: Timestamp,
    },
    /// The same request was answered before, and led to this.
    Repeated(String),
    /// Cases were written; the case that a repetition is told.
    Cases(String),
    /// The log has grown.
    Appended,
}

impl Outcome {
    /// What a repetition of the request is told.
    pub(super) fn subject(&self) -> String {
        match self {
            Self::Granted(grant) => grant.activation.to_string(),
            Self::Deactivated(_) | Self::ReleaseWaits(_) => String::new(),
            Self::Licence(licence) => licence.id.to_string(),
            Self::Registry(record) => match &**record {
                RegistryRecord::Product(product) => product.id.to_string(),
                RegistryRecord::Sku(sku) => sku.number.to_string(),
                RegistryRecord::Policy(policy) => policy.id.to_string(),
                RegistryRecord::Batch(batch) => batch.id.to_string(),
                RegistryRecord::Staff(staff) => staff.id.to_string(),
            },
            Self::Imported(count) => count.to_string(),
            Self::Proof { epoch, issued } => format!("{epoch} {}", issued.seconds()),
            Self::Repeated(subject) | Self::Cases(subject) => subject.clone(),
            Self::Appended => String::new(),
        }
    }
}

/// What is answered to one command.
pub type Answer = Result<Outcome, Refusal>;

/// What has to be loaded before a job can be decided.
pub(super) fn wants(job: &Job) -> Vec<Want> {
    let claimed = |claim: &Claim, command: &Activate| Want::Licence {
        selector: claim.selector,
        installation: Some(command.asking.installation),
        anchors: anchors(command),
        activation: None,
    };
    let by_id = |licence: LicenceId, activation| Want::Licence {
        selector: Selector::Id(licence),
        installation: None,
        anchors: Vec::new(),
        activation,
    };
    let mut wants = match &job.task {
        Task::Activate { claim, command } | Task::ChangeKey { claim, command } => {
            vec![claimed(claim, command), Want::Installation(command.asking.installation)]
        }
        Task::AskRelease { claim, .. } => vec![Want::Licence {
            selector: claim.selector,
            installation: None,
            anchors: Vec::new(),
            activation: None,
        }],
        Task::Renew(command) => vec![Want::Installation(command.asking.installation)],
        Task::Deactivate(command) => vec![Want::Installation(command.asking.installation)],
        Task::Act { licence, .. } | Task::ShowKey { licence, .. } => vec![by_id(*licence, None)],
        Task::Release { licence, activation, .. } | Task::Forget { licence, activation, .. } => {
            vec![by_id(*licence, Some(*activation))]
        }
        Task::ProvePurchase { asked, .. } => vec![Want::Licence {
            selector: Selector::Key(asked.number),
            installation: None,
            anchors: Vec::new(),
            activation: None,
        }],
        Task::Registry { .. } | Task::Cases(_) | Task::Append(_) => Vec::new(),
    };
    wants.extend(job.reply.map(|(key, _)| Want::Reply(key)));
    wants
}

fn anchors(command: &Activate) -> Vec<Anchor> {
    command.fingerprint.anchors().take(2).collect()
}
