//! Signed service time: what a device may believe about the clock, because it is bound to a random value of its own.

use serde::{Deserialize, Serialize};
use warifu_core::id::{IdempotencyKey, ServiceId};
use warifu_core::time::Timestamp;

use crate::certificate::{Certificate, Issuer};
use crate::document::{self, DocumentError, DocumentType, Flaw};
use crate::json;

/// What time the service had when it answered a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceTime {
    /// The service.
    pub service: ServiceId,
    /// The request that this answers.
    pub request: IdempotencyKey,
    /// The time, by the service's clock.
    pub time: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct Payload {
    #[serde(with = "json::text")]
    service: ServiceId,
    #[serde(with = "json::text")]
    request: IdempotencyKey,
    #[serde(with = "json::text")]
    time: Timestamp,
}

impl ServiceTime {
    /// Signs the time.
    ///
    /// # Errors
    /// When it lies outside the time in which the issuer may sign, or names another service.
    pub fn sign(&self, issuer: &Issuer) -> Result<String, DocumentError> {
        self.check(issuer.certificate())?;
        let payload = Payload { service: self.service, request: self.request, time: self.time };
        issuer.seal(DocumentType::ServiceTime, &payload)
    }

    /// Reads a time that the certified key has signed in answer to `request`.
    ///
    /// # Errors
    /// When the text is damaged, another key signed it, it breaks a rule, or it answers another request.
    pub fn verify(
        certificate: &Certificate,
        request: IdempotencyKey,
        token: &str,
    ) -> Result<Self, DocumentError> {
        let id = certificate.key.id();
        let payload: Payload =
            document::open(DocumentType::ServiceTime, certificate.key.authority(), id.as_bytes(), token)?;
        let time = Self { service: payload.service, request: payload.request, time: payload.time };
        time.check(certificate)?;
        if time.request != request {
            return Err(DocumentError { document: DocumentType::ServiceTime, flaw: Flaw::NotForUs });
        }
        Ok(time)
    }

    fn check(&self, certificate: &Certificate) -> Result<(), DocumentError> {
        certificate.check_service(DocumentType::ServiceTime, self.service)?;
        certificate.check_made_at(DocumentType::ServiceTime, self.time)
    }
}
