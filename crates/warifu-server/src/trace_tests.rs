//! Every act of staff leaves its trace: the goal is that no route changes or shows anything without an entry in the log that names who did it.

use std::collections::BTreeSet;

use axum::http::Method;
use serde_json::{Value, json};
use warifu_core::staff::Role;
use warifu_core::text::Name;
use warifu_proto::keys::KeyAlgorithm;

use crate::case_tests::{bundle, send};
use crate::route::{Access, routes};
use crate::testing::{Counting, Device, World};

/// What is read without a trace: lists and records, which hold no key, and the log itself.
const LOOKS: [&str; 18] = [
    "/metrics",
    "/v1/products",
    "/v1/skus",
    "/v1/policies",
    "/v1/policies/{id}",
    "/v1/batches",
    "/v1/batches/{id}",
    "/v1/licences",
    "/v1/licences/{id}",
    "/v1/licences/{id}/activations",
    "/v1/activations/contested",
    "/v1/events",
    "/v1/events/{id}/receipt",
    "/v1/log/tile/entries/{*path}",
    "/v1/log/entries",
    "/v1/staff",
    "/v1/cases",
    "/v1/cases/{number}",
];

/// Acts that are done in turn, and the routes that they were done by.
struct Acts {
    world: World,
    done: BTreeSet<(String, &'static str)>,
}

impl Acts {
    /// Does one act by the route of this template, and finds it in the log under the actor's name.
    async fn act(
        &mut self,
        method: Method,
        template: &'static str,
        path: &str,
        body: Value,
        action: &str,
    ) -> Value {
        let before = self.logged(action).await;
        let reply = self.world.staff(Role::Owner, method.clone(), path, body).await;
        assert!(reply.status.is_success(), "{method} {path}: {}", reply.text);
        assert_eq!(self.logged(action).await, before + 1, "{method} {path} leaves no {action}");
        self.done.insert((method.to_string(), template));
        reply.json()
    }

