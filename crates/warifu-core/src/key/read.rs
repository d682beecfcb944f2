//! Reading a key from whatever a person types or pastes. Purely offline.

use zeroize::Zeroizing;

use super::alphabet;
use super::code::{self, ERASURES_MAX, LENGTH, REACH, Word};
use super::product_key::ProductKey;
use super::scan::{Scan, Window};
use super::verdict::{Flaw, NotAKey, Offer, Position, Verdict};

/// The longest text, in bytes, that is searched for a key: a page of mail.
pub const TEXT_BYTES_MAX: usize = 4096;

/// The symbols that a key's first can be: the formats known, and the first bit of a SKU (`2`, `3`, `Y`, `Z`).
const FIRST_SYMBOLS: [u8; 4] = [2, 3, 30, 31];

/// From this many symbols on, a text is called an incomplete key even if its first symbol cannot be one's.
const NEARLY_COMPLETE: usize = 20;

/// Says what `text` is: a key, one that can be mended, or why it is none.
///
/// The text may be a key in any spelling or a whole mail that holds one key; the rules and the theory behind them are in
/// `docs/keys.md`. A text that can be read as a valid key is valid, whatever else it looks like; next comes a mended key, then
/// a Windows key.
#[must_use]
pub fn read(text: &str) -> Verdict {
    if text.len() > TEXT_BYTES_MAX {
        return Verdict::NotAKey(NotAKey::TooLong { bytes: text.len() });
    }
    let scan = Scan::of(text);
    let mut found = Found::default();
    for word in scan.windows(LENGTH).filter_map(|window| window.word()) {
        if code::is_code_word(&word) {
            found.add_valid(&word);
        }
    }
    if let Some(verdict) = found.valid() {
        return verdict;
    }
    scan.windows(LENGTH).filter(Window::shaped).for_each(|window| found.mend(&window));
    if found.offers.is_empty() {
        scan.windows(LENGTH - 1).filter(Window::shaped).for_each(|window| found.mend_dropped(&window));
        scan.windows(LENGTH + 1).filter(Window::shaped).for_each(|window| found.mend_doubled(&window));
    }
    found.flawed().unwrap_or_else(|| nothing_usable(&scan, &found))
}

/// What the windows of a text have turned out to be.
#[derive(Default)]
struct Found {
    keys: Vec<ProductKey>,
    offers: Vec<Offer>,
    unchecked: Vec<ProductKey>,
    unknown_format: bool,
    windows_key: bool,
    damaged: bool,
    /// The most symbols present in a window with too many unreadable ones.
    present: usize,
}

impl Found {
    fn add_valid(&mut self, word: &Word) {
        match ProductKey::from_word(word) {
            Some(key) if !self.keys.contains(&key) => self.keys.push(key),
            Some(_) => {}
            None => self.unknown_format = true,
        }
    }

    /// The verdict on whole code words, if there are any.
    fn valid(&mut self) -> Option<Verdict> {
        match (self.keys.len(), self.keys.pop()) {
            (1, Some(key)) => Some(Verdict::Valid(key)),
            (0, _) if self.unknown_format => Some(Verdict::NotAKey(NotAKey::UnknownFormat)),
            (0, _) => None,
            (count, _) => Some(Verdict::Several { count }),
        }
    }

    /// Tries a window of 25 symbols: errors and erasures within reach, then erasures alone.
    fn mend(&mut self, window: &Window<'_>) {
        let mut word: Zeroizing<Word> = Zeroizing::new([0; LENGTH]);
        word.iter_mut().zip(window.values()).for_each(|(symbol, value)| *symbol = value);
        let erased: Vec<usize> = window.erased().collect();
        if erased.len() > ERASURES_MAX {
            self.present = self.present.max(LENGTH - erased.len());
            return;
        }
        if erased.len() > REACH {
            match code::fill(&word, &erased).and_then(|word| ProductKey::from_word(&word)) {
                Some(key) if !self.unchecked.contains(&key) => self.unchecked.push(key),
                Some(_) => {}
                None => self.damaged = true,
            }
            return;
        }
        if let Some(key) = code::correct(&word, &erased).and_then(|word| ProductKey::from_word(&word)) {
            let flaw = flaw(&word, key.symbols(), &erased);
            self.offer(key, flaw);
        } else if erased.is_empty() && looks_like_windows(&word) {
            self.windows_key = true;
        } else {
            self.damaged = true;
        }
    }

