//! The store is down: what a device gets, what stands in the journal, and what comes of it when the store is back, wherever the process died in between.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as tests do")]

use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use warifu_core::catalogue::Code;
use warifu_core::hardware::{ComponentHash, ComponentKind, Fingerprint, Reading, Scheme};
use warifu_core::id::{BatchId, IdempotencyKey, LeaseId, LicenceId, PolicyId, ProductId};
use warifu_core::key::{KeyFormat, SkuNumber};
use warifu_core::policy::{Channel, Policy};
use warifu_core::random::Random;
use warifu_core::text::{Name, Slug};
use warifu_core::time::{Span, Timestamp};
use warifu_proto::certificate::Certificate;
use warifu_proto::keys::{InstallationKey, KeyAlgorithm, RootKey, Signer};
use warifu_proto::lease::Lease;
use warifu_proto::signature::SignedRequest;
use warifu_proto::wire::device::{ActivateRequest, Client, DeactivateRequest, LeaseAnswer, RenewRequest};
use warifu_proto::wire::exchange::OpenedRequest;
use warifu_proto::wire::key_text::KeyText;
use warifu_service::authority::Authority;
use warifu_service::clock::Clock;
use warifu_service::device::Refused;
use warifu_service::port::{Changes, CommitError, Loaded, LogAppend, Page, Store, StoreError, Want};
use warifu_service::provisional::{JournalFile, ProvisionalNumbers};
use warifu_service::secrets::Secrets;
use warifu_service::service::{Parts, Service};
use warifu_service::staff::acts::LOCAL_OPERATOR;
use warifu_service::staff::registry::RegistryAct;

const START: Timestamp = Timestamp::from_seconds(1_800_000_000);
const HERE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

struct Counting(u64);

impl Random for Counting {
    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            *byte = (self.0 >> 56) as u8;
        }
    }
}

#[derive(Clone)]
struct Hands(Arc<AtomicU64>);

impl Clock for Hands {
    fn now_millis(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed)
    }
}

const WELL: u8 = 0;
/// Nothing can be read or written.
const DOWN: u8 = 1;
/// What is written is there, but the answer says that it failed.
const UNSURE: u8 = 2;

/// A store with a switch.
struct Flaky(Box<dyn Store>, Arc<AtomicU8>);

impl Flaky {
    fn error() -> StoreError {
        StoreError::Unavailable("the disk is gone".to_owned())
    }
}

impl Store for Flaky {
    fn load(&mut self, wants: &[Want], now: Timestamp) -> Result<Loaded, StoreError> {
        if self.1.load(Ordering::Relaxed) == DOWN { Err(Self::error()) } else { self.0.load(wants, now) }
    }

    fn commit(&mut self, changes: &Changes) -> Result<(), CommitError> {
        match self.1.load(Ordering::Relaxed) {
            DOWN => Err(Self::error().into()),
            UNSURE => {
                self.0.commit(changes)?;
                self.1.store(DOWN, Ordering::Relaxed);
                Err(Self::error().into())
            }
            _ => self.0.commit(changes),
        }
    }

    fn append(&mut self, append: &LogAppend) -> Result<(), CommitError> {
        self.0.append(append)
    }
}

/// A journal that outlives the process.
#[derive(Clone, Default)]
struct Paper(Arc<Mutex<Page1>>);

#[derive(Default)]
struct Page1 {
    bytes: Vec<u8>,
    broken: bool,
}

impl JournalFile for Paper {
    fn read(&mut self) -> io::Result<Vec<u8>> {
        Ok(self.0.lock().unwrap().bytes.clone())
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut page = self.0.lock().unwrap();
        if page.broken {
            return Err(io::ErrorKind::StorageFull.into());
        }
        page.bytes.extend(bytes);
        Ok(())
    }

    fn replace(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.lock().unwrap().bytes = bytes.to_vec();
        Ok(())
    }
}

struct Shop {
    service: Option<Service>,
    folder: tempfile::TempDir,
    switch: Arc<AtomicU8>,
    paper: Paper,
    clock: Hands,
    runtime: tokio::runtime::Runtime,
}

