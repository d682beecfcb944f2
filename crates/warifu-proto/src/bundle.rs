//! The lease file: a lease with the certificate of the key that signed it, as JSON. Everything that a device needs to verify offline,
//! given the pinned root.

use serde::{Deserialize, Serialize};

use crate::certificate::Certificate;
use crate::document::{DocumentError, DocumentType, Flaw};
use crate::json;
use crate::keys::RootPublicKey;
use crate::lease::Lease;

/// The largest lease file that is read, in bytes: two tokens of the largest size, and room.
pub const BUNDLE_BYTES_MAX: usize = 64 * 1024;

/// The format's version.
const VERSION: u32 = 1;

/// Whether leases of a sandbox are accepted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SandboxLeases {
    /// No: what a released application does.
    #[default]
    Refused,
    /// Yes: for tests and development.
    Accepted,
}

/// A lease file's content, not yet verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// The signed lease.
    pub lease: String,
    /// The signed certificate.
    pub certificate: String,
}

/// A lease with the certificate that it was verified under.
#[derive(Clone, Debug, PartialEq)]
pub struct VerifiedLease {
    /// The lease.
    pub lease: Lease,
    /// The certificate of the key that signed it.
    pub certificate: Certificate,
}

/// Unknown members are ignored, so that a later version may add what does not change the meaning of these.
#[derive(Serialize, Deserialize)]
struct File {
    warifu: String,
    version: u32,
    lease: String,
    certificate: String,
}

impl Bundle {
    /// Reads a lease file's bytes.
    ///
    /// # Errors
    /// [`Flaw::Bundle`] when they are more than [`BUNDLE_BYTES_MAX`], or not such a file.
    pub fn parse(bytes: &[u8]) -> Result<Self, DocumentError> {
        let error = |text: String| DocumentError { document: DocumentType::Lease, flaw: Flaw::Bundle(text) };
        if bytes.len() > BUNDLE_BYTES_MAX {
            return Err(error(format!("it has {} bytes; the limit is {BUNDLE_BYTES_MAX}", bytes.len())));
        }
        let file: File = json::from_slice(bytes).map_err(|source| error(source.to_string()))?;
        if file.warifu != "lease" {
            return Err(error(format!("it holds a {:?}", file.warifu)));
        }
        if file.version != VERSION {
            return Err(error(format!(
                "it has version {}; this program reads version {VERSION}",
                file.version
            )));
        }
        Ok(Self { lease: file.lease, certificate: file.certificate })
    }

    /// The lease file's bytes: one line of JSON with a line feed.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let text = |value: &str| serde_json::Value::from(value).to_string();
        format!(
            "{{\"warifu\":\"lease\",\"version\":{VERSION},\"lease\":{},\"certificate\":{}}}\n",
            text(&self.lease),
            text(&self.certificate)
        )
        .into_bytes()
    }

    /// Verifies certificate and lease against the pinned root. Nothing here asks for the time.
    ///
    /// # Errors
    /// When either is not accepted, or the lease is a sandbox's and those are refused.
    pub fn verify(
        &self,
        root: &RootPublicKey,
        sandbox: SandboxLeases,
    ) -> Result<VerifiedLease, DocumentError> {
        let certificate = Certificate::verify(root, &self.certificate)?;
        if certificate.sandbox && sandbox == SandboxLeases::Refused {
            return Err(DocumentError { document: DocumentType::Lease, flaw: Flaw::Sandbox });
        }
        let lease = Lease::verify(&certificate, &self.lease)?;
        Ok(VerifiedLease { lease, certificate })
    }
}
