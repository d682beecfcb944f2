//! Vectors of bodies: what a service must read, and what it must not.

use serde_json::{Value, json};
use warifu_proto::encoding::base64url;
use warifu_proto::keys::{InstallationPublicKey, KeyAlgorithm, Signer};

use crate::sample;
use crate::vector::Vector;

fn base(key: &InstallationPublicKey) -> Value {
    json!({
        "protocol": 1,
        "audience": sample::service().to_string(),
        "nonce": "AAABnd5YpkAHBwcHBwcHB0yqnrNFDsBbZcMsPvmLoUg",
        "public_key": {"algorithm": key.algorithm().as_str(), "key": base64url(key.as_bytes())},
        "client": {"name": "warifu-client", "version": "0.1.0"},
    })
}

fn hardware() -> Value {
    json!({
        "scheme": "physical",
        "rule": 1,
        "components": {
            "motherboard": "0123456789abcdef",
            "cpu": "1123456789abcdef",
            "system_disk": "unreliable",
            "os_install": "2123456789abcdef",
            "tpm": "missing",
        },
    })
}

fn with(mut value: Value, changes: &Value) -> Value {
    for (name, change) in changes.as_object().unwrap() {
        value[name.as_str()] = change.clone();
    }
    value
}

/// The body of a renewal, which the vectors of signed requests use.
pub(crate) fn renew(key: &InstallationPublicKey) -> Value {
    with(base(key), &json!({"lease": "21212121-2121-2121-2121-212121212121", "fingerprint": hardware()}))
}

fn good(request: &str) -> Value {
    let key = sample::installation_key(KeyAlgorithm::Ed25519);
    let base = base(key.public_key());
    let lease = "21212121-2121-2121-2121-212121212121";
    let key = "20040-00001-ABCDE-FGHJK-MNPQR";
    match request {
        "activate" => with(
            base,
            &json!({"product": "acme-draw", "product_key": key, "fingerprint": hardware(), "device_name": "経理の PC"}),
        ),
        "renew" => with(base, &json!({"lease": lease, "fingerprint": hardware()})),
        "change-key" => with(
            base,
            &json!({"product": "acme-draw", "product_key": key, "lease": lease, "fingerprint": hardware()}),
        ),
        "key-check" => json!({"key": key, "product": "acme-draw"}),
        _ => with(base, &json!({"lease": lease})),
    }
}

