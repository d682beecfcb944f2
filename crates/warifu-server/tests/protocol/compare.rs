//! Whether a service answers a recorded request as the recorded service did: every member that was there is there, and says the same unless
//! it is drawn anew each time or is a text for people. What is there besides is the later service's own.

use serde_json::Value;
use warifu_client::Response;
use warifu_client::id::IdempotencyKey;
use warifu_proto::encoding::parse_base64url;

use crate::story::{Exchange, Story};

/// Members that are texts for people: a later version may say it better.
const TEXTS: [&str; 6] = ["title", "detail", "cause", "remedy", "instance", "type"];
/// Headers that a device reads.
const HEADERS: [&str; 2] = ["content-type", "warifu-key-list"];

/// What differs, if anything does.
pub(crate) fn differences(story: &Story, recorded: &Exchange, answered: &Response) -> Vec<String> {
    let mut found = Vec::new();
    if answered.status != recorded.status {
        found.push(format!("status {} instead of {}", answered.status, recorded.status));
    }
    let recorded_header = |name: &str| {
        recorded.answer_headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    };
    for name in HEADERS {
        if recorded_header(name).is_some() && answered.header(name) != recorded_header(name) {
            found.push(format!("{name}: {:?}", answered.header(name)));
        }
    }
    if recorded_header("warifu-nonce").is_some() && answered.header("warifu-nonce").is_none() {
        found.push("no fresh nonce".to_owned());
    }
    let text = String::from_utf8_lossy(&answered.body);
    if story.answered_before && recorded.method == "POST" {
        let tokens = |text: &str| {
            let body: Value = serde_json::from_str(text).unwrap_or_default();
            (body["lease"].clone(), body["certificate"].clone())
        };
        if tokens(&text) != tokens(&recorded.answer) {
            found.push(format!("another lease than the one that was given: {text}"));
        }
    }
    match (serde_json::from_str(&recorded.answer), serde_json::from_str(&text)) {
        (Ok(before), Ok(now)) => {
            compare(&before, &now, "", &recorded.body, &mut found);
        }
        (Err(_), _) if recorded.answer == text => {}
        _ => found.push(format!("no JSON: {text}")),
    }
    found
}

fn compare(before: &Value, now: &Value, path: &str, known: &str, found: &mut Vec<String>) {
    let name = path.rsplit('.').next().unwrap_or_default();
    match (before, now) {
        (Value::Object(before), Value::Object(now)) => {
            for (member, value) in before {
                let path = format!("{path}.{member}");
                match now.get(member) {
                    Some(now) => compare(value, now, &path, known, found),
                    None => found.push(format!("{path} is gone")),
                }
            }
        }
        // A later service may speak further versions.
        (Value::Array(before), Value::Array(now)) if name == "protocols" => {
            if !before.iter().all(|version| now.contains(version)) {
                found.push(format!("{path} lacks a version"));
            }
        }
        (Value::Array(before), Value::Array(now)) if before.len() == now.len() => {
            for (before, now) in before.iter().zip(now) {
                compare(before, now, path, known, found);
            }
        }
        (Value::String(before), Value::String(now)) => {
            if let (Some(before), Some(now)) = (payload(before), payload(now)) {
                compare(&before, &now, path, known, found);
            } else if TEXTS.contains(&name) {
                if now.is_empty() {
                    found.push(format!("{path} is empty"));
                }
            } else if !alike(before, now, name, known) {
                found.push(format!("{path} is {now} instead of {before}"));
            }
        }
        _ if before == now => {}
        _ => found.push(format!("{path} is {now} instead of {before}")),
    }
}

/// Ids that the request does not name, and nonces, are drawn anew.
fn alike(before: &str, now: &str, name: &str, known: &str) -> bool {
    let is_id = |text: &str| text.len() == 36 && text.parse::<IdempotencyKey>().is_ok();
    before == now
        || name == "nonce" && before.len() == now.len()
        || is_id(before) && is_id(now) && !known.contains(before)
}

/// The payload of a signed document.
fn payload(token: &str) -> Option<Value> {
    let body = token.strip_prefix("v4.public.")?.split('.').next()?;
    let bytes = parse_base64url(body)?;
    serde_json::from_slice(bytes.get(..bytes.len().checked_sub(64)?)?).ok()
}
