//! What is known about a subject, as tables made from `knowledge/` when this crate is built. Nothing is parsed at start-up.

use warifu_core::catalogue::Lang;

/// Everything known about one subject.
#[derive(Debug)]
pub struct Knowledge {
    /// The version of what decides: the SHA-256 of these tables and of the engine's source, in hexadecimal. The same facts lead to the same
    /// verdict wherever this is the same.
    pub version: &'static str,
    /// What can be known about a machine, by name.
    pub facts: &'static [FactKind],
    /// Why an activation fails, by name.
    pub causes: &'static [Cause],
    /// What mends it, by name.
    pub remedies: &'static [Remedy],
    /// Error codes, by value.
    pub codes: &'static [ErrorCode],
    /// What facts say about causes, by name.
    pub rules: &'static [Rule],
    /// Words of people that mean a fact.
    pub phrases: &'static [Phrase],
    /// Published keys that are nobody's licence, by their last five characters.
    pub generic_keys: &'static [GenericKey],
    /// What the words of people say about causes.
    pub likeness: Likeness,
}

/// How the words of a narrative resemble those whose cause is known. Empty for a subject without the fact that keeps words.
#[derive(Debug)]
pub struct Likeness {
    /// Words that stand in more than one telling, in order.
    pub words: &'static [&'static str],
    /// How rare each word is, in thousandths: the logarithm of how many tellings there are for one that has it, and 1.
    pub rarity: &'static [u16],
    /// What counts for each cause before any word was heard, in thousandths.
    pub offsets: &'static [i16],
    /// What each word says for each cause, word by word, as signed bytes of which [`Self::steps`] are one.
    pub weights: &'static [u8],
    /// See [`Self::weights`].
    pub steps: f64,
}

/// A text in both languages.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    /// Japanese.
    pub ja: &'static str,
    /// English.
    pub en: &'static str,
}

impl Words {
    /// The text in one language.
    #[must_use]
    pub fn get(self, lang: Lang) -> &'static str {
        match lang {
            Lang::Ja => self.ja,
            Lang::En => self.en,
        }
    }
}

/// What a fact's values look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `yes` or `no`.
    YesNo,
    /// One of the listed words.
    Word,
    /// A decimal number.
    Number,
    /// An error code, `0xC004F213`.
    Code,
    /// Anything.
    Text,
}

/// Something that can be known about a machine, its licence or its history.
#[derive(Debug)]
pub struct FactKind {
    /// The name, such as `lic.channel`.
    pub id: &'static str,
    /// What its values look like.
    pub shape: Shape,
    /// What people call it.
    pub label: Words,
    /// The values that have a name of their own; for a question, the answers.
    pub values: &'static [FactValue],
    /// The question that a person can answer.
    pub question: Option<Words>,
    /// What the answer costs the person: 1 is known by heart, 3 takes a look at the PC, 10 a quarter of an hour.
    pub cost: f32,
}

/// A value with a name.
#[derive(Debug)]
pub struct FactValue {
    /// The value.
    pub is: &'static str,
    /// What people call it.
    pub label: Words,
    /// How usual this answer is beside the others, when nothing is known.
    pub usual: f32,
}

/// Why an activation fails.
#[derive(Debug)]
pub struct Cause {
    /// The name; never renamed.
    pub id: &'static str,
    /// The group, such as `network`.
    pub group: &'static str,
    /// How often it is the cause of a case, in any unit that all causes share.
    pub prior: f32,
    /// Whether it only names a state whose reason lies elsewhere.
    pub is_state: bool,
    /// A line.
    pub title: Words,
    /// A few sentences.
    pub explain: Words,
    /// Remedies, the likeliest to succeed first.
    pub remedies: &'static [usize],
    /// Where this was learnt.
    pub sources: &'static [&'static str],
    /// How sure that is: `read`, `derived`, `recalled`, `third_party`, `seed`.
    pub basis: &'static str,
}

/// What mends a cause.
#[derive(Debug)]
pub struct Remedy {
    /// The name; never renamed.
    pub id: &'static str,
    /// The group, such as `network`.
    pub group: &'static str,
    /// Whether nothing can be lost by it.
    pub safe: bool,
    /// `yes`, `partly` or `no`.
    pub reversible: &'static str,
    /// `none`, `low`, `medium` or `high`.
    pub risk: &'static str,
    /// `auto`, `with_consent`, `partly` or `manual`.
    pub automation: &'static str,
    /// Whether an administrator is needed.
    pub admin: bool,
    /// How long it takes.
    pub minutes: u16,
    /// A line.
    pub title: Words,
    /// A few sentences.
    pub explain: Words,
    /// What to mind; empty where nothing is.
    pub caution: Words,
    /// What to do, in order.
    pub steps: &'static [Step],
    /// Where this was learnt.
    pub sources: &'static [&'static str],
    /// How sure that is.
    pub basis: &'static str,
}

