//! A device's request as a whole: body, headers and signature, made by a client in one step and opened by a service in one step.

use serde::Serialize;
use serde::de::DeserializeOwned;
use warifu_core::catalogue::Failure;
use warifu_core::id::{IdempotencyKey, ServiceId};
use warifu_core::time::Timestamp;
use zeroize::Zeroizing;

use super::device::DeviceRequest;
use super::parse_device_request;
use crate::keys::{SignError, Signer};
use crate::signature::{self, CONTENT_TYPE, METHOD, ReceivedRequest, SignedRequest, UnverifiedRequest};

/// A request ready to be sent.
#[derive(Clone)]
pub struct OutgoingRequest {
    /// The method.
    pub method: &'static str,
    /// The path, below the service's address.
    pub path: &'static str,
    /// The headers, by their names.
    pub headers: [(&'static str, String); 5],
    /// The body's bytes. They may hold a product key: they are wiped when dropped, and must not be logged.
    pub body: Zeroizing<Vec<u8>>,
}

/// Writes and signs a request. A retry sends the same [`OutgoingRequest`] again, or one made with the same idempotency key.
///
/// # Errors
/// [`SignError`] when the key's holder fails, or the request names another key than the signer's.
pub fn sign_request<T: DeviceRequest + Serialize>(
    request: &T,
    idempotency_key: IdempotencyKey,
    created: Timestamp,
    signer: &dyn Signer,
) -> Result<OutgoingRequest, SignError> {
    if request.public_key() != signer.public_key() {
        return Err(SignError("the request names another key than the signer's".to_owned()));
    }
    let body = serde_json::to_vec(request).map_err(|error| SignError(error.to_string()))?;
    let body = Zeroizing::new(body);
    let headers = signature::sign(T::PATH, idempotency_key, &body, created, signer)?;
    Ok(OutgoingRequest {
        method: METHOD,
        path: T::PATH,
        headers: [
            ("Content-Type", CONTENT_TYPE.to_owned()),
            ("Idempotency-Key", idempotency_key.to_string()),
            ("Content-Digest", headers.content_digest),
            ("Signature-Input", headers.signature_input),
            ("Signature", headers.signature),
        ],
        body,
    })
}

/// A request whose sender holds the key that it names, meant for this service. Whether the nonce is fresh and the installation
/// enrolled is still to be asked.
#[derive(Clone, Debug)]
pub struct OpenedRequest<T> {
    /// The body.
    pub body: T,
    /// Who signed it, and as which attempt.
    pub signed: SignedRequest,
}

/// Opens a received request: the headers' form, the digest, the body's form, the signature and the audience, in this order. Needs no store.
///
/// # Errors
/// The failure to answer with.
pub fn open_request<T: DeviceRequest + DeserializeOwned>(
    request: &ReceivedRequest<'_>,
    service: ServiceId,
) -> Result<OpenedRequest<T>, Failure> {
    super::check_size(request.body)?;
    let unverified = UnverifiedRequest::parse(request).map_err(signature::SignatureError::failure)?;
    let body: T = parse_device_request(request.body)?;
    let signed = unverified.verify(body.public_key()).map_err(signature::SignatureError::failure)?;
    if request.path != T::PATH {
        return Err(Failure::request_signature_invalid());
    }
    if body.audience() != service {
        return Err(Failure::audience_mismatch());
    }
    Ok(OpenedRequest { body, signed })
}

#[cfg(test)]
mod tests {
    use warifu_core::catalogue::Code;
    use warifu_core::id::LeaseId;

    use super::*;
    use crate::keys::{InstallationKey, KeyAlgorithm};
    use crate::wire::device::{Client, RenewRequest, StatusRequest};

    const SERVICE: ServiceId = ServiceId::from_bytes([7; 32]);

    fn key(secret: u8) -> InstallationKey {
        InstallationKey::from_secret(KeyAlgorithm::Ed25519, &[secret; 32]).unwrap()
    }

    fn status(key: &InstallationKey) -> StatusRequest {
        StatusRequest {
            protocol: 1,
            audience: SERVICE,
            nonce: "A".repeat(43),
            public_key: *key.public_key(),
            client: Client { name: "test".to_owned(), version: "1".to_owned() },
            lease: LeaseId::from_bytes([1; 16]),
        }
    }

    fn send(request: &StatusRequest, key: &InstallationKey) -> OutgoingRequest {
        let attempt = IdempotencyKey::from_bytes([2; 16]);
        sign_request(request, attempt, Timestamp::from_seconds(1_775_035_800), key).unwrap()
    }

    fn receive(request: &OutgoingRequest) -> ReceivedRequest<'_> {
        let header = |wanted: &str| {
            request.headers.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.as_str())
        };
        ReceivedRequest {
            method: request.method,
            path: request.path,
            content_type: header("Content-Type"),
            idempotency_key: header("Idempotency-Key"),
            content_digest: header("Content-Digest"),
            signature_input: header("Signature-Input"),
            signature: header("Signature"),
            body: &request.body,
        }
    }

