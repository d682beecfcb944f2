//! What strangers, broken networks and attackers send: each gets its code of the catalogue, and nothing is done.

use axum::body::Body;
use axum::http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{Method, Request};
use serde_json::{Value, json};
use warifu_core::id::{BatchId, ServiceId};
use warifu_core::key::{KeyNumber, MasterSecret, TagSecret, Verdict, read};
use warifu_core::staff::Role;
use warifu_proto::keys::KeyAlgorithm;
use warifu_proto::wire::exchange::OutgoingRequest;

use crate::testing::{Device, Reply, World, lease_id};

async fn ready() -> (World, Device, String) {
    let world = World::new().await;
    let policy = world.shop(json!({"seats": 1})).await;
    let key = world.keys(&policy, 1).await.remove(0);
    (world, Device::new(1, KeyAlgorithm::Ed25519), key)
}

fn signed(world: &World, device: &Device, key: &str) -> OutgoingRequest {
    device.sign(world, &device.activate_request(world, key))
}

/// Sends a device's request with its headers changed.
async fn deliver_with(
    world: &World,
    request: &OutgoingRequest,
    path: &str,
    body: Vec<u8>,
    change: impl Fn(&str, &str) -> Vec<String>,
) -> Reply {
    let mut builder = Request::post(path);
    for (name, value) in &request.headers {
        for value in change(name, value) {
            builder = builder.header(*name, value);
        }
    }
    world.send(builder.body(Body::from(body)).unwrap()).await
}

fn as_is(_: &str, value: &str) -> Vec<String> {
    vec![value.to_owned()]
}

#[track_caller]
fn check(reply: &Reply, code: &str) {
    assert_eq!(reply.code(), code, "{}", reply.text);
    assert!(reply.status.is_client_error());
    assert!(reply.headers.contains_key("warifu-nonce"), "a device can go on from every refusal");
}

#[tokio::test]
async fn a_request_cut_short_or_edited_on_the_way_is_refused() {
    let (world, device, key) = ready().await;
    let request = signed(&world, &device, &key);
    for length in [0, 1, request.body.len() / 2, request.body.len() - 1] {
        let reply =
            deliver_with(&world, &request, "/v1/activate", request.body[..length].to_vec(), as_is).await;
        check(&reply, "content_digest_mismatch");
    }
    let mut edited = request.body.to_vec();
    edited[20] ^= 1;
    check(&deliver_with(&world, &request, "/v1/activate", edited, as_is).await, "content_digest_mismatch");
    world.deliver(&request).await.expect(200);
}

#[tokio::test]
async fn an_oversized_request_is_refused_whether_it_says_so_or_not() {
    let (world, device, key) = ready().await;
    let request = signed(&world, &device, &key);
    let reply = deliver_with(&world, &request, "/v1/activate", vec![b' '; 100_000], as_is).await;
    check(&reply, "request_too_large");
    let lying = Request::post("/v1/activate").header(CONTENT_LENGTH, "1000000000").body(Body::empty());
    check(&world.send(lying.unwrap()).await, "request_too_large");
    for (path, bytes) in [("/v1/products", 65_537), ("/v1/imports", 1_048_577)] {
        let request = Request::post(path)
            .header(AUTHORIZATION, format!("Bearer {}", world.token(Role::Owner)))
            .header(CONTENT_TYPE, "application/json")
            .header("idempotency-key", world.attempt().to_string())
            .body(Body::from(vec![b' '; bytes]));
        assert_eq!(world.send(request.unwrap()).await.expect(413).code(), "request_too_large");
    }
}

#[tokio::test]
async fn a_header_that_stands_twice_is_refused() {
    let (world, device, key) = ready().await;
    let request = signed(&world, &device, &key);
    for (header, _) in &request.headers {
        let double = |name: &str, value: &str| vec![value.to_owned(); if name == *header { 2 } else { 1 }];
        let reply = deliver_with(&world, &request, "/v1/activate", request.body.to_vec(), double).await;
        check(&reply, "request_malformed");
    }
}

#[tokio::test]
async fn a_header_that_is_missing_is_named_by_its_code() {
    let (world, device, key) = ready().await;
    let request = signed(&world, &device, &key);
    for (header, code) in [
        ("Signature", "request_signature_missing"),
        ("Signature-Input", "request_signature_missing"),
        ("Idempotency-Key", "idempotency_key_missing"),
        ("Content-Type", "media_type_not_supported"),
    ] {
        let without = |name: &str, value: &str| if name == header { vec![] } else { vec![value.to_owned()] };
        let reply = deliver_with(&world, &request, "/v1/activate", request.body.to_vec(), without).await;
        check(&reply, code);
    }
}

