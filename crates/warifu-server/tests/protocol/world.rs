//! A service from a recording's files, and devices that speak to it or to what was recorded.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request as HttpRequest;
use tokio::runtime::Runtime;
use tower::ServiceExt as _;
use warifu_client::hardware::{ComponentHash, ComponentKind, Fingerprint as Print, Reading, Scheme};
use warifu_client::id::{IdempotencyKey, ServiceId};
use warifu_client::{
    ActivateOptions, Client, Clock, Error, Fingerprint, FingerprintUnavailable, KeyAlgorithm, Method, Moment,
    Period, Random, Request, Response, Running, State, Store, StoreError, Timestamp, Transport,
    TransportError,
};
use warifu_server::Options;
use warifu_service::authority::Authority;
use warifu_service::secrets::Secrets;
use warifu_service::service::{Parts, Service};
use warifu_store::sqlite::{SqliteReads, SqliteStore};

use crate::story::{Command, Exchange, Outcome};

/// Bytes that never repeat within a test and are the same in every run.
#[derive(Clone, Debug)]
pub(crate) struct Counting(pub(crate) u64);

impl Random for Counting {
    fn fill(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = self.0;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            chunk.copy_from_slice(&(mixed ^ (mixed >> 31)).to_le_bytes()[..chunk.len()]);
        }
    }
}

/// A clock that moves only when told.
#[derive(Debug, Default)]
pub(crate) struct StillClock(pub(crate) AtomicU64);

