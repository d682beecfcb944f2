//! The simulator's own book of what the service has signed. It is written from the answers as they leave the service, verified under the root, and knows
//! nothing of the service's records: what it counts are leases that somebody may hold.

use std::collections::{BTreeMap, BTreeSet};

use warifu_core::id::{ActivationId, IdempotencyKey, InstallationId, LeaseId, LicenceId};
use warifu_core::seat::SeatHandle;
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

/// The requests to release a seat.
#[derive(Clone, Debug)]
struct Asked {
    /// When the first reached the service, in milliseconds.
    first_millis: u64,
    /// Those that have no answer: one may take effect later, or has and nobody knows.
    open: BTreeSet<u64>,
}

/// What the holder of a product key calls the seat of an activation.
fn handle_of(activation: ActivationId) -> SeatHandle {
    let [.., a, b, c, d, e, f, g, h] = *activation.as_bytes();
    SeatHandle::from_bytes([a, b, c, d, e, f, g, h])
}

/// The book.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ledger {
    leases: BTreeMap<LeaseId, Signed>,
    answers: BTreeMap<(InstallationId, IdempotencyKey), (LeaseId, Timestamp)>,
    /// The newest lease of each installation, with its number and seat.
    heads: BTreeMap<InstallationId, (u64, LeaseId, ActivationId)>,
    /// Installations that have asked to be released, or to be moved to another licence, since they asked for their last lease: the call, and when it came. An
    /// answer may never have come of it.
    leaving: BTreeMap<InstallationId, (u64, u64)>,
    /// Seats whose release was asked for since their device was last heard of.
    asked: BTreeMap<SeatHandle, Asked>,
    /// When the last lease of each activation ends, however long ago.
    ends: BTreeMap<ActivationId, Timestamp>,
    /// Leases that were signed.
    pub(crate) signed: u64,
    /// The last state of the verifiable log that was audited.
    pub(crate) checkpoint: Option<Checkpoint>,
}

impl Ledger {
    /// Notes that an installation's request to be released, or moved, has reached the service.
    pub(crate) fn note_leaving(&mut self, installation: InstallationId, call: u64, now_millis: u64) {
        self.leaving.insert(installation, (call, now_millis));
    }

    /// Whether the service has to know this lease for one of an installation that holds its seat: the installation has not asked to go, no copy of it has
    /// taken it to another seat since, and no restore has made the service forget.
    pub(crate) fn holds(&self, lease: &Lease) -> bool {
        let known = self.heads.get(&lease.installation).is_some_and(|(sequence, head, seat)| {
            (*sequence > lease.sequence && *seat == lease.activation)
                || (*sequence == lease.sequence && *head == lease.id)
        });
        known && !self.leaving.contains_key(&lease.installation)
    }

    /// Notes a lease that has been signed for a machine, in answer to a call that was sent at `sent_millis`.
    ///
    /// # Errors
    /// What the answer says against an earlier one: a request that has had an answer gets the same lease while that runs.
    pub(crate) fn note(
        &mut self,
        lease: &Lease,
        machine: usize,
        now: Timestamp,
        (call, sent_millis): (u64, u64),
    ) -> Result<(), String> {
        self.signed += 1;
        let answered = self.answers.insert((lease.installation, lease.request), (lease.id, lease.expires));
        // Only the last request is known again: a copy of the folder may repeat an earlier one, after others. A release is another, though it brings no lease.
        let last = self.heads.get(&lease.installation).map(|(_, head, _)| *head);
        let left = self.leaving.get(&lease.installation).copied();
        if let Some((earlier, expires)) = answered
            && earlier != lease.id
            && last == Some(earlier)
            && left.is_none()
            && expires > now
        {
            return Err(format!("one request had two effects: the leases {earlier} and {}", lease.id));
        }
        // By a change of key it has gone and come back at once.
        if left.is_some_and(|(by, left)| by == call || left < sent_millis) {
            self.leaving.remove(&lease.installation);
        }
        if self.leases.insert(lease.id, Signed::new(lease, machine)).is_none() {
            self.note_heard(lease);
        }
        let end = self.ends.entry(lease.activation).or_insert(lease.expires);
        *end = lease.expires.max(*end);
        let head =
            self.heads.entry(lease.installation).or_insert((lease.sequence, lease.id, lease.activation));
        if head.0 == lease.sequence && head.1 != lease.id {
            return Err(format!(
                "two leases of one chain have the number {}: {} and {}",
                head.0, head.1, lease.id
            ));
        }
        if head.0 < lease.sequence {
            *head = (lease.sequence, lease.id, lease.activation);
        }
        Ok(())
    }

    /// Notes that a request to release a seat has reached the service.
    pub(crate) fn note_release_asked(&mut self, seat: SeatHandle, call: u64, now_millis: u64) {
        let asked = Asked { first_millis: now_millis, open: BTreeSet::new() };
        self.asked.entry(seat).or_insert(asked).open.insert(call);
    }

    /// Notes that a call was answered, and what it came to is known.
    pub(crate) fn release_answered(&mut self, call: u64) {
        for asked in self.asked.values_mut() {
            asked.open.remove(&call);
        }
    }

