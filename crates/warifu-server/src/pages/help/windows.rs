//! The page of one error code of Windows: whose word it is, the likeliest causes, and what to do.

use askama::Template;
use warifu_core::catalogue::Lang;
use warifu_troubleshoot::Session;
use warifu_troubleshoot::knowledge::{ErrorCode, WINDOWS};

use super::code::spelled;
use super::group;
use super::remedy::RemedyView;
use super::source::{SourceView, basis, by, sources};
use super::words::{HelpWords, words as help_words};
use crate::pages::words::{Words, words};

/// How many causes a page tells.
const CAUSES_MAX: usize = 4;
/// How many remedies are written out for each cause.
const REMEDIES_MAX: usize = 3;

#[derive(Template)]
#[template(path = "help/windows.html")]
pub(super) struct CodePage {
    lang: Lang,
    words: &'static Words,
    help: &'static HelpWords,
    code: String,
    symbol: &'static str,
    group: &'static str,
    group_title: &'static str,
    meaning: &'static str,
    readings: Vec<(&'static str, &'static str)>,
    note: &'static str,
    causes: Vec<CauseView>,
    remedies: Vec<RemedyView>,
    basis: &'static str,
    sources: Vec<SourceView>,
}

/// A cause with what mends it.
struct CauseView {
    title: &'static str,
    explain: &'static str,
    remedies: Vec<RemedyView>,
}

pub(super) fn code(code: &'static ErrorCode, lang: Lang) -> CodePage {
    let help = help_words(lang);
    let mut session = Session::new(&WINDOWS);
    session.code(&spelled(code.value));
    let (findings, _) = session.findings();
    let likely = findings.iter().filter(|finding| WINDOWS.causes[finding.cause].id != "unknown");
    let causes: Vec<CauseView> = likely
        .take(CAUSES_MAX)
        .map(|finding| CauseView {
            title: WINDOWS.causes[finding.cause].title.get(lang),
            explain: WINDOWS.causes[finding.cause].explain.get(lang),
            remedies: RemedyView::all(&WINDOWS, finding.remedies.iter().copied().take(REMEDIES_MAX), lang),
        })
        .collect();
    CodePage {
        lang,
        words: words(lang),
        help,
        code: spelled(code.value),
        symbol: code.symbol,
        group: code.group,
        group_title: group::title(code.group, lang),
        meaning: code.meaning.get(lang),
        readings: code.also.iter().map(|said| (by(said.by, lang), said.meaning.get(lang))).collect(),
        note: match code.severity {
            "info" => help.no_error,
            "not_activation" => help.not_activation,
            _ => "",
        },
        remedies: RemedyView::all(&WINDOWS, code.remedies.iter().copied().take(REMEDIES_MAX), lang),
        causes,
        basis: basis(code.basis, lang),
        sources: sources(code.sources, lang),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_page_in_both_languages_with_something_to_do() {
        for known in WINDOWS.codes {
            for lang in Lang::ALL {
                let text = code(known, lang).render().unwrap();
                assert!(text.contains(&spelled(known.value)), "{}", spelled(known.value));
                assert!(text.contains("<li class=\"step\">"), "{}: nothing to do", spelled(known.value));
                assert!(text.contains(&format!("action=\"/help/ask?lang={}\"", lang.tag())));
            }
        }
    }

    #[test]
    fn where_sources_differ_each_is_heard_by_name() {
        let blocked = WINDOWS.code(0x803F_A067).unwrap();
        let text = code(blocked, Lang::Ja).render().unwrap();
        for said in ["Microsoft", "ブロックされています", "解説記事", "一時的なサーバーエラー"]
        {
            assert!(text.contains(said), "{said}");
        }
    }
}
