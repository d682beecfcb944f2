//! A device and a service in one thread: the service signs with test keys, loses messages on demand, and everything that a client can
//! reach is in the test's hands.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use warifu_client::hardware::{ComponentHash, ComponentKind, Fingerprint as Print, Reading, Scheme};
use warifu_client::id::{
    ActivationId, DeviceId, IdempotencyKey, InstallationId, LeaseId, LicenceId, PolicyId, ServiceId,
};
use warifu_client::key::{KeyFormat, KeyNumber, MasterSecret, SkuNumber, TagSecret, Verdict, read};
use warifu_client::{
    Channel, Client, ClientBuilder, Clock, Failure, Fingerprint, FingerprintUnavailable, KeyAlgorithm, Lang,
    LicenceState, LicenceStatus, MayMove, Method, Moment, Name, Period, Random, Request, Response,
    Restrictions, Running, Slug, Span, Store, StoreError, Timestamp, Transport, TransportError,
};
use warifu_proto::bundle::Bundle;
use warifu_proto::certificate::{Certificate, Issuer, ProductScope};
use warifu_proto::keys::{IssuingKey, RootKey};
use warifu_proto::lease::Lease;
use warifu_proto::nonce::NonceKey;
use warifu_proto::refusal::Refusal;
use warifu_proto::service_time::ServiceTime;
use warifu_proto::signature::ReceivedRequest;
use warifu_proto::wire::device::{
    ActivateRequest, ChangeKeyRequest, DeactivateAnswer, DeactivateRequest, DeviceRequest, LeaseAnswer,
    RenewRequest, StatusAnswer, StatusRequest,
};
use warifu_proto::wire::exchange::open_request;
use warifu_proto::wire::nonce::NonceAnswer;
use warifu_proto::wire::problem::Problem;

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
struct Chain {
    sequence: u64,
    head: LeaseId,
    nonce_millis: u64,
    request: IdempotencyKey,
    answer: Vec<u8>,
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
    /// Alters leases before they are signed.
    pub(crate) alter_lease: Option<fn(&mut Lease)>,
    /// How many commands had an effect.
    pub(crate) effects: usize,
    pub(crate) sandbox: bool,
    pub(crate) root_seed: u8,
    drawn: u64,
    millis: u64,
    chains: BTreeMap<[u8; 32], Chain>,
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

/// A genuine-looking key of a SKU.
pub(crate) fn key_of(sku: u16, format: KeyFormat) -> String {
    let master = MasterSecret::from_bytes([7; 32], 1);
    let secret = TagSecret::derive(&master, warifu_client::id::BatchId::from_bytes([1; 16]));
    secret.issue(KeyNumber { format, sku: SkuNumber::new(sku).unwrap(), serial: 12_345 }, 0).expose()
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
            alter_lease: None,
            effects: 0,
            sandbox: false,
            root_seed: 1,
            drawn: 0,
            millis: 0,
            chains: BTreeMap::new(),
        })))
    }

    pub(crate) fn get(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
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
        bundle.verify(root.public_key(), warifu_proto::bundle::SandboxLeases::Accepted).unwrap().lease
    }
}

impl Inner {
    pub(crate) fn issuer(&self) -> Issuer {
        let root = RootKey::from_seed(&[self.root_seed; 32]).unwrap();
        let key = IssuingKey::from_seed(&[2; 32]).unwrap();
        let certificate = Certificate {
            service: root.service_id(),
            key: key.public_key().clone(),
            sign_from: START.minus(Span::days(400)),
            sign_until: START.plus(Span::days(2_000)),
            verify_until: START.plus(Span::days(3_000)),
            longest_lease: Span::days(400),
            products: ProductScope::All,
            may_delegate: false,
            sandbox: self.sandbox,
        };
        Issuer::new(root.public_key(), key, certificate.sign(&root).unwrap()).unwrap()
    }

    fn service(&self) -> ServiceId {
        RootKey::from_seed(&[1; 32]).unwrap().service_id()
    }

    fn nonces(&self) -> NonceKey {
        NonceKey::new(&[9; 32])
    }

    fn now_millis(&mut self) -> u64 {
        self.millis += 1;
        u64::try_from(self.service_now.seconds()).unwrap() * 1_000 + self.millis
    }

