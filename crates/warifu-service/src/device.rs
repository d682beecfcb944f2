//! What devices ask for: activate, renew, status, deactivate and change key.
//!
//! Each use case gets an opened request: one whose signature, digest and audience are good. Signing happens here, on the asker's thread, after
//! the writing thread has made the grant durable.

use std::net::IpAddr;

use warifu_core::catalogue::{Code, Failure};
use warifu_core::decide::{Activate, AskRelease, Asking, Deactivate, Grant, Renew, check_usable, notices};
use warifu_core::hardware::Fingerprint;
use warifu_core::id::LicenceId;
use warifu_core::key::{
    ImportedKey, KeyFormat, KeyNumber, NotAKey, ProductKey, PurchaseProof, Verdict, read,
};
use warifu_core::licence::{Licence, Standing as LicenceStanding};
use warifu_core::policy::{MayMove, Policy, Route};
use warifu_core::seat::ActivationState;
use warifu_core::state::{Holder, Refusal};
use warifu_core::text::{Name, Slug};
use warifu_core::time::{Span, Timestamp};
use warifu_proto::lease::Lease;
use warifu_proto::refusal::Refusal as SignedRefusal;
use warifu_proto::service_time::ServiceTime;
use warifu_proto::signature::SignedRequest;
use warifu_proto::wire::device::{
    ActivateRequest, AskReleaseAnswer, AskReleaseRequest, ChangeKeyRequest, DeactivateAnswer,
    DeactivateRequest, LeaseAnswer, RenewRequest, StatusAnswer, StatusRequest,
};
use warifu_proto::wire::exchange::OpenedRequest;
use warifu_proto::wire::notice::Notice;
use warifu_proto::wire::standing::{LicenceState, MayMove as WireMayMove, Standing};

use crate::group::{Claim, Outcome, Task};
use crate::port::{OwnSeat, Selector, Want};
use crate::service::Service;

/// A refusal as it is answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Refused {
    /// The catalogue's entry with its values.
    pub failure: Failure,
    /// Who holds the seats, when they are all taken.
    pub holders: Vec<Holder>,
    /// For a refusal that the device must be able to trust: the signed refusal and its certificate.
    pub signed: Option<(String, String)>,
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        Self { failure, holders: Vec::new(), signed: None }
    }
}

impl Service {
    /// Binds a licence to a device and enrols its installation.
    ///
    /// # Errors
    /// What is wrong with the nonce, the key, the licence, its seats or the hardware.
    pub async fn activate(
        &self,
        request: &OpenedRequest<ActivateRequest>,
        source: IpAddr,
    ) -> Result<LeaseAnswer, Refused> {
        let body = &request.body;
        let asking = self.asking(&request.signed, &body.nonce)?;
        let proof = body.purchase_proof.as_ref();
        let claimed = self.claim(body.product_key.expose(), proof, &body.product, source)?;
        let device_name = body.device_name.clone();
        let command = self.activate_command(asking, &body.fingerprint, device_name, &claimed);
        let moment = self.moment()?;
        let kept = self.provisional.is_some().then(|| (claimed.claim.clone(), command.clone()));
        let task = Task::Activate { claim: claimed.claim, command };
        let outcome = self.submit(task, moment, None).await;
        if outcome.is_err()
            && let Some((claim, command)) = kept
            && let Some(grant) = self.bridge_outage(&outcome, &claim, command)
        {
            return self.lease_answer(&grant, &body.fingerprint, body.device_name.clone(), true);
        }
        let grant = self.granted(outcome, &request.signed, None)?;
        self.lease_answer(&grant, &body.fingerprint, body.device_name.clone(), false)
    }

    /// Gives an installation its next lease.
    ///
    /// # Errors
    /// What is wrong with the nonce, the installation, the licence or the hardware.
    pub async fn renew(&self, request: &OpenedRequest<RenewRequest>) -> Result<LeaseAnswer, Refused> {
        let body = &request.body;
        let asking = self.asking(&request.signed, &body.nonce)?;
        let fingerprint = body.fingerprint.pepper(&self.pepper);
        let moment = self.moment()?;
        let renew = Renew { asking, lease: body.lease, fingerprint };
        let mut outcome = self.submit(Task::Renew(renew.clone()), moment, None).await;
        let unknown =
            outcome.as_ref().is_err_and(|refusal| refusal.failure.code() == Code::InstallationUnknown);
        if unknown && self.decide_again(request.signed.installation).await? {
            outcome = self.submit(Task::Renew(renew), self.moment()?, None).await;
        }
        let licence = self.licence_when_refused(&outcome, &request.signed);
        let grant = self.granted(outcome, &request.signed, licence)?;
        self.lease_answer(&grant, &body.fingerprint, None, false)
    }