    /// A device that has got a new lease has been heard of: nothing that was asked for before holds.
    fn note_heard(&mut self, lease: &Lease) {
        let seat = handle_of(lease.activation);
        // Nodes' clocks part by seconds, and a lease may be signed again that was granted before: what was asked for just after that holds.
        let heard_millis = (u64::try_from(lease.issued.seconds()).unwrap_or(0) * 1_000).saturating_sub(5_000);
        if self
            .asked
            .get(&seat)
            .is_some_and(|asked| asked.open.is_empty() && asked.first_millis < heard_millis)
        {
            self.asked.remove(&seat);
        }
    }

    /// When the release of a seat was first asked for since its device was last heard of, in milliseconds.
    pub(crate) fn release_asked(&self, activation: ActivationId) -> Option<u64> {
        self.asked.get(&handle_of(activation)).map(|asked| asked.first_millis)
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
        self.heads.iter().map(|(installation, (sequence, lease, _))| (*installation, *sequence, *lease))
    }

    /// Forgets what no longer matters.
    pub(crate) fn prune(&mut self, now: Timestamp) {
        self.leases.retain(|_, lease| lease.expires > now);
        self.answers.retain(|_, (_, expires)| *expires > now);
    }
}

#[cfg(test)]
mod tests {
    use warifu_core::hardware::{Scheme, ShortFingerprint};
    use warifu_core::id::{DeviceId, PolicyId, ServiceId};
    use warifu_core::key::SkuNumber;
    use warifu_core::policy::{Channel, Restrictions};
    use warifu_core::text::Slug;
    use warifu_core::time::Span;

    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    /// A lease of the one installation, in answer to a request.
    fn lease(sequence: u64, request: u8) -> Lease {
        Lease {
            id: LeaseId::from_bytes([u8::try_from(sequence).unwrap(); 16]),
            service: ServiceId::from_bytes([1; 32]),
            licence: LicenceId::from_bytes([1; 16]),
            device: DeviceId::from_bytes([1; 16]),
            activation: ActivationId::from_bytes([1; 16]),
            sku: SkuNumber::MAX,
            product: Slug::new("draw").unwrap(),
            edition: Slug::new("pro").unwrap(),
            channel: Channel::Retail,
            features: Vec::new(),
            installation: InstallationId::from_bytes([1; 32]),
            fingerprint: ShortFingerprint::new(Scheme::Physical),
            sequence,
            parent: None,
            request: IdempotencyKey::from_bytes([request; 16]),
            issued: NOW,
            renew_after: NOW.plus(Span::days(7)),
            expires: NOW.plus(Span::days(60)),
            licence_ends: None,
            grace: Span::days(14),
            policy: PolicyId::from_bytes([1; 16]),
            policy_version: 1,
            restrictions: Restrictions::none(),
            sandbox: false,
            provisional: false,
        }
    }

    #[test]
    fn one_request_has_one_effect_unless_the_installation_went_in_between() {
        let mut ledger = Ledger::default();
        ledger.note(&lease(1, 1), 0, NOW, (1, 10)).unwrap();
        ledger.note(&lease(1, 1), 0, NOW, (2, 20)).unwrap();
        assert!(ledger.clone().note(&lease(2, 1), 0, NOW, (3, 30)).is_err());
        let installation = InstallationId::from_bytes([1; 32]);
        ledger.note_leaving(installation, 4, 40);
        ledger.clone().note(&lease(2, 1), 0, NOW, (5, 50)).unwrap();
        // What was asked before it went says nothing of whether it came back.
        ledger.note(&lease(2, 2), 0, NOW, (3, 30)).unwrap();
        assert!(!ledger.holds(&lease(2, 2)));
        ledger.note(&lease(3, 3), 0, NOW, (5, 50)).unwrap();
        assert!(ledger.holds(&lease(3, 3)));
        assert!(ledger.note(&lease(4, 3), 0, NOW, (6, 60)).is_err());
        // A change of key brings a lease by itself.
        ledger.note_leaving(installation, 7, 75);
        ledger.note(&lease(5, 5), 0, NOW, (7, 70)).unwrap();
        assert!(ledger.holds(&lease(5, 5)));
    }

    /// What seeds 155 and 408 were stopped by: the original came back to a seat that its copy had left for another licence's.
    #[test]
    fn a_seat_is_not_held_any_more_once_a_copy_has_taken_the_installation_elsewhere() {
        let mut ledger = Ledger::default();
        ledger.note(&lease(1, 1), 0, NOW, (1, 10)).unwrap();
        let renewed_by_the_copy = lease(2, 2);
        ledger.note(&renewed_by_the_copy, 1, NOW, (2, 20)).unwrap();
        assert!(ledger.holds(&lease(1, 1)), "the seat is the same");
        let elsewhere = Lease { activation: ActivationId::from_bytes([2; 16]), ..lease(3, 3) };
        ledger.note(&elsewhere, 1, NOW, (3, 30)).unwrap();
        assert!(!ledger.holds(&lease(1, 1)) && !ledger.holds(&renewed_by_the_copy));
        assert!(ledger.holds(&elsewhere));
    }

    #[test]
    fn a_seat_is_held_by_what_the_service_has_not_forgotten() {
        let mut ledger = Ledger::default();
        assert!(!ledger.holds(&lease(1, 1)));
        ledger.note(&lease(1, 1), 0, NOW, (1, 10)).unwrap();
        let backup = ledger.clone();
        ledger.note(&lease(2, 2), 0, NOW, (2, 20)).unwrap();
        assert!(ledger.holds(&lease(1, 1)) && ledger.holds(&lease(2, 2)));
        assert!(backup.holds(&lease(1, 1)) && !backup.holds(&lease(2, 2)));
    }
}
