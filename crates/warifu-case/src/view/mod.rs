//! The three views of one case: a person sees what to do ([`person`]), an agent the reasoning ([`agent`]), the publisher the trace
//! ([`publisher`]). All are made from the content alone; the words come from this version's knowledge, by the names in the content.

pub mod agent;
pub mod person;
pub mod publisher;
#[cfg(test)]
mod tests;

use serde::Serialize;
use warifu_core::catalogue::Lang;
use warifu_troubleshoot::knowledge::Knowledge;

use crate::content::{Content, Evidence, Finding};
use crate::subject::Subject;

/// How many sentences of evidence a view tells for each side.
const EVIDENCE_MAX: usize = 8;

/// A cause with its share.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cause {
    /// Its name in the knowledge.
    pub id: String,
    /// What people call it; that it is unknown, when this version has no cause of this name. The name may be anything that a stranger wrote.
    pub title: String,
    /// Its share, in percent.
    pub percent: u16,
}

impl Cause {
    fn of(knowledge: Option<&'static Knowledge>, finding: &Finding, lang: Lang) -> Self {
        let known = knowledge.and_then(|knowledge| {
            let place = knowledge.cause(&finding.cause).or_else(|| knowledge.cause("unknown"))?;
            Some(&knowledge.causes[place])
        });
        let unknown = if lang == Lang::Ja { "不明" } else { "unknown" };
        Self {
            id: finding.cause.clone(),
            title: known.map_or(unknown, |cause| cause.title.get(lang)).to_owned(),
            percent: (finding.confidence + 5) / 10,
        }
    }
}

fn knowledge(content: &Content) -> Option<&'static Knowledge> {
    content.subject().map(Subject::knowledge)
}

/// What speaks for a finding, or against it, in sentences; each once.
fn told(
    knowledge: Option<&'static Knowledge>,
    evidence: &[Evidence],
    for_it: bool,
    lang: Lang,
) -> Vec<String> {
    let mut told: Vec<String> = Vec::new();
    for piece in evidence.iter().filter(|piece| (piece.points > 0) == for_it) {
        let sentence = sentence(knowledge, piece, lang);
        if !told.contains(&sentence) && told.len() < EVIDENCE_MAX {
            told.push(sentence);
        }
    }
    told
}

fn sentence(knowledge: Option<&'static Knowledge>, piece: &Evidence, lang: Lang) -> String {
    let code = piece.rule.strip_prefix("0x").and_then(|digits| u32::from_str_radix(digits, 16).ok());
    let meaning = code.and_then(|value| knowledge?.code(value)).map(|code| code.meaning.get(lang));
    if let Some(meaning) = meaning {
        return format!("{}: {meaning}", piece.rule);
    }
    let facts: Vec<String> = piece
        .facts
        .iter()
        .map(|fact| {
            let (name, value) = fact.split_once('=').unwrap_or((fact, ""));
            named(knowledge, name, value, lang)
        })
        .collect();
    facts.join(if lang == Lang::Ja { "、" } else { ", " })
}

/// A fact with its value in words, or as it stands.
fn named(knowledge: Option<&'static Knowledge>, name: &str, value: &str, lang: Lang) -> String {
    let Some(kind) = knowledge.and_then(|knowledge| Some(&knowledge.facts[knowledge.fact(name)?])) else {
        return format!("{name}: {value}");
    };
    let known = kind.values.iter().find(|known| known.is == value);
    format!("{}: {}", kind.label.get(lang), known.map_or(value, |known| known.label.get(lang)))
}

/// The question about a fact, or what the fact is called.
fn question(knowledge: Option<&'static Knowledge>, name: &str, lang: Lang) -> String {
    let kind = knowledge.and_then(|knowledge| Some(&knowledge.facts[knowledge.fact(name)?]));
    kind.map_or_else(|| name.to_owned(), |kind| kind.question.unwrap_or(kind.label).get(lang).to_owned())
}
