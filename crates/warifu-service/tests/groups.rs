//! Groups of commands on a real store in memory, and on one that fails on purpose.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as tests do")]

use std::collections::VecDeque;
use std::sync::Arc;

use warifu_core::batch::Batch;
use warifu_core::catalogue::Code;
use warifu_core::decide::{Activate, Asking, Deactivate, FreshIds, Grant, LicenceAct, Moment, Renew};
use warifu_core::event::Action;
use warifu_core::hardware::{ComponentKind, Reading, Scheme, StoredFingerprint, StoredHash};
use warifu_core::id::{
    ActivationId, BatchId, DeviceId, EventId, IdempotencyKey, InstallationId, LeaseId, LicenceId, PolicyId,
    ProductId, StaffId,
};
use warifu_core::key::{KeyFormat, KeyNumber, SkuNumber};
use warifu_core::licence::Licence;
use warifu_core::policy::{Channel, Policy, Route};
use warifu_core::random::Random;
use warifu_core::record::Revision;
use warifu_core::seat::ActivationState;
use warifu_core::text::{Name, Slug};
use warifu_core::time::{Span, Timestamp};
use warifu_service::group::{Answer, Claim, Job, Outcome, Task, run_group};
use warifu_service::port::{
    Changes, CommitError, Loaded, LogAppend, Page, Reads, ReplyKey, Selector, Store, StoreError, Want,
};
use warifu_service::secrets::Secrets;
use warifu_service::snapshot::Current;
use warifu_service::staff::registry::RegistryAct;

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
const STAFF: StaffId = StaffId::from_bytes([7; 16]);

/// Bytes for secrets that no test looks at.
struct Sevens;

