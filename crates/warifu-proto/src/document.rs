//! What every signed document shares: its type, in the payload and in the implicit assertion; its footer, which names the key; and
//! the ways in which one can fail.
//!
//! A document of one type is refused wherever another is expected, for two independent reasons: the signature was made under another
//! assertion, and the payload says so.

use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use warifu_core::catalogue::{Code, Failure};
use warifu_core::id::ServiceId;
use warifu_core::time::{Span, Timestamp};

use crate::encoding::{hex, parse_hex};
use crate::json;
use crate::keys::{AuthorityKey, AuthorityPublicKey};
use crate::paseto::{self, PasetoError};

/// A kind of signed document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DocumentType {
    /// The root vouches for an issuing key.
    Certificate,
    /// An installation may run.
    Lease,
    /// An installation's lease ends early.
    Refusal,
    /// What time it is, by the service's clock.
    ServiceTime,
    /// The root withdraws issuing keys.
    KeyList,
}

impl DocumentType {
    /// Every type.
    pub const ALL: [Self; 5] =
        [Self::Certificate, Self::Lease, Self::Refusal, Self::ServiceTime, Self::KeyList];

    /// The type's name in payloads.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Certificate => "certificate",
            Self::Lease => "lease",
            Self::Refusal => "refusal",
            Self::ServiceTime => "service-time",
            Self::KeyList => "key-list",
        }
    }

    /// The implicit assertion that documents of the type are signed under: `warifu/v1/` and the name.
    #[must_use]
    pub const fn assertion(self) -> &'static str {
        match self {
            Self::Certificate => "warifu/v1/certificate",
            Self::Lease => "warifu/v1/lease",
            Self::Refusal => "warifu/v1/refusal",
            Self::ServiceTime => "warifu/v1/service-time",
            Self::KeyList => "warifu/v1/key-list",
        }
    }

    /// Whether the root signs documents of the type; an issuing key signs the others.
    #[must_use]
    pub const fn is_the_roots(self) -> bool {
        matches!(self, Self::Certificate | Self::KeyList)
    }
}

impl fmt::Display for DocumentType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What is wrong with a document, or with one about to be signed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Flaw {
    /// The text is no document at all: cut short, altered in its frame, or too long.
    Frame(PasetoError),
    /// The footer is missing, or names no key.
    Footer,
    /// The text of a lease file is no bundle.
    Bundle(String),
    /// The footer names another key than the one that must have signed.
    Signer {
        /// The thumbprint of the key that must have signed.
        expected: String,
        /// The thumbprint that the footer names.
        found: String,
    },
    /// The signature does not match: the document was altered, or signed as something else.
    Signature,
    /// The signature matches, but the content cannot be read.
    Payload(String),
    /// The document is of another type.
    Type {
        /// The type that the payload names.
        found: String,
    },
    /// The document belongs to another service.
    Service {
        /// The service that is pinned.
        expected: ServiceId,
        /// The service that the document names.
        found: ServiceId,
    },
    /// The document answers another request, or is about another installation.
    NotForUs,
    /// The document was made outside the time in which its issuing key may sign.
    OutsideSigningTime {
        /// When the document was made.
        made: Timestamp,
        /// From when the key may sign.
        from: Timestamp,
        /// Until when the key may sign.
        until: Timestamp,
    },
    /// The document outlives the time in which its issuing key is believed, or that time has passed.
    IssuingKeyExpired {
        /// Until when the key is believed.
        until: Timestamp,
    },
    /// A lease is longer than its issuing key may grant.
    TooLong {
        /// The lease's length.
        found: Span,
        /// The longest that the key may grant.
        longest: Span,
    },
    /// The issuing key may not sign for this product.
    Product {
        /// The product's code.
        found: String,
    },
    /// The document is of a sandbox, and sandboxes are not accepted here; or it differs in this from its certificate.
    Sandbox,
    /// A rule among the document's own values is broken.
    Rule(&'static str),
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Frame(error) => error.fmt(f),
            Self::Footer => f.write_str("the footer names no key"),
            Self::Bundle(error) => write!(f, "the file is not a lease bundle: {error}"),
            Self::Signer { expected, found } => write!(f, "it is signed by the key {found}, not {expected}"),
            Self::Signature => f.write_str("the signature does not match"),
            Self::Payload(error) => write!(f, "its content cannot be read: {error}"),
            Self::Type { found } => write!(f, "it is of the type {found:?}"),
            Self::Service { expected, found } => {
                write!(f, "it belongs to the service {found}, not {expected}")
            }
            Self::NotForUs => f.write_str("it answers another request or another installation"),
            Self::OutsideSigningTime { made, from, until } => {
                write!(f, "it was made at {made}, but its key signs from {from} to {until}")
            }
            Self::IssuingKeyExpired { until } => write!(f, "its key is believed only until {until}"),
            Self::TooLong { found, longest } => write!(
                f,
                "it runs for {} seconds, but its key grants at most {}",
                found.as_seconds(),
                longest.as_seconds()
            ),
            Self::Product { found } => write!(f, "its key may not sign for the product {found}"),
            Self::Sandbox => f.write_str("it comes from a sandbox"),
            Self::Rule(rule) => f.write_str(rule),
        }
    }
}

