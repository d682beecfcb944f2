//! What is signed: the frame, and what an issuing key may have put into it.

use warifu_core::id::{IdempotencyKey, InstallationId};
use warifu_core::time::{Span, Timestamp};
use warifu_proto::bundle::{Bundle, SandboxLeases};
use warifu_proto::certificate::{Certificate, Issuer, ProductScope};
use warifu_proto::document::DocumentType;
use warifu_proto::encoding::parse_base64url;
use warifu_proto::keys::{AuthorityKey, IssuingKey, RootKey};
use warifu_proto::lease::Lease;
use warifu_proto::paseto::{self, TOKEN_BYTES_MAX, Untrusted};
use warifu_proto::refusal::Refusal;
use warifu_proto::service_time::ServiceTime;

use crate::{pick, picked, vectors};

pub(crate) const ROOT: [u8; 32] = [1; 32];
const ISSUING: [u8; 32] = [2; 32];
const REQUEST: IdempotencyKey = IdempotencyKey::from_bytes([3; 16]);
const INSTALLATION: InstallationId = InstallationId::from_bytes([4; 32]);

pub(crate) fn root() -> RootKey {
    RootKey::from_seed(&ROOT).unwrap()
}

/// The certificate of the tests' issuing key.
fn certificate() -> Certificate {
    Certificate {
        service: root().service_id(),
        key: IssuingKey::from_seed(&ISSUING).unwrap().public_key().clone(),
        sign_from: Timestamp::from_seconds(1_000_000),
        sign_until: Timestamp::from_seconds(4_000_000_000),
        verify_until: Timestamp::from_seconds(5_000_000_000),
        longest_lease: Span::days(400),
        products: ProductScope::All,
        may_delegate: true,
        sandbox: false,
    }
}

fn issuer() -> Issuer {
    let token = certificate().sign(&root()).unwrap();
    Issuer::new(root().public_key(), IssuingKey::from_seed(&ISSUING).unwrap(), token).unwrap()
}

/// Any text as a token: it is taken apart within its bounds, put together again as the same, and believed by nobody whose key did not sign it.
pub(crate) fn document(data: &[u8]) {
    let Ok(token) = std::str::from_utf8(data) else { return };
    let Ok(parsed) = Untrusted::parse(token) else {
        assert!(Certificate::verify(root().public_key(), token).is_err());
        return;
    };
    assert!(token.len() <= TOKEN_BYTES_MAX);
    let parts: Vec<&str> = token.split('.').collect();
    let footer = parts.get(3).and_then(|part| parse_base64url(part)).unwrap_or_default();
    assert_eq!(parsed.footer(), footer);
    // The vectors' root is this one: what it signed is accepted.
    accepted(token);
}

pub(crate) fn document_seeds() -> Vec<Vec<u8>> {
    vectors::fields("document", "token")
}

/// Any content, signed with the right key: what is accepted is something that may be signed, and reads back as the same.
pub(crate) fn payload(data: &[u8]) {
    let Some((kind, message)) = picked(data, DocumentType::ALL.len()) else { return };
    let kind = DocumentType::ALL[kind];
    let (seed, kid) = match kind {
        DocumentType::Certificate => (ROOT, root().service_id().to_string()),
        _ => (ISSUING, certificate().issuing_key_id().to_string()),
    };
    let footer = format!("{{\"kid\":\"{kid}\"}}");
    let key = AuthorityKey::from_seed(&seed).unwrap();
    let Ok(token) = paseto::sign(&key, message, footer.as_bytes(), kind.assertion().as_bytes()) else {
        return;
    };
    accepted(&token);
}

/// What a reader accepts may be signed, reads back as the same, and keeps its bounds.
fn accepted(token: &str) {
    if let Ok(read) = Certificate::verify(root().public_key(), token) {
        let again = read.sign(&root()).unwrap();
        assert_eq!(Certificate::verify(root().public_key(), &again).as_ref(), Ok(&read));
        assert!(read.sign_from <= read.sign_until && read.sign_until <= read.verify_until);
    }
    let certificate = certificate();
    if let Ok(read) = Lease::verify(&certificate, token) {
        let again = read.sign(&issuer()).unwrap();
        assert_eq!(Lease::verify(&certificate, &again).as_ref(), Ok(&read));
        assert!(read.issued <= read.renew_after && read.renew_after <= read.expires);
        assert!(read.expires.since(read.issued) <= certificate.longest_lease);
    }
    if let Ok(read) = Refusal::verify(&certificate, INSTALLATION, REQUEST, token) {
        let again = read.sign(&issuer()).unwrap();
        assert_eq!(Refusal::verify(&certificate, INSTALLATION, REQUEST, &again).as_ref(), Ok(&read));
        assert_eq!(read.installation, INSTALLATION);
    }
    if let Ok(read) = ServiceTime::verify(&certificate, REQUEST, token) {
        let again = read.sign(&issuer()).unwrap();
        assert_eq!(ServiceTime::verify(&certificate, REQUEST, &again).as_ref(), Ok(&read));
    }
}

/// The contents of the vectors' tokens, and the same as these keys would have signed them.
pub(crate) fn payload_seeds() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for token in vectors::fields("document", "token") {
        let token = String::from_utf8(token).unwrap();
        let Some(body) = token.split('.').nth(2).and_then(parse_base64url) else { continue };
        let Some(message) = body.len().checked_sub(64).map(|end| &body[..end]) else { continue };
        let Ok(text) = std::str::from_utf8(message) else { continue };
        for (number, kind) in (0..).zip(DocumentType::ALL) {
            if text.contains(&format!("\"type\":\"{kind}\"")) {
                seeds.push(pick(number, message));
                let ours = with(text, "service", &root().service_id().to_string());
                let ours = with(&ours, "request", &REQUEST.to_string());
                let ours = with(&ours, "installation", &INSTALLATION.to_string());
                seeds.push(pick(number, ours.as_bytes()));
            }
        }
    }
    seeds.sort();
    seeds.dedup();
    seeds
}

/// JSON with another text for a member.
fn with(json: &str, name: &str, value: &str) -> String {
    let start = format!("\"{name}\":\"");
    let Some((before, rest)) = json.split_once(&start) else { return json.to_owned() };
    let Some((_, after)) = rest.split_once('"') else { return json.to_owned() };
    format!("{before}{start}{value}\"{after}")
}

/// Any bytes as a lease file: what is accepted is written again as the same, and a signature decides what it is worth.
pub(crate) fn bundle(data: &[u8]) {
    let Ok(read) = Bundle::parse(data) else { return };
    let written = read.to_bytes();
    assert_eq!(Bundle::parse(&written).as_ref(), Ok(&read));
    assert!(read.lease.len() <= TOKEN_BYTES_MAX && read.certificate.len() <= TOKEN_BYTES_MAX);
    if let Ok(verified) = read.verify(root().public_key(), SandboxLeases::Accepted) {
        assert_eq!(verified.lease.service, root().service_id());
    }
}

pub(crate) fn bundle_seeds() -> Vec<Vec<u8>> {
    vectors::fields("bundle", "file")
}
