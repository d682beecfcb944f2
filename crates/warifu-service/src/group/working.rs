//! What the decisions of a group see of each other, and what is to be committed for all of them.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use warifu_core::catalogue::Failure;
use warifu_core::decide::{
    Activate, act_on_licence, activate, ask_release, change_key, check_compromised_key, deactivate,
    forget_device, prove_purchase, release_seat, renew, runs_elsewhere, show_key,
};
use warifu_core::event::Event;
use warifu_core::id::{ActivationId, DeviceId, InstallationId, LicenceId, StaffId};
use warifu_core::licence::Licence;
use warifu_core::policy::Policy;
use warifu_core::seat::Installation;
use warifu_core::state::{Decision, LicenceState, Record, Refusal};
use warifu_core::time::Timestamp;

use super::job::{Answer, Claim, Job, Outcome, Task};
use crate::port::{Changes, Loaded, Registry, Reply, ReplyKey, Selector};
use crate::refusals::RefusalLog;
use crate::snapshot::{self, Current};
use crate::staff::registry::{RegistryAct, decide_registry};

/// What the decisions of a group see and have changed so far.
pub(super) struct Working {
    registry: Arc<Registry>,
    licences: HashMap<LicenceId, LicenceState>,
    selected: HashMap<Selector, LicenceId>,
    installations: HashMap<InstallationId, Installation>,
    replies: HashMap<ReplyKey, Reply>,
    refusals: Arc<RefusalLog>,
    pub(super) changes: Changes,
    places: HashMap<RecordKey, usize>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum RecordKey {
    Licence(LicenceId),
    Device(DeviceId),
    Activation(ActivationId),
    Installation(InstallationId),
}

impl RecordKey {
    const fn of(record: &Record) -> Self {
        match record {
            Record::Licence(licence) => Self::Licence(licence.id),
            Record::Device(device) => Self::Device(device.id),
            Record::Activation(activation) => Self::Activation(activation.id),
            Record::Installation(installation) => Self::Installation(installation.id),
        }
    }
}

impl Working {
    pub(super) fn new(loaded: Loaded, current: &Current, jobs: usize) -> Self {
        // Room for what a full group of one kind of command adds, so that nothing is moved while it grows.
        let mut working = Self {
            registry: current.get().registry.clone(),
            licences: HashMap::with_capacity(jobs),
            selected: HashMap::with_capacity(2 * jobs),
            installations: HashMap::with_capacity(jobs + loaded.installations.len()),
            replies: loaded.replies.into_iter().collect(),
            refusals: current.refusals.clone(),
            changes: Changes::default(),
            places: HashMap::with_capacity(4 * jobs),
        };
        working.changes.records.reserve(4 * jobs);
        working.changes.events.reserve(jobs);
        working.installations.extend(loaded.installations.into_iter().map(|found| (found.id, found)));
        for found in loaded.licences {
            // A licence whose policy is not in the registry yet belongs to a newer snapshot; it is found on the next attempt.
            let Some(policy) = working.registry.policies.get(&found.licence.policy).cloned() else {
                continue;
            };
            working.add(LicenceState {
                licence: found.licence,
                policy,
                seats: found.seats,
                released: found.released,
            });
        }
        working
    }

    fn add(&mut self, state: LicenceState) {
        let id = state.licence.id;
        self.selected.insert(Selector::Id(id), id);
        self.selected.extend(selector_of(&state.licence).map(|selector| (selector, id)));
        self.licences.insert(id, state);
    }

    /// Decides on one job.
    pub(super) fn run(&mut self, job: &Job) -> Answer {
        if let Some((key, digest)) = &job.reply
            && let Some(reply) = self.replies.get(key)
        {
            let same = reply.digest == *digest;
            let repeated = || Outcome::Repeated(reply.subject.clone());
            return same.then(repeated).ok_or_else(|| Failure::idempotency_key_reused().into());
        }
        let answer = self.decide(job);
        if let (Ok(outcome), Some((key, digest))) = (&answer, job.reply) {
            let reply = Reply { digest, subject: outcome.subject(), created: job.moment.now };
            self.replies.insert(key, reply.clone());
            self.changes.replies.push((key, reply));
        }
        answer
    }