    /// How many entries of an action the log has, all of them by the owner who acts here.
    async fn logged(&self, action: &str) -> usize {
        let staff = self.world.get("/v1/staff").await.json()["items"].clone();
        let owner =
            staff.as_array().unwrap().iter().find(|member| member["role"] == "owner").unwrap().clone();
        let events = self.world.get("/v1/events?limit=200").await.expect(200).json();
        assert_eq!(events["next"], Value::Null, "more events than a page");
        let events = events["items"].as_array().unwrap().clone();
        let by_owner = |event: &&Value| event["action"] == action && event["actor_id"] == owner["id"];
        events.iter().filter(by_owner).count()
    }
}

fn id(record: &Value) -> String {
    record["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn every_act_of_staff_leaves_an_entry_that_names_who_did_it() {
    let (post, put, get, delete) = (Method::POST, Method::PUT, Method::GET, Method::DELETE);
    let mut acts = Acts { world: World::new().await, done: BTreeSet::new() };
    let product = json!({"code": "draw", "name": "Draw"});
    acts.act(post.clone(), "/v1/products", "/v1/products", product, "product.created").await;
    let sku = json!({"product": "draw", "edition": "pro", "name": "Pro", "features": []});
    acts.act(post.clone(), "/v1/skus", "/v1/skus", sku, "sku.created").await;
    let policy =
        json!({"name": "A month", "channel": "retail", "seats": 3, "term": {"kind": "days", "days": 30}});
    let policy = id(&acts.act(post.clone(), "/v1/policies", "/v1/policies", policy, "policy.created").await);
    let path = format!("/v1/policies/{policy}");
    acts.act(put, "/v1/policies/{id}", &path, json!({"seats": 4}), "policy.changed").await;
    let order = json!({"sku": 1, "policy": policy, "count": 2});
    let batch = id(&acts.act(post.clone(), "/v1/batches", "/v1/batches", order, "batch.issued").await);
    let path = format!("/v1/batches/{batch}/keys");
    let page = acts.act(get.clone(), "/v1/batches/{id}/keys", &path, Value::Null, "batch.exported").await;
    let key = page["keys"][0].as_str().unwrap().to_owned();
    let old = json!({"sku": 1, "policy": policy, "keys": ["OLD-KEY-0001-ABCDEF"]});
    acts.act(post.clone(), "/v1/imports", "/v1/imports", old, "keys.imported").await;
    let granted = json!({"sku": 1, "policy": policy, "label": "order 7"});
    let granted = acts.act(post.clone(), "/v1/licences", "/v1/licences", granted, "licence.granted").await;
    let path = format!("/v1/licences/{}/erase-label", id(&granted));
    let template = "/v1/licences/{id}/erase-label";
    acts.act(post.clone(), template, &path, Value::Null, "licence.label_erased").await;

    let world = &acts.world;
    let device = Device::new(1, KeyAlgorithm::Ed25519);
    let mut request = device.activate_request(world, &key);
    request.device_name = Name::new("desk").ok();
    world.deliver(&device.sign(world, &request)).await.expect(200);
    let licences = world.get(&format!("/v1/licences?key_number={}", &key[..11])).await.json();
    let licence = format!("/v1/licences/{}", id(&licences["items"][0]));
    let seats = world.get(&format!("{licence}/activations")).await.json();
    let seat = format!("{licence}/activations/{}", id(&seats["items"][0]));
    let nothing = Value::Null;
    for (template, path, body, action) in [
        ("/v1/licences/{id}/suspend", "suspend", nothing.clone(), "licence.suspended"),
        ("/v1/licences/{id}/reinstate", "reinstate", nothing.clone(), "licence.reinstated"),
        ("/v1/licences/{id}/extend", "extend", json!({"until": "2031-01-01T00:00:00Z"}), "licence.extended"),
        ("/v1/licences/{id}/renew", "renew", nothing.clone(), "licence.renewed"),
        ("/v1/licences/{id}/top-up", "top-up", json!({"seats": 1}), "licence.topped_up"),
        ("/v1/licences/{id}/replace-key", "replace-key", nothing.clone(), "licence.key_replaced"),
        ("/v1/licences/{id}/revoke", "revoke", nothing.clone(), "licence.revoked"),
    ] {
        acts.act(post.clone(), template, &format!("{licence}/{path}"), body, action).await;
    }
    let path = format!("{licence}/key");
    acts.act(get.clone(), "/v1/licences/{id}/key", &path, Value::Null, "licence.key_shown").await;
    let template = "/v1/licences/{id}/activations/{activation}/forget";
    acts.act(post.clone(), template, &format!("{seat}/forget"), Value::Null, "device.forgotten").await;
    let template = "/v1/licences/{id}/activations/{activation}/release";
    acts.act(post.clone(), template, &format!("{seat}/release"), Value::Null, "activation.released").await;

    acts.world.change_secrets(|secrets| {
        secrets.begin_epoch(&mut Counting(99)).unwrap();
        assert!(secrets.mark_compromised(1));
    });
    let other = page["keys"][1].as_str().unwrap();
    let proof = json!({"key_number": &other[..11]});
    let action = "purchase_proof.issued";
    acts.act(post.clone(), "/v1/purchase-proofs", "/v1/purchase-proofs", proof, action).await;
    let path = format!("/v1/batches/{batch}/withdraw");
    acts.act(post.clone(), "/v1/batches/{id}/withdraw", &path, Value::Null, "batch.withdrawn").await;
    let path = format!("/v1/batches/{batch}/erase-label");
    acts.act(post.clone(), "/v1/batches/{id}/erase-label", &path, Value::Null, "batch.label_erased").await;
    let sent = send(&acts.world, &bundle(1)).await.expect(201).json();
    let case = format!("/v1/cases/{}", sent["number"].as_str().unwrap());
    for (template, path, body, action) in [
        ("/v1/cases/{number}/notes", "notes", json!({"text": "Called them."}), "case.noted"),
        ("/v1/cases/{number}/close", "close", Value::Null, "case.closed"),
        ("/v1/cases/{number}/reopen", "reopen", Value::Null, "case.reopened"),
    ] {
        acts.act(post.clone(), template, &format!("{case}/{path}"), body, action).await;
    }
    acts.act(delete.clone(), "/v1/cases/{number}", &case, Value::Null, "case.erased").await;
    let member = json!({"name": "Leaver", "role": "support"});
    let made = acts.act(post.clone(), "/v1/staff", "/v1/staff", member, "staff.created").await;
    let path = format!("/v1/staff/{}", id(&made["staff"]));
    acts.act(delete, "/v1/staff/{id}", &path, Value::Null, "staff.removed").await;
    let path = format!("{path}/forget");
    acts.act(post, "/v1/staff/{id}/forget", &path, Value::Null, "staff.forgotten").await;

    // A route that was added since is either a look or an act that is done here.
    for route in routes() {
        let is_look = route.method == get && LOOKS.contains(&route.path);
        if matches!(route.access, Access::Staff(_)) && !is_look {
            let done = acts.done.contains(&(route.method.to_string(), route.path));
            assert!(done, "{} {} is not among the acts", route.method, route.path);
        }
    }
}
