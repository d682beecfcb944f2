//! What is known about one machine, and where each piece was learnt.

use crate::knowledge::{Condition, FactKind, Knowledge, Shape, Test};

/// How many facts are kept; more evidence than that says nothing new.
pub(crate) const FACTS_MAX: usize = 512;

/// How far a fact is to be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// Understood from plain words.
    Weak,
    /// Read from a tool, measured, or answered.
    Strong,
}

/// Where a fact was learnt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Plain words.
    Words,
    /// A code that the person gave.
    Code,
    /// Output of `slmgr`.
    Slmgr,
    /// Licensing objects of WMI.
    Wmi,
    /// Text of the event log.
    EventLog,
    /// Output of another tool.
    Tool,
    /// A product key in the text.
    Key,
    /// It follows from other facts.
    Derived,
    /// A program has measured it, or met it as a failure.
    Probe,
    /// An answer to a question.
    Answer,
}

impl Origin {
    /// Every origin.
    pub const ALL: [Self; 10] = [
        Self::Words,
        Self::Code,
        Self::Slmgr,
        Self::Wmi,
        Self::EventLog,
        Self::Tool,
        Self::Key,
        Self::Derived,
        Self::Probe,
        Self::Answer,
    ];

    /// The name that programs read.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Words => "words",
            Self::Code => "code",
            Self::Slmgr => "slmgr",
            Self::Wmi => "wmi",
            Self::EventLog => "event_log",
            Self::Tool => "tool",
            Self::Key => "key",
            Self::Derived => "derived",
            Self::Probe => "probe",
            Self::Answer => "answer",
        }
    }

    /// The origin of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|origin| origin.name() == name)
    }
}

/// One thing known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// The index in [`Knowledge::facts`].
    pub kind: usize,
    /// The value, in the form that rules compare.
    pub value: String,
    /// How far to trust it.
    pub strength: Strength,
    /// Where it was learnt.
    pub origin: Origin,
}

/// What is known about one machine. A fact may have several values (two codes, two parts replaced).
#[derive(Clone, Debug)]
pub struct Facts {
    knowledge: &'static Knowledge,
    known: Vec<Fact>,
    /// Questions that the person cannot answer.
    unanswerable: Vec<usize>,
}

impl Facts {
    /// Nothing is known yet.
    #[must_use]
    pub fn new(knowledge: &'static Knowledge) -> Self {
        Self { knowledge, known: Vec::new(), unanswerable: Vec::new() }
    }

    /// What the facts are about.
    #[must_use]
    pub fn knowledge(&self) -> &'static Knowledge {
        self.knowledge
    }

    /// Everything known, in the order in which it was learnt.
    #[must_use]
    pub fn all(&self) -> &[Fact] {
        &self.known
    }

    /// The kind of a fact.
    #[must_use]
    pub fn kind(&self, fact: &Fact) -> &'static FactKind {
        &self.knowledge.facts[fact.kind]
    }

    /// Learns a fact by name. An unknown name or a value that the fact cannot have is not learnt: `false`.
    pub fn learn(&mut self, id: &str, value: &str, strength: Strength, origin: Origin) -> bool {
        let Some(kind) = self.knowledge.fact(id) else { return false };
        self.learn_at(kind, value, strength, origin)
    }

    pub(crate) fn learn_at(&mut self, kind: usize, value: &str, strength: Strength, origin: Origin) -> bool {
        let value = value.trim();
        let shape = &self.knowledge.facts[kind];
        let fits = match shape.shape {
            Shape::YesNo | Shape::Word => shape.values.iter().any(|known| known.is == value),
            Shape::Number => value.parse::<f64>().is_ok_and(f64::is_finite),
            Shape::Code | Shape::Text => !value.is_empty() && value.len() <= 200,
        };
        if !fits || self.known.len() >= FACTS_MAX {
            return false;
        }
        if let Some(same) = self.known.iter_mut().find(|fact| fact.kind == kind && fact.value == value) {
            if strength > same.strength {
                same.strength = strength;
                same.origin = origin;
            }
            return true;
        }
        // Yes and no of one question exclude each other: what was measured or answered outweighs words, and the first word stands.
        if shape.shape == Shape::YesNo
            && let Some(at) = self.known.iter().position(|fact| fact.kind == kind)
        {
            if strength <= self.known[at].strength && origin != Origin::Answer {
                return false;
            }
            self.known.remove(at);
        }
        self.known.push(Fact { kind, value: value.to_owned(), strength, origin });
        true
    }

    /// Forgets every value of a fact, because somebody knows better.
    pub(crate) fn forget(&mut self, kind: usize) {
        self.known.retain(|fact| fact.kind != kind);
    }

    /// Remembers that the person cannot answer the question about a fact, so that it is not asked again.
    pub(crate) fn leave_open(&mut self, kind: usize) {
        if !self.unanswerable.contains(&kind) {
            self.unanswerable.push(kind);
        }
    }

    /// Whether asking about a fact could tell anything.
    pub(crate) fn can_ask(&self, kind: usize) -> bool {
        !self.unanswerable.contains(&kind) && self.known.iter().all(|fact| fact.kind != kind)
    }

    /// The values of a fact.
    pub fn values<'a>(&'a self, id: &str) -> impl Iterator<Item = &'a str> {
        let kind = self.knowledge.fact(id);
        self.known.iter().filter(move |fact| Some(fact.kind) == kind).map(|fact| fact.value.as_str())
    }

    /// The first value of a fact.
    #[must_use]
    pub fn value(&self, id: &str) -> Option<&str> {
        self.values(id).next()
    }

    /// Whether a fact has this value.
    #[must_use]
    pub fn is(&self, id: &str, value: &str) -> bool {
        self.values(id).any(|known| known == value)
    }

    /// Whether a condition holds, and the facts that made it so.
    pub(crate) fn meets<'a>(&'a self, condition: &Condition, because: &mut Vec<&'a Fact>) -> bool {
        let mut of_kind = self.known.iter().filter(|fact| fact.kind == condition.fact);
        let found = match &condition.test {
            Test::Unknown => return of_kind.next().is_none(),
            Test::Known => of_kind.next(),
            Test::Is(values) => of_kind.find(|fact| values.iter().any(|value| fits(value, &fact.value))),
            Test::AtLeast(least) => of_kind.find(|fact| fact.value.parse().is_ok_and(|n: f64| n >= *least)),
            Test::AtMost(most) => of_kind.find(|fact| fact.value.parse().is_ok_and(|n: f64| n <= *most)),
            Test::IsNot(values) => {
                let first = of_kind.clone().next();
                if of_kind.any(|fact| values.iter().any(|value| fits(value, &fact.value))) {
                    None
                } else {
                    first
                }
            }
        };
        because.extend(found);
        found.is_some()
    }
}

/// Whether a value is what a rule names; a name may end in `*`.
fn fits(pattern: &str, value: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => value.starts_with(start),
        None => pattern == value,
    }
}
