//! From facts to findings. Every step is arithmetic on reviewed data, so that it can be shown and repeated.
//!
//! Each cause starts from the logarithm of its prior. Every rule whose conditions hold adds points: logarithms of likelihood ratios.
//! Weak facts count for less, and the words themselves are heard (`likeness`). The sums become shares of one whole, in which "none of these" has a share too (`score`). From there come
//! the findings, whether the answer is "unknown", the question that is worth asking (`question`), and the remedies (`remedy`).

mod likeness;
mod question;
mod remedy;
mod score;

pub use self::question::{Choice, Question};
pub use self::score::{Contribution, GAIN, LIKENESS, UNKNOWN_BELOW};

use crate::fact::Facts;

/// How many findings are told.
const FINDINGS_MAX: usize = 5;
/// Findings below this share are not told.
const SHARE_MIN: f64 = 0.02;
/// How many remedies a finding names.
const REMEDIES_MAX: usize = 6;

/// What was found out.
#[derive(Clone, Debug)]
pub struct Diagnosis {
    /// The likeliest causes, the likeliest first.
    pub findings: Vec<Finding>,
    /// Whether nothing is well supported: the findings are hints, and the way goes to people.
    pub unknown: bool,
    /// The question whose answer is worth most now.
    pub next: Option<Question>,
}

/// A cause that may be at work.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The index in [`crate::knowledge::Knowledge::causes`].
    pub cause: usize,
    /// How likely it is, 0 to 1.
    pub confidence: f64,
    /// What speaks for it and against it, the weightiest first.
    pub evidence: Vec<Contribution>,
    /// Facts that nobody has told and that would settle it, the most telling first.
    pub missing: Vec<usize>,
    /// What to do, in this order. Indices in [`crate::knowledge::Knowledge::remedies`].
    pub remedies: Vec<usize>,
}

/// Diagnoses.
#[must_use]
pub fn diagnose(facts: &Facts) -> Diagnosis {
    let scores = score::score(facts);
    let (findings, unknown) = judge(facts, &scores);
    Diagnosis { findings, unknown, next: question::best(facts, &scores) }
}

/// The findings of a diagnosis and whether nothing is well supported, without a search for the next question.
#[must_use]
pub fn findings(facts: &Facts) -> (Vec<Finding>, bool) {
    judge(facts, &score::score(facts))
}

fn judge(facts: &Facts, scores: &score::Scores) -> (Vec<Finding>, bool) {
    let knowledge = facts.knowledge();
    let shares = scores.shares();
    let mut order: Vec<usize> = (0..knowledge.causes.len()).collect();
    order.retain(|&cause| knowledge.causes[cause].id != "unknown");
    order.sort_by(|&a, &b| shares[b].total_cmp(&shares[a]));
    let supported = order.first().is_some_and(|&first| scores.reasons(first) > score::SUPPORT_MIN);
    let top = order.first().map_or(0.0, |&first| shares[first]);
    let mut findings: Vec<Finding> = order
        .iter()
        .take(FINDINGS_MAX)
        .filter(|&&cause| shares[cause] >= SHARE_MIN && scores.support(cause) > 0.0)
        .map(|&cause| Finding {
            cause,
            confidence: shares[cause],
            evidence: scores.contributions(facts, cause),
            missing: question::settling(facts, cause),
            remedies: remedy::order(facts, cause, REMEDIES_MAX),
        })
        .collect();
    let unknown = !supported || top < UNKNOWN_BELOW;
    if findings.is_empty()
        && let Some(cause) = knowledge.cause("unknown")
    {
        // Nothing speaks for anything: the human route is the finding.
        findings.push(Finding {
            cause,
            confidence: 1.0 - top,
            evidence: Vec::new(),
            missing: Vec::new(),
            remedies: remedy::order(facts, cause, REMEDIES_MAX),
        });
    }
    (findings, unknown)
}

/// Everything that was added up for a cause: its prior and each rule, with the logarithms.
#[must_use]
pub fn explain(facts: &Facts, cause: usize) -> (f64, Vec<Contribution>) {
    let scores = score::score(facts);
    (scores.prior(cause), scores.contributions(facts, cause))
}

/// How far the sums are trusted, 0 to 1: the more plain words they rest on, the less, and still less when the words speak for other causes.
#[must_use]
pub fn trust(facts: &Facts) -> f64 {
    score::score(facts).trust()
}
