//! Product keys before they are sent.

use warifu_client::key::{KeyFormat, Verdict};
use warifu_client::{Client, Code, Lang};

use crate::vectors::{Vector, describe, vectors};
use crate::world::{PRODUCT, SKU, World, key_of, product_key};

#[test]
fn a_text_is_what_the_golden_vectors_say() {
    let world = World::new();
    // An application that takes keys of any edition.
    let client = Client::builder(World::root(), PRODUCT)
        .store(world.clone())
        .transport(world.clone())
        .clock(world.clone())
        .fingerprint(world.clone())
        .random(world.clone())
        .build()
        .unwrap();
    for Vector { text, expected, .. } in vectors() {
        assert_eq!(describe(&client.check_key(&text)), expected, "{text:?}");
    }
}

#[test]
fn a_mistyped_key_is_offered_mended_and_never_sent() {
    let world = World::new();
    let mut client = world.client();
    let key = product_key();
    let wrong = if key.ends_with('7') { "8" } else { "7" };
    let typed = format!("{}{wrong}", &key[..key.len() - 1]);
    let error = client.activate(&typed, &Default::default()).unwrap_err();
    assert_eq!(error.failure().code(), Code::KeyCorrectable);
    let offer = error.offer().unwrap().key.expose();
    assert_eq!(offer, key);
    assert!(world.get().sent.is_empty() && world.get().nonces_asked == 0);
    assert!(client.activate(&offer, &Default::default()).is_ok());
}

#[test]
fn a_key_of_another_edition_is_named_and_never_sent() {
    let world = World::new();
    let mut client = world.client();
    for (sku, name) in [(7, "Draw Home"), (9, "SKU 9")] {
        let key = key_of(sku, KeyFormat::Live);
        assert!(matches!(client.check_key(&key), Verdict::OtherSku(_)));
        let error = client.activate(&key, &Default::default()).unwrap_err();
        assert_eq!(error.failure().value("found"), Some(name));
        assert_eq!(error.failure().value("wanted"), Some("Draw Professional"));
        assert!(error.message(Lang::Ja).contains(name));
        assert_eq!(error.help_url(), Some("https://licences.example/help/key_of_other_sku"));
    }
    assert!(world.get().sent.is_empty());
}

#[test]
fn every_other_text_is_told_apart_offline() {
    let world = World::new();
    let mut client = world.client();
    for (text, code) in [
        (key_of(SKU, KeyFormat::Sandbox), Code::KeyIsTestKey),
        (product_key()[..17].to_owned(), Code::KeyIncomplete),
        ("hello".to_owned(), Code::KeyNotRecognised),
        (String::new(), Code::KeyNotRecognised),
        ("x".repeat(100_000), Code::KeyNotRecognised),
        (format!("{} {}", product_key(), key_of(7, KeyFormat::Live)), Code::KeySeveral),
    ] {
        let error = client.activate(&text, &Default::default()).unwrap_err();
        assert_eq!(error.failure().code(), code, "{text:.40}");
        assert!(error.offer().is_none());
    }
    assert!(world.get().sent.is_empty());
}

#[test]
fn keys_of_another_maker_go_to_the_service_where_the_application_says_so() {
    let world = World::new();
    let mut client = world.builder().accept_imported_keys().build().unwrap();
    client.activate(" OLD-KEY/0001 ", &Default::default()).unwrap();
    let body = String::from_utf8(world.get().sent[0].body.clone()).unwrap();
    assert!(body.contains("\"product_key\":\"OLD-KEY/0001\""), "{body}");
    let too_long = client.activate(&"k-1 ".repeat(200), &Default::default()).unwrap_err();
    assert_eq!(too_long.failure().code(), Code::KeyNotRecognised);
}

#[test]
fn a_sandbox_is_for_applications_under_development_only() {
    let world = World::new();
    world.get().sandbox = true;
    let key = key_of(SKU, KeyFormat::Sandbox);
    let mut developing = world.builder().dangerous_accept_sandbox().build().unwrap();
    assert!(developing.activate(&key, &Default::default()).unwrap().standing.licence.unwrap().sandbox);
    let released = world.client().check();
    assert_eq!(released.reason.unwrap().code(), Code::SandboxLeaseRefused);
    let error = world.client().activate(&product_key(), &Default::default()).unwrap_err();
    assert_eq!(error.failure().code(), Code::SandboxLeaseRefused);
}

#[test]
fn a_device_name_out_of_bounds_is_named() {
    let world = World::new();
    for name in ["", "  ", &"x".repeat(65), "a\u{7}b"] {
        let options = warifu_client::ActivateOptions::default().device_name(name);
        let error = world.client().activate(&product_key(), &options).unwrap_err();
        assert_eq!(error.failure().value("field"), Some("device_name"));
    }
    assert!(world.get().sent.is_empty());
}
