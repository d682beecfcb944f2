//! The use cases of devices, from the opened request to the signed answer, on a real store in memory.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as tests do")]

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use warifu_core::catalogue::Code;
use warifu_core::decide::LicenceAct;
use warifu_core::hardware::{ComponentHash, ComponentKind, Fingerprint, Reading, Scheme};
use warifu_core::id::{BatchId, IdempotencyKey, PolicyId, ProductId};
use warifu_core::key::{ImportedKey, KeyFormat, ProductKey, SkuNumber};
use warifu_core::licence::Licence;
use warifu_core::policy::{Channel, Policy};
use warifu_core::random::Random;
use warifu_core::text::{Name, Slug};
use warifu_core::time::{Span, Timestamp};
use warifu_proto::certificate::Certificate;
use warifu_proto::keys::{InstallationKey, KeyAlgorithm, RootKey, Signer};
use warifu_proto::lease::Lease;
use warifu_proto::signature::SignedRequest;
use warifu_proto::wire::device::{ActivateRequest, Client, LeaseAnswer};
use warifu_proto::wire::exchange::OpenedRequest;
use warifu_proto::wire::key_text::KeyText;
use warifu_service::authority::Authority;
use warifu_service::clock::Clock;
use warifu_service::secrets::Secrets;
use warifu_service::service::{Parts, Service};
use warifu_service::staff::acts::LOCAL_OPERATOR;
use warifu_service::staff::registry::RegistryAct;

const START: u64 = 1_800_000_000;
const OWNER: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
const STRANGER: IpAddr = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 1));

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
        self.0.load(Ordering::Relaxed)
    }
}

/// A service with one product, a subscription of a year and ten keys.
struct Shop {
    service: Service,
    clock: Hands,
    root: RootKey,
    runtime: tokio::runtime::Runtime,
}

fn slug(text: &str) -> Slug {
    Slug::new(text).unwrap()
}

impl Shop {
    fn new() -> Self {
        let mut random = Counting(1);
        let root = RootKey::generate(&mut random).unwrap();
        let from = Timestamp::from_seconds(START as i64);
        let clock = Hands(Arc::new(AtomicU64::new(START * 1000)));
        let (store, reads) = warifu_store::sqlite::open_in_memory().unwrap();
        let service = Service::start(Parts {
            authority: Authority::issue(&root, from, false, &mut random).unwrap(),
            secrets: Secrets::generate(&mut random),
            store: Box::new(store),
            reads: Arc::new(reads),
            clock: Arc::new(clock.clone()),
            random: Box::new(random),
        })
        .unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let shop = Self { service, clock, root, runtime };
        let (product, sku) = (ProductId::from_bytes([1; 16]), SkuNumber::new(1).unwrap());
        let name = Name::new("Draw").unwrap();
        let policy = Policy::preset(Channel::Subscription, PolicyId::from_bytes([1; 16]), name.clone(), from);
        let batch = RegistryAct::IssueBatch {
            id: BatchId::from_bytes([1; 16]),
            sku,
            policy: policy.id,
            format: KeyFormat::Live,
            epoch: 1,
            count: 10,
            label: None,
        };
        for act in [
            RegistryAct::CreateProduct { id: product, code: slug("draw"), name: name.clone() },
            RegistryAct::CreateSku {
                number: Some(sku),
                product,
                edition: slug("pro"),
                name,
                features: Vec::new(),
            },
            RegistryAct::CreatePolicy(Box::new(policy)),
            batch,
        ] {
            shop.act(act);
        }
        shop
    }

    fn act(&self, act: RegistryAct) {
        self.runtime.block_on(self.service.change_registry(LOCAL_OPERATOR, act, None)).unwrap();
    }

    fn key(&self) -> ProductKey {
        let snapshot = self.service.snapshot();
        let batch = &snapshot.registry.batches[&BatchId::from_bytes([1; 16])];
        snapshot.keys.key_at(batch, 3).unwrap()
    }

    fn request(&self, device: u8, attempt: u8, key: &str) -> OpenedRequest<ActivateRequest> {
        let installation = InstallationKey::from_secret(KeyAlgorithm::Ed25519, &[device; 32]).unwrap();
        let parts = [ComponentKind::Motherboard, ComponentKind::SystemDisk, ComponentKind::OsInstall];
        let fingerprint = parts.into_iter().fold(Fingerprint::new(Scheme::Physical), |print, kind| {
            let hash = ComponentHash::of(&self.service.id(), kind, &device.to_string());
            print.with(kind, Reading::Present(hash))
        });
        OpenedRequest {
            body: ActivateRequest {
                protocol: 1,
                audience: self.service.id(),
                nonce: self.service.nonce(),
                public_key: *installation.public_key(),
                client: Client { name: "test".to_owned(), version: "1".to_owned() },
                product: slug("draw"),
                product_key: KeyText::new(key).unwrap(),
                fingerprint,
                device_name: None,
                purchase_proof: None,
            },
            signed: SignedRequest {
                installation: installation.installation(),
                idempotency_key: IdempotencyKey::from_bytes([attempt; 16]),
                created: self.service.now(),
            },
        }
    }

