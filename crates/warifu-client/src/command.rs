//! The commands: activate, renew, status, deactivate, change key. Each verifies its answer before it writes anything.

use std::fmt;

use warifu_core::catalogue::{Code, Failure};
use warifu_core::hardware::{self, Scheme, Tolerance};
use warifu_core::id::LeaseId;
use warifu_core::key::PurchaseProof;
use warifu_core::seat::SeatHandle;
use warifu_core::text::Name;
use warifu_core::time::Timestamp;
use warifu_proto::bundle::{Bundle, SandboxLeases, VerifiedLease};
use warifu_proto::certificate::Certificate;
use warifu_proto::document::{DocumentError, Flaw};
use warifu_proto::keys::InstallationKey;
use warifu_proto::service_time::ServiceTime;
use warifu_proto::wire::device::{
    ActivateRequest, AskReleaseAnswer, AskReleaseRequest, ChangeKeyRequest, DEVICE_NAME_CHARS_MAX,
    DeactivateAnswer, DeactivateRequest, LeaseAnswer, RenewRequest, StatusAnswer, StatusRequest,
};
use warifu_proto::wire::key_text::KeyText;
use warifu_proto::wire::standing::Standing as LicenceStatus;
use zeroize::Zeroizing;

use crate::client::{Client, Held};
use crate::error::Error;
use crate::exchange::Attempt;
use crate::records;
use crate::standing::Standing;

/// What an activation may say besides the key.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ActivateOptions {
    /// What the device's user calls the device: 1 to 64 characters. It helps them tell their devices apart.
    pub device_name: Option<String>,
    /// A proof of purchase, as received from the publisher: for a key that does not let in new devices by itself (`key_epoch_compromised`).
    pub purchase_proof: Option<String>,
}

impl fmt::Debug for ActivateOptions {
    /// A proof lets whoever has it activate: it is not told.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ActivateOptions")
            .field("device_name", &self.device_name)
            .field("purchase_proof", &self.purchase_proof.as_ref().map(|_| "…"))
            .finish()
    }
}

impl ActivateOptions {
    /// With a name for the device.
    #[must_use]
    pub fn device_name(mut self, name: impl Into<String>) -> Self {
        self.device_name = Some(name.into());
        self
    }

    /// With a proof of purchase, in any spelling.
    #[must_use]
    pub fn purchase_proof(mut self, code: impl Into<String>) -> Self {
        self.purchase_proof = Some(code.into());
        self
    }
}

/// What a change of key may say besides the key.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChangeKeyOptions {
    /// A proof of purchase, as received from the publisher: for a key that does not let in new devices by itself (`key_epoch_compromised`).
    pub purchase_proof: Option<String>,
}

impl fmt::Debug for ChangeKeyOptions {
    /// A proof lets whoever has it activate: it is not told.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let proof = self.purchase_proof.as_ref().map(|_| "…");
        f.debug_struct("ChangeKeyOptions").field("purchase_proof", &proof).finish()
    }
}

impl ChangeKeyOptions {
    /// With a proof of purchase, in any spelling.
    #[must_use]
    pub fn purchase_proof(mut self, code: impl Into<String>) -> Self {
        self.purchase_proof = Some(code.into());
        self
    }
}

/// A lease was granted.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Granted {
    /// Where this installation stands now.
    pub standing: Standing,
    /// Where the licence stands, as the service says. Not signed: for showing, never for deciding.
    pub licence: LicenceStatus,
}

/// What the service says of the licence.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Status {
    /// Where this installation stands now.
    pub standing: Standing,
    /// Where the licence stands, as the service says. Not signed: for showing, never for deciding.
    pub licence: LicenceStatus,
    /// The service's time. Signed.
    pub service_time: Timestamp,
}

/// The lease was given back.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Released {
    /// Where this installation stands now.
    pub standing: Standing,
    /// When the service took the lease back.
    pub released: Timestamp,
    /// Whether the seat is free now. If not, another installation on this device still uses it.
    pub seat_released: bool,
}

/// The release of another device's seat waits.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReleaseAsked {
    /// The class of device.
    pub class: Scheme,
    /// When its release was asked for first.
    pub asked: Timestamp,
    /// From when the seat may be had, if the device is not heard of before. Not signed: for showing.
    pub effective: Timestamp,
}

