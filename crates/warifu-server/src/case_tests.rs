//! Cases from a stranger's request to a person's page, and what staff do with them.

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, Request};
use serde_json::{Value, json};
use warifu_case::bundle::{Bundle, SignedBy};
use warifu_case::content::{Client, Content, Making};
use warifu_core::catalogue::Lang;
use warifu_core::staff::Role;
use warifu_core::time::Span;
use warifu_proto::keys::{InstallationKey, KeyAlgorithm};
use warifu_troubleshoot::Session;
use warifu_troubleshoot::knowledge::WINDOWS;

use crate::testing::{Device, Reply, START, World};

fn content(nonce: u8) -> Content {
    let mut session = Session::new(&WINDOWS);
    session.code("0xC004F213");
    session.answer("user.hw_changed", "board");
    let making = Making {
        client: Client { name: "warifu".to_owned(), system: "linux".to_owned(), version: "0.1.0".to_owned() },
        language: Lang::Ja,
        made: START,
        nonce: [nonce; 16],
        message: Some("先週、マザーボードを交換しました。".to_owned()),
    };
    Content::of(&session, making).unwrap()
}

fn signed(content: Content, signed_by: SignedBy) -> Vec<u8> {
    let key = InstallationKey::from_secret(KeyAlgorithm::Ed25519, &[6; 32]).unwrap();
    Bundle::sign(content, signed_by, &key).unwrap().to_bytes()
}

pub(crate) fn bundle(nonce: u8) -> Vec<u8> {
    signed(content(nonce), SignedBy::Once)
}

pub(crate) async fn send(world: &World, bundle: &[u8]) -> Reply {
    let request = Request::post("/v1/cases").header(CONTENT_TYPE, "application/json");
    world.send(request.body(Body::from(bundle.to_vec())).unwrap()).await
}

async fn count(world: &World, query: &str) -> usize {
    world.get(&format!("/v1/cases{query}")).await.expect(200).json()["items"].as_array().unwrap().len()
}

#[tokio::test]
async fn a_case_sent_twice_is_one_case_and_its_link_alone_opens_it() {
    let world = World::new().await;
    let first = send(&world, &bundle(1)).await.expect(201).json();
    // Laid out in another way it is the same case.
    let compact = Bundle::open(&bundle(1)).unwrap().to_compact_bytes();
    assert_eq!(send(&world, &compact).await.expect(201).json(), first);
    assert_eq!(count(&world, "").await, 1);
    let (number, link) = (first["number"].as_str().unwrap(), first["link"].as_str().unwrap());
    assert_eq!(link.len(), "/help/cases/".len() + 22, "128 bits");
    for (language, said) in [("ja", "送信したケース"), ("en", "The case that you sent")] {
        let page = world.open(link, language).await.expect(200);
        assert!(page.text.contains(said) && page.text.contains(number));
        assert!(page.text.contains("マザーボードを交換"), "the sender's own words");
        assert_eq!(page.headers["cache-control"], "no-store");
        assert_eq!(page.headers["referrer-policy"], "no-referrer");
    }
    for other in
        [format!("/help/cases/{number}"), format!("/help/cases/{}", "A".repeat(22)), format!("{link}A")]
    {
        let page = world.open(&other, "en").await.expect(404);
        assert!(page.text.contains("There is no such case") && page.headers["cache-control"] == "no-store");
    }
    // Neither staff nor the log ever see the link.
    world.sequence().await;
    let secret = link.rsplit('/').next().unwrap();
    for path in ["/v1/cases", &format!("/v1/cases/{number}"), "/v1/events", "/v1/log/entries"] {
        let seen = world.get(path).await.expect(200).text;
        assert!(!seen.contains(secret), "{path}");
    }
    let other = send(&world, &bundle(2)).await.expect(201).json();
    assert!(other["number"] != first["number"] && other["link"] != first["link"]);
}