impl Random for Sevens {
    fn fill(&mut self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

/// What a store is to do instead of its next loading or commit.
enum Trouble {
    Nothing,
    Conflict,
    Full,
}

/// A store whose next commits fail as told, and which may hold a licence that cannot be read.
struct Failing<S> {
    store: S,
    commits: VecDeque<Trouble>,
    damaged: Option<Selector>,
    committed: usize,
}

impl<S: Store> Store for Failing<S> {
    fn load(&mut self, wants: &[Want], now: Timestamp) -> Result<Loaded, StoreError> {
        let bad =
            |want: &Want| matches!(want, Want::Licence { selector, .. } if Some(*selector) == self.damaged);
        if wants.iter().any(bad) {
            return Err(StoreError::Damaged { path: "store".into(), detail: "licence 1".to_owned() });
        }
        self.store.load(wants, now)
    }

    fn commit(&mut self, changes: &Changes) -> Result<(), CommitError> {
        match self.commits.pop_front().unwrap_or(Trouble::Nothing) {
            Trouble::Nothing => {
                self.committed += 1;
                self.store.commit(changes)
            }
            Trouble::Conflict => Err(CommitError::Conflict),
            Trouble::Full => Err(StoreError::Full("store".into()).into()),
        }
    }

    fn append(&mut self, append: &LogAppend) -> Result<(), CommitError> {
        self.store.append(append)
    }
}

/// A shop with one product, a policy of three seats and a batch of keys.
struct Shop {
    store: Failing<warifu_store::sqlite::SqliteStore>,
    reads: warifu_store::sqlite::SqliteReads,
    current: Current,
    policy: Policy,
    batch: Batch,
    counter: u64,
}

fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

impl Shop {
    fn new() -> Self {
        let (store, reads) = warifu_store::sqlite::open_in_memory().unwrap();
        let current = Current::new(reads.registry().unwrap(), Arc::new(Secrets::generate(&mut Sevens)));
        let policy = Policy {
            seats: 3,
            ..Policy::preset(Channel::Subscription, PolicyId::from_bytes([1; 16]), name("Standard"), NOW)
        };
        let batch = Batch {
            id: BatchId::from_bytes([1; 16]),
            revision: Revision::NEW,
            sku: SkuNumber::new(1).unwrap(),
            policy: policy.id,
            format: KeyFormat::Live,
            epoch: 1,
            first_index: 0,
            count: 1_000,
            label: None,
            withdrawn: false,
            created: NOW,
        };
        let store = Failing { store, commits: VecDeque::new(), damaged: None, committed: 0 };
        let mut shop = Self { store, reads, current, policy: policy.clone(), batch, counter: 0 };
        let product = ProductId::from_bytes([1; 16]);
        let code = |text| Slug::new(text).unwrap();
        let acts = [
            RegistryAct::CreateProduct { id: product, code: code("draw"), name: name("Draw") },
            RegistryAct::CreateSku {
                number: Some(shop.batch.sku),
                product,
                edition: code("pro"),
                name: name("Pro"),
                features: Vec::new(),
            },
            RegistryAct::CreatePolicy(Box::new(policy)),
        ];
        for act in acts {
            let job = shop.act(act);
            shop.one(job).unwrap();
        }
        shop
    }

    fn id(&mut self) -> [u8; 16] {
        self.counter += 1;
        let mut bytes = [0; 16];
        bytes[8..].copy_from_slice(&self.counter.to_be_bytes());
        bytes
    }

    fn job(&mut self, task: Task) -> Job {
        let ids = FreshIds {
            activation: ActivationId::from_bytes(self.id()),
            device: DeviceId::from_bytes(self.id()),
            lease: LeaseId::from_bytes(self.id()),
            events: [(); 3].map(|()| EventId::from_bytes(self.id())),
        };
        let moment = Moment { now: NOW, longest_lease: Span::days(400), latest_expiry: Timestamp::MAX };
        Job { task, moment, ids, reply: None }
    }

    fn act(&mut self, act: RegistryAct) -> Job {
        self.job(Task::Registry { act: Box::new(act), by: STAFF })
    }

    fn grant_licence(&mut self, id: u8) -> Job {
        let (sku, policy) = (self.batch.sku, self.policy.id);
        let id = LicenceId::from_bytes([id; 16]);
        self.act(RegistryAct::GrantLicence { id, sku, policy, seats: None, label: None })
    }

    fn asking(&mut self, device: u8) -> Asking {
        let request = IdempotencyKey::from_bytes(self.id());
        Asking { installation: InstallationId::from_bytes([device; 32]), request, nonce_millis: self.counter }
    }

    fn number(&self, serial: u32) -> KeyNumber {
        KeyNumber { format: self.batch.format, sku: self.batch.sku, serial }
    }

    /// What the key with this serial claims. Each use draws another id for the licence, as the service does.
    fn claim(&mut self, serial: u32) -> Claim {
        let id = LicenceId::from_bytes(self.id());
        let number = self.number(serial);
        let fresh = Licence::from_key(id, number, &self.batch, &self.policy, NOW);
        Claim {
            selector: Selector::Key(number),
            fresh: Some(Box::new(fresh)),
            withdrawn: false,
            compromised: false,
        }
    }

    fn activate(&mut self, serial: u32, device: u8) -> Job {
        let command = command(self.asking(device), device);
        let claim = self.claim(serial);
        self.job(Task::Activate { claim, command })
    }

    fn change_key(&mut self, serial: u32, device: u8) -> Job {
        let command = command(self.asking(device), device);
        let claim = self.claim(serial);
        self.job(Task::ChangeKey { claim, command })
    }

    fn renew(&mut self, device: u8, lease: LeaseId) -> Job {
        let asking = self.asking(device);
        self.job(Task::Renew(Renew { asking, lease, fingerprint: machine(device) }))
    }

    fn deactivate(&mut self, device: u8) -> Job {
        let asking = self.asking(device);
        self.job(Task::Deactivate(Deactivate { asking }))
    }

    fn run(&mut self, jobs: &[Job]) -> Vec<Answer> {
        run_group(&mut self.store, &self.current, jobs)
    }

    fn one(&mut self, job: Job) -> Answer {
        self.run(&[job]).remove(0)
    }

    /// Seats taken and seats held of a key's licence, as stored; none when the key has never been used.
    fn stored(&self, serial: u32) -> Option<(u32, usize)> {
        let want = Want::Licence {
            selector: Selector::Key(self.number(serial)),
            installation: None,
            anchors: Vec::new(),
            activation: None,
        };
        let found = self.reads.load(&[want], NOW).unwrap().licences.pop()?;
        Some((found.licence.seats_taken, found.seats.iter().filter(|seat| seat.is_active()).count()))
    }

    fn actions(&self) -> Vec<Action> {
        let page = Page { after: None, limit: 200 };
        self.reads.events(None, &page).unwrap().iter().map(|event| event.action).collect()
    }
}

fn machine(device: u8) -> StoredFingerprint {
    [ComponentKind::Motherboard, ComponentKind::SystemDisk, ComponentKind::OsInstall]
        .into_iter()
        .fold(StoredFingerprint::new(Scheme::Physical), |print, kind| {
            print.with(kind, Reading::Present(StoredHash::from_u64(u64::from(device))))
        })
}

fn command(asking: Asking, device: u8) -> Activate {
    Activate {
        asking,
        fingerprint: machine(device),
        device_name: None,
        route: Route::Online,
        key_generation: 0,
        proof: None,
    }
}

fn grant(answer: &Answer) -> &Grant {
    match answer {
        Ok(Outcome::Granted(grant)) => grant,
        other => unreachable!("no lease was granted: {other:?}"),
    }
}

fn codes(answers: &[Answer]) -> Vec<Option<Code>> {
    answers.iter().map(|answer| answer.as_ref().err().map(|refusal| refusal.failure.code())).collect()
}

#[test]
fn twenty_activations_of_one_group_share_three_seats() {
    let mut shop = Shop::new();
    let before = shop.actions().len();
    let jobs: Vec<Job> = (1..=20).map(|device| shop.activate(5, device)).collect();
    let answers = shop.run(&jobs);
    let (granted, refused) = answers.split_at(3);
    assert_eq!(codes(granted), [None; 3]);
    assert_eq!(codes(refused), [Some(Code::SeatLimitReached); 17]);
    let licence = grant(&granted[0]).licence.id;
    assert!(granted.iter().all(|answer| grant(answer).licence.id == licence), "one key, one licence");
    assert_eq!(shop.stored(5), Some((3, 3)));
    assert_eq!(shop.actions().len(), before + 20, "each decision is in the log once");
}

#[test]
fn whoever_is_refused_again_and_again_does_not_fill_the_log() {
    let mut shop = Shop::new();
    for device in 1..=3 {
        let job = shop.activate(5, device);
        shop.one(job).unwrap();
    }
    let refused = |shop: &mut Shop, serial: u32, times: u8, now: Timestamp| {
        let before = shop.actions().len();
        for device in 0..times {
            // Each time under another name.
            let mut job = shop.activate(serial, 10 + device);
            job.moment.now = now;
            if let (6, Task::Activate { command, .. }) = (serial, &mut job.task) {
                command.key_generation = 1;
            }
            shop.one(job).unwrap_err();
        }
        shop.actions().len() - before
    };
    assert_eq!(refused(&mut shop, 5, 50, NOW), 20);
    assert_eq!(refused(&mut shop, 5, 50, NOW.plus(Span::seconds(600))), 2);
    // A licence that is never begun, for its key is not the one that was given out, is the same one each time.
    assert_eq!(refused(&mut shop, 6, 50, NOW), 20);
    // Another's rows are another's, and what is granted is always logged.
    let before = shop.actions().len();
    let job = shop.activate(7, 4);
    shop.one(job).unwrap();
    assert_eq!(shop.actions().len(), before + 1);
}

#[test]
fn whoever_comes_and_goes_again_and_again_is_slowed_down_and_does_not_fill_the_log() {
    let mut shop = Shop::new();
    let mut turns = |now: Timestamp| {
        let before = shop.actions().len();
        let mut refused = Vec::new();
        for _ in 0..30 {
            for mut job in [shop.activate(5, 1), shop.deactivate(1)] {
                job.moment.now = now;
                refused.extend(shop.one(job).err().map(|refusal| refusal.failure.code()));
            }
        }
        assert!(refused.iter().all(|code| *code == Code::RateLimited));
        shop.actions().len() - before
    };
    assert_eq!(turns(NOW), 20);
    assert_eq!(turns(NOW.plus(Span::seconds(600))), 2);
    // A repetition is answered all the same, and another device is not affected.
    let job = shop.activate(5, 2);
    shop.one(job.clone()).unwrap();
    assert!(grant(&shop.one(job)).retried);
}

#[test]
fn renewals_out_of_the_ordinary_are_granted_beyond_what_the_log_takes_of_them() {
    let mut shop = Shop::new();
    let job = shop.activate(5, 1);
    let first = grant(&shop.one(job)).head.lease;
    let before = shop.actions().len();
    for _ in 0..50 {
        // A backup is restored each time.
        let job = shop.renew(1, first);
        shop.one(job).unwrap();
    }
    assert_eq!(shop.actions().len(), before + 20);
}

#[test]
fn a_refused_first_use_starts_no_licence_and_the_next_one_of_the_group_does() {
    let mut shop = Shop::new();
    let too_new = |mut job: Job| {
        if let Task::Activate { command, .. } = &mut job.task {
            command.key_generation = 1;
        }
        job
    };
    let refused = too_new(shop.activate(5, 1));
    let answers = shop.run(&[refused]);
    assert_eq!(codes(&answers), [Some(Code::KeyNotGenuine)]);
    assert_eq!(shop.stored(5), None);
    let refused = too_new(shop.activate(5, 1));
    let good = shop.activate(5, 2);
    let answers = shop.run(&[refused, good]);
    assert_eq!(codes(&answers), [Some(Code::KeyNotGenuine), None]);
    assert_eq!(shop.stored(5), Some((1, 1)));
}

#[test]
fn a_repeated_activation_of_one_group_has_one_effect_and_one_event() {
    let mut shop = Shop::new();
    let before = shop.actions().len();
    let job = shop.activate(5, 1);
    let answers = shop.run(&[job.clone(), job]);
    assert_eq!(grant(&answers[0]).head, grant(&answers[1]).head);
    assert!(grant(&answers[1]).retried);
    assert_eq!(shop.stored(5), Some((1, 1)));
    assert_eq!(shop.actions()[before..], [Action::ActivationGranted]);
}

#[test]
fn an_installation_may_come_renew_and_go_in_one_group() {
    let mut shop = Shop::new();
    let come = shop.activate(5, 1);
    let renew = shop.renew(1, come.ids.lease);
    let go = shop.deactivate(1);
    let again = shop.activate(5, 1);
    let answers = shop.run(&[come, renew, go, again]);
    assert_eq!(codes(&answers), [None; 4]);
    assert_eq!(grant(&answers[3]).head.sequence, 3);
    assert_eq!(shop.stored(5), Some((1, 1)));
    let lease = grant(&answers[3]).head.lease;
    let later = shop.renew(1, lease);
    shop.one(later).unwrap();
}

#[test]
fn the_key_is_changed_within_one_group() {
    let mut shop = Shop::new();
    let jobs = [shop.activate(5, 1), shop.change_key(6, 1), shop.change_key(7, 1), shop.activate(5, 2)];
    let answers = shop.run(&jobs);
    assert_eq!(codes(&answers), [None; 4]);
    assert_eq!((shop.stored(5), shop.stored(6), shop.stored(7)), (Some((1, 1)), Some((0, 0)), Some((1, 1))));
    let again = shop.one(jobs[2].clone()).unwrap();
    let Outcome::Granted(again) = again else { unreachable!("a change of key grants a lease") };
    assert!(again.retried);
    assert_eq!(again.head, grant(&answers[2]).head);
}

#[test]
fn a_failing_commit_tells_every_writer_and_nobody_else() {
    let mut shop = Shop::new();
    let first = shop.activate(5, 1);
    let held = grant(&shop.one(first.clone())).head;
    shop.store.commits.push_back(Trouble::Full);
    let second = shop.activate(5, 2);
    let unknown = shop.renew(9, held.lease);
    let renewal = shop.renew(1, held.lease);
    // The second device's repetition is answered from what its first asking was about to write: it must fail with it.
    let jobs = [first, second.clone(), second.clone(), unknown, renewal];
    let answers = shop.run(&jobs);
    let full = Some(Code::StoreFull);
    assert_eq!(codes(&answers), [None, full, full, Some(Code::InstallationUnknown), full]);
    assert_eq!(grant(&answers[0]).head, held);
    assert_eq!(shop.stored(5), Some((1, 1)));
    assert!(!grant(&shop.one(second)).retried, "nothing of the failed group is remembered");
}

#[test]
fn a_conflict_is_loaded_and_decided_again() {
    let mut shop = Shop::new();
    shop.store.commits.extend([Trouble::Conflict, Trouble::Conflict]);
    let jobs = [shop.activate(5, 1), shop.activate(6, 2)];
    let answers = shop.run(&jobs);
    assert_eq!(codes(&answers), [None; 2]);
    assert_eq!((shop.stored(5), shop.stored(6)), (Some((1, 1)), Some((1, 1))));
}

#[test]
fn a_command_that_the_store_never_takes_is_nobody_elses_trouble() {
    let mut shop = Shop::new();
    let bad = shop.activate(5, 1);
    let spent = shop.activate(6, 2);
    shop.one(spent.clone()).unwrap();
    // Its events have ids that the log knows already.
    let bad = Job { ids: FreshIds { events: spent.ids.events, ..bad.ids }, ..bad };
    let good = shop.activate(7, 3);
    let answers = shop.run(&[bad, good]);
    assert_eq!(codes(&answers), [Some(Code::VersionConflict), None]);
    assert_eq!((shop.stored(5), shop.stored(7)), (None, Some((1, 1))));
}

#[test]
fn a_licence_that_cannot_be_read_is_nobody_elses_trouble() {
    let mut shop = Shop::new();
    shop.store.damaged = Some(Selector::Key(shop.number(5)));
    let jobs = [shop.activate(5, 1), shop.activate(6, 2)];
    let answers = shop.run(&jobs);
    assert_eq!(codes(&answers), [Some(Code::StoreDamaged), None]);
    assert_eq!(shop.stored(6), Some((1, 1)));
}

#[test]
fn a_repeated_request_of_staff_has_one_effect_and_its_key_serves_no_other() {
    let mut shop = Shop::new();
    let grant = shop.grant_licence(42);
    shop.one(grant).unwrap();
    let licence = LicenceId::from_bytes([42; 16]);
    let key = ReplyKey { staff: STAFF, key: IdempotencyKey::from_bytes([3; 16]) };
    let mut top_up = |digest: u8| {
        let job = shop.job(Task::Act { licence, act: LicenceAct::TopUp { seats: 1 }, by: STAFF });
        Job { reply: Some((key, [digest; 32])), ..job }
    };
    let (first, second, third, other) = (top_up(1), top_up(1), top_up(1), top_up(2));
    let answers = [shop.run(&[first, second]), shop.run(&[third, other])].concat();
    assert!(matches!(&answers[0], Ok(Outcome::Licence(licence)) if licence.seats == 4));
    for repeated in &answers[1..3] {
        assert!(matches!(repeated, Ok(Outcome::Repeated(subject)) if *subject == licence.to_string()));
    }
    assert_eq!(codes(&answers[3..]), [Some(Code::IdempotencyKeyReused)]);
    assert_eq!(shop.actions().iter().filter(|action| **action == Action::LicenceToppedUp).count(), 1);
}

#[test]
fn a_repetition_in_a_group_that_fails_is_not_told_of_success() {
    let mut shop = Shop::new();
    let grant = shop.grant_licence(42);
    shop.one(grant).unwrap();
    let licence = LicenceId::from_bytes([42; 16]);
    let key = ReplyKey { staff: STAFF, key: IdempotencyKey::from_bytes([3; 16]) };
    let suspend = shop.job(Task::Act { licence, act: LicenceAct::Suspend, by: STAFF });
    let job = Job { reply: Some((key, [1; 32])), ..suspend };
    shop.store.commits.push_back(Trouble::Full);
    let answers = shop.run(&[job.clone(), job.clone()]);
    assert_eq!(codes(&answers), [Some(Code::StoreFull); 2]);
    assert!(matches!(shop.one(job), Ok(Outcome::Licence(_))));
}

#[test]
fn two_versions_of_a_policy_are_two_commits() {
    let mut shop = Shop::new();
    let before = shop.store.committed;
    let seats = |seats| RegistryAct::ChangePolicy(Box::new(Policy { seats, ..shop.policy.clone() }));
    let (four, five) = (seats(4), seats(5));
    let jobs = [shop.act(four), shop.activate(5, 1), shop.act(five), shop.activate(6, 2)];
    let answers = shop.run(&jobs);
    assert_eq!(codes(&answers), [None; 4]);
    assert_eq!(shop.store.committed, before + 2, "a registry's record stands in a commit at most once");
    let registry = shop.reads.registry().unwrap();
    assert_eq!(
        (registry.policies[&shop.policy.id].version, registry.policies[&shop.policy.id].seats),
        (3, 5)
    );
    assert_eq!(*shop.current.get().registry, registry, "what is in memory is what is stored");
}

/// A node's store, on which another node carries something out between this one's load and its commit.
struct Overtaken<'shop, S> {
    store: &'shop mut S,
    current: &'shop Current,
    meanwhile: Option<Job>,
    conflicts: usize,
}

impl<S: Store> Store for Overtaken<'_, S> {
    fn load(&mut self, wants: &[Want], now: Timestamp) -> Result<Loaded, StoreError> {
        self.store.load(wants, now)
    }

