//! Leases: the signed, expiring proof that an installation may run.

use serde::{Deserialize, Serialize};
use warifu_core::hardware::ShortFingerprint;
use warifu_core::id::{
    ActivationId, DeviceId, IdempotencyKey, InstallationId, LeaseId, LicenceId, PolicyId, ServiceId,
};
use warifu_core::key::SkuNumber;
use warifu_core::policy::{Channel, Policy, Restrictions};
use warifu_core::product::Sku;
use warifu_core::text::{Name, Slug};
use warifu_core::time::{Span, Timestamp};

use crate::certificate::{Certificate, Issuer};
use crate::document::{self, DocumentError, DocumentType, Flaw};
use crate::json;
use crate::wire::fingerprint;

/// What an installation may do, until when, and what holds when it may no longer.
#[derive(Clone, Debug, PartialEq)]
pub struct Lease {
    /// Names the lease: one link of the installation's chain.
    pub id: LeaseId,
    /// The service that granted it.
    pub service: ServiceId,
    /// The licence.
    pub licence: LicenceId,
    /// The device.
    pub device: DeviceId,
    /// The activation.
    pub activation: ActivationId,
    /// What is licensed, by its number in product keys.
    pub sku: SkuNumber,
    /// The product's code.
    pub product: Slug,
    /// The edition's code.
    pub edition: Slug,
    /// The kind of licence.
    pub channel: Channel,
    /// What the application unlocks. At most [`Sku::FEATURES_MAX`].
    pub features: Vec<Slug>,
    /// The installation: only the holder of its key may renew.
    pub installation: InstallationId,
    /// The device's hardware as it was when the lease was granted.
    pub fingerprint: ShortFingerprint,
    /// Counts the chain's leases, from 1.
    pub sequence: u64,
    /// The lease before it; none exactly for the first.
    pub parent: Option<LeaseId>,
    /// The request that the lease answers. It makes `issued` a signed time over a random value of the client's own.
    pub request: IdempotencyKey,
    /// When it was granted, by the service's clock.
    pub issued: Timestamp,
    /// When to renew it.
    pub renew_after: Timestamp,
    /// When it ends.
    pub expires: Timestamp,
    /// When the right itself ends, if it does.
    pub licence_ends: Option<Timestamp>,
    /// How long the application goes on, in Grace, after `expires`. At most [`Policy::GRACE_MAX`].
    pub grace: Span,
    /// The rules it was granted under.
    pub policy: PolicyId,
    /// The version of the rules.
    pub policy_version: u32,
    /// What the application holds back once the lease no longer holds.
    pub restrictions: Restrictions,
    /// Whether it comes from a sandbox.
    pub sandbox: bool,
    /// Whether it bridges an outage of the service: granted without a look into the store, so the client should renew it as soon as the service
    /// is well. It lasts at most [`Lease::PROVISIONAL_MAX`] and has no grace.
    pub provisional: bool,
}

#[derive(Serialize, Deserialize)]
struct Payload {
    #[serde(with = "json::text")]
    lease: LeaseId,
    #[serde(with = "json::text")]
    service: ServiceId,
    #[serde(with = "json::text")]
    licence: LicenceId,
    #[serde(with = "json::text")]
    device: DeviceId,
    #[serde(with = "json::text")]
    activation: ActivationId,
    #[serde(with = "json::sku")]
    sku: SkuNumber,
    #[serde(with = "json::text")]
    product: Slug,
    #[serde(with = "json::text")]
    edition: Slug,
    #[serde(with = "json::text")]
    channel: Channel,
    #[serde(with = "json::texts")]
    features: Vec<Slug>,
    #[serde(with = "json::text")]
    installation: InstallationId,
    #[serde(with = "fingerprint")]
    fingerprint: ShortFingerprint,
    sequence: u64,
    #[serde(default, with = "json::optional_text")]
    parent: Option<LeaseId>,
    #[serde(with = "json::text")]
    request: IdempotencyKey,
    #[serde(with = "json::text")]
    issued: Timestamp,
    #[serde(with = "json::text")]
    renew_after: Timestamp,
    #[serde(with = "json::text")]
    expires: Timestamp,
    #[serde(default, with = "json::optional_text")]
    licence_ends: Option<Timestamp>,
    #[serde(with = "json::span")]
    grace_seconds: Span,
    #[serde(with = "json::text")]
    policy: PolicyId,
    policy_version: u32,
    #[serde(deserialize_with = "json::object")]
    restrictions: RestrictionsPayload,
    sandbox: bool,
    /// Left out when false, as it is for nearly all leases. Readers who do not know it have a short lease.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    provisional: bool,
}

#[derive(Serialize, Deserialize)]
struct RestrictionsPayload {
    personalisation_locked: bool,
    #[serde(default, with = "json::optional_span")]
    reminder_every_seconds: Option<Span>,
    #[serde(default, with = "json::optional_text")]
    watermark: Option<Name>,
    feature_updates_withheld: bool,
    support_eligible: bool,
}

impl Lease {
    /// The longest provisional lease: 7 days.
    pub const PROVISIONAL_MAX: Span = Span::days(7);

    /// Signs the lease.
    ///
    /// # Errors
    /// When it breaks a rule of its own, or one that the issuer's certificate sets.
    pub fn sign(&self, issuer: &Issuer) -> Result<String, DocumentError> {
        self.check(issuer.certificate())?;
        issuer.seal(DocumentType::Lease, &Payload::from(self))
    }

