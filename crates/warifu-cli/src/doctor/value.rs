//! The findings as one JSON object. The names are those of the knowledge data; its shape is a promise to programs.

use serde_json::{Value, json};
use warifu_troubleshoot::engine::{Contribution, Diagnosis};
use warifu_troubleshoot::{Session, Strength};

use crate::ui::Ui;

/// The object.
pub(super) fn of(ui: &Ui, session: &Session, diagnosis: &Diagnosis, explain: bool) -> Value {
    let knowledge = session.facts().knowledge();
    let findings: Vec<Value> = diagnosis
        .findings
        .iter()
        .map(|finding| {
            let cause = &knowledge.causes[finding.cause];
            let mut value = json!({
                "cause": cause.id,
                "confidence": rounded(finding.confidence),
                "title": cause.title.get(ui.lang),
                "evidence": finding.evidence.iter().map(piece).collect::<Vec<_>>(),
                "missing": finding.missing.iter().map(|&fact| knowledge.facts[fact].id).collect::<Vec<_>>(),
                "remedies": finding.remedies.iter().map(|&remedy| knowledge.remedies[remedy].id).collect::<Vec<_>>(),
            });
            if explain {
                value["prior"] = json!(rounded(session.explain(finding.cause).0));
            }
            value
        })
        .collect();
    let next = diagnosis.next.as_ref().map(|question| {
        let fact = &knowledge.facts[question.fact];
        json!({
            "fact": fact.id,
            "question": fact.question.map(|words| words.get(ui.lang)),
            "bits": rounded(question.bits),
            "answers": question.choices.iter().map(|choice| {
                let label = fact.values.iter().find(|value| value.is == choice.value).map(|value| value.label.get(ui.lang));
                json!({ "value": choice.value, "label": label, "share": rounded(choice.share) })
            }).collect::<Vec<_>>(),
        })
    });
    let facts: Vec<Value> = session
        .facts()
        .all()
        .iter()
        .map(|fact| {
            json!({
                "fact": session.facts().kind(fact).id,
                "value": fact.value,
                "strength": if fact.strength == Strength::Strong { "strong" } else { "weak" },
                "from": fact.origin.name(),
            })
        })
        .collect();
    json!({ "findings": findings, "unknown": diagnosis.unknown, "next": next, "facts": facts })
}

fn piece(given: &Contribution) -> Value {
    json!({ "facts": given.facts, "rule": given.rule, "points": rounded(given.points) })
}

fn rounded(number: f64) -> f64 {
    (number * 1000.0).round() / 1000.0
}