impl Client {
    /// Activates this installation with a product key, as typed. The same device takes no further seat, however often it is repeated.
    ///
    /// A key that would be right with a small correction is not sent: the error holds it as [`Error::offer`].
    ///
    /// A folder that was copied from another machine becomes an installation of its own, and the other keeps its seat. So does a copy on the same
    /// hardware that was told of the other, or refused a renewal because that is ahead.
    ///
    /// # Errors
    /// What the key, the service, the network or the store has against it. Nothing that was there before is lost.
    pub fn activate(&mut self, key_text: &str, options: &ActivateOptions) -> Result<Granted, Error> {
        let product_key = self.key_to_send(key_text)?;
        let device_name = self.device_name(options)?;
        let proof = self.purchase_proof(options.purchase_proof.as_deref())?;
        let fingerprint = self.fingerprint()?;
        self.refresh()?;
        let copied = self.is_copied(&fingerprint) || self.has_copy();
        if copied {
            self.stage_key()?
        } else {
            self.ensure_key()?
        }
        let granted = self.activate_as_it_is(&product_key, fingerprint, device_name, proof);
        if copied && granted.is_err() {
            // The key on the disk counts again.
            self.key = None;
        }
        granted
    }

    fn activate_as_it_is(
        &mut self,
        product_key: &KeyText,
        fingerprint: hardware::Fingerprint,
        device_name: Option<Name>,
        purchase_proof: Option<PurchaseProof>,
    ) -> Result<Granted, Error> {
        let product = self.config.product.clone();
        let input = input_of(product_key, purchase_proof.as_ref());
        let (attempt, answer) = self.exchange(Some(&input), |common| ActivateRequest {
            protocol: common.protocol,
            audience: common.audience,
            nonce: common.nonce,
            public_key: common.public_key,
            client: common.client,
            product: product.clone(),
            product_key: product_key.clone(),
            fingerprint,
            device_name: device_name.clone(),
            purchase_proof: purchase_proof.clone(),
        })?;
        self.accept(&attempt, answer)
    }

    /// Fetches the next lease. Call it when [`Standing::renewal_due`] says so; it may also be called at any time.
    ///
    /// # Errors
    /// What the service, the network or the store has against it. The lease that was there stays.
    pub fn renew(&mut self) -> Result<Granted, Error> {
        self.refresh()?;
        self.require_lease()?;
        // What the look finds is for later questions; whether a changed device is still the same is for the service to decide.
        self.check_hardware();
        let fingerprint = self.fingerprint()?;
        let lease = self.last_lease();
        let answered = self.exchange(Some(""), |common| RenewRequest {
            protocol: common.protocol,
            audience: common.audience,
            nonce: common.nonce,
            public_key: common.public_key,
            client: common.client,
            lease,
            fingerprint,
        });
        let (attempt, answer) = answered.inspect_err(|error| self.keep_renewal_refused(error))?;
        self.accept(&attempt, answer)
    }

    /// Moves this installation to the licence of another product key, for example of another edition. The old seat is freed.
    ///
    /// # Errors
    /// As [`Self::activate`]; the old licence stays until the new one is granted.
    pub fn change_key(&mut self, key_text: &str) -> Result<Granted, Error> {
        self.change_key_with(key_text, &ChangeKeyOptions::default())
    }

    /// [`Self::change_key`] with what may be said besides the key.
    ///
    /// # Errors
    /// As [`Self::change_key`].
    pub fn change_key_with(&mut self, key_text: &str, options: &ChangeKeyOptions) -> Result<Granted, Error> {
        let product_key = self.key_to_send(key_text)?;
        let proof = self.purchase_proof(options.purchase_proof.as_deref())?;
        self.refresh()?;
        // A lease may have been granted whose answer never came, or lie beside the key that came before: the service knows, and asks for a change of
        // key then.
        // Where an activation would be by the key that is kept beside, and no lease is left of another, it is that key's installation that moves.
        let beside = self.lease().is_none() && self.has_copy() && self.staged_key().is_some();
        let held = self.held.as_ref().is_some_and(|held| !is_of_other_installation(held));
        if !beside && (self.key.is_none() || held) {
            self.require_lease()?;
        }
        let fingerprint = self.fingerprint()?;
        if !beside && !self.is_copied(&fingerprint) {
            let lease = self.last_lease();
            return self.change_key_as_it_is(&product_key, lease, fingerprint, proof);
        }
        if self.staged_key().is_none() {
            // It would take the installation away from the machine that the folder was copied from.
            return Err(self.fail(Failure::installation_on_other_hardware()));
        }
        // The copy has a key of its own already, and maybe a lease whose answer never came.
        self.stage_key()?;
        let no_lease = LeaseId::from_bytes([0; 16]);
        let granted = self.change_key_as_it_is(&product_key, no_lease, fingerprint, proof);
        if granted.is_err() {
            // The key on the disk counts again.
            self.key = None;
        }
        granted
    }

