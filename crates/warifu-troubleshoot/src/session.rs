//! One diagnosis: evidence goes in, findings come out. The only thing that surfaces call.

use warifu_core::catalogue::Failure;

use crate::derive::derive;
use crate::engine::{self, Contribution, Diagnosis};
use crate::evidence::Evidence;
use crate::fact::{Facts, Origin, Strength};
use crate::knowledge::Knowledge;
use crate::read::{self, SeenKey};

/// How much text one session takes, over all pieces.
const PIECES_MAX: usize = 64;

/// A diagnosis under way.
#[derive(Clone, Debug)]
pub struct Session {
    facts: Facts,
    keys: Vec<SeenKey>,
    pieces: usize,
}

/// What became of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is known now.
    Taken,
    /// There is no such fact.
    NoSuchFact,
    /// The fact cannot have this value.
    NoSuchValue,
}

impl Session {
    /// A session about a subject, nothing known.
    #[must_use]
    pub fn new(knowledge: &'static Knowledge) -> Self {
        Self { facts: Facts::new(knowledge), keys: Vec::new(), pieces: 0 }
    }

    /// Reads a text of any origin: output of tools, a mail, a sentence. Returns the text without product keys.
    pub fn read(&mut self, text: &str) -> String {
        self.pieces += 1;
        if self.pieces > PIECES_MAX {
            return String::new();
        }
        let (redacted, keys) = read::text(&mut self.facts, text);
        self.keys.extend(keys);
        derive(&mut self.facts);
        redacted
    }

    /// Reads a file of any encoding.
    pub fn read_bytes(&mut self, bytes: &[u8]) -> String {
        self.read(&read::bytes::decode(bytes))
    }

    /// Takes an error code in any spelling; `false` when the text holds none.
    pub fn code(&mut self, text: &str) -> bool {
        let found = read::error_code(&mut self.facts, text);
        derive(&mut self.facts);
        found
    }

    /// Takes a failure that a program has met.
    pub fn failure(&mut self, failure: &Failure) {
        read::failure(&mut self.facts, failure);
        derive(&mut self.facts);
    }

    /// Takes what a program has measured. `false`: there is no such fact, or it cannot have this value.
    pub fn measured(&mut self, fact: &str, value: &str) -> bool {
        let learnt = self.facts.learn(fact, value, Strength::Strong, Origin::Probe);
        derive(&mut self.facts);
        learnt
    }

    /// Reads the pieces of a case.
    pub fn evidence(&mut self, evidence: &Evidence) {
        for code in &evidence.error_codes {
            self.code(code);
        }
        for text in [&evidence.slmgr_text, &evidence.other_output, &evidence.narrative] {
            if !text.trim().is_empty() {
                self.read(text);
            }
        }
    }

    /// Takes the answer to a question. It replaces what was thought before.
    pub fn answer(&mut self, fact: &str, value: &str) -> Answer {
        let Some(kind) = self.facts.knowledge().fact(fact) else { return Answer::NoSuchFact };
        let before = self.facts.clone();
        self.facts.forget(kind);
        for value in value.split(',') {
            if !self.facts.learn_at(kind, value, Strength::Strong, Origin::Answer) {
                self.facts = before;
                return Answer::NoSuchValue;
            }
        }
        derive(&mut self.facts);
        Answer::Taken
    }

    /// What is known.
    #[must_use]
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The product keys that stood in the texts, by their last five.
    #[must_use]
    pub fn keys(&self) -> &[SeenKey] {
        &self.keys
    }

    /// What was found out so far.
    #[must_use]
    pub fn diagnose(&self) -> Diagnosis {
        engine::diagnose(&self.facts)
    }

    /// The arithmetic of one cause: the logarithm of its prior, and everything added to it.
    #[must_use]
    pub fn explain(&self, cause: usize) -> (f64, Vec<Contribution>) {
        engine::explain(&self.facts, cause)
    }
}
