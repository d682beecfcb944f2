//! What a case says: the facts with their origin, the verdict that they lead to, and by which knowledge. It has one form in bytes, canonical
//! JSON (RFC 8785): the members stand in the order of their names, and every number is whole.

use aws_lc_rs::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use warifu_core::catalogue::Lang;
use warifu_core::time::Timestamp;
use warifu_proto::encoding::{hex, parse_hex, parse_time};
use warifu_troubleshoot::engine::{Diagnosis, diagnose};
use warifu_troubleshoot::knowledge::Shape;
use warifu_troubleshoot::{Facts, Origin, Session, Strength};

use crate::redact;
use crate::subject::Subject;
use crate::tame;

/// The form that this version writes and reads.
pub const FORMAT: &str = "warifu-case/1";
/// The most facts of a case.
pub const FACTS_MAX: usize = 200;
/// The most characters of the sender's own words.
pub const MESSAGE_MAX: usize = 1000;
/// The most characters of what was typed that are looked at: marks are mostly shorter than what they stand for.
const TYPED_MAX: usize = 2 * MESSAGE_MAX;
/// The longest part of a value that is not known as one because the text was cut inside it.
const CUT_VALUE_MAX: usize = 200;
/// The most pieces of evidence that a finding names.
const EVIDENCE_MAX: usize = 24;
/// The most findings.
const FINDINGS_MAX: usize = 8;

/// The program that made the case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Client {
    /// Its name: `warifu`, or an application's.
    pub name: String,
    /// The system that it runs on: `linux`, `windows`, `service` for a page.
    pub system: String,
    /// Its version.
    pub version: String,
}

/// A fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownFact {
    /// Its name.
    pub fact: String,
    /// Where it was learnt. `answer` is the answer to a question.
    pub from: String,
    /// `strong` or `weak`.
    pub strength: String,
    /// Its value, or the mark of one that was taken out.
    pub value: String,
}

/// What a rule or a code adds to a cause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// The facts that made it apply, as `name=value`.
    pub facts: Vec<String>,
    /// What it adds, in thousandths; below 0 it speaks against.
    pub points: i32,
    /// The rule's name, or the code.
    pub rule: String,
}

/// A cause that may be at work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// Its name.
    pub cause: String,
    /// How likely it is, in thousandths.
    pub confidence: u16,
    /// What speaks for it and against it, the weightiest first.
    pub evidence: Vec<Evidence>,
    /// Facts that would settle it.
    pub missing: Vec<String>,
    /// What to do, in this order.
    pub remedies: Vec<String>,
}

/// What a case says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// What made it.
    pub client: Client,
    /// What is known of the machine, in the order in which it was learnt.
    pub facts: Vec<KnownFact>,
    /// What was found, the likeliest first.
    pub findings: Vec<Finding>,
    /// [`FORMAT`].
    pub format: String,
    /// The version of the knowledge that found it.
    pub knowledge: String,
    /// The sender's language.
    pub language: String,
    /// When it was made, by the sender's clock.
    pub made: String,
    /// The sender's own words, redacted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The fact that was worth asking for next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// 128 random bits, so that no two cases are the same.
    pub nonce: String,
    /// What it is about.
    pub subject: String,
    /// Whether no cause is well supported.
    pub unknown: bool,
}

/// What the maker of a case adds to the facts.
#[derive(Clone, Debug)]
pub struct Making {
    /// The program.
    pub client: Client,
    /// The sender's language.
    pub language: Lang,
    /// The time.
    pub made: Timestamp,
    /// Random.
    pub nonce: [u8; 16],
    /// The sender's own words, as typed.
    pub message: Option<String>,
}

/// What is wrong with a content: the member, never its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadContent(pub &'static str);

impl Content {
    /// The case of a session. `None` when the subject has no cases.
    #[must_use]
    pub fn of(session: &Session, making: Making) -> Option<Self> {
        let subject = Subject::of(session.facts().knowledge())?;
        let facts = told(session.facts());
        Some(Self::by(subject, &facts, &diagnose(&facts), making))
    }

    fn by(subject: Subject, facts: &Facts, diagnosis: &Diagnosis, making: Making) -> Self {
        let message = making.message.as_deref().map(message).filter(|text| !text.is_empty());
        Self {
            client: making.client,
            facts: facts.all().iter().map(|fact| known(facts, fact)).collect(),
            findings: findings(facts, diagnosis),
            format: FORMAT.to_owned(),
            knowledge: subject.knowledge().version.to_owned(),
            language: making.language.tag().to_owned(),
            made: making.made.to_string(),
            message,
            next: next(facts, diagnosis),
            nonce: hex(&making.nonce),
            subject: subject.name().to_owned(),
            unknown: diagnosis.unknown,
        }
    }

