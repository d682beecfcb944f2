//! A text as it is looked at: compatibility forms folded, invisible characters gone, line breaks inside a word known as such.

use warifu_troubleshoot::read::normal;

use super::TEXT_BYTES_MAX;

/// Stands for a line break that may lie inside a value: the text was wrapped there, not ended.
pub(super) const SOFT: char = '\u{E0FF}';

/// Lines shorter than this are not wrapped by anything.
const WIDTH_MIN: usize = 20;
/// One line of this width may have been wrapped; narrower ones only if another has the same width.
const WIDTH_ALONE: usize = 60;

/// Folds.
pub(super) fn fold(text: &str) -> String {
    let mut end = text.len().min(TEXT_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    soften(&dashes(&visible(&normal(&text[..end]))))
}

/// A value without the breaks inside it.
pub(super) fn joined(value: &str) -> String {
    value.chars().filter(|c| *c != SOFT && !c.is_whitespace()).collect()
}

/// Without what has no width or turns the direction of what is read, and without the characters that this module uses itself.
fn visible(text: &str) -> String {
    text.replace("\r\n", "\n")
        .chars()
        .filter_map(|c| match c {
            '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' => None,
            '\u{2060}'..='\u{206F}' | '\u{FEFF}' => None,
            '\u{E000}'..='\u{F8FF}' => Some('\u{FFFD}'),
            '\r' | '\u{2028}' | '\u{2029}' => Some('\n'),
            c => Some(c),
        })
        .collect()
}

/// Every kind of dash between letters or digits of a key becomes a hyphen; a long vowel of Japanese stays one.
fn dashes(text: &str) -> String {
    let symbols: Vec<char> = text.chars().collect();
    let plain = |at: Option<usize>| {
        at.and_then(|at| symbols.get(at)).is_none_or(|c| c.is_ascii_alphanumeric() || c.is_ascii_whitespace())
    };
    symbols
        .iter()
        .enumerate()
        .map(|(at, &c)| match c {
            '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{2500}' | '\u{2501}' => '-',
            'ー' if at > 0 && plain(at.checked_sub(1)) && plain(Some(at + 1)) => '-',
            c => c,
        })
        .collect()
}

/// Marks the line breaks that a program has put inside a word: after a joining sign, or at the text's full width. Marks of a quoted line
/// after such a break go.
fn soften(text: &str) -> String {
    let lines: Vec<&str> = text.split('\n').collect();
    let width = lines.iter().map(|line| line.chars().count()).max().unwrap_or_default();
    let full = lines.iter().filter(|line| line.chars().count() + 1 >= width).count();
    let wraps = width >= WIDTH_ALONE || width >= WIDTH_MIN && full >= 2;
    let mut out = String::with_capacity(text.len() + 64);
    let mut rest_of = None;
    for (at, line) in lines.iter().enumerate() {
        let line = rest_of.take().unwrap_or(*line);
        let Some(next) = lines.get(at + 1) else {
            out.push_str(line);
            break;
        };
        let begins = next.trim_start_matches(['>', '|', ' ', '\t']);
        let quoted = begins.len() < next.len();
        let (last, first) = (line.chars().next_back(), begins.chars().next());
        let word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        let sign = |c: Option<char>| c.is_some_and(|c| "-.:@\\/_=".contains(c));
        let after_sign = sign(last) && word(first);
        let at_width = wraps
            && lines[at].chars().count() + 1 >= width
            && (word(last) || sign(last))
            && (word(first) || sign(first))
            && (!quoted || next.starts_with(['>', '|']));
        if after_sign || at_width {
            // The equals sign is the soft break of a quoted-printable mail.
            out.push_str(if last == Some('=') { &line[..line.len() - 1] } else { line });
            out.push(SOFT);
            rest_of = Some(begins);
        } else {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_break_inside_a_word_is_told_from_the_end_of_a_line() {
        assert_eq!(fold("BCDFG-\r\nHJKMN"), format!("BCDFG-{SOFT}HJKMN"));
        assert_eq!(fold("name: x\nnext: y"), "name: x\nnext: y");
        let wrapped = "a line of just thirty letters x\n> yes, and another as long as x\nend";
        let one = "a line of just thirty letters x\ny";
        assert!(fold(wrapped).contains(&format!("letters x{SOFT}yes,")), "{}", fold(wrapped));
        assert_eq!(fold(one), one);
        assert_eq!(fold("Host=\r\nName"), format!("Host{SOFT}Name"));
    }

    #[test]
    fn widths_dashes_and_what_is_invisible_do_not_matter() {
        assert_eq!(fold("ＡＢＣ１２\u{200B}３"), "ABC123");
        assert_eq!(fold("AB1–CD2ーEF3"), "AB1-CD2-EF3");
        assert_eq!(fold("ライセンスー"), "ライセンスー");
        assert_eq!(fold("a\u{E001}b"), "a\u{FFFD}b");
        for turning in ('\u{202A}'..='\u{202E}').chain('\u{2066}'..='\u{2069}').chain(['\u{61C}', '\u{200F}'])
        {
            assert_eq!(fold(&format!("a{turning}b")), "ab", "{turning:?}");
        }
    }
}
