//! The keys and documents that the vectors are made of, from fixed seeds.

use serde_json::{Value, json};
use warifu_core::catalogue::Code;
use warifu_core::hardware::{ComponentHash, ComponentKind, Fingerprint, Reading, Scheme};
use warifu_core::id::{
    ActivationId, DeviceId, IdempotencyKey, InstallationId, LeaseId, LicenceId, PolicyId, ServiceId,
};
use warifu_core::key::SkuNumber;
use warifu_core::policy::{Channel, Restrictions};
use warifu_core::text::{Name, Slug};
use warifu_core::time::{Span, Timestamp};
use warifu_proto::certificate::{Certificate, Issuer, ProductScope};
use warifu_proto::document::DocumentType;
use warifu_proto::key_list::{KeyList, Withdrawal};
use warifu_proto::keys::{AuthorityKey, InstallationKey, IssuingKey, KeyAlgorithm, RootKey};
use warifu_proto::lease::Lease;
use warifu_proto::paseto;
use warifu_proto::refusal::Refusal;
use warifu_proto::service_time::ServiceTime;

pub(crate) const ROOT_SEED: [u8; 32] = [0x01; 32];
pub(crate) const ISSUING_SEED: [u8; 32] = [0x02; 32];
pub(crate) const OTHER_ROOT_SEED: [u8; 32] = [0x11; 32];
pub(crate) const OTHER_ISSUING_SEED: [u8; 32] = [0x12; 32];

pub(crate) fn root() -> RootKey {
    RootKey::from_seed(&ROOT_SEED).unwrap()
}

pub(crate) fn service() -> ServiceId {
    root().service_id()
}

pub(crate) fn issuing() -> IssuingKey {
    IssuingKey::from_seed(&ISSUING_SEED).unwrap()
}

pub(crate) fn installation_key(algorithm: KeyAlgorithm) -> InstallationKey {
    InstallationKey::from_secret(algorithm, &[0x03; 32]).unwrap()
}

pub(crate) fn installation() -> InstallationId {
    installation_key(KeyAlgorithm::Ed25519).installation()
}