#[tokio::test]
async fn a_signature_holds_for_its_own_key_path_body_and_attempt_only() {
    let (world, device, key) = ready().await;
    let request = signed(&world, &device, &key);
    let other = signed(&world, &Device::new(2, KeyAlgorithm::EcdsaP256Sha256), &key);
    let again = signed(&world, &device, &key);
    // Another key's signature, another body's signature, another attempt's name, another address.
    for (taken, header) in [(&other, "Signature"), (&again, "Signature"), (&again, "Idempotency-Key")] {
        let foreign = taken.headers.iter().find(|(name, _)| *name == header).unwrap().1.clone();
        let swapped =
            |name: &str, value: &str| vec![if name == header { foreign.clone() } else { value.to_owned() }];
        let reply = deliver_with(&world, &request, "/v1/activate", request.body.to_vec(), swapped).await;
        check(&reply, "request_signature_invalid");
    }
    for path in ["/v1/activate?x=1", "/v1/change-key"] {
        let reply = deliver_with(&world, &request, path, request.body.to_vec(), as_is).await;
        assert!(
            ["request_signature_invalid", "request_malformed"].contains(&reply.code().as_str()),
            "{path}: {}",
            reply.text
        );
    }
}

#[tokio::test]
async fn requests_that_come_again_or_out_of_order_have_no_second_effect() {
    let (world, device, key) = ready().await;
    let first = signed(&world, &device, &key);
    let second = signed(&world, &device, &key);
    world.deliver(&second).await.expect(200);
    check(&world.deliver(&first).await, "request_replayed");
    let lease = lease_id(&world.deliver(&second).await.expect(200));
    let renewed = device.renew(&world, lease).await.expect(200);
    check(&world.deliver(&second).await, "request_replayed");
    device.status(&world, lease_id(&renewed)).await.expect(200);
    let licences = world.get("/v1/licences").await.json();
    assert_eq!(licences["items"][0]["seats_taken"], 1);
}

#[tokio::test]
async fn a_request_for_another_service_or_with_an_old_nonce_is_refused() {
    let (world, device, key) = ready().await;
    let mut request = device.activate_request(&world, &key);
    request.audience = ServiceId::from_bytes([9; 32]);
    check(&world.deliver(&device.sign(&world, &request)).await, "audience_mismatch");
    let request = signed(&world, &device, &key);
    world.clock.advance_millis(11 * 60_000);
    check(&world.deliver(&request).await, "nonce_not_valid");
    let mut request = device.activate_request(&world, &key);
    request.nonce = "A".repeat(43);
    check(&world.deliver(&device.sign(&world, &request)).await, "nonce_not_valid");
}

#[tokio::test]
async fn wrong_keys_are_told_apart_and_guesses_are_limited() {
    let (world, device, key) = ready().await;
    let mut forged = key.clone().into_bytes();
    forged[28] = if forged[28] == b'7' { b'8' } else { b'7' };
    let mistyped = String::from_utf8(forged).unwrap();
    for (text, code) in [
        (mistyped.as_str(), "key_correctable"),
        (&key[..11], "key_incomplete"),
        ("W269N-WFGWX-YVC9B-4J6C9-T83GX", "key_is_windows_key"),
    ] {
        check(&device.activate(&world, text).await, code);
    }
    let mut codes = Vec::new();
    for guess in 0..25 {
        codes.push(
            device.activate(&world, &format!("HUNTER2-GUESS-NUMBER-{guess}-OF-A-LONG-TEXT")).await.code(),
        );
    }
    assert_eq!(codes[0], "key_not_genuine");
    assert_eq!(codes[24], "rate_limited");
}

