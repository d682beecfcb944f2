//! The page for a code that does not exist, with the nearest ones.

use askama::Template;
use warifu_core::catalogue::{Code, Lang};

use super::code::spelled;
use super::list::Item;
use super::words::{HelpWords, words as help_words};
use crate::pages::words::{Words, words};

/// How many near codes are shown.
const LIKELY: usize = 5;

/// The longest text that is compared; longer ones are near nothing.
const COMPARED_MAX: usize = 64;

#[derive(Template)]
#[template(path = "help/unknown.html")]
pub(super) struct Unknown {
    lang: Lang,
    words: &'static Words,
    help: &'static HelpWords,
    /// A code that is written as those of Windows are.
    code: String,
    likely: Vec<Item>,
}

pub(super) fn unknown(name: &str, lang: Lang) -> Unknown {
    // The name itself is not shown: it may be anything that somebody put into a link.
    Unknown {
        lang,
        words: words(lang),
        help: help_words(lang),
        code: String::new(),
        likely: likely(name).into_iter().map(|code| Item::new(code, lang)).collect(),
    }
}

/// The page of a code that is written as those of Windows are and is in no table.
pub(super) fn unlisted(value: u32, lang: Lang) -> Unknown {
    let code = spelled(value);
    Unknown { lang, words: words(lang), help: help_words(lang), code, likely: Vec::new() }
}

/// The codes that a misspelt one most likely means.
fn likely(name: &str) -> Vec<Code> {
    let name: String = name.chars().take(COMPARED_MAX).flat_map(char::to_lowercase).collect();
    let name = name.replace(['-', ' '], "_");
    let mut codes = Code::ALL.to_vec();
    codes.sort_by_cached_key(|code| distance(&name, code.as_str()));
    codes.truncate(LIKELY);
    codes
}

/// How many symbols must be added, dropped or changed to make one text of the other (Levenshtein).
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (index, symbol) in left.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], index + 1);
        for column in 1..row.len() {
            let changed = diagonal + usize::from(right[column - 1] != symbol);
            diagonal = row[column];
            row[column] = changed.min(row[column] + 1).min(row[column - 1] + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_code_finds_its_own() {
        for (typed, meant) in [
            ("seat_limit_reach", Code::SeatLimitReached),
            ("Seat-Limit-Reached", Code::SeatLimitReached),
            ("licence_expried", Code::LicenceExpired),
        ] {
            assert_eq!(likely(typed)[0], meant, "{typed}");
        }
    }

    #[test]
    fn what_was_typed_is_not_shown() {
        let text = unknown("<b>my-secret</b>", Lang::En).render().unwrap();
        assert!(!text.contains("secret"));
        assert_eq!(text.matches("<li>").count(), LIKELY);
        assert_eq!(likely(&"x".repeat(100_000)).len(), LIKELY);
    }
}