    fn fresh_nonce(&mut self) -> String {
        let now = self.now_millis();
        self.nonces().issue(now, &mut Counter(&mut self.drawn))
    }

    fn answer(&mut self, request: &Request<'_>) -> Response {
        let path = request.url.strip_prefix("https://licences.example").expect("the service's address");
        if request.method == Method::Get {
            assert_eq!(path, "/v1/nonce");
            self.nonces_asked += 1;
            let nonce = self.fresh_nonce();
            let answer =
                NonceAnswer { protocols: vec![1], audience: self.service(), nonce, time: self.service_now };
            return json(200, &answer);
        }
        let result = match path {
            "/v1/activate" => self.opened::<ActivateRequest>(request, path, |world, body, of| {
                let sku = sku_of(body.product_key.expose());
                world.grant(body.fingerprint, sku, of)
            }),
            "/v1/change-key" => self.opened::<ChangeKeyRequest>(request, path, |world, body, of| {
                let sku = sku_of(body.product_key.expose());
                world.grant(body.fingerprint, sku, of)
            }),
            "/v1/renew" => self.opened::<RenewRequest>(request, path, |world, body, of| {
                world.grant(body.fingerprint, SkuNumber::new(SKU).unwrap(), of)
            }),
            "/v1/status" => self.opened::<StatusRequest>(request, path, |world, _, (_, request)| {
                let (service_time, certificate) = world.time(request);
                Ok(body(&StatusAnswer { service_time, certificate, standing: world.standing() }))
            }),
            "/v1/deactivate" => self.opened::<DeactivateRequest>(request, path, |world, _, (_, request)| {
                let (service_time, certificate) = world.time(request);
                world.effects += 1;
                let released = world.service_now;
                Ok(body(&DeactivateAnswer { released, seat_released: true, service_time, certificate }))
            }),
            other => panic!("no such path: {other}"),
        };
        let mut response = match result {
            Ok(body) => Response { status: 200, body, ..Response::default() },
            Err(problem) => json(problem.status, &problem),
        };
        if self.nonces_in_answers {
            response.headers.push(("warifu-nonce".to_owned(), self.fresh_nonce()));
        }
        response
    }

