//! Every route with every role, and with no token, a bad one and a removed one.

use axum::body::Body;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{Method, Request};
use serde_json::{Value, json};
use warifu_core::staff::Role;

use crate::route::{Access, routes};
use crate::testing::World;

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

#[tokio::test]
async fn every_route_lets_in_exactly_the_roles_that_it_names() {
    let world = World::new().await;
    for route in routes() {
        for role in Role::ALL {
            let bearer = format!("Bearer {}", world.token(role));
            let (status, code) = code(&world, &route.method, route.path, Some(&bearer)).await;
            let refused = status == 403 && code == "role_insufficient";
            let expected = matches!(route.access, Access::Staff(needed) if !role.allows(needed));
            assert_eq!(refused, expected, "{role} at {} {}: {status} {code}", route.method, route.path);
            assert_ne!(code, "token_missing", "{role} at {} {}", route.method, route.path);
            assert!(status < 500, "{} {}: {code}", route.method, route.path);
        }
    }
}

#[tokio::test]
async fn without_a_good_token_no_route_of_staff_lets_anybody_in() {
    let staff = json!({"name": "leaver", "role": "owner"});
    for route in routes() {
        // Bad tokens are limited, so each route has a service of its own.
        let world = World::new().await;
        let created = world.post("/v1/staff", staff.clone()).await.expect(201).json();
        let (id, removed) = (created["staff"]["id"].as_str().unwrap(), created["token"].as_str().unwrap());
        world.staff(Role::Owner, Method::DELETE, &format!("/v1/staff/{id}"), Value::Null).await.expect(204);

        let unknown = format!("Bearer wst_{}", "A".repeat(43));
        let basic = format!("Basic {}", world.token(Role::Owner));
        let bare = world.token(Role::Owner).to_owned();
        let removed = format!("Bearer {removed}");
        let mut answers = vec![(code(&world, &route.method, route.path, None).await, "token_missing")];
        for bad in [unknown.as_str(), &basic, &bare, &removed, "Bearer", "Bearer ", ""] {
            answers.push((code(&world, &route.method, route.path, Some(bad)).await, "token_not_valid"));
        }
        for ((status, code), expected) in answers {
            if matches!(route.access, Access::Staff(_)) {
                assert_eq!((status, code.as_str()), (401, expected), "{} {}", route.method, route.path);
            } else {
                assert!(!code.starts_with("token_"), "{} {}", route.method, route.path);
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
