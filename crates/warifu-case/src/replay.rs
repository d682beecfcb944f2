//! Replaying a case: the same facts through this version's knowledge and engine. The same knowledge gives the same verdict; where the
//! knowledge has moved on, both verdicts are told.

use warifu_troubleshoot::engine::diagnose;

use crate::content::{Content, Finding, findings, next};

/// What facts lead to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The findings, the likeliest first.
    pub findings: Vec<Finding>,
    /// Whether no cause is well supported.
    pub unknown: bool,
    /// The fact that is worth asking for next.
    pub next: Option<String>,
}

/// A case replayed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replay {
    /// What the case says.
    pub recorded: Verdict,
    /// What its facts lead to now.
    pub now: Verdict,
    /// The version of the knowledge now. The case names its own.
    pub knowledge: &'static str,
    /// Whether that is the version of the case.
    pub same_knowledge: bool,
    /// Facts of the case that the knowledge does not know any more.
    pub lost: Vec<String>,
}

/// What a replay comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The same knowledge, the same verdict.
    Same,
    /// Newer or older knowledge, the same verdict.
    SameByOther,
    /// Newer or older knowledge, another verdict.
    MovedOn,
    /// The same knowledge, and yet another verdict: the case does not say what its facts say.
    Contradiction,
}

impl Outcome {
    /// The name that programs read.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::SameByOther => "same_by_other_knowledge",
            Self::MovedOn => "moved_on",
            Self::Contradiction => "contradiction",
        }
    }
}

impl Replay {
    /// Replays a case. `None` when this version does not know its subject.
    #[must_use]
    pub fn of(content: &Content) -> Option<Self> {
        let knowledge = content.subject()?.knowledge().version;
        let (facts, lost) = content.facts()?;
        let diagnosis = diagnose(&facts);
        Some(Self {
            recorded: Verdict {
                findings: content.findings.clone(),
                unknown: content.unknown,
                next: content.next.clone(),
            },
            now: Verdict {
                findings: findings(&facts, &diagnosis),
                unknown: diagnosis.unknown,
                next: next(&facts, &diagnosis),
            },
            knowledge,
            same_knowledge: knowledge == content.knowledge,
            lost,
        })
    }

    /// What it comes to.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match (self.same_knowledge, self.recorded == self.now) {
            (true, true) => Outcome::Same,
            (true, false) => Outcome::Contradiction,
            (false, true) => Outcome::SameByOther,
            (false, false) => Outcome::MovedOn,
        }
    }
}