impl Shop {
    /// A shop with a policy of so many seats, and so large a change budget.
    fn new(seats: u32, change_budget: u32) -> Self {
        let mut shop = Self {
            service: None,
            folder: tempfile::tempdir().unwrap(),
            switch: Arc::new(AtomicU8::new(WELL)),
            paper: Paper::default(),
            clock: Hands(Arc::new(AtomicU64::new(u64::try_from(START.seconds()).unwrap() * 1_000))),
            runtime: tokio::runtime::Builder::new_current_thread().build().unwrap(),
        };
        shop.start();
        let (product, sku) = (ProductId::from_bytes([1; 16]), SkuNumber::new(1).unwrap());
        let name = Name::new("Draw").unwrap();
        let policy = Policy {
            seats,
            change_budget,
            ..Policy::preset(Channel::Retail, PolicyId::from_bytes([1; 16]), name.clone(), START)
        };
        let code = |text: &str| Slug::new(text).unwrap();
        for act in [
            RegistryAct::CreateProduct { id: product, code: code("draw"), name: name.clone() },
            RegistryAct::CreateSku {
                number: Some(sku),
                product,
                edition: code("pro"),
                name,
                features: Vec::new(),
            },
            RegistryAct::CreatePolicy(Box::new(policy.clone())),
            RegistryAct::IssueBatch {
                id: BatchId::from_bytes([1; 16]),
                sku,
                policy: policy.id,
                format: KeyFormat::Live,
                epoch: 1,
                count: 10,
                label: None,
            },
        ] {
            shop.runtime.block_on(shop.service().change_registry(LOCAL_OPERATOR, act, None)).unwrap();
        }
        shop
    }

    /// The process starts, and finds what the one before it has left.
    fn start(&mut self) {
        drop(self.service.take());
        let mut random = Counting(1);
        let root = RootKey::generate(&mut random).unwrap();
        let (store, reads) = warifu_store::sqlite::open(self.folder.path().join("warifu.db")).unwrap();
        let parts = Parts {
            authority: Authority::issue(&root, START, false, &mut random).unwrap(),
            secrets: Secrets::generate(&mut random),
            store: Box::new(Flaky(Box::new(store), self.switch.clone())),
            reads: Arc::new(reads),
            clock: Arc::new(self.clock.clone()),
            random: Box::new(Counting(self.clock.now_millis())),
        };
        let service = Service::start(parts).unwrap().with_journal(Box::new(self.paper.clone())).unwrap();
        self.service = Some(service);
    }

    fn service(&self) -> &Service {
        self.service.as_ref().unwrap()
    }

    fn store(&self, state: u8) {
        self.switch.store(state, Ordering::Relaxed);
        // Past the pause after a failure.
        self.pass(Span::seconds(2));
    }

    fn pass(&self, span: Span) {
        self.clock.0.fetch_add(u64::try_from(span.as_seconds()).unwrap() * 1_000, Ordering::Relaxed);
    }

    fn numbers(&self) -> ProvisionalNumbers {
        self.service().provisional_numbers()
    }

    fn key(&self, offset: u32) -> KeyText {
        let snapshot = self.service().snapshot();
        let batch = snapshot.registry.batches.values().next().unwrap();
        KeyText::new(&snapshot.keys.key_at(batch, offset).unwrap().expose()).unwrap()
    }

    fn signed(device: u8, attempt: u8) -> (InstallationKey, SignedRequest) {
        let key = InstallationKey::from_secret(KeyAlgorithm::Ed25519, &[device; 32]).unwrap();
        let signed = SignedRequest {
            installation: key.installation(),
            idempotency_key: IdempotencyKey::from_bytes([attempt; 16]),
            created: START,
        };
        (key, signed)
    }

    fn fingerprint(device: u8) -> Fingerprint {
        let value = |bits: u64| Reading::Present(ComponentHash::from_u64(bits | u64::from(device) << 56));
        Fingerprint::new(Scheme::Physical)
            .with(ComponentKind::Motherboard, value(1))
            .with(ComponentKind::SystemDisk, value(2))
            .with(ComponentKind::OsInstall, value(3))
            .with(ComponentKind::Cpu, value(4))
            .with(ComponentKind::Tpm, Reading::Unreliable)
    }

    fn activate(&self, device: u8, attempt: u8, offset: u32) -> Result<Lease, Code> {
        let (key, signed) = Self::signed(device, attempt);
        let body = ActivateRequest {
            protocol: 1,
            audience: self.service().id(),
            nonce: self.service().nonce(),
            public_key: *key.public_key(),
            client: Client { name: "test".to_owned(), version: "1".to_owned() },
            product: Slug::new("draw").unwrap(),
            product_key: self.key(offset),
            fingerprint: Self::fingerprint(device),
            device_name: Some(Name::new("机の上").unwrap()),
            purchase_proof: None,
        };
        let opened = OpenedRequest { body, signed };
        self.lease(self.runtime.block_on(self.service().activate(&opened, HERE)))
    }

