//! The Reed–Solomon code RS(25, 19) over GF(32) that every product key is a word of.
//!
//! The first symbol is the coefficient of x²⁴, the last that of x⁰; a word belongs to the code when α¹ … α⁶ are its roots.
//! Two different code words differ in at least 7 places. [`correct`] looks no farther than two errors, although three could be
//! found: that margin is what keeps three and four mistyped symbols from ever being "corrected" into another key
//! (`docs/keys.md` has the theory and the measurement). This module knows symbols only; what they mean is the key's business.

use super::field::{divide, exponent, multiply, power};

/// Symbols in a word.
pub const LENGTH: usize = 25;
/// Symbols of a word that carry data; they come first.
pub const DATA: usize = 19;
/// Check symbols; they come last.
pub const CHECKS: usize = LENGTH - DATA;
/// The most erasures (symbols known to be missing) that can be filled in at all. Nothing is left to check the result with then.
pub const ERASURES_MAX: usize = CHECKS;
/// [`correct`] accepts a word when 2 · errors + erasures is at most this. The code itself would allow 6.
pub const REACH: usize = 4;

/// A word: 25 symbols with values 0..32.
pub type Word = [u8; LENGTH];

/// Six five-bit values in one integer: check symbols or syndromes, the first in the lowest bits.
type Packed = u32;

/// What each data symbol, in each place, adds to the packed check symbols.
static CHECK_TABLE: [[Packed; 32]; DATA] = {
    let generator = generator();
    let mut table = [[0; 32]; DATA];
    // x⁶ modulo the generator, then each next power of x.
    let mut remainder = [0_u8; CHECKS];
    let mut i = 0;
    while i < CHECKS {
        remainder[i] = generator[i];
        i += 1;
    }
    let mut place = DATA;
    while place > 0 {
        place -= 1;
        let mut value = 0;
        while value < 32 {
            let mut packed = 0;
            let mut i = 0;
            while i < CHECKS {
                // The check symbol of x⁵ is printed first.
                packed |= (multiply(value as u8, remainder[CHECKS - 1 - i]) as Packed) << (5 * i);
                i += 1;
            }
            table[place][value] = packed;
            value += 1;
        }
        let carry = remainder[CHECKS - 1];
        let mut i = CHECKS - 1;
        while i > 0 {
            remainder[i] = remainder[i - 1] ^ multiply(carry, generator[i]);
            i -= 1;
        }
        remainder[0] = multiply(carry, generator[0]);
    }
    table
};

/// What each symbol, in each place, adds to the packed syndromes.
static SYNDROME_TABLE: [[Packed; 32]; LENGTH] = {
    let mut table = [[0; 32]; LENGTH];
    let mut place = 0;
    while place < LENGTH {
        let mut value = 0;
        while value < 32 {
            let mut j = 0;
            while j < CHECKS {
                let factor = power((j + 1) * (LENGTH - 1 - place));
                table[place][value] |= (multiply(value as u8, factor) as Packed) << (5 * j);
                j += 1;
            }
            value += 1;
        }
        place += 1;
    }
    table
};

/// The generator polynomial (x − α¹) … (x − α⁶): coefficients of x⁰ … x⁵; that of x⁶ is 1.
const fn generator() -> [u8; CHECKS] {
    let mut product = [0_u8; CHECKS + 1];
    product[0] = 1;
    let mut root = 1;
    while root <= CHECKS {
        let mut i = root;
        while i > 0 {
            product[i] = product[i - 1] ^ multiply(product[i], power(root));
            i -= 1;
        }
        product[0] = multiply(product[0], power(root));
        root += 1;
    }
    let mut low = [0; CHECKS];
    let mut i = 0;
    while i < CHECKS {
        low[i] = product[i];
        i += 1;
    }
    low
}

/// The code word whose first 19 symbols are `data`. Only the low five bits of each symbol count.
#[must_use]
pub fn encode(data: &[u8; DATA]) -> Word {
    let mut word = [0; LENGTH];
    let mut checks = 0;
    for (place, (&symbol, row)) in data.iter().zip(&CHECK_TABLE).enumerate() {
        word[place] = symbol & 31;
        checks ^= row[usize::from(symbol & 31)];
    }
    for (i, check) in word[DATA..].iter_mut().enumerate() {
        *check = (checks >> (5 * i) & 31) as u8;
    }
    word
}

/// Whether `word` belongs to the code. A random word does once in 2³⁰.
#[must_use]
pub fn is_code_word(word: &Word) -> bool {
    packed_syndromes(word) == 0
}

