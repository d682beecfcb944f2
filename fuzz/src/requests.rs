//! What comes over the network: requests of devices and staff, and what a client is answered.

use std::collections::BTreeSet;
use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use warifu_core::catalogue::{Failure, Lang};
use warifu_core::id::{IdempotencyKey, PolicyId, ServiceId};
use warifu_core::policy::Policy;
use warifu_core::time::Timestamp;
use warifu_proto::encoding::parse_hex;
use warifu_proto::keys::{InstallationKey, KeyAlgorithm};
use warifu_proto::nonce::{NONCE_CHARS, NonceKey};
use warifu_proto::signature::{self, ReceivedRequest, UnverifiedRequest};
use warifu_proto::wire::device::{
    ActivateRequest, ChangeKeyRequest, DeactivateAnswer, DeactivateRequest, DeviceRequest, LeaseAnswer,
    RenewRequest, StatusAnswer, StatusRequest,
};
use warifu_proto::wire::exchange::open_request;
use warifu_proto::wire::key_check::{KeyCheckAnswer, KeyCheckRequest};
use warifu_proto::wire::problem::Problem;
use warifu_proto::wire::staff::batch::{ImportKeys, IssueBatch};
use warifu_proto::wire::staff::licence::{ExtendLicence, GrantLicence, TopUpLicence};
use warifu_proto::wire::staff::member::CreateStaff;
use warifu_proto::wire::staff::policy::{ChangePolicy, CreatePolicy};
use warifu_proto::wire::staff::product::CreateProduct;
use warifu_proto::wire::staff::sku::CreateSku;
use warifu_proto::wire::{
    ANSWER_BYTES_MAX, IMPORT_BYTES_MAX, REQUEST_BYTES_MAX, STAFF_BYTES_MAX, parse_device_request,
    parse_request, parse_request_within,
};

use crate::keys::{genuine, secret_part};
use crate::{Sevens, pick, picked, vectors};

/// What is said of a body that is not accepted names no key that was in it, and fits a line.
fn check_failure(failure: &Failure) {
    let said = format!("{failure} {} {}", failure.message(Lang::Ja), failure.message(Lang::En));
    assert!(!said.contains(&secret_part(&genuine())), "a failure shows a key: {said}");
    assert!(!said.contains('\n') && said.chars().count() < 4_000, "a failure of several lines or pages");
}

/// A body that is accepted is written again so that it reads as the same, and its Debug shows no key.
fn accepted<T: Serialize + DeserializeOwned + Debug>(
    body: &[u8],
    read: &T,
    parse: impl Fn(&[u8]) -> Result<T, Failure>,
) {
    let written = serde_json::to_vec(read).unwrap();
    let again = parse(&written).unwrap();
    assert_eq!(serde_json::to_vec(&again).unwrap(), written);
    let (sent, kept) = (ids(body), ids(&written));
    assert!(kept.is_subset(&sent), "an id in another spelling than it was sent: {kept:?} of {sent:?}");
    assert!(!format!("{read:?}").contains(&secret_part(&genuine())), "Debug shows a key");
}

/// The ids in a body: each value has one spelling.
fn ids(body: &[u8]) -> BTreeSet<String> {
    fn collect(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::String(text) if text.trim().parse::<IdempotencyKey>().is_ok() => {
                found.insert(text.trim().to_owned());
            }
            Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
            Value::Object(members) => members.values().for_each(|item| collect(item, found)),
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    collect(&serde_json::from_slice(body).unwrap(), &mut found);
    found
}

fn check<T: Serialize + DeserializeOwned + Debug>(
    body: &[u8],
    bytes_max: usize,
    parse: impl Fn(&[u8]) -> Result<T, Failure>,
) {
    match parse(body) {
        Ok(read) => {
            assert!(body.len() <= bytes_max);
            accepted(body, &read, parse);
        }
        Err(failure) => check_failure(&failure),
    }
}

/// The bodies of devices' requests.
pub(crate) fn device_body(data: &[u8]) {
    let Some((kind, body)) = picked(data, 6) else { return };
    match kind {
        0 => check::<ActivateRequest>(body, REQUEST_BYTES_MAX, parse_device_request),
        1 => check::<RenewRequest>(body, REQUEST_BYTES_MAX, parse_device_request),
        2 => check::<StatusRequest>(body, REQUEST_BYTES_MAX, parse_device_request),
        3 => check::<DeactivateRequest>(body, REQUEST_BYTES_MAX, parse_device_request),
        4 => check::<ChangeKeyRequest>(body, REQUEST_BYTES_MAX, parse_device_request),
        _ => check::<KeyCheckRequest>(body, REQUEST_BYTES_MAX, parse_request),
    }
}

const DEVICE_BODIES: [&str; 6] = ["activate", "renew", "status", "deactivate", "change-key", "key-check"];

pub(crate) fn device_body_seeds() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for vector in vectors::of("body") {
        let of = vectors::field(&vector, "of").unwrap();
        let kind = DEVICE_BODIES.iter().position(|name| *name == of).unwrap() as u8;
        let body = vectors::field(&vector, "body").unwrap();
        seeds.push(pick(kind, body.as_bytes()));
        if let Some((before, rest)) = body.split_once("\"product_key\":\"") {
            let after = rest.split_once('"').map_or("", |(_, after)| after);
            seeds.push(pick(kind, format!("{before}\"product_key\":\"{}\"{after}", genuine()).as_bytes()));
            seeds.push(pick(kind, format!("{before}\"protocol\":\"{}\"{after}", genuine()).as_bytes()));
        }
    }
    seeds
}