    fn renew(&self, device: u8, attempt: u8, lease: LeaseId) -> Result<Lease, Code> {
        let (key, signed) = Self::signed(device, attempt);
        let body = RenewRequest {
            protocol: 1,
            audience: self.service().id(),
            nonce: self.service().nonce(),
            public_key: *key.public_key(),
            client: Client { name: "test".to_owned(), version: "1".to_owned() },
            lease,
            fingerprint: Self::fingerprint(device),
        };
        self.lease(self.runtime.block_on(self.service().renew(&OpenedRequest { body, signed })))
    }

    fn deactivate(&self, device: u8, attempt: u8, lease: LeaseId) {
        let (key, signed) = Self::signed(device, attempt);
        let body = DeactivateRequest {
            protocol: 1,
            audience: self.service().id(),
            nonce: self.service().nonce(),
            public_key: *key.public_key(),
            client: Client { name: "test".to_owned(), version: "1".to_owned() },
            lease,
        };
        self.runtime.block_on(self.service().deactivate(&OpenedRequest { body, signed })).unwrap();
    }

    fn lease(&self, answer: Result<LeaseAnswer, Refused>) -> Result<Lease, Code> {
        let answer = answer.map_err(|refused| refused.failure.code())?;
        let certificate =
            Certificate::verify(self.service().authority().root(), &answer.certificate).unwrap();
        Ok(Lease::verify(&certificate, &answer.lease).unwrap())
    }

    /// Licence, seats taken, seats in the store.
    fn stored(&self, licence: LicenceId) -> usize {
        let page = Page { after: None, limit: 50 };
        self.service().reads().activations(licence, &page).unwrap().len()
    }

    fn events(&self, name: &str) -> usize {
        let page = Page { after: None, limit: 200 };
        let events = self.service().reads().events(None, &page).unwrap();
        events.iter().filter(|event| event.action.as_str() == name).count()
    }
}

#[test]
fn a_genuine_key_gets_one_short_lease_while_the_store_is_down_and_is_enrolled_when_it_is_back() {
    let shop = Shop::new(1, 3);
    shop.store(DOWN);
    let lease = shop.activate(1, 1, 0).unwrap();
    assert!(lease.provisional && lease.grace == Span::ZERO);
    assert_eq!(lease.expires.since(lease.issued), Span::days(7));
    assert_eq!(
        shop.renew(1, 2, lease.id),
        Err(Code::ServiceUnavailable),
        "what runs is kept, and nothing more is given"
    );
    assert_eq!((shop.numbers().pending, shop.numbers().granted), (1, 1));
    shop.store(WELL);
    let renewed = shop.renew(1, 3, lease.id).unwrap();
    assert!(!renewed.provisional);
    assert_eq!((renewed.parent, renewed.licence, renewed.sequence), (Some(lease.id), lease.licence, 2));
    assert_eq!((shop.stored(lease.licence), shop.events("activation.granted")), (1, 1));
    assert_eq!((shop.numbers().pending, shop.numbers().refused), (0, 0));
}

#[test]
fn a_key_number_and_an_installation_get_one_each_and_a_lost_reply_the_same_again() {
    let shop = Shop::new(5, 3);
    shop.store(DOWN);
    let lease = shop.activate(1, 1, 0).unwrap();
    shop.pass(Span::hours(3));
    let again = shop.activate(1, 1, 0).unwrap();
    assert_eq!((again.id, again.expires), (lease.id, lease.expires));
    let asked_anew = shop.activate(1, 9, 0).unwrap();
    assert_eq!((asked_anew.id, asked_anew.expires), (lease.id, lease.expires));
    assert_eq!(shop.activate(2, 2, 0), Err(Code::ServiceUnavailable), "the key number has had its one");
    assert_eq!(shop.activate(1, 3, 1), Err(Code::ServiceUnavailable), "the installation has had its one");
    assert!(shop.activate(2, 4, 1).unwrap().provisional);
    assert_eq!(shop.numbers().granted, 2);
}

#[test]
fn without_room_in_the_budget_or_without_the_journal_there_is_no_lease() {
    for budget in [0, 1] {
        let shop = Shop::new(1, budget);
        shop.store(DOWN);
        assert_eq!(shop.activate(1, 1, 0), Err(Code::ServiceUnavailable));
    }
    let shop = Shop::new(1, 2);
    shop.store(DOWN);
    shop.paper.0.lock().unwrap().broken = true;
    assert_eq!(shop.activate(1, 1, 0), Err(Code::ServiceUnavailable));
    assert_eq!((shop.numbers().granted, shop.numbers().journal_failures), (0, 1));
    shop.paper.0.lock().unwrap().broken = false;
    assert!(shop.activate(1, 1, 0).unwrap().provisional);
}

