//! What the words of worked cases say about causes: for each word the logarithm of how much oftener it stands in cases of one
//! cause than in all. Weak, and good where no rule knows a word.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use unicode_normalization::UnicodeNormalization as _;

use crate::token::tokens;

/// So many cases of one cause are thought of beside the real ones, with the words of all.
const SMOOTHING: f64 = 1.0;
/// No word says more than this for one cause.
const WORD_MAX: f64 = 2.5;
/// What it counts that a word does *not* stand in the cases of a cause.
const AGAINST: f64 = 0.8;
/// What a further acceptable cause counts beside the main one.
const FURTHER: f64 = 0.5;

/// Points are written in thousandths.
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

/// The words of a case, and its causes, the main one first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Told {
    words: Vec<String>,
    causes: Vec<String>,
}

/// The cases of a subject that tell anything, in an order that does not depend on their files.
pub(crate) fn read(folder: &Path) -> Result<Vec<Told>, Box<dyn Error>> {
    let mut cases = Vec::new();
    let mut folders = vec![folder.join("cases")];
    while let Some(folder) = folders.pop() {
        if !folder.is_dir() {
            continue;
        }
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "json") {
                let case: Case = serde_json::from_str(&fs::read_to_string(&path)?)
                    .map_err(|error| format!("{}: {error}", path.display()))?;
                let text = case.evidence.narrative.nfkc().collect::<String>().to_lowercase();
                let words: Vec<String> = tokens(&crate::spelling::one(&text)).into_iter().collect();
                if !words.is_empty() {
                    cases.push(Told { words, causes: case.truth.cause });
                }
            }
        }
    }
    cases.sort();
    Ok(cases)
}

/// Writes the table: each word with its causes, and what any other cause gets for it.
pub(crate) fn table(out: &mut String, causes: &[&String], cases: &[Told]) -> Result<(), Box<dyn Error>> {
    let mut of_cause = vec![0.0_f64; causes.len()];
    let mut words: BTreeMap<&str, (f64, BTreeMap<usize, f64>)> = BTreeMap::new();
    for case in cases {
        for (place, cause) in case.causes.iter().take(2).enumerate() {
            let Some(cause) = causes.iter().position(|known| *known == cause) else { continue };
            let weight = if place == 0 { 1.0 } else { FURTHER };
            of_cause[cause] += weight;
            for token in &case.words {
                *words.entry(token).or_default().1.entry(cause).or_default() += weight;
            }
        }
        for token in &case.words {
            words.entry(token).or_default().0 += 1.0;
        }
    }
    let all = cases.len() as f64;
    write!(out, "likeness: Likeness {{ words: &[")?;
    words.retain(|_, (cases, _)| *cases > 1.0);
    for (word, (cases, with)) in &words {
        let usual = (cases + 0.5) / (all + 1.0);
        write!(out, "({word:?}, &[")?;
        for (&cause, count) in with {
            let here = (count + SMOOTHING * usual) / (of_cause[cause] + SMOOTHING);
            let points = (here / usual).ln();
            let points = if points > 0.0 { points.min(WORD_MAX) } else { points * AGAINST };
            write!(out, "({cause}, {:.0}),", points * THOUSAND)?;
        }
        write!(out, "]),")?;
    }
    write!(out, "], absent: &[")?;
    for count in &of_cause {
        // A cause without a case is no likelier for that.
        let points = AGAINST * (SMOOTHING / (count.max(1.0) + SMOOTHING)).ln();
        write!(out, "{:.0},", points * THOUSAND)?;
    }
    write!(out, "], rarity: &[")?;
    for (cases, _) in words.values() {
        write!(out, "{:.0},", (((all + 1.0) / (cases + 1.0)).ln() + 1.0) * THOUSAND)?;
    }
    write!(out, "], cases: &[")?;
    let place: BTreeMap<&str, usize> = words.keys().enumerate().map(|(at, word)| (*word, at)).collect();
    for case in cases {
        write!(out, "WorkedCase {{ words: &[")?;
        for at in case.words.iter().filter_map(|word| place.get(word.as_str())) {
            write!(out, "{at},")?;
        }
        write!(out, "], causes: &[")?;
        for (rank, cause) in case.causes.iter().take(2).enumerate() {
            let Some(cause) = causes.iter().position(|known| *known == cause) else { continue };
            write!(out, "({cause}, {:?}),", if rank == 0 { 1.0 } else { FURTHER })?;
        }
        write!(out, "] }},")?;
    }
    writeln!(out, "] }},")?;
    Ok(())
}
