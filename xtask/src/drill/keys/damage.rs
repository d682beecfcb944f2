//! What the reader makes of damaged keys: every small damage, and samples of the large ones.

use std::fmt::Write as _;

use warifu_core::key::code::{self, LENGTH, Word};
use warifu_core::key::{KeyFormat, KeyNumber, ProductKey, Verdict, read};

use super::Publisher;
use crate::drill::harness::seeded::Seeded;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const WINDOWS: &[u8; 24] = b"BCDFGHJKMPQRTVWXY2346789";
/// Keys on which every small damage is tried.
const KEYS: u32 = 400;
/// Keys on which every pair of errors, or every set of erasures, is tried.
const KEYS_FOR_PAIRS: u32 = 4;
const SAMPLES: u64 = 4_000_000;
/// The share of 25-symbol words that lie within two errors of a code word: (1 + 25·31 + 300·31²) / 32⁶.
const GARBAGE: f64 = 289_076.0 / 1_073_741_824.0;

/// What a row must show, or it contradicts the theory.
#[derive(Clone, Copy)]
enum Theory {
    /// Always mended (or read) as the key it was.
    Always,
    /// Never mended into another key, nor offered the right one: too far for both.
    Refused,
    /// This share lies within reach of some code word.
    Reach(f64),
    /// Mended into another key less than once in a million.
    Rarely,
}

/// Outcomes of one kind of damage.
struct Row {
    name: String,
    theory: Theory,
    tried: u64,
    right: u64,
    refused: u64,
    wrong_offer: u64,
    wrong_valid: u64,
    /// Words within reach of a code word, whether or not it is a key of a known format.
    reach: u64,
}

impl Row {
    fn new(name: impl Into<String>, theory: Theory) -> Self {
        Self {
            name: name.into(),
            theory,
            tried: 0,
            right: 0,
            refused: 0,
            wrong_offer: 0,
            wrong_valid: 0,
            reach: 0,
        }
    }

    /// Reads `typed`, in which `?` and letters stand as typed; `meant` is the key it came from, if any.
    fn try_text(&mut self, typed: &[u8], meant: Option<&ProductKey>) -> Result<Verdict, String> {
        let verdict = read(std::str::from_utf8(typed).map_err(|error| error.to_string())?);
        self.tried += 1;
        match &verdict {
            Verdict::Valid(key) if Some(key) != meant => self.wrong_valid += 1,
            Verdict::Correctable(offer) if Some(&offer.key) != meant => self.wrong_offer += 1,
            Verdict::Unchecked(key) if Some(key) != meant => self.wrong_offer += 1,
            Verdict::Valid(_) | Verdict::Correctable(_) | Verdict::Unchecked(_) => self.right += 1,
            _ => self.refused += 1,
        }
        Ok(verdict)
    }

    /// The same for 25 symbols given by value, counting also how many the code alone would mend.
    fn try_word(&mut self, word: &Word, erased: &[usize], meant: Option<&ProductKey>) -> Result<(), String> {
        self.reach += u64::from(code::correct(word, erased).is_some());
        let mut text = word.map(|value| ALPHABET[usize::from(value)]);
        erased.iter().for_each(|&place| text[place] = b'?');
        self.try_text(&text, meant).map(drop)
    }

    fn problem(&self) -> Option<String> {
        let wrong = self.wrong_offer + self.wrong_valid;
        let reach = self.reach as f64;
        let good = match self.theory {
            Theory::Always => self.right == self.tried,
            Theory::Refused => self.refused == self.tried,
            Theory::Reach(share) => {
                let expected = share * self.tried as f64;
                (reach - expected).abs() < 5.0 * expected.sqrt() && self.wrong_valid == 0
            }
            Theory::Rarely => wrong <= 1,
        };
        if good {
            None
        } else {
            Some(format!("{}: {wrong} wrong, {} right, {} in reach", self.name, self.right, self.reach))
        }
    }

