//! Vectors of signed requests, in both algorithms.
//!
//! ECDSA signatures are made with fresh randomness, so those of the vectors are kept here as bytes.

use warifu_proto::encoding::{base64, parse_hex};
use warifu_proto::keys::{InstallationPublicKey, KeyAlgorithm, Signer};
use warifu_proto::signature::{self, SignatureHeaders, content_digest};

use crate::sample;
use crate::vector::Vector;

const PATH: &str = "/v1/renew";
const CREATED: &str = "2026-05-01T09:00:00Z";

/// The fields that differ from the good request.
type Changes = Vec<(&'static str, String)>;

/// A signature by the P-256 key over the good request.
const P256_SIGNATURE: &str = include_str!("p256-signature.hex");

pub(crate) fn body(algorithm: KeyAlgorithm) -> String {
    let key = sample::installation_key(algorithm);
    crate::bodies::renew(key.public_key()).to_string()
}

pub(crate) fn vectors() -> Vec<(String, Vector)> {
    KeyAlgorithm::ALL.into_iter().flat_map(of_algorithm).collect()
}

/// The headers of the good request.
pub(crate) fn good(algorithm: KeyAlgorithm) -> SignatureHeaders {
    let key = sample::installation_key(algorithm);
    let body = body(algorithm);
    let mut headers =
        signature::sign(PATH, sample::attempt(), body.as_bytes(), sample::at(CREATED), &key).unwrap();
    if algorithm == KeyAlgorithm::EcdsaP256Sha256 {
        let kept: [u8; 64] = parse_hex(P256_SIGNATURE.trim()).unwrap();
        headers.signature = format!("warifu=:{}:", base64(&kept));
    }
    headers
}

fn of_algorithm(algorithm: KeyAlgorithm) -> Vec<(String, Vector)> {
    let headers = good(algorithm);
    let (input, sig, digest) = (&headers.signature_input, &headers.signature, &headers.content_digest);
    let body = body(algorithm);
    let attempt = sample::attempt().to_string();
    let other_body = body.replace("0.1.0", "0.1.1");
    let other = match algorithm {
        KeyAlgorithm::Ed25519 => KeyAlgorithm::EcdsaP256Sha256,
        KeyAlgorithm::EcdsaP256Sha256 => KeyAlgorithm::Ed25519,
    };
    let others: InstallationPublicKey = *sample::installation_key(other).public_key();
    let others_keyid = others.thumbprint().to_string();
    let own_keyid = sample::installation_key(algorithm).installation().to_string();
    let other_attempt = "0b0b0b0b-0b0b-0b0b-0b0b-0b0b0b0b0b0b";

    let good = [
        ("method", "POST"),
        ("path", PATH),
        ("content-type", "application/json"),
        ("idempotency-key", attempt.as_str()),
        ("content-digest", digest.as_str()),
        ("signature-input", input.as_str()),
        ("signature", sig.as_str()),
        ("body", body.as_str()),
    ];
    let invalid = "request_signature_invalid";
    let malformed = "request_malformed";
    let changed_input = |from: &str, to: &str| ("signature-input", input.replacen(from, to, 1));
    let flipped = flip(sig);
    let cases: Vec<(&str, &str, Changes, &str)> = vec![
        ("good", "A good request.", vec![], "accepted"),
        ("other-path", "Sent to another path.", vec![("path", "/v1/deactivate".to_owned())], invalid),
        ("path-with-query", "The path has a query.", vec![("path", "/v1/renew?x=1".to_owned())], invalid),
        ("path-encoded", "The path is percent-encoded.", vec![("path", "/v1/%72enew".to_owned())], invalid),
        ("other-method", "Sent with another method.", vec![("method", "PUT".to_owned())], invalid),
        (
            "other-type",
            "The body is said to be text.",
            vec![("content-type", "text/plain".to_owned())],
            "media_type_not_supported",
        ),
        (
            "type-with-parameter",
            "The media type has a parameter.",
            vec![("content-type", "application/json; charset=utf-8".to_owned())],
            "media_type_not_supported",
        ),
        (
            "body-altered",
            "The body is altered.",
            vec![("body", other_body.clone())],
            "content_digest_mismatch",
        ),
        (
            "body-and-digest-altered",
            "The body and its digest are altered.",
            vec![("body", other_body.clone()), ("content-digest", content_digest(other_body.as_bytes()))],
            invalid,
        ),
        (
            "digest-missing",
            "The digest is missing.",
            vec![("content-digest", String::new())],
            "request_signature_missing",
        ),
        (
            "digest-of-sha-512",
            "A digest of another algorithm.",
            vec![("content-digest", digest.replace("256", "512"))],
            malformed,
        ),
        ("digest-twice", "Two digests.", vec![("content-digest", format!("{digest}, {digest}"))], malformed),
        (
            "attempt-altered",
            "Another idempotency key.",
            vec![("idempotency-key", other_attempt.to_owned())],
            invalid,
        ),
        (
            "attempt-missing",
            "No idempotency key.",
            vec![("idempotency-key", String::new())],
            "idempotency_key_missing",
        ),
        (
            "attempt-quoted",
            "The idempotency key is quoted.",
            vec![("idempotency-key", format!("\"{attempt}\""))],
            malformed,
        ),
        (
            "attempt-upper-case",
            "The idempotency key in capitals.",
            vec![("idempotency-key", attempt.to_uppercase())],
            malformed,
        ),
        (
            "signature-missing",
            "No signature.",
            vec![("signature", String::new())],
            "request_signature_missing",
        ),
        ("signature-altered", "One bit of the signature is altered.", vec![("signature", flipped)], invalid),
        (
            "signature-cut",
            "The signature is cut short.",
            vec![("signature", format!("{}:", &sig[..60]))],
            malformed,
        ),
        ("signature-twice", "Two signatures.", vec![("signature", format!("{sig}, {sig}"))], malformed),
        (
            "signature-other-label",
            "Another label.",
            vec![("signature", sig.replace("warifu", "sig1"))],
            malformed,
        ),
        (
            "input-missing",
            "No signature input.",
            vec![("signature-input", String::new())],
            "request_signature_missing",
        ),
        ("input-other-label", "Another label.", vec![changed_input("warifu=", "sig1=")], malformed),
        (
            "input-two-labels",
            "Two inputs.",
            vec![("signature-input", format!("{input}, {input}"))],
            malformed,
        ),
        (
            "components-reordered",
            "Components in another order.",
            vec![changed_input(r#""@method" "@path""#, r#""@path" "@method""#)],
            malformed,
        ),
        (
            "component-missing",
            "A component is missing.",
            vec![changed_input(r#" "idempotency-key""#, "")],
            malformed,
        ),
        (
            "component-added",
            "A component too many.",
            vec![changed_input(r#""idempotency-key""#, r#""idempotency-key" "host""#)],
            malformed,
        ),
        (
            "component-twice",
            "A component twice.",
            vec![changed_input(r#""@path""#, r#""@path" "@path""#)],
            malformed,
        ),
        (
            "component-with-parameter",
            "A component has a parameter.",
            vec![changed_input(r#""@path""#, r#""@path";req"#)],
            malformed,
        ),
        ("parameters-reordered", "Parameters in another order.", vec![reordered(input)], malformed),
        (
            "parameter-added",
            "A parameter too many.",
            vec![changed_input(";keyid", ";expires=1777626060;keyid")],
            malformed,
        ),
        (
            "parameter-missing",
            "A parameter is missing.",
            vec![changed_input(";tag=\"warifu-v1\"", "")],
            malformed,
        ),
        ("other-tag", "Another tag.", vec![changed_input("warifu-v1", "warifu-v2")], malformed),
        (
            "other-time",
            "Another time of creation.",
            vec![changed_input("created=1777626000", "created=1777626001")],
            invalid,
        ),
        (
            "time-with-zero",
            "The time has a leading zero.",
            vec![changed_input("created=1", "created=01")],
            malformed,
        ),
        (
            "other-algorithm",
            "The other algorithm is named.",
            vec![changed_input(algorithm.as_str(), other.as_str())],
            invalid,
        ),
        (
            "unknown-algorithm",
            "An algorithm that is not known.",
            vec![changed_input(algorithm.as_str(), "hmac-sha256")],
            malformed,
        ),
        ("other-key", "Another key is named.", vec![changed_input(&own_keyid, &others_keyid)], invalid),
        (
            "key-upper-case",
            "The key is named in capitals.",
            vec![changed_input(&own_keyid, &own_keyid.to_uppercase())],
            malformed,
        ),
        (
            "header-too-long",
            "A header of more than 512 bytes.",
            vec![("signature-input", format!("{input}{}", " ".repeat(512)))],
            malformed,
        ),
    ];
    let service = sample::service().to_string();
    let mut vectors: Vec<(String, Vector)> = cases
        .into_iter()
        .map(|(name, about, changes, expect)| {
            let mut fields = vec![("kind", "request"), ("audience", service.as_str())];
            for (field, value) in good {
                let value = changes
                    .iter()
                    .find(|(changed, _)| *changed == field)
                    .map_or(value, |(_, new)| new.as_str());
                // An empty value stands for a header that is not sent.
                if !value.is_empty() {
                    fields.push((field, value));
                }
            }
            fields.push(("expect", expect));
            (format!("request/{algorithm}-{name}.txt"), Vector::new(about, &fields))
        })
        .collect();
    let other_service = "00".repeat(32);
    let mut fields = vec![("kind", "request"), ("audience", other_service.as_str())];
    fields.extend(good);
    fields.push(("expect", "audience_mismatch"));
    let about = "A good request that reaches another service than it is meant for.";
    vectors.push((format!("request/{algorithm}-other-audience.txt"), Vector::new(about, &fields)));
    vectors
}

fn flip(signature: &str) -> String {
    let replacement = if signature.as_bytes()[20] == b'A' { "B" } else { "A" };
    format!("{}{replacement}{}", &signature[..20], &signature[21..])
}

fn reordered(input: &str) -> (&'static str, String) {
    let (head, created) = input.split_once(";created=1777626000").unwrap();
    ("signature-input", format!("{head}{created};created=1777626000"))
}

#[test]
fn the_kept_p256_signature_is_of_the_good_request() {
    use warifu_proto::signature::{ReceivedRequest, UnverifiedRequest};

    let algorithm = KeyAlgorithm::EcdsaP256Sha256;
    let key = sample::installation_key(algorithm);
    let (headers, body, attempt) = (good(algorithm), body(algorithm), sample::attempt().to_string());
    let request = ReceivedRequest {
        method: "POST",
        path: PATH,
        content_type: Some("application/json"),
        idempotency_key: Some(&attempt),
        content_digest: Some(&headers.content_digest),
        signature_input: Some(&headers.signature_input),
        signature: Some(&headers.signature),
        body: body.as_bytes(),
    };
    let verified = UnverifiedRequest::parse(&request).unwrap().verify(key.public_key());
    let fresh = signature::sign(PATH, sample::attempt(), body.as_bytes(), sample::at(CREATED), &key).unwrap();
    assert!(verified.is_ok(), "put a new one into p256-signature.hex, such as {}", fresh.signature);
}