/// One step of a remedy.
#[derive(Debug)]
pub struct Step {
    /// `settings`, `command`, `check`, `manual`, `web`, `phone` or `physical`.
    pub kind: &'static str,
    /// What to do.
    pub text: Words,
    /// The command to run; empty where there is none.
    pub command: &'static str,
    /// The address of the page in Settings (`ms-settings:…`); empty where there is none.
    pub settings: &'static str,
    /// Whether an administrator is needed.
    pub admin: bool,
    /// As for a remedy.
    pub automation: &'static str,
    /// Who does it: `person` (at the device), `owner` (of the licence), `publisher`, `operator` (of the service) or `developer` (of the application).
    pub who: &'static str,
    /// What is done, in one word for programs that carry it out; empty where only a person can.
    pub act: &'static str,
}

/// An error code.
#[derive(Debug)]
pub struct ErrorCode {
    /// The value.
    pub value: u32,
    /// The name in the vendor's headers; empty where there is none.
    pub symbol: &'static str,
    /// The group, such as `server`.
    pub group: &'static str,
    /// `error`, `info` or `not_activation`.
    pub severity: &'static str,
    /// What it means.
    pub meaning: Words,
    /// What others say that it means.
    pub also: &'static [Reading],
    /// What it says about causes.
    pub points: &'static [(usize, f32)],
    /// Remedies that belong to the code itself.
    pub remedies: &'static [usize],
    /// Where this was learnt.
    pub sources: &'static [&'static str],
    /// How sure that is.
    pub basis: &'static str,
}

/// What somebody says that a code means, where the sources differ.
#[derive(Debug)]
pub struct Reading {
    /// Whose word it is.
    pub by: &'static str,
    /// What they say.
    pub meaning: Words,
}

/// What facts say about causes.
#[derive(Debug)]
pub struct Rule {
    /// The name.
    pub id: &'static str,
    /// Rules of one group say the same thing in other ways: of each cause only the strongest counts. Empty: stands alone.
    pub group: &'static str,
    /// All must hold.
    pub when: &'static [Condition],
    /// Natural logarithms of likelihood ratios, by cause.
    pub points: &'static [(usize, f32)],
    /// The same for every cause that `points` does not name.
    pub others: f32,
}

/// What must hold of a fact.
#[derive(Debug)]
pub struct Condition {
    /// The fact.
    pub fact: usize,
    /// What must hold.
    pub test: Test,
}

/// What must hold of the values of a fact. A text may end in `*`.
#[derive(Debug)]
pub enum Test {
    /// One value is one of these.
    Is(&'static [&'static str]),
    /// The fact is known and no value is any of these.
    IsNot(&'static [&'static str]),
    /// One value is at least this.
    AtLeast(f64),
    /// One value is at most this.
    AtMost(f64),
    /// Anything is known.
    Known,
    /// Nothing is known.
    Unknown,
}

/// Words of people that mean a fact. `read::words` tells how a pattern is written.
#[derive(Debug)]
pub struct Phrase {
    /// The fact and its value.
    pub fact: (usize, &'static str),
    /// What the denied phrase means.
    pub negated: Option<(usize, &'static str)>,
    /// Whether people also try it as a cure: said to have been tried in vain it is no fact.
    pub cure: bool,
    /// Patterns in English.
    pub en: &'static [&'static str],
    /// Patterns in Japanese.
    pub ja: &'static [&'static str],
}

/// A published key that is nobody's licence.
#[derive(Debug)]
pub struct GenericKey {
    /// Its last five characters.
    pub last_five: &'static str,
    /// `default_install` or `gvlk`.
    pub kind: &'static str,
    /// The edition that it selects.
    pub edition: &'static str,
}

impl Knowledge {
    /// The index of a fact.
    #[must_use]
    pub fn fact(&self, id: &str) -> Option<usize> {
        self.facts.binary_search_by(|fact| fact.id.cmp(id)).ok()
    }

    /// The index of a cause.
    #[must_use]
    pub fn cause(&self, id: &str) -> Option<usize> {
        self.causes.binary_search_by(|cause| cause.id.cmp(id)).ok()
    }

    /// The index of a remedy.
    #[must_use]
    pub fn remedy(&self, id: &str) -> Option<usize> {
        self.remedies.binary_search_by(|remedy| remedy.id.cmp(id)).ok()
    }

    /// What is known of an error code.
    #[must_use]
    pub fn code(&self, value: u32) -> Option<&'static ErrorCode> {
        let at = self.codes.binary_search_by(|code| code.value.cmp(&value)).ok()?;
        self.codes.get(at)
    }

    /// What is known of a key that ends so.
    #[must_use]
    pub fn generic_key(&self, last_five: &str) -> Option<&'static GenericKey> {
        self.generic_keys.iter().find(|key| key.last_five.eq_ignore_ascii_case(last_five))
    }
}

include!(concat!(env!("OUT_DIR"), "/tables.rs"));
