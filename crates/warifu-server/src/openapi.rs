//! The API's description, OpenAPI 3.1. What handlers take and give comes from their annotations; what holds for every route (who may use it, headers, the
//! problems that it may answer with) comes from the table of routes and the catalogue, so that neither can be forgotten.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::http::header::{CONTENT_TYPE, HeaderName};
use serde_json::{Map, Value, json};
use utoipa::OpenApi;
use warifu_core::catalogue::{Code, Kind};
use warifu_proto::wire::problem::{PROBLEM_CONTENT_TYPE, Problem};

use crate::route::{Access, Route, routes};
use crate::{device, health, log, pages, staff};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Warifu",
        description = "Activation of software. Every failure is a problem (RFC 9457) with a code of the catalogue, explained at /help/{code}.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    tags(
        (name = "device", description = "What devices and applications ask for"),
        (name = "products", description = "Products and their editions"),
        (name = "policies", description = "The rules of kinds of licence"),
        (name = "keys", description = "Product keys"),
        (name = "licences", description = "Licences, their devices and the log"),
        (name = "cases", description = "Diagnosed failures that people have sent"),
        (name = "log", description = "The verifiable log, in the form of C2SP's tlog-tiles"),
        (name = "staff", description = "Who may use the staff API"),
        (name = "service", description = "The service itself"),
        (name = "pages", description = "Pages for people"),
    ),
    components(schemas(Problem)),
    paths(
        device::activate::handle,
        device::renew::handle,
        device::status::handle,
        device::deactivate::handle,
        device::change_key::handle,
        device::key_list::handle,
        device::ask_release::handle,
        device::nonce::handle,
        device::service::handle,
        device::check_key::handle,
        device::send_case::handle,
        health::health,
        health::numbers,
        handle,
        pages::home::handle,
        pages::help::front::handle,
        pages::help::flow::ask::handle,
        pages::help::flow::ask::again,
        pages::help::flow::case::preview,
        pages::help::flow::case::preview_again,
        pages::help::flow::case::send,
        pages::help::flow::case::send_again,
        pages::help::collect::handle,
        pages::help::short::handle,
        pages::help::case::handle,
        pages::help::list::handle,
        pages::help::code::handle,
        pages::style::handle,
        staff::create_product::handle,
        staff::list_products::handle,
        staff::create_sku::handle,
        staff::list_skus::handle,
        staff::create_policy::handle,
        staff::list_policies::handle,
        staff::get_policy::handle,
        staff::change_policy::handle,
        staff::issue_batch::handle,
        staff::list_batches::handle,
        staff::get_batch::handle,
        staff::withdraw_batch::handle,
        staff::erase_batch_label::handle,
        staff::list_batch_keys::handle,
        staff::import_keys::handle,
        staff::grant_licence::handle,
        staff::list_licences::handle,
        staff::get_licence::handle,
        staff::get_licence_key::handle,
        staff::suspend_licence::handle,
        staff::reinstate_licence::handle,
        staff::revoke_licence::handle,
        staff::extend_licence::handle,
        staff::renew_licence::handle,
        staff::top_up_licence::handle,
        staff::prove_purchase::handle,
        staff::replace_licence_key::handle,
        staff::list_activations::handle,
        staff::list_contested::handle,
        staff::release_seat::handle,
        staff::forget_device::handle,
        staff::erase_licence_label::handle,
        staff::list_cases::handle,
        staff::get_case::handle,
        staff::note_case::handle,
        staff::close_case::handle,
        staff::reopen_case::handle,
        staff::erase_case::handle,
        staff::list_events::handle,
        log::receipt::handle,
        log::checkpoint::handle,
        log::key::handle,
        log::tile::handle,
        log::entries::handle,
        log::list_entries::handle,
        staff::create_staff::handle,
        staff::list_staff::handle,
        staff::remove_staff::handle,
        staff::forget_staff::handle,
    )
)]
struct Annotated;

static TEXT: LazyLock<String> = LazyLock::new(|| {
    let mut text = serde_json::to_string_pretty(&document()).unwrap_or_default();
    text.push('\n');
    text
});

/// The description as JSON, the same bytes in every build of one version. The file `docs/openapi.json` is this.
#[must_use]
pub fn openapi() -> String {
    TEXT.clone()
}

/// The API's description: this file.
#[utoipa::path(get, path = "/openapi.json", tag = "service", operation_id = "openapi",
    responses((status = OK, body = Object, content_type = "application/json")))]
