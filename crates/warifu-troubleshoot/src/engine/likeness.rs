//! How a narrative resembles worked cases, word by word: a weak voice that is heard where rules know few of the words.

use std::collections::BTreeSet;

use super::nearest;
use crate::fact::Facts;
use crate::knowledge::Likeness;
use crate::read::WORDS;

/// What the words, each for itself, count together. Cases told by others were ranked best so.
const WEIGHT: f64 = 0.08;
/// So many words are heard whole; of more, each is heard less, so that a long story is not likelier than a short one.
const WORDS_WHOLE: f64 = 30.0;
/// However many words there are, they say no more than this for or against a cause.
const POINTS_MAX: f64 = 2.4;
/// So many words are told as the reason.
const TOLD: usize = 4;

/// The points of each cause, from words one by one and from the nearest cases; their mean is 0, and there are none when no words are known.
pub(super) fn points(facts: &Facts) -> Vec<f64> {
    let table = &facts.knowledge().likeness;
    let words = known(facts, table);
    if words.is_empty() {
        return Vec::new();
    }
    let mut sums: Vec<f64> =
        table.absent.iter().map(|&absent| thousandths(absent) * words.len() as f64).collect();
    for &word in &words {
        for &(cause, points) in table.words[word].1 {
            sums[cause] += thousandths(points) - thousandths(table.absent[cause]);
        }
    }
    let weight = WEIGHT * (WORDS_WHOLE / words.len() as f64).min(1.0);
    let mut points: Vec<f64> = sums.iter().map(|sum| (sum * weight).clamp(-POINTS_MAX, POINTS_MAX)).collect();
    for (points, more) in points.iter_mut().zip(nearest::points(table, &words)) {
        *points += more;
    }
    let mean = points.iter().sum::<f64>() / points.len() as f64;
    points.iter().map(|points| points - mean).collect()
}

/// The words that speak loudest for a cause.
pub(super) fn telling(facts: &Facts, cause: usize) -> Vec<&'static str> {
    let table = &facts.knowledge().likeness;
    let mut words: Vec<(i16, &str)> = known(facts, table)
        .into_iter()
        .filter_map(|word| {
            let (word, causes) = table.words[word];
            let points = causes.iter().find(|(of, _)| *of == cause)?.1;
            (points > 0).then_some((points, word))
        })
        .collect();
    words.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    words.into_iter().take(TOLD).map(|(_, word)| word).collect()
}

fn thousandths(points: i16) -> f64 {
    f64::from(points) / 1000.0
}

/// The words of the facts that worked cases hold, each once, by their place in the table.
fn known(facts: &Facts, table: &Likeness) -> Vec<usize> {
    let said: BTreeSet<&str> = facts.values(WORDS).flat_map(|value| value.split(' ')).collect();
    said.into_iter()
        .filter_map(|word| table.words.binary_search_by(|(known, _)| known.cmp(&word)).ok())
        .collect()
}
