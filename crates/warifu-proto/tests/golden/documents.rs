//! Vectors of signed documents.

use serde_json::{Value, json};
use warifu_core::time::Span;
use warifu_proto::certificate::{Certificate, ProductScope};
use warifu_proto::document::DocumentType;
use warifu_proto::encoding::{base64url, parse_base64url};
use warifu_proto::key_list::KeyList;
use warifu_proto::keys::{AuthorityKey, RootKey};
use warifu_proto::paseto;

use crate::sample::{self, good, signed, signed_with};
use crate::vector::Vector;

pub(crate) fn vectors() -> Vec<(String, Vector)> {
    let mut vectors = Vec::new();
    for document in DocumentType::ALL {
        frames(document, &mut vectors);
        types(document, &mut vectors);
    }
    certificates(&mut vectors);
    leases(&mut vectors);
    answers(&mut vectors);
    key_lists(&mut vectors);
    vectors
}

/// One vector: the document `token` read as `document`.
fn push(
    out: &mut Vec<(String, Vector)>,
    name: &str,
    about: &str,
    document: DocumentType,
    token: &str,
    expect: &str,
) {
    let certificate = sample::certificate_token();
    push_under(out, name, about, document, token, &certificate, expect);
}

fn push_under(
    out: &mut Vec<(String, Vector)>,
    name: &str,
    about: &str,
    document: DocumentType,
    token: &str,
    certificate: &str,
    expect: &str,
) {
    let root = sample::root().public_key().to_string();
    let (attempt, installation) = (sample::attempt().to_string(), sample::installation().to_string());
    let mut fields = vec![("kind", "document"), ("as", document.as_str()), ("root", root.as_str())];
    if !document.is_the_roots() {
        fields.push(("certificate", certificate));
    }
    if matches!(document, DocumentType::Refusal | DocumentType::ServiceTime) {
        fields.push(("request", &attempt));
    }
    if document == DocumentType::Refusal {
        fields.push(("installation", &installation));
    }
    fields.push(("token", token));
    fields.push(("expect", expect));
    out.push((format!("document/{}-{name}.txt", document.as_str()), Vector::new(about, &fields)));
}

/// The code for a document of a type that is no document at all, and for one that is not genuine.
fn codes(document: DocumentType) -> (&'static str, &'static str) {
    match document {
        DocumentType::Certificate => ("certificate_not_valid", "certificate_not_valid"),
        DocumentType::Lease => ("lease_damaged", "lease_not_genuine"),
        DocumentType::Refusal | DocumentType::ServiceTime | DocumentType::KeyList => {
            ("answer_not_genuine", "answer_not_genuine")
        }
    }
}