pub(crate) async fn handle() -> ([(HeaderName, &'static str); 1], &'static str) {
    ([(CONTENT_TYPE, "application/json")], &TEXT)
}

fn document() -> Value {
    let mut document = serde_json::to_value(Annotated::openapi()).unwrap_or_default();
    document["info"]["version"] = env!("CARGO_PKG_VERSION").into();
    document["components"]["securitySchemes"] = security_schemes();
    document["components"]["headers"] = headers();
    document["components"]["parameters"] = parameters();
    document["components"]["responses"] = problems();
    for route in routes() {
        let method = route.method.as_str().to_ascii_lowercase();
        if let Some(operation) = document["paths"][described(route.path)][&method].as_object_mut() {
            complete(operation, &route);
        }
    }
    document.sort_all_objects();
    document
}

/// A path as the description has it, which knows no parameter of several parts.
fn described(path: &str) -> String {
    path.replace("{*", "{")
}

/// Adds to an operation what holds for all of its kind.
fn complete(operation: &mut Map<String, Value>, route: &Route) {
    let writes = !route.method.is_safe() && route.path != "/v1/keys/check";
    let tag = operation.get("tags").and_then(|tags| tags[0].as_str()).unwrap_or_default().to_owned();
    let mut parameters: Vec<&str> = vec!["AcceptLanguage"];
    match route.access {
        Access::Open => operation.insert("security".to_owned(), json!([])),
        Access::Device => {
            parameters.extend(["IdempotencyKey", "ContentDigest", "SignatureInput", "Signature"]);
            operation.insert("security".to_owned(), json!([{"signature": []}]))
        }
        Access::Staff(role) => {
            if writes {
                parameters.push("IdempotencyKey");
            }
            // Since OpenAPI 3.1 a requirement names roles for schemes that have no scopes.
            operation.insert("security".to_owned(), json!([{"token": [role.as_str()]}]))
        }
    };
    let list = operation.entry("parameters").or_insert_with(|| json!([]));
    if let Some(list) = list.as_array_mut() {
        list.extend(parameters.iter().map(|name| json!({"$ref": format!("#/components/parameters/{name}")})));
    }
    let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else { return };
    for response in responses.values_mut() {
        if response.get("description").and_then(Value::as_str).is_none_or(str::is_empty) {
            response["description"] = "What was asked for.".into();
        }
        response["headers"]["X-Request-Id"] = json!({"$ref": "#/components/headers/RequestId"});
        if route.access == Access::Device {
            response["headers"]["Warifu-Nonce"] = json!({"$ref": "#/components/headers/Nonce"});
        }
    }
    // A browser is told on a page of its own what went wrong.
    let form = if tag == "pages" { "Page" } else { "Problem" };
    for status in statuses(route.access, writes) {
        let problem = json!({"$ref": format!("#/components/responses/{form}{status}")});
        match responses.get_mut(&status.to_string()) {
            // A page of its own for this status; a problem may come as well.
            Some(page) => page["content"][PROBLEM_CONTENT_TYPE] = problem_content(),
            None => {
                responses.insert(status.to_string(), problem);
            }
        }
    }
}

/// The statuses of the problems that a route may answer with.
fn statuses(access: Access, writes: bool) -> Vec<u16> {
    let concerns = |kind: Kind| match access {
        Access::Open => kind == Kind::Service,
        Access::Device => !matches!(kind, Kind::Permission | Kind::Lease | Kind::Network),
        Access::Staff(_) => matches!(kind, Kind::Service | Kind::Permission | Kind::Usage | Kind::Licence),
    };
    let mut statuses: Vec<u16> = Code::ALL
        .iter()
        .map(|code| code.entry())
        .filter(|entry| concerns(entry.kind))
        .map(|entry| entry.status)
        .collect();
    statuses.extend([400, 404, 405, 500]);
    if access == Access::Open {
        statuses.extend([413, 415]);
    }
    statuses.sort_unstable();
    statuses.dedup();
    // Reading changes nothing, so nothing stands in its way but the reader.
    statuses
        .retain(|status| writes || access == Access::Open || !matches!(status, 409 | 410 | 413 | 415 | 421));
    statuses
}

fn problem_content() -> Value {
    json!({"schema": {"$ref": "#/components/schemas/Problem"}})
}

/// One answer for each status of the catalogue, naming its codes; and for pages the same, which may be a page.
fn problems() -> Value {
    let of_pages = statuses(Access::Open, true);
    let mut codes: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
    for code in Code::ALL {
        codes.entry(code.entry().status).or_default().push(code.as_str());
    }
    let answer = |(status, codes): (u16, Vec<&str>)| {
        let mut headers = json!({"X-Request-Id": {"$ref": "#/components/headers/RequestId"}});
        let retries =
            Code::ALL.iter().any(|code| code.entry().status == status && code.entry().retry.helps());
        if retries {
            headers["Retry-After"] = json!({"$ref": "#/components/headers/RetryAfter"});
        }
        let body = json!({
            "description": format!("One of: {}", codes.join(", ")),
            "headers": headers,
            "content": {PROBLEM_CONTENT_TYPE: problem_content()},
        });
        let mut page = body.clone();
        page["content"]["text/html"] = json!({"schema": {"type": "string"}});
        let mut answers = vec![(format!("Problem{status}"), body)];
        if of_pages.contains(&status) {
            answers.push((format!("Page{status}"), page));
        }
        answers
    };
    Value::Object(codes.into_iter().flat_map(answer).collect())
}

fn security_schemes() -> Value {
    json!({
        "token": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "wst_…",
            "description": "A staff token. A route's requirement names the least role that it lets in; each role may do what the lesser ones may: \
                            read-only, support, operator, owner.",
        },
        "signature": {
            "type": "apiKey",
            "in": "header",
            "name": "Signature",
            "description": "A signature of the request by the installation's key (RFC 9421, label warifu); see docs/protocol.md.",
        },
    })
}

fn headers() -> Value {
    json!({
        "RequestId": {
            "description": "Names the request in the service's log.",
            "schema": {"type": "string", "pattern": "^[0-9a-f]{16}$"},
        },
        "Nonce": {
            "description": "A fresh nonce for the next request.",
            "schema": {"type": "string", "minLength": 43, "maxLength": 43},
        },
        "RetryAfter": {
            "description": "The seconds after which the same request may succeed, where it may.",
            "schema": {"type": "integer", "minimum": 0},
        },
    })
}

fn parameters() -> Value {
    let header = |name: &str, required: bool, description: &str, schema: Value| json!({"name": name, "in": "header", "required": required, "description": description, "schema": schema});
    let text = |pattern: &str| json!({"type": "string", "maxLength": 1024, "pattern": pattern});
    json!({
        "AcceptLanguage": header(
            "Accept-Language", false, "The language of texts: ja or en.", json!({"type": "string", "example": "ja"}),
        ),
        "IdempotencyKey": header(
            "Idempotency-Key", true,
            "Names the attempt. A repetition with the same key and content has no further effect.",
            json!({"type": "string", "format": "uuid"}),
        ),
        "ContentDigest": header("Content-Digest", true, "RFC 9530, sha-256.", text("^sha-256=:[A-Za-z0-9+/]{43}=:$")),
        "SignatureInput": header("Signature-Input", true, "RFC 9421.", text("^warifu=\\(")),
        "Signature": header("Signature", true, "RFC 9421, label warifu.", text("^warifu=:[A-Za-z0-9+/]{86}==:$")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_is_described_and_nothing_else_is() {
        let document = document();
        let mut described = Vec::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for method in item.as_object().unwrap().keys() {
                described.push((path.clone(), method.to_ascii_uppercase()));
            }
        }
        let mut known: Vec<_> =
            routes().iter().map(|route| (super::described(route.path), route.method.to_string())).collect();
        described.sort();
        known.sort();
        assert_eq!(described, known);
    }

    #[test]
    fn every_reference_leads_somewhere() {
        fn check(value: &Value, document: &Value) {
            match value {
                Value::Object(members) => {
                    if let Some(Value::String(target)) = members.get("$ref") {
                        let pointer = target.strip_prefix('#').unwrap();
                        assert!(document.pointer(pointer).is_some(), "{target}");
                    }
                    members.values().for_each(|member| check(member, document));
                }
                Value::Array(items) => items.iter().for_each(|item| check(item, document)),
                _ => {}
            }
        }
        let document = document();
        check(&document, &document);
        assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    }

    /// To write the file: `cargo run -p warifu-server --example openapi > docs/openapi.json`.
    #[test]
    fn the_committed_description_is_the_present_one() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
        let committed = std::fs::read_to_string(path).unwrap();
        assert!(committed == openapi(), "docs/openapi.json is stale: run `cargo xtask generate`");
    }
}