#[tokio::test]
async fn staff_see_the_bundle_write_notes_close_and_erase_and_the_log_tells_numbers_alone() {
    let world = World::new().await;
    let policy = world.shop(json!({})).await;
    let key = world.keys(&policy, 1).await.remove(0);
    Device::new(6, KeyAlgorithm::Ed25519).activate(&world, &key).await.expect(200);
    let sent = send(&world, &signed(content(1), SignedBy::Installation)).await.expect(201).json();
    let (number, link) = (sent["number"].as_str().unwrap(), sent["link"].as_str().unwrap());
    let path = format!("/v1/cases/{number}");
    let shown = world.staff(Role::ReadOnly, Method::GET, &path, Value::Null).await.expect(200).json();
    assert_eq!(shown["summary"]["cause"], "hardware_changed_board");
    assert_eq!(shown["summary"]["installation"].as_str().unwrap().len(), 64);
    let again = Bundle::open(shown["bundle"].to_string().as_bytes()).expect("what staff get is whole");
    assert_eq!(again.digest(), Bundle::open(&signed(content(1), SignedBy::Installation)).unwrap().digest());
    // However the number is spelled.
    let spelled = format!("/v1/cases/{}", number.replace('-', ""));
    assert_eq!(world.get(&spelled).await.expect(200).json(), shown);

    let note =
        json!({"text": "Called them. Their key is BCDFG-HJKMN-PQRTV-WXY23-46789, mail hanako@example.com."});
    let notes = format!("{path}/notes");
    let noted = world.staff(Role::Support, Method::POST, &notes, note).await.expect(200).json();
    let text = noted["notes"][0]["text"].as_str().unwrap();
    assert!(
        text.starts_with("Called them.") && !text.contains("BCDFG") && !text.contains("hanako"),
        "{text}"
    );
    for bad in [json!({"text": ""}), json!({"text": "x".repeat(1001)}), json!({"text": "a\u{0}b"})] {
        assert_eq!(world.post(&notes, bad).await.expect(422).code(), "field_not_valid");
    }
    for _ in 0..2 {
        let closed = world.staff(Role::Support, Method::POST, &format!("{path}/close"), Value::Null).await;
        assert!(closed.expect(200).json()["summary"]["closed"].is_string());
    }
    assert!(world.open(link, "en").await.expect(200).text.contains("This case is closed."));
    assert_eq!((count(&world, "").await, count(&world, "?open=true").await), (1, 0));
    world.post(&format!("{path}/reopen"), Value::Null).await.expect(200);
    assert_eq!(count(&world, "?open=true").await, 1);

    let refused = world.staff(Role::Operator, Method::DELETE, &path, Value::Null).await.expect(403);
    assert_eq!(refused.code(), "role_insufficient");
    world.staff(Role::Owner, Method::DELETE, &path, Value::Null).await.expect(204);
    assert_eq!(world.get(&path).await.expect(404).code(), "record_not_found");
    world.open(link, "en").await.expect(404);
    world.sequence().await;
    let events = world.get("/v1/events?limit=200").await.expect(200);
    // Events of one moment have no order among them.
    let mut actions: Vec<_> = events.json()["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|event| event["details"]["case"] == number)
        .map(|event| event["action"].as_str().unwrap().to_owned())
        .collect();
    actions.sort_unstable();
    assert_eq!(actions, ["case.closed", "case.erased", "case.noted", "case.received", "case.reopened"]);
    assert!(!events.text.contains("Called") && !events.text.contains("マザーボード"));
}

#[tokio::test]
async fn what_is_no_sound_case_is_refused_and_nothing_of_it_is_kept() {
    let world = World::new().await;
    let file: Value = serde_json::from_slice(&bundle(1)).unwrap();
    let edited = |pointer: &str, value: Value| {
        let mut file = file.clone();
        *file.pointer_mut(pointer).unwrap() = value;
        file.to_string().into_bytes()
    };
    let mut contradicting = content(1);
    contradicting.findings[0].confidence -= 1;
    let mut elsewhere = content(1);
    elsewhere.subject = "toaster".to_owned();
    for (bytes, status, code) in [
        (b"{}".to_vec(), 422, "case_not_valid"),
        (b"[1]".to_vec(), 422, "case_not_valid"),
        (bundle(1)[..900].to_vec(), 422, "case_not_valid"),
        (edited("/content/unknown", true.into()), 422, "case_not_valid"),
        (edited("/content/facts/0/value", "taro@example.com".into()), 422, "case_not_valid"),
        (edited("/content/message", "my key is BCDFG-HJKMN-PQRTV-WXY23-46789".into()), 422, "case_not_valid"),
        (signed(contradicting, SignedBy::Once), 422, "case_not_valid"),
        (signed(elsewhere, SignedBy::Once), 422, "case_not_valid"),
        (vec![b' '; 48 * 1024 + 1], 413, "request_too_large"),
    ] {
        let reply = send(&world, &bytes).await.expect(status);
        assert_eq!(reply.code(), code);
        assert!(!reply.text.contains("BCDFG") && !reply.text.contains("taro@"), "{}", reply.text);
    }
    let request = Request::post("/v1/cases").header(CONTENT_TYPE, "text/plain");
    let reply = world.send(request.body(Body::from(bundle(1))).unwrap()).await.expect(415);
    assert_eq!(reply.code(), "media_type_not_supported");
    assert_eq!(count(&world, "").await, 0);
}

#[tokio::test]
async fn what_other_knowledge_is_said_to_have_found_is_in_no_list_and_no_log() {
    let world = World::new().await;
    let mut invented = content(1);
    invented.knowledge = "0".repeat(64);
    invented.unknown = true;
    invented.findings[0].cause = "BCDFG-HJKMN-PQRTV-WXY23-46789".to_owned();
    invented.findings[0].remedies = vec!["yamada-hanako".to_owned()];
    let sent = send(&world, &signed(invented, SignedBy::Once)).await.expect(201).json();
    world.sequence().await;
    for path in ["/v1/cases", "/v1/events?limit=200", "/v1/log/entries"] {
        let seen = world.get(path).await.expect(200).text;
        assert!(!seen.contains("BCDFG") && seen.contains("hardware_changed_board"), "{path}: {seen}");
    }
    let listed = world.get("/v1/cases").await.expect(200).json();
    assert_eq!(listed["items"][0]["unknown"], false);
    let page = world.open(sent["link"].as_str().unwrap(), "en").await.expect(200).text;
    assert!(!page.contains("BCDFG") && !page.contains("hanako"), "{page}");
}

#[tokio::test]
async fn a_key_that_no_installation_has_is_no_installation_whatever_it_says() {
    let world = World::new().await;
    let sent = send(&world, &signed(content(1), SignedBy::Installation)).await.expect(201).json();
    let path = format!("/v1/cases/{}", sent["number"].as_str().unwrap());
    let shown = world.get(&path).await.expect(200).json();
    assert_eq!(shown["summary"]["installation"], Value::Null);
    let events = world.get("/v1/events?limit=200").await.expect(200).json();
    let event = events["items"].as_array().unwrap().iter().find(|event| event["action"] == "case.received");
    assert_eq!(event.unwrap()["actor"], "service");
}

#[tokio::test]
async fn what_staff_repeat_is_answered_as_before_and_done_once() {
    let world = World::new().await;
    let sent = send(&world, &bundle(1)).await.expect(201).json();
    let path = format!("/v1/cases/{}", sent["number"].as_str().unwrap());
    let (notes, note, attempt) = (format!("{path}/notes"), json!({"text": "Called."}), world.attempt());
    for _ in 0..2 {
        let noted = world.staff_again(Role::Support, &notes, note.clone(), attempt).await.expect(200).json();
        assert_eq!(noted["notes"].as_array().unwrap().len(), 1);
    }
    let other = world.staff_again(Role::Support, &notes, json!({"text": "No."}), attempt).await.expect(422);
    assert_eq!(other.code(), "idempotency_key_reused");
    let attempt = world.attempt();
    for _ in 0..2 {
        let request = Request::delete(&path)
            .header("authorization", format!("Bearer {}", world.token(Role::Owner)))
            .header("idempotency-key", attempt.to_string());
        world.send(request.body(Body::empty()).unwrap()).await.expect(204);
    }
    assert_eq!(world.get(&path).await.expect(404).code(), "record_not_found");
}

#[tokio::test]
async fn one_source_sends_a_few_cases_and_time_lets_it_send_more() {
    let world = World::new().await;
    for nonce in 0..5 {
        send(&world, &bundle(nonce)).await.expect(201);
    }
    assert_eq!(send(&world, &bundle(5)).await.expect(429).code(), "rate_limited");
    send(&world, &bundle(4)).await.expect(201);
    world.pass(Span::seconds(601));
    send(&world, &bundle(5)).await.expect(201);
    assert_eq!(count(&world, "").await, 6);
}

#[tokio::test]
async fn what_is_refused_and_what_is_repeated_uses_up_the_patience_too() {
    for bytes in [b"{}".to_vec(), bundle(1)] {
        let world = World::new().await;
        let first = send(&world, &bytes).await.status;
        for _ in 1..60 {
            assert_eq!(send(&world, &bytes).await.status, first);
        }
        assert_eq!(send(&world, &bytes).await.expect(429).code(), "rate_limited");
        world.pass(Span::seconds(1));
        assert_eq!(send(&world, &bytes).await.status, first);
    }
}

#[tokio::test]
async fn however_many_come_at_once_no_more_than_a_few_are_taken() {
    let world = std::sync::Arc::new(World::new().await);
    let mut sending = tokio::task::JoinSet::new();
    for nonce in 0..24 {
        let world = world.clone();
        sending.spawn(async move { send(&world, &bundle(nonce)).await.status.as_u16() });
    }
    let statuses = sending.join_all().await;
    let of = |status: u16| statuses.iter().filter(|found| **found == status).count();
    assert_eq!((of(201), of(429)), (5, 19), "{statuses:?}");
    assert_eq!(count(&world, "").await, 5);
}

#[tokio::test]
async fn after_half_a_year_a_case_is_shown_to_nobody_and_erased() {
    let world = World::new().await;
    let sent = send(&world, &bundle(1)).await.expect(201).json();
    let path = format!("/v1/cases/{}", sent["number"].as_str().unwrap());
    world.pass(Span::days(179));
    crate::edge::retention::round(&world.app).await.unwrap();
    world.get(&path).await.expect(200);
    world.pass(Span::days(1));
    assert_eq!(world.get(&path).await.expect(404).code(), "record_not_found");
    world.open(sent["link"].as_str().unwrap(), "ja").await.expect(404);
    assert_eq!(count(&world, "").await, 0);
    assert_eq!(world.service.old_cases().unwrap().len(), 1, "the row is still there");
    crate::edge::retention::round(&world.app).await.unwrap();
    assert_eq!(world.service.old_cases().unwrap(), []);
    let events = world.get("/v1/events?limit=200").await.expect(200).json();
    let last = events["items"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["action"], &last["actor"]), (&json!("case.erased"), &json!("service")));
}

#[tokio::test]
async fn a_page_of_the_service_makes_a_case_of_its_session() {
    let world = World::new().await;
    let mut session = Session::new(&WINDOWS);
    session.read("Registered KMS machine name: kms.corp.example:1688\nNotification Reason: 0xC004F074");
    let bundle =
        world.service.bundle_of_session(&session, Lang::En, Some("Ask me at taro@corp.example")).unwrap();
    let text = String::from_utf8(bundle.to_bytes()).unwrap();
    assert!(!text.contains("corp.example") && text.contains("hiddenmail1"), "{text}");
    send(&world, text.as_bytes()).await.expect(201);
}
