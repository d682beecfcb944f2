//! Signatures of requests: one fixed profile of HTTP message signatures (RFC 9421) over a digest of the body (RFC 9530).
//!
//! A device's request carries `Content-Type: application/json`, `Idempotency-Key`, `Content-Digest`, `Signature-Input` and `Signature`. The
//! profile has one label, one list of components in one order and one list of parameters in one order; anything else is refused, so
//! that a request has one form and nothing signed goes unread. This module takes texts and bytes, never a type of an HTTP library.

mod digest;
mod header;

use std::fmt;

use warifu_core::catalogue::Failure;
use warifu_core::id::{IdempotencyKey, InstallationId};
use warifu_core::time::Timestamp;

pub use self::digest::content_digest;
use crate::keys::{InstallationPublicKey, KeyAlgorithm, SIGNATURE_BYTES, SignError, Signer};

/// The only media type of signed requests.
pub const CONTENT_TYPE: &str = "application/json";

/// The only method of signed requests.
pub const METHOD: &str = "POST";

/// The longest value of any header that takes part, in bytes.
pub const HEADER_BYTES_MAX: usize = 512;

/// The longest path that takes part, in bytes.
pub const PATH_BYTES_MAX: usize = 256;

/// Why a request's signature is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignatureError {
    /// A header is missing, or is there twice.
    Missing {
        /// The header's name.
        header: &'static str,
    },
    /// A header does not have the profile's form.
    Malformed {
        /// The header's name.
        header: &'static str,
    },
    /// The idempotency key is missing, or there twice.
    IdempotencyKeyMissing,
    /// The body is not said to be JSON.
    MediaType,
    /// The request's method or path can have no signature.
    Target,
    /// The body is not the one that was signed.
    Digest,
    /// The key is not the one that the signature names, or of another algorithm.
    Key,
    /// The signature is not the key's over this request.
    Signature,
}

impl SignatureError {
    /// What the request is answered with.
    #[must_use]
    pub fn failure(self) -> Failure {
        match self {
            Self::Missing { .. } => Failure::request_signature_missing(),
            Self::IdempotencyKeyMissing => Failure::idempotency_key_missing(),
            Self::MediaType => Failure::media_type_not_supported(),
            Self::Digest => Failure::content_digest_mismatch(),
            Self::Malformed { .. } => Failure::request_malformed(self),
            Self::Target | Self::Key | Self::Signature => Failure::request_signature_invalid(),
        }
    }
}

impl fmt::Display for SignatureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { header } => write!(f, "the header {header} must be there once"),
            Self::Malformed { header } => {
                write!(f, "the header {header} does not have the form of the profile")
            }
            Self::IdempotencyKeyMissing => f.write_str("the header Idempotency-Key must be there once"),
            Self::MediaType => f.write_str("the header Content-Type must be application/json"),
            Self::Target => f.write_str("only POST to a plain path is signed"),
            Self::Digest => f.write_str("the body is not the one that was signed"),
            Self::Key => f.write_str("the signature names another key"),
            Self::Signature => f.write_str("the signature does not match"),
        }
    }
}

impl std::error::Error for SignatureError {}

/// The headers that sign a request, to be sent beside `Content-Type` and `Idempotency-Key`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureHeaders {
    /// The value of `Content-Digest`.
    pub content_digest: String,
    /// The value of `Signature-Input`.
    pub signature_input: String,
    /// The value of `Signature`.
    pub signature: String,
}