    fn activate(
        &self,
        request: &OpenedRequest<ActivateRequest>,
        source: IpAddr,
    ) -> Result<LeaseAnswer, Code> {
        let answer = self.runtime.block_on(self.service.activate(request, source));
        answer.map_err(|refused| refused.failure.code())
    }

    fn lease(&self, answer: &LeaseAnswer) -> Lease {
        let certificate = Certificate::verify(self.root.public_key(), &answer.certificate).unwrap();
        Lease::verify(&certificate, &answer.lease).unwrap()
    }

    fn days(&self, days: u64) {
        self.clock.0.fetch_add(days * 86_400_000, Ordering::Relaxed);
    }
}

#[test]
fn a_stranger_who_knows_a_key_number_cannot_lock_its_owner_out() {
    let shop = Shop::new();
    let key = shop.key();
    for guess in 1..=200 {
        // The right number with a tag that no generation has.
        let forged = shop.service.snapshot().keys.show(key.number(), Licence::KEY_GENERATION_MAX + guess);
        let request = shop.request(9, 1, &forged.unwrap().expose());
        let refused = shop.activate(&request, STRANGER).unwrap_err();
        assert!(matches!(refused, Code::KeyNotGenuine | Code::RateLimited), "{refused}");
    }
    let mine = shop.request(1, 2, &key.expose());
    assert_eq!(shop.activate(&mine, STRANGER).unwrap_err(), Code::RateLimited, "not even a right guess");
    shop.activate(&mine, OWNER).unwrap();
}

#[test]
fn guesses_at_keys_of_another_format_are_limited_whatever_they_look_like() {
    type Guess = fn(u32) -> String;
    let guesses: [(&str, Guess); 3] = [
        ("the beginning of one of ours", |guess| format!("2{guess:011}")),
        ("a damaged one of ours", |guess| format!("20040-00001-{guess:05}-77777-88888")),
        ("nothing known", |guess| format!("acme {guess:08}")),
    ];
    for (shape, guess) in guesses {
        let shop = Shop::new();
        let tried = (0..200)
            .take_while(|&number| {
                let request = shop.request(9, 1, &guess(number));
                shop.activate(&request, STRANGER).unwrap_err() != Code::RateLimited
            })
            .count();
        assert!(tried <= 20, "{shape}: {tried} guesses");
    }
}

#[test]
fn guesses_at_short_keys_are_limited_more_strictly_and_do_not_hinder_others() {
    let shop = Shop::new();
    let (sku, policy) = (SkuNumber::new(1).unwrap(), PolicyId::from_bytes([1; 16]));
    let imported = ImportedKey::parse("acme 1234 5678").unwrap();
    let keys = vec![(shop.service.import_secret().hash(&imported), imported.weak())];
    shop.act(RegistryAct::ImportKeys { sku, policy, keys });
    let tried = (0..200)
        .take_while(|number| {
            let request = shop.request(9, 1, &format!("acme {number:08}"));
            shop.activate(&request, STRANGER).unwrap_err() != Code::RateLimited
        })
        .count();
    assert!(tried <= 5, "{tried} guesses");
    shop.activate(&shop.request(1, 2, &shop.key().expose()), STRANGER).unwrap();
    shop.activate(&shop.request(2, 3, "ACME-1234-5678"), OWNER).unwrap();
}

#[test]
fn a_retry_is_answered_with_the_same_lease() {
    let shop = Shop::new();
    shop.days(80);
    let request = shop.request(1, 1, &shop.key().expose());
    let first = shop.activate(&request, OWNER).unwrap();
    assert_eq!(shop.activate(&request, OWNER).unwrap().lease, first.lease);
    // The next quarter's key signs by now, but this answer is the first key's.
    shop.days(30);
    let late = OpenedRequest { body: shop.request(1, 1, &shop.key().expose()).body, ..request };
    let again = shop.activate(&late, OWNER).unwrap();
    assert_eq!((again.lease, again.certificate), (first.lease, first.certificate));
}

#[test]
fn a_retry_after_the_licence_was_shortened_gets_a_lease_that_ends_with_it() {
    let shop = Shop::new();
    let request = shop.request(1, 1, &shop.key().expose());
    let first = shop.lease(&shop.activate(&request, OWNER).unwrap());
    let until = shop.service.now().plus(Span::days(3));
    let act = shop.service.act_on_licence(LOCAL_OPERATOR, first.licence, LicenceAct::Extend { until }, None);
    shop.runtime.block_on(act).unwrap();
    let again = shop.lease(&shop.activate(&request, OWNER).unwrap());
    assert_eq!((again.id, again.expires, again.licence_ends), (first.id, until, Some(until)));
}
