//! Which question is worth asking: the one whose answer is expected to say most about the cause, for what it costs to answer.

use super::likeness;
use super::score::{self, Scores};
use crate::fact::{Facts, Origin, Strength};
use crate::knowledge::{FactKind, Test};

/// A question and its answers.
#[derive(Clone, Debug)]
pub struct Question {
    /// The index in [`crate::knowledge::Knowledge::facts`].
    pub fact: usize,
    /// How much the answer is expected to say, in bits.
    pub bits: f64,
    /// The answers, the likeliest first.
    pub choices: Vec<Choice>,
}

/// An answer to choose.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The value of the fact.
    pub value: &'static str,
    /// How likely this answer is.
    pub share: f64,
}

/// A question that says less than this is not worth a person's time.
const BITS_MIN: f64 = 0.03;
/// Causes below this share do not decide what is asked.
const SHARE_MIN: f64 = 0.005;
/// How many facts a finding names as missing.
const MISSING_MAX: usize = 3;

/// The question that is worth most, if any is worth asking.
pub(super) fn best(facts: &Facts, scores: &Scores) -> Option<Question> {
    let shares = scores.shares();
    let sums =
        |scores: &Scores| -> Vec<f64> { (0..shares.len()).map(|cause| scores.support(cause)).collect() };
    let now = sums(scores);
    let likeness = likeness::points(facts);
    let mut best: Option<(f64, Question)> = None;
    for (fact, kind) in open(facts) {
        let changed: Vec<Vec<f64>> = kind
            .values
            .iter()
            .map(|value| {
                let mut with = facts.clone();
                with.learn_at(fact, value.is, Strength::Strong, Origin::Answer);
                crate::derive::derive(&mut with);
                sums(&score::score_like(&with, &likeness))
            })
            .collect();
        let question = weigh(fact, kind, &shares, &now, &changed, scores.trust());
        let worth = question.bits / f64::from(kind.cost).max(0.5).sqrt();
        if question.bits >= BITS_MIN && best.as_ref().is_none_or(|(most, _)| worth > *most) {
            best = Some((worth, question));
        }
    }
    best.map(|(_, question)| question)
}

/// The expected information of one question: P(answer | cause) follows from the points that the answer would give.
fn weigh(
    fact: usize,
    kind: &'static FactKind,
    shares: &[f64],
    now: &[f64],
    changed: &[Vec<f64>],
    trust: f64,
) -> Question {
    let mut joint = vec![vec![0.0; kind.values.len()]; shares.len()];
    for (cause, &share) in shares.iter().enumerate().filter(|(_, share)| **share >= SHARE_MIN) {
        let likely: Vec<f64> = kind
            .values
            .iter()
            .zip(changed)
            .map(|(value, sums)| {
                f64::from(value.usual)
                    * (trust * score::GAIN * (sums[cause] - now[cause])).clamp(-6.0, 6.0).exp()
            })
            .collect();
        let whole: f64 = likely.iter().sum();
        for (answer, likely) in likely.iter().enumerate() {
            joint[cause][answer] = share * likely / whole;
        }
    }
    let entropy = |of: &mut dyn Iterator<Item = f64>| -> f64 {
        let values: Vec<f64> = of.filter(|p| *p > 0.0).collect();
        let whole: f64 = values.iter().sum();
        values.iter().map(|p| -(p / whole) * (p / whole).log2()).sum()
    };
    let answers: Vec<f64> =
        (0..kind.values.len()).map(|answer| joint.iter().map(|row| row[answer]).sum()).collect();
    let whole: f64 = answers.iter().sum::<f64>().max(f64::MIN_POSITIVE);
    let before = entropy(&mut joint.iter().map(|row| row.iter().sum()));
    let after: f64 = (0..kind.values.len())
        .map(|answer| answers[answer] / whole * entropy(&mut joint.iter().map(|row| row[answer])))
        .sum();
    let mut choices: Vec<Choice> = kind
        .values
        .iter()
        .zip(&answers)
        .map(|(value, p)| Choice { value: value.is, share: p / whole })
        .collect();
    choices.sort_by(|a, b| b.share.total_cmp(&a.share));
    Question { fact, bits: (before - after).max(0.0), choices }
}

/// Questions that nobody has answered yet, and that the person has not said to be beyond them.
fn open(facts: &Facts) -> impl Iterator<Item = (usize, &'static FactKind)> {
    let kinds = facts.knowledge().facts.iter().enumerate();
    kinds.filter(|(at, kind)| kind.question.is_some() && facts.can_ask(*at))
}

/// Facts that nobody has told and that would say most about one cause.
pub(super) fn settling(facts: &Facts, cause: usize) -> Vec<usize> {
    let knowledge = facts.knowledge();
    let known: Vec<usize> = facts.all().iter().map(|fact| fact.kind).collect();
    let mut weight = vec![0.0_f32; knowledge.facts.len()];
    for rule in knowledge.rules {
        let Some((_, points)) = rule.points.iter().find(|(named, _)| *named == cause) else { continue };
        for condition in rule.when.iter().filter(|condition| !matches!(condition.test, Test::Unknown)) {
            if !known.contains(&condition.fact) {
                weight[condition.fact] = weight[condition.fact].max(points.abs() / rule.when.len() as f32);
            }
        }
    }
    let mut order: Vec<usize> = (0..weight.len()).filter(|&fact| weight[fact] >= 1.0).collect();
    order.sort_by(|&a, &b| weight[b].total_cmp(&weight[a]));
    order.truncate(MISSING_MAX);
    order
}
