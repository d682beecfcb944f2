//! The net under every request, and the log: complete, and without anything that is secret or personal.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use serde_json::{Value, json};
use tower::ServiceExt as _;
use tracing_subscriber::fmt::MakeWriter;
use warifu_core::staff::Role;
use warifu_core::text::Name;
use warifu_proto::keys::{KeyAlgorithm, Signer as _};

use crate::config::Options;
use crate::observe::observe;
use crate::testing::{Device, World, lease_id};

async fn through(world: &World, router: Router<crate::app::App>) -> (u16, Value) {
    let router = router.layer(from_fn_with_state(world.app.clone(), observe)).with_state(world.app.clone());
    let response = router.oneshot(Request::get("/x").body(Body::empty()).unwrap()).await.unwrap();
    let status = response.status().as_u16();
    let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, serde_json::from_slice(&body).unwrap())
}

#[tokio::test]
async fn a_panic_is_an_internal_error_whose_detail_stays_in_the_log() {
    let world = World::new().await;
    let router = Router::new().route("/x", get(async || -> String { panic!("the secret detail") }));
    let (status, problem) = through(&world, router).await;
    assert_eq!((status, &problem["code"]), (500, &json!("internal_error")));
    assert_eq!(problem["values"]["request_id"], problem["instance"]);
    assert!(!problem.to_string().contains("secret"));
}

#[tokio::test(start_paused = true)]
async fn a_request_that_takes_too_long_is_answered_all_the_same() {
    let world = World::with(Options { request_timeout: Duration::from_secs(5), ..Options::default() }).await;
    let router = Router::new().route("/x", get(std::future::pending::<String>));
    let (status, problem) = through(&world, router).await;
    assert_eq!((status, &problem["code"]), (503, &json!("service_busy")));
}

/// What is logged by all threads of the tests.
#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Captured {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn the_log_of_a_whole_run_holds_no_secret_and_nothing_personal() {
    let captured = Captured::default();
    let subscriber =
        tracing_subscriber::fmt().json().with_max_level(tracing::Level::TRACE).with_writer(captured.clone());
    // For every thread, the writer's included. No other test sets one.
    tracing::subscriber::set_global_default(subscriber.finish()).unwrap();

    let world = World::new().await;
    let policy = world.shop(json!({"seats": 1})).await;
    let keys = world.keys(&policy, 2).await;
    let device = Device::new(1, KeyAlgorithm::Ed25519);
    let mut request = device.activate_request(&world, &keys[0]);
    request.device_name = Some(Name::new("花子のノートPC").unwrap());
    let nonce = request.nonce.clone();
    let answer = world.deliver(&device.sign(&world, &request)).await.expect(200);
    let lease = lease_id(&answer);
    device.renew(&world, lease).await.expect(200);
    device.status(&world, lease).await;
    Device::new(2, KeyAlgorithm::Ed25519).activate(&world, &keys[0]).await.expect(409);
    device.change_key(&world, lease, &keys[1]).await;
    device.activate(&world, "GUESSED-KEY-OF-SOMEBODY-ELSE").await;
    let imports = json!({"sku": 1, "policy": policy, "keys": ["FOREIGN-KEY-0001-ABCDEF"]});
    world.post("/v1/imports", imports).await.expect(201);
    world.get(&format!("/v1/licences?label={}", keys[0])).await;
    world.get(&format!("/v1/licences/{}", keys[0])).await;
    let created =
        world.post("/v1/staff", json!({"name": "Hanako Yamada", "role": "support"})).await.expect(201);
    world.post("/v1/products", json!({"code": keys[0], "name": 1})).await;

    let log = String::from_utf8(captured.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains(r#""route":"/v1/activate","status":200"#), "{log}");
    assert!(log.contains(r#""route":"/v1/licences/{id}""#) && log.contains(r#""code":"seat_limit_reached""#));
    let mut secrets = vec![
        nonce,
        "花子".to_owned(),
        "Hanako".to_owned(),
        "GUESSED-KEY".to_owned(),
        "FOREIGN-KEY".to_owned(),
        answer.member("lease"),
        created.json()["token"].as_str().unwrap().to_owned(),
        device.key.public_key().thumbprint().to_string(),
        "v4.public".to_owned(),
        "Bearer".to_owned(),
    ];
    for key in &keys {
        secrets.extend([key.clone(), key[12..].to_owned(), key.replace('-', "")]);
    }
    secrets.extend(Role::ALL.iter().map(|role| world.token(*role).to_owned()));
    for (_, reading) in device.fingerprint.readings() {
        if let warifu_core::hardware::Reading::Present(hash) = reading {
            secrets.push(hash.to_string());
        }
    }
    for secret in secrets {
        assert!(!log.contains(&secret), "{secret} is in the log");
    }
}
