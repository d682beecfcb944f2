//! Signed refusals: the only thing that ends a lease early. An unsigned error is never more than a failure of the network.

use serde::{Deserialize, Serialize};
use warifu_core::catalogue::Code;
use warifu_core::id::{IdempotencyKey, InstallationId, LicenceId, ServiceId};
use warifu_core::time::Timestamp;

use crate::certificate::{Certificate, Issuer};
use crate::document::{self, DocumentError, DocumentType, Flaw};
use crate::json;

/// The service tells an installation that its lease ends, why, and from when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The service that refuses.
    pub service: ServiceId,
    /// The installation refused.
    pub installation: InstallationId,
    /// The licence.
    pub licence: LicenceId,
    /// The request that this answers; a refusal of another request proves nothing.
    pub request: IdempotencyKey,
    /// The catalogue's code for the reason.
    pub code: Code,
    /// When it was made, by the service's clock.
    pub issued: Timestamp,
    /// From when the lease no longer holds: after the policy's notice. Not before `issued`.
    pub effective_from: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct Payload {
    #[serde(with = "json::text")]
    service: ServiceId,
    #[serde(with = "json::text")]
    installation: InstallationId,
    #[serde(with = "json::text")]
    licence: LicenceId,
    #[serde(with = "json::text")]
    request: IdempotencyKey,
    #[serde(with = "json::text")]
    code: Code,
    #[serde(with = "json::text")]
    issued: Timestamp,
    #[serde(with = "json::text")]
    effective_from: Timestamp,
}

impl Refusal {
    /// Signs the refusal.
    ///
    /// # Errors
    /// When it breaks a rule of its own, or one that the issuer's certificate sets.
    pub fn sign(&self, issuer: &Issuer) -> Result<String, DocumentError> {
        self.check(issuer.certificate())?;
        let payload = Payload {
            service: self.service,
            installation: self.installation,
            licence: self.licence,
            request: self.request,
            code: self.code,
            issued: self.issued,
            effective_from: self.effective_from,
        };
        issuer.seal(DocumentType::Refusal, &payload)
    }

    /// Reads a refusal that the certified key has signed in answer to `request` by `installation`.
    ///
    /// # Errors
    /// When the text is damaged, another key signed it, it breaks a rule, or it answers something else.
    pub fn verify(
        certificate: &Certificate,
        installation: InstallationId,
        request: IdempotencyKey,
        token: &str,
    ) -> Result<Self, DocumentError> {
        let id = certificate.key.id();
        let payload: Payload =
            document::open(DocumentType::Refusal, certificate.key.authority(), id.as_bytes(), token)?;
        let refusal = Self {
            service: payload.service,
            installation: payload.installation,
            licence: payload.licence,
            request: payload.request,
            code: payload.code,
            issued: payload.issued,
            effective_from: payload.effective_from,
        };
        refusal.check(certificate)?;
        if refusal.installation != installation || refusal.request != request {
            return Err(error(Flaw::NotForUs));
        }
        Ok(refusal)
    }

    fn check(&self, certificate: &Certificate) -> Result<(), DocumentError> {
        certificate.check_service(DocumentType::Refusal, self.service)?;
        certificate.check_made_at(DocumentType::Refusal, self.issued)?;
        if self.effective_from < self.issued {
            return Err(error(Flaw::Rule("a refusal must not take effect before it is made")));
        }
        Ok(())
    }
}

fn error(flaw: Flaw) -> DocumentError {
    DocumentError { document: DocumentType::Refusal, flaw }
}
