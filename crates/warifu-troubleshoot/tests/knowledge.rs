//! The examples that stand beside the data hold: sentences for words, facts for rules.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use warifu_troubleshoot::knowledge::{Knowledge, WARIFU, WINDOWS};
use warifu_troubleshoot::{Answer, Session};

const SUBJECTS: [(&str, &Knowledge); 2] = [("windows", &WINDOWS), ("warifu", &WARIFU)];

fn files<T: DeserializeOwned>(subject: &str, name: &str) -> Vec<T> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../knowledge").join(subject).join(name);
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
        .iter()
        .map(|path| toml::from_str(&fs::read_to_string(path).unwrap()).expect("the build has read it"))
        .collect()
}

#[derive(Deserialize)]
struct Words {
    phrase: Vec<Phrase>,
}

#[derive(Deserialize)]
struct Phrase {
    fact: String,
    yes: Vec<String>,
    no: Vec<String>,
}

#[derive(Deserialize)]
struct Rule {
    points: BTreeMap<String, f32>,
    yes: Vec<Vec<String>>,
    no: Vec<Vec<String>>,
}

#[test]
fn every_sentence_beside_words_is_understood_and_every_other_is_not() {
    let mut wrong = Vec::new();
    for (subject, knowledge, phrase) in SUBJECTS.into_iter().flat_map(|(subject, knowledge)| {
        let words = files::<Words>(subject, "words").into_iter().flat_map(|words| words.phrase);
        words.map(move |phrase| (subject, knowledge, phrase))
    }) {
        let (fact, value) = phrase.fact.split_once('=').unwrap();
        for (sentence, expected) in
            phrase.yes.iter().map(|s| (s, true)).chain(phrase.no.iter().map(|s| (s, false)))
        {
            let mut session = Session::new(knowledge);
            session.read(sentence);
            if session.facts().is(fact, value) != expected {
                wrong.push(format!(
                    "{subject}: {} {}: {sentence}",
                    if expected { "not understood as" } else { "wrongly taken for" },
                    phrase.fact
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_rule_applies_to_its_matching_cases_and_to_no_other() {
    let mut wrong = Vec::new();
    for (knowledge, id, rule) in SUBJECTS.into_iter().flat_map(|(subject, knowledge)| {
        let rules = files::<BTreeMap<String, Rule>>(subject, "rules").into_iter().flatten();
        rules.map(move |(id, rule)| (knowledge, id, rule))
    }) {
        for (facts, expected) in rule.yes.iter().map(|f| (f, true)).chain(rule.no.iter().map(|f| (f, false)))
        {
            let mut session = Session::new(knowledge);
            let mut values: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
            for fact in facts {
                let (name, value) = fact.split_once('=').unwrap();
                values.entry(name).or_default().push(value);
            }
            for (name, values) in values {
                assert_eq!(session.answer(name, &values.join(",")), Answer::Taken, "{id}: {name}");
            }
            // Where it applies it gives points to a cause that it names, or to any.
            let named: Vec<usize> = rule.points.keys().filter_map(|cause| knowledge.cause(cause)).collect();
            let causes = if named.is_empty() { (0..knowledge.causes.len()).collect() } else { named };
            let applied =
                causes.into_iter().any(|cause| session.explain(cause).1.iter().any(|given| given.rule == id));
            if applied != expected {
                wrong.push(format!("{id}: {facts:?} should {}apply", if expected { "" } else { "not " }));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_knowledge_has_a_version_of_its_own() {
    assert_eq!(WINDOWS.version.len(), 64);
    assert!(WINDOWS.version.bytes().all(|b| b.is_ascii_hexdigit()));
}