    fn open(request: &OutgoingRequest, service: ServiceId) -> Result<OpenedRequest<StatusRequest>, Code> {
        open_request(&receive(request), service).map_err(|failure| failure.code())
    }

    #[test]
    fn what_a_client_signs_a_service_opens() {
        let key = key(1);
        let opened = open(&send(&status(&key), &key), SERVICE).unwrap();
        assert_eq!(opened.body, status(&key));
        assert_eq!(opened.signed.installation, key.installation());
    }

    #[test]
    fn a_request_for_another_service_is_refused() {
        let key = key(1);
        let other = ServiceId::from_bytes([8; 32]);
        assert_eq!(open(&send(&status(&key), &key), other).err(), Some(Code::AudienceMismatch));
    }

    #[test]
    fn a_request_that_names_another_key_is_neither_signed_nor_opened() {
        let (ours, theirs) = (key(1), key(2));
        let attempt = IdempotencyKey::from_bytes([2; 16]);
        assert!(sign_request(&status(&theirs), attempt, Timestamp::MIN, &ours).is_err());
        // Their body under our signature: the body names a key that the signature does not.
        let body = serde_json::to_vec(&status(&theirs)).unwrap();
        let headers = signature::sign("/v1/status", attempt, &body, Timestamp::MIN, &ours).unwrap();
        let mut request = send(&status(&ours), &ours);
        request.body = Zeroizing::new(body);
        request.headers[2].1 = headers.content_digest;
        request.headers[3].1 = headers.signature_input;
        request.headers[4].1 = headers.signature;
        assert_eq!(open(&request, SERVICE).err(), Some(Code::RequestSignatureInvalid));
    }

    #[test]
    fn a_body_of_another_request_is_refused() {
        let key = key(1);
        let request = send(&status(&key), &key);
        let failure = open_request::<RenewRequest>(&receive(&request), SERVICE).unwrap_err();
        assert_eq!(failure.code(), Code::RequestMalformed);
    }

    #[test]
    fn a_later_protocol_is_named_rather_than_called_malformed() {
        let key = key(1);
        let mut later = status(&key);
        later.protocol = 2;
        let body = serde_json::to_string(&later).unwrap().replace("\"client\"", "\"new\":1,\"client\"");
        let failure = parse_device_request::<StatusRequest>(body.as_bytes()).unwrap_err();
        assert_eq!(failure.code(), Code::ProtocolNotSupported);
        assert_eq!(failure.value("version"), Some("2"));
    }

    #[test]
    fn an_oversized_body_is_refused_before_anything_else() {
        let key = key(1);
        let mut request = send(&status(&key), &key);
        request.body = Zeroizing::new(vec![b' '; crate::wire::REQUEST_BYTES_MAX + 1]);
        assert_eq!(open(&request, SERVICE).err(), Some(Code::RequestTooLarge));
    }
}
