//! The schemas say what the readers read: the same members, the same ones required.

#![cfg(feature = "openapi")]
#![expect(clippy::unwrap_used, reason = "a schema that cannot be made fails its test")]

use std::collections::BTreeSet;

use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use warifu_proto::wire::device::{
    ActivateRequest, ChangeKeyRequest, DeactivateAnswer, DeactivateRequest, LeaseAnswer, RenewRequest,
    StatusAnswer, StatusRequest,
};
use warifu_proto::wire::key_check::{KeyCheckAnswer, KeyCheckRequest};
use warifu_proto::wire::nonce::NonceAnswer;
use warifu_proto::wire::problem::Problem;

fn schema<T: ToSchema>() -> Value {
    serde_json::to_value(T::schema()).unwrap()
}

fn named(list: &Value) -> BTreeSet<&str> {
    match list {
        Value::Object(members) => members.keys().map(String::as_str).collect(),
        Value::Array(items) => items.iter().map(|item| item.as_str().unwrap()).collect(),
        _ => BTreeSet::new(),
    }
}

#[test]
fn a_request_schema_names_the_members_that_its_reader_requires() {
    let every = ["protocol", "audience", "nonce", "public_key", "client"];
    let check = |schema: Value, more: &[&str], optional: &[&str]| {
        let required: BTreeSet<&str> = every.iter().chain(more).copied().collect();
        let members: BTreeSet<&str> = required.iter().chain(optional).copied().collect();
        assert_eq!(named(&schema["required"]), required);
        assert_eq!(named(&schema["properties"]), members);
        assert_eq!(schema["additionalProperties"], false);
    };
    let optional = ["device_name", "purchase_proof"];
    check(schema::<ActivateRequest>(), &["product", "product_key", "fingerprint"], &optional);
    check(schema::<RenewRequest>(), &["lease", "fingerprint"], &[]);
    check(schema::<StatusRequest>(), &["lease"], &[]);
    check(schema::<DeactivateRequest>(), &["lease"], &[]);
    let moved = ["product", "product_key", "lease", "fingerprint"];
    check(schema::<ChangeKeyRequest>(), &moved, &["purchase_proof"]);
}

#[test]
fn every_schema_that_a_body_refers_to_comes_with_it() {
    fn check<T: ToSchema>() {
        let mut schemas: Vec<(String, RefOr<Schema>)> = Vec::new();
        T::schemas(&mut schemas);
        let known: BTreeSet<String> =
            schemas.iter().map(|(name, _)| format!("#/components/schemas/{name}")).collect();
        let all = serde_json::to_value((
            T::schema(),
            schemas.into_iter().map(|(_, schema)| schema).collect::<Vec<_>>(),
        ));
        let mut open = vec![all.unwrap()];
        while let Some(value) = open.pop() {
            match value {
                Value::Object(members) => {
                    if let Some(Value::String(reference)) = members.get("$ref") {
                        assert!(known.contains(reference), "{reference} is missing");
                    }
                    open.extend(members.into_iter().map(|(_, member)| member));
                }
                Value::Array(items) => open.extend(items),
                _ => {}
            }
        }
    }
    check::<ActivateRequest>();
    check::<RenewRequest>();
    check::<StatusRequest>();
    check::<DeactivateRequest>();
    check::<ChangeKeyRequest>();
    check::<KeyCheckRequest>();
    check::<LeaseAnswer>();
    check::<StatusAnswer>();
    check::<DeactivateAnswer>();
    check::<KeyCheckAnswer>();
    check::<NonceAnswer>();
    check::<Problem>();
}