/// The one code word that `word` can be read as, when 2 · errors + erasures is at most [`REACH`]; `word` itself when nothing is
/// wrong. `erased` names the places whose symbols are unknown, each once; their values in `word` are ignored.
///
/// A result is the only one within the bound, since two of them would differ in at most 4 places.
#[must_use]
pub fn correct(word: &Word, erased: &[usize]) -> Option<Word> {
    if erased.len() > REACH {
        return None;
    }
    let syndromes = syndromes_without(word, erased);
    let modified = without_erasures(&syndromes, erased);
    let modified = &modified[erased.len()..];
    if modified.iter().all(|&value| value == 0) {
        return fill(word, erased);
    }
    let errors_max = (REACH - erased.len()) / 2;
    let found = match errors_max {
        0 => None,
        1 => one_error(modified).map(|place| [place, place]),
        _ => one_error(modified).map(|place| [place, place]).or_else(|| two_errors(&syndromes)),
    };
    let [first, second] = found?;
    if erased.contains(&first) || erased.contains(&second) {
        return None;
    }
    let mut places = [0; REACH];
    places[..erased.len()].copy_from_slice(erased);
    let mut count = erased.len();
    places[count] = first;
    count += 1;
    if second != first {
        places[count] = second;
        count += 1;
    }
    fill(word, &places[..count])
}

/// The one code word that agrees with `word` outside the erased places, of which there may be up to [`ERASURES_MAX`].
///
/// With 6 erasures every word can be completed, so the result proves nothing; with 5, one in 32.
#[must_use]
pub fn fill(word: &Word, erased: &[usize]) -> Option<Word> {
    let count = erased.len();
    if count > ERASURES_MAX {
        return None;
    }
    // Six equations, one unknown symbol for each erased place: Σ symbol · α^(j · power of the place) = syndrome j.
    let mut rows = [[0_u8; ERASURES_MAX + 1]; CHECKS];
    for (j, (row, syndrome)) in rows.iter_mut().zip(syndromes_without(word, erased)).enumerate() {
        for (cell, &place) in row.iter_mut().zip(erased) {
            *cell = power((j + 1) * (LENGTH - 1 - place));
        }
        row[count] = syndrome;
    }
    for column in 0..count {
        // The matrix is Vandermonde's, so a pivot exists as long as the places differ.
        let pivot = (column..CHECKS).find(|&row| rows[row][column] != 0)?;
        rows.swap(column, pivot);
        let pivot = rows[column];
        for (index, row) in rows.iter_mut().enumerate() {
            let factor = divide(row[column], pivot[column]);
            if index != column && factor != 0 {
                for (cell, &above) in row.iter_mut().zip(&pivot) {
                    *cell ^= multiply(factor, above);
                }
            }
        }
    }
    if rows[count..].iter().any(|row| row[count] != 0) {
        return None;
    }
    let mut filled = *word;
    for (column, &place) in erased.iter().enumerate() {
        filled[place] = divide(rows[column][count], rows[column][column]);
    }
    debug_assert!(is_code_word(&filled), "what solves the six equations is a code word");
    Some(filled)
}

fn packed_syndromes(word: &Word) -> Packed {
    word.iter().zip(&SYNDROME_TABLE).fold(0, |sum, (&symbol, row)| sum ^ row[usize::from(symbol & 31)])
}

/// The syndromes of `word` with a zero in each erased place.
fn syndromes_without(word: &Word, erased: &[usize]) -> [u8; CHECKS] {
    let mut packed = packed_syndromes(word);
    for &place in erased {
        packed ^= SYNDROME_TABLE[place][usize::from(word[place] & 31)];
    }
    std::array::from_fn(|j| (packed >> (5 * j) & 31) as u8)
}

/// The syndromes times the erasures' locator polynomial: from index `erased.len()` on, what the errors alone contribute.
fn without_erasures(syndromes: &[u8; CHECKS], erased: &[usize]) -> [u8; CHECKS] {
    let mut modified = *syndromes;
    for &place in erased {
        let locator = locator(place);
        for j in (1..CHECKS).rev() {
            modified[j] ^= multiply(locator, modified[j - 1]);
        }
    }
    modified
}

const fn locator(place: usize) -> u8 {
    power(LENGTH - 1 - place)
}

/// The place of the only error: syndromes of one error are a geometric series whose ratio is its locator.
fn one_error(syndromes: &[u8]) -> Option<usize> {
    if syndromes.contains(&0) {
        return None;
    }
    let ratio = divide(syndromes[1], syndromes[0]);
    let series = syndromes.windows(2).all(|pair| pair[1] == multiply(ratio, pair[0]));
    if series { (LENGTH - 1).checked_sub(exponent(ratio)) } else { None }
}