    /// Moves an installation to the licence of another key and frees its old seat.
    ///
    /// # Errors
    /// As for [`Self::activate`].
    pub async fn change_key(
        &self,
        request: &OpenedRequest<ChangeKeyRequest>,
        source: IpAddr,
    ) -> Result<LeaseAnswer, Refused> {
        let body = &request.body;
        let asking = self.asking(&request.signed, &body.nonce)?;
        let proof = body.purchase_proof.as_ref();
        let claimed = self.claim(body.product_key.expose(), proof, &body.product, source)?;
        let command = self.activate_command(asking, &body.fingerprint, None, &claimed);
        let moment = self.moment()?;
        let task = Task::ChangeKey { claim: claimed.claim, command };
        let outcome = self.submit(task, moment, None).await;
        let grant = self.granted(outcome, &request.signed, None)?;
        self.lease_answer(&grant, &body.fingerprint, None, false)
    }

    /// Takes an installation's lease back, and its seat when nobody else on the device uses it.
    ///
    /// # Errors
    /// What is wrong with the nonce, or that the installation is unknown.
    pub async fn deactivate(
        &self,
        request: &OpenedRequest<DeactivateRequest>,
    ) -> Result<DeactivateAnswer, Refused> {
        let asking = self.asking(&request.signed, &request.body.nonce)?;
        let moment = self.moment()?;
        let outcome = self.submit(Task::Deactivate(Deactivate { asking }), moment, None).await;
        match outcome {
            Ok(Outcome::Deactivated(deactivated)) => {
                let (service_time, certificate) = self.signed_time(&request.signed, moment.now)?;
                Ok(DeactivateAnswer {
                    released: moment.now,
                    seat_released: deactivated.seat_released,
                    service_time,
                    certificate,
                })
            }
            Ok(_) => Err(Failure::service_unavailable().into()),
            Err(refusal) => Err(self.refused(refusal, &request.signed, None)),
        }
    }

    /// Asks for the release of a seat that another device holds, with the product key alone.
    ///
    /// # Errors
    /// What is wrong with the nonce or the key, that the licence does not allow it, or that the device is in use.
    pub async fn ask_release(
        &self,
        request: &OpenedRequest<AskReleaseRequest>,
        source: IpAddr,
    ) -> Result<AskReleaseAnswer, Refused> {
        let body = &request.body;
        let asking = self.asking(&request.signed, &body.nonce)?;
        let claimed = self.claim(body.product_key.expose(), None, &body.product, source)?;
        let command = AskRelease { asking, seat: body.seat, key_generation: claimed.generation };
        let task = Task::AskRelease { claim: claimed.claim, command };
        match self.submit(task, self.moment()?, None).await {
            Ok(Outcome::ReleaseWaits(waits)) => {
                Ok(AskReleaseAnswer { class: waits.class, asked: waits.asked, effective: waits.effective })
            }
            Ok(_) => Err(Failure::service_unavailable().into()),
            Err(refusal) => Err(self.refused(refusal, &request.signed, None)),
        }
    }

    /// Tells an installation where its licence and its seat stand. Reads only.
    ///
    /// # Errors
    /// What is wrong with the nonce, or that the installation is unknown.
    pub fn status(&self, request: &OpenedRequest<StatusRequest>) -> Result<StatusAnswer, Refused> {
        self.check_nonce(&request.body.nonce)?;
        let id = request.signed.installation;
        let now = self.clock.now();
        let own = self.reads.own_seat(id, now).map_err(|error| error.failure())?;
        let OwnSeat { installation, licence, seat } = own.ok_or_else(Failure::installation_unknown)?;
        let snapshot = self.snapshot();
        let policy =
            snapshot.registry.policies.get(&licence.policy).ok_or_else(Failure::service_unavailable)?;
        let held = seat.as_ref().is_some_and(|(activation, _)| activation.state == ActivationState::Active);
        let activated = !installation.ended && held;
        let device_name = seat.as_ref().and_then(|(_, device)| device.name.clone());
        let standing = self.standing(&licence, policy, activated, device_name)?;
        if let Err(refusal) = check_usable(&licence, policy, now)
            && refusal.ends_lease.is_some()
        {
            return Err(self.refused(refusal, &request.signed, Some(licence.id)));
        }
        let (service_time, certificate) = self.signed_time(&request.signed, now)?;
        let told = seat.map(|(activation, _)| notices(&installation, &activation, now)).unwrap_or_default();
        Ok(StatusAnswer { service_time, certificate, standing, notices: wire(&told) })
    }

