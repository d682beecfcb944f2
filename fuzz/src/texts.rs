//! Small texts with a form: ids, names, times, encodings, and the record of a comparison of hardware.

use std::str::FromStr;

use warifu_core::hardware::Comparison;
use warifu_core::id::{IdempotencyKey, InstallationId, LeaseId};
use warifu_core::text::{Name, Slug};
use warifu_proto::encoding::{
    base64, base64url, hex, parse_base64_exact, parse_base64url, parse_base64url_exact, parse_hex, parse_time,
};
use warifu_proto::keys::RootPublicKey;

/// What is accepted as a text of type `T` differs from how it is written in capitals at most.
fn one_spelling<T: FromStr + std::fmt::Display>(text: &str) {
    if let Ok(read) = text.parse::<T>() {
        assert_eq!(read.to_string(), text.to_ascii_lowercase());
    }
}

/// Any text, read as each of them.
pub(crate) fn text(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    one_spelling::<IdempotencyKey>(text);
    one_spelling::<LeaseId>(text);
    one_spelling::<RootPublicKey>(text);
    if let Some(bytes) = parse_hex::<16>(text) {
        assert_eq!(hex(&bytes), text);
    }
    if let Some(bytes) = parse_base64url(text) {
        assert_eq!(base64url(&bytes), text);
    }
    if let Some(bytes) = parse_base64url_exact::<32>(text) {
        assert_eq!(base64url(&bytes), text);
    }
    if let Some(bytes) = parse_base64_exact::<64>(text) {
        assert_eq!(base64(&bytes), text);
    }
    if let Some(time) = parse_time(text) {
        assert_eq!(time.to_string(), text);
    }
    if let Ok(slug) = Slug::new(text) {
        assert_eq!(slug.as_str(), text);
        assert!(text.len() <= 40 && text.is_ascii());
    }
    if let Ok(name) = Name::new(text) {
        assert_eq!(Name::new(name.as_str()).as_ref(), Ok(&name));
        assert!(!name.as_str().chars().any(char::is_control));
    }
}

pub(crate) fn text_seeds() -> Vec<Vec<u8>> {
    let root = crate::documents::root();
    [
        IdempotencyKey::from_bytes([0xab; 16]).to_string(),
        InstallationId::from_bytes([0xcd; 32]).to_string(),
        root.public_key().to_string(),
        root.service_id().to_string(),
        base64url(&[0xfb; 32]),
        base64(&[0xfb; 64]),
        "2026-04-01T09:30:00Z".to_owned(),
        "9999-12-31T23:59:59Z".to_owned(),
        "2024-02-29T00:00:00Z".to_owned(),
        "export-pdf".to_owned(),
        "経理の PC".to_owned(),
        hex(&[0x0f; 16]),
    ]
    .map(String::into_bytes)
    .to_vec()
}

/// Any text as the record of a comparison: it is refused, or it says exactly what its lines give.
pub(crate) fn hardware(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(record) = text.parse::<Comparison>() {
        assert_eq!(record.to_string(), text);
        let score: u32 = record
            .lines()
            .iter()
            .filter(|line| line.state == warifu_core::hardware::ComponentState::Different)
            .map(|line| u32::from(line.counted))
            .sum();
        assert_eq!(record.score(), score);
    }
}

pub(crate) fn hardware_seeds() -> Vec<Vec<u8>> {
    use warifu_core::hardware::{
        ComponentHash, ComponentKind, Fingerprint, Reading, Scheme, Tolerance, compare,
    };
    let value = |bits: u64| Reading::Present(ComponentHash::from_u64(bits << 48));
    let mut seeds = Vec::new();
    for scheme in Scheme::ALL {
        let bound = Fingerprint::new(scheme)
            .with(ComponentKind::Motherboard, value(1))
            .with(ComponentKind::SystemDisk, value(2))
            .with(ComponentKind::OsInstall, value(3))
            .with(ComponentKind::Cpu, value(4));
        let changed =
            bound.with(ComponentKind::SystemDisk, value(9)).with(ComponentKind::Cpu, Reading::Unreliable);
        for seen in [bound, changed, Fingerprint::new(Scheme::Physical)] {
            let record = compare(&bound.shorten(), &seen.shorten(), &Tolerance::default_rule());
            seeds.push(record.to_string().into_bytes());
        }
    }
    seeds
}