    fn markdown(&self) -> String {
        let theory = match self.theory {
            Theory::Always => "always mended".to_owned(),
            Theory::Refused => "never offered".to_owned(),
            Theory::Reach(share) => format!("{} in reach", percent(share)),
            Theory::Rarely => "wrong less than once in 10⁶".to_owned(),
        };
        let reach = match self.theory {
            Theory::Reach(_) => percent(self.reach as f64 / self.tried as f64),
            _ => "–".to_owned(),
        };
        format!(
            "| {} | {} | {} | {} | {reach} | {} | {} | {theory} |\n",
            self.name,
            thousands(self.tried),
            self.share(self.right),
            self.share(self.refused),
            self.share(self.wrong_offer),
            self.share(self.wrong_valid),
        )
    }

    fn share(&self, count: u64) -> String {
        match count {
            0 => "0".to_owned(),
            all if all == self.tried => "all".to_owned(),
            most if self.tried - most < self.tried / 100 => {
                format!("all but {}", thousands(self.tried - most))
            }
            some => format!("{} ({})", percent(some as f64 / self.tried as f64), thousands(some)),
        }
    }
}

/// Measures everything; gives the table and what contradicts the theory.
pub(super) fn measure(publisher: &Publisher) -> Result<(String, Vec<String>), String> {
    let mut rows = Vec::new();
    every_small_damage(publisher, &mut rows)?;
    every_pair_and_erasure(publisher, &mut rows)?;
    let mut seeded = Seeded(0x7761_7269_6675);
    many_errors(publisher, &mut seeded, &mut rows)?;
    mixed_damage(publisher, &mut seeded, &mut rows)?;
    random_strings(&mut seeded, &mut rows)?;
    let mut table = String::from(
        "| what was typed | tried | mended or read as the right key | refused | a code word in reach | another key offered | another key accepted | theory |\n\
         |---|--:|--:|--:|--:|--:|--:|---|\n",
    );
    rows.iter().for_each(|row| table.push_str(&row.markdown()));
    Ok((table, rows.iter().filter_map(Row::problem).collect()))
}

fn every_small_damage(publisher: &Publisher, rows: &mut Vec<Row>) -> Result<(), String> {
    let mut untouched = Row::new("the key as issued", Theory::Always);
    let mut single = Row::new("every single wrong symbol", Theory::Always);
    let mut swapped = Row::new("every pair of neighbours swapped", Theory::Always);
    let mut dropped = Row::new("every symbol left out", Theory::Always);
    let mut doubled = Row::new("every symbol doubled", Theory::Always);
    for index in 0..KEYS {
        let (key, word) = issue(publisher, index)?;
        untouched.try_text(key.expose().as_bytes(), Some(&key))?;
        for place in 0..LENGTH {
            for difference in 1..32 {
                let mut typed = word;
                typed[place] ^= difference;
                single.try_word(&typed, &[], Some(&key))?;
            }
            let text = word.map(|value| ALPHABET[usize::from(value)]);
            let mut without = text.to_vec();
            without.remove(place);
            dropped.try_text(&without, Some(&key))?;
            let mut twice = text.to_vec();
            twice.insert(place, text[place]);
            doubled.try_text(&twice, Some(&key))?;
            if place + 1 < LENGTH && word[place] != word[place + 1] {
                let mut typed = word;
                typed.swap(place, place + 1);
                swapped.try_word(&typed, &[], Some(&key))?;
            }
        }
    }
    rows.extend([untouched, single, swapped, dropped, doubled]);
    Ok(())
}

