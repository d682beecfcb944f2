use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::Value;
use warifu_core::staff::Role;
use warifu_proto::log::{Entry, LogCertificate, Receipt, Tile, Tree, leaf_hash};

use crate::testing::World;

/// A service with some events, all of which have their places.
async fn world() -> World {
    let world = World::new().await;
    for number in 0..5 {
        let product = serde_json::json!({"code": format!("draw-{number}"), "name": "Draw"});
        world.post("/v1/products", product).await.expect(201);
    }
    world.sequence().await;
    world
}

#[tokio::test]
async fn a_stranger_can_verify_the_root_and_staff_the_entries_below_it() {
    let world = world().await;
    let key = world.open("/v1/log/key", "en").await.expect(200);
    let authority = world.service.authority();
    let certificate =
        LogCertificate::verify(authority.root(), &key.member("certificate"), world.service.now()).unwrap();
    assert!(key.member("verifier_key").starts_with(&format!("{}+", key.member("origin"))));
    let reply = world.open("/v1/log/checkpoint", "en").await.expect(200);
    assert_eq!(reply.headers["content-type"], "text/plain; charset=utf-8");
    assert_eq!(reply.headers["cache-control"], "no-cache");
    let checkpoint = certificate.checkpoint(&reply.text).unwrap();
    assert_eq!(checkpoint.size, 9, "four tokens and five products");

    let tile = world.open("/v1/log/tile/0/000.p/9", "en").await.expect(200);
    assert_eq!(tile.headers["content-type"], "application/octet-stream");
    let hashes = Tile::parse_hashes(&tile.bytes).unwrap();
    let mut tree = Tree::default();
    tree.append(hashes.iter().copied());
    assert_eq!(tree.root(), checkpoint.root);

    let bundle = world.get("/v1/log/tile/entries/000.p/9").await.expect(200).bytes;
    let mut rest = &bundle[..];
    for hash in &hashes {
        let (length, more) = rest.split_first_chunk::<2>().unwrap();
        let (entry, more) = more.split_at(usize::from(u16::from_be_bytes(*length)));
        assert_eq!(leaf_hash(entry), *hash);
        assert!(Entry::parse(entry).is_some());
        rest = more;
    }
    assert!(rest.is_empty());

    let first = world.get("/v1/log/entries?limit=6").await.expect(200).json();
    let last = world.get(&format!("/v1/log/entries?after={}", first["next"].as_str().unwrap())).await.json();
    let all: Vec<&Value> =
        [&first, &last].iter().flat_map(|page| page["items"].as_array().unwrap()).collect();
    assert_eq!(all.len(), 9);
    for (index, (item, hash)) in all.iter().zip(&hashes).enumerate() {
        assert_eq!(item["index"], index);
        assert_eq!(leaf_hash(item["entry"].as_str().unwrap().as_bytes()), *hash);
    }
}

#[tokio::test]
async fn a_tile_that_is_not_there_is_not_found_however_it_is_named() {
    let world = world().await;
    for path in [
        "0/000",
        "0/000.p/10",
        "0/001.p/1",
        "1/000.p/1",
        "64/000.p/1",
        "0/0",
        "0/x000/000",
        "0/000.p/0",
        "0/..",
        "x/000",
    ] {
        let reply = world.open(&format!("/v1/log/tile/{path}"), "en").await.expect(404);
        assert!(["record_not_found", "route_not_found"].contains(&reply.code().as_str()), "{path}");
    }
    for path in ["000", "000.p/10", "x999/x999/x999/x999/x999/x999/999", "18446744073709551615"] {
        world.get(&format!("/v1/log/tile/entries/{path}")).await.expect(404);
    }
    world.get("/v1/log/entries?after=18446744073709551615").await.expect(200);
    assert_eq!(world.get("/v1/log/entries?after=-1").await.expect(400).code(), "page_not_valid");
}

#[tokio::test]
async fn a_receipt_proves_an_event_under_the_root_once_it_has_its_place() {
    let world = world().await;
    let events = world.get("/v1/events").await.expect(200).json();
    // Ids of one millisecond are in no order; places are in that of the commits.
    let mut indices = Vec::new();
    for event in events["items"].as_array().unwrap() {
        let index = event["log_index"].as_u64().unwrap();
        indices.push(index);
        let path = format!("/v1/events/{}/receipt", event["id"].as_str().unwrap());
        let reply = world.staff(Role::ReadOnly, Method::GET, &path, Value::Null).await.expect(200);
        let proven = Receipt::parse(&reply.text).unwrap();
        let proven = proven.verify(world.service.authority().root(), world.service.now()).unwrap();
        assert_eq!(proven.entry.id, event["id"].as_str().unwrap());
        assert_eq!(proven.index, index);
    }
    indices.sort_unstable();
    assert_eq!(indices, Vec::from_iter(0..9));
    world.post("/v1/products", serde_json::json!({"code": "late", "name": "Late"})).await.expect(201);
    let events = world.get("/v1/events").await.expect(200).json();
    let late = events["items"].as_array().unwrap().iter().find(|event| event["log_index"].is_null()).unwrap();
    let path = format!("/v1/events/{}/receipt", late["id"].as_str().unwrap());
    let reply = world.get(&path).await.expect(409);
    assert_eq!(reply.code(), "log_not_yet");
    assert!(reply.headers.contains_key("retry-after"));
    world.sequence().await;
    world.get(&path).await.expect(200);
    let unknown = format!("/v1/events/{}/receipt", "018bcfe5-6800-7bab-abab-abababababab");
    assert_eq!(world.get(&unknown).await.expect(404).code(), "record_not_found");
}

#[tokio::test]
async fn without_a_log_key_the_log_grows_and_says_that_it_is_not_signed() {
    let world = World::without_log_keys().await;
    world.sequence().await;
    for path in ["/v1/log/checkpoint", "/v1/log/key"] {
        assert_eq!(world.open(path, "en").await.expect(404).code(), "log_not_signed");
    }
    assert_eq!(world.open("/v1/log/tile/0/000.p/4", "en").await.expect(200).bytes.len(), 4 * 32);
}

#[tokio::test]
async fn strangers_see_no_entry() {
    let world = world().await;
    for path in ["/v1/log/entries", "/v1/log/tile/entries/000.p/1"] {
        let reply = world.send(Request::get(path).body(Body::empty()).unwrap()).await.expect(401);
        assert_eq!(reply.code(), "token_missing");
    }
}

#[tokio::test]
async fn the_numbers_tell_how_long_the_log_is_and_how_far_behind() {
    let world = world().await;
    let text = world.get("/metrics").await.expect(200).text;
    assert!(text.contains("warifu_log_size 9\n") && text.contains("warifu_log_lag_seconds 0\n"), "{text}");
    world.post("/v1/products", serde_json::json!({"code": "late", "name": "Late"})).await.expect(201);
    world.clock.advance_millis(90_000);
    let text = world.get("/metrics").await.expect(200).text;
    assert!(text.contains("warifu_log_size 9\n") && text.contains("warifu_log_lag_seconds 90\n"), "{text}");
}
