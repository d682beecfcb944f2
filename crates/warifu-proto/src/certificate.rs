//! Certificates: the offline root vouches for an issuing key, for some time and some purposes. And [`Issuer`], an issuing key together
//! with its certificate, which is what signs everything else.

use serde::{Deserialize, Serialize};
use warifu_core::id::{IssuingKeyId, ServiceId};
use warifu_core::policy::Policy;
use warifu_core::text::Slug;
use warifu_core::time::{Span, Timestamp};

use crate::document::{self, DocumentError, DocumentType, Flaw};
use crate::json;
use crate::keys::{IssuingKey, IssuingPublicKey, RootKey, RootPublicKey};

/// The products for which an issuing key may sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProductScope {
    /// Every product of the service.
    All,
    /// These products, by code: 1 to [`ProductScope::PRODUCTS_MAX`].
    Only(Vec<Slug>),
}

impl ProductScope {
    /// The most products that a certificate can name.
    pub const PRODUCTS_MAX: usize = json::texts::LIST_MAX;

    /// Whether the scope takes in a product.
    #[must_use]
    pub fn covers(&self, product: &Slug) -> bool {
        match self {
            Self::All => true,
            Self::Only(products) => products.contains(product),
        }
    }
}

/// What a service's root says about one of its issuing keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The service: the thumbprint of the root that signs this.
    pub service: ServiceId,
    /// The issuing key.
    pub key: IssuingPublicKey,
    /// From when the key may sign.
    pub sign_from: Timestamp,
    /// Until when the key may sign.
    pub sign_until: Timestamp,
    /// Until when what it signed is believed; not before `sign_until`.
    pub verify_until: Timestamp,
    /// The longest lease that it may grant: more than nothing, at most [`Policy::LEASE_MAX`].
    pub longest_lease: Span,
    /// The products for which it may sign.
    pub products: ProductScope,
    /// Whether it may sign delegations for site hosts.
    pub may_delegate: bool,
    /// Whether it belongs to a sandbox, whose leases no released application accepts.
    pub sandbox: bool,
}

/// The only purpose of certificates so far. Another purpose is refused, so that one can be added without older readers taking it for this.
const PURPOSE: &str = "issuing";