    fn change_key_as_it_is(
        &mut self,
        product_key: &KeyText,
        lease: LeaseId,
        fingerprint: hardware::Fingerprint,
        purchase_proof: Option<PurchaseProof>,
    ) -> Result<Granted, Error> {
        let product = self.config.product.clone();
        let input = input_of(product_key, purchase_proof.as_ref());
        let (attempt, answer) = self.exchange(Some(&input), |common| ChangeKeyRequest {
            protocol: common.protocol,
            audience: common.audience,
            nonce: common.nonce,
            public_key: common.public_key,
            client: common.client,
            product: product.clone(),
            product_key: product_key.clone(),
            lease,
            fingerprint,
            purchase_proof: purchase_proof.clone(),
        })?;
        self.accept(&attempt, answer)
    }

    /// Asks for the release of a seat that another device holds, named by [`SeatHolder::seat`](crate::SeatHolder) of the error that said that every
    /// seat is taken. That device is told, and keeps its seat if it is heard of while the request waits; so this is for one that is lost or broken.
    /// Afterwards [`Self::activate`] takes the seat. Asking again changes nothing.
    ///
    /// # Errors
    /// What the key, the service, the network or the store has against it: the licence may not allow it, or the device is in use.
    pub fn ask_release(&mut self, key_text: &str, seat: &str) -> Result<ReleaseAsked, Error> {
        let product_key = self.key_to_send(key_text)?;
        let seat: SeatHandle =
            seat.parse().map_err(|_| self.fail(Failure::field_not_valid("seat", seat, "seat_form")))?;
        self.refresh()?;
        self.ensure_key()?;
        let product = self.config.product.clone();
        let (_, answer): (_, AskReleaseAnswer) = self.exchange(None, |common| AskReleaseRequest {
            protocol: common.protocol,
            audience: common.audience,
            nonce: common.nonce,
            public_key: common.public_key,
            client: common.client,
            product: product.clone(),
            product_key: product_key.clone(),
            seat,
        })?;
        Ok(ReleaseAsked { class: answer.class, asked: answer.asked, effective: answer.effective })
    }

    /// Asks the service where the licence stands, and sets the idea of the time right. Changes nothing else.
    ///
    /// # Errors
    /// What the service or the network has against it.
    pub fn status(&mut self) -> Result<Status, Error> {
        self.refresh()?;
        self.require_lease()?;
        let lease = self.last_lease();
        let (attempt, answer): (_, StatusAnswer) = self.exchange(None, |common| StatusRequest {
            protocol: common.protocol,
            audience: common.audience,
            nonce: common.nonce,
            public_key: common.public_key,
            client: common.client,
            lease,
        })?;
        let service_time = self.verify_time(&attempt, &answer.certificate, &answer.service_time)?;
        self.learn_time(service_time, &attempt);
        self.keep_notices(&answer.notices);
        if self.is_lease_to_be_replaced() {
            // Should it fail, the next renewal brings what is to be said.
            let _ = self.renew();
        }
        Ok(Status { standing: self.check(), licence: answer.standing, service_time })
    }

    /// Gives the lease back, and with the device's last one the seat. The installation key stays, so that activating again is simple.
    ///
    /// # Errors
    /// What the service, the network or the store has against it.
    pub fn deactivate(&mut self) -> Result<Released, Error> {
        self.refresh()?;
        self.require_lease()?;
        let lease = self.last_lease();
        let (attempt, answer): (_, DeactivateAnswer) =
            self.exchange(Some(""), |common| DeactivateRequest {
                protocol: common.protocol,
                audience: common.audience,
                nonce: common.nonce,
                public_key: common.public_key,
                client: common.client,
                lease,
            })?;
        let service_time = self.verify_time(&attempt, &answer.certificate, &answer.service_time)?;
        for name in [records::LEASE, records::REFUSAL, records::RENEWAL_REFUSED, records::NOTICES] {
            let removed = self.ports.store.remove(name);
            removed.map_err(|error| self.fail(error.failure(&self.ports.store.place())))?;
        }
        self.held = None;
        self.unsettle();
        self.forget_attempt();
        self.learn_time(service_time, &attempt);
        self.forget_lease();
        Ok(Released {
            standing: self.check(),
            released: answer.released,
            seat_released: answer.seat_released,
        })
    }

