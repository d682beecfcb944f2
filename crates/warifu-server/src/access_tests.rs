//! Every route with every role, and with no token, a bad one and a removed one.

use axum::body::Body;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{Method, Request};
use serde_json::{Value, json};
use warifu_core::staff::Role;
use warifu_proto::encoding::{base64url, hex};

use crate::route::routes;
use crate::testing::World;

/// Every route and whom it lets in, written down apart from the table that makes the guards: what is changed there by mistake differs from this.
/// `anybody` needs nothing, `signature` an installation's key and no token; a role's name stands in its column.
const MATRIX: &str = "
POST   /v1/activate                                        signature
POST   /v1/renew                                           signature
POST   /v1/status                                          signature
POST   /v1/deactivate                                      signature
POST   /v1/change-key                                      signature
POST   /v1/ask-release                                     signature
GET    /v1/nonce                                           anybody
GET    /v1/service                                         anybody
GET    /v1/key-list                                        anybody
POST   /v1/keys/check                                      anybody
POST   /v1/cases                                           anybody
GET    /healthz                                            anybody
GET    /metrics                                            read-only support operator owner
GET    /openapi.json                                       anybody
GET    /                                                   anybody
GET    /help                                               anybody
POST   /help/ask                                           anybody
GET    /help/ask                                           anybody
POST   /help/case                                          anybody
GET    /help/case                                          anybody
POST   /help/case/send                                     anybody
GET    /help/case/send                                     anybody
GET    /help/warifu-collect.cmd                            anybody
GET    /help/{code}                                        anybody
GET    /help/cases/{link}                                  anybody
GET    /help/errors                                        anybody
GET    /help/errors/{code}                                 anybody
GET    /style.css                                          anybody
POST   /v1/products                                                          operator owner
GET    /v1/products                                        read-only support operator owner
POST   /v1/skus                                                              operator owner
GET    /v1/skus                                            read-only support operator owner
POST   /v1/policies                                                          operator owner
GET    /v1/policies                                        read-only support operator owner
GET    /v1/policies/{id}                                   read-only support operator owner
PUT    /v1/policies/{id}                                                     operator owner
POST   /v1/batches                                                           operator owner
GET    /v1/batches                                         read-only support operator owner
GET    /v1/batches/{id}                                    read-only support operator owner
POST   /v1/batches/{id}/withdraw                                             operator owner
POST   /v1/batches/{id}/erase-label                                                   owner
GET    /v1/batches/{id}/keys                                                 operator owner
POST   /v1/imports                                                           operator owner
POST   /v1/licences                                                          operator owner
GET    /v1/licences                                        read-only support operator owner
GET    /v1/licences/{id}                                   read-only support operator owner
GET    /v1/licences/{id}/key                                                 operator owner
POST   /v1/licences/{id}/suspend                                     support operator owner
POST   /v1/licences/{id}/reinstate                                   support operator owner
POST   /v1/licences/{id}/revoke                                              operator owner
POST   /v1/licences/{id}/extend                                              operator owner
POST   /v1/licences/{id}/renew                                               operator owner
POST   /v1/licences/{id}/top-up                                              operator owner
POST   /v1/licences/{id}/replace-key                                         operator owner
POST   /v1/purchase-proofs                                           support operator owner
GET    /v1/licences/{id}/activations                       read-only support operator owner
GET    /v1/activations/contested                           read-only support operator owner
POST   /v1/licences/{id}/activations/{activation}/release            support operator owner
POST   /v1/licences/{id}/activations/{activation}/forget                              owner
POST   /v1/licences/{id}/erase-label                                                  owner
GET    /v1/cases                                           read-only support operator owner
GET    /v1/cases/{number}                                  read-only support operator owner
POST   /v1/cases/{number}/notes                                      support operator owner
POST   /v1/cases/{number}/close                                      support operator owner
POST   /v1/cases/{number}/reopen                                     support operator owner
DELETE /v1/cases/{number}                                                             owner
GET    /v1/events                                          read-only support operator owner
GET    /v1/events/{id}/receipt                             read-only support operator owner
GET    /v1/log/checkpoint                                  anybody
GET    /v1/log/key                                         anybody
GET    /v1/log/tile/{level}/{*path}                        anybody
GET    /v1/log/tile/entries/{*path}                        read-only support operator owner
GET    /v1/log/entries                                     read-only support operator owner
POST   /v1/staff                                                                      owner
GET    /v1/staff                                                                      owner
DELETE /v1/staff/{id}                                                                 owner
POST   /v1/staff/{id}/forget                                                          owner
";

/// One line of the matrix.
struct Line {
    method: Method,
    path: &'static str,
    lets_in: Vec<&'static str>,
}

impl Line {
    fn is_for_staff(&self) -> bool {
        !matches!(self.lets_in[..], ["anybody" | "signature"])
    }
}

fn matrix() -> Vec<Line> {
    let lines = MATRIX.lines().filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let mut words = line.split_whitespace();
            let method = words.next().unwrap().parse().unwrap();
            Line { method, path: words.next().unwrap(), lets_in: words.collect() }
        })
        .collect()
}

/// What a route answers to somebody with this authorisation.
async fn code(world: &World, method: &Method, path: &str, authorisation: Option<&str>) -> (u16, String) {
    let path = path
        .replace("{id}", &"0".repeat(36))
        .replace("{activation}", "none")
        .replace("{code}", "none")
        .replace("{number}", "none")
        .replace("{link}", "none");
    let mut request = Request::builder()
        .method(method.clone())
        .uri(path)
        .header(CONTENT_TYPE, "application/json")
        .header("idempotency-key", world.attempt().to_string());
    if let Some(value) = authorisation {
        request = request.header(AUTHORIZATION, value);
    }
    let reply = world.send(request.body(Body::empty()).unwrap()).await;
    (reply.status.as_u16(), reply.code())
}