pub(crate) fn vectors() -> Vec<(String, Vector)> {
    let mut out = Vec::new();
    let malformed = "request_malformed";
    for request in ["activate", "renew", "status", "deactivate", "change-key"] {
        let text = good(request).to_string();
        let p256 = sample::installation_key(KeyAlgorithm::EcdsaP256Sha256);
        let point = p256.public_key().as_bytes();
        let compressed = base64url(&[&[2 + (point[64] & 1)], &point[1..33]].concat());
        let changed = |changes: Value| with(good(request), &changes).to_string();
        for (name, about, body, expect) in [
            ("good", "A good body.", text.clone(), "accepted"),
            (
                "with-a-p256-key",
                "The other algorithm.",
                changed(json!({"public_key": {"algorithm": "ecdsa-p256-sha256", "key": base64url(point)}})),
                "accepted",
            ),
            ("unknown-member", "A member that is not known.", changed(json!({"more": 1})), malformed),
            (
                "protocol-2",
                "A later protocol.",
                changed(json!({"protocol": 2, "more": 1})),
                "protocol_not_supported",
            ),
            ("protocol-text", "The protocol is a text.", changed(json!({"protocol": "1"})), malformed),
            ("audience-short", "The audience is too short.", changed(json!({"audience": "00"})), malformed),
            (
                "audience-capitals",
                "The audience is in capitals.",
                changed(json!({"audience": "AB".repeat(32)})),
                malformed,
            ),
            ("nonce-short", "The nonce is too short.", changed(json!({"nonce": "AAAA"})), malformed),
            ("nonce-missing", "The nonce is null.", changed(json!({"nonce": null})), malformed),
            (
                "key-compressed",
                "A P-256 key in its compressed form.",
                changed(json!({"public_key": {"algorithm": "ecdsa-p256-sha256", "key": compressed}})),
                malformed,
            ),
            (
                "key-of-no-algorithm",
                "An algorithm that is not known.",
                changed(json!({"public_key": {"algorithm": "rsa-pss-sha512", "key": "AAAA"}})),
                malformed,
            ),
            (
                "key-off-the-curve",
                "A P-256 key that is no point of the curve.",
                changed(
                    json!({"public_key": {"algorithm": "ecdsa-p256-sha256", "key": base64url(&[4; 65])}}),
                ),
                malformed,
            ),
            (
                "client-with-control",
                "The client's name holds a control character.",
                changed(json!({"client": {"name": "a\u{1b}b", "version": "1"}})),
                malformed,
            ),
            (
                "client-too-long",
                "The client's version has 65 characters.",
                changed(json!({"client": {"name": "a", "version": "1".repeat(65)}})),
                malformed,
            ),
            ("client-list", "The client is a list.", changed(json!({"client": ["a", "1"]})), malformed),
            (
                "values-list",
                "The members' values without their names.",
                Value::from_iter(good(request).as_object().unwrap().values().cloned()).to_string(),
                malformed,
            ),
            ("cut-short", "The body is cut short.", text[..text.len() - 1].to_owned(), malformed),
            ("doubled", "Two bodies.", format!("{text}{text}"), malformed),
            ("list", "A list.", "[]".to_owned(), malformed),
            (
                "member-twice",
                "A member is there twice.",
                text.replacen('{', "{\"nonce\":\"AAAA\",", 1),
                malformed,
            ),
            (
                "too-large",
                "More than 16 KiB.",
                format!("{text}{}{{}}", " ".repeat(16 * 1024)),
                "request_too_large",
            ),
        ] {
            push(&mut out, request, name, about, &body, expect);
        }
    }
    for request in ["activate", "renew", "change-key"] {
        for (name, about, components) in [
            ("component-short", "A component's value has 4 digits.", json!({"cpu": "0123"})),
            ("component-number", "A component's value is a number.", json!({"cpu": 1})),
            (
                "components-many",
                "33 components.",
                (0..33).map(|index| (format!("c{index}"), Value::from("missing"))).collect(),
            ),
        ] {
            let fingerprint = json!({"scheme": "vm", "rule": 1, "components": components});
            let body = with(good(request), &json!({"fingerprint": fingerprint})).to_string();
            push(&mut out, request, name, about, &body, malformed);
        }
    }
    for (name, about, changes, expect) in [
        ("key-empty", "The product key is empty.", json!({"product_key": ""}), malformed),
        ("key-long", "The product key has 513 bytes.", json!({"product_key": "A".repeat(513)}), malformed),
        (
            "name-long",
            "The device's name has 65 characters.",
            json!({"device_name": "あ".repeat(65)}),
            malformed,
        ),
        (
            "name-longest",
            "The device's name has 64 characters.",
            json!({"device_name": "あ".repeat(64)}),
            "accepted",
        ),
        ("name-null", "The device has no name.", json!({"device_name": null}), "accepted"),
        ("product-malformed", "The product's code has capitals.", json!({"product": "Acme"}), malformed),
    ] {
        push(&mut out, "activate", name, about, &with(good("activate"), &changes).to_string(), expect);
    }
    let capitals = json!({"lease": "ABABABAB-ABAB-ABAB-ABAB-ABABABABABAB"});
    let about = "The lease's id is in capitals.";
    push(&mut out, "renew", "lease-capitals", about, &with(good("renew"), &capitals).to_string(), malformed);
    for (name, about, body, expect) in [
        ("good", "A good body.", good("key-check"), "accepted"),
        ("any-product", "No product is named.", json!({"key": "x"}), "accepted"),
        ("key-empty", "The key is empty.", json!({"key": ""}), malformed),
        ("key-number", "The key is a number.", json!({"key": 1}), malformed),
        ("unknown-member", "A member that is not known.", json!({"key": "x", "more": 1}), malformed),
        ("empty-object", "Nothing is asked.", json!({}), malformed),
        ("values-list", "The key without its member's name.", json!(["x"]), malformed),
    ] {
        push(&mut out, "key-check", name, about, &body.to_string(), expect);
    }
    out
}

fn push(out: &mut Vec<(String, Vector)>, request: &str, name: &str, about: &str, body: &str, expect: &str) {
    let fields = [("kind", "body"), ("of", request), ("body", body), ("expect", expect)];
    out.push((format!("body/{request}-{name}.txt"), Vector::new(about, &fields)));
}
