//! What must hold for every value: what is signed reads back the same, and no bytes at all make a reader panic.

#![expect(clippy::unwrap_used, reason = "a value that cannot be made fails its test")]

use proptest::prelude::*;
use warifu_core::catalogue::Code;
use warifu_core::hardware::{ComponentHash, ComponentKind, Fingerprint, Reading, Scheme};
use warifu_core::id::{
    ActivationId, DeviceId, IdempotencyKey, InstallationId, LeaseId, LicenceId, PolicyId, ServiceId,
};
use warifu_core::key::SkuNumber;
use warifu_core::policy::{Channel, Restrictions};
use warifu_core::text::{Name, Slug};
use warifu_core::time::{Span, Timestamp};
use warifu_proto::bundle::{Bundle, SandboxLeases};
use warifu_proto::certificate::{Certificate, Issuer, ProductScope};
use warifu_proto::document::{DocumentType, Flaw};
use warifu_proto::key_list::KeyList;
use warifu_proto::keys::{AuthorityKey, InstallationKey, IssuingKey, KeyAlgorithm, RootKey, Signer};
use warifu_proto::lease::Lease;
use warifu_proto::paseto;
use warifu_proto::refusal::Refusal;
use warifu_proto::service_time::ServiceTime;
use warifu_proto::wire::device::{ActivateRequest, ChangeKeyRequest, Client, RenewRequest, StatusRequest};
use warifu_proto::wire::key_check::KeyCheckRequest;
use warifu_proto::wire::key_text::KeyText;
use warifu_proto::wire::{parse_device_request, parse_request};

const ISSUING_SEED: [u8; 32] = [2; 32];

fn root() -> RootKey {
    RootKey::from_seed(&[1; 32]).unwrap()
}

fn certificate() -> Certificate {
    Certificate {
        service: root().service_id(),
        key: IssuingKey::from_seed(&ISSUING_SEED).unwrap().public_key().clone(),
        sign_from: Timestamp::from_seconds(1_000_000),
        sign_until: Timestamp::from_seconds(9_000_000),
        verify_until: Timestamp::from_seconds(50_000_000),
        longest_lease: Span::days(400),
        products: ProductScope::All,
        may_delegate: true,
        sandbox: false,
    }
}

fn issuer() -> Issuer {
    let token = certificate().sign(&root()).unwrap();
    Issuer::new(root().public_key(), IssuingKey::from_seed(&ISSUING_SEED).unwrap(), token).unwrap()
}

fn slug() -> impl Strategy<Value = Slug> {
    "[a-z][a-z0-9-]{0,39}".prop_map(|text| Slug::new(&text).unwrap())
}

fn name() -> impl Strategy<Value = Name> {
    "\\PC{1,64}".prop_filter_map("not a name", |text| Name::new(&text).ok())
}

fn fingerprint() -> impl Strategy<Value = Fingerprint> {
    let readings = prop::collection::vec(proptest::option::of(any::<Option<u64>>()), ComponentKind::COUNT);
    (prop::sample::select(Scheme::ALL.to_vec()), readings).prop_map(|(scheme, readings)| {
        ComponentKind::ALL.into_iter().zip(readings).fold(
            Fingerprint::new(scheme),
            |built, (kind, reading)| {
                built.with(
                    kind,
                    match reading {
                        Some(Some(bits)) => Reading::Present(ComponentHash::from_u64(bits)),
                        Some(None) => Reading::Unreliable,
                        None => Reading::Missing,
                    },
                )
            },
        )
    })
}

fn restrictions() -> impl Strategy<Value = Restrictions> {
    (any::<[bool; 3]>(), proptest::option::of(300_u32..), proptest::option::of(name())).prop_map(
        |([personalisation_locked, feature_updates_withheld, support_eligible], reminder, watermark)| {
            Restrictions {
                personalisation_locked,
                reminder_every: reminder.map(Span::seconds),
                watermark,
                feature_updates_withheld,
                support_eligible,
            }
        },
    )
}