fn every_pair_and_erasure(publisher: &Publisher, rows: &mut Vec<Row>) -> Result<(), String> {
    let mut pairs = Row::new("every two wrong symbols", Theory::Always);
    let mut unreadable: Vec<Row> =
        (1..=6).map(|count| Row::new(format!("every {count} unreadable (`?`)"), Theory::Always)).collect();
    for index in 0..KEYS_FOR_PAIRS {
        let (key, word) = issue(publisher, index)?;
        for first in 0..LENGTH {
            for second in first + 1..LENGTH {
                for differences in 0..31 * 31_u16 {
                    let mut typed = word;
                    typed[first] ^= 1 + (differences / 31) as u8;
                    typed[second] ^= 1 + (differences % 31) as u8;
                    pairs.try_word(&typed, &[], Some(&key))?;
                }
            }
        }
        let text = word.map(|value| ALPHABET[usize::from(value)]);
        for set in 1..1_u32 << LENGTH {
            let count = set.count_ones() as usize;
            if count <= unreadable.len() {
                let typed: [u8; LENGTH] =
                    std::array::from_fn(|place| if set >> place & 1 == 1 { b'?' } else { text[place] });
                unreadable[count - 1].try_text(&typed, Some(&key))?;
            }
        }
    }
    rows.push(pairs);
    rows.extend(unreadable);
    Ok(())
}

fn many_errors(publisher: &Publisher, seeded: &mut Seeded, rows: &mut Vec<Row>) -> Result<(), String> {
    // Shares for five and six errors: the counting is in docs/keys.md.
    let five = 190.0 / 31_f64.powi(4);
    let six = (19.0 * 31.0 + 19.0 * 31.0 * 180.0 + 171.0 * 775.0) / 31_f64.powi(6);
    let kinds = [
        (2, Theory::Always),
        (3, Theory::Refused),
        (4, Theory::Refused),
        (5, Theory::Reach(five)),
        (6, Theory::Reach(six)),
    ];
    for (errors, theory) in kinds {
        let mut row = Row::new(format!("{errors} wrong symbols, sampled"), theory);
        for sample in 0..SAMPLES {
            let (key, mut word) = issue_sample(publisher, sample)?;
            mistype(&mut word, &places(seeded, errors), seeded);
            row.try_word(&word, &[], Some(&key))?;
        }
        rows.push(row);
    }
    Ok(())
}

fn mixed_damage(publisher: &Publisher, seeded: &mut Seeded, rows: &mut Vec<Row>) -> Result<(), String> {
    let kinds = [
        (1, 1, Theory::Always),
        (2, 1, Theory::Always),
        // A `?` at either end may be punctuation; the 24 symbols without it are tried as a key with one left out.
        (1, 2, Theory::Rarely),
        (1, 3, Theory::Rarely),
        (2, 2, Theory::Refused),
        (2, 3, Theory::Refused),
        (2, 4, Theory::Reach(19.0 / 31_f64.powi(3))),
        (3, 1, Theory::Refused),
        (3, 3, Theory::Refused),
        (4, 1, Theory::Refused),
        (4, 2, Theory::Refused),
        (4, 3, Theory::Reach(1.0 / 31_f64.powi(2))),
    ];
    for (erasures, errors, theory) in kinds {
        let mut row = Row::new(format!("{erasures} unreadable and {errors} wrong, sampled"), theory);
        for sample in 0..SAMPLES / 4 {
            let (key, mut word) = issue_sample(publisher, sample)?;
            let places = places(seeded, erasures + errors);
            mistype(&mut word, &places[..errors], seeded);
            row.try_word(&word, &places[errors..], Some(&key))?;
        }
        rows.push(row);
    }
    for (name, double) in
        [("one left out and one wrong, sampled", false), ("one doubled and one wrong, sampled", true)]
    {
        let mut row = Row::new(name, Theory::Rarely);
        for sample in 0..SAMPLES / 4 {
            let (key, mut word) = issue_sample(publisher, sample)?;
            let places = places(seeded, 2);
            mistype(&mut word, &places[..1], seeded);
            let mut text = word.map(|value| ALPHABET[usize::from(value)]).to_vec();
            if double {
                text.insert(places[1], text[places[1]]);
            } else {
                text.remove(places[1]);
            }
            row.try_text(&text, Some(&key))?;
        }
        rows.push(row);
    }
    Ok(())
}

