//! What must hold of the data before anything is built from it. That worked cases behave is for the tests, which have the engine.

use std::collections::{BTreeMap, BTreeSet};

use crate::data::{Data, Words};

const KINDS: [&str; 5] = ["yes_no", "word", "number", "text", "code"];
const WHO: [&str; 6] = ["", "person", "owner", "publisher", "operator", "developer"];

/// Everything that is wrong, one line each.
pub(crate) fn check(data: &Data) -> Vec<String> {
    let mut wrong = data.twice.clone();
    facts(data, &mut wrong);
    causes(data, &mut wrong);
    remedies(data, &mut wrong);
    codes(data, &mut wrong);
    rules(data, &mut wrong);
    phrases(data, &mut wrong);
    wrong
}

fn facts(data: &Data, wrong: &mut Vec<String>) {
    for (id, fact) in &data.facts {
        if !KINDS.contains(&fact.kind.as_str()) {
            wrong.push(format!("fact {id}: no kind {:?}", fact.kind));
        }
        both(wrong, &format!("fact {id}"), &fact.ja, &fact.en);
        if let Some(Words { ja, en }) = &fact.ask {
            both(wrong, &format!("question of {id}"), ja, en);
            if fact.kind != "yes_no" && fact.values.len() < 2 {
                wrong.push(format!("fact {id}: a question needs answers to choose from"));
            }
        }
        for value in &fact.values {
            both(wrong, &format!("fact {id}={}", value.is), &value.ja, &value.en);
        }
    }
}

fn causes(data: &Data, wrong: &mut Vec<String>) {
    for (id, cause) in &data.causes {
        both(wrong, &format!("cause {id} title"), &cause.ja.title, &cause.en.title);
        both(wrong, &format!("cause {id} explain"), &cause.ja.explain, &cause.en.explain);
        if cause.prior <= 0.0 {
            wrong.push(format!("cause {id}: a prior is above 0"));
        }
        if cause.remedies.is_empty() {
            wrong.push(format!("cause {id}: no remedy"));
        }
        known(wrong, &format!("cause {id}"), "remedy", &data.remedies, &cause.remedies);
        sourced(wrong, &format!("cause {id}"), &cause.sources, &cause.basis);
    }
    if !data.causes.contains_key("unknown") {
        wrong.push("no cause \"unknown\"".to_owned());
    }
}

fn remedies(data: &Data, wrong: &mut Vec<String>) {
    for (id, remedy) in &data.remedies {
        let what = format!("remedy {id}");
        both(wrong, &what, &remedy.ja.title, &remedy.en.title);
        both(wrong, &what, &remedy.ja.explain, &remedy.en.explain);
        if remedy.ja.caution.is_empty() != remedy.en.caution.is_empty() {
            wrong.push(format!("{what}: the caution lacks a language"));
        }
        one_of(wrong, &what, &remedy.reversible, &["yes", "partly", "no"]);
        one_of(wrong, &what, &remedy.risk, &["none", "low", "medium", "high"]);
        one_of(wrong, &what, &remedy.automation, &["auto", "with_consent", "partly", "manual"]);
        if remedy.steps.is_empty() {
            wrong.push(format!("{what}: no step"));
        }
        for step in &remedy.steps {
            both(wrong, &what, &step.ja, &step.en);
            one_of(wrong, &what, &step.automation, &["auto", "with_consent", "partly", "manual"]);
            one_of(wrong, &what, &step.who, &WHO);
            if step.kind == "command" && step.command.is_empty() {
                wrong.push(format!("{what}: a step of kind command names none"));
            }
        }
        sourced(wrong, &what, &remedy.sources, &remedy.basis);
        if !data.causes.values().any(|cause| cause.remedies.contains(id))
            && !data.codes.values().any(|code| code.remedies.contains(id))
        {
            wrong.push(format!("{what}: nothing leads to it"));
        }
    }
}

fn codes(data: &Data, wrong: &mut Vec<String>) {
    for (id, code) in &data.codes {
        let hex = id.strip_prefix("0x").unwrap_or_default();
        if hex.len() != 8 || !hex.bytes().all(|b| b.is_ascii_digit() || (b'A'..=b'F').contains(&b)) {
            wrong.push(format!("code {id}: write 0x and eight upper-case digits"));
        }
        both(wrong, &format!("code {id}"), &code.ja, &code.en);
        for reading in &code.also {
            both(wrong, &format!("code {id}, {}", reading.by), &reading.ja, &reading.en);
        }
        if code.points.is_empty() {
            wrong.push(format!("code {id}: no rule: give points to at least one cause"));
        }
        pointed(wrong, &format!("code {id}"), data, &code.points);
        known(wrong, &format!("code {id}"), "remedy", &data.remedies, &code.remedies);
        sourced(wrong, &format!("code {id}"), &code.sources, &code.basis);
    }
}

