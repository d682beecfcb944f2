//! The service's side of the world: what it answers, and what it signs.

use serde::Serialize;
use serde::de::DeserializeOwned;
use warifu_client::hardware::Fingerprint as Print;
use warifu_client::id::{
    ActivationId, DeviceId, IdempotencyKey, InstallationId, LeaseId, LicenceId, PolicyId, ServiceId,
};
use warifu_client::key::{SkuNumber, Verdict, read};
use warifu_client::{
    Channel, Failure, Lang, LicenceState, LicenceStatus, MayMove, Method, Name, Request, Response,
    Restrictions, Slug, Span,
};
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
use warifu_proto::wire::key_list::KeyListAnswer;
use warifu_proto::wire::nonce::NonceAnswer;
use warifu_proto::wire::notice::Notice;
use warifu_proto::wire::problem::Problem;

use crate::world::{Chain, Counter, Inner, PRODUCT, SKU, START};

impl Inner {
    pub(crate) fn issuer(&self) -> Issuer {
        let root = RootKey::from_seed(&[self.root_seed; 32]).unwrap();
        let key = IssuingKey::from_seed(&[self.issuing_seed; 32]).unwrap();
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

    fn notices(&self) -> Vec<Notice> {
        self.tells.iter().map(Notice::from).collect()
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

    pub(crate) fn answer(&mut self, request: &Request<'_>) -> Response {
        let path = request.url.strip_prefix("https://licences.example").expect("the service's address");
        if path == "/v1/key-list" {
            self.key_lists_asked += 1;
            let key_list = self.key_list.as_ref().map(|(_, token)| token.clone());
            return json(200, &KeyListAnswer { key_list });
        }
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
                Ok(body(&StatusAnswer {
                    service_time,
                    certificate,
                    standing: world.standing(),
                    notices: world.notices(),
                }))
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
        if let Some((version, _)) = &self.key_list {
            response.headers.push(("warifu-key-list".to_owned(), version.to_string()));
        }
        if self.nonces_in_answers {
            response.headers.push(("warifu-nonce".to_owned(), self.fresh_nonce()));
        }
        response
    }

    fn opened<T: DeviceRequest + DeserializeOwned>(
        &mut self,
        request: &Request<'_>,
        path: &str,
        act: impl FnOnce(&mut Self, &T, (InstallationId, IdempotencyKey)) -> Result<Vec<u8>, Failure>,
    ) -> Result<Vec<u8>, Box<Problem>> {
        let problem = |failure: Failure| Box::new(Problem::new(&failure, Lang::En, Some("req-1".to_owned())));
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
            return Err(Box::new(problem.with_refusal(token, issuer.certificate_token().to_owned())));
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
            provisional: false,
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
        Ok(body(&LeaseAnswer {
            lease: token,
            certificate,
            standing: self.standing(),
            notices: self.notices(),
        }))
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

fn body(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap()
}

fn json(status: u16, value: &impl Serialize) -> Response {
    Response { status, headers: Vec::new(), body: body(value) }
}