/// Signs a POST of `body` to `path` (without host and query). `created` is the signer's clock, and only evidence about it.
///
/// # Errors
/// [`SignError`] when the key's holder fails, or the path can have no signature.
pub fn sign(
    path: &str,
    idempotency_key: IdempotencyKey,
    body: &[u8],
    created: Timestamp,
    signer: &dyn Signer,
) -> Result<SignatureHeaders, SignError> {
    if !is_plain_path(path) {
        return Err(SignError("the path holds what a signed path must not".to_owned()));
    }
    let key = signer.public_key();
    let content_digest = content_digest(body);
    let parameters = header::Parameters { created, key: key.thumbprint(), algorithm: key.algorithm() };
    let base = signature_base(path, &content_digest, idempotency_key, &parameters);
    let signature = signer.sign(base.as_bytes())?;
    Ok(SignatureHeaders {
        content_digest,
        signature_input: header::signature_input(&parameters),
        signature: header::signature(&signature),
    })
}

/// The parts of a received request that its signature is about, as they arrived. A header that is there twice, or whose bytes are no
/// text, is passed as `None`.
#[derive(Clone, Copy, Debug)]
pub struct ReceivedRequest<'a> {
    /// The method.
    pub method: &'a str,
    /// The path, without the query; a request with a query must not come here.
    pub path: &'a str,
    /// `Content-Type`.
    pub content_type: Option<&'a str>,
    /// `Idempotency-Key`.
    pub idempotency_key: Option<&'a str>,
    /// `Content-Digest`.
    pub content_digest: Option<&'a str>,
    /// `Signature-Input`.
    pub signature_input: Option<&'a str>,
    /// `Signature`.
    pub signature: Option<&'a str>,
    /// The body's bytes.
    pub body: &'a [u8],
}

/// A request whose headers have the profile's form and whose body has the digest; its signature is not verified yet.
#[derive(Clone, Debug)]
pub struct UnverifiedRequest {
    base: String,
    signature: [u8; SIGNATURE_BYTES],
    idempotency_key: IdempotencyKey,
    parameters: header::Parameters,
}

/// A request that an installation has signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignedRequest {
    /// Who signed.
    pub installation: InstallationId,
    /// The client's name for this attempt.
    pub idempotency_key: IdempotencyKey,
    /// What the signer's clock said: evidence about that clock, nothing more.
    pub created: Timestamp,
}

impl UnverifiedRequest {
    /// Reads the headers and compares the body with its digest.
    ///
    /// # Errors
    /// Every [`SignatureError`] but [`SignatureError::Key`] and [`SignatureError::Signature`].
    pub fn parse(request: &ReceivedRequest<'_>) -> Result<Self, SignatureError> {
        if request.content_type != Some(CONTENT_TYPE) {
            return Err(SignatureError::MediaType);
        }
        if request.method != METHOD || !is_plain_path(request.path) {
            return Err(SignatureError::Target);
        }
        let idempotency_key = header::idempotency_key(request.idempotency_key)?;
        let parameters = header::parse_signature_input(request.signature_input)?;
        let signature = header::parse_signature(request.signature)?;
        let content_digest = header::present("Content-Digest", request.content_digest)?;
        digest::verify(content_digest, request.body)?;
        let base = signature_base(request.path, content_digest, idempotency_key, &parameters);
        Ok(Self { base, signature, idempotency_key, parameters })
    }

    /// Whose signature it is said to be. Nobody has vouched for it.
    #[must_use]
    pub const fn claimed_installation(&self) -> InstallationId {
        self.parameters.key
    }

    /// Checks the signature with the key, which must be the one that the signature names.
    ///
    /// # Errors
    /// [`SignatureError::Key`] or [`SignatureError::Signature`].
    pub fn verify(&self, key: &InstallationPublicKey) -> Result<SignedRequest, SignatureError> {
        if key.algorithm() != self.parameters.algorithm || key.thumbprint() != self.parameters.key {
            return Err(SignatureError::Key);
        }
        key.verify(self.base.as_bytes(), &self.signature).map_err(|_| SignatureError::Signature)?;
        Ok(SignedRequest {
            installation: self.parameters.key,
            idempotency_key: self.idempotency_key,
            created: self.parameters.created,
        })
    }

    /// The algorithm that the signature names.
    #[must_use]
    pub const fn algorithm(&self) -> KeyAlgorithm {
        self.parameters.algorithm
    }
}