/// What can be wrong with the frame of any document.
fn frames(document: DocumentType, out: &mut Vec<(String, Vector)>) {
    let token = good(document);
    let (damaged, not_genuine) = codes(document);
    let other_signer = if document == DocumentType::Certificate { "root_not_pinned" } else { not_genuine };
    let (head, footer) = token.rsplit_once('.').unwrap();
    let body = parse_base64url(head.strip_prefix("v4.public.").unwrap()).unwrap();
    let payload = sample::payload(document).to_string();

    let with_body = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut altered = body.clone();
        change(&mut altered);
        format!("v4.public.{}.{footer}", base64url(&altered))
    };
    let by = |seed: [u8; 32], assertion: &str, footer: &str| {
        let key = AuthorityKey::from_seed(&seed).unwrap();
        paseto::sign(&key, payload.as_bytes(), footer.as_bytes(), assertion.as_bytes()).unwrap()
    };
    let seed = if document.is_the_roots() { sample::ROOT_SEED } else { sample::ISSUING_SEED };
    let (assertion, right_footer) = (document.assertion(), sample::footer(document));
    let last = body.len() - 1;

    for (name, about, token, expect) in [
        ("good", "A good document.", token.clone(), "accepted"),
        (
            "signature-altered",
            "One bit of the signature is altered.",
            with_body(&|b| b[last] ^= 1),
            not_genuine,
        ),
        ("payload-altered", "One bit of the payload is altered.", with_body(&|b| b[20] ^= 1), not_genuine),
        ("payload-longer", "The payload has one more byte.", with_body(&|b| b.insert(0, b' ')), not_genuine),
        ("cut-in-the-footer", "The text ends in the footer.", token[..token.len() - 2].to_owned(), damaged),
        ("cut-before-the-footer", "The footer is missing.", head.to_owned(), damaged),
        (
            "cut-in-the-signature",
            "The text ends in the signature.",
            head[..head.len() - 8].to_owned(),
            damaged,
        ),
        ("cut-short", "Only the beginning is there.", token[..60].to_owned(), damaged),
        ("empty", "Nothing at all.", "-".to_owned(), damaged),
        ("padded", "The base64url is padded.", format!("{token}="), damaged),
        ("with-a-space", "A space follows the text.", format!("{token} ."), damaged),
        ("with-a-fourth-part", "A further part follows.", format!("{token}.e30"), damaged),
        ("of-version-3", "The header names another version.", token.replacen("v4", "v3", 1), damaged),
        ("encrypted", "The header names another purpose.", token.replacen("public", "local", 1), damaged),
        ("too-long", "The text is longer than 16 KiB.", format!("v4.public.{}", "A".repeat(16_384)), damaged),
        (
            "by-another-key-under-its-name",
            "Another key signed it and is named in the footer.",
            by([0x5c; 32], assertion, &json!({ "kid": "5c".repeat(32) }).to_string()),
            other_signer,
        ),
        (
            "by-another-key-under-our-name",
            "Another key signed it; the footer names the right one.",
            by([0x5c; 32], assertion, &right_footer),
            not_genuine,
        ),
        (
            "footer-with-more",
            "The footer has a further member.",
            by(seed, assertion, &right_footer.replace('}', ",\"x\":1}")),
            damaged,
        ),
        ("without-assertion", "It was signed under no assertion.", by(seed, "", &right_footer), not_genuine),
        (
            "assertion-of-version-2",
            "It was signed under a later version's assertion.",
            by(seed, &assertion.replace("v1", "v2"), &right_footer),
            not_genuine,
        ),
        ("not-json", "The payload is signed but no JSON.", signed(document, "lease"), not_genuine),
        ("empty-object", "The payload is signed but empty.", signed(document, "{}"), not_genuine),
        (
            "two-types",
            "The payload names its type twice.",
            signed(document, &payload.replacen('{', "{\"type\":\"lease\",", 1)),
            not_genuine,
        ),
        (
            "unknown-member",
            "A further member, as a later version may add, is passed over.",
            signed(document, &payload.replacen('{', "{\"more\":[1],", 1)),
            "accepted",
        ),
    ] {
        push(out, name, about, document, &token, expect);
    }
}

/// Each type wherever another is expected, by signature and by payload.
fn types(document: DocumentType, out: &mut Vec<(String, Vector)>) {
    let (_, not_genuine) = codes(document);
    for other in DocumentType::ALL.into_iter().filter(|other| *other != document) {
        // A certificate and the other types are signed by different keys, so the footer differs too.
        let keys_differ = document.is_the_roots() != other.is_the_roots();
        let whole = if keys_differ && document == DocumentType::Certificate {
            "root_not_pinned"
        } else {
            not_genuine
        };
        push(
            out,
            &format!("is-a-{other}"),
            &format!("A good {other} where a {document} is expected."),
            document,
            &good(other),
            whole,
        );
        let payload = sample::payload(other).to_string();
        push(
            out,
            &format!("says-{other}"),
            &format!("The payload of a {other} signed as a {document}."),
            document,
            &signed(document, &payload),
            not_genuine,
        );
        let assertion = other.assertion().as_bytes();
        let right = sample::payload(document).to_string();
        let token = paseto::sign(
            &sample::signer(document),
            right.as_bytes(),
            sample::footer(document).as_bytes(),
            assertion,
        );
        push(
            out,
            &format!("signed-as-{other}"),
            &format!("The payload of a {document} signed under the assertion of a {other}."),
            document,
            &token.unwrap(),
            not_genuine,
        );
    }
}

