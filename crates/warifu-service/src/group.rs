//! One group of commands: load what they need, decide on each in turn, commit all that changed, once.
//!
//! The decisions of a group see each other's changes, so that twenty activations in one group cannot share three seats. A refused commit (another
//! node was faster) is loaded and decided again. When the store fails, nobody is told that something was done. A command that the store does
//! not take, or a row that it cannot read, is nobody else's trouble: then each command is committed alone.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use tokio::sync::OwnedSemaphorePermit;
use warifu_core::case::CaseChange;
use warifu_core::catalogue::Failure;
use warifu_core::decide::{
    Activate, AskRelease, Deactivate, Deactivated, FreshIds, Grant, LicenceAct, Moment, ProvePurchase,
    ReleaseWaits, Renew, act_on_licence, activate, ask_release, change_key, check_compromised_key,
    deactivate, forget_device, prove_purchase, release_seat, renew, show_key,
};
use warifu_core::event::Event;
use warifu_core::id::{ActivationId, DeviceId, InstallationId, LicenceId, StaffId};
use warifu_core::licence::Licence;
use warifu_core::policy::Policy;
use warifu_core::seat::Installation;
use warifu_core::state::{Decision, LicenceState, Record, Refusal};
use warifu_core::time::Timestamp;

use crate::port::{
    Anchor, Changes, CommitError, Loaded, LogAppend, Registry, RegistryRecord, Reply, ReplyKey, Selector,
    Store, StoreError, Want,
};
use crate::refusals::RefusalLog;
use crate::snapshot::{self, Current};
use crate::staff::registry::{RegistryAct, decide_registry};

/// The most commands that are committed together.
pub const GROUP_MAX: usize = 64;