    fn check_nonce(&self, nonce: &str) -> Result<u64, Failure> {
        let nonce =
            self.nonces.check(nonce, self.clock.now_millis()).map_err(|_| Failure::nonce_not_valid())?;
        Ok(nonce.millis)
    }

    fn asking(&self, signed: &SignedRequest, nonce: &str) -> Result<Asking, Failure> {
        Ok(Asking {
            installation: signed.installation,
            request: signed.idempotency_key,
            nonce_millis: self.check_nonce(nonce)?,
        })
    }

    fn activate_command(
        &self,
        asking: Asking,
        fingerprint: &Fingerprint,
        device_name: Option<Name>,
        claimed: &Claimed,
    ) -> Activate {
        Activate {
            asking,
            fingerprint: fingerprint.pepper(&self.pepper),
            device_name,
            route: Route::Online,
            key_generation: claimed.generation,
            proof: claimed.proof.clone(),
        }
    }

    /// What a key claims, told without touching the store but for keys of other formats.
    fn claim(
        &self,
        text: &str,
        proof: Option<&PurchaseProof>,
        product: &Slug,
        source: IpAddr,
    ) -> Result<Claimed, Failure> {
        let now_millis = self.clock.now_millis();
        let source = network_of(source);
        self.wrong_keys_of_source.check(source, now_millis).map_err(Failure::rate_limited)?;
        let claimed = match read(text) {
            Verdict::Valid(key) => self.claim_key(&key, proof, now_millis),
            verdict => self.claim_import(text, &verdict, source, now_millis),
        };
        let claimed = claimed.inspect_err(|failure| {
            if matches!(failure.code(), Code::KeyNotGenuine | Code::PurchaseProofNotValid) {
                self.wrong_keys_of_source.charge(source, now_millis);
            }
        })?;
        let snapshot = self.snapshot();
        let sku = snapshot.registry.skus.get(&claimed.sku).ok_or_else(Failure::key_not_genuine)?;
        let found = snapshot.registry.product_of(sku).ok_or_else(Failure::key_not_genuine)?;
        if found.code != *product {
            let found = format!("{} {}", found.name, sku.name);
            return Err(Failure::key_of_other_sku(found, product));
        }
        Ok(claimed)
    }

    fn claim_key(
        &self,
        key: &ProductKey,
        proof: Option<&PurchaseProof>,
        now_millis: u64,
    ) -> Result<Claimed, Failure> {
        let number = key.number();
        match (number.format, self.key_format()) {
            (KeyFormat::Sandbox, KeyFormat::Live) => return Err(Failure::key_is_test_key()),
            (KeyFormat::Live, KeyFormat::Sandbox) => return Err(Failure::key_is_live_key()),
            _ => {}
        }
        self.wrong_keys_of_number.check(number.pack(), now_millis).map_err(Failure::rate_limited)?;
        let snapshot = self.snapshot();
        let Some(genuine) = snapshot.keys.examine(key) else {
            self.wrong_keys_of_number.charge(number.pack(), now_millis);
            return Err(Failure::key_not_genuine());
        };
        let compromised = self.current.secrets().is_compromised(genuine.batch.epoch);
        // Where the key alone does, a proof is left unused. A forged one is a guess; whether it matters that one has had its time, the decision
        // knows: a device that is known, and a request that is repeated, need none.
        let proof = match proof.filter(|_| compromised) {
            Some(proof) => Some(self.check_proof(proof, number, now_millis)?),
            None => None,
        };
        let policy = snapshot.registry.policies.get(&genuine.batch.policy);
        let policy = policy.ok_or_else(Failure::service_unavailable)?;
        let id = LicenceId::generate(now_millis, &mut **self.random());
        let fresh = Licence::from_key(id, number, &genuine.batch, policy, self.clock.now());
        Ok(Claimed {
            claim: Claim {
                selector: Selector::Key(number),
                fresh: Some(Box::new(fresh)),
                withdrawn: genuine.batch.withdrawn,
                compromised,
            },
            generation: genuine.generation,
            sku: number.sku,
            proof,
        })
    }

