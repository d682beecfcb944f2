//! The page of one failure of Warifu.

use askama::Template;
use warifu_core::catalogue::{Code, Lang};

use super::words::{HelpWords, words as help_words};
use crate::pages::text::{Part, parts};
use crate::pages::words::{Words, retry, words};

#[derive(Template)]
#[template(path = "help/entry.html")]
pub(super) struct Entry {
    lang: Lang,
    words: &'static Words,
    help: &'static HelpWords,
    name: &'static str,
    message: Vec<Part<'static>>,
    cause: Vec<Part<'static>>,
    remedy: Vec<Part<'static>>,
    retry: &'static str,
    windows: Option<&'static str>,
    has_values: bool,
}

pub(super) fn entry(code: Code, lang: Lang) -> Entry {
    let entry = code.entry();
    let (message, cause, remedy) =
        (parts(entry.message.get(lang)), parts(entry.cause.get(lang)), parts(entry.remedy.get(lang)));
    let has_values = [&message, &cause, &remedy].into_iter().any(|parts| parts.contains(&Part::Value));
    Entry {
        lang,
        words: words(lang),
        help: help_words(lang),
        name: entry.name,
        message,
        cause,
        remedy,
        retry: retry(entry.retry, lang),
        windows: entry.windows,
        has_values,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_page_in_both_languages() {
        for &code in Code::ALL {
            for lang in Lang::ALL {
                let text = entry(code, lang).render().unwrap();
                assert!(text.contains(&format!("<code>{code}</code>")), "{code}");
                assert!(text.contains(words(lang).remedy), "{code}");
            }
        }
    }

    #[test]
    fn a_page_with_open_places_says_what_stands_there() {
        let text = entry(Code::SeatLimitReached, Lang::Ja).render().unwrap();
        assert!(text.contains(words(Lang::Ja).values) && text.contains("<span class=\"value\">…</span>"));
        assert!(!entry(Code::TokenMissing, Lang::Ja).has_values);
    }
}
