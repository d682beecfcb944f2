//! The certificate of a log key: the offline root vouches for the key that signs checkpoints. And [`LogSigner`], the key with its certificate.

use serde::{Deserialize, Serialize};
use warifu_core::id::{LogKeyId, ServiceId};
use warifu_core::time::Timestamp;

use super::{Checkpoint, Hash, LogError, origin};
use crate::document::{self, DocumentError, DocumentType, Flaw};
use crate::json;
use crate::keys::{LogKey, LogPublicKey, RootKey, RootPublicKey};

/// What a service's root says about the key of its log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogCertificate {
    /// The service: the thumbprint of the root that signs this.
    pub service: ServiceId,
    /// The log key.
    pub key: LogPublicKey,
    /// From when the key may sign.
    pub sign_from: Timestamp,
    /// Until when the key may sign. A checkpoint says no time, so only the service keeps to it.
    pub sign_until: Timestamp,
    /// Until when what it signed is believed; not before `sign_until`.
    pub verify_until: Timestamp,
}

/// Readers of certificates of issuing keys refuse this purpose, and this reader refuses theirs.
const PURPOSE: &str = "log";

#[derive(Serialize, Deserialize)]
struct Payload {
    #[serde(with = "json::text")]
    service: ServiceId,
    #[serde(with = "json::text")]
    log_key_id: LogKeyId,
    #[serde(with = "json::text")]
    log_key: LogPublicKey,
    purpose: String,
    #[serde(with = "json::text")]
    sign_from: Timestamp,
    #[serde(with = "json::text")]
    sign_until: Timestamp,
    #[serde(with = "json::text")]
    verify_until: Timestamp,
}

impl LogCertificate {
    /// Signs the certificate.
    ///
    /// # Errors
    /// When it breaks a rule of its own, or names another service than the root's.
    pub fn sign(&self, root: &RootKey) -> Result<String, DocumentError> {
        self.check(root.service_id())?;
        let payload = Payload {
            service: self.service,
            log_key_id: self.key.id(),
            log_key: self.key.clone(),
            purpose: PURPOSE.to_owned(),
            sign_from: self.sign_from,
            sign_until: self.sign_until,
            verify_until: self.verify_until,
        };
        document::seal(DocumentType::Certificate, root.authority(), root.service_id().as_bytes(), &payload)
    }

    /// Reads a certificate that `root` has signed, and checks that what its key signed is believed at `now`.
    ///
    /// # Errors
    /// When the text is damaged, another root signed it, it is of another purpose, or it breaks a rule.
    pub fn verify(root: &RootPublicKey, token: &str, now: Timestamp) -> Result<Self, DocumentError> {
        let service = root.service_id();
        // The purpose first: a certificate of another one has other members.
        let Purpose { purpose } =
            document::open(DocumentType::Certificate, root.authority(), service.as_bytes(), token)?;
        if purpose != PURPOSE {
            return Err(error(Flaw::Rule("its purpose must be the log")));
        }
        let payload: Payload =
            document::open(DocumentType::Certificate, root.authority(), service.as_bytes(), token)?;
        if payload.log_key.id() != payload.log_key_id {
            return Err(error(Flaw::Rule("the log key's id must be its thumbprint")));
        }
        let certificate = Self {
            service: payload.service,
            key: payload.log_key,
            sign_from: payload.sign_from,
            sign_until: payload.sign_until,
            verify_until: payload.verify_until,
        };
        certificate.check(service)?;
        if now > certificate.verify_until {
            return Err(error(Flaw::IssuingKeyExpired { until: certificate.verify_until }));
        }
        Ok(certificate)
    }

    /// Reads a checkpoint of the service's log that this key has signed.
    ///
    /// # Errors
    /// As for [`Checkpoint::verify`].
    pub fn checkpoint(&self, note: &str) -> Result<Checkpoint, LogError> {
        Checkpoint::verify(note, &origin(self.service), &self.key)
    }

    fn check(&self, service: ServiceId) -> Result<(), DocumentError> {
        if self.service != service {
            return Err(error(Flaw::Service { expected: service, found: self.service }));
        }
        let rule = |holds: bool, text| if holds { Ok(()) } else { Err(error(Flaw::Rule(text))) };
        rule(self.sign_from < self.sign_until, "the time to sign must end after it begins")?;
        rule(self.sign_until <= self.verify_until, "the key must be believed as long as it signs")
    }
}