    /// Reads the files anew, for another process may have changed them.
    fn refresh(&mut self) -> Result<(), Error> {
        self.unsettle();
        self.read_files().map_err(|failure| self.fail(failure))?;
        let moment = self.ports.clock.read();
        let observed = self.observe(&moment);
        self.note(observed, false);
        Ok(())
    }

    /// Passes if there is a lease to speak of: a good one, or one that was lost here and that the service can give again.
    fn require_lease(&self) -> Result<(), Error> {
        let lost =
            |code| matches!(code, Code::LeaseDamaged | Code::LeaseNotGenuine | Code::CertificateNotValid);
        let failure = match &self.held {
            _ if self.key.is_none() && self.held.is_some() => Failure::lease_of_other_installation(),
            None if self.key.is_some() && self.has_noted_lease() => return Ok(()),
            None => Failure::not_activated(),
            Some(Held { lease: Ok(_), .. }) => return Ok(()),
            Some(Held { lease: Err(failure), .. }) if lost(failure.code()) => return Ok(()),
            Some(Held { lease: Err(failure), .. }) => failure.clone(),
        };
        Err(self.fail(failure))
    }

    /// Draws and keeps an installation key, unless there is a good one.
    fn ensure_key(&mut self) -> Result<(), Error> {
        if self.key.is_some() {
            return Ok(());
        }
        let damaged = self.ports.store.read(records::KEY).ok().flatten();
        if let Some(bytes) = damaged {
            self.write(records::KEY_ASIDE, &bytes)?;
        }
        self.key = Some(self.draw_key(records::KEY)?);
        Ok(())
    }

    /// Uses a key of this machine's own from now on, which is kept beside the one that came with the folder: should the activation fail, the
    /// folder is what it was, and should its answer be lost, the next attempt is by the same installation.
    fn stage_key(&mut self) -> Result<(), Error> {
        self.key = Some(match self.staged_key() {
            Some(key) => key,
            None => self.draw_key(records::KEY_NEW)?,
        });
        Ok(())
    }

    /// The key that is kept beside the folder's, if there is one.
    fn staged_key(&self) -> Option<InstallationKey> {
        let bytes = self.ports.store.read(records::KEY_NEW).ok().flatten().map(Zeroizing::new);
        bytes.and_then(|bytes| records::read_key(&bytes))
    }

    fn draw_key(&mut self, name: &str) -> Result<InstallationKey, Error> {
        let key = InstallationKey::generate(self.config.algorithm, &mut *self.ports.random);
        let key = key.map_err(|_| {
            self.fail(Failure::internal_error("the source of randomness gives no usable key"))
        })?;
        self.write(name, &records::write_key(&key))?;
        Ok(key)
    }

    /// Puts the key that a lease was granted to in its place, if another is there: the one that came with a copied folder, or one that another
    /// process has made meanwhile. A key and a lease that do not fit would be no licence.
    fn keep_key(&mut self) -> Result<(), Error> {
        let Some(key) = &self.key else { return Ok(()) };
        let kept = self.ports.store.read(records::KEY).ok().flatten().map(Zeroizing::new);
        let kept = kept.and_then(|bytes| records::read_key(&bytes));
        if kept.is_some_and(|kept| kept.installation() == key.installation()) {
            return Ok(());
        }
        let bytes = records::write_key(key);
        self.write(records::KEY, &bytes)?;
        // Should it stay, nobody will ask for it but the next copy's activation.
        let _ = self.ports.store.remove(records::KEY_NEW);
        Ok(())
    }

    fn device_name(&self, options: &ActivateOptions) -> Result<Option<Name>, Error> {
        let Some(text) = &options.device_name else { return Ok(None) };
        let name = Name::new(text).ok().filter(|name| name.as_str().chars().count() <= DEVICE_NAME_CHARS_MAX);
        name.map(Some)
            .ok_or_else(|| self.fail(Failure::field_not_valid("device_name", text, "device_name_form")))
    }

    fn purchase_proof(&self, text: Option<&str>) -> Result<Option<PurchaseProof>, Error> {
        let Some(text) = text else { return Ok(None) };
        // What was typed is not repeated: a code that is nearly right is nearly good.
        let not_valid = |_| self.fail(Failure::field_not_valid("proof", "…", "proof_form"));
        text.parse().map(Some).map_err(not_valid)
    }

    fn fingerprint(&mut self) -> Result<hardware::Fingerprint, Error> {
        let needed = Tolerance::default_rule().rule(Scheme::Physical).matches_min();
        let read = self.ports.fingerprint.read(&self.config.service);
        read.map_err(|_| self.fail(Failure::fingerprint_too_weak(0, needed)))
    }

