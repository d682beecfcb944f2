//! One diagnosis: evidence goes in, findings come out. The only thing that surfaces call.

use warifu_core::catalogue::Failure;

use crate::derive::derive;
use crate::engine::{self, Contribution, Diagnosis, Finding};
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
        self.piece(text, read::text)
    }

    fn piece(&mut self, text: &str, read: impl Fn(&mut Facts, &str) -> (String, Vec<SeenKey>)) -> String {
        self.pieces += 1;
        if self.pieces > PIECES_MAX {
            return String::new();
        }
        let (redacted, keys) = read(&mut self.facts, text);
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
        for text in [&evidence.slmgr_text, &evidence.other_output] {
            if !text.trim().is_empty() {
                self.piece(text, read::output);
            }
        }
        if !evidence.narrative.trim().is_empty() {
            self.read(&evidence.narrative);
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

    /// Takes a fact that an earlier session knew, with what it knew of its origin. `false`: there is no such fact, or it cannot have this value.
    pub fn recall(&mut self, fact: &str, value: &str, strength: Strength, origin: Origin) -> bool {
        let taken = self.facts.learn(fact, value, strength, origin);
        derive(&mut self.facts);
        taken
    }

    /// Notes that the person cannot answer the question about a fact: another is asked instead.
    pub fn leave_open(&mut self, fact: &str) -> Answer {
        let Some(kind) = self.facts.knowledge().fact(fact) else { return Answer::NoSuchFact };
        self.facts.leave_open(kind);
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

    /// What was found out so far, and whether it is too little; without a search for the next question, which takes most of the time.
    #[must_use]
    pub fn findings(&self) -> (Vec<Finding>, bool) {
        engine::findings(&self.facts)
    }

    /// The arithmetic of one cause: the logarithm of its prior, and everything added to it.
    #[must_use]
    pub fn explain(&self, cause: usize) -> (f64, Vec<Contribution>) {
        engine::explain(&self.facts, cause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::WINDOWS;

    fn asked(session: &Session) -> &'static str {
        WINDOWS.facts[session.diagnose().next.expect("something is worth asking").fact].id
    }

    #[test]
    fn a_question_that_somebody_cannot_answer_gives_way_to_the_next_best() {
        let mut session = Session::new(&WINDOWS);
        session.code("0xC004F213");
        let first = asked(&session);
        assert_eq!(session.leave_open(first), Answer::Taken);
        let second = asked(&session);
        assert_ne!(first, second);
        assert_eq!(session.leave_open("no.such"), Answer::NoSuchFact);
    }

    #[test]
    fn a_session_that_recalls_what_another_knew_finds_the_same() {
        let mut session = Session::new(&WINDOWS);
        session.read("マザーボードを交換したら 0xC004F213 が出ました。KMSではありません。");
        let mut second = Session::new(&WINDOWS);
        for fact in session.facts().all().iter().filter(|fact| fact.origin != Origin::Derived) {
            let id = session.facts().kind(fact).id;
            let origin = Origin::from_name(fact.origin.name()).expect("a name of its own");
            assert!(second.recall(id, &fact.value, fact.strength, origin), "{id}");
        }
        assert_eq!(second.facts().all().len(), session.facts().all().len());
        let shares = |session: &Session| -> Vec<(usize, f64)> {
            session.findings().0.iter().map(|finding| (finding.cause, finding.confidence)).collect()
        };
        assert_eq!(shares(&second), shares(&session));
        assert!(!second.recall("code", "", Strength::Strong, Origin::Code));
        assert!(!second.recall("no.such", "yes", Strength::Strong, Origin::Answer));
    }
}