    fn commit(&mut self, changes: &Changes) -> Result<(), CommitError> {
        if let Some(job) = self.meanwhile.take() {
            let answers = run_group(self.store, self.current, &[job]);
            assert_eq!(codes(&answers), [None]);
        }
        let done = self.store.commit(changes);
        self.conflicts += usize::from(done == Err(CommitError::Conflict));
        done
    }

    fn append(&mut self, append: &LogAppend) -> Result<(), CommitError> {
        self.store.append(append)
    }
}

/// One node gives a seat back and notes how long its lease runs; the other renews that lease meanwhile. What either writes is not what the other
/// writes by itself, yet one of them has to decide again.
#[test]
fn a_release_and_a_renewal_on_two_nodes_do_not_pass_each_other() {
    for release_first in [true, false] {
        let mut shop = Shop::new();
        let activate = shop.activate(5, 1);
        let given = grant(&shop.one(activate)).clone();
        let mut renewal = shop.renew(1, given.head.lease);
        renewal.moment.now = NOW.plus(Span::days(7));
        let (licence, activation) = (given.licence.id, given.activation);
        let mut release = shop.job(Task::Release { licence, activation, by: STAFF });
        release.moment.now = renewal.moment.now;
        let (first, meanwhile) = if release_first { (release, renewal) } else { (renewal, release) };
        let Shop { store, current, reads, .. } = &mut shop;
        let mut node = Overtaken { store, current, meanwhile: Some(meanwhile), conflicts: 0 };
        let answers = run_group(&mut node, current, &[first]);
        assert_eq!(node.conflicts, 1);
        // Whoever came second has seen what the first one did.
        assert_eq!(codes(&answers), if release_first { [None] } else { [Some(Code::SeatReleased)] });
        let page = Page { after: None, limit: 9 };
        let seats = reads.activations(licence, &page).unwrap();
        let ActivationState::Released { lingers_until, .. } = seats[0].activation.state else {
            panic!("it is held")
        };
        assert_eq!(
            lingers_until, seats[0].installations[0].head.expires,
            "no lease outlives what is counted for it"
        );
    }
}
