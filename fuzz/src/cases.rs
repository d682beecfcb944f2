//! Cases that strangers send, and the redaction of what people write.

use warifu_case::bundle::{Bundle, SignedBy};
use warifu_case::content::{self, Client, Content, MESSAGE_MAX, Making};
use warifu_case::view::{agent, person, publisher};
use warifu_case::{BUNDLE_BYTES_MAX, Replay, redact};
use warifu_core::catalogue::Lang;
use warifu_core::time::Timestamp;
use warifu_proto::keys::{InstallationKey, KeyAlgorithm};
use warifu_troubleshoot::knowledge::{WARIFU, WINDOWS};
use warifu_troubleshoot::{Session, read};

/// What is taken for a case is written again as the same case, replays, and can be shown.
pub(crate) fn sent_case(bytes: &[u8]) {
    let Ok(bundle) = Bundle::open(bytes) else { return };
    assert!(bytes.len() <= BUNDLE_BYTES_MAX);
    assert_eq!(bundle.content().check(), Ok(()));
    for again in [bundle.to_bytes(), bundle.to_compact_bytes()] {
        if again.len() <= BUNDLE_BYTES_MAX {
            assert_eq!(Bundle::open(&again).as_ref(), Ok(&bundle));
        }
    }
    let replay = Replay::of(bundle.content());
    assert_eq!(replay, Replay::of(bundle.content()), "the same every time");
    for lang in Lang::ALL {
        assert!(!person::of(bundle.content(), lang).text(lang).is_empty());
        let _ = agent::of(bundle.content(), lang).text(lang);
        let _ = publisher::of(&bundle).text(lang);
    }
}

pub(crate) fn sent_case_seeds() -> Vec<Vec<u8>> {
    let mut seeds = vec![b"{}".to_vec(), Vec::new()];
    for (knowledge, code) in [(&WINDOWS, "0xC004F074"), (&WARIFU, "lease_expired")] {
        let mut session = Session::new(knowledge);
        session.code(code);
        let making = Making {
            client: Client {
                name: "warifu".to_owned(),
                system: "linux".to_owned(),
                version: "0.1.0".to_owned(),
            },
            language: Lang::En,
            made: Timestamp::from_seconds(1_790_000_000),
            nonce: [5; 16],
            message: Some("It worked until Friday.".to_owned()),
        };
        let content = Content::of(&session, making).unwrap();
        for algorithm in KeyAlgorithm::ALL {
            let key = InstallationKey::from_secret(algorithm, &[3; 32]).unwrap();
            seeds.push(Bundle::sign(content.clone(), SignedBy::Once, &key).unwrap().to_compact_bytes());
        }
    }
    seeds
}

/// Whatever somebody writes is redacted within bounds, the same every time, and what a case takes of it is at rest.
pub(crate) fn redaction(bytes: &[u8]) {
    let text = read::bytes::decode(&bytes[..bytes.len().min(4096)]);
    let redacted = redact::text(&text);
    assert_eq!(redacted, redact::text(&text));
    assert!(
        !redacted.text.contains(|c: char| ('\u{E000}'..='\u{F8FF}').contains(&c)),
        "no mark is left unwritten"
    );
    let message = content::message(&text);
    assert!(message.chars().count() <= MESSAGE_MAX);
    assert_eq!(content::message(&message), message);
}

pub(crate) fn redaction_seeds() -> Vec<Vec<u8>> {
    [
        "Registered KMS machine name: kms01.corp.example:1688\nHost Name . . . : TANAKA-PC7",
        "my key is BCDFG-HJKMN-\r\nPQRTV-WXY23-46789, mail taro@example.com",
        "> S-1-5-21-123456789-1234567890-123456789-1001 C:\\Users\\taro\\x \\\\srv01\\y",
        "fe80::1ff:fe23:4567:890a%12 192.168.1.20 00-1A-2B-3C-4D-5E",
        "田中太郎と申します。シリアル番号: PF2ABC12",
        "0xC004F06C, 0x00000000, kmshost:1688, 36f27b39-2fb0-4ca9-8ed2-1c3a1a1ba9c2, 2026/11/22 09:58",
    ]
    .iter()
    .map(|text| text.as_bytes().to_vec())
    .collect()
}