    fn decide(&mut self, job: &Job) -> Answer {
        let Job { moment, ids, .. } = job;
        match &job.task {
            Task::Activate { claim, command } => {
                let id = self.claim(claim)?;
                let state = self.state(id)?;
                let prior = self.installations.get(&command.asking.installation);
                let other = prior.map(|prior| prior.licence).filter(|other| *other != id);
                let elsewhere = other.and_then(|other| self.licences.get(&other));
                // It is refused whatever is proven.
                if !runs_elsewhere(state, prior, elsewhere) {
                    check_epoch(claim, state, prior, command)?;
                }
                let decision = activate(state, prior, elsewhere, command, ids, moment);
                self.take_limited(decision, command.asking.installation, moment.now)
                    .map(|grant| Outcome::Granted(Box::new(grant)))
            }
            Task::ChangeKey { claim, command } => {
                let new = self.claim(claim)?;
                let old = self.licence_of(command.asking.installation)?;
                let prior = self.installations.get(&command.asking.installation);
                check_epoch(claim, self.state(new)?, prior, command)?;
                let decision = change_key(self.state(old)?, self.state(new)?, command, ids, moment);
                self.take_limited(decision, command.asking.installation, moment.now)
                    .map(|grant| Outcome::Granted(Box::new(grant)))
            }
            Task::Renew(command) => {
                let state = self.state(self.licence_of(command.asking.installation)?)?;
                let mut decision = renew(state, command, ids, moment);
                if decision.outcome.is_ok() {
                    decision.events.retain(|event| self.refusals.takes_renewal(event, moment.now));
                }
                self.take(decision, moment.now).map(|grant| Outcome::Granted(Box::new(grant)))
            }
            Task::Deactivate(command) => {
                let state = self.state(self.licence_of(command.asking.installation)?)?;
                let decision = deactivate(state, command, ids, moment);
                self.take_limited(decision, command.asking.installation, moment.now).map(Outcome::Deactivated)
            }
            Task::AskRelease { claim, command } => {
                let id = self.claim(claim)?;
                if claim.compromised {
                    return Err(Failure::key_epoch_compromised().into());
                }
                let decision = ask_release(self.state(id)?, command, ids.events[0], moment.now);
                self.take(decision, moment.now).map(Outcome::ReleaseWaits)
            }
            Task::Act { licence, act, by } => {
                let decision =
                    act_on_licence(self.staff_state(*licence)?, *act, *by, ids.events[0], moment.now);
                self.take(decision, moment.now).map(|licence| Outcome::Licence(Box::new(licence)))
            }
            Task::ShowKey { licence, by } => {
                let decision = show_key(self.staff_state(*licence)?, *by, ids.events[0], moment.now);
                self.take(decision, moment.now).map(|licence| Outcome::Licence(Box::new(licence)))
            }
            Task::ProvePurchase { asked, epoch, by } => {
                let licence = self.selected.get(&Selector::Key(asked.number));
                let state = licence.and_then(|id| self.licences.get(id));
                let decision = prove_purchase(state, asked, *by, ids.events[0], moment.now);
                let epoch = *epoch;
                self.take(decision, moment.now).map(|issued| Outcome::Proof { epoch, issued })
            }
            Task::Release { licence, activation, by } => {
                let state = self.staff_state(*licence)?;
                let decision = release_seat(state, *activation, *by, ids.events[0], moment.now);
                self.take(decision, moment.now).map(|licence| Outcome::Licence(Box::new(licence)))
            }
            Task::Forget { licence, activation, by } => {
                let state = self.staff_state(*licence)?;
                let decision = forget_device(state, *activation, *by, ids.events[0], moment.now);
                self.take(decision, moment.now).map(|licence| Outcome::Licence(Box::new(licence)))
            }
            Task::Registry { act, by } => self.decide_registry(act, *by, job),
            // Written by itself, before any group is decided.
            Task::Cases(_) | Task::Append(_) => Err(Failure::service_unavailable().into()),
        }
    }