fn random_strings(seeded: &mut Seeded, rows: &mut Vec<Row>) -> Result<(), String> {
    let mut garbage = Row::new("25 random symbols", Theory::Reach(GARBAGE));
    for _ in 0..4 * SAMPLES {
        garbage.try_word(&std::array::from_fn(|_| seeded.below(32) as u8), &[], None)?;
    }
    let expected = GARBAGE / 8.0 * garbage.tried as f64;
    if (garbage.wrong_offer as f64 - expected).abs() > 5.0 * expected.sqrt() {
        return Err(format!("garbage: {} offers, {expected:.0} were expected", garbage.wrong_offer));
    }
    rows.push(garbage);
    for (length, theory) in [(24, Theory::Rarely), (26, Theory::Rarely)] {
        let mut row = Row::new(format!("{length} random symbols"), theory);
        for _ in 0..SAMPLES / 4 {
            let text: Vec<u8> = (0..length).map(|_| ALPHABET[seeded.below(32)]).collect();
            row.try_text(&text, None)?;
        }
        rows.push(row);
    }
    let mut windows = Row::new("25 symbols as in a Windows key, one of them N", Theory::Reach(GARBAGE));
    let mut named = 0;
    for _ in 0..SAMPLES {
        let mut text: [u8; LENGTH] = std::array::from_fn(|_| WINDOWS[seeded.below(24)]);
        text[seeded.below(LENGTH)] = b'N';
        let word = values(&text)?;
        windows.reach += u64::from(code::correct(&word, &[]).is_some());
        let groups: Vec<&[u8]> = text.chunks(5).collect();
        named += u64::from(windows.try_text(&groups.join(&b'-'), None)? == Verdict::WindowsKey);
    }
    if named + windows.wrong_offer != windows.tried {
        return Err(format!("only {named} of {} were named as Windows keys", windows.tried));
    }
    let _ = write!(windows.name, "; {} were named as such", thousands(named));
    rows.push(windows);
    Ok(())
}

fn issue(publisher: &Publisher, index: u32) -> Result<(ProductKey, Word), String> {
    issue_number(publisher, publisher.number(index))
}

/// The key of a sample: a new one for each, without paying for a permutation.
fn issue_sample(publisher: &Publisher, sample: u64) -> Result<(ProductKey, Word), String> {
    let serial = (sample as u32).wrapping_mul(2_654_435_761);
    issue_number(publisher, KeyNumber { format: KeyFormat::Live, sku: publisher.sku, serial })
}

fn issue_number(publisher: &Publisher, number: KeyNumber) -> Result<(ProductKey, Word), String> {
    let key = publisher.batch.issue(number, 0);
    let text = key.expose().replace('-', "");
    let word = values(text.as_bytes().try_into().map_err(|_| "a key has 25 symbols")?)?;
    Ok((key, word))
}

fn values(text: &[u8; LENGTH]) -> Result<Word, String> {
    let mut word = [0; LENGTH];
    for (value, symbol) in word.iter_mut().zip(text) {
        *value = ALPHABET.iter().position(|known| known == symbol).ok_or("not a symbol")? as u8;
    }
    Ok(word)
}

/// Different places of a key, in random order.
fn places(seeded: &mut Seeded, count: usize) -> Vec<usize> {
    let mut all: Vec<usize> = (0..LENGTH).collect();
    for index in 0..count {
        let other = index + seeded.below(LENGTH - index);
        all.swap(index, other);
    }
    all.truncate(count);
    all
}

fn mistype(word: &mut Word, places: &[usize], seeded: &mut Seeded) {
    places.iter().for_each(|&place| word[place] ^= 1 + seeded.below(31) as u8);
}

fn percent(share: f64) -> String {
    // Three digits that count, however small the share is.
    let decimals = (3.0 - (share * 100.0).log10()).clamp(1.0, 9.0) as usize;
    format!("{:.decimals$} %", share * 100.0)
}

fn thousands(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            let _ = write!(text, ",");
        }
        text.push(digit);
    }
    text
}