#[test]
fn what_does_not_fit_runs_to_its_end_is_told_and_never_breaks_the_invariant() {
    let shop = Shop::new(1, 3);
    let first = shop.activate(1, 1, 0).unwrap();
    // Two changes of the budget are spent while their leases run; the third is the outage's.
    shop.store(DOWN);
    let bridged = shop.activate(2, 2, 0).unwrap();
    assert!(bridged.provisional);
    shop.store(WELL);
    assert_eq!(shop.renew(2, 3, bridged.id), Err(Code::SeatLimitReached));
    assert_eq!((shop.stored(first.licence), shop.numbers().refused), (1, 1));
    // Once when the store was back, and once more for the device that asked.
    assert_eq!(shop.events("activation.refused"), 2);
    // A second outage within the first one's lease gives nothing more for this number.
    shop.store(DOWN);
    assert_eq!(shop.activate(3, 4, 0), Err(Code::ServiceUnavailable));
    shop.pass(Span::days(8));
    assert!(shop.activate(3, 5, 0).unwrap().provisional, "the earlier lease has ended");
}

#[test]
fn whoever_was_refused_renews_once_there_is_room() {
    let mut shop = Shop::new(1, 3);
    let first = shop.activate(1, 1, 0).unwrap();
    shop.store(DOWN);
    let bridged = shop.activate(2, 2, 0).unwrap();
    shop.store(WELL);
    assert_eq!(shop.renew(2, 3, bridged.id), Err(Code::SeatLimitReached));
    assert_eq!(shop.renew(2, 4, bridged.id), Err(Code::SeatLimitReached), "nothing has changed");
    // What the refusal says.
    shop.deactivate(1, 5, first.id);
    let renewed = shop.renew(2, 6, bridged.id).unwrap();
    assert!(!renewed.provisional);
    assert_eq!((shop.numbers().refused, shop.numbers().pending), (0, 0));
    // The journal says so as well.
    shop.start();
    assert!(!shop.renew(2, 7, renewed.id).unwrap().provisional);
    assert_eq!(shop.numbers().pending, 0);
}

#[test]
fn entries_are_decided_before_anything_else_is_written() {
    let shop = Shop::new(1, 3);
    shop.store(DOWN);
    let bridged = shop.activate(1, 1, 0).unwrap();
    shop.store(WELL);
    // Another device is first to ask once the store is back; the seat is the first one's all the same.
    assert_eq!(shop.activate(2, 2, 0), Err(Code::SeatLimitReached));
    assert!(!shop.renew(1, 3, bridged.id).unwrap().provisional);
}

#[test]
fn a_commit_that_was_durable_after_all_is_found_to_be_the_same_activation() {
    let shop = Shop::new(1, 3);
    shop.switch.store(UNSURE, Ordering::Relaxed);
    let bridged = shop.activate(1, 1, 0).unwrap();
    assert!(bridged.provisional);
    shop.store(WELL);
    let renewed = shop.renew(1, 2, bridged.id).unwrap();
    assert_eq!((shop.stored(renewed.licence), shop.events("activation.granted")), (1, 1));
}

/// The process is killed after each byte of the journal, and after each step of the reconciliation.
#[test]
fn a_crash_at_any_moment_has_one_effect() {
    let mut shop = Shop::new(1, 3);
    shop.store(DOWN);
    let bridged = shop.activate(1, 1, 0).unwrap();
    let whole = shop.paper.0.lock().unwrap().bytes.clone();
    // Killed while the entry is written: nobody was answered, and the next attempt begins afresh.
    for length in [0, 1, 40, whole.len() - 2, whole.len() - 1] {
        shop.paper.0.lock().unwrap().bytes = whole[..length].to_vec();
        shop.switch.store(WELL, Ordering::Relaxed);
        shop.start();
        assert_eq!(shop.numbers().pending, 0, "cut at {length}");
        assert!(shop.paper.0.lock().unwrap().bytes.is_empty(), "the rest of a line is cleared away");
    }
    // Killed between the journal and the answer: the device asks again, and gets the same lease.
    shop.store(DOWN);
    shop.paper.0.lock().unwrap().bytes = whole.clone();
    shop.switch.store(WELL, Ordering::Relaxed);
    shop.start();
    shop.store(DOWN);
    assert_eq!(shop.activate(1, 1, 0).unwrap().id, bridged.id);
    // Killed after the decision was committed and before that was noted: decided once more, with no second effect.
    for _ in 0..3 {
        shop.paper.0.lock().unwrap().bytes = whole.clone();
        shop.switch.store(WELL, Ordering::Relaxed);
        shop.start();
        shop.runtime.block_on(shop.service().reconcile()).unwrap();
        assert_eq!((shop.numbers().pending, shop.stored(bridged.licence)), (0, 1));
        assert_eq!((shop.events("activation.granted"), shop.events("activation.refused")), (1, 0));
    }
    // Noted: nothing is left to do after the next start.
    shop.start();
    assert_eq!(shop.numbers().pending, 0);
    let renewed = shop.renew(1, 3, bridged.id).unwrap();
    assert_eq!((renewed.parent, renewed.sequence), (Some(bridged.id), 2));
}