/// The goal: nobody learns by trying which numbers were issued, or how many. A number with a wrong tag, one that was never issued with a wrong tag, and one
/// that was never issued with the tag that it would have had are answered alike, to the byte.
#[tokio::test]
async fn an_unissued_number_and_a_wrong_tag_are_answered_alike() {
    let (world, device, key) = ready().await;
    let Verdict::Valid(genuine) = read(&key) else { panic!("{key} is no key") };
    let issued = genuine.number();
    let unissued = KeyNumber { serial: issued.serial ^ 0x1_0001, ..issued };
    let batches = world.get("/v1/batches").await.json();
    let batch: BatchId = batches["items"][0]["id"].as_str().unwrap().parse().unwrap();
    let mut masters = Vec::new();
    world.change_secrets(|secrets| masters.push(TagSecret::derive(secrets.master(1).unwrap(), batch)));
    let (ours, strange) = (&masters[0], TagSecret::derive(&MasterSecret::from_bytes([9; 32], 1), batch));
    assert_eq!(ours.issue(issued, 0).expose(), key, "these are the service's own tags");

    let mut answers = Vec::new();
    for guess in [strange.issue(issued, 0), strange.issue(unissued, 0), ours.issue(unissued, 0)] {
        let reply = device.activate(&world, &guess.expose()).await.expect(403);
        assert_eq!(reply.code(), "key_not_genuine");
        let names: Vec<String> = reply.headers.keys().map(ToString::to_string).collect();
        let mut body = reply.json();
        // Each request has an id of its own.
        assert!(body.as_object_mut().unwrap().remove("instance").is_some());
        let text = body.to_string().replace(&guess.expose()[..11], "NUMBER");
        answers.push((names, text));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
    device.activate(&world, &key).await.expect(200);
}

#[tokio::test]
async fn bodies_that_are_no_json_of_the_right_form_are_refused_without_being_quoted() {
    let (world, _, key) = ready().await;
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let misplaced = format!(r#"{{"code":"{key}","name":"x"}}"#);
    for body in [
        b"".to_vec(),
        b"{".to_vec(),
        b"null".to_vec(),
        b"\xff\xfe\x00".to_vec(),
        br#"{"code":"a","name":"\ud800"}"#.to_vec(),
        br#"{"code":"a","code":"b","name":"x"}"#.to_vec(),
        br#"{"code":"a","name":"x","more":1}"#.to_vec(),
        b"{\"code\":\"a\",\"name\":\"x\xff\"}".to_vec(),
        deep.into_bytes(),
        misplaced.into_bytes(),
    ] {
        let request = Request::post("/v1/products")
            .header(AUTHORIZATION, format!("Bearer {}", world.token(Role::Owner)))
            .header(CONTENT_TYPE, "application/json")
            .header("idempotency-key", world.attempt().to_string())
            .body(Body::from(body.clone()));
        let reply = world.send(request.unwrap()).await;
        assert_eq!(reply.code(), "request_malformed", "{:?}: {}", String::from_utf8_lossy(&body), reply.text);
        assert!(!reply.text.contains(&key));
    }
}

#[tokio::test]
async fn addresses_methods_and_media_types_that_do_not_exist_are_entries_too() {
    let world = World::new().await;
    for path in ["/v1", "/v2/activate", "/v1/products/", "/etc/passwd", "/%ff", "/v1/licences/%ff", "//"] {
        let reply = world.get(path).await;
        assert_eq!((reply.status.as_u16(), reply.code().as_str()), (404, "route_not_found"), "{path}");
    }
    let reply = world.staff(Role::Owner, Method::PATCH, "/v1/products", Value::Null).await.expect(405);
    assert_eq!(reply.code(), "method_not_allowed");
    let allowed = reply.headers["allow"].to_str().unwrap();
    assert!(allowed.contains("GET") && allowed.contains("POST"), "{allowed}");
    let request = Request::post("/v1/keys/check").header(CONTENT_TYPE, "text/plain").body(Body::from("{}"));
    assert_eq!(world.send(request.unwrap()).await.expect(415).code(), "media_type_not_supported");
    for path in ["/v1/licences/nonsense", "/v1/batches/0", "/v1/policies/%20"] {
        assert_eq!(world.get(path).await.expect(404).code(), "record_not_found", "{path}");
    }
}

#[tokio::test]
async fn queries_that_are_not_of_their_form_are_refused_without_being_quoted() {
    let (world, _, key) = ready().await;
    for (query, code) in [
        ("limit=0", "page_not_valid"),
        ("limit=201", "page_not_valid"),
        ("limit=-1", "request_malformed"),
        ("limit=many", "request_malformed"),
        ("after=x", "page_not_valid"),
        ("sku=16384", "field_not_valid"),
        (&format!("key_number={key}"), "field_not_valid"),
        (&format!("labell={key}"), "request_malformed"),
    ] {
        let reply = world.get(&format!("/v1/licences?{query}")).await;
        assert_eq!(reply.code(), code, "{query}: {}", reply.text);
        assert!(!reply.text.contains(&key));
    }
}

#[tokio::test]
async fn a_write_without_an_attempts_name_or_with_a_used_one_is_refused() {
    let world = World::new().await;
    let send = async |key: Option<&str>, body: &str| {
        let mut request = Request::post("/v1/products")
            .header(AUTHORIZATION, format!("Bearer {}", world.token(Role::Owner)))
            .header(CONTENT_TYPE, "application/json");
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        world.send(request.body(Body::from(body.to_owned())).unwrap()).await
    };
    let body = r#"{"code":"draw","name":"Draw"}"#;
    assert_eq!(send(None, body).await.expect(400).code(), "idempotency_key_missing");
    assert_eq!(send(Some("7"), body).await.expect(400).code(), "request_malformed");
    let key = "01890a5d-ac96-774b-bcce-b302099a8057";
    let first = send(Some(key), body).await.expect(201);
    assert_eq!(send(Some(key), body).await.expect(201).member("id"), first.member("id"));
    let other = r#"{"code":"paint","name":"Paint"}"#;
    assert_eq!(send(Some(key), other).await.expect(422).code(), "idempotency_key_reused");
    assert_eq!(world.get("/v1/products").await.json()["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_problem_speaks_the_readers_language_and_names_the_request() {
    let world = World::new().await;
    let reply = world.open("/nowhere", "ja").await;
    assert_eq!(reply.headers["content-type"], "application/problem+json");
    assert_eq!(reply.json()["instance"].as_str().unwrap(), reply.headers["x-request-id"]);
    assert_eq!(reply.json()["type"], "/help/route_not_found");
    assert!(reply.member("detail").ends_with('。'));
}