/// How often a group is decided again after another node was faster.
const ATTEMPTS_MAX: usize = 8;

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
    fn subject(&self) -> String {
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

/// Decides on a group of at most [`GROUP_MAX`] jobs and commits it. The answers come in the order of the jobs.
pub fn run_group(store: &mut dyn Store, current: &Current, jobs: &[Job]) -> Vec<Answer> {
    debug_assert!(jobs.len() <= GROUP_MAX);
    let mut answers = Vec::with_capacity(jobs.len());
    let mut rest = jobs;
    while let Some(first) = rest.first() {
        if let Task::Append(append) = &first.task {
            answers.push(append_to_log(store, append));
            rest = &rest[1..];
            continue;
        }
        if let Task::Cases(task) = &first.task {
            answers.push(write_cases(store, first, task));
            rest = &rest[1..];
            continue;
        }
        let (part, after) = rest.split_at(first_part(rest));
        answers.append(&mut run_part(store, current, part));
        rest = after;
    }
    answers
}

/// How many of the jobs may be committed at once: the registry's records each at most once, so one act on the registry. And nothing of the log
/// or of cases, which another node may be faster with, so that nobody's command has to be decided again because of it.
fn first_part(jobs: &[Job]) -> usize {
    let mut acts = jobs.iter().enumerate().filter(|(_, job)| matches!(job.task, Task::Registry { .. }));
    let end = acts.nth(1).map_or(jobs.len(), |(place, _)| place);
    let alone = |job: &Job| matches!(job.task, Task::Append(_) | Task::Cases(_));
    jobs[..end].iter().position(alone).unwrap_or(end)
}

fn append_to_log(store: &mut dyn Store, append: &LogAppend) -> Answer {
    match store.append(append) {
        Ok(()) => Ok(Outcome::Appended),
        Err(CommitError::Conflict) => Err(Failure::version_conflict().into()),
        Err(CommitError::Store(error)) => {
            tracing::error!(%error, "the log could not be written");
            Err(error.failure().into())
        }
    }
}

/// Writes changes of cases by themselves, unless the request was answered before.
fn write_cases(store: &mut dyn Store, job: &Job, task: &CaseTask) -> Answer {
    let failed = |error: &StoreError| {
        tracing::error!(%error, "a case could not be written");
        Err(error.failure().into())
    };
    let mut changes =
        Changes { cases: task.changes.clone(), events: task.events.clone(), ..Changes::default() };
    if let Some((key, digest)) = job.reply {
        let loaded = match store.load(&[Want::Reply(key)], job.moment.now) {
            Ok(loaded) => loaded,
            Err(error) => return failed(&error),
        };
        if let Some((_, reply)) = loaded.replies.into_iter().next() {
            // This is for the store to give free what it holds; nothing is written.
            let _ = store.commit(&Changes::default());
            let same = reply.digest == digest;
            return same
                .then_some(Outcome::Repeated(reply.subject))
                .ok_or_else(|| Failure::idempotency_key_reused().into());
        }
        let reply = Reply { digest, subject: task.subject.clone(), created: job.moment.now };
        changes.replies.push((key, reply));
    }
    match store.commit(&changes) {
        Ok(()) => Ok(Outcome::Cases(task.subject.clone())),
        Err(CommitError::Conflict) => Err(Failure::version_conflict().into()),
        Err(CommitError::Store(error)) => failed(&error),
    }
}

fn run_part(store: &mut dyn Store, current: &Current, jobs: &[Job]) -> Vec<Answer> {
    let now = jobs.iter().map(|job| job.moment.now).max().unwrap_or(Timestamp::MIN);
    let wants: Vec<Want> = jobs.iter().flat_map(wants).collect();
    for _ in 0..ATTEMPTS_MAX {
        let loaded = match store.load(&wants, now) {
            Ok(loaded) => loaded,
            Err(StoreError::Damaged { .. }) if jobs.len() > 1 => return run_each(store, current, jobs),
            Err(error) => {
                tracing::error!(%error, "the store could not be read");
                return jobs.iter().map(|_| Err(error.failure().into())).collect();
            }
        };
        refresh(store, current);
        let mut working = Working::new(loaded, current, jobs.len());
        let answers: Vec<Answer> = jobs.iter().map(|job| working.run(job)).collect();
        let changes = working.changes;
        // A commit of nothing gives free what the store may hold.
        match store.commit(&changes) {
            Ok(()) => {
                current.apply(&changes.registry);
                return answers;
            }
            Err(CommitError::Conflict) => {}
            Err(CommitError::Store(error)) => {
                tracing::error!(%error, "the store could not be written");
                return jobs.iter().map(|job| answer_unwritten(store, current, job, &error)).collect();
            }
        }
    }
    if jobs.len() > 1 {
        return run_each(store, current, jobs);
    }
    jobs.iter().map(|_| Err(Failure::version_conflict().into())).collect()
}

/// Takes up what other nodes have changed in the registry. Without it, the registry stays as it was: what was decided by it may be older than it could be,
/// but not wrong.
pub(crate) fn refresh(store: &mut dyn Store, current: &Current) {
    match store.news() {
        Ok(Some(registry)) => current.replace(registry),
        Ok(None) => {}
        Err(error) => tracing::warn!(%error, "the registry could not be read again"),
    }
}

/// The answer to a job whose group could not be written: who only asks how things are can be told, but from what is stored, not from what
/// was to be.
fn answer_unwritten(store: &mut dyn Store, current: &Current, job: &Job, error: &StoreError) -> Answer {
    let loaded = store.load(&wants(job), job.moment.now).map_err(|_| error.failure())?;
    let mut working = Working::new(loaded, current, 1);
    let answer = working.run(job);
    // This is for the store to give free what it holds; nothing is written.
    let _ = store.commit(&Changes::default());
    if working.changes.is_empty() { answer } else { Err(error.failure().into()) }
}

fn run_each(store: &mut dyn Store, current: &Current, jobs: &[Job]) -> Vec<Answer> {
    jobs.iter().flat_map(|job| run_part(store, current, std::slice::from_ref(job))).collect()
}

fn wants(job: &Job) -> Vec<Want> {
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

/// Whether a key whose master is known to somebody else may let this device in.
fn check_epoch(
    claim: &Claim,
    state: &LicenceState,
    prior: Option<&Installation>,
    command: &Activate,
) -> Result<(), Refusal> {
    if claim.compromised { check_compromised_key(state, prior, command) } else { Ok(()) }
}

fn anchors(command: &Activate) -> Vec<Anchor> {
    command.fingerprint.anchors().take(2).collect()
}

/// What the decisions of a group see and have changed so far.
struct Working {
    registry: Arc<Registry>,
    licences: HashMap<LicenceId, LicenceState>,
    selected: HashMap<Selector, LicenceId>,
    installations: HashMap<InstallationId, Installation>,
    replies: HashMap<ReplyKey, Reply>,
    refusals: Arc<RefusalLog>,
    changes: Changes,
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
    fn new(loaded: Loaded, current: &Current, jobs: usize) -> Self {
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
    fn run(&mut self, job: &Job) -> Answer {
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
                check_epoch(claim, state, prior, command)?;
                let other = prior.map(|prior| prior.licence).filter(|other| *other != id);
                let elsewhere = other.and_then(|other| self.licences.get(&other));
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

fn selector_of(licence: &Licence) -> Option<Selector> {
    use warifu_core::licence::Origin;
    match licence.origin {
        Origin::Key { number, .. } => Some(Selector::Key(number)),
        Origin::Imported(hash) => Some(Selector::Imported(hash)),
        Origin::Granted => None,
    }
}