    /// Tries a window of 24 symbols: one symbol put back at each place.
    fn mend_dropped(&mut self, window: &Window<'_>) {
        if window.erased().next().is_some() {
            return;
        }
        // `word` starts with a hole in front and moves it one place to the right each time.
        let mut word: Zeroizing<Word> = Zeroizing::new([0; LENGTH]);
        word[1..].iter_mut().zip(window.values()).for_each(|(symbol, value)| *symbol = value);
        for place in 0..LENGTH {
            if let Some(key) = code::fill(&word, &[place]).and_then(|word| ProductKey::from_word(&word)) {
                self.offer(key, Flaw::Dropped(position(place)));
            }
            if place + 1 < LENGTH {
                word.swap(place, place + 1);
            }
        }
    }

    /// Tries a window of 26 symbols: one of two equal neighbours taken out.
    fn mend_doubled(&mut self, window: &Window<'_>) {
        if window.erased().next().is_some() {
            return;
        }
        let typed: Zeroizing<Vec<u8>> = Zeroizing::new(window.values().collect());
        for (place, _) in typed.windows(2).enumerate().filter(|(_, pair)| pair[0] == pair[1]) {
            let mut word: Zeroizing<Word> = Zeroizing::new([0; LENGTH]);
            word[..place].copy_from_slice(&typed[..place]);
            word[place..].copy_from_slice(&typed[place + 1..]);
            if let Some(key) = ProductKey::from_word(&word) {
                self.offer(key, Flaw::Doubled(position(place)));
            }
        }
    }

    fn offer(&mut self, key: ProductKey, flaw: Flaw) {
        if self.offers.iter().all(|offer| offer.key != key) {
            self.offers.push(Offer { key, flaw });
        }
    }

    /// The verdict on flawed keys, if there are any.
    fn flawed(&mut self) -> Option<Verdict> {
        let count = self.offers.len().max(self.unchecked.len());
        if self.offers.len() > 1 || self.offers.is_empty() && self.unchecked.len() > 1 {
            return Some(Verdict::Several { count });
        }
        if let Some(offer) = self.offers.pop() {
            return Some(Verdict::Correctable(offer));
        }
        self.unchecked.pop().map(Verdict::Unchecked)
    }
}

/// The verdict on a text that holds no key and nothing that can be mended.
fn nothing_usable(scan: &Scan, found: &Found) -> Verdict {
    if found.windows_key {
        return Verdict::WindowsKey;
    }
    if found.damaged {
        return Verdict::NotAKey(NotAKey::Damaged);
    }
    let whole = scan.whole();
    if let Some(found) = whole
        .filter(|window| window.has_digit())
        .map(|window| window.length())
        .filter(|&length| length > LENGTH)
    {
        return Verdict::NotAKey(NotAKey::TooManySymbols { found });
    }
    let typed_so_far = whole.map_or(0, |window| {
        let plausible = window.values().next().is_some_and(|first| FIRST_SYMBOLS.contains(&first));
        let present = window.length() - window.erased().count();
        if window.has_digit() && (plausible || window.length() >= NEARLY_COMPLETE) { present } else { 0 }
    });
    match found.present.max(typed_so_far).max(scan.longest_beginning()) {
        0 => Verdict::NotAKey(NotAKey::NoneFound),
        present => Verdict::Incomplete { present },
    }
}

/// What distinguishes the typed word from the mended one.
fn flaw(typed: &Word, mended: &Word, erased: &[usize]) -> Flaw {
    let changed: Vec<usize> =
        (0..LENGTH).filter(|place| typed[*place] != mended[*place] || erased.contains(place)).collect();
    match changed[..] {
        [first, second]
            if second == first + 1
                && erased.is_empty()
                && typed[first] == mended[second]
                && typed[second] == mended[first] =>
        {
            Flaw::Swapped(position(first))
        }
        _ => Flaw::Symbols(changed.into_iter().map(position).collect()),
    }
}

/// Microsoft's keys have 25 symbols of 24 letters and digits; those since Windows 8 hold one N besides.
fn looks_like_windows(word: &Word) -> bool {
    word.iter().all(|&symbol| alphabet::in_windows_alphabet(symbol))
        && word.iter().filter(|&&symbol| alphabet::is_n(symbol)).count() <= 1
}

fn position(index: usize) -> Position {
    Position::new(index).unwrap_or_else(|| unreachable!("places in a key are below 25"))
}
