//! The arithmetic: priors, points of rules and codes, shares.

use super::likeness;
use crate::fact::{Fact, Facts, Origin, Strength};
use crate::knowledge::Knowledge;
use crate::read::WORDS;

/// Below this share of the first finding the answer is "unknown".
pub const UNKNOWN_BELOW: f64 = 0.07;
/// A first finding with fewer points than this stands on its prior alone.
pub(super) const SUPPORT_MIN: f64 = 0.7;
/// What a weak fact's points count.
const WEAK: f64 = 0.85;
/// What the weaker pieces of one group of evidence count beside the strongest.
const ECHO: f64 = 0.25;
/// Points are written with care, and understate: so much more than they say do they count. Fitted to worked cases.
pub const GAIN: f64 = 1.25;
/// Whoever tells much tells much that does not matter, and some of it is misunderstood. Adding up supposes that pieces are independent,
/// and they are not: with each piece of plain words the sums are trusted less. Fitted to questions from the field that no rule had
/// been written for.
const TRUST_LOST: f64 = 0.05;
/// How far sums are trusted that rest on no plain word at all: rules overlap there too. Fitted so that of a hundred questions that no rule
/// had been written for about three are answered wrongly with 0.7 and more.
const TRUST_MOST: f64 = 0.85;
const TRUST_MIN: f64 = 0.4;
/// What is left of the trust where a narrative is heard: its words are not independent of the facts that were found in them.
const TRUST_NARRATIVE: f64 = 0.7;
/// What is left of the trust where the words speak loudest for others than the first cause: two voices that contradict each other.
const TRUST_APART: f64 = 0.6;
/// So many causes the words may speak louder for, with the first among them.
const NEAR: usize = 2;
/// The share of "none of these" before anything is known, in the unit of the priors, and the points that any evidence gives it.
const NONE_PRIOR: f64 = 20.0;
const NONE_POINTS: f64 = 1.0;
/// What a code on the surface still counts once a deeper one is known.
const SURFACE: f64 = 0.35;

/// The name under which the likeness of words adds its points.
pub const LIKENESS: &str = "likeness";

/// What one rule or code adds to one cause.
#[derive(Clone, Debug, PartialEq)]
pub struct Contribution {
    /// The rule's name, or the code.
    pub rule: String,
    /// The facts that made it apply, as `name=value`.
    pub facts: Vec<String>,
    /// What it adds; below 0 it speaks against.
    pub points: f64,
    group: String,
}

/// The sums of all causes.
#[derive(Clone, Debug)]
pub(super) struct Scores {
    trust: f64,
    priors: Vec<f64>,
    given: Vec<Vec<Contribution>>,
}

impl Scores {
    /// The logarithm of the prior.
    pub(super) fn prior(&self, cause: usize) -> f64 {
        self.priors[cause]
    }

    /// How far the sums are trusted, 0 to 1.
    pub(super) fn trust(&self) -> f64 {
        self.trust
    }

    /// The points that evidence gives.
    pub(super) fn support(&self, cause: usize) -> f64 {
        self.given[cause].iter().map(|given| given.points).sum()
    }

    /// The points of rules and codes alone.
    pub(super) fn reasons(&self, cause: usize) -> f64 {
        self.given[cause].iter().filter(|given| given.rule != LIKENESS).map(|given| given.points).sum()
    }

    /// What is known and what was told of a cause, added up.
    fn sum(&self, cause: usize) -> f64 {
        self.prior(cause) + GAIN * self.support(cause)
    }

    /// Whether the words speak louder for others than the first cause.
    fn contradicted(&self, likeness: &[f64]) -> bool {
        let causes = (0..likeness.len()).filter(|&cause| self.priors[cause].is_finite());
        let first = causes.clone().max_by(|&a, &b| self.sum(a).total_cmp(&self.sum(b)));
        first.is_some_and(|first| causes.filter(|&cause| likeness[cause] > likeness[first]).count() >= NEAR)
    }

    /// Each cause's share of one whole; what is missing to 1 is the share of "none of these".
    pub(super) fn shares(&self) -> Vec<f64> {
        let sums: Vec<f64> = (0..self.priors.len())
            .map(|cause| {
                if self.priors[cause].is_finite() { self.trust * self.sum(cause) } else { f64::NEG_INFINITY }
            })
            .collect();
        let none = self.trust * (NONE_PRIOR.ln() + NONE_POINTS);
        let top = sums.iter().copied().fold(none, f64::max);
        let whole: f64 = sums.iter().map(|sum| (sum - top).exp()).sum::<f64>() + (none - top).exp();
        sums.iter().map(|sum| (sum - top).exp() / whole).collect()
    }

    /// What speaks for and against a cause, the weightiest first.
    pub(super) fn contributions(&self, facts: &Facts, cause: usize) -> Vec<Contribution> {
        let mut given = self.given[cause].clone();
        for likeness in given.iter_mut().filter(|given| given.rule == LIKENESS) {
            let words = likeness::telling(facts, cause);
            if !words.is_empty() {
                likeness.facts = vec![format!("{WORDS}={}", words.join(" "))];
            }
        }
        given.sort_by(|a, b| b.points.abs().total_cmp(&a.points.abs()).then_with(|| a.rule.cmp(&b.rule)));
        given
    }
}