fn certificates(out: &mut Vec<(String, Vector)>) {
    let document = DocumentType::Certificate;
    let other_root = RootKey::from_seed(&sample::OTHER_ROOT_SEED).unwrap();
    let others = Certificate { service: other_root.service_id(), ..sample::certificate() };
    push(
        out,
        "of-another-root",
        "A good certificate of another service.",
        document,
        &others.sign(&other_root).unwrap(),
        "root_not_pinned",
    );
    let all = Certificate { products: ProductScope::All, sandbox: true, ..sample::certificate() };
    push(
        out,
        "good-for-all-products",
        "A good certificate of a sandbox for every product.",
        document,
        &all.sign(&sample::root()).unwrap(),
        "accepted",
    );
    let other_service = other_root.service_id().to_string();
    for (name, about, changes, expect) in [
        (
            "names-another-service",
            "Signed by the pinned root, but names another service.",
            json!({"service": other_service}),
            "root_not_pinned",
        ),
        ("purpose-unknown", "The purpose is not known.", json!({"purpose": "site"}), "certificate_not_valid"),
        (
            "key-id-of-another-key",
            "The key's id is not its thumbprint.",
            json!({"issuing_key_id": "00".repeat(32)}),
            "certificate_not_valid",
        ),
        ("key-malformed", "The key is too short.", json!({"issuing_key": "0011"}), "certificate_not_valid"),
        (
            "signs-backwards",
            "The time to sign ends before it begins.",
            json!({"sign_until": "2026-03-01T00:00:00Z"}),
            "certificate_not_valid",
        ),
        (
            "believed-too-shortly",
            "The key is not believed as long as it signs.",
            json!({"verify_until": "2026-06-30T00:00:00Z"}),
            "certificate_not_valid",
        ),
        (
            "no-lease",
            "The longest lease is none.",
            json!({"longest_lease_seconds": 0}),
            "certificate_not_valid",
        ),
        (
            "endless-lease",
            "The longest lease is 401 days.",
            json!({"longest_lease_seconds": 401 * 86_400}),
            "certificate_not_valid",
        ),
        ("no-products", "The list of products is empty.", json!({"products": []}), "certificate_not_valid"),
        (
            "too-many-products",
            "The list of products has 65.",
            json!({"products": (0..65).map(|index| format!("p{index}")).collect::<Vec<_>>()}),
            "certificate_not_valid",
        ),
        (
            "time-with-an-offset",
            "A time is not written in UTC.",
            json!({"sign_from": "2026-04-01T09:00:00+09:00"}),
            "certificate_not_valid",
        ),
    ] {
        push(out, name, about, document, &signed_with(document, &changes), expect);
    }
    for (name, about, now, expect) in [
        ("believed", "At the last moment at which the key is believed.", "2027-08-05T00:00:00Z", "accepted"),
        ("expired", "After the key is no longer believed.", "2027-08-05T00:00:01Z", "issuing_key_expired"),
    ] {
        let (token, root) = (good(document), sample::root().public_key().to_string());
        let fields = [
            ("kind", "document"),
            ("as", "certificate"),
            ("root", root.as_str()),
            ("token", token.as_str()),
            ("now", now),
            ("expect", expect),
        ];
        out.push((format!("document/certificate-{name}.txt"), Vector::new(about, &fields)));
    }
}

fn key_lists(out: &mut Vec<(String, Vector)>) {
    let document = DocumentType::KeyList;
    let refused = "answer_not_genuine";
    let entry = json!({"issuing_key_id": "07".repeat(32), "from": "2026-05-01T09:00:00Z"});
    let keys = |count: u8| {
        let one = |byte: u8| json!({"issuing_key_id": format!("{byte:02x}").repeat(32), "from": "2026-05-01T09:00:00Z"});
        Value::from((0..count).map(one).collect::<Vec<_>>())
    };
    let other_root = RootKey::from_seed(&sample::OTHER_ROOT_SEED).unwrap();
    let others = KeyList { service: other_root.service_id(), ..sample::key_list() };
    let token = others.sign(&other_root).unwrap();
    push(out, "of-another-root", "A good list of another service.", document, &token, refused);
    for (name, about, changes, expect) in [
        ("of-64-keys", "As many keys as a list may name.", json!({"withdrawn": keys(64)}), "accepted"),
        ("of-65-keys", "One key too many.", json!({"withdrawn": keys(65)}), refused),
        ("of-no-key", "No key at all.", json!({"withdrawn": []}), refused),
        ("of-a-key-twice", "A key stands twice.", json!({"withdrawn": [entry.clone(), entry]}), refused),
        ("version-0", "Versions count from 1.", json!({"version": 0}), refused),
        (
            "expired-when-made",
            "It expires as it is made.",
            json!({"expires": "2026-05-01T09:00:00Z"}),
            refused,
        ),
        (
            "names-another-service",
            "Signed by the pinned root, but names another service.",
            json!({"service": "00".repeat(32)}),
            refused,
        ),
        (
            "key-malformed",
            "A key's id is too short.",
            json!({"withdrawn": [{"issuing_key_id": "07", "from": "2026-05-01T09:00:00Z"}]}),
            refused,
        ),
        (
            "entry-as-a-list",
            "An entry is a list of values.",
            json!({"withdrawn": [["07".repeat(32), "2026-05-01T09:00:00Z"]]}),
            refused,
        ),
        (
            "without-a-time",
            "An entry says not from when.",
            json!({"withdrawn": [{"issuing_key_id": "07".repeat(32)}]}),
            refused,
        ),
    ] {
        push(out, name, about, document, &signed_with(document, &changes), expect);
    }
}

