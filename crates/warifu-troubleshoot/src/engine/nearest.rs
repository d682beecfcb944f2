//! The worked cases whose words are most like those of a narrative, and what was the matter there.
//!
//! The words alone (`likeness`) add up as if each stood for itself. A case keeps words together that mean something together, so a few
//! cases that tell the same tale say more about a rare cause than its words one by one.

use crate::knowledge::Likeness;

/// So many cases are asked.
const CASES: usize = 30;
/// What counts of the logarithm of how much oftener a cause stands among them than among all.
const WEIGHT: f64 = 0.6;
/// So much more is thought of beside them, parted as among all cases: one case among thirty proves little.
const SMOOTHING: f64 = 1.0;
/// Whoever tells in fewer known words than these is heard less: two words are soon alike.
const WORDS_WHOLE: f64 = 10.0;

/// What the nearest cases say of each cause, for words by their place in the table; empty when no case has any of them.
pub(super) fn points(table: &Likeness, words: &[usize]) -> Vec<f64> {
    let mut said = vec![0.0; table.words.len()];
    let mut length = 0.0;
    for &word in words {
        said[word] = square(table.rarity[word]);
        length += said[word];
    }
    let mut near: Vec<(f64, usize)> = table
        .cases
        .iter()
        .enumerate()
        .map(|(at, case)| {
            let (mut shared, mut whole) = (0.0, 0.0);
            for &word in case.words {
                shared += said[usize::from(word)];
                whole += square(table.rarity[usize::from(word)]);
            }
            (if shared > 0.0 { shared / (whole * length).sqrt() } else { 0.0 }, at)
        })
        .filter(|(alike, _)| *alike > 0.0)
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    near.truncate(CASES);
    let whole: f64 = near.iter().map(|(alike, _)| alike).sum();
    if whole <= 0.0 {
        return Vec::new();
    }
    let weight = WEIGHT * (words.len() as f64 / WORDS_WHOLE).min(1.0);
    let among_near = shares(table, near.iter().map(|&(alike, at)| (alike / whole, at)));
    let one = 1.0 / table.cases.len() as f64;
    let among_all = shares(table, (0..table.cases.len()).map(|at| (one, at)));
    among_near
        .iter()
        .zip(&among_all)
        .map(|(near, all)| {
            let usual = SMOOTHING * all.max(one);
            weight * ((near + usual) / usual).ln()
        })
        .collect()
}

/// The share of each cause among cases that count so much.
fn shares(table: &Likeness, cases: impl Iterator<Item = (f64, usize)>) -> Vec<f64> {
    let mut shares = vec![0.0; table.absent.len()];
    for (counts, at) in cases {
        for &(cause, share) in table.cases[at].causes {
            shares[usize::from(cause)] += counts * f64::from(share);
        }
    }
    shares
}

fn square(thousandths: u16) -> f64 {
    (f64::from(thousandths) / 1000.0).powi(2)
}