pub(crate) fn attempt() -> IdempotencyKey {
    IdempotencyKey::from_bytes([0x0a; 16])
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn certificate() -> Certificate {
    Certificate {
        service: service(),
        key: issuing().public_key().clone(),
        sign_from: at("2026-04-01T00:00:00Z"),
        sign_until: at("2026-07-01T00:00:00Z"),
        verify_until: at("2027-08-05T00:00:00Z"),
        longest_lease: Span::days(180),
        products: ProductScope::Only(vec![Slug::new("acme-draw").unwrap(), Slug::new("acme-write").unwrap()]),
        may_delegate: false,
        sandbox: false,
    }
}

pub(crate) fn certificate_token() -> String {
    certificate().sign(&root()).unwrap()
}

pub(crate) fn issuer() -> Issuer {
    Issuer::new(root().public_key(), issuing(), certificate_token()).unwrap()
}

pub(crate) fn fingerprint() -> Fingerprint {
    let present = |bits| Reading::Present(ComponentHash::from_u64(bits));
    Fingerprint::new(Scheme::Physical)
        .with(ComponentKind::Motherboard, present(0x0123_4567_89ab_cdef))
        .with(ComponentKind::Cpu, present(0x1123_4567_89ab_cdef))
        .with(ComponentKind::SystemDisk, Reading::Unreliable)
        .with(ComponentKind::OsInstall, present(0x2123_4567_89ab_cdef))
}

pub(crate) fn lease() -> Lease {
    Lease {
        id: LeaseId::from_bytes([0x21; 16]),
        service: service(),
        licence: LicenceId::from_bytes([0x22; 16]),
        device: DeviceId::from_bytes([0x23; 16]),
        activation: ActivationId::from_bytes([0x24; 16]),
        sku: SkuNumber::new(7).unwrap(),
        product: Slug::new("acme-draw").unwrap(),
        edition: Slug::new("pro").unwrap(),
        channel: Channel::Retail,
        features: vec![Slug::new("export").unwrap(), Slug::new("layers").unwrap()],
        installation: installation(),
        fingerprint: fingerprint().shorten(),
        sequence: 2,
        parent: Some(LeaseId::from_bytes([0x20; 16])),
        request: attempt(),
        issued: at("2026-05-01T09:00:00Z"),
        renew_after: at("2026-05-08T09:00:00Z"),
        expires: at("2026-06-30T09:00:00Z"),
        licence_ends: None,
        grace: Span::days(14),
        policy: PolicyId::from_bytes([0x25; 16]),
        policy_version: 3,
        restrictions: Restrictions {
            personalisation_locked: true,
            reminder_every: Some(Span::hours(4)),
            watermark: Some(Name::new("未認証のコピー").unwrap()),
            feature_updates_withheld: true,
            support_eligible: false,
        },
        sandbox: false,
        provisional: false,
    }
}

pub(crate) fn refusal() -> Refusal {
    Refusal {
        service: service(),
        installation: installation(),
        licence: LicenceId::from_bytes([0x22; 16]),
        request: attempt(),
        code: Code::LicenceRevoked,
        issued: at("2026-05-01T09:00:00Z"),
        effective_from: at("2026-05-15T09:00:00Z"),
    }
}

pub(crate) fn service_time() -> ServiceTime {
    ServiceTime { service: service(), request: attempt(), time: at("2026-05-01T09:00:00Z") }
}

pub(crate) fn key_list() -> KeyList {
    KeyList {
        service: service(),
        version: 2,
        issued: at("2026-05-01T09:00:00Z"),
        expires: at("2027-06-05T09:00:00Z"),
        withdrawn: vec![
            Withdrawal { key: issuing().id(), from: at("2026-05-08T09:00:00Z") },
            Withdrawal {
                key: IssuingKey::from_seed(&OTHER_ISSUING_SEED).unwrap().id(),
                from: at("2026-05-01T09:00:00Z"),
            },
        ],
    }
}

/// The good document of each type, as the crate signs it.
pub(crate) fn good(document: DocumentType) -> String {
    match document {
        DocumentType::Certificate => certificate_token(),
        DocumentType::Lease => lease().sign(&issuer()).unwrap(),
        DocumentType::Refusal => refusal().sign(&issuer()).unwrap(),
        DocumentType::ServiceTime => service_time().sign(&issuer()).unwrap(),
        DocumentType::KeyList => key_list().sign(&root()).unwrap(),
    }
}

/// The payload of the good document of each type.
pub(crate) fn payload(document: DocumentType) -> Value {
    let token = good(document);
    let untrusted = paseto::Untrusted::parse(&token).unwrap();
    let key = signer(document);
    let message = untrusted.verify(key.public_key(), document.assertion().as_bytes()).unwrap();
    serde_json::from_slice(&message).unwrap()
}

/// The key that signs documents of a type.
pub(crate) fn signer(document: DocumentType) -> AuthorityKey {
    let seed = if document.is_the_roots() { ROOT_SEED } else { ISSUING_SEED };
    AuthorityKey::from_seed(&seed).unwrap()
}

/// The footer that names the key for documents of a type.
pub(crate) fn footer(document: DocumentType) -> String {
    let kid = match document {
        _ if document.is_the_roots() => root().service_id().to_string(),
        _ => issuing().id().to_string(),
    };
    json!({ "kid": kid }).to_string()
}

/// Any text, signed by the right key with the right footer and assertion.
pub(crate) fn signed(document: DocumentType, message: &str) -> String {
    paseto::sign(
        &signer(document),
        message.as_bytes(),
        footer(document).as_bytes(),
        document.assertion().as_bytes(),
    )
    .unwrap()
}

/// The good payload with some members replaced, or removed where the value is null in `remove`.
pub(crate) fn signed_with(document: DocumentType, changes: &Value) -> String {
    let mut payload = payload(document);
    for (name, value) in changes.as_object().unwrap() {
        payload[name.as_str()] = value.clone();
    }
    signed(document, &payload.to_string())
}