    /// Reads a lease that the certified key has signed. Whether it still runs is for the reader to decide: nothing here asks for the
    /// time.
    ///
    /// # Errors
    /// When the text is damaged, another key signed it, or it breaks a rule of its own or of the certificate.
    pub fn verify(certificate: &Certificate, token: &str) -> Result<Self, DocumentError> {
        let id = certificate.key.id();
        let payload: Payload =
            document::open(DocumentType::Lease, certificate.key.authority(), id.as_bytes(), token)?;
        let lease = Self::from(payload);
        lease.check(certificate)?;
        Ok(lease)
    }

    /// Checks that the lease is this installation's and answers this request: what a client asks of a lease just received, before it
    /// believes `issued` and keeps it.
    ///
    /// # Errors
    /// [`Flaw::NotForUs`].
    pub fn check_answers(
        &self,
        installation: InstallationId,
        request: IdempotencyKey,
    ) -> Result<(), DocumentError> {
        if self.installation != installation || self.request != request {
            return Err(error(Flaw::NotForUs));
        }
        Ok(())
    }

    fn check(&self, certificate: &Certificate) -> Result<(), DocumentError> {
        certificate.check_service(DocumentType::Lease, self.service)?;
        certificate.check_made_at(DocumentType::Lease, self.issued)?;
        if self.sandbox != certificate.sandbox {
            return Err(error(Flaw::Sandbox));
        }
        if !certificate.products.covers(&self.product) {
            return Err(error(Flaw::Product { found: self.product.to_string() }));
        }
        let rule = |holds: bool, text| if holds { Ok(()) } else { Err(error(Flaw::Rule(text))) };
        rule(self.issued <= self.renew_after, "a lease must not be renewed before it is issued")?;
        rule(self.renew_after <= self.expires, "a lease must be renewed before it expires")?;
        rule(self.issued < self.expires, "a lease must expire after it is issued")?;
        rule(
            self.licence_ends.is_none_or(|end| self.expires <= end),
            "a lease must not outlive its licence",
        )?;
        rule(self.grace <= Policy::GRACE_MAX, "the grace must be at most 90 days")?;
        rule(self.sequence >= 1, "a lease's sequence counts from 1")?;
        rule(self.parent.is_none() == (self.sequence == 1), "a lease has a parent unless it is the first")?;
        rule(self.parent != Some(self.id), "a lease must not be its own parent")?;
        rule(self.features.len() <= Sku::FEATURES_MAX, "a lease must have at most 64 features")?;
        rule(
            self.restrictions.reminder_every.is_none_or(|every| every >= Restrictions::REMINDER_MIN),
            "reminders must be at least 5 minutes apart",
        )?;
        let length = self.expires.since(self.issued);
        let short = length <= Self::PROVISIONAL_MAX && self.grace == Span::ZERO;
        rule(!self.provisional || short, "a provisional lease has at most 7 days and no grace")?;
        if length > certificate.longest_lease {
            return Err(error(Flaw::TooLong { found: length, longest: certificate.longest_lease }));
        }
        if self.expires > certificate.verify_until {
            return Err(error(Flaw::IssuingKeyExpired { until: certificate.verify_until }));
        }
        Ok(())
    }
}

fn error(flaw: Flaw) -> DocumentError {
    DocumentError { document: DocumentType::Lease, flaw }
}

impl From<&Lease> for Payload {
    fn from(lease: &Lease) -> Self {
        let Restrictions {
            personalisation_locked,
            reminder_every,
            watermark,
            feature_updates_withheld,
            support_eligible,
        } = lease.restrictions.clone();
        Self {
            lease: lease.id,
            service: lease.service,
            licence: lease.licence,
            device: lease.device,
            activation: lease.activation,
            sku: lease.sku,
            product: lease.product.clone(),
            edition: lease.edition.clone(),
            channel: lease.channel,
            features: lease.features.clone(),
            installation: lease.installation,
            fingerprint: lease.fingerprint,
            sequence: lease.sequence,
            parent: lease.parent,
            request: lease.request,
            issued: lease.issued,
            renew_after: lease.renew_after,
            expires: lease.expires,
            licence_ends: lease.licence_ends,
            grace_seconds: lease.grace,
            policy: lease.policy,
            policy_version: lease.policy_version,
            restrictions: RestrictionsPayload {
                personalisation_locked,
                reminder_every_seconds: reminder_every,
                watermark,
                feature_updates_withheld,
                support_eligible,
            },
            sandbox: lease.sandbox,
            provisional: lease.provisional,
        }
    }
}

impl From<Payload> for Lease {
    fn from(payload: Payload) -> Self {
        Self {
            id: payload.lease,
            service: payload.service,
            licence: payload.licence,
            device: payload.device,
            activation: payload.activation,
            sku: payload.sku,
            product: payload.product,
            edition: payload.edition,
            channel: payload.channel,
            features: payload.features,
            installation: payload.installation,
            fingerprint: payload.fingerprint,
            sequence: payload.sequence,
            parent: payload.parent,
            request: payload.request,
            issued: payload.issued,
            renew_after: payload.renew_after,
            expires: payload.expires,
            licence_ends: payload.licence_ends,
            grace: payload.grace_seconds,
            policy: payload.policy,
            policy_version: payload.policy_version,
            restrictions: Restrictions {
                personalisation_locked: payload.restrictions.personalisation_locked,
                reminder_every: payload.restrictions.reminder_every_seconds,
                watermark: payload.restrictions.watermark,
                feature_updates_withheld: payload.restrictions.feature_updates_withheld,
                support_eligible: payload.restrictions.support_eligible,
            },
            sandbox: payload.sandbox,
            provisional: payload.provisional,
        }
    }
}
