//! What a support agent sees: the reasoning. What speaks for and against each cause, what is missing, what to ask next, what was
//! answered, and the sender's words.

use std::fmt::Write as _;

use serde::Serialize;
use warifu_core::catalogue::Lang;

use super::{Cause, knowledge, named, question, told};
use crate::content::Content;
use crate::replay::{Outcome, Replay};

/// An agent's view.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Agent {
    /// Whether no cause is well supported.
    pub unknown: bool,
    /// The causes with their reasoning, the likeliest first.
    pub findings: Vec<Reasoned>,
    /// What to ask next.
    pub next: Option<String>,
    /// The answers that were given.
    pub answers: Vec<String>,
    /// What else is known.
    pub facts: Vec<String>,
    /// The sender's words.
    pub message: Option<String>,
    /// What a replay comes to: the name of an [`Outcome`]; none when this version does not know the subject.
    pub replay: Option<&'static str>,
}

/// A cause with its reasoning.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reasoned {
    /// The cause.
    pub cause: Cause,
    /// What speaks for it.
    pub speaks_for: Vec<String>,
    /// What speaks against it.
    pub speaks_against: Vec<String>,
    /// What would settle it.
    pub missing: Vec<String>,
}

/// Makes the view.
#[must_use]
pub fn of(content: &Content, lang: Lang) -> Agent {
    let knowledge = knowledge(content);
    let (answers, facts): (Vec<_>, Vec<_>) = content.facts.iter().partition(|fact| fact.from == "answer");
    let words = |fact: &&crate::content::KnownFact| named(knowledge, &fact.fact, &fact.value, lang);
    Agent {
        unknown: content.unknown,
        findings: content
            .findings
            .iter()
            .map(|finding| Reasoned {
                cause: Cause::of(knowledge, finding, lang),
                speaks_for: told(knowledge, &finding.evidence, true, lang),
                speaks_against: told(knowledge, &finding.evidence, false, lang),
                missing: finding.missing.iter().map(|fact| question(knowledge, fact, lang)).collect(),
            })
            .collect(),
        next: content.next.as_ref().map(|fact| question(knowledge, fact, lang)),
        answers: answers.iter().map(words).collect(),
        facts: facts.iter().map(words).collect(),
        message: content.message.clone(),
        replay: Replay::of(content).map(|replay| replay.outcome().name()),
    }
}

impl Agent {
    /// The view as text.
    #[must_use]
    pub fn text(&self, lang: Lang) -> String {
        let say = |ja, en| if lang == Lang::Ja { ja } else { en };
        let mut out = String::new();
        if self.unknown {
            let _ = writeln!(
                out,
                "{}",
                say("原因を特定できません（以下は推測）", "The cause is not known; these are guesses")
            );
        }
        for finding in &self.findings {
            let _ =
                writeln!(out, "{} %  {} ({})", finding.cause.percent, finding.cause.title, finding.cause.id);
            for line in &finding.speaks_for {
                let _ = writeln!(out, "      + {line}");
            }
            for line in &finding.speaks_against {
                let _ = writeln!(out, "      - {line}");
            }
            for line in &finding.missing {
                let _ = writeln!(out, "      ? {line}");
            }
        }
        let list = |out: &mut String, title: &str, lines: &[String]| {
            if !lines.is_empty() {
                let _ = writeln!(out, "\n{title}");
                for line in lines {
                    let _ = writeln!(out, "  {line}");
                }
            }
        };
        list(&mut out, say("次に聞くとよいこと", "What to ask next"), self.next.as_slice());
        list(&mut out, say("回答", "Answers"), &self.answers);
        list(&mut out, say("分かっていること", "What is known"), &self.facts);
        list(&mut out, say("送信者の説明", "The sender's words"), self.message.as_slice());
        if let Some(outcome) = self.replay {
            let _ = writeln!(out, "\n{} {}", say("再診断:", "Replay:"), replayed(outcome, lang));
        }
        out
    }
}

/// What a replay came to, in words.
#[must_use]
pub fn replayed(outcome: &str, lang: Lang) -> &'static str {
    let (ja, en) = match outcome {
        name if name == Outcome::Same.name() => {
            ("同じ知識で、同じ結果になりました。", "the same knowledge gives the same verdict.")
        }
        name if name == Outcome::SameByOther.name() => (
            "知識は更新されていますが、結果は同じです。",
            "the knowledge has changed since; the verdict is the same.",
        ),
        name if name == Outcome::MovedOn.name() => {
            ("知識が更新され、今の結果は異なります。", "the knowledge has moved on, and leads elsewhere now.")
        }
        _ => (
            "同じ知識で別の結果になりました。このケースの診断結果は、記された事実と合いません。",
            "the same knowledge leads elsewhere: the findings of this case do not follow from its facts.",
        ),
    };
    if lang == Lang::Ja { ja } else { en }
}
