//! The page for a code that does not exist, with the nearest ones.

use askama::Template;
use strsim::osa_distance;
use warifu_core::catalogue::{Code, Lang};
use warifu_troubleshoot::knowledge::WINDOWS;
use warifu_troubleshoot::read::codes_meant;

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
    let near = near_of_windows(name, lang);
    let likely = if near.is_empty() {
        likely(name).into_iter().map(|code| Item::new(code, lang)).collect()
    } else {
        near
    };
    Unknown { lang, words: words(lang), help: help_words(lang), code: String::new(), likely }
}

/// The page of a code that is written as those of Windows are and is in no table.
pub(super) fn unlisted(value: u32, lang: Lang) -> Unknown {
    let code = spelled(value);
    let likely = near_of_windows(&code, lang);
    Unknown { lang, words: words(lang), help: help_words(lang), code, likely }
}

/// The codes of Windows that one with a digit too many, too few, changed or swapped may mean.
fn near_of_windows(name: &str, lang: Lang) -> Vec<Item> {
    codes_meant(&WINDOWS, name).into_iter().map(|code| Item::windows(code, lang)).collect()
}

/// The codes of Warifu that a misspelt one most likely means.
fn likely(name: &str) -> Vec<Code> {
    let name: String = name.chars().take(COMPARED_MAX).flat_map(char::to_lowercase).collect();
    let name = name.replace(['-', ' '], "_");
    let mut codes = Code::ALL.to_vec();
    codes.sort_by_cached_key(|code| osa_distance(&name, code.as_str()));
    codes.truncate(LIKELY);
    codes
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

    #[test]
    fn a_code_of_windows_with_a_digit_too_many_or_too_few_finds_its_own() {
        for typed in ["0xC004F21", "0xC004F2133", "c004f21"] {
            let text = unknown(typed, Lang::Ja).render().unwrap();
            assert!(text.contains("/help/errors/0xC004F213?lang=ja"), "{typed}");
        }
        let text = unlisted(0xC004_F231, Lang::En).render().unwrap();
        assert!(text.contains("/help/errors/0xC004F213?lang=en") && text.contains("0xC004F231"));
    }
}
