//! The simulator's own book of what the service has signed. It is written from the answers as they leave the service, verified under the root, and knows
//! nothing of the service's records: what it counts are leases that somebody may hold.

use std::collections::{BTreeMap, BTreeSet};

use warifu_core::id::{ActivationId, IdempotencyKey, InstallationId, LeaseId, LicenceId};
use warifu_core::time::Timestamp;
use warifu_proto::lease::Lease;
use warifu_proto::log::Checkpoint;

/// A lease that was signed.
#[derive(Clone, Debug)]
pub(crate) struct Signed {
    /// The machine that it was signed for, by what it counts as.
    pub(crate) machine: usize,
    pub(crate) licence: LicenceId,
    pub(crate) activation: ActivationId,
    pub(crate) expires: Timestamp,
    pub(crate) installation: InstallationId,
    /// Whether it bridges an outage.
    pub(crate) provisional: bool,
}

impl Signed {
    fn new(lease: &Lease, machine: usize) -> Self {
        Self {
            machine,
            licence: lease.licence,
            activation: lease.activation,
            expires: lease.expires,
            installation: lease.installation,
            provisional: lease.provisional,
        }
    }
}

/// The book.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ledger {
    leases: BTreeMap<LeaseId, Signed>,
    answers: BTreeMap<(InstallationId, IdempotencyKey), (LeaseId, Timestamp)>,
    heads: BTreeMap<InstallationId, (u64, LeaseId)>,
    /// When the last lease of each activation ends, however long ago.
    ends: BTreeMap<ActivationId, Timestamp>,
    /// Leases that were signed.
    pub(crate) signed: u64,
    /// The last state of the verifiable log that was audited.
    pub(crate) checkpoint: Option<Checkpoint>,
}

impl Ledger {
    /// Notes a lease that has been signed for a machine.
    ///
    /// # Errors
    /// What the answer says against an earlier one: a request that has had an answer gets the same lease while that runs.
    pub(crate) fn note(&mut self, lease: &Lease, machine: usize, now: Timestamp) -> Result<(), String> {
        self.signed += 1;
        let answered = self.answers.insert((lease.installation, lease.request), (lease.id, lease.expires));
        // Only the last request is known again: a copy of the folder may repeat an earlier one, after others.
        let last = self.heads.get(&lease.installation).map(|(_, head)| *head);
        if let Some((earlier, expires)) = answered
            && earlier != lease.id
            && last == Some(earlier)
            && expires > now
        {
            return Err(format!("one request had two effects: the leases {earlier} and {}", lease.id));
        }
        self.leases.insert(lease.id, Signed::new(lease, machine));
        let end = self.ends.entry(lease.activation).or_insert(lease.expires);
        *end = lease.expires.max(*end);
        let head = self.heads.entry(lease.installation).or_insert((lease.sequence, lease.id));
        if head.0 == lease.sequence && head.1 != lease.id {
            return Err(format!(
                "two leases of one chain have the number {}: {} and {}",
                head.0, head.1, lease.id
            ));
        }
        if head.0 < lease.sequence {
            *head = (lease.sequence, lease.id);
        }
        Ok(())
    }

    /// When the last lease of an activation ends.
    pub(crate) fn end_of(&self, activation: ActivationId) -> Option<Timestamp> {
        self.ends.get(&activation).copied()
    }

    /// Notes a lease that was signed while the store was down. It is of no chain yet.
    pub(crate) fn note_provisional(&mut self, lease: &Lease, machine: usize) {
        self.signed += 1;
        self.answers.insert((lease.installation, lease.request), (lease.id, lease.expires));
        self.leases.insert(lease.id, Signed::new(lease, machine));
    }

    /// The installations that may hold a provisional lease under one of these names of a licence.
    pub(crate) fn provisional(
        &self,
        licences: &[LicenceId],
        now: Timestamp,
    ) -> BTreeSet<(InstallationId, LeaseId)> {
        let runs = |(_, lease): &(&LeaseId, &Signed)| {
            lease.provisional && lease.expires > now && licences.contains(&lease.licence)
        };
        self.leases.iter().filter(runs).map(|(id, lease)| (lease.installation, *id)).collect()
    }

    /// How many machines may hold a lease of a licence that runs at `now`, and how many activations their leases name.
    pub(crate) fn holders(&self, is_of: impl Fn(LicenceId) -> bool, now: Timestamp) -> (usize, usize) {
        let running = self.leases.values().filter(|lease| is_of(lease.licence) && lease.expires > now);
        let (mut machines, mut activations) = (BTreeSet::new(), BTreeSet::new());
        for lease in running {
            machines.insert(lease.machine);
            activations.insert(lease.activation);
        }
        (machines.len(), activations.len())
    }

    /// The newest lease of each installation.
    pub(crate) fn heads(&self) -> impl Iterator<Item = (InstallationId, u64, LeaseId)> {
        self.heads.iter().map(|(installation, (sequence, lease))| (*installation, *sequence, *lease))
    }

    /// Forgets what no longer matters.
    pub(crate) fn prune(&mut self, now: Timestamp) {
        self.leases.retain(|_, lease| lease.expires > now);
        self.answers.retain(|_, (_, expires)| *expires > now);
    }
}
