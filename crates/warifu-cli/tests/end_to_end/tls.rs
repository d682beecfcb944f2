//! A service that speaks TLS itself, with a certificate of the organisation's own.

use crate::harness::{Place, Running};

#[test]
fn staff_and_devices_reach_a_service_over_tls_when_they_trust_its_authority() {
    let place = Place::new();
    let made = place.init(&[]);
    let signed =
        rcgen::generate_simple_self_signed(["127.0.0.1".to_owned(), "localhost".to_owned()]).unwrap();
    let (cert, key) = (place.at("cert.pem"), place.at("key.pem"));
    std::fs::write(&cert, signed.cert.pem()).unwrap();
    std::fs::write(&key, signed.signing_key.serialize_pem()).unwrap();
    let service = Running::start_with(&place, &place.data(), &["--tls-cert", &cert, "--tls-key", &key]);
    assert!(service.url.starts_with("https://"));

    let list = service.staff(&["products", "list"]);
    place.problem(&list, "tls_failed");
    let trusting = |args: &[&str]| {
        let args = service.staff(args);
        place.json(&[&args[..], &["--ca", &cert]].concat())
    };
    trusting(&["products", "add", "draw", "--name", "Draw"]);
    trusting(&["products", "add-edition", "draw", "pro", "--name", "Pro", "--number", "7"]);
    trusting(&["policies", "add", "personal", "--channel", "retail"]);
    let out = place.at("keys.csv");
    trusting(&["keys", "issue", "--sku", "7", "--policy", "personal", "--count", "1", "--out", &out]);
    let file = std::fs::read_to_string(&out).unwrap();
    let key = file.lines().nth(1).unwrap().split(',').next().unwrap();

    let root = made["root_public_key"].as_str().unwrap();
    let device = [
        "activate",
        key,
        "--service",
        &service.url,
        "--root",
        root,
        "--product",
        "draw",
        "--simulate-machine",
        "x",
    ];
    place.problem(&device, "tls_failed");
    assert_eq!(place.json(&[&device[..], &["--ca", &cert]].concat())["usable"], true);
    // The authority is remembered with the service.
    assert_eq!(place.json(&["status", "--simulate-machine", "x"])["usable"], true);
}

#[test]
fn a_certificate_that_is_none_is_named() {
    let place = Place::with_service();
    let (data, cert) = (place.data(), place.at("passphrase"));
    place.problem(&["serve", "--data", &data, "--tls-cert", &cert, "--tls-key", &cert], "file_not_readable");
}