#[derive(Serialize, Deserialize)]
struct Payload {
    #[serde(with = "json::text")]
    service: ServiceId,
    #[serde(with = "json::text")]
    issuing_key_id: IssuingKeyId,
    #[serde(with = "json::text")]
    issuing_key: IssuingPublicKey,
    purpose: String,
    #[serde(with = "json::text")]
    sign_from: Timestamp,
    #[serde(with = "json::text")]
    sign_until: Timestamp,
    #[serde(with = "json::text")]
    verify_until: Timestamp,
    #[serde(with = "json::span")]
    longest_lease_seconds: Span,
    /// Null means all: a reader that drops the member by mistake fails, as it is required.
    products: Option<Products>,
    may_delegate: bool,
    sandbox: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Products(#[serde(with = "json::texts")] Vec<Slug>);

impl Certificate {
    /// The name of the issuing key.
    #[must_use]
    pub fn issuing_key_id(&self) -> IssuingKeyId {
        self.key.id()
    }

    /// Signs the certificate.
    ///
    /// # Errors
    /// When it breaks a rule of its own, or names another service than the root's.
    pub fn sign(&self, root: &RootKey) -> Result<String, DocumentError> {
        self.check(root.service_id())?;
        let products = match &self.products {
            ProductScope::All => None,
            ProductScope::Only(products) => Some(Products(products.clone())),
        };
        let payload = Payload {
            service: self.service,
            issuing_key_id: self.key.id(),
            issuing_key: self.key.clone(),
            purpose: PURPOSE.to_owned(),
            sign_from: self.sign_from,
            sign_until: self.sign_until,
            verify_until: self.verify_until,
            longest_lease_seconds: self.longest_lease,
            products,
            may_delegate: self.may_delegate,
            sandbox: self.sandbox,
        };
        document::seal(DocumentType::Certificate, root.authority(), root.service_id().as_bytes(), &payload)
    }

    /// Reads a certificate that `root` has signed. Whether its key is still believed is asked by [`Self::check_believed_at`].
    ///
    /// # Errors
    /// When the text is damaged, another root signed it, or it breaks a rule.
    pub fn verify(root: &RootPublicKey, token: &str) -> Result<Self, DocumentError> {
        let service = root.service_id();
        let payload: Payload =
            document::open(DocumentType::Certificate, root.authority(), service.as_bytes(), token)?;
        if payload.purpose != PURPOSE {
            return Err(error(Flaw::Rule("its purpose is not known")));
        }
        if payload.issuing_key.id() != payload.issuing_key_id {
            return Err(error(Flaw::Rule("the issuing key's id must be its thumbprint")));
        }
        let certificate = Self {
            service: payload.service,
            key: payload.issuing_key,
            sign_from: payload.sign_from,
            sign_until: payload.sign_until,
            verify_until: payload.verify_until,
            longest_lease: payload.longest_lease_seconds,
            products: payload.products.map_or(ProductScope::All, |Products(list)| ProductScope::Only(list)),
            may_delegate: payload.may_delegate,
            sandbox: payload.sandbox,
        };
        certificate.check(service)?;
        Ok(certificate)
    }

    /// Checks that what the key signed is believed at `now`.
    ///
    /// # Errors
    /// [`Flaw::IssuingKeyExpired`].
    pub fn check_believed_at(&self, now: Timestamp) -> Result<(), DocumentError> {
        if now > self.verify_until {
            return Err(error(Flaw::IssuingKeyExpired { until: self.verify_until }));
        }
        Ok(())
    }

    /// Checks that the key may sign at `now`.
    ///
    /// # Errors
    /// [`Flaw::OutsideSigningTime`].
    pub fn check_signs_at(&self, now: Timestamp) -> Result<(), DocumentError> {
        self.check_made_at(DocumentType::Certificate, now)
    }

    pub(crate) fn check_made_at(&self, document: DocumentType, made: Timestamp) -> Result<(), DocumentError> {
        if !(self.sign_from..=self.sign_until).contains(&made) {
            let flaw = Flaw::OutsideSigningTime { made, from: self.sign_from, until: self.sign_until };
            return Err(DocumentError { document, flaw });
        }
        Ok(())
    }

    pub(crate) fn check_service(
        &self,
        document: DocumentType,
        found: ServiceId,
    ) -> Result<(), DocumentError> {
        if found != self.service {
            return Err(DocumentError { document, flaw: Flaw::Service { expected: self.service, found } });
        }
        Ok(())
    }

    fn check(&self, service: ServiceId) -> Result<(), DocumentError> {
        if self.service != service {
            return Err(error(Flaw::Service { expected: service, found: self.service }));
        }
        let rule = |holds: bool, text| if holds { Ok(()) } else { Err(error(Flaw::Rule(text))) };
        rule(self.sign_from < self.sign_until, "the time to sign must end after it begins")?;
        rule(self.sign_until <= self.verify_until, "the key must be believed as long as it signs")?;
        rule(self.longest_lease > Span::ZERO, "the longest lease must have a length")?;
        rule(self.longest_lease <= Policy::LEASE_MAX, "the longest lease must be at most 400 days")?;
        match &self.products {
            ProductScope::All => Ok(()),
            ProductScope::Only(products) => rule(
                (1..=ProductScope::PRODUCTS_MAX).contains(&products.len()),
                "a list of products must have 1 to 64",
            ),
        }
    }
}

fn error(flaw: Flaw) -> DocumentError {
    DocumentError { document: DocumentType::Certificate, flaw }
}

/// An issuing key with its certificate: signs leases, refusals and service times.
#[derive(Debug)]
pub struct Issuer {
    key: IssuingKey,
    certificate: Certificate,
    token: String,
}

impl Issuer {
    /// Puts a key together with the certificate that `root` has signed for it.
    ///
    /// # Errors
    /// When the certificate is not valid, or is another key's.
    pub fn new(root: &RootPublicKey, key: IssuingKey, certificate: String) -> Result<Self, DocumentError> {
        let verified = Certificate::verify(root, &certificate)?;
        if verified.key != *key.public_key() {
            return Err(error(Flaw::Rule("the certificate must be for this issuing key")));
        }
        Ok(Self { key, certificate: verified, token: certificate })
    }

    /// The issuing key.
    #[must_use]
    pub const fn key(&self) -> &IssuingKey {
        &self.key
    }

    /// What the certificate says.
    #[must_use]
    pub const fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// The certificate as signed, for a bundle or an answer.
    #[must_use]
    pub fn certificate_token(&self) -> &str {
        &self.token
    }

    pub(crate) fn seal(
        &self,
        document: DocumentType,
        payload: &impl Serialize,
    ) -> Result<String, DocumentError> {
        document::seal(document, self.key.authority(), self.key.id().as_bytes(), payload)
    }
}