/// The bodies of staff's requests.
pub(crate) fn staff_body(data: &[u8]) {
    fn staff<T: DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
        parse_request_within(body, STAFF_BYTES_MAX)
    }
    let Some((kind, body)) = picked(data, 11) else { return };
    match kind {
        0 => check::<CreateProduct>(body, STAFF_BYTES_MAX, staff),
        1 => check::<CreateSku>(body, STAFF_BYTES_MAX, staff),
        2 => {
            check::<CreatePolicy>(body, STAFF_BYTES_MAX, staff);
            if let Ok(asked) = staff::<CreatePolicy>(body) {
                check_policy(asked.into_core(PolicyId::from_bytes([1; 16]), NOW, end_of_day));
            }
        }
        3 => {
            check::<ChangePolicy>(body, STAFF_BYTES_MAX, staff);
            if let Ok(asked) = staff::<ChangePolicy>(body) {
                let created = staff::<CreatePolicy>(br#"{"name":"Retail","channel":"retail"}"#).unwrap();
                let present = created.into_core(PolicyId::from_bytes([1; 16]), NOW, end_of_day).unwrap();
                check_policy(asked.into_core(&present, end_of_day));
            }
        }
        4 => check::<IssueBatch>(body, STAFF_BYTES_MAX, staff),
        5 => check::<GrantLicence>(body, STAFF_BYTES_MAX, staff),
        6 => check::<ExtendLicence>(body, STAFF_BYTES_MAX, staff),
        7 => check::<TopUpLicence>(body, STAFF_BYTES_MAX, staff),
        8 => check::<CreateStaff>(body, STAFF_BYTES_MAX, staff),
        _ => check::<ImportKeys>(body, IMPORT_BYTES_MAX, |body| parse_request_within(body, IMPORT_BYTES_MAX)),
    }
}

const NOW: Timestamp = Timestamp::from_seconds(1_775_035_800);

fn end_of_day(_date: &str, _zone: &str) -> Result<Timestamp, Failure> {
    Ok(NOW)
}

/// A policy whose rules are judged to hold is read again from what is shown of it.
fn check_policy(asked: Result<Policy, Failure>) {
    match asked {
        Ok(policy) => {
            if policy.validate().is_ok() {
                let shown = warifu_proto::wire::staff::policy::Policy::from(&policy);
                let written = serde_json::to_vec(&shown).unwrap();
                let again: warifu_proto::wire::staff::policy::Policy =
                    serde_json::from_slice(&written).unwrap();
                assert_eq!(again, shown);
            }
        }
        Err(failure) => check_failure(&failure),
    }
}

