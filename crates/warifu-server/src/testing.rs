//! What the tests share: a service on a store in memory, with a clock that stands still and randomness that counts, spoken to through the
//! router.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use serde::Serialize;
use serde_json::{Value, json};
use tower::ServiceExt as _;
use warifu_core::hardware::{ComponentHash, ComponentKind, Fingerprint, Reading, Scheme};
use warifu_core::id::{IdempotencyKey, LeaseId};
use warifu_core::random::Random;
use warifu_core::staff::Role;
use warifu_core::text::{Name, Slug};
use warifu_core::time::{Span, Timestamp};
use warifu_proto::keys::{InstallationKey, KeyAlgorithm, RootKey, Signer as _};
use warifu_proto::wire::device::{
    ActivateRequest, AskReleaseRequest, ChangeKeyRequest, Client, DeactivateRequest, DeviceRequest,
    RenewRequest, StatusRequest,
};
use warifu_proto::wire::exchange::{OutgoingRequest, sign_request};
use warifu_proto::wire::key_text::KeyText;
use warifu_service::authority::Authority;
use warifu_service::clock::Clock;
use warifu_service::log::LogKeys;
use warifu_service::secrets::Secrets;
use warifu_service::service::{Parts, Service};
use warifu_service::staff::acts::LOCAL_OPERATOR;

use crate::app::App;
use crate::config::Options;
use crate::route::build;

/// When every test begins.
pub(crate) const START: Timestamp = Timestamp::from_seconds(1_795_358_969);

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
#[derive(Debug)]
pub(crate) struct StillClock(AtomicU64);

impl StillClock {
    pub(crate) fn advance_millis(&self, millis: u64) {
        self.0.fetch_add(millis, Ordering::Relaxed);
    }
}

impl Clock for StillClock {
    fn now_millis(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A whole service.
pub(crate) struct World {
    pub(crate) service: Arc<Service>,
    pub(crate) app: App,
    pub(crate) router: Router,
    pub(crate) clock: Arc<StillClock>,
    tokens: Vec<(Role, String)>,
    attempts: AtomicU64,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    pub(crate) bytes: Vec<u8>,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }

    /// A member of the body, as text.
    pub(crate) fn member(&self, name: &str) -> String {
        self.json()[name].as_str().unwrap_or_else(|| panic!("no {name} in {}", self.text)).to_owned()
    }

    /// The problem's code, or nothing.
    pub(crate) fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(Options::default()).await
    }

    pub(crate) async fn with(options: Options) -> Self {
        Self::made(options, true).await
    }

    /// A service that was made before there was a verifiable log.
    pub(crate) async fn without_log_keys() -> Self {
        Self::made(Options::default(), false).await
    }

    async fn made(options: Options, log_keys: bool) -> Self {
        let mut random = Counting(1);
        let root = RootKey::generate(&mut random).unwrap();
        let (store, reads) = warifu_store::sqlite::open_in_memory().unwrap();
        let clock = Arc::new(StillClock(AtomicU64::new(u64::try_from(START.seconds()).unwrap() * 1000)));
        let service = Service::start(Parts {
            authority: Authority::issue(&root, START, false, &mut random).unwrap(),
            secrets: Secrets::generate(&mut random),
            store: Box::new(store),
            reads: Arc::new(reads),
            clock: clock.clone(),
            random: Box::new(random),
        });
        let service = service.unwrap();
        if log_keys {
            service.take_up_log_keys(LogKeys::issue(&root, START, &mut Counting(77)).unwrap()).unwrap();
        }
        let service = Arc::new(service);
        let mut tokens = Vec::new();
        for role in Role::ALL {
            let name = Name::new(role.as_str()).unwrap();
            let (_, token) = service.create_staff(LOCAL_OPERATOR, name, role, None).await.unwrap();
            tokens.push((role, token.expose().to_string()));
        }
        let (router, app) = build(service.clone(), options);
        Self { service, app, router, clock, tokens, attempts: AtomicU64::new(1) }
    }

    /// The service takes up secrets that were changed, as it does when their file has changed.
    pub(crate) fn change_secrets(&self, change: impl FnOnce(&mut Secrets)) {
        let mut random = Counting(1);
        let root = RootKey::generate(&mut random).unwrap();
        let _ = Authority::issue(&root, START, false, &mut random).unwrap();
        let mut secrets = Secrets::generate(&mut random);
        change(&mut secrets);
        self.service.take_up_secrets(secrets).unwrap();
    }

