//! `GET /help`

use askama::Template;
use axum::body::Body;
use axum::http::{Response, StatusCode};
use warifu_core::catalogue::Lang;
use warifu_troubleshoot::knowledge::WINDOWS;

use super::code::spelled;
use super::list::Item;
use super::subject::Subject;
use super::symptom::{Symptom, about};
use super::words::{HelpWords, words as help_words};
use crate::pages::page::{Keep, PageLang, page_kept};
use crate::pages::words::{Words, words};

/// The codes that people look up most, of which every guide tells.
pub(super) const FREQUENT: [u32; 6] =
    [0xC004_F213, 0xC004_C003, 0xC004_F050, 0xC004_F034, 0x803F_A067, 0x8007_2F8F];

#[derive(Template)]
#[template(path = "help/front.html")]
pub(super) struct Front {
    lang: Lang,
    words: &'static Words,
    help: &'static HelpWords,
    frequent: Vec<Item>,
    symptoms: Vec<&'static Symptom>,
    own_symptoms: Vec<&'static Symptom>,
    /// Whether a form came without anything in it.
    pub(super) empty: bool,
}

pub(super) fn front(lang: Lang) -> Front {
    let known = FREQUENT.iter().filter_map(|&value| WINDOWS.code(value));
    let item = |code: &warifu_troubleshoot::knowledge::ErrorCode| Item {
        name: spelled(code.value),
        text: code.meaning.get(lang).to_owned(),
    };
    Front {
        lang,
        words: words(lang),
        help: help_words(lang),
        frequent: known.map(item).collect(),
        symptoms: about(Subject::Windows),
        own_symptoms: about(Subject::Warifu),
        empty: false,
    }
}

/// Where the troubleshooter begins: tell what you see, choose what happened, or look a code up.
#[utoipa::path(get, path = "/help", tag = "pages", operation_id = "help",
    params(("lang" = Option<String>, Query, description = "`ja` or `en`; else what the browser prefers")),
    responses((status = OK, body = String, content_type = "text/html")))]
pub(crate) async fn handle(PageLang(lang): PageLang) -> Response<Body> {
    page_kept(StatusCode::OK, lang, Keep::Shortly, &front(lang))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::World;

    /// The codes that the guide explains, as the map of what it asks for names them.
    fn of_the_guide() -> Vec<String> {
        let map = include_str!("../../../../../docs/seed-coverage.md");
        let mut codes: Vec<String> = Vec::new();
        for heading in map.lines().filter(|line| line.starts_with("| 3.")) {
            for code in warifu_troubleshoot::read::codes_in(heading.split('|').nth(2).unwrap()) {
                if !codes.contains(&code) {
                    codes.push(code);
                }
            }
        }
        codes
    }

    #[tokio::test]
    async fn every_code_of_the_guide_is_two_steps_away_in_both_languages() {
        let world = World::new().await;
        let codes = of_the_guide();
        assert!(codes.len() >= 6, "{codes:?}");
        for lang in Lang::ALL {
            let front = world.open("/help", lang.tag()).await.expect(200).text;
            let index = format!("/help/errors?lang={}", lang.tag());
            assert!(front.contains(&format!("href=\"{index}\"")));
            let list = world.open(&index, lang.tag()).await.expect(200).text;
            for code in &codes {
                let page = format!("/help/errors/{code}?lang={}", lang.tag());
                let link = format!("href=\"{page}\"");
                assert!(front.contains(&link) || list.contains(&link), "{code}");
                let text = world.open(&page, lang.tag()).await.expect(200).text;
                assert!(text.contains(&format!("<html lang=\"{}\">", lang.tag())) && text.contains(code));
            }
        }
    }
}
