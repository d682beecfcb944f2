//! `GET /help/{code}`

use askama::Template;
use axum::body::Body;
use axum::http::{Response, StatusCode};
use warifu_core::catalogue::{Code, Lang};

use super::page::{PageLang, page};
use super::text::{Part, parts};
use super::unknown::unknown;
use super::words::{Words, retry, words};
use crate::received::At;

#[derive(Template)]
#[template(path = "entry.html")]
struct Entry {
    lang: Lang,
    words: &'static Words,
    name: &'static str,
    message: Vec<Part<'static>>,
    cause: Vec<Part<'static>>,
    remedy: Vec<Part<'static>>,
    retry: &'static str,
    windows: Option<&'static str>,
    has_values: bool,
}

fn entry(code: Code, lang: Lang) -> Entry {
    let entry = code.entry();
    let (message, cause, remedy) =
        (parts(entry.message.get(lang)), parts(entry.cause.get(lang)), parts(entry.remedy.get(lang)));
    let has_values = [&message, &cause, &remedy].into_iter().any(|parts| parts.contains(&Part::Value));
    Entry {
        lang,
        words: words(lang),
        name: entry.name,
        message,
        cause,
        remedy,
        retry: retry(entry.retry, lang),
        windows: entry.windows,
        has_values,
    }
}

/// What one failure means, why it happens and what to do. The link and the QR code of every failure on a device lead here.
#[utoipa::path(get, path = "/help/{code}", tag = "pages", operation_id = "help_entry",
    params(
        ("code" = String, Path, description = "A code of the catalogue"),
        ("lang" = Option<String>, Query, description = "`ja` or `en`; else what the browser prefers"),
    ),
    responses(
        (status = OK, body = String, content_type = "text/html"),
        (status = NOT_FOUND, description = "No such code: a page with the nearest", body = String, content_type = "text/html"),
    ))]
pub(crate) async fn handle(At(name): At<String>, PageLang(lang): PageLang) -> Response<Body> {
    match name.parse::<Code>() {
        Ok(code) => page(StatusCode::OK, lang, &entry(code, lang)),
        Err(_) => page(StatusCode::NOT_FOUND, lang, &unknown(&name, lang)),
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