    /// Gives all that waits its place in the verifiable log.
    pub(crate) async fn sequence(&self) {
        crate::edge::sequencer::round(&self.app).await.unwrap();
    }

    pub(crate) fn token(&self, role: Role) -> &str {
        &self.tokens.iter().find(|(known, _)| *known == role).unwrap().1
    }

    pub(crate) fn attempt(&self) -> IdempotencyKey {
        let number = self.attempts.fetch_add(1, Ordering::Relaxed);
        IdempotencyKey::from_bytes(u128::from(number).to_be_bytes())
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Reply {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        Reply {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
            bytes: bytes.to_vec(),
        }
    }

    /// A request of staff as `role`, with a fresh idempotency key.
    pub(crate) async fn staff(&self, role: Role, method: Method, path: &str, body: Value) -> Reply {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(AUTHORIZATION, format!("Bearer {}", self.token(role)))
            .header("idempotency-key", self.attempt().to_string());
        let request = match body {
            Value::Null => request.body(Body::empty()),
            body => request.header(CONTENT_TYPE, "application/json").body(Body::from(body.to_string())),
        };
        self.send(request.unwrap()).await
    }

    /// A request of staff under an attempt's name, whether or not it was sent before.
    pub(crate) async fn staff_again(
        &self,
        role: Role,
        path: &str,
        body: Value,
        attempt: IdempotencyKey,
    ) -> Reply {
        let request = Request::post(path)
            .header(AUTHORIZATION, format!("Bearer {}", self.token(role)))
            .header("idempotency-key", attempt.to_string())
            .header(CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()));
        self.send(request.unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.staff(Role::Owner, Method::GET, path, Value::Null).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Reply {
        self.staff(Role::Owner, Method::POST, path, body).await
    }

    /// Lets time pass.
    pub(crate) fn pass(&self, span: Span) {
        self.clock.advance_millis(u64::try_from(span.as_seconds()).unwrap() * 1_000);
    }

    /// What a stranger gets, in a language.
    pub(crate) async fn open(&self, path: &str, language: &str) -> Reply {
        let request = Request::get(path).header(ACCEPT_LANGUAGE, language).body(Body::empty());
        self.send(request.unwrap()).await
    }

    /// A product `draw` with an edition `pro` (SKU 1), a policy and its id.
    pub(crate) async fn shop(&self, policy: Value) -> String {
        self.post("/v1/products", json!({"code": "draw", "name": "Draw"})).await.expect(201);
        let sku = json!({"product": "draw", "edition": "pro", "name": "Pro", "features": ["layers"]});
        self.post("/v1/skus", sku).await.expect(201);
        let mut body = json!({"name": "Retail", "channel": "retail"});
        body.as_object_mut().unwrap().extend(policy.as_object().cloned().unwrap_or_default());
        self.post("/v1/policies", body).await.expect(201).member("id")
    }

    /// A batch of `count` keys and the keys.
    pub(crate) async fn keys(&self, policy: &str, count: u32) -> Vec<String> {
        let body = json!({"sku": 1, "policy": policy, "count": count});
        let batch = self.post("/v1/batches", body).await.expect(201).member("id");
        let page = self.get(&format!("/v1/batches/{batch}/keys")).await.expect(200).json();
        page["keys"].as_array().unwrap().iter().map(|key| key.as_str().unwrap().to_owned()).collect()
    }

    /// Sends a device's request as it is.
    pub(crate) async fn deliver(&self, request: &OutgoingRequest) -> Reply {
        let mut builder = Request::builder().method(request.method).uri(request.path);
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        self.send(builder.body(Body::from(request.body.to_vec())).unwrap()).await
    }
}

/// An application on a device.
pub(crate) struct Device {
    pub(crate) key: InstallationKey,
    pub(crate) fingerprint: Fingerprint,
}

impl Device {
    pub(crate) fn new(seed: u8, algorithm: KeyAlgorithm) -> Self {
        let value = |kind: u64| {
            Reading::Present(ComponentHash::from_u64(u64::from(seed) << 32 | (kind + 0xfeed_0000)))
        };
        let fingerprint = Fingerprint::new(Scheme::Physical)
            .with(ComponentKind::Motherboard, value(1))
            .with(ComponentKind::Cpu, value(2))
            .with(ComponentKind::SystemDisk, value(3))
            .with(ComponentKind::NetworkAdapter, value(4));
        Self { key: InstallationKey::from_secret(algorithm, &[seed; 32]).unwrap(), fingerprint }
    }

    pub(crate) fn sign<T: DeviceRequest + Serialize>(&self, world: &World, request: &T) -> OutgoingRequest {
        sign_request(request, world.attempt(), START, &self.key).unwrap()
    }

    pub(crate) fn activate_request(&self, world: &World, product_key: &str) -> ActivateRequest {
        // Each request has a nonce that is later than the one before.
        world.clock.advance_millis(1);
        ActivateRequest {
            protocol: 1,
            audience: world.service.id(),
            nonce: world.service.nonce(),
            public_key: *self.key.public_key(),
            client: client(),
            product: Slug::new("draw").unwrap(),
            product_key: KeyText::new(product_key).unwrap(),
            fingerprint: self.fingerprint,
            device_name: None,
            purchase_proof: None,
        }
    }

    pub(crate) async fn activate(&self, world: &World, product_key: &str) -> Reply {
        world.deliver(&self.sign(world, &self.activate_request(world, product_key))).await
    }

    pub(crate) async fn renew(&self, world: &World, lease: LeaseId) -> Reply {
        world.clock.advance_millis(1);
        let request = RenewRequest {
            protocol: 1,
            audience: world.service.id(),
            nonce: world.service.nonce(),
            public_key: *self.key.public_key(),
            client: client(),
            lease,
            fingerprint: self.fingerprint,
        };
        world.deliver(&self.sign(world, &request)).await
    }

    pub(crate) async fn status(&self, world: &World, lease: LeaseId) -> Reply {
        world.clock.advance_millis(1);
        let request = StatusRequest {
            protocol: 1,
            audience: world.service.id(),
            nonce: world.service.nonce(),
            public_key: *self.key.public_key(),
            client: client(),
            lease,
        };
        world.deliver(&self.sign(world, &request)).await
    }

    pub(crate) async fn deactivate(&self, world: &World, lease: LeaseId) -> Reply {
        world.clock.advance_millis(1);
        let request = DeactivateRequest {
            protocol: 1,
            audience: world.service.id(),
            nonce: world.service.nonce(),
            public_key: *self.key.public_key(),
            client: client(),
            lease,
        };
        world.deliver(&self.sign(world, &request)).await
    }

    pub(crate) async fn ask_release(&self, world: &World, product_key: &str, seat: &str) -> Reply {
        world.clock.advance_millis(1);
        let request = AskReleaseRequest {
            protocol: 1,
            audience: world.service.id(),
            nonce: world.service.nonce(),
            public_key: *self.key.public_key(),
            client: client(),
            product: Slug::new("draw").unwrap(),
            product_key: KeyText::new(product_key).unwrap(),
            seat: seat.parse().unwrap(),
        };
        world.deliver(&self.sign(world, &request)).await
    }

    pub(crate) fn change_key_request(
        &self,
        world: &World,
        lease: LeaseId,
        product_key: &str,
    ) -> ChangeKeyRequest {
        world.clock.advance_millis(1);
        ChangeKeyRequest {
            protocol: 1,
            audience: world.service.id(),
            nonce: world.service.nonce(),
            public_key: *self.key.public_key(),
            client: client(),
            product: Slug::new("draw").unwrap(),
            product_key: KeyText::new(product_key).unwrap(),
            lease,
            fingerprint: self.fingerprint,
            purchase_proof: None,
        }
    }

    pub(crate) async fn change_key(&self, world: &World, lease: LeaseId, product_key: &str) -> Reply {
        world.deliver(&self.sign(world, &self.change_key_request(world, lease, product_key))).await
    }
}

fn client() -> Client {
    Client { name: "test".to_owned(), version: "1".to_owned() }
}

/// The id of the lease in an answer, read without verifying it: tests of the protocol verify.
pub(crate) fn lease_id(reply: &Reply) -> LeaseId {
    let token = reply.member("lease");
    let body = token.split('.').nth(2).unwrap();
    let bytes = warifu_proto::encoding::parse_base64url(body).unwrap();
    let payload: Value = serde_json::from_slice(&bytes[..bytes.len() - 64]).unwrap();
    let id = payload.get("id").or_else(|| payload.get("lease")).and_then(Value::as_str);
    id.unwrap_or_else(|| panic!("{payload}")).parse().unwrap()
}