/// The text that is signed (RFC 9421, section 2.5). Every value is free of line feeds: the digest, key and parameters by their forms, the
/// path by [`is_plain_path`].
fn signature_base(
    path: &str,
    content_digest: &str,
    idempotency_key: IdempotencyKey,
    parameters: &header::Parameters,
) -> String {
    format!(
        "\"@method\": {METHOD}\n\
         \"@path\": {path}\n\
         \"content-digest\": {content_digest}\n\
         \"content-type\": {CONTENT_TYPE}\n\
         \"idempotency-key\": {idempotency_key}\n\
         \"@signature-params\": {parameters}"
    )
}

/// An absolute path of unreserved characters: no query, no percent-encoding, nothing that two parties could read in two ways.
fn is_plain_path(path: &str) -> bool {
    let plain = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'/' | b'-' | b'.' | b'_' | b'~');
    path.starts_with('/') && path.len() <= PATH_BYTES_MAX && path.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::keys::InstallationKey;

    const BODY: &[u8] = br#"{"protocol":1}"#;
    const CREATED: Timestamp = Timestamp::from_seconds(1_775_035_800);

    fn request_key() -> IdempotencyKey {
        IdempotencyKey::from_bytes([0x11; 16])
    }

    fn keys() -> [InstallationKey; 2] {
        KeyAlgorithm::ALL.map(|algorithm| InstallationKey::from_secret(algorithm, &[3; 32]).unwrap())
    }

    fn signed(key: &InstallationKey) -> SignatureHeaders {
        sign("/v1/activate", request_key(), BODY, CREATED, key).unwrap()
    }

    fn received<'a>(headers: &'a SignatureHeaders, idempotency_key: &'a str) -> ReceivedRequest<'a> {
        ReceivedRequest {
            method: "POST",
            path: "/v1/activate",
            content_type: Some("application/json"),
            idempotency_key: Some(idempotency_key),
            content_digest: Some(&headers.content_digest),
            signature_input: Some(&headers.signature_input),
            signature: Some(&headers.signature),
            body: BODY,
        }
    }

    fn check(key: &InstallationKey, request: &ReceivedRequest<'_>) -> Result<SignedRequest, SignatureError> {
        UnverifiedRequest::parse(request)?.verify(key.public_key())
    }

    #[test]
    fn a_signed_request_verifies_under_both_algorithms() {
        for key in keys() {
            let headers = signed(&key);
            let idempotency_key = request_key().to_string();
            let expected = SignedRequest {
                installation: key.installation(),
                idempotency_key: request_key(),
                created: CREATED,
            };
            assert_eq!(check(&key, &received(&headers, &idempotency_key)), Ok(expected));
        }
    }

    #[test]
    fn the_signature_base_is_that_of_the_rfc() {
        let [key, _] = keys();
        let parameters = header::Parameters {
            created: CREATED,
            key: key.installation(),
            algorithm: KeyAlgorithm::Ed25519,
        };
        let base = signature_base("/v1/renew", &content_digest(b""), request_key(), &parameters);
        let expected = format!(
            "\"@method\": POST\n\
             \"@path\": /v1/renew\n\
             \"content-digest\": sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:\n\
             \"content-type\": application/json\n\
             \"idempotency-key\": 11111111-1111-1111-1111-111111111111\n\
             \"@signature-params\": (\"@method\" \"@path\" \"content-digest\" \"content-type\" \"idempotency-key\")\
             ;created=1775035800;keyid=\"{}\";alg=\"ed25519\";tag=\"warifu-v1\"",
            key.installation()
        );
        assert_eq!(base, expected);
    }

    #[test]
    fn a_request_altered_anywhere_is_refused() {
        for key in keys() {
            let headers = signed(&key);
            let idempotency_key = request_key().to_string();
            let good = received(&headers, &idempotency_key);
            let other_digest = content_digest(b"other");
            let other_key = IdempotencyKey::from_bytes([0x12; 16]).to_string();
            for (what, request, error) in [
                ("method", ReceivedRequest { method: "PUT", ..good }, SignatureError::Target),
                ("method in lower case", ReceivedRequest { method: "post", ..good }, SignatureError::Target),
                ("path", ReceivedRequest { path: "/v1/renew", ..good }, SignatureError::Signature),
                ("query", ReceivedRequest { path: "/v1/activate?x", ..good }, SignatureError::Target),
                ("encoded path", ReceivedRequest { path: "/v1/%61ctivate", ..good }, SignatureError::Target),
                ("line", ReceivedRequest { path: "/v1\n\"@method\": PUT", ..good }, SignatureError::Target),
                ("body", ReceivedRequest { body: b"{}", ..good }, SignatureError::Digest),
                (
                    "body and digest",
                    ReceivedRequest { body: b"other", content_digest: Some(&other_digest), ..good },
                    SignatureError::Signature,
                ),
                (
                    "type",
                    ReceivedRequest { content_type: Some("text/json"), ..good },
                    SignatureError::MediaType,
                ),
                ("no type", ReceivedRequest { content_type: None, ..good }, SignatureError::MediaType),
                (
                    "attempt",
                    ReceivedRequest { idempotency_key: Some(&other_key), ..good },
                    SignatureError::Signature,
                ),
                (
                    "no attempt",
                    ReceivedRequest { idempotency_key: None, ..good },
                    SignatureError::IdempotencyKeyMissing,
                ),
                (
                    "no signature",
                    ReceivedRequest { signature: None, ..good },
                    SignatureError::Missing { header: "Signature" },
                ),
                (
                    "no input",
                    ReceivedRequest { signature_input: None, ..good },
                    SignatureError::Missing { header: "Signature-Input" },
                ),
                (
                    "no digest",
                    ReceivedRequest { content_digest: None, ..good },
                    SignatureError::Missing { header: "Content-Digest" },
                ),
            ] {
                assert_eq!(check(&key, &request), Err(error), "{what}");
            }
        }
    }

    #[test]
    fn another_key_does_not_verify() {
        let [ed25519, p256] = keys();
        let other = InstallationKey::from_secret(KeyAlgorithm::Ed25519, &[4; 32]).unwrap();
        let idempotency_key = request_key().to_string();
        let headers = signed(&ed25519);
        for wrong in [&other, &p256] {
            assert_eq!(check(wrong, &received(&headers, &idempotency_key)), Err(SignatureError::Key));
        }
        // The other key's signature under the first key's name.
        let forged = SignatureHeaders { signature: signed(&other).signature, ..headers };
        assert_eq!(check(&ed25519, &received(&forged, &idempotency_key)), Err(SignatureError::Signature));
    }

    #[test]
    fn a_path_that_two_parties_could_read_differently_is_not_signed() {
        let [key, _] = keys();
        for path in ["", "v1", "/v1?x=1", "/v1 ", "/v1\n", "/ü", "/%20"] {
            assert!(sign(path, request_key(), BODY, CREATED, &key).is_err(), "{path:?}");
        }
    }

    proptest! {
        #[test]
        fn no_header_makes_the_parser_panic(
            digest in proptest::option::of("\\PC{0,80}"),
            input in proptest::option::of("(warifu=\\()?\\PC{0,120}"),
            signature in proptest::option::of("(warifu=:)?\\PC{0,120}"),
            attempt in proptest::option::of("\\PC{0,40}"),
        ) {
            let request = ReceivedRequest {
                method: "POST",
                path: "/v1/renew",
                content_type: Some(CONTENT_TYPE),
                idempotency_key: attempt.as_deref(),
                content_digest: digest.as_deref(),
                signature_input: input.as_deref(),
                signature: signature.as_deref(),
                body: BODY,
            };
            prop_assert!(UnverifiedRequest::parse(&request).is_err());
        }
    }
}