fn leases(out: &mut Vec<(String, Vector)>) {
    let document = DocumentType::Lease;
    let genuine = "lease_not_genuine";
    let cases: Vec<(&str, &str, Value, &str)> = vec![
        ("first", "The first of a chain has no parent.", json!({"sequence": 1, "parent": null}), "accepted"),
        (
            "provisional",
            "A lease that bridges an outage: seven days, no grace.",
            json!({"provisional": true, "expires": "2026-05-08T09:00:00Z", "grace_seconds": 0}),
            "accepted",
        ),
        (
            "provisional-with-a-grace",
            "A provisional lease has no grace.",
            json!({"provisional": true, "expires": "2026-05-08T09:00:00Z"}),
            genuine,
        ),
        (
            "provisional-too-long",
            "A provisional lease has at most seven days.",
            json!({"provisional": true, "expires": "2026-05-08T09:00:01Z", "grace_seconds": 0}),
            genuine,
        ),
        (
            "with-an-end",
            "A lease to the end of its licence.",
            json!({"licence_ends": "2026-06-30T09:00:00Z"}),
            "accepted",
        ),
        ("of-another-service", "It names another service.", json!({"service": "00".repeat(32)}), genuine),
        (
            "of-a-sandbox",
            "It says sandbox; its certificate does not.",
            json!({"sandbox": true}),
            "sandbox_lease_refused",
        ),
        (
            "of-another-product",
            "Its key may not sign for the product.",
            json!({"product": "acme-sing"}),
            genuine,
        ),
        (
            "before-the-key-signs",
            "Issued before its key may sign.",
            json!({"issued": "2026-03-31T23:59:59Z"}),
            genuine,
        ),
        (
            "after-the-key-signs",
            "Issued after its key may sign.",
            json!({"issued": "2026-07-01T00:00:01Z", "renew_after": "2026-07-08T00:00:00Z", "expires": "2026-08-01T00:00:00Z"}),
            genuine,
        ),
        (
            "too-long-a-term",
            "One second longer than its key may grant.",
            json!({"expires": "2026-10-28T09:00:01Z"}),
            genuine,
        ),
        ("longest", "As long as its key may grant.", json!({"expires": "2026-10-28T09:00:00Z"}), "accepted"),
        (
            "renewed-before-issued",
            "To be renewed before it is issued.",
            json!({"renew_after": "2026-05-01T08:59:59Z"}),
            genuine,
        ),
        (
            "renewed-after-the-end",
            "To be renewed after it expires.",
            json!({"renew_after": "2026-06-30T09:00:01Z"}),
            genuine,
        ),
        (
            "of-no-length",
            "It expires as it is issued.",
            json!({"renew_after": "2026-05-01T09:00:00Z", "expires": "2026-05-01T09:00:00Z"}),
            genuine,
        ),
        (
            "outlives-its-licence",
            "It outlives its licence.",
            json!({"licence_ends": "2026-06-30T08:59:59Z"}),
            genuine,
        ),
        ("sequence-0", "Its sequence is 0.", json!({"sequence": 0, "parent": null}), genuine),
        ("first-with-a-parent", "The first of a chain has a parent.", json!({"sequence": 1}), genuine),
        ("second-without-a-parent", "The second of a chain has no parent.", json!({"parent": null}), genuine),
        (
            "its-own-parent",
            "It is its own parent.",
            json!({"parent": "21212121-2121-2121-2121-212121212121"}),
            genuine,
        ),
        ("endless-grace", "The grace is 91 days.", json!({"grace_seconds": 91 * 86_400}), genuine),
        ("negative-grace", "The grace is negative.", json!({"grace_seconds": -1}), genuine),
        ("sku-of-15-bits", "The SKU's number has 15 bits.", json!({"sku": 16_384}), genuine),
        ("channel-unknown", "The channel is not known.", json!({"channel": "grey"}), genuine),
        (
            "too-many-features",
            "It has 65 features.",
            json!({"features": (0..65).map(|index| format!("f{index}")).collect::<Vec<_>>()}),
            genuine,
        ),
        ("feature-malformed", "A feature's code has a capital.", json!({"features": ["Export"]}), genuine),
        (
            "reminders-too-often",
            "It reminds every second.",
            json!({"restrictions": {"personalisation_locked": true, "reminder_every_seconds": 1, "feature_updates_withheld": true, "support_eligible": false}}),
            genuine,
        ),
        (
            "fingerprint-of-rule-2",
            "The fingerprint follows another rule.",
            json!({"fingerprint": {"scheme": "vm", "rule": 2, "components": {}}}),
            genuine,
        ),
        (
            "fingerprint-of-full-length",
            "The fingerprint's values have 16 digits instead of 4.",
            json!({"fingerprint": {"scheme": "vm", "rule": 1, "components": {"cpu": "0123456789abcdef"}}}),
            genuine,
        ),
        (
            "time-with-a-fraction",
            "A time has a fraction.",
            json!({"issued": "2026-05-01T09:00:00.5Z"}),
            genuine,
        ),
        ("time-impossible", "A time does not exist.", json!({"expires": "2026-06-31T09:00:00Z"}), genuine),
        ("id-malformed", "An id is too short.", json!({"lease": "2121"}), genuine),
    ];
    for (name, about, changes, expect) in cases {
        push(out, name, about, document, &signed_with(document, &changes), expect);
    }

    let under = |certificate: Certificate| certificate.sign(&sample::root()).unwrap();
    let shorter = Certificate { verify_until: sample::at("2026-07-01T00:00:00Z"), ..sample::certificate() };
    let outliving = signed_with(document, &json!({"expires": "2026-07-01T00:00:01Z"}));
    push_under(
        out,
        "outlives-its-key",
        "It expires after its key is believed.",
        document,
        &outliving,
        &under(shorter),
        "issuing_key_expired",
    );
    let other_key = AuthorityKey::from_seed(&sample::OTHER_ISSUING_SEED).unwrap();
    let other_key = other_key.public_key().as_bytes();
    let others = Certificate {
        key: warifu_proto::keys::IssuingPublicKey::from_bytes(*other_key).unwrap(),
        longest_lease: Span::days(90),
        ..sample::certificate()
    };
    push_under(
        out,
        "under-another-keys-certificate",
        "A good lease beside the certificate of another issuing key.",
        document,
        &good(document),
        &under(others),
        "lease_not_genuine",
    );
}

