//! What a person sees: the cause, why, and what to do.

use std::fmt::Write as _;

use serde::Serialize;
use warifu_core::catalogue::Lang;

use super::{Cause, knowledge, told};
use crate::content::Content;

/// How many remedies are written out with their steps.
const IN_FULL: usize = 2;

/// A person's view.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Person {
    /// The likeliest cause; none when no cause is well supported.
    pub cause: Option<Cause>,
    /// A few sentences about it.
    pub explain: String,
    /// What speaks for it.
    pub why: Vec<String>,
    /// What to do, in this order.
    pub remedies: Vec<Remedy>,
    /// What else it may be.
    pub others: Vec<Cause>,
}

/// Something to do.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Remedy {
    /// Its name in the knowledge.
    pub id: String,
    /// A line.
    pub title: String,
    /// What to mind; empty where nothing is.
    pub caution: String,
    /// The steps.
    pub steps: Vec<Step>,
}

/// A step.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Step {
    /// What to do.
    pub text: String,
    /// The command to run; empty where there is none.
    pub command: String,
}

/// Makes the view.
#[must_use]
pub fn of(content: &Content, lang: Lang) -> Person {
    let knowledge = knowledge(content);
    let mut findings = content.findings.iter().filter(|finding| finding.cause != "unknown");
    let first = if content.unknown { None } else { findings.next() };
    let explain = first
        .and_then(|finding| {
            let knowledge = knowledge?;
            Some(knowledge.causes[knowledge.cause(&finding.cause)?].explain.get(lang).to_owned())
        })
        .unwrap_or_default();
    // Without a cause the way leads to people.
    let names = match (first, knowledge.and_then(|all| Some((all, all.cause("unknown")?)))) {
        (Some(finding), _) => finding.remedies.clone(),
        (None, Some((all, unknown))) => {
            all.causes[unknown].remedies.iter().map(|&remedy| all.remedies[remedy].id.to_owned()).collect()
        }
        (None, None) => Vec::new(),
    };
    // A remedy of which nothing but a name is known helps nobody.
    let remedy = |id: String| {
        let known = knowledge.and_then(|all| Some(&all.remedies[all.remedy(&id)?]))?;
        let step = |step: &warifu_troubleshoot::knowledge::Step| Step {
            text: step.text.get(lang).to_owned(),
            command: step.command.to_owned(),
        };
        Some(Remedy {
            title: known.title.get(lang).to_owned(),
            caution: known.caution.get(lang).to_owned(),
            steps: known.steps.iter().map(step).collect(),
            id,
        })
    };
    Person {
        cause: first.map(|finding| Cause::of(knowledge, finding, lang)),
        explain,
        why: first.map(|finding| told(knowledge, &finding.evidence, true, lang)).unwrap_or_default(),
        remedies: names.into_iter().filter_map(remedy).collect(),
        others: findings.map(|finding| Cause::of(knowledge, finding, lang)).collect(),
    }
}

impl Person {
    /// The view as text.
    #[must_use]
    pub fn text(&self, lang: Lang) -> String {
        let say = |ja, en| if lang == Lang::Ja { ja } else { en };
        let mut out = String::new();
        match &self.cause {
            Some(cause) => {
                let _ = writeln!(out, "{} {} %\n{}", cause.title, cause.percent, self.explain);
            }
            None => {
                let _ = writeln!(out, "{}", say("原因を特定できません", "The cause is not known"));
            }
        }
        if !self.why.is_empty() {
            let _ = writeln!(out, "\n{}", say("手がかり", "Why"));
            for line in &self.why {
                let _ = writeln!(out, "  + {line}");
            }
        }
        let _ = writeln!(out, "\n{}", say("対処", "What to do"));
        for (place, remedy) in self.remedies.iter().enumerate() {
            let _ = writeln!(out, "  {}. {}", place + 1, remedy.title);
            if place >= IN_FULL {
                continue;
            }
            for step in &remedy.steps {
                let _ = writeln!(out, "     - {}", step.text);
                if !step.command.is_empty() {
                    let _ = writeln!(out, "         {}", step.command);
                }
            }
            if !remedy.caution.is_empty() {
                let _ = writeln!(out, "     {} {}", say("注意:", "mind:"), remedy.caution);
            }
        }
        if !self.others.is_empty() {
            let _ = writeln!(out, "\n{}", say("ほかに考えられる原因", "It may also be"));
            for other in &self.others {
                let _ = writeln!(out, "  {} %  {}", other.percent, other.title);
            }
        }
        out
    }
}
