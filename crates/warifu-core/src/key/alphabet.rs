//! How a key's symbols are written and what typed characters mean: Crockford's base 32 and everything that is forgiven.
//!
//! Forgiven are case, full-width and other compatibility forms (Unicode NFKC), every kind of dash and space, line breaks and
//! invisible characters, and the letters that look like digits (O, I, L). Nothing here knows where in a text a key is.

use unicode_normalization::UnicodeNormalization;

/// The 32 symbols: digits and letters without I, L, O and U (Douglas Crockford's base 32).
const SYMBOLS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// What one typed character (after NFKC) is to a reader of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Glyph {
    /// A symbol with its value, 0..32; `digit` when it was typed as one.
    Symbol { value: u8, digit: bool },
    /// A letter that no key contains (U): certainly a slip, in a known place.
    Stranger,
    /// `?`: a symbol that the typist could not read.
    Unreadable,
    /// A dash or what an input method gives for one.
    Dash,
    /// A space of any width.
    Space,
    /// An end of line.
    LineBreak,
    /// Not visible at all: zero-width characters, soft hyphens, direction marks.
    Nothing,
    /// Any other character.
    Other(char),
}

/// Reads `text` character by character.
pub(super) fn glyphs(text: &str) -> impl Iterator<Item = Glyph> {
    // NFKC leaves ASCII as it is, and nearly all input is ASCII.
    let (plain, other) = if text.is_ascii() { (text, "") } else { ("", text) };
    plain.chars().chain(other.nfkc()).map(glyph)
}

/// The text of `symbols` in groups of five. Values must be below 32.
pub(super) fn write_groups(symbols: &[u8]) -> String {
    let mut text = String::with_capacity(symbols.len() + symbols.len() / 5);
    for (place, &symbol) in symbols.iter().enumerate() {
        if place > 0 && place % 5 == 0 {
            text.push('-');
        }
        text.push(char::from(SYMBOLS[usize::from(symbol & 31)]));
    }
    text
}

/// Whether Microsoft's 25-symbol product keys use the symbol with this value: B C D F G H J K M P Q R T V W X Y 2 3 4 6 7 8 9, and N.
pub(super) fn in_windows_alphabet(value: u8) -> bool {
    SYMBOLS.get(usize::from(value)).is_some_and(|symbol| b"BCDFGHJKMPQRTVWXY2346789N".contains(symbol))
}

/// Whether the value is the symbol N, of which a Windows key has at most one.
pub(super) fn is_n(value: u8) -> bool {
    SYMBOLS.get(usize::from(value)) == Some(&b'N')
}

/// What one character, already in NFKC, is.
pub(super) fn glyph(character: char) -> Glyph {
    let Ok(byte) = u8::try_from(character) else {
        return glyph_beyond_latin(character);
    };
    match byte {
        b'0'..=b'9' => Glyph::Symbol { value: byte - b'0', digit: true },
        b'A'..=b'Z' | b'a'..=b'z' => match LETTERS[usize::from(byte.to_ascii_uppercase() - b'A')] {
            STRANGER => Glyph::Stranger,
            value => Glyph::Symbol { value, digit: false },
        },
        b'?' => Glyph::Unreadable,
        b'-' | b'~' | b'_' => Glyph::Dash,
        b'\n' | b'\r' | 0x0b | 0x0c | 0x85 => Glyph::LineBreak,
        b' ' | b'\t' | 0xa0 => Glyph::Space,
        0xad => Glyph::Nothing,
        _ => Glyph::Other(character),
    }
}