pub(crate) fn staff_body_seeds() -> Vec<Vec<u8>> {
    let policy = PolicyId::from_bytes([1; 16]);
    let key = genuine();
    [
        (0, r#"{"code":"draw","name":"Draw"}"#.to_owned()),
        (1, r#"{"product":"draw","edition":"pro","name":"Draw Pro","features":["layers","export-pdf"]}"#.to_owned()),
        (2, r#"{"name":"Retail","channel":"retail","seats":3,"change_budget":3,"moves_unbounded":true,"lease_seconds":5184000,"renew_after_seconds":604800,"grace_seconds":0,"term":{"days":30},"virtual_machines":true,"containers":false,"routes":["online","human"],"revocation_notice_seconds":1209600,"restrictions":{"personalisation_locked":true,"reminder_every_seconds":3600,"watermark":"trial","feature_updates_withheld":false,"support_eligible":true}}"#.to_owned()),
        (2, r#"{"name":"Trial","channel":"trial","term":{"until":{"date":"2026-12-31","zone":"Asia/Tokyo"}}}"#.to_owned()),
        (2, r#"{"name":"S","channel":"subscription","tolerance":{"version":9,"schemes":{"physical":{"threshold":50,"matches_min":3,"weights":{"motherboard":{"difference":50,"sameness":2}}}}}}"#.to_owned()),
        (3, r#"{"name":"Retail 2","seats":5,"moves_per_year":4}"#.to_owned()),
        (4, format!(r#"{{"sku":42,"policy":"{policy}","count":1000,"label":"spring","reseller":"shop"}}"#)),
        (5, format!(r#"{{"sku":42,"policy":"{policy}","seats":10,"label":"order 7","until":"2027-01-01T00:00:00Z"}}"#)),
        (6, r#"{"until":"2027-01-01T00:00:00Z"}"#.to_owned()),
        (7, r#"{"seats":10}"#.to_owned()),
        (8, r#"{"name":"Aoi","role":"support"}"#.to_owned()),
        (9, format!(r#"{{"sku":42,"policy":"{policy}","keys":["OLD-AAAA-1111","{key}"]}}"#)),
        (9, format!(r#"{{"sku":"{key}","policy":"{key}","keys":"{key}"}}"#)),
    ]
    .into_iter()
    .map(|(kind, body)| pick(kind, body.as_bytes()))
    .collect()
}

/// What a client is answered, by a service or by whoever answers in its place.
pub(crate) fn answer(data: &[u8]) {
    let Some((kind, body)) = picked(data, 6) else { return };
    fn tolerant<T: Serialize + DeserializeOwned>(body: &[u8]) {
        if let Ok(read) = serde_json::from_slice::<T>(body) {
            let written = serde_json::to_vec(&read).unwrap();
            let again: T = serde_json::from_slice(&written).unwrap();
            assert_eq!(serde_json::to_vec(&again).unwrap(), written);
        }
    }
    match kind {
        0 | 1 => {
            let Some(problem) = Problem::parse(body) else { return };
            assert!(body.len() <= ANSWER_BYTES_MAX);
            let written = serde_json::to_vec(&problem).unwrap();
            // What was made fit to be shown stays as it is.
            if written.len() <= ANSWER_BYTES_MAX {
                assert_eq!(Problem::parse(&written).as_ref(), Some(&problem));
            }
            for text in [&problem.title, &problem.detail, &problem.cause, &problem.remedy] {
                assert!(!text.chars().any(char::is_control), "a text that writes lines");
            }
            if let Some(failure) = problem.failure() {
                for lang in [Lang::Ja, Lang::En] {
                    assert!(
                        !failure.message(lang).contains(['\n', '\r', '\u{1b}']),
                        "a text that writes lines"
                    );
                }
            }
        }
        2 => tolerant::<LeaseAnswer>(body),
        3 => tolerant::<StatusAnswer>(body),
        4 => tolerant::<DeactivateAnswer>(body),
        _ => tolerant::<KeyCheckAnswer>(body),
    }
}

pub(crate) fn answer_seeds() -> Vec<Vec<u8>> {
    let failures = [
        Failure::key_malformed(),
        Failure::request_too_large(70_000, 65_536),
        Failure::file_not_readable("x\u{1b}[2J", "y\r\n"),
        Failure::request_malformed("a name that is not known here"),
    ];
    let mut seeds = Vec::new();
    for failure in &failures {
        for lang in [Lang::Ja, Lang::En] {
            let problem = Problem::new(failure, lang, Some("r-1".to_owned()));
            seeds.push(pick(0, &serde_json::to_vec(&problem).unwrap()));
            let signed = problem.with_refusal("v4.public.AA".to_owned(), "v4.public.BB".to_owned());
            seeds.push(pick(0, &serde_json::to_vec(&signed).unwrap()));
        }
    }
    seeds.push(pick(2, br#"{"lease":"v4.public.AA","certificate":"v4.public.BB"}"#));
    seeds.push(pick(4, br#"{"deactivated":true}"#));
    seeds.push(pick(5, br#"{"verdict":"valid","key_number":"20040-00001"}"#));
    seeds
}

const SERVICE: ServiceId = ServiceId::from_bytes([7; 32]);

/// A request as it arrives, one part a line, the body last. With `s` as its first byte the body is signed as a client would, whatever it is; with `d` it
/// gets its digest, so that the reader of the signature's own headers comes to its turn.
pub(crate) fn request(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Some((mode, rest)) = text.split_at_checked(1) else { return };
    let mut lines = rest.splitn(8, '\n');
    let mut line = || lines.next().filter(|line| !line.is_empty());
    let (method, path) = (line().unwrap_or("POST"), line().unwrap_or("/v1/renew"));
    let (content_type, idempotency_key) = (line(), line());
    let (digest, input, signature) = (line(), line(), line());
    let body = line().unwrap_or("").as_bytes();
    let key = InstallationKey::from_secret(KeyAlgorithm::Ed25519, &[1; 32]).unwrap();
    if mode == "s" {
        let attempt = IdempotencyKey::from_bytes([2; 16]);
        // What is no plain path gets no signature.
        let Ok(made) = signature::sign(path, attempt, body, NOW, &key) else { return };
        let attempt = attempt.to_string();
        let received = ReceivedRequest {
            method: signature::METHOD,
            path,
            content_type: Some(signature::CONTENT_TYPE),
            idempotency_key: Some(&attempt),
            content_digest: Some(&made.content_digest),
            signature_input: Some(&made.signature_input),
            signature: Some(&made.signature),
            body,
        };
        let unverified = UnverifiedRequest::parse(&received).unwrap();
        let signed = unverified.verify(&signature_key(&key)).unwrap();
        assert_eq!(signed.installation, unverified.claimed_installation());
        assert_eq!(signed.created, NOW);
        open(&received);
        return;
    }
    let own = signature::content_digest(body);
    let received = ReceivedRequest {
        method,
        path,
        content_type,
        idempotency_key,
        content_digest: if mode == "d" { Some(&own) } else { digest },
        signature_input: input,
        signature,
        body,
    };
    if let Ok(unverified) = UnverifiedRequest::parse(&received) {
        assert_eq!(received.content_digest, Some(own.as_str()), "a body that is not the digest's");
        // No input is signed by this key: the vectors' are others.
        assert!(unverified.verify(&signature_key(&key)).is_err());
    }
    open(&received);
}

fn signature_key(key: &InstallationKey) -> warifu_proto::keys::InstallationPublicKey {
    use warifu_proto::keys::Signer as _;
    *key.public_key()
}

fn open(received: &ReceivedRequest<'_>) {
    match open_request::<RenewRequest>(received, SERVICE) {
        Ok(opened) => {
            assert_eq!(received.path, RenewRequest::PATH);
            assert_eq!(opened.body.audience(), SERVICE);
            assert_eq!(opened.signed.installation, opened.body.public_key().thumbprint());
        }
        Err(failure) => check_failure(&failure),
    }
}

pub(crate) fn request_seeds() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for vector in vectors::of("request") {
        let part = |name| vectors::field(&vector, name).unwrap_or("");
        let parts = [
            "method",
            "path",
            "content-type",
            "idempotency-key",
            "content-digest",
            "signature-input",
            "signature",
            "body",
        ];
        let lines = parts.map(part).join("\n");
        for mode in ["-", "d", "s"] {
            seeds.push(format!("{mode}{lines}").into_bytes());
        }
        // As the service under test would take it.
        if let Some(id) = vectors::field(&vector, "audience").filter(|id| parse_hex::<32>(id).is_some()) {
            seeds.push(format!("s{}", lines.replace(id, &SERVICE.to_string())).into_bytes());
        }
    }
    seeds
}

/// Any text as a nonce: only what this service has made is taken, at the time that it says.
pub(crate) fn nonce(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let key = NonceKey::new(&[1; 32]);
    let now = 1_775_035_800_000;
    if let Ok(nonce) = key.check(text, now) {
        assert_eq!(text.len(), NONCE_CHARS);
        assert_eq!(text, key.issue(nonce.millis, &mut Sevens), "a nonce that was not made here");
    }
    let read = |text: &str| text.trim().parse::<u64>().ok();
    if let Some(millis) = read(text) {
        let made = key.issue(millis, &mut Sevens);
        let fresh = millis <= now + warifu_proto::nonce::NONCE_AHEAD_MILLIS_MAX
            && millis + warifu_proto::nonce::NONCE_VALID_MILLIS >= now;
        assert_eq!(key.check(&made, now).is_ok(), fresh);
    }
}

pub(crate) fn nonce_seeds() -> Vec<Vec<u8>> {
    let key = NonceKey::new(&[1; 32]);
    let mut seeds = vec![b"1775035800000".to_vec(), b"0".to_vec(), u64::MAX.to_string().into_bytes()];
    for millis in [1_775_035_800_000, 1_775_035_199_999, 1_775_035_805_001] {
        seeds.push(key.issue(millis, &mut Sevens).into_bytes());
    }
    seeds
}