/// A document that is not accepted, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentError {
    /// What the document should have been.
    pub document: DocumentType,
    /// What is wrong with it.
    pub flaw: Flaw,
}

impl DocumentError {
    /// What a person should be told: an entry of the catalogue. The flaw itself is for a log.
    #[must_use]
    pub fn failure(&self) -> Failure {
        match (self.document, &self.flaw) {
            (_, Flaw::IssuingKeyExpired { .. }) => Failure::issuing_key_expired(),
            (_, Flaw::Sandbox) => Failure::sandbox_lease_refused(),
            (_, Flaw::NotForUs) => Failure::answer_not_genuine(),
            (DocumentType::Certificate, Flaw::Signer { .. } | Flaw::Service { .. }) => {
                Failure::root_not_pinned()
            }
            (DocumentType::Certificate, _) => Failure::certificate_not_valid(),
            (DocumentType::Lease, Flaw::Frame(_) | Flaw::Footer | Flaw::Bundle(_)) => {
                Failure::lease_damaged()
            }
            (DocumentType::Lease, _) => Failure::lease_not_genuine(),
            (DocumentType::Refusal | DocumentType::ServiceTime | DocumentType::KeyList, _) => {
                Failure::answer_not_genuine()
            }
        }
    }

    /// The catalogue's code of [`Self::failure`].
    #[must_use]
    pub fn code(&self) -> Code {
        self.failure().code()
    }
}

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the {} is not accepted: {}", self.document, self.flaw)
    }
}

impl std::error::Error for DocumentError {}

/// A payload, its type beside its other members.
#[derive(Serialize)]
struct Typed<'a, T> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(flatten)]
    payload: &'a T,
}

/// The one member that is read before the others.
#[derive(Deserialize)]
struct TypeOnly {
    #[serde(rename = "type")]
    kind: String,
}

/// Signs `payload` as a document of type `document`.
pub(crate) fn seal(
    document: DocumentType,
    key: &AuthorityKey,
    thumbprint: &[u8; 32],
    payload: &impl Serialize,
) -> Result<String, DocumentError> {
    let error = |flaw| DocumentError { document, flaw };
    let message = serde_json::to_vec(&Typed { kind: document.as_str(), payload })
        .map_err(|source| error(Flaw::Payload(source.to_string())))?;
    paseto::sign(key, &message, footer(thumbprint).as_bytes(), document.assertion().as_bytes())
        .map_err(|source| error(Flaw::Frame(source)))
}

/// Verifies `token` as a document of type `document` signed by `key`, and reads its payload.
pub(crate) fn open<T: DeserializeOwned>(
    document: DocumentType,
    key: &AuthorityPublicKey,
    thumbprint: &[u8; 32],
    token: &str,
) -> Result<T, DocumentError> {
    let error = |flaw| DocumentError { document, flaw };
    let untrusted = paseto::Untrusted::parse(token).map_err(|source| error(Flaw::Frame(source)))?;
    let claimed = footer_thumbprint(untrusted.footer()).ok_or_else(|| error(Flaw::Footer))?;
    if claimed != *thumbprint {
        return Err(error(Flaw::Signer { expected: hex(thumbprint), found: hex(&claimed) }));
    }
    let message =
        untrusted.verify(key, document.assertion().as_bytes()).map_err(|_| error(Flaw::Signature))?;
    let payload_error = |source: serde_json::Error| error(Flaw::Payload(source.to_string()));
    let TypeOnly { kind } = json::from_slice(&message).map_err(payload_error)?;
    if kind != document.as_str() {
        return Err(error(Flaw::Type { found: kind }));
    }
    json::from_slice(&message).map_err(payload_error)
}

fn footer(thumbprint: &[u8; 32]) -> String {
    format!("{{\"kid\":\"{}\"}}", hex(thumbprint))
}

/// The key that a footer names; it has exactly the form of [`footer`].
fn footer_thumbprint(footer: &[u8]) -> Option<[u8; 32]> {
    let text = std::str::from_utf8(footer).ok()?;
    parse_hex(text.strip_prefix("{\"kid\":\"")?.strip_suffix("\"}")?)
}