fn answers(out: &mut Vec<(String, Vector)>) {
    let refused = "answer_not_genuine";
    let refusal: Vec<(&str, &str, Value, &str)> = vec![
        (
            "at-once",
            "It takes effect when it is made.",
            json!({"effective_from": "2026-05-01T09:00:00Z"}),
            "accepted",
        ),
        (
            "of-another-request",
            "It answers another request.",
            json!({"request": "0b0b0b0b-0b0b-0b0b-0b0b-0b0b0b0b0b0b"}),
            refused,
        ),
        (
            "of-another-installation",
            "It is about another installation.",
            json!({"installation": "00".repeat(32)}),
            refused,
        ),
        ("of-another-service", "It names another service.", json!({"service": "00".repeat(32)}), refused),
        (
            "before-it-is-made",
            "It takes effect before it is made.",
            json!({"effective_from": "2026-05-01T08:59:59Z"}),
            refused,
        ),
        (
            "after-the-key-signs",
            "Made after its key may sign.",
            json!({"issued": "2026-07-01T00:00:01Z", "effective_from": "2026-07-15T00:00:00Z"}),
            refused,
        ),
        ("code-unknown", "The code is not in the catalogue.", json!({"code": "because"}), refused),
    ];
    for (name, about, changes, expect) in refusal {
        push(out, name, about, DocumentType::Refusal, &signed_with(DocumentType::Refusal, &changes), expect);
    }
    for (name, about, changes) in [
        (
            "of-another-request",
            "It answers another request.",
            json!({"request": "0b0b0b0b-0b0b-0b0b-0b0b-0b0b0b0b0b0b"}),
        ),
        ("of-another-service", "It names another service.", json!({"service": "00".repeat(32)})),
        ("before-the-key-signs", "Made before its key may sign.", json!({"time": "2026-03-31T23:59:59Z"})),
    ] {
        let token = signed_with(DocumentType::ServiceTime, &changes);
        push(out, name, about, DocumentType::ServiceTime, &token, refused);
    }
}