    /// When a proof of purchase was issued that is for this key number, or that it has had its time. Whether it was used, the licence knows.
    fn check_proof(
        &self,
        proof: &PurchaseProof,
        number: KeyNumber,
        now_millis: u64,
    ) -> Result<Result<Timestamp, Failure>, Failure> {
        let secret = self.current.secrets().proofs(proof.epoch());
        if !secret.is_some_and(|secret| secret.verify(proof, number)) {
            self.wrong_keys_of_number.charge(number.pack(), now_millis);
            return Err(Failure::purchase_proof_not_valid());
        }
        let ended = proof.ends() < self.clock.now();
        Ok(if ended { Err(Failure::purchase_proof_expired(proof.ends())) } else { Ok(proof.issued()) })
    }

    /// What a key of another format claims, or the verdict on what looked like one of Warifu's.
    fn claim_import(
        &self,
        text: &str,
        verdict: &Verdict,
        source: IpAddr,
        now_millis: u64,
    ) -> Result<Claimed, Failure> {
        let not_ours =
            || verdict.failure(|sku| sku.to_string(), "").unwrap_or_else(Failure::key_not_recognised);
        let Ok(key) = ImportedKey::parse(text) else { return Err(not_ours()) };
        if key.weak() {
            self.weak_keys_of_source.check(source, now_millis).map_err(Failure::rate_limited)?;
        }
        let hash = self.imports.hash(&key);
        let found = self.reads.imported_key(&hash).map_err(|error| error.failure())?;
        let Some(record) = found else {
            // Any text may be a guess at somebody's key, so each is charged; one that is nearly ours is answered as the slip it most likely is.
            if key.weak() {
                self.weak_keys_of_source.charge(source, now_millis);
            }
            let guess =
                matches!(verdict, Verdict::NotAKey(NotAKey::NoneFound | NotAKey::TooManySymbols { .. }));
            if guess {
                return Err(Failure::key_not_genuine());
            }
            self.wrong_keys_of_source.charge(source, now_millis);
            return Err(not_ours());
        };
        let snapshot = self.snapshot();
        let policy = snapshot.registry.policies.get(&record.policy);
        let policy = policy.ok_or_else(Failure::service_unavailable)?;
        let id = LicenceId::generate(self.clock.now_millis(), &mut **self.random());
        let fresh = Licence::from_import(id, &record, policy, self.clock.now());
        Ok(Claimed {
            claim: Claim {
                selector: Selector::Imported(hash),
                fresh: Some(Box::new(fresh)),
                withdrawn: false,
                compromised: false,
            },
            generation: 0,
            sku: record.sku,
            proof: None,
        })
    }

    fn granted(
        &self,
        outcome: Result<Outcome, Refusal>,
        signed: &SignedRequest,
        licence: Option<LicenceId>,
    ) -> Result<Box<Grant>, Refused> {
        match outcome {
            Ok(Outcome::Granted(grant)) => Ok(grant),
            Ok(_) => Err(Failure::service_unavailable().into()),
            Err(refusal) => Err(self.refused(refusal, signed, licence)),
        }
    }

    /// The licence of an installation whose refusal has to be signed.
    fn licence_when_refused(
        &self,
        outcome: &Result<Outcome, Refusal>,
        signed: &SignedRequest,
    ) -> Option<LicenceId> {
        let refusal = outcome.as_ref().err()?;
        refusal.ends_lease?;
        let loaded = self.reads.load(&[Want::Installation(signed.installation)], self.clock.now()).ok()?;
        loaded.installation(signed.installation).map(|found| found.licence)
    }

    fn refused(&self, refusal: Refusal, signed: &SignedRequest, licence: Option<LicenceId>) -> Refused {
        let document = refusal.ends_lease.zip(licence).and_then(|(end, licence)| {
            let now = self.clock.now();
            let authority = self.authority();
            let issuer = authority.issuer(now).ok()?;
            let document = SignedRefusal {
                service: self.id(),
                installation: signed.installation,
                licence,
                request: signed.idempotency_key,
                code: end.code,
                issued: now,
                effective_from: end.at.max(now),
            };
            match document.sign(issuer) {
                Ok(token) => Some((token, issuer.certificate_token().to_owned())),
                Err(error) => {
                    tracing::error!(%error, "a refusal could not be signed");
                    None
                }
            }
        });
        Refused { failure: refusal.failure, holders: refusal.holders, signed: document }
    }

    fn signed_time(&self, signed: &SignedRequest, now: Timestamp) -> Result<(String, String), Failure> {
        let authority = self.authority();
        let issuer = authority.issuer(now)?;
        let document = ServiceTime { service: self.id(), request: signed.idempotency_key, time: now };
        let token = document.sign(issuer).map_err(|error| unsigned(&error))?;
        Ok((token, issuer.certificate_token().to_owned()))
    }