    /// The one form of it in bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        // Texts, numbers and lists of them can always be written.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// The SHA-256 of its bytes.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, &self.to_bytes()).as_ref());
        hash
    }

    /// The subject; none when this version has no such.
    #[must_use]
    pub fn subject(&self) -> Option<Subject> {
        Subject::from_name(&self.subject)
    }

    /// The sender's language.
    #[must_use]
    pub fn language(&self) -> Lang {
        Lang::from_tag(&self.language).unwrap_or(Lang::En)
    }

    /// Whether every value is within its bounds and nothing is in it that a case may not have.
    ///
    /// # Errors
    /// Which member is not as it must be.
    pub fn check(&self) -> Result<(), BadContent> {
        let fits = |good: bool, member: &'static str| if good { Ok(()) } else { Err(BadContent(member)) };
        let word = |text: &str| (1..=40).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        fits(self.format == FORMAT, "format")?;
        fits(tame::is_word(&self.subject), "subject")?;
        fits(word(&self.client.name) && word(&self.client.system) && word(&self.client.version), "client")?;
        fits(parse_hex::<32>(&self.knowledge).is_some(), "knowledge")?;
        fits(Lang::from_tag(&self.language).is_some_and(|lang| lang.tag() == self.language), "language")?;
        fits(parse_time(&self.made).is_some(), "made")?;
        fits(parse_hex::<16>(&self.nonce).is_some(), "nonce")?;
        fits(self.next.as_deref().is_none_or(tame::is_name), "next")?;
        fits(self.message.as_deref().is_none_or(is_message), "message")?;
        let knowledge = self.subject().map(Subject::knowledge);
        let same = knowledge.is_some_and(|knowledge| knowledge.version == self.knowledge);
        let value_fits = |name: &str, value: &str| {
            let kind = knowledge.and_then(|knowledge| knowledge.fact(name).map(|at| &knowledge.facts[at]));
            let tame = if same { tame::is_tame(kind, value) } else { tame::may_be_tame(kind, value) };
            tame::is_name(name) && tame
        };
        fits(self.facts.len() <= FACTS_MAX, "facts")?;
        for fact in &self.facts {
            let strength = matches!(fact.strength.as_str(), "strong" | "weak");
            fits(strength && tame::is_word(&fact.from) && value_fits(&fact.fact, &fact.value), "facts")?;
        }
        fits(self.findings.len() <= FINDINGS_MAX, "findings")?;
        for finding in &self.findings {
            let bounded = finding.evidence.len() <= EVIDENCE_MAX
                && finding.missing.len() <= FINDINGS_MAX
                && finding.remedies.len() <= FINDINGS_MAX
                && finding.confidence <= 1000;
            let names = std::iter::once(&finding.cause).chain(&finding.missing).chain(&finding.remedies);
            fits(bounded && names.into_iter().all(|name| tame::is_name(name)), "findings")?;
            for piece in &finding.evidence {
                let facts = piece.facts.len() <= FINDINGS_MAX
                    && piece.facts.iter().all(|fact| {
                        fact.split_once('=').is_some_and(|(name, value)| value_fits(name, value))
                    });
                fits(facts && tame::is_name(&piece.rule), "findings")?;
            }
        }
        Ok(())
    }

    /// The facts as this version's knowledge takes them, and the names of those that it does not know any more.
    #[must_use]
    pub fn facts(&self) -> Option<(Facts, Vec<String>)> {
        let mut facts = Facts::new(self.subject()?.knowledge());
        let mut lost = Vec::new();
        for fact in &self.facts {
            let strength = if fact.strength == "strong" { Strength::Strong } else { Strength::Weak };
            let origin = Origin::from_name(&fact.from).unwrap_or(Origin::Tool);
            if !facts.learn(&fact.fact, &fact.value, strength, origin) {
                lost.push(fact.fact.clone());
            }
        }
        Some((facts, lost))
    }
}

/// Whether a text is one that [`message`] answers. One that is too long is refused before anything is looked for in it.
fn is_message(text: &str) -> bool {
    !text.is_empty() && text.chars().count() <= MESSAGE_MAX && redact::bounded(text, MESSAGE_MAX) == text
}

/// The sender's words as a case has them. Redacting what is redacted changes nothing. Nobody types more than `TYPED_MAX` characters: what
/// stands behind them is not looked at.
#[must_use]
pub fn message(text: &str) -> String {
    let cut = text.char_indices().nth(TYPED_MAX).map(|(at, _)| &text[..at]);
    let mut text = redact::bounded(cut.unwrap_or(text), MESSAGE_MAX + CUT_VALUE_MAX);
    let length = text.chars().count();
    let kept = if cut.is_some() { length.saturating_sub(CUT_VALUE_MAX) } else { length };
    text = text.chars().take(kept).collect();
    for _ in 0..4 {
        let again = redact::bounded(&text, MESSAGE_MAX);
        if again == text {
            return text;
        }
        text = again;
    }
    // A text that is never at rest is none that anybody wrote.
    String::new()
}

