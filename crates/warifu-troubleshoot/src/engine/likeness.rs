//! How a narrative resembles those whose cause is known, by its words: a voice that is heard where rules know few of them.
//!
//! The build script learns from worked cases and tellings what each word says for and against each cause (`build/likeness.rs`).

use std::collections::BTreeSet;

use crate::fact::Facts;
use crate::knowledge::Likeness;
use crate::read::WORDS;

/// What likeness counts: so many points for a margin of 1, which is what parts the learnt tellings of a cause from the middle. Fitted to questions from
/// the field, each time without having learnt from the very question.
const WEIGHT: f64 = 8.0;
/// Whoever tells in fewer known words than these is heard less: one or two words say little, however loudly.
const WORDS_WHOLE: f64 = 12.0;
/// So many words are told as the reason.
const TOLD: usize = 4;
/// Words that say less than this for a cause are no reason.
const TOLD_MIN: f64 = 0.02;

/// The points of each cause; their mean is 0, and there are none when no words are known.
pub(super) fn points(facts: &Facts) -> Vec<f64> {
    let knowledge = facts.knowledge();
    let table = &knowledge.likeness;
    let words = known(facts, table);
    if words.is_empty() {
        return Vec::new();
    }
    let weight = WEIGHT * heard(words.len());
    let mut points: Vec<f64> = table.offsets.iter().map(|&offset| f64::from(offset) / 1000.0).collect();
    for (word, counts) in words {
        for (points, weight) in points.iter_mut().zip(weights(table, word)) {
            *points += counts * weight;
        }
    }
    let mean = points.iter().sum::<f64>() / points.len() as f64;
    points.iter().map(|points| weight * (points - mean)).collect()
}

/// How much of a narrative there is to hear, 0 to 1.
pub(super) fn share_heard(facts: &Facts) -> f64 {
    heard(known(facts, &facts.knowledge().likeness).len())
}

fn heard(words: usize) -> f64 {
    (words as f64 / WORDS_WHOLE).min(1.0)
}

/// The words that speak loudest for a cause.
pub(super) fn telling(facts: &Facts, cause: usize) -> Vec<&'static str> {
    let table = &facts.knowledge().likeness;
    let mut words: Vec<(f64, &str)> = known(facts, table)
        .into_iter()
        .filter_map(|(word, counts)| Some((counts * weights(table, word).nth(cause)?, table.words[word])))
        .filter(|(says, _)| *says > TOLD_MIN)
        .collect();
    words.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    words.into_iter().take(TOLD).map(|(_, word)| word).collect()
}

/// What a word says for each cause.
fn weights(table: &'static Likeness, word: usize) -> impl Iterator<Item = f64> {
    let causes = table.offsets.len();
    table.weights[word * causes..][..causes]
        .iter()
        .map(|&weight| f64::from(weight.cast_signed()) / table.steps)
}

/// The known words of the facts, each once, by their place in the table, with what each counts: the rarer the more, and all together have the length 1.
fn known(facts: &Facts, table: &Likeness) -> Vec<(usize, f64)> {
    let said: BTreeSet<&str> = facts.values(WORDS).flat_map(|value| value.split(' ')).collect();
    let places: Vec<usize> =
        said.into_iter().filter_map(|word| table.words.binary_search(&word).ok()).collect();
    let rarity = |at: usize| f64::from(table.rarity[at]);
    let length = places.iter().map(|&at| rarity(at).powi(2)).sum::<f64>().sqrt();
    places.into_iter().map(|at| (at, rarity(at) / length)).collect()
}