    fn decide_registry(&mut self, act: &RegistryAct, by: StaffId, job: &Job) -> Answer {
        let decided = decide_registry(&self.registry, act, by, &job.ids, job.moment.now)?;
        let registry = Arc::make_mut(&mut self.registry);
        for record in &decided.records {
            snapshot::apply(registry, record.clone());
        }
        self.changes.registry.extend(decided.records);
        self.changes.imported.extend(decided.imported);
        self.changes.events.push(decided.event);
        if let Some(licence) = decided.licence {
            self.record(Record::Licence(licence));
        }
        Ok(decided.outcome)
    }

    /// The licence that a key claims, begun if it is the key's first use.
    fn claim(&mut self, claim: &Claim) -> Result<LicenceId, Refusal> {
        if let Some(id) = self.selected.get(&claim.selector) {
            return Ok(*id);
        }
        if claim.withdrawn {
            return Err(Failure::batch_withdrawn().into());
        }
        let licence = claim.fresh.as_deref().ok_or_else(Failure::licence_not_found)?;
        let policy = self.policy(licence)?;
        self.add(LicenceState::unused(licence.clone(), policy));
        Ok(licence.id)
    }

    fn policy(&self, licence: &Licence) -> Result<Arc<Policy>, Failure> {
        self.registry
            .policies
            .get(&licence.policy)
            .cloned()
            .ok_or_else(|| Failure::record_not_found("policy", licence.policy))
    }

    fn state(&self, id: LicenceId) -> Result<&LicenceState, Failure> {
        self.licences.get(&id).ok_or_else(Failure::licence_not_found)
    }

    fn staff_state(&self, id: LicenceId) -> Result<&LicenceState, Failure> {
        self.licences.get(&id).ok_or_else(|| Failure::record_not_found("licence", id))
    }

    fn licence_of(&self, installation: InstallationId) -> Result<LicenceId, Failure> {
        self.installations
            .get(&installation)
            .map(|found| found.licence)
            .ok_or_else(Failure::installation_unknown)
    }

    /// [`Self::take`] for what an installation may do over and over: each time leaves entries in the log, which stay for good.
    fn take_limited<T>(
        &mut self,
        decision: Decision<T>,
        installation: InstallationId,
        now: Timestamp,
    ) -> Result<T, Refusal> {
        if decision.outcome.is_ok() && !decision.events.is_empty() {
            self.refusals.take_turn(installation, now).map_err(Failure::rate_limited)?;
        }
        self.take(decision, now)
    }

    /// Takes up what a decision changed, for the decisions after it and for the commit.
    fn take<T>(&mut self, mut decision: Decision<T>, now: Timestamp) -> Result<T, Refusal> {
        let grounds = self.grounds(&decision.records);
        decision.records.extend(grounds);
        for id in self.concerned(&decision.records) {
            if let Some(state) = self.licences.get_mut(&id) {
                state.apply(&decision.records, now);
            }
        }
        for record in decision.records {
            if let Record::Installation(installation) = &record {
                self.installations.insert(installation.id, installation.clone());
            }
            self.record(record);
        }
        for event in decision.events {
            if decision.outcome.is_err() && !self.refusals.takes(&event, self.selector(&event), now) {
                continue;
            }
            let event = self.without_unborn(event);
            self.changes.events.push(event);
        }
        decision.outcome
    }