impl warifu_service::clock::Clock for StillClock {
    fn now_millis(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A service behind its router.
pub(crate) struct World {
    pub(crate) service: Arc<Service>,
    pub(crate) clock: Arc<StillClock>,
    router: Router,
    pub(crate) runtime: Runtime,
}

impl World {
    pub(crate) fn start(
        authority: Authority,
        secrets: Secrets,
        (store, reads): (SqliteStore, SqliteReads),
        seed: u64,
    ) -> Arc<Self> {
        let clock = Arc::new(StillClock::default());
        let parts = Parts {
            authority,
            secrets,
            store: Box::new(store),
            reads: Arc::new(reads),
            clock: clock.clone(),
            random: Box::new(Counting(seed)),
        };
        let service = Arc::new(Service::start(parts).unwrap());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let router = warifu_server::router(service.clone(), Options::default());
        Arc::new(Self { service, clock, router, runtime })
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.service.now()
    }

    /// Carries a request to the service.
    pub(crate) fn carry(
        &self,
        method: &str,
        path: &str,
        headers: &[(String, String)],
        body: &[u8],
    ) -> Response {
        let mut request = HttpRequest::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let request = request.body(Body::from(body.to_vec())).unwrap();
        self.runtime.block_on(async {
            let response = self.router.clone().oneshot(request).await.unwrap();
            let (parts, body) = response.into_parts();
            let headers = parts.headers.iter();
            let headers =
                headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
            let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
            Response { status: parts.status.as_u16(), headers, body }
        })
    }
}

/// What is at the other end of a device's wire.
pub(crate) enum Wire {
    /// The service. What passes is written down; the answers of commands can be lost.
    Live { world: Arc<World>, passed: Vec<Exchange>, loses: bool },
    /// A recording: the answers that are still to come. `alter` makes of their bodies what a later service might.
    Recorded { answers: VecDeque<Exchange>, asked: Vec<(String, String, String)>, alter: fn(&str) -> String },
}

impl Wire {
    fn send(&mut self, request: &Request<'_>) -> Result<Response, TransportError> {
        let method = match request.method {
            Method::Get => "GET",
            Method::Post => "POST",
        };
        let path = request.url.strip_prefix(SERVICE).unwrap();
        let headers: Vec<(String, String)> =
            request.headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let sent = String::from_utf8(request.body.to_vec()).unwrap();
        match self {
            Self::Live { world, passed, loses } => {
                // Each request has a nonce that is later than the one before.
                let at_millis = world.clock.0.fetch_add(1, Ordering::Relaxed) + 1;
                let answered = world.carry(method, path, &headers, request.body);
                passed.push(Exchange {
                    at_millis,
                    method: method.to_owned(),
                    path: path.to_owned(),
                    headers,
                    body: sent,
                    status: answered.status,
                    answer_headers: answered.headers.clone(),
                    answer: String::from_utf8(answered.body.clone()).unwrap(),
                });
                if *loses && method == "POST" {
                    return Err(TransportError::Unreachable("the answer is lost".to_owned()));
                }
                Ok(answered)
            }
            Self::Recorded { answers, asked, alter } => {
                asked.push((method.to_owned(), path.to_owned(), sent));
                let lost = || TransportError::Unreachable("nothing more was recorded".to_owned());
                let recorded = answers.pop_front().ok_or_else(lost)?;
                Ok(Response {
                    status: recorded.status,
                    headers: recorded.answer_headers,
                    body: alter(&recorded.answer).into_bytes(),
                })
            }
        }
    }
}

/// The service's address, as the devices know it.
const SERVICE: &str = "https://licences.example";

type Blobs = BTreeMap<String, Vec<u8>>;

/// What a device's ports share.
struct Inner {
    blobs: Blobs,
    /// The folder when the first command left.
    left: Option<Blobs>,
    wire: Wire,
    drawing: Counting,
    /// What is drawn next to name an attempt, as far as that is fixed.
    draws: VecDeque<[u8; 16]>,
    /// What was drawn to name attempts.
    drawn: Vec<[u8; 16]>,
    wall: Timestamp,
    hardware: u8,
}

/// A device: a folder, a wire, a clock and hardware.
#[derive(Clone)]
pub(crate) struct Device(Arc<Mutex<Inner>>);

impl Device {
    pub(crate) fn new(hardware: u8, wall: Timestamp, wire: Wire) -> Self {
        Self(Arc::new(Mutex::new(Inner {
            blobs: Blobs::new(),
            left: None,
            wire,
            drawing: Counting(u64::from(hardware) << 32),
            draws: VecDeque::new(),
            drawn: Vec::new(),
            wall,
            hardware,
        })))
    }

    /// The same machine with this folder, and a wire of its own.
    pub(crate) fn with(&self, blobs: Blobs, wire: Wire) -> Self {
        let inner = self.0.lock().unwrap();
        let copy = Self::new(inner.hardware, inner.wall, wire);
        copy.0.lock().unwrap().blobs = blobs;
        copy.0.lock().unwrap().drawing = Counting((u64::from(inner.hardware) << 32) + (1 << 24));
        drop(inner);
        copy
    }

    pub(crate) fn blobs(&self) -> Blobs {
        self.0.lock().unwrap().blobs.clone()
    }

    /// The folder when the first command left.
    pub(crate) fn left(&self) -> Blobs {
        let inner = self.0.lock().unwrap();
        inner.left.clone().unwrap_or_else(|| inner.blobs.clone())
    }

    pub(crate) fn put(&self, name: &str, bytes: &[u8]) {
        self.0.lock().unwrap().blobs.insert(name.to_owned(), bytes.to_vec());
    }

    /// The next attempts that are drawn get these names.
    pub(crate) fn fix_draws(&self, names: impl IntoIterator<Item = IdempotencyKey>) {
        self.0.lock().unwrap().draws.extend(names.into_iter().map(|name| *name.as_bytes()));
    }

    /// What makes its hardware.
    pub(crate) fn hardware(&self) -> u8 {
        self.0.lock().unwrap().hardware
    }

    /// The names that were drawn.
    pub(crate) fn drawn(&self) -> Vec<IdempotencyKey> {
        self.0.lock().unwrap().drawn.iter().copied().map(IdempotencyKey::from_bytes).collect()
    }

    pub(crate) fn set_wall(&self, wall: Timestamp) {
        self.0.lock().unwrap().wall = wall;
    }

    /// Loses the answers of commands from now on, or no longer.
    pub(crate) fn lose(&self, lost: bool) {
        if let Wire::Live { loses, .. } = &mut self.0.lock().unwrap().wire {
            *loses = lost;
        }
    }

    /// What has passed to and from the service.
    pub(crate) fn passed(&self) -> Vec<Exchange> {
        match &self.0.lock().unwrap().wire {
            Wire::Live { passed, .. } => passed.clone(),
            Wire::Recorded { .. } => Vec::new(),
        }
    }

    /// What was asked of a recording: method, path and body.
    pub(crate) fn asked(&self) -> Vec<(String, String, String)> {
        match &self.0.lock().unwrap().wire {
            Wire::Live { .. } => Vec::new(),
            Wire::Recorded { asked, .. } => asked.clone(),
        }
    }

    /// A process that has just started.
    pub(crate) fn client(&self, root: &str, algorithm: KeyAlgorithm) -> Client {
        Client::builder(root, "draw")
            .service_url(SERVICE)
            .key_algorithm(algorithm)
            .store(self.clone())
            .transport(self.clone())
            .clock(self.clone())
            .fingerprint(self.clone())
            .random(self.clone())
            .build()
            .unwrap()
    }

    /// Does what the user asked for, and tells how it ended.
    pub(crate) fn run(&self, root: &str, algorithm: KeyAlgorithm, command: &Command) -> Outcome {
        let mut client = self.client(root, algorithm);
        let done: Result<(), Error> = match command {
            Command::Activate { key, device_name, purchase_proof } => {
                let options = ActivateOptions::default();
                let options = device_name.iter().fold(options, ActivateOptions::device_name);
                let options = purchase_proof.iter().fold(options, ActivateOptions::purchase_proof);
                client.activate(key, &options).map(drop)
            }
            Command::Renew => client.renew().map(drop),
            Command::Status => client.status().map(drop),
            Command::Deactivate => client.deactivate().map(drop),
            Command::ChangeKey { key } => client.change_key(key).map(drop),
            Command::AskRelease { key, seat } => client.ask_release(key, seat).map(drop),
        };
        let standing = self.client(root, algorithm).check();
        let state = match standing.state {
            State::Licensed => "licensed",
            State::Grace { .. } => "grace",
            State::Restricted => "restricted",
            State::Unlicensed => "unlicensed",
            _ => "another",
        };
        Outcome {
            failed: done.as_ref().err().map(|error| error.code().to_owned()),
            state: state.to_owned(),
            reason: standing.reason.map(|reason| reason.code().as_str().to_owned()),
            notices: standing.notices.iter().map(|notice| notice.code().as_str().to_owned()).collect(),
            holders: done.as_ref().err().map_or(0, |error| error.holders().len()),
        }
    }
}

impl Store for Device {
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.0.lock().unwrap().blobs.get(name).cloned())
    }