#[test]
fn a_damaged_line_costs_only_itself() {
    let mut shop = Shop::new(1, 3);
    shop.store(DOWN);
    for device in 1..4_u8 {
        shop.activate(device, device, u32::from(device)).unwrap();
    }
    let second = {
        let mut page = shop.paper.0.lock().unwrap();
        let end = page.bytes.iter().rposition(|byte| *byte == b'\n').unwrap();
        page.bytes[end - 50] ^= 1;
        String::from_utf8_lossy(&page.bytes).into_owned()
    };
    assert!(!second.contains("-----"), "{second}");
    shop.switch.store(WELL, Ordering::Relaxed);
    shop.start();
    assert_eq!(shop.numbers().pending, 2);
    shop.runtime.block_on(shop.service().reconcile()).unwrap();
    assert_eq!(shop.events("activation.granted"), 2);
}

#[test]
fn keys_of_a_compromised_epoch_let_in_only_devices_that_are_known() {
    let shop = Shop::new(5, 3);
    let lease = shop.activate(1, 1, 0).unwrap();
    // The master leaks; the service goes on with a new epoch and the old one marked.
    let mut random = Counting(1);
    let root = RootKey::generate(&mut random).unwrap();
    let _ = Authority::issue(&root, START, false, &mut random).unwrap();
    let mut secrets = Secrets::generate(&mut random);
    assert_eq!(secrets.begin_epoch(&mut random), Some(2));
    assert!(secrets.mark_compromised(1));
    shop.service().take_up_secrets(secrets).unwrap();
    assert_eq!(shop.service().key_epoch(), 2);
    // A thief computes this customer's key, or one that was never sold.
    for offset in [0, 7] {
        assert_eq!(shop.activate(2, 2, offset), Err(Code::KeyEpochCompromised));
    }
    // The customer's own device goes on, and comes back after a reinstall.
    let renewed = shop.renew(1, 3, lease.id).unwrap();
    assert_eq!(renewed.parent, Some(lease.id));
    assert_eq!(shop.activate(1, 4, 0).unwrap().activation, lease.activation);
    // An outage changes nothing about it.
    shop.store(DOWN);
    assert_eq!(shop.activate(2, 5, 0), Err(Code::ServiceUnavailable));
}

#[test]
fn a_service_that_is_stopped_gives_no_provisional_lease() {
    let shop = Shop::new(1, 3);
    shop.service().stop();
    assert_eq!(shop.activate(1, 1, 0), Err(Code::ServiceUnavailable));
    assert_eq!(shop.numbers(), ProvisionalNumbers::default());
}

/// The goal: a node that another one has followed gives no further lease, and keeps what it has promised.
#[test]
fn a_node_that_bridges_no_longer_gives_nothing_and_decides_on_what_it_gave() {
    let shop = Shop::new(3, 2);
    shop.store(DOWN);
    assert!(shop.service().is_bridging());
    let lease = shop.activate(1, 1, 0).unwrap();
    shop.service().stop_bridging();
    assert!(!shop.service().is_bridging());
    assert_eq!(shop.activate(2, 1, 1), Err(Code::ServiceUnavailable));
    assert_eq!((shop.numbers().granted, shop.numbers().pending), (1, 1));
    shop.store(WELL);
    shop.runtime.block_on(shop.service().reconcile()).unwrap();
    assert_eq!((shop.numbers().pending, shop.numbers().refused), (0, 0));
    shop.renew(1, 2, lease.id).unwrap();
}