    /// What decisions rest on beyond what they write, where another node might change the one without touching the other. Written once more as it is,
    /// it makes the two a conflict:
    ///
    /// - who takes a seat or gives one back has counted the licence's seats;
    /// - who gives a seat back has looked how long its leases run, and none of them may be renewed meanwhile;
    /// - a new installation rests on its seat being held.
    fn grounds(&self, records: &[Record]) -> Vec<Record> {
        let mut grounds: Vec<Record> = Vec::new();
        // A decision has a handful of records: looking through them is quicker than keeping a set of their names.
        let mut rests_on = |record: Record| {
            let key = RecordKey::of(&record);
            if records.iter().chain(&grounds).all(|known| RecordKey::of(known) != key) {
                grounds.push(record);
            }
        };
        for record in records {
            match record {
                Record::Activation(activation) => {
                    let Some(state) = self.licences.get(&activation.licence) else { continue };
                    let before = state.seat(activation.id);
                    if before.is_some_and(|seat| seat.activation.state == activation.state) {
                        continue;
                    }
                    rests_on(Record::Licence(state.licence.clone()));
                    for installation in before.into_iter().flat_map(|seat| &seat.installations) {
                        rests_on(Record::Installation(installation.clone()));
                    }
                }
                Record::Installation(installation) => {
                    let before = self.installations.get(&installation.id);
                    if before.is_some_and(|before| before.activation == installation.activation) {
                        continue;
                    }
                    let state = self.licences.get(&installation.licence);
                    if let Some(seat) = state.and_then(|state| state.seat(installation.activation)) {
                        rests_on(Record::Activation(seat.activation.clone()));
                    }
                }
                Record::Licence(_) | Record::Device(_) => {}
            }
        }
        grounds
    }

    /// How the licence of an event is named, whether or not it has begun.
    fn selector(&self, event: &Event) -> Option<Selector> {
        let id = event.subject.licence?;
        let state = self.licences.get(&id);
        Some(state.and_then(|state| selector_of(&state.licence)).unwrap_or(Selector::Id(id)))
    }

    /// The licences that records belong to, now or before.
    fn concerned(&self, records: &[Record]) -> Vec<LicenceId> {
        let mut ids = Vec::new();
        for record in records {
            match record {
                Record::Licence(licence) => ids.push(licence.id),
                Record::Activation(activation) => ids.push(activation.licence),
                Record::Installation(installation) => {
                    ids.push(installation.licence);
                    ids.extend(self.installations.get(&installation.id).map(|before| before.licence));
                }
                Record::Device(_) => {}
            }
        }
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// An event without the id of a licence that was refused its beginning: no such record will exist.
    fn without_unborn(&self, mut event: Event) -> Event {
        let unborn = event.subject.licence.is_some_and(|id| {
            let unwritten = !self.places.contains_key(&RecordKey::Licence(id));
            unwritten && self.licences.get(&id).is_some_and(|state| state.licence.revision.is_new())
        });
        if unborn {
            event.subject.licence = None;
        }
        event
    }

    /// Notes a record for the commit, in the place of an earlier state of it.
    fn record(&mut self, record: Record) {
        let key = RecordKey::of(&record);
        match self.places.entry(key) {
            Entry::Occupied(place) => self.changes.records[*place.get()] = record,
            Entry::Vacant(place) => {
                place.insert(self.changes.records.len());
                self.changes.records.push(record);
            }
        }
    }
}

/// Whether a key whose master is known to somebody else may let this device in.
fn check_epoch(
    claim: &Claim,
    state: &LicenceState,
    prior: Option<&Installation>,
    command: &Activate,
) -> Result<(), Refusal> {
    if claim.compromised { check_compromised_key(state, prior, command) } else { Ok(()) }
}

fn selector_of(licence: &Licence) -> Option<Selector> {
    use warifu_core::licence::Origin;
    match licence.origin {
        Origin::Key { number, .. } => Some(Selector::Key(number)),
        Origin::Imported(hash) => Some(Selector::Imported(hash)),
        Origin::Granted => None,
    }
}