prop_compose! {
    fn lease()(
        ids: [[u8; 16]; 6],
        installation: [u8; 32],
        sku in 0_u16..=16_383,
        codes in (slug(), slug()),
        features in prop::collection::vec(slug(), 0..8),
        channel in prop::sample::select(Channel::ALL.to_vec()),
        fingerprint in fingerprint(),
        sequence in 1_u64..1 << 53,
        issued in 1_000_000_u32..=9_000_000,
        (length, renew) in (1_u32..=400 * 86_400).prop_flat_map(|length| (Just(length), 0..=length)),
        ends in proptest::option::of(0_u32..1_000_000),
        grace in 0_u32..=90 * 86_400,
        policy_version: u32,
        restrictions in restrictions(),
    ) -> Lease {
        let issued = Timestamp::from_seconds(issued.into());
        let expires = issued.plus(Span::seconds(length));
        Lease {
            id: LeaseId::from_bytes(ids[0]),
            service: root().service_id(),
            licence: LicenceId::from_bytes(ids[1]),
            device: DeviceId::from_bytes(ids[2]),
            activation: ActivationId::from_bytes(ids[3]),
            sku: SkuNumber::new(sku).unwrap(),
            product: codes.0,
            edition: codes.1,
            channel,
            features,
            installation: InstallationId::from_bytes(installation),
            fingerprint: fingerprint.shorten(),
            sequence,
            // Never the lease's own id.
            parent: (sequence > 1).then(|| LeaseId::from_bytes(ids[0].map(|byte| !byte))),
            request: IdempotencyKey::from_bytes(ids[4]),
            issued,
            renew_after: issued.plus(Span::seconds(renew)),
            expires,
            licence_ends: ends.map(|after| expires.plus(Span::seconds(after))),
            grace: Span::seconds(grace),
            policy: PolicyId::from_bytes(ids[5]),
            policy_version,
            restrictions,
            sandbox: false,
            provisional: false,
        }
    }
}

