//! A device and a service in one thread: the service signs with test keys, loses messages on demand, and everything that a client can
//! reach is in the test's hands.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use warifu_client::hardware::{ComponentHash, ComponentKind, Fingerprint as Print, Reading, Scheme};
use warifu_client::id::{BatchId, IdempotencyKey, LeaseId, ServiceId};
use warifu_client::key::{KeyFormat, KeyNumber, MasterSecret, SkuNumber, TagSecret};
use warifu_client::{
    Client, ClientBuilder, Clock, Failure, Fingerprint, FingerprintUnavailable, KeyAlgorithm, Method, Moment,
    Period, Random, Request, Response, Restrictions, Running, Span, Store, StoreError, Timestamp, Transport,
    TransportError,
};
use warifu_proto::bundle::{Bundle, SandboxLeases};
use warifu_proto::keys::RootKey;
use warifu_proto::lease::Lease;

/// 2026-04-01T09:30:00Z, when every test begins.
pub(crate) const START: Timestamp = Timestamp::from_seconds(1_775_035_800);
pub(crate) const PRODUCT: &str = "draw";
pub(crate) const SKU: u16 = 42;

/// What happens to the next command.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// It does not arrive.
    LoseRequest,
    /// It is carried out, and its answer does not arrive.
    LoseReply,
    /// The process dies before the answer is read. (To the client a panic; the test catches it.)
    Crash,
    /// TLS fails.
    Tls,
    /// Something else answers.
    Answer(u16, Vec<u8>),
    /// The service answers, and this alters the answer.
    Alter(fn(Vec<u8>) -> Vec<u8>),
}

/// A command that has left the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sent {
    pub(crate) path: String,
    pub(crate) request: IdempotencyKey,
    pub(crate) body: Vec<u8>,
}

/// A chain of leases as the service knows it.
pub(crate) struct Chain {
    pub(crate) sequence: u64,
    pub(crate) head: LeaseId,
    pub(crate) nonce_millis: u64,
    pub(crate) request: IdempotencyKey,
    pub(crate) answer: Vec<u8>,
}

pub(crate) struct Inner {
    pub(crate) wall: Timestamp,
    pub(crate) boot: u8,
    pub(crate) elapsed_seconds: u64,
    pub(crate) counts_sleep: bool,
    pub(crate) service_now: Timestamp,
    pub(crate) print: Result<Print, FingerprintUnavailable>,
    pub(crate) faults: VecDeque<Fault>,
    pub(crate) sent: Vec<Sent>,
    pub(crate) nonces_asked: usize,
    pub(crate) nonces_in_answers: bool,
    pub(crate) blobs: BTreeMap<String, Vec<u8>>,
    /// Fails writes of the blobs whose name begins so.
    pub(crate) store_fault: Option<(&'static str, StoreError)>,
    pub(crate) reads: usize,
    /// The service refuses every command with this, signed if there is a time from which it takes effect.
    pub(crate) refuses: Option<(Failure, Option<Timestamp>)>,
    /// What the service tells besides.
    pub(crate) tells: Vec<Failure>,
    /// Alters leases before they are signed.
    pub(crate) alter_lease: Option<fn(&mut Lease)>,
    /// How many commands had an effect.
    pub(crate) effects: usize,
    pub(crate) sandbox: bool,
    pub(crate) root_seed: u8,
    pub(crate) issuing_seed: u8,
    /// The version of the list of withdrawn issuing keys, and the list.
    pub(crate) key_list: Option<(u32, String)>,
    pub(crate) key_lists_asked: usize,
    pub(crate) drawn: u64,
    pub(crate) millis: u64,
    pub(crate) chains: BTreeMap<[u8; 32], Chain>,
}

#[derive(Clone)]
pub(crate) struct World(Arc<Mutex<Inner>>);

pub(crate) fn print(board: u64) -> Print {
    let value = |bits: u64| Reading::Present(ComponentHash::from_u64(bits << 48));
    Print::new(Scheme::Physical)
        .with(ComponentKind::Motherboard, value(board))
        .with(ComponentKind::BoardModel, value(100 + board))
        .with(ComponentKind::SystemDisk, value(2))
        .with(ComponentKind::OsInstall, value(3))
        .with(ComponentKind::Cpu, value(4))
}

/// What a virtual machine shows of itself.
pub(crate) fn virtual_machine() -> Print {
    let value = |bits: u64| Reading::Present(ComponentHash::from_u64(bits << 48));
    Print::new(Scheme::Vm)
        .with(ComponentKind::VmId, value(1))
        .with(ComponentKind::SystemDisk, value(2))
        .with(ComponentKind::OsInstall, value(3))
}

/// A genuine-looking key of a SKU.
pub(crate) fn key_of(sku: u16, format: KeyFormat) -> String {
    key_number(sku, format, 12_345)
}

/// Another key than [`product_key`], for the same SKU.
pub(crate) fn another_key() -> String {
    key_number(SKU, KeyFormat::Live, 54_321)
}

fn key_number(sku: u16, format: KeyFormat, serial: u32) -> String {
    let master = MasterSecret::from_bytes([7; 32], 1);
    let secret = TagSecret::derive(&master, BatchId::from_bytes([1; 16]));
    secret.issue(KeyNumber { format, sku: SkuNumber::new(sku).unwrap(), serial }, 0).expose()
}

pub(crate) fn product_key() -> String {
    key_of(SKU, KeyFormat::Live)
}

impl World {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Mutex::new(Inner {
            wall: START,
            boot: 1,
            elapsed_seconds: 1_000,
            counts_sleep: true,
            service_now: START,
            print: Ok(print(1)),
            faults: VecDeque::new(),
            sent: Vec::new(),
            nonces_asked: 0,
            nonces_in_answers: true,
            blobs: BTreeMap::new(),
            store_fault: None,
            reads: 0,
            refuses: None,
            tells: Vec::new(),
            alter_lease: None,
            effects: 0,
            sandbox: false,
            root_seed: 1,
            issuing_seed: 2,
            key_list: None,
            key_lists_asked: 0,
            drawn: 0,
            millis: 0,
            chains: BTreeMap::new(),
        })))
    }

    pub(crate) fn get(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn root() -> [u8; 32] {
        *RootKey::from_seed(&[1; 32]).unwrap().public_key().as_bytes()
    }

    pub(crate) fn builder(&self) -> ClientBuilder {
        Client::builder(Self::root(), PRODUCT)
            .service_url("https://licences.example")
            .accepted_skus([(SKU, "Draw Professional")])
            .other_skus([(7, "Draw Home")])
            .unlicensed_restrictions(Restrictions { personalisation_locked: true, ..Restrictions::none() })
            .store(self.clone())
            .transport(self.clone())
            .clock(self.clone())
            .fingerprint(self.clone())
            .random(self.clone())
    }

    /// A process that has just started.
    pub(crate) fn client(&self) -> Client {
        self.builder().build().unwrap()
    }

    /// An activated device, and its process.
    pub(crate) fn activated(&self) -> Client {
        let mut client = self.client();
        client.activate(&product_key(), &Default::default()).unwrap();
        client
    }

    /// Time passes for everybody alike.
    pub(crate) fn pass(&self, span: Span) {
        let mut world = self.get();
        world.wall = world.wall.plus(span);
        world.service_now = world.service_now.plus(span);
        world.elapsed_seconds += u64::try_from(span.as_seconds()).unwrap();
    }

    /// The machine is off for a while, then starts.
    pub(crate) fn off(&self, span: Span) {
        let mut world = self.get();
        world.wall = world.wall.plus(span);
        world.service_now = world.service_now.plus(span);
        world.boot += 1;
        world.elapsed_seconds = 30;
    }

    pub(crate) fn fault(&self, fault: Fault) {
        self.get().faults.push_back(fault);
    }

    /// The lease in the lease file, whatever it is worth.
    pub(crate) fn kept_lease(&self) -> Lease {
        let bytes = self.get().blobs["lease"].clone();
        let root = RootKey::from_seed(&[1; 32]).unwrap();
        let bundle = Bundle::parse(&bytes).unwrap();
        bundle.verify(root.public_key(), SandboxLeases::Accepted).unwrap().lease
    }
}