#[derive(Deserialize)]
struct Purpose {
    purpose: String,
}

fn error(flaw: Flaw) -> DocumentError {
    DocumentError { document: DocumentType::Certificate, flaw }
}

/// A log key with its certificate.
#[derive(Debug)]
pub struct LogSigner {
    key: LogKey,
    certificate: LogCertificate,
    token: String,
}

impl LogSigner {
    /// Puts a key together with the certificate that `root` has signed for it.
    ///
    /// # Errors
    /// When the certificate is not valid, or is another key's.
    pub fn new(root: &RootPublicKey, key: LogKey, certificate: String) -> Result<Self, DocumentError> {
        let verified = LogCertificate::verify(root, &certificate, Timestamp::MIN)?;
        if verified.key != *key.public_key() {
            return Err(error(Flaw::Rule("the certificate must be for this log key")));
        }
        Ok(Self { key, certificate: verified, token: certificate })
    }

    /// The key.
    #[must_use]
    pub const fn key(&self) -> &LogKey {
        &self.key
    }

    /// What the certificate says.
    #[must_use]
    pub const fn certificate(&self) -> &LogCertificate {
        &self.certificate
    }

    /// The certificate as signed.
    #[must_use]
    pub fn certificate_token(&self) -> &str {
        &self.token
    }

    /// Signs the log's checkpoint at a size.
    #[must_use]
    pub fn checkpoint(&self, size: u64, root: Hash) -> String {
        Checkpoint { origin: origin(self.certificate.service), size, root }.sign(&self.key)
    }
}

#[cfg(test)]
mod tests {
    use warifu_core::time::Span;

    use super::*;
    use crate::certificate::{Certificate, ProductScope};
    use crate::keys::IssuingKey;

    const FROM: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn certificate(root: &RootKey, key: &LogKey) -> LogCertificate {
        LogCertificate {
            service: root.service_id(),
            key: key.public_key().clone(),
            sign_from: FROM,
            sign_until: FROM.plus(Span::days(10)),
            verify_until: FROM.plus(Span::days(20)),
        }
    }

    #[test]
    fn a_log_key_is_believed_under_its_root_and_for_its_time_only() {
        let (root, other) = (RootKey::from_seed(&[1; 32]).unwrap(), RootKey::from_seed(&[2; 32]).unwrap());
        let key = LogKey::from_seed(&[3; 32]).unwrap();
        let made = certificate(&root, &key);
        let token = made.sign(&root).unwrap();
        assert_eq!(LogCertificate::verify(root.public_key(), &token, FROM), Ok(made.clone()));
        assert!(LogCertificate::verify(other.public_key(), &token, FROM).is_err());
        let late = FROM.plus(Span::days(21));
        assert!(matches!(
            LogCertificate::verify(root.public_key(), &token, late).unwrap_err().flaw,
            Flaw::IssuingKeyExpired { .. }
        ));
        assert!(made.sign(&other).is_err());
        let signer = LogSigner::new(root.public_key(), key, token).unwrap();
        let note = signer.checkpoint(5, [6; 32]);
        assert_eq!(signer.certificate().checkpoint(&note).unwrap().size, 5);
    }

    #[test]
    fn certificates_of_log_and_issuing_keys_are_never_taken_for_each_other() {
        let root = RootKey::from_seed(&[1; 32]).unwrap();
        let key = LogKey::from_seed(&[3; 32]).unwrap();
        let log = certificate(&root, &key).sign(&root).unwrap();
        assert!(Certificate::verify(root.public_key(), &log).is_err());
        let issuing = IssuingKey::from_seed(&[3; 32]).unwrap();
        let issuing = Certificate {
            service: root.service_id(),
            key: issuing.public_key().clone(),
            sign_from: FROM,
            sign_until: FROM.plus(Span::days(10)),
            verify_until: FROM.plus(Span::days(20)),
            longest_lease: Span::days(5),
            products: ProductScope::All,
            may_delegate: false,
            sandbox: false,
        };
        let issuing = issuing.sign(&root).unwrap();
        let refused = LogCertificate::verify(root.public_key(), &issuing, FROM).unwrap_err();
        assert_eq!(refused.flaw, Flaw::Rule("its purpose must be the log"));
    }
}