/// The places of two errors (Peterson's equations): each syndrome is a fixed combination of the two before it, and the errors'
/// locators are the roots of that recurrence.
fn two_errors(s: &[u8; CHECKS]) -> Option<[usize; 2]> {
    let determinant = multiply(s[1], s[1]) ^ multiply(s[0], s[2]);
    if determinant == 0 {
        return None;
    }
    let sum = divide(multiply(s[1], s[2]) ^ multiply(s[0], s[3]), determinant);
    let product = divide(multiply(s[1], s[3]) ^ multiply(s[2], s[2]), determinant);
    if (2..CHECKS).any(|j| s[j] != multiply(sum, s[j - 1]) ^ multiply(product, s[j - 2])) {
        return None;
    }
    let mut roots = (0..LENGTH).filter(|&place| {
        let x = locator(place);
        multiply(x, x) ^ multiply(sum, x) ^ product == 0
    });
    Some([roots.next()?, roots.next()?])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::{Index, subsequence};

    use super::*;

    fn words() -> impl Strategy<Value = Word> {
        proptest::array::uniform::<_, DATA>(0_u8..32).prop_map(|data| encode(&data))
    }

    fn places(count: usize) -> impl Strategy<Value = Vec<usize>> {
        subsequence((0..LENGTH).collect::<Vec<_>>(), count)
    }

    fn damage(word: &Word, places: &[usize], by: u8) -> Word {
        let mut damaged = *word;
        for (index, &place) in places.iter().enumerate() {
            damaged[place] ^= 1 + (by as usize + 7 * index) as u8 % 31;
        }
        damaged
    }

    /// Evaluates a word as a polynomial at every root, without a table.
    #[test]
    fn an_encoded_word_has_all_six_roots() {
        let data: [u8; DATA] = std::array::from_fn(|place| (place * 7 + 3) as u8 % 32);
        let word = encode(&data);
        for root in 1..=CHECKS {
            let value = word.iter().fold(0, |sum, &symbol| multiply(sum, power(root)) ^ symbol);
            assert_eq!(value, 0, "root α^{root}");
        }
        assert_eq!(word[..DATA], data);
    }

    /// A linear code's least distance is its lightest word's weight. Six symbols determine the rest, so the words that are zero
    /// in 18 of the data places are all the ones of interest with a single data symbol; Singleton's bound gives 7 at most.
    #[test]
    fn words_with_one_data_symbol_weigh_exactly_seven() {
        for place in 0..DATA {
            for value in 1..32 {
                let mut data = [0; DATA];
                data[place] = value;
                assert_eq!(encode(&data).iter().filter(|&&symbol| symbol != 0).count(), 7);
            }
        }
    }

    #[test]
    fn every_single_error_is_corrected() {
        let word = encode(&std::array::from_fn(|place| place as u8));
        for place in 0..LENGTH {
            for difference in 1..32 {
                let mut damaged = word;
                damaged[place] ^= difference;
                assert_eq!(correct(&damaged, &[]), Some(word));
            }
        }
    }

    proptest! {
        #[test]
        fn a_whole_word_is_left_alone(word in words()) {
            prop_assert!(is_code_word(&word));
            prop_assert_eq!(correct(&word, &[]), Some(word));
        }

        #[test]
        fn errors_and_erasures_within_reach_are_corrected(
            word in words(), all in places(4), by in 0_u8..31, errors in 0_usize..=2, erasures in 0_usize..=4,
        ) {
            prop_assume!(2 * errors + erasures <= REACH);
            let damaged = damage(&word, &all[..errors + erasures], by);
            prop_assert_eq!(correct(&damaged, &all[errors..errors + erasures]), Some(word));
        }

        #[test]
        fn three_and_four_errors_are_never_corrected_into_another_word(
            word in words(), all in places(4), by in 0_u8..31, errors in 3_usize..=4,
        ) {
            prop_assert_eq!(correct(&damage(&word, &all[..errors], by), &[]), None);
        }

        #[test]
        fn five_and_six_erasures_are_filled_in(word in words(), all in places(6), by in 0_u8..31, count in 5_usize..=6) {
            let damaged = damage(&word, &all[..count], by);
            prop_assert_eq!(correct(&damaged, &all[..count]), None);
            prop_assert_eq!(fill(&damaged, &all[..count]), Some(word));
        }

        #[test]
        fn whatever_is_found_is_a_code_word_within_reach(
            word in proptest::array::uniform::<_, LENGTH>(0_u8..32), erased in (0_usize..=4).prop_flat_map(places),
        ) {
            if let Some(found) = correct(&word, &erased) {
                prop_assert!(is_code_word(&found));
                let errors = (0..LENGTH).filter(|place| !erased.contains(place) && found[*place] != word[*place]).count();
                prop_assert!(2 * errors + erased.len() <= REACH);
            }
        }

        #[test]
        fn a_repeated_erasure_is_refused_and_never_panics(word in words(), place in any::<Index>()) {
            let place = place.index(LENGTH);
            let mut damaged = word;
            damaged[place] ^= 1;
            prop_assert_eq!(fill(&damaged, &[place, place]), None);
        }
    }
}