/// JSON of any shape, as an issuing key that went wrong might sign.
fn any_json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|value| value.to_string()),
        any::<i64>().prop_map(|value| value.to_string()),
        "[a-z0-9:TZ-]{0,20}".prop_map(|text| format!("\"{text}\"")),
        Just("\"2026-05-01T09:00:00Z\"".to_owned()),
    ];
    let names = prop::sample::select(vec![
        "type",
        "lease",
        "service",
        "request",
        "time",
        "issued",
        "expires",
        "fingerprint",
        "components",
        "sku",
        "sequence",
        "restrictions",
        "products",
        "purpose",
    ]);
    leaf.prop_recursive(3, 24, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec((names.clone(), inner), 0..6).prop_map(|members| {
                let members: Vec<String> =
                    members.into_iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn every_lease_that_is_signed_reads_back_the_same(lease in lease()) {
        let issuer = issuer();
        let token = lease.sign(&issuer).unwrap();
        prop_assert!(token.len() <= paseto::TOKEN_BYTES_MAX);
        let read = Lease::verify(issuer.certificate(), &token);
        prop_assert_eq!(read.as_ref(), Ok(&lease));
        let bundle = Bundle { lease: token, certificate: issuer.certificate_token().to_owned() };
        let read = Bundle::parse(&bundle.to_bytes()).unwrap();
        prop_assert_eq!(&read, &bundle);
        let verified = read.verify(root().public_key(), SandboxLeases::Refused).unwrap();
        prop_assert!(lease.check_answers(lease.installation, lease.request).is_ok());
        let others = IdempotencyKey::from_bytes(lease.request.as_bytes().map(|byte| !byte));
        let refused = lease.check_answers(lease.installation, others).map_err(|error| error.code());
        prop_assert_eq!(refused, Err(Code::AnswerNotGenuine));
        prop_assert_eq!(verified.lease, lease);
    }

    #[test]
    fn no_lease_is_signed_that_would_not_be_accepted(
        lease in lease(),
        seconds in 0_u32..60_000_000,
        field in 0..8,
    ) {
        let mut lease = lease;
        let time = Timestamp::from_seconds(seconds.into());
        match field {
            0 => lease.issued = time,
            1 => lease.renew_after = time,
            2 => lease.expires = time,
            3 => lease.licence_ends = Some(time),
            4 => lease.sequence = u64::from(seconds % 3),
            5 => lease.parent = None,
            6 => lease.service = ServiceId::from_bytes([0; 32]),
            _ => lease.grace = Span::seconds(seconds),
        }
        let issuer = issuer();
        match lease.sign(&issuer) {
            Ok(token) => prop_assert_eq!(Lease::verify(issuer.certificate(), &token), Ok(lease)),
            Err(error) => prop_assert_ne!(error.flaw, Flaw::Signature),
        }
    }

    #[test]
    fn no_signed_content_makes_a_reader_panic(json in any_json(), kind in prop::sample::select(DocumentType::ALL.to_vec())) {
        let seed = if kind.is_the_roots() { [1; 32] } else { ISSUING_SEED };
        let kid = match kind {
            _ if kind.is_the_roots() => root().service_id().to_string(),
            _ => certificate().issuing_key_id().to_string(),
        };
        let message = json.replacen('{', &format!("{{\"type\":\"{kind}\","), 1);
        let footer = format!("{{\"kid\":\"{kid}\"}}");
        let key = AuthorityKey::from_seed(&seed).unwrap();
        let token = paseto::sign(&key, message.as_bytes(), footer.as_bytes(), kind.assertion().as_bytes()).unwrap();
        let request = IdempotencyKey::from_bytes([0; 16]);
        let refused = match kind {
            DocumentType::Certificate => Certificate::verify(root().public_key(), &token).is_err(),
            DocumentType::KeyList => KeyList::verify(root().public_key(), &token).is_err(),
            DocumentType::Lease => Lease::verify(&certificate(), &token).is_err(),
            DocumentType::Refusal => {
                Refusal::verify(&certificate(), InstallationId::from_bytes([0; 32]), request, &token).is_err()
            }
            DocumentType::ServiceTime => ServiceTime::verify(&certificate(), request, &token).is_err(),
        };
        prop_assert!(refused);
    }

    #[test]
    fn no_bytes_make_a_reader_of_files_or_bodies_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), json in any_json()) {
        for bytes in [&bytes[..], json.as_bytes()] {
            prop_assert!(Bundle::parse(bytes).is_err());
            prop_assert!(parse_device_request::<ActivateRequest>(bytes).is_err());
            prop_assert!(parse_device_request::<RenewRequest>(bytes).is_err());
            prop_assert!(parse_device_request::<StatusRequest>(bytes).is_err());
            prop_assert!(parse_device_request::<ChangeKeyRequest>(bytes).is_err());
            prop_assert!(parse_request::<KeyCheckRequest>(bytes).is_err());
        }
    }

    #[test]
    fn every_activation_request_reads_back_the_same(
        product in slug(),
        key in "[0-9A-Z?-]{1,64}",
        fingerprint in fingerprint(),
        device_name in proptest::option::of(name()),
        p256: bool,
        secret in 1_u8..,
    ) {
        let algorithm = KeyAlgorithm::ALL[usize::from(p256)];
        let signer = InstallationKey::from_secret(algorithm, &[secret & 0x7f | 1; 32]).unwrap();
        let request = ActivateRequest {
            protocol: 1,
            audience: root().service_id(),
            nonce: "A".repeat(43),
            public_key: *signer.public_key(),
            client: Client { name: "test".to_owned(), version: "1".to_owned() },
            product,
            product_key: KeyText::new(&key).unwrap(),
            fingerprint,
            device_name,
            purchase_proof: None,
        };
        let body = serde_json::to_vec(&request).unwrap();
        let read = parse_device_request::<ActivateRequest>(&body);
        prop_assert_eq!(read.as_ref(), Ok(&request));
        let shown = format!("{request:?}");
        prop_assert!(!shown.contains(&key) || key.len() < 8);
    }

    #[test]
    fn a_key_in_the_wrong_place_does_not_come_back_in_the_failure(secret in "[0-9A-Z]{25}") {
        for body in [
            format!("{{\"protocol\":\"{secret}\"}}"),
            format!("\"{secret}\""),
            format!("{{\"protocol\":1,\"client\":\"{secret}\"}}"),
            format!("{{\"protocol\":1,\"lease\":\"{secret}\"}}"),
            format!("{{\"protocol\":1,\"fingerprint\":\"{secret}\"}}"),
            format!("{{\"protocol\":1,\"public_key\":{{\"algorithm\":\"{secret}\"}}}}"),
            format!("{{\"protocol\":1,\"device_name\":[\"{secret}\"]}}"),
            format!("{{\"protocol\":1,\"{secret}\":1}}"),
        ] {
            let failure = parse_device_request::<ActivateRequest>(body.as_bytes()).unwrap_err();
            prop_assert!(!failure.to_string().contains(&secret), "{}", failure);
            let failure = parse_device_request::<RenewRequest>(body.as_bytes()).unwrap_err();
            prop_assert!(!failure.to_string().contains(&secret), "{}", failure);
        }
    }
}