fn rules(data: &Data, wrong: &mut Vec<String>) {
    for (id, rule) in &data.rules {
        let what = format!("rule {id}");
        if rule.when.is_empty() {
            wrong.push(format!("{what}: no condition"));
        }
        for condition in &rule.when {
            if let Err(why) = crate::emit::condition(data, condition) {
                wrong.push(format!("{what}: {why}"));
            }
        }
        if rule.points.is_empty() {
            wrong.push(format!("{what}: no points"));
        }
        pointed(wrong, &what, data, &rule.points);
        if rule.yes.is_empty() || rule.no.is_empty() {
            wrong.push(format!("{what}: needs a worked case that matches and one that does not"));
        }
        for fact in rule.yes.iter().chain(&rule.no).flatten() {
            stated(wrong, &what, data, fact);
        }
    }
}

fn phrases(data: &Data, wrong: &mut Vec<String>) {
    let mut seen = BTreeSet::new();
    for phrase in &data.phrases {
        let what = format!("words for {}", phrase.fact);
        stated(wrong, &what, data, &phrase.fact);
        if !phrase.negated.is_empty() {
            stated(wrong, &what, data, &phrase.negated);
        }
        if phrase.en.is_empty() || phrase.ja.is_empty() {
            wrong.push(format!("{what}: needs patterns in both languages"));
        }
        for pattern in phrase.en.iter().chain(&phrase.ja) {
            if pattern.contains("ません") {
                wrong.push(format!("{what}: {pattern:?}: denials are compared in their plain form (ない)"));
            }
            if pattern.chars().any(char::is_uppercase) {
                wrong.push(format!("{what}: {pattern:?}: texts are compared in lower case"));
            }
            if !seen.insert((&phrase.fact, pattern)) {
                wrong.push(format!("{what}: {pattern:?} stands twice"));
            }
        }
        if phrase.yes.is_empty() || phrase.no.is_empty() {
            wrong.push(format!("{what}: needs a sentence that means it and one that does not"));
        }
    }
}

/// `fact=value` names a fact, and a value that the fact can have.
fn stated(wrong: &mut Vec<String>, what: &str, data: &Data, text: &str) {
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    match data.facts.get(name) {
        None => wrong.push(format!("{what}: no fact {name:?}")),
        Some(fact) => {
            let fits = match fact.kind.as_str() {
                "yes_no" => value == "yes" || value == "no",
                "word" => fact.values.iter().any(|known| known.is == value),
                "number" => value.parse::<f64>().is_ok(),
                _ => !value.is_empty(),
            };
            if !fits {
                wrong.push(format!("{what}: {name} cannot be {value:?}"));
            }
        }
    }
}

fn pointed(wrong: &mut Vec<String>, what: &str, data: &Data, points: &BTreeMap<String, f32>) {
    for (cause, points) in points {
        if cause != "*" && !data.causes.contains_key(cause) {
            wrong.push(format!("{what}: no cause {cause:?}"));
        }
        if !(-9.0..=9.0).contains(points) || *points == 0.0 {
            wrong.push(format!("{what}: {points} points for {cause}: between -9 and 9, not 0"));
        }
    }
}

fn known<T>(wrong: &mut Vec<String>, what: &str, kind: &str, table: &BTreeMap<String, T>, names: &[String]) {
    for name in names.iter().filter(|name| !table.contains_key(*name)) {
        wrong.push(format!("{what}: no {kind} {name:?}"));
    }
}

fn both(wrong: &mut Vec<String>, what: &str, ja: &str, en: &str) {
    if ja.trim().is_empty() || en.trim().is_empty() {
        wrong.push(format!("{what}: needs both languages"));
    }
}

fn one_of(wrong: &mut Vec<String>, what: &str, value: &str, known: &[&str]) {
    if !known.contains(&value) {
        wrong.push(format!("{what}: {value:?} is none of {known:?}"));
    }
}

fn sourced(wrong: &mut Vec<String>, what: &str, sources: &[String], basis: &str) {
    if sources.is_empty() {
        wrong.push(format!("{what}: no source"));
    }
    one_of(wrong, what, basis, &["read", "derived", "recalled", "third_party", "seed"]);
}