/// Random bytes that never repeat.
pub(crate) struct Counter<'a>(pub(crate) &'a mut u64);

impl Random for Counter<'_> {
    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            *self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *byte = (*self.0 >> 56) as u8;
        }
    }
}

impl Random for World {
    fn fill(&mut self, bytes: &mut [u8]) {
        Counter(&mut self.get().drawn).fill(bytes);
    }
}

impl Clock for World {
    fn read(&mut self) -> Moment {
        let world = self.get();
        let running = Running {
            period: Period::from_bytes([world.boot; 16]),
            elapsed_seconds: world.elapsed_seconds,
            counts_sleep: world.counts_sleep,
        };
        Moment { wall: world.wall, running }
    }
}

impl Fingerprint for World {
    fn read(&mut self, _: &ServiceId) -> Result<Print, FingerprintUnavailable> {
        self.get().print.clone()
    }
}

impl Store for World {
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let mut world = self.get();
        world.reads += 1;
        Ok(world.blobs.get(name).cloned())
    }

    fn write(&mut self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let mut world = self.get();
        if let Some((prefix, error)) = &world.store_fault
            && name.starts_with(prefix)
        {
            return Err(error.clone());
        }
        world.blobs.insert(name.to_owned(), bytes.to_vec());
        Ok(())
    }

    fn remove(&mut self, name: &str) -> Result<(), StoreError> {
        self.get().blobs.remove(name);
        Ok(())
    }

    fn place(&self) -> String {
        "/data/draw".to_owned()
    }
}

impl Transport for World {
    fn send(&mut self, request: &Request<'_>) -> Result<Response, TransportError> {
        let mut world = self.get();
        let lost = || TransportError::Unreachable("connection reset".to_owned());
        if request.method == Method::Get {
            return Ok(world.answer(request));
        }
        let key = request.headers.iter().find(|(name, _)| *name == "Idempotency-Key");
        let request_key = key.unwrap().1.parse().unwrap();
        let path = request.url.rsplit_once("/v1/").unwrap().1.to_owned();
        world.sent.push(Sent { path, request: request_key, body: request.body.to_vec() });
        match world.faults.pop_front() {
            None => Ok(world.answer(request)),
            Some(Fault::LoseRequest) => Err(lost()),
            Some(Fault::LoseReply) => {
                let _ = world.answer(request);
                Err(lost())
            }
            Some(Fault::Crash) => {
                let _ = world.answer(request);
                drop(world);
                panic!("the process dies");
            }
            Some(Fault::Tls) => Err(TransportError::Tls("the certificate has expired".to_owned())),
            Some(Fault::Answer(status, body)) => Ok(Response { status, body, ..Response::default() }),
            Some(Fault::Alter(alter)) => {
                let mut response = world.answer(request);
                response.body = alter(response.body);
                Ok(response)
            }
        }
    }
}

/// Both algorithms of installation keys.
pub(crate) const ALGORITHMS: [KeyAlgorithm; 2] = KeyAlgorithm::ALL;