#[test]
fn every_route_has_one_line_in_the_matrix() {
    let name = |method: &Method, path: &str| format!("{method} {path}");
    let mut lines: Vec<_> = matrix().iter().map(|line| name(&line.method, line.path)).collect();
    let mut known: Vec<_> = routes().iter().map(|route| name(&route.method, route.path)).collect();
    lines.sort();
    known.sort();
    assert_eq!(lines, known);
}

#[tokio::test]
async fn every_route_lets_in_exactly_whom_the_matrix_says() {
    let world = World::new().await;
    for Line { method, path, lets_in } in matrix() {
        for role in Role::ALL {
            let bearer = format!("Bearer {}", world.token(role));
            let (status, code) = code(&world, &method, path, Some(&bearer)).await;
            assert!(status < 500, "{method} {path}: {code}");
            let about = format!("{role} at {method} {path}: {status} {code}");
            match lets_in[..] {
                // A token, even the owner's, is no signature.
                ["signature"] => {
                    assert_eq!((status, code.as_str()), (401, "request_signature_missing"), "{about}")
                }
                ["anybody"] => assert!(status != 401 && status != 403, "{about}"),
                ref roles => {
                    let refused = status == 403 && code == "role_insufficient";
                    assert_eq!(refused, !roles.contains(&role.as_str()), "{about}");
                    assert_ne!(status, 401, "{about}");
                }
            }
        }
    }
}

#[test]
fn the_committed_description_names_the_least_role_of_every_route() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
    let description: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    for line in matrix() {
        let expected = match line.lets_in[0] {
            "anybody" => json!([]),
            "signature" => json!([{"signature": []}]),
            least => json!([{"token": [least]}]),
        };
        let method = line.method.as_str().to_ascii_lowercase();
        let operation = &description["paths"][line.path.replace("{*", "{")][method];
        assert_eq!(operation["security"], expected, "{} {}", line.method, line.path);
    }
}

#[tokio::test]
async fn without_a_good_token_no_route_of_staff_lets_anybody_in() {
    let staff = json!({"name": "leaver", "role": "owner"});
    for line in matrix() {
        // Bad tokens are limited, so each route has a service of its own.
        let world = World::new().await;
        let created = world.post("/v1/staff", staff.clone()).await.expect(201).json();
        let (id, removed) = (created["staff"]["id"].as_str().unwrap(), created["token"].as_str().unwrap());
        world.staff(Role::Owner, Method::DELETE, &format!("/v1/staff/{id}"), Value::Null).await.expect(204);

        let unknown = format!("Bearer wst_{}", "A".repeat(43));
        let basic = format!("Basic {}", world.token(Role::Owner));
        let bare = world.token(Role::Owner).to_owned();
        let removed = format!("Bearer {removed}");
        let mut answers = vec![(code(&world, &line.method, line.path, None).await, "token_missing")];
        for bad in [unknown.as_str(), &basic, &bare, &removed, "Bearer", "Bearer ", ""] {
            answers.push((code(&world, &line.method, line.path, Some(bad)).await, "token_not_valid"));
        }
        for ((status, code), expected) in answers {
            if line.is_for_staff() {
                assert_eq!((status, code.as_str()), (401, expected), "{} {}", line.method, line.path);
            } else {
                assert!(!code.starts_with("token_"), "{} {}", line.method, line.path);
            }
        }
    }
}

#[tokio::test]
async fn guessing_tokens_is_slowed_down_and_time_forgives() {
    let world = World::new().await;
    let bad = format!("Bearer wst_{}", "A".repeat(43));
    for _ in 0..10 {
        assert_eq!(code(&world, &Method::GET, "/v1/products", Some(&bad)).await.0, 401);
    }
    let good = format!("Bearer {}", world.token(Role::Owner));
    let (status, limited) = code(&world, &Method::GET, "/v1/products", Some(&bad)).await;
    assert_eq!((status, limited.as_str()), (429, "rate_limited"));
    let (status, _) = code(&world, &Method::GET, "/v1/products", Some(&good)).await;
    assert_eq!(status, 200, "a stranger on the same network locks nobody out");
    world.clock.advance_millis(61_000);
    assert_eq!(code(&world, &Method::GET, "/v1/products", Some(&bad)).await.0, 401);
}

#[tokio::test]
async fn two_tokens_in_one_request_are_none() {
    let world = World::new().await;
    let good = format!("Bearer {}", world.token(Role::Owner));
    let request = Request::get("/v1/products").header(AUTHORIZATION, &good).header(AUTHORIZATION, &good);
    let reply = world.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(reply.code(), "token_not_valid");
}

/// The goal: whoever reads the store, which has a hash of each token, is no staff by it.
#[tokio::test]
async fn what_is_kept_of_a_token_lets_nobody_in() {
    let world = World::new().await;
    let snapshot = world.service.snapshot();
    assert_eq!(snapshot.registry.staff.len(), Role::ALL.len());
    for staff in &snapshot.registry.staff {
        let kept = staff.token.0;
        for guess in [base64url(&kept), hex(&kept)] {
            let bearer = format!("Bearer wst_{guess}");
            let (status, code) = code(&world, &Method::GET, "/v1/products", Some(&bearer)).await;
            assert_eq!((status, code.as_str()), (401, "token_not_valid"), "{}", staff.role);
        }
        let real = world.token(staff.role);
        assert!(!real.contains(&base64url(&kept)) && !real.contains(&hex(&kept)));
    }
}