/// Dashes: Unicode's property `Dash` (PropList 17.0), then what is typed for one although it is none, above all the Japanese long
/// vowel mark that an input method gives for the hyphen key.
fn glyph_beyond_latin(character: char) -> Glyph {
    match character {
        '\u{058a}'
        | '\u{05be}'
        | '\u{1400}'
        | '\u{1806}'
        | '\u{2010}'..='\u{2015}'
        | '\u{2053}'
        | '\u{207b}'
        | '\u{208b}'
        | '\u{2212}'
        | '\u{2e17}'
        | '\u{2e1a}'
        | '\u{2e3a}'
        | '\u{2e3b}'
        | '\u{2e40}'
        | '\u{2e5d}'
        | '\u{301c}'
        | '\u{3030}'
        | '\u{30a0}'
        | '\u{fe31}'
        | '\u{fe32}'
        | '\u{fe58}'
        | '\u{fe63}'
        | '\u{ff0d}'
        | '\u{10d6e}'
        | '\u{10ead}' => Glyph::Dash,
        // Modifier minus and macrons, hyphen bullet, horizontal bar, box drawings, long vowel mark, kanji "one", minus variants.
        '\u{02c9}' | '\u{02cd}' | '\u{02d7}' | '\u{2043}' | '\u{2796}' | '\u{23af}' | '\u{2500}'
        | '\u{2501}' | '\u{2504}' | '\u{2505}' | '\u{2508}' | '\u{2509}' | '\u{254c}' | '\u{254d}'
        | '\u{30fc}' | '\u{ff70}' | '\u{4e00}' | '\u{3161}' | '\u{1173}' | '\u{06d4}' | '\u{2f00}' => {
            Glyph::Dash
        }
        '\u{2028}' | '\u{2029}' => Glyph::LineBreak,
        // A Hangul filler and the Braille blank look like spaces without being called so.
        '\u{2800}' | '\u{3164}' | '\u{1160}' | '\u{115f}' => Glyph::Space,
        '\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{0304}'
        | '\u{0305}'
        | '\u{034f}'
        | '\u{061c}'
        | '\u{e0000}'..='\u{e01ef}' => Glyph::Nothing,
        // (Macron and overline come out of NFKC as a space under a combining mark; hence the marks above.)
        _ if character.is_whitespace() => Glyph::Space,
        _ => Glyph::Other(character),
    }
}

const STRANGER: u8 = 255;

/// The value of each letter A–Z.
const LETTERS: [u8; 26] = {
    let mut table = [STRANGER; 26];
    let mut value = 10;
    while value < SYMBOLS.len() {
        table[(SYMBOLS[value] - b'A') as usize] = value as u8;
        value += 1;
    }
    table[(b'O' - b'A') as usize] = 0;
    table[(b'I' - b'A') as usize] = 1;
    table[(b'L' - b'A') as usize] = 1;
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<Option<u8>> {
        glyphs(text)
            .map(|glyph| if let Glyph::Symbol { value, .. } = glyph { Some(value) } else { None })
            .collect()
    }

    #[test]
    fn every_symbol_is_read_in_both_cases_and_in_full_width() {
        let written = std::str::from_utf8(SYMBOLS).unwrap();
        let expected: Vec<_> = (0..32).map(Some).collect();
        let wide: String = written.chars().map(|c| char::from_u32(c as u32 + 0xfee0).unwrap()).collect();
        for text in [written, &written.to_lowercase(), &wide, &wide.to_lowercase()] {
            assert_eq!(values(text), expected, "{text}");
        }
    }

    #[test]
    fn letters_that_look_like_digits_are_read_as_digits() {
        assert_eq!(values("oOiIlL"), [Some(0), Some(0), Some(1), Some(1), Some(1), Some(1)]);
        assert_eq!(glyphs("uU").collect::<Vec<_>>(), [Glyph::Stranger; 2]);
        assert_eq!(glyphs("?？").collect::<Vec<_>>(), [Glyph::Unreadable; 2]);
    }

    #[test]
    fn the_windows_alphabet_has_twenty_five_symbols() {
        assert_eq!((0..32).filter(|&value| in_windows_alphabet(value)).count(), 25);
        assert_eq!((0..32).filter(|&value| is_n(value)).count(), 1);
    }

    #[test]
    fn groups_are_written_with_dashes_between_them() {
        assert_eq!(write_groups(&[1; 10]), "11111-11111");
        assert_eq!(write_groups(&[31; 3]), "ZZZ");
    }
}