/// The facts as they may be told: what is free text and names somebody is replaced by a mark, the same value by the same mark.
fn told(facts: &Facts) -> Facts {
    let mut told = Facts::new(facts.knowledge());
    let mut hidden: Vec<(redact::Kind, &str)> = Vec::new();
    for fact in facts.all().iter().take(FACTS_MAX) {
        let kind = facts.kind(fact);
        if tame::is_tame(Some(kind), &fact.value) && !redact::is_mark(&fact.value) {
            told.learn(kind.id, &fact.value, fact.strength, fact.origin);
            continue;
        }
        // What is too long to be a number or a code, or is none, tells nothing and has no mark.
        if kind.shape != Shape::Text {
            continue;
        }
        let mark = tame::mark_of(kind);
        if !hidden.contains(&(mark, &fact.value)) {
            hidden.push((mark, &fact.value));
        }
        let number =
            hidden.iter().filter(|(kind, _)| *kind == mark).position(|(_, value)| *value == fact.value);
        let value = redact::mark(mark, number.unwrap_or_default() + 1);
        told.learn(kind.id, &value, fact.strength, fact.origin);
    }
    told
}

fn known(facts: &Facts, fact: &warifu_troubleshoot::Fact) -> KnownFact {
    KnownFact {
        fact: facts.kind(fact).id.to_owned(),
        from: fact.origin.name().to_owned(),
        strength: if fact.strength == Strength::Strong { "strong" } else { "weak" }.to_owned(),
        value: fact.value.clone(),
    }
}

/// The findings of a diagnosis.
pub(crate) fn findings(facts: &Facts, diagnosis: &Diagnosis) -> Vec<Finding> {
    let knowledge = facts.knowledge();
    let finding = |found: &warifu_troubleshoot::engine::Finding| Finding {
        cause: knowledge.causes[found.cause].id.to_owned(),
        confidence: thousandths(found.confidence).clamp(0, 1000).try_into().unwrap_or_default(),
        evidence: found
            .evidence
            .iter()
            .take(EVIDENCE_MAX)
            .map(|piece| Evidence {
                facts: piece.facts.iter().take(FINDINGS_MAX).cloned().collect(),
                points: thousandths(piece.points),
                rule: piece.rule.clone(),
            })
            .collect(),
        missing: found.missing.iter().map(|&fact| knowledge.facts[fact].id.to_owned()).collect(),
        remedies: found.remedies.iter().map(|&remedy| knowledge.remedies[remedy].id.to_owned()).collect(),
    };
    diagnosis.findings.iter().take(FINDINGS_MAX).map(finding).collect()
}

/// The fact that is worth asking for.
pub(crate) fn next(facts: &Facts, diagnosis: &Diagnosis) -> Option<String> {
    diagnosis.next.as_ref().map(|question| facts.knowledge().facts[question.fact].id.to_owned())
}

/// A number in whole thousandths.
fn thousandths(number: f64) -> i32 {
    // Logarithms and shares are far within the bounds.
    (number * 1000.0).round().clamp(-1e6, 1e6) as i32
}

#[cfg(test)]
mod tests {
    use warifu_core::catalogue::Lang;
    use warifu_core::time::Timestamp;
    use warifu_troubleshoot::Session;
    use warifu_troubleshoot::knowledge::WINDOWS;

    use super::*;

    fn content(message: String) -> Content {
        let client = Client { name: "w".to_owned(), system: "linux".to_owned(), version: "1".to_owned() };
        let made = Timestamp::from_seconds(1_790_000_000);
        let making = Making { client, language: Lang::En, made, nonce: [1; 16], message: None };
        let content = Content::of(&Session::new(&WINDOWS), making).unwrap();
        Content { message: Some(message), ..content }
    }

    #[test]
    fn a_message_that_is_too_long_is_refused_before_it_is_looked_at_and_another_is_looked_at_once() {
        let looked_at = |length: usize| {
            let content = content("x ".repeat(length / 2 - 1) + "xx");
            let before = redact::looked_at();
            (content.check(), redact::looked_at() - before)
        };
        assert_eq!(looked_at(MESSAGE_MAX), (Ok(()), 1));
        assert_eq!(looked_at(MESSAGE_MAX + 2), (Err(BadContent("message")), 0));
        assert_eq!(looked_at(48 * 1024), (Err(BadContent("message")), 0));
    }

    #[test]
    fn what_stands_behind_what_anybody_types_is_not_looked_at_and_no_value_is_left_where_it_was_cut() {
        // Digits become one short mark, so that the end of what is looked at would be within the message.
        let digits = "1".repeat(TYPED_MAX - 28);
        let text = format!("{digits} the key BCDFG-HJKMN-PQRTV-WXY23-46789, and more {}", "x".repeat(5000));
        assert!(!message(&text).contains("BCDFG"), "{}", message(&text));
        let short = format!("{} the end", "1".repeat(400));
        assert_eq!(message(&short), "[hiddeninstallationid1] the end");
        assert_eq!(message(&"xy ".repeat(5000)).chars().count(), MESSAGE_MAX);
    }
}