    fn lease_answer(
        &self,
        grant: &Grant,
        fingerprint: &Fingerprint,
        device_name: Option<Name>,
        provisional: bool,
    ) -> Result<LeaseAnswer, Refused> {
        let snapshot = self.snapshot();
        let licence = &grant.licence;
        let sku = snapshot.registry.skus.get(&licence.sku).ok_or_else(Failure::service_unavailable)?;
        let product = snapshot.registry.product_of(sku).ok_or_else(Failure::service_unavailable)?;
        let head = &grant.head;
        let authority = self.authority();
        let (issuer, issued) = authority.issuer_again(head.issued, self.clock.now())?;
        // A lease that is made again may be of a time when the licence ended later.
        let ends = licence.ends.unwrap_or(Timestamp::MAX);
        let lease = Lease {
            id: head.lease,
            service: self.id(),
            licence: licence.id,
            device: grant.device,
            activation: grant.activation,
            sku: licence.sku,
            product: product.code.clone(),
            edition: sku.edition.clone(),
            channel: grant.policy.channel,
            features: sku.features.clone(),
            installation: grant.installation,
            fingerprint: fingerprint.shorten(),
            sequence: head.sequence,
            parent: head.parent,
            request: head.request,
            issued,
            renew_after: head.renew_after.max(issued).min(ends),
            expires: head.expires.min(ends),
            licence_ends: licence.ends,
            grace: if provisional { Span::ZERO } else { grant.policy.grace },
            policy: grant.policy.id,
            policy_version: grant.policy.version,
            restrictions: grant.policy.restrictions.clone(),
            sandbox: authority.is_sandbox(),
            provisional,
        };
        let token = lease.sign(issuer).map_err(|error| unsigned(&error))?;
        Ok(LeaseAnswer {
            lease: token,
            certificate: issuer.certificate_token().to_owned(),
            standing: self.standing(licence, &grant.policy, true, device_name)?,
            notices: wire(&grant.notices),
        })
    }

    fn standing(
        &self,
        licence: &Licence,
        policy: &Policy,
        activated: bool,
        device_name: Option<Name>,
    ) -> Result<Standing, Failure> {
        let snapshot = self.snapshot();
        let sku = snapshot.registry.skus.get(&licence.sku).ok_or_else(Failure::service_unavailable)?;
        let product = snapshot.registry.product_of(sku).ok_or_else(Failure::service_unavailable)?;
        Ok(Standing {
            licence: licence.id,
            state: licence_state(licence, self.clock.now()),
            activated,
            ends: licence.ends,
            seats: licence.seats,
            seats_taken: licence.seats_taken,
            channel: policy.channel,
            may_move: match policy.may_move {
                MayMove::Yes => WireMayMove::Yes,
                MayMove::No => WireMayMove::WithTicket,
            },
            product: product.code.clone(),
            product_name: product.name.clone(),
            edition: sku.edition.clone(),
            edition_name: sku.name.clone(),
            key_number: licence.key_number(),
            device_name,
        })
    }
}

/// A key whose tag is good, and what it claims.
struct Claimed {
    claim: Claim,
    generation: u16,
    sku: warifu_core::key::SkuNumber,
    /// When the proof of purchase was issued that came with it, or what is against it; only where one is needed.
    proof: Option<Result<Timestamp, Failure>>,
}

fn wire(notices: &[Failure]) -> Vec<Notice> {
    notices.iter().map(Notice::from).collect()
}

fn unsigned(error: &warifu_proto::document::DocumentError) -> Failure {
    tracing::error!(%error, "a document could not be signed");
    Failure::service_unavailable()
}

fn licence_state(licence: &Licence, now: Timestamp) -> LicenceState {
    match licence.standing {
        LicenceStanding::Suspended { .. } => LicenceState::Suspended,
        LicenceStanding::Revoked { .. } => LicenceState::Revoked,
        LicenceStanding::Active if now < licence.starts => LicenceState::NotStarted,
        LicenceStanding::Active if licence.ends.is_some_and(|end| end <= now) => LicenceState::Ended,
        LicenceStanding::Active => LicenceState::Active,
    }
}

/// Whose allowance an address uses: an IPv4 address its own, an IPv6 address that of its /64, which one subscriber holds whole.
fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let mut octets = address.octets();
            octets[8..].fill(0);
            IpAddr::from(octets)
        }
        address @ IpAddr::V4(_) => address,
    }
}