    fn opened<T: DeviceRequest + serde::de::DeserializeOwned>(
        &mut self,
        request: &Request<'_>,
        path: &str,
        act: impl FnOnce(&mut Self, &T, (InstallationId, IdempotencyKey)) -> Result<Vec<u8>, Failure>,
    ) -> Result<Vec<u8>, Problem> {
        let problem = |failure: Failure| Problem::new(&failure, Lang::En, Some("req-1".to_owned()));
        let header = |wanted: &str| {
            request.headers.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.as_str())
        };
        let received = ReceivedRequest {
            method: "POST",
            path,
            content_type: header("Content-Type"),
            idempotency_key: header("Idempotency-Key"),
            content_digest: header("Content-Digest"),
            signature_input: header("Signature-Input"),
            signature: header("Signature"),
            body: request.body,
        };
        let opened = open_request::<T>(&received, self.service()).map_err(problem)?;
        let (installation, attempt) = (opened.signed.installation, opened.signed.idempotency_key);
        let now = self.now_millis();
        let nonce = self.nonces().check(opened.body.nonce(), now);
        let nonce = nonce.map_err(|_| problem(Failure::nonce_not_valid()))?;
        if let Some(chain) = self.chains.get_mut(installation.as_bytes()) {
            if chain.request == attempt {
                return Ok(chain.answer.clone());
            }
            if nonce.millis <= chain.nonce_millis {
                return Err(problem(Failure::request_replayed()));
            }
            chain.nonce_millis = nonce.millis;
        }
        if let Some((failure, effective)) = self.refuses.clone() {
            let problem = problem(failure.clone());
            let Some(effective_from) = effective else { return Err(problem) };
            let refusal = Refusal {
                service: self.service(),
                installation,
                licence: LicenceId::from_bytes([1; 16]),
                request: attempt,
                code: failure.code(),
                issued: self.service_now,
                effective_from,
            };
            let issuer = self.issuer();
            let token = refusal.sign(&issuer).unwrap();
            return Err(problem.with_refusal(token, issuer.certificate_token().to_owned()));
        }
        let answer = act(self, &opened.body, (installation, attempt)).map_err(problem)?;
        if path != "/v1/status" {
            let chain = self.chains.entry(*installation.as_bytes()).or_insert_with(|| Chain {
                sequence: 0,
                head: LeaseId::from_bytes([0; 16]),
                nonce_millis: nonce.millis,
                request: attempt,
                answer: Vec::new(),
            });
            (chain.request, chain.answer) = (attempt, answer.clone());
        }
        Ok(answer)
    }

    fn grant(
        &mut self,
        fingerprint: Print,
        sku: SkuNumber,
        (installation, request): (InstallationId, IdempotencyKey),
    ) -> Result<Vec<u8>, Failure> {
        self.effects += 1;
        let id = LeaseId::from_bytes([u8::try_from(self.effects).unwrap(); 16]);
        let now = self.service_now;
        let (sequence, parent) = match self.chains.get_mut(installation.as_bytes()) {
            Some(chain) => {
                let parent = chain.head;
                (chain.sequence, chain.head) = (chain.sequence + 1, id);
                (chain.sequence, Some(parent))
            }
            None => (1, None),
        };
        if sequence == 1 {
            let chain = Chain { sequence, head: id, nonce_millis: 0, request, answer: Vec::new() };
            self.chains.insert(*installation.as_bytes(), chain);
        }
        let mut lease = Lease {
            id,
            service: self.service(),
            licence: LicenceId::from_bytes([1; 16]),
            device: DeviceId::from_bytes([2; 16]),
            activation: ActivationId::from_bytes([3; 16]),
            sku,
            product: Slug::new(PRODUCT).unwrap(),
            edition: Slug::new("professional").unwrap(),
            channel: Channel::Retail,
            features: vec![Slug::new("layers").unwrap()],
            installation,
            fingerprint: fingerprint.shorten(),
            sequence,
            parent,
            request,
            issued: now,
            renew_after: now.plus(Span::days(7)),
            expires: now.plus(Span::days(60)),
            licence_ends: None,
            grace: Span::days(14),
            policy: PolicyId::from_bytes([4; 16]),
            policy_version: 1,
            restrictions: Restrictions { feature_updates_withheld: true, ..Restrictions::none() },
            sandbox: self.sandbox,
        };
        if let Some(alter) = self.alter_lease {
            alter(&mut lease);
        }
        let mut issuer = self.issuer();
        if lease.service != issuer.certificate().service {
            // A stranger's service, which signs for itself.
            lease.service = issuer.certificate().service;
            issuer = self.issuer();
        }
        let token = lease.sign(&issuer).unwrap();
        let certificate = issuer.certificate_token().to_owned();
        Ok(body(&LeaseAnswer { lease: token, certificate, standing: self.standing() }))
    }

    fn time(&self, request: IdempotencyKey) -> (String, String) {
        let issuer = self.issuer();
        let time = ServiceTime { service: issuer.certificate().service, request, time: self.service_now };
        (time.sign(&issuer).unwrap(), issuer.certificate_token().to_owned())
    }

    fn standing(&self) -> LicenceStatus {
        LicenceStatus {
            licence: LicenceId::from_bytes([1; 16]),
            state: LicenceState::Active,
            activated: true,
            ends: None,
            seats: 3,
            seats_taken: 1,
            channel: Channel::Retail,
            may_move: MayMove::Yes,
            product: Slug::new(PRODUCT).unwrap(),
            product_name: Name::new("Draw").unwrap(),
            edition: Slug::new("professional").unwrap(),
            edition_name: Name::new("Professional").unwrap(),
            key_number: None,
            device_name: None,
        }
    }
}

fn sku_of(key: &str) -> SkuNumber {
    match read(key) {
        Verdict::Valid(key) => key.number().sku,
        _ => SkuNumber::new(SKU).unwrap(),
    }
}

fn body(value: &impl serde::Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap()
}

fn json(status: u16, value: &impl serde::Serialize) -> Response {
    Response { status, headers: Vec::new(), body: body(value) }
}

/// Random bytes that never repeat.
struct Counter<'a>(&'a mut u64);

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