    /// Verifies the lease of an answer, then puts it in the place of the old one.
    fn accept(&mut self, attempt: &Attempt, answer: LeaseAnswer) -> Result<Granted, Error> {
        let bundle = Bundle { lease: answer.lease, certificate: answer.certificate };
        let verified = self.verify_answer(&bundle, attempt);
        if verified.is_err() {
            // The same name would bring the same answer. Another is as safe: an installation has one seat, whatever it asks.
            self.forget_attempt();
        }
        let verified = verified?;
        let lease = &verified.lease;
        self.keep_key()?;
        self.learn_time(lease.issued, attempt);
        // While this process waited, another may have stored a newer lease. The one that was here before is replaced, whatever its place: a
        // service that was restored from a backup counts anew, and so does an installation with a new key.
        let before = self.lease().map(|held| held.id);
        self.read_files().map_err(|failure| self.fail(failure))?;
        let overtaken = self.lease().is_some_and(|held| {
            Some(held.id) != before && held.sequence > lease.sequence && held.issued >= lease.issued
        });
        if !overtaken {
            self.replace_lease(&bundle.to_bytes())?;
        }
        self.keep_notices(&answer.notices);
        self.settle_key_list();
        self.forget_attempt();
        self.unsettle();
        Ok(Granted { standing: self.check(), licence: answer.standing })
    }

    /// The lease of an answer, if it is genuine and answers this attempt of this installation.
    fn verify_answer(&self, bundle: &Bundle, attempt: &Attempt) -> Result<VerifiedLease, Error> {
        let verified = bundle.verify(&self.config.root, self.config.sandbox);
        let verified = verified.map_err(|error| self.fail(answer_failure(&error)))?;
        let lease = &verified.lease;
        let ours = self.key.as_ref().map(InstallationKey::installation) == Some(lease.installation);
        if !ours || lease.request != attempt.request {
            return Err(self.fail(Failure::answer_not_genuine()));
        }
        if !self.key_lists.believes_answer(verified.certificate.key.id(), lease.issued) {
            return Err(self.fail(Failure::issuing_key_withdrawn()));
        }
        self.check_ours(lease).map_err(|failure| self.fail(failure))?;
        Ok(verified)
    }

    fn replace_lease(&mut self, bytes: &[u8]) -> Result<(), Error> {
        if let Some(Held { bytes: damaged, lease: Err(_) }) = &self.held {
            let damaged = damaged.clone();
            self.write(records::LEASE_ASIDE, &damaged)?;
        }
        self.write(records::LEASE, bytes)?;
        // Refusals of what went before. Should they stay, they are older than the lease, or another's, and do not count.
        for name in [records::REFUSAL, records::RENEWAL_REFUSED] {
            let _ = self.ports.store.remove(name);
        }
        Ok(())
    }

    /// The time that the service has signed in answer to the attempt.
    fn verify_time(&self, attempt: &Attempt, certificate: &str, token: &str) -> Result<Timestamp, Error> {
        let verified = Certificate::verify(&self.config.root, certificate).and_then(|certificate| {
            let time = ServiceTime::verify(&certificate, attempt.request, token)?;
            Ok((certificate, time))
        });
        let (certificate, time) = verified.map_err(|error| self.fail(answer_failure(&error)))?;
        if certificate.sandbox && self.config.sandbox == SandboxLeases::Refused {
            return Err(self.fail(Failure::sandbox_lease_refused()));
        }
        if !self.key_lists.believes_answer(certificate.key.id(), time.time) {
            return Err(self.fail(Failure::issuing_key_withdrawn()));
        }
        Ok(time.time)
    }
}

/// What a command with a product key asks for. With another proof, or none, it is another command.
fn input_of(product_key: &KeyText, purchase_proof: Option<&PurchaseProof>) -> Zeroizing<String> {
    Zeroizing::new(purchase_proof.map_or_else(
        || product_key.expose().to_owned(),
        |proof| format!("{} {}", product_key.expose(), proof.expose()),
    ))
}

/// Whether what a lease file holds belongs to another installation than the one whose key is here.
fn is_of_other_installation(held: &Held) -> bool {
    held.lease.as_ref().is_err_and(|failure| failure.code() == Code::LeaseOfOtherInstallation)
}

/// What to say of an answer whose documents are not accepted. Two reasons are told by name, for their remedies differ.
fn answer_failure(error: &DocumentError) -> Failure {
    let failure = error.failure();
    match failure.code() {
        Code::RootNotPinned => failure,
        _ if error.flaw == Flaw::Sandbox => failure,
        _ => Failure::answer_not_genuine(),
    }
}
