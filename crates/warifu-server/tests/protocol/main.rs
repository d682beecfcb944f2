//! Old clients against this service, and this client against old services: what an earlier build recorded is played again.
//!
//! A recording under `testdata/recorded/` holds a service's files and stories: a device's folder, what it sent and what it was answered. The
//! service that is built now has to answer each recorded request as the recorded service did, on its store and with its keys; the client that
//! is built now has to open each recorded folder, ask for what the recorded client asked for and nothing that an old service cannot read,
//! and make of the recorded answers what the recorded client made of them.
//!
//! A recording is never changed. `WARIFU_RECORD=1b cargo test -p warifu-server --test protocol` adds the one of that name: see
//! `docs/protocol.md`.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a recording that cannot be made or played stops its test"
)]

mod compare;
mod record;
mod story;
mod world;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::atomic::Ordering;

use serde_json::{Value, json};
use warifu_client::{KeyAlgorithm, Timestamp};

use story::{Story, folders, recordings, stories};
use world::{Device, Wire};

/// What this build's service makes of the recorded requests: every difference that matters.
fn service_differences(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for (name, story) in stories(folder) {
        let working = tempfile::tempdir().unwrap();
        let world = record::reopen(folder, &story.files(), working.path());
        for exchange in &story.exchanges {
            world.clock.0.store(exchange.at_millis, Ordering::Relaxed);
            let answered =
                world.carry(&exchange.method, &exchange.path, &exchange.headers, exchange.body.as_bytes());
            let differences = compare::differences(&story, exchange, &answered);
            found.extend(differences.iter().map(|what| format!("{name}, {}: {what}", exchange.path)));
        }
        world.service.stop();
    }
    found
}

/// What this build's client makes of the recorded folders and answers.
fn client_differences(folder: &Path, alter: fn(&str) -> String) -> Vec<String> {
    let root = fs::read_to_string(folder.join(record::ROOT_FILE)).unwrap();
    let mut found = Vec::new();
    for (name, story) in stories(folder) {
        let answers = story.exchanges.iter().cloned().collect();
        let wire = Wire::Recorded { answers, asked: Vec::new(), alter };
        let device = Device::new(story.hardware, Timestamp::from_seconds(story.wall_seconds), wire);
        for (blob, text) in &story.folder {
            device.put(blob, text.as_bytes());
        }
        device.fix_draws(story.draws.iter().map(|name| name.parse().unwrap()));
        let algorithm = if story.folder["installation-key"].contains("p256") {
            KeyAlgorithm::EcdsaP256Sha256
        } else {
            KeyAlgorithm::Ed25519
        };
        let outcome = device.run(root.trim(), algorithm, &story.command);
        if outcome != story.outcome {
            found.push(format!("{name}: {outcome:?} instead of {:?}", story.outcome));
        }
        let recorded: Vec<_> = story
            .exchanges
            .iter()
            .map(|exchange| (exchange.method.clone(), exchange.path.clone(), without_client(&exchange.body)))
            .collect();
        let asked: Vec<_> = device
            .asked()
            .into_iter()
            .map(|(method, path, body)| (method, path, without_client(&body)))
            .collect();
        if asked != recorded {
            found.push(format!("{name}: asked {asked:?} instead of {recorded:?}"));
        }
    }
    found
}

/// A body without its client's name and version, which each build has of its own.
fn without_client(body: &str) -> Value {
    let mut body: Value = serde_json::from_str(body).unwrap_or_default();
    if let Some(client) = body.get_mut("client") {
        *client = Value::Null;
    }
    body
}

fn as_recorded(answer: &str) -> String {
    answer.to_owned()
}

/// The answer of a later service: every object says more than this client knows, and so do the notices.
fn as_a_later_service(answer: &str) -> String {
    fn say_more(value: &mut Value) {
        match value {
            Value::Object(members) => {
                members.values_mut().for_each(say_more);
                // What maps names to values has no members of its own.
                members.insert("of_a_later_version".to_owned(), json!("more"));
            }
            Value::Array(values) => values.iter_mut().for_each(say_more),
            _ => {}
        }
    }
    let Ok(mut value) = serde_json::from_str(answer) else { return answer.to_owned() };
    say_more(&mut value);
    if let Some(notices) = value.get_mut("notices").and_then(Value::as_array_mut) {
        notices.push(json!({"code": "told_by_a_later_version", "values": {"day": "2031-01-01"}}));
    }
    value.to_string()
}

#[test]
fn recorded_requests_are_answered_as_they_were() {
    for folder in folders() {
        let found = service_differences(&folder);
        assert!(found.is_empty(), "{}:\n{}", folder.display(), found.join("\n"));
    }
}

#[test]
fn recorded_folders_and_answers_are_read_and_the_same_is_asked_for() {
    for folder in folders() {
        let found = client_differences(&folder, as_recorded);
        assert!(found.is_empty(), "{}:\n{}", folder.display(), found.join("\n"));
    }
}

#[test]
fn what_a_later_service_says_besides_is_passed_over() {
    for folder in folders() {
        let found = client_differences(&folder, as_a_later_service);
        assert!(found.is_empty(), "{}:\n{}", folder.display(), found.join("\n"));
    }
}

#[test]
fn the_recordings_have_every_request_of_the_protocol_with_every_kind_of_end() {
    let all: Vec<Story> = folders().iter().flat_map(|folder| stories(folder).into_values()).collect();
    let asked: BTreeSet<&str> =
        all.iter().flat_map(|story| &story.exchanges).map(|exchange| exchange.path.as_str()).collect();
    let paths =
        ["activate", "ask-release", "change-key", "deactivate", "key-list", "nonce", "renew", "status"];
    assert_eq!(
        asked,
        paths
            .iter()
            .map(|path| format!("/v1/{path}"))
            .collect::<Vec<_>>()
            .iter()
            .map(String::as_str)
            .collect()
    );
    let failed: BTreeSet<&str> = all.iter().filter_map(|story| story.outcome.failed.as_deref()).collect();
    for code in [
        "seat_limit_reached",
        "key_not_genuine",
        "licence_end_announced",
        "installation_unknown",
        "key_epoch_compromised",
    ] {
        assert!(failed.contains(code), "no recorded story ends in {code}: {failed:?}");
    }
    assert!(all.iter().any(|story| story.outcome.holders > 0));
    assert!(all.iter().any(|story| story.outcome.notices.contains(&"release_asked".to_owned())));
}

/// Whoever has to add a recording finds the means in order; and the tests above are shown to see a difference.
#[test]
fn a_recording_made_now_plays_and_one_that_was_altered_does_not() {
    let working = tempfile::tempdir().unwrap();
    record::record(working.path());
    assert_eq!(service_differences(working.path()), [""; 0]);
    assert_eq!(client_differences(working.path(), as_recorded), [""; 0]);

    let path = working.path().join("stories/renew.json");
    let story = fs::read_to_string(&path).unwrap();
    fs::write(&path, story.replace("\\\"seats_taken\\\":1", "\\\"seats_taken\\\":2")).unwrap();
    assert_eq!(service_differences(working.path()).len(), 1);
    fs::write(&path, story.replace("\"state\": \"licensed\"", "\"state\": \"grace\"")).unwrap();
    assert_eq!(client_differences(working.path(), as_recorded).len(), 1);
    fs::write(&path, story).unwrap();

    if let Some(name) = std::env::var_os("WARIFU_RECORD") {
        let folder = recordings().join(name);
        assert!(!folder.exists(), "{}: a recording is never changed", folder.display());
        record::record(&folder);
    }
}