/// Applies every rule, and listens to the words.
pub(super) fn score(facts: &Facts) -> Scores {
    score_like(facts, &likeness::points(facts))
}

/// The same where the likeness is known already.
pub(super) fn score_like(facts: &Facts, likeness: &[f64]) -> Scores {
    let knowledge = facts.knowledge();
    let priors = knowledge
        .causes
        .iter()
        .map(|cause| if cause.id == "unknown" { f64::NEG_INFINITY } else { f64::from(cause.prior).ln() })
        .collect();
    let mut scores = Scores { trust: trust(facts), priors, given: vec![Vec::new(); knowledge.causes.len()] };
    let mut because = Vec::new();
    for rule in knowledge.rules {
        because.clear();
        if !rule.when.iter().all(|condition| facts.meets(condition, &mut because)) {
            continue;
        }
        let weight = weight(&because);
        let named = because.iter().map(|fact| told(knowledge, fact)).collect::<Vec<_>>();
        let add = |scores: &mut Scores, cause: usize, points: f32| {
            scores.given[cause].push(Contribution {
                rule: rule.id.to_owned(),
                facts: named.clone(),
                points: f64::from(points) * weight,
                group: rule.group.to_owned(),
            });
        };
        for &(cause, points) in rule.points {
            add(&mut scores, cause, points);
        }
        if rule.others != 0.0 {
            for cause in 0..knowledge.causes.len() {
                if rule.points.iter().all(|(named, _)| *named != cause) {
                    add(&mut scores, cause, rule.others);
                }
            }
        }
    }
    codes(facts, &mut scores);
    for given in &mut scores.given {
        damp_echoes(given);
    }
    for (given, &points) in scores.given.iter_mut().zip(likeness) {
        given.push(Contribution {
            rule: LIKENESS.to_owned(),
            facts: Vec::new(),
            points,
            group: String::new(),
        });
    }
    if scores.contradicted(likeness) {
        scores.trust *= TRUST_APART;
    }
    scores
}

/// What the codes say. A code from the event log or from a retry at depth outranks the one on the screen.
fn codes(facts: &Facts, scores: &mut Scores) {
    let knowledge = facts.knowledge();
    let (Some(surface), Some(deep)) = (knowledge.fact("code"), knowledge.fact("code.deep")) else { return };
    let deepest: Vec<&str> = facts.values("code.deep").collect();
    for fact in facts.all().iter().filter(|fact| fact.kind == surface || fact.kind == deep) {
        let covered = fact.kind == surface && !deepest.is_empty();
        if covered && deepest.contains(&fact.value.as_str()) {
            continue;
        }
        let Some(code) = parse(&fact.value).and_then(|value| knowledge.code(value)) else { continue };
        let factor = if covered { SURFACE } else { 1.0 };
        for &(cause, points) in code.points {
            scores.given[cause].push(Contribution {
                rule: fact.value.clone(),
                facts: vec![told(knowledge, fact)],
                points: f64::from(points) * factor,
                group: "code".to_owned(),
            });
        }
    }
}

/// The value of a code in its canonical spelling.
fn parse(code: &str) -> Option<u32> {
    u32::from_str_radix(code.strip_prefix("0x")?, 16).ok()
}

/// Rules of one group say the same thing: the strongest counts whole, the others are echoes of it.
fn damp_echoes(given: &mut [Contribution]) {
    let mut order: Vec<usize> = (0..given.len()).collect();
    order.sort_by(|&a, &b| given[b].points.abs().total_cmp(&given[a].points.abs()));
    let mut heard: Vec<(String, bool)> = Vec::new();
    for at in order {
        let piece = &mut given[at];
        if piece.group.is_empty() {
            continue;
        }
        let key = (piece.group.clone(), piece.points > 0.0);
        if heard.contains(&key) {
            piece.points *= ECHO;
        } else {
            heard.push(key);
        }
    }
}

/// How far the sums are to be trusted.
fn trust(facts: &Facts) -> f64 {
    let words = facts.knowledge().fact(WORDS);
    let told =
        facts.all().iter().filter(|fact| fact.origin == Origin::Words && Some(fact.kind) != words).count();
    // Where no words are compared the symptoms are a catalogue's own, and exact.
    let most = if words.is_some() { TRUST_MOST } else { 1.0 };
    let narrative = 1.0 - (1.0 - TRUST_NARRATIVE) * likeness::share_heard(facts);
    (most * narrative * (1.0 - TRUST_LOST * told as f64)).max(TRUST_MIN)
}

fn weight(because: &[&Fact]) -> f64 {
    if because.iter().any(|fact| fact.strength == Strength::Weak) { WEAK } else { 1.0 }
}

/// `name=value`.
fn told(knowledge: &Knowledge, fact: &Fact) -> String {
    format!("{}={}", knowledge.facts[fact.kind].id, fact.value)
}
