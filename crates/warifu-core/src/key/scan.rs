//! Finding the stretches of a pasted text that may be a key.
//!
//! A text is reduced to its symbols and, before each, the gap that separates it from the one before. A *window* is a run of
//! symbols that starts and ends at a gap. Any window that is a code word is a key: chance makes one in 2³³. To say anything about
//! a window that is *not* one (offer a repair, call it incomplete) it must also have a key's shape, or ordinary words would be
//! "repaired" into keys.

use zeroize::{DefaultIsZeroes, Zeroizing};

use super::alphabet::{self, Glyph};
use super::code::{LENGTH, Word};

/// Stands for a symbol that was typed as `?`.
const UNREADABLE: u8 = 32;
/// Stands for a letter that no key contains.
const STRANGER: u8 = 33;

/// What separates a symbol from the one before, the strongest last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    #[default]
    None,
    Space,
    Dash,
    /// Anything that does not occur inside a key.
    Break,
}

#[derive(Clone, Copy, Debug, Default)]
struct Typed {
    value: u8,
    digit: bool,
    gap: Gap,
}

impl DefaultIsZeroes for Typed {}

impl Typed {
    fn known(self) -> bool {
        self.value < UNREADABLE
    }
}

/// The symbols of a text. Wiped when dropped.
pub(super) struct Scan {
    symbols: Zeroizing<Vec<Typed>>,
}

/// A run of symbols that starts and ends at a gap and holds no break.
#[derive(Clone, Copy)]
pub(super) struct Window<'a> {
    symbols: &'a [Typed],
    /// Whether the text holds no symbols but these.
    alone: bool,
}

impl Scan {
    /// Reads the symbols of `text`, whose length the caller has bounded.
    pub(super) fn of(text: &str) -> Self {
        let mut symbols = Zeroizing::new(Vec::with_capacity(text.len()));
        let mut gap = Gap::Break;
        let mut line_start = true;
        let mut glyphs = alphabet::glyphs(text).filter(|glyph| *glyph != Glyph::Nothing).peekable();
        while let Some(glyph) = glyphs.next() {
            let found = match glyph {
                Glyph::Symbol { value, digit } => Some((value, digit)),
                Glyph::Unreadable => Some((UNREADABLE, false)),
                Glyph::Stranger => Some((STRANGER, false)),
                _ => None,
            };
            if let Some((value, digit)) = found {
                symbols.push(Typed { value, digit, gap });
                gap = Gap::None;
                line_start = false;
                continue;
            }
            let between = match glyph {
                Glyph::Dash => Gap::Dash,
                Glyph::Space | Glyph::LineBreak => Gap::Space,
                // Marks of a quoted line, and the soft line break of a quoted-printable mail.
                Glyph::Other('>' | '|') if line_start => Gap::Space,
                Glyph::Other('=') if glyphs.peek() == Some(&Glyph::LineBreak) => Gap::Space,
                _ => Gap::Break,
            };
            gap = gap.max(between);
            line_start = glyph == Glyph::LineBreak || line_start && between == Gap::Space;
        }
        Self { symbols }
    }

    /// All windows of `length` symbols, from the text's start to its end.
    pub(super) fn windows(&self, length: usize) -> impl Iterator<Item = Window<'_>> {
        let all = &self.symbols[..];
        let whole = self.whole().is_some();
        (0..(all.len() + 1).saturating_sub(length)).filter_map(move |start| {
            let end = start + length;
            let inside = all[start + 1..end].iter().all(|typed| typed.gap != Gap::Break);
            let window = Window { symbols: &all[start..end], alone: whole && length == all.len() };
            if inside && self.edge(start) && self.edge(end) { Some(window) } else { None }
        })
    }

    /// The whole text as one window of any length, when it holds symbols and no break between them.
    pub(super) fn whole(&self) -> Option<Window<'_>> {
        let (_, rest) = self.symbols.split_first()?;
        let unbroken = rest.iter().all(|typed| typed.gap != Gap::Break);
        if unbroken { Some(Window { symbols: &self.symbols, alone: true }) } else { None }
    }

    /// The longest run of three or four groups of five joined by dashes, in symbols: the beginning of a key among other words.
    pub(super) fn longest_beginning(&self) -> usize {
        let mut longest = 0;
        let mut groups = 0;
        for group in self.symbols.chunk_by(|_, next| next.gap == Gap::None) {
            let joined = group.first().is_some_and(|typed| typed.gap == Gap::Dash);
            groups = match (group.len(), joined) {
                (5, true) => groups + 1,
                (5, false) => 1,
                _ => 0,
            };
            longest = longest.max(groups);
        }
        if (3..5).contains(&longest) { longest * 5 } else { 0 }
    }

    /// Whether a key may start or end between this symbol and the one before: at a gap, or at a question mark that may end a
    /// sentence.
    fn edge(&self, index: usize) -> bool {
        match (index.checked_sub(1).and_then(|before| self.symbols.get(before)), self.symbols.get(index)) {
            (Some(before), Some(after)) => {
                after.gap != Gap::None || (before.value == UNREADABLE) != (after.value == UNREADABLE)
            }
            _ => true,
        }
    }
}

impl Window<'_> {
    /// The number of symbols, unreadable ones included.
    pub(super) fn length(&self) -> usize {
        self.symbols.len()
    }

    /// The symbols' values, 0 where none is known.
    pub(super) fn values(&self) -> impl Iterator<Item = u8> {
        self.symbols.iter().map(|typed| if typed.known() { typed.value } else { 0 })
    }

    /// The places of symbols that are unreadable or belong to no key.
    pub(super) fn erased(&self) -> impl Iterator<Item = usize> {
        self.symbols.iter().enumerate().filter(|(_, typed)| !typed.known()).map(|(place, _)| place)
    }

    /// The values of a window of 25 symbols, all of them known.
    pub(super) fn word(&self) -> Option<Zeroizing<Word>> {
        if self.symbols.len() != LENGTH || !self.symbols.iter().all(|typed| typed.known()) {
            return None;
        }
        let mut word = Zeroizing::new([0; LENGTH]);
        word.iter_mut().zip(self.values()).for_each(|(symbol, value)| *symbol = value);
        Some(word)
    }

    /// Whether a digit was typed, as in nearly every key and in few words.
    pub(super) fn has_digit(&self) -> bool {
        self.symbols.iter().any(|typed| typed.digit)
    }

    /// Whether the window looks like a key even if it is not one: it holds three dashes or more, or two of these hold: it is alone
    /// in the text; a digit was typed; it is one piece or five groups of four to six.
    pub(super) fn shaped(&self) -> bool {
        let Some((_, rest)) = self.symbols.split_first() else { return false };
        let groups = || self.symbols.chunk_by(|_, next| next.gap == Gap::None);
        let pieces = 1 + rest.iter().filter(|typed| typed.gap != Gap::None).count();
        let dashes = rest.iter().filter(|typed| typed.gap == Gap::Dash).count();
        let five = pieces == 5 && groups().all(|group| (4..=6).contains(&group.len()));
        let grouped = pieces == 1 || five;
        let signs = [self.alone, self.has_digit(), grouped].into_iter().filter(|&sign| sign).count();
        dashes >= 3 || signs >= 2
    }
}
