//! The page of one failure of Warifu.

use askama::Template;
use warifu_core::catalogue::{Code, Lang};
use warifu_troubleshoot::Session;
use warifu_troubleshoot::knowledge::WARIFU;

use super::remedy::RemedyView;
use super::words::{HelpWords, words as help_words};
use crate::pages::text::Rich;
use crate::pages::words::{Words, retry, words};

#[derive(Template)]
#[template(path = "help/entry.html")]
pub(super) struct Entry {
    lang: Lang,
    words: &'static Words,
    help: &'static HelpWords,
    name: &'static str,
    message: Rich<'static>,
    cause: Rich<'static>,
    remedy: Rich<'static>,
    /// The remedies of the likeliest cause, step by step.
    remedies: Vec<RemedyView>,
    retry: &'static str,
    windows: Option<&'static str>,
    has_values: bool,
}

pub(super) fn entry(code: Code, lang: Lang) -> Entry {
    let entry = code.entry();
    let (message, cause, remedy) =
        (entry.message.get(lang).into(), entry.cause.get(lang).into(), entry.remedy.get(lang).into());
    let has_values = [&message, &cause, &remedy].into_iter().any(Rich::has_values);
    let mut session = Session::new(&WARIFU);
    session.code(entry.name);
    let (findings, _) = session.findings();
    let first = findings.first().filter(|first| WARIFU.causes[first.cause].id == entry.name);
    let remedies = first.map_or(&[][..], |first| &first.remedies).iter().copied();
    // What only repeats the entry's own sentence adds nothing.
    let remedies = RemedyView::all(&WARIFU, remedies, lang);
    let remedies = remedies.into_iter().filter(|remedy| !remedy.says_only(entry.remedy.get(lang))).collect();
    Entry {
        lang,
        words: words(lang),
        help: help_words(lang),
        name: entry.name,
        message,
        cause,
        remedy,
        remedies,
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