    fn write(&mut self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        self.put(name, bytes);
        Ok(())
    }

    fn remove(&mut self, name: &str) -> Result<(), StoreError> {
        self.0.lock().unwrap().blobs.remove(name);
        Ok(())
    }

    fn place(&self) -> String {
        "the device's folder".to_owned()
    }
}

impl Transport for Device {
    fn send(&mut self, request: &Request<'_>) -> Result<Response, TransportError> {
        let mut inner = self.0.lock().unwrap();
        if request.method == Method::Post && inner.left.is_none() {
            inner.left = Some(inner.blobs.clone());
        }
        inner.wire.send(request)
    }
}

impl Clock for Device {
    fn read(&mut self) -> Moment {
        let wall = self.0.lock().unwrap().wall;
        let running =
            Running { period: Period::from_bytes([7; 16]), elapsed_seconds: 1_000, counts_sleep: true };
        Moment { wall, running }
    }
}

impl Fingerprint for Device {
    fn read(&mut self, _: &ServiceId) -> Result<Print, FingerprintUnavailable> {
        let hardware = u64::from(self.0.lock().unwrap().hardware);
        let value = |kind: u64| Reading::Present(ComponentHash::from_u64(hardware << 56 | (kind << 40) | 7));
        Ok(Print::new(Scheme::Physical)
            .with(ComponentKind::Motherboard, value(1))
            .with(ComponentKind::Cpu, value(2))
            .with(ComponentKind::SystemDisk, value(3))
            .with(ComponentKind::NetworkAdapter, value(4)))
    }
}

impl Random for Device {
    fn fill(&mut self, bytes: &mut [u8]) {
        let mut inner = self.0.lock().unwrap();
        inner.drawing.fill(bytes);
        if let Ok(name) = <&mut [u8; 16]>::try_from(bytes) {
            if let Some(fixed) = inner.draws.pop_front() {
                *name = fixed;
            }
            inner.drawn.push(*name);
        }
    }
}
