//! What the words of a telling say about causes: a linear classifier, learnt from the worked cases and from tellings. Weak, and good where
//! no rule knows a word.
//!
//! Each cause has a linear support vector machine of its own against all other causes, with squared hinge loss, solved by dual coordinate
//! descent (Hsieh and others, "A dual coordinate descent method for large-scale linear SVM", 2008, <https://doi.org/10.1145/1390156.1390208>).

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use unicode_normalization::UnicodeNormalization as _;

use crate::token::tokens;

/// What a telling on the wrong side costs. With more, tellings that nobody had seen fared worse.
const COST: f64 = 0.5;
/// So often all tellings are gone through. Three times as many change three weights of a million, by one step.
const ROUNDS: usize = 20;
/// Rare words are as many as all others together, and say little: a word stands in so many tellings at least.
const TELLINGS_MIN: usize = 2;

/// Weights are written as signed bytes, so many to one: what is beyond ±2 is cut off.
const STEPS: f64 = 63.5;
/// Rarity and offset are written in thousandths.
const THOUSAND: f64 = 1000.0;

#[derive(Deserialize)]
struct Case {
    evidence: Evidence,
    truth: Truth,
}

#[derive(Deserialize)]
struct Evidence {
    #[serde(default)]
    narrative: String,
}

#[derive(Deserialize)]
struct Truth {
    cause: Vec<String>,
}

/// What people tell when one cause is the matter, by language.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tellings {
    en: Vec<String>,
    ja: Vec<String>,
}

/// The words of a telling, and its causes, the main one first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Told {
    words: BTreeSet<String>,
    causes: Vec<String>,
}

impl Told {
    fn new(text: &str, causes: Vec<String>) -> Self {
        let text = text.nfkc().collect::<String>().to_lowercase();
        Self { words: tokens(&crate::spelling::one(&text)), causes }
    }
}

/// All that was told of a subject: in worked cases, and in tellings. The order does not depend on their files.
pub(crate) fn read(folder: &Path) -> Result<Vec<Told>, Box<dyn Error>> {
    let mut told = Vec::new();
    let mut folders = vec![folder.join("cases"), folder.join("tellings")];
    while let Some(folder) = folders.pop() {
        if !folder.is_dir() {
            continue;
        }
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let in_file = |error: &dyn Error| format!("{}: {error}", path.display());
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            match path.extension().and_then(|extension| extension.to_str()) {
                Some("json") => {
                    let case: Case =
                        serde_json::from_str(&fs::read_to_string(&path)?).map_err(|error| in_file(&error))?;
                    told.push(Told::new(&case.evidence.narrative, case.truth.cause));
                }
                Some("toml") => {
                    let tellings: Tellings =
                        toml::from_str(&fs::read_to_string(&path)?).map_err(|error| in_file(&error))?;
                    let texts = tellings.en.iter().chain(&tellings.ja);
                    told.extend(texts.map(|text| Told::new(text, vec![name.clone()])));
                }
                _ => {}
            }
        }
    }
    told.retain(|told| !told.words.is_empty());
    told.sort();
    Ok(told)
}

/// Writes the table, and returns the weights: for each word one of each cause. The file of the weights is included by name.
///
/// # Errors
/// When a telling names a cause that there is not.
pub(crate) fn table(
    out: &mut String,
    causes: &[&String],
    told: &[Told],
    file: &str,
) -> Result<Vec<u8>, Box<dyn Error>> {
    let labels = told
        .iter()
        .map(|told| {
            let place = |cause: &String| causes.iter().position(|known| *known == cause);
            let places: Option<Vec<usize>> = told.causes.iter().map(place).collect();
            places.ok_or_else(|| format!("a telling is of a cause that there is not: {:?}", told.causes))
        })
        .collect::<Result<Vec<_>, _>>()?;
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for word in told.iter().flat_map(|told| &told.words) {
        *counts.entry(word).or_default() += 1;
    }
    counts.retain(|_, count| *count >= TELLINGS_MIN);
    let all = told.len() as f64;
    let rarity: Vec<f64> =
        counts.values().map(|&count| ((all + 1.0) / (count as f64 + 1.0)).ln() + 1.0).collect();
    let place: BTreeMap<&str, usize> = counts.keys().enumerate().map(|(at, word)| (*word, at)).collect();
    let rows: Vec<Row> = told
        .iter()
        .map(|told| {
            let places: Vec<usize> =
                told.words.iter().filter_map(|word| place.get(word.as_str()).copied()).collect();
            let length = places.iter().map(|&at| rarity[at] * rarity[at]).sum::<f64>().sqrt();
            places.into_iter().map(|at| (at, rarity[at] / length)).collect()
        })
        .collect();

    let mut weights = vec![0_u8; counts.len() * causes.len()];
    write!(
        out,
        "likeness: Likeness {{ words: &{:?}, steps: {STEPS:?}, offsets: &[",
        counts.keys().collect::<Vec<_>>()
    )?;
    for cause in 0..causes.len() {
        // A telling that may be of this cause as well is no example against it.
        let examples: Vec<(&Row, f64)> = rows
            .iter()
            .zip(&labels)
            .filter(|(row, labels)| !row.is_empty() && !labels[1..].contains(&cause))
            .map(|(row, labels)| (row, if labels[0] == cause { 1.0 } else { -1.0 }))
            .collect();
        let (learnt, offset) = learn(&examples, counts.len());
        write!(out, "{:.0},", offset * THOUSAND)?;
        for (word, weight) in learnt.into_iter().enumerate() {
            weights[word * causes.len() + cause] = ((weight * STEPS).round() as i8).cast_unsigned();
        }
    }
    write!(out, "], rarity: &[")?;
    for rarity in rarity {
        write!(out, "{:.0},", rarity * THOUSAND)?;
    }
    writeln!(out, "], weights: include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{file}\")) }},")?;
    Ok(weights)
}

/// The words of one telling by their place, with what they count; all together have the length 1.
type Row = Vec<(usize, f64)>;

/// The weight of each word, and an offset, that part examples (1) from counter-examples (-1).
fn learn(examples: &[(&Row, f64)], words: usize) -> (Vec<f64>, f64) {
    let (mut weights, mut offset) = (vec![0.0; words], 0.0);
    let mut alphas = vec![0.0_f64; examples.len()];
    let slack = 1.0 / (2.0 * COST);
    // Each row has the length 1, and the offset is one more word that stands in all of them.
    let curvature = 2.0 + slack;
    let mut order: Vec<usize> = (0..examples.len()).collect();
    let mut dice = Dice(1);
    for _ in 0..ROUNDS {
        dice.shuffle(&mut order);
        for &at in &order {
            let (row, side) = examples[at];
            let margin = row.iter().map(|&(word, counts)| weights[word] * counts).sum::<f64>() + offset;
            let gradient = side * margin - 1.0 + slack * alphas[at];
            let alpha = (alphas[at] - gradient / curvature).max(0.0);
            let step = (alpha - alphas[at]) * side;
            if step != 0.0 {
                alphas[at] = alpha;
                offset += step;
                for &(word, counts) in row {
                    weights[word] += step * counts;
                }
            }
        }
    }
    (weights, offset)
}

/// The same order each time: a linear congruential generator with Knuth's constants for MMIX.
struct Dice(u64);

impl Dice {
    fn shuffle(&mut self, order: &mut [usize]) {
        for last in (1..order.len()).rev() {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            order.swap(last, ((self.0 >> 33) % (last as u64 + 1)) as usize);
        }
    }
}
