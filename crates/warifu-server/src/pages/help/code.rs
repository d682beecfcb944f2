//! `GET /help/errors/{code}`

use axum::body::Body;
use axum::http::{Response, StatusCode, Uri};
use warifu_core::catalogue::{Code, Lang};
use warifu_troubleshoot::knowledge::{ErrorCode, WINDOWS};
use warifu_troubleshoot::{Session, read};

use super::{entry, unknown, windows};
use crate::pages::page::{Keep, PageLang, asked_lang, moved, page, page_kept};
use crate::received::At;

/// The longest text that may be a code in any spelling.
const SPELLING_BYTES_MAX: usize = 64;
/// How many letters and digits a code has: `0x` and eight, or a decimal of ten.
const SYMBOLS_MAX: usize = 10;

/// What a name in an address means.
pub(super) enum Named {
    /// A failure of Warifu.
    Entry(Code),
    /// A code of Windows that is known.
    Windows(&'static ErrorCode),
    /// Something that is written as codes of Windows are, and is in no table.
    Unlisted(u32),
    /// Anything else.
    Nothing,
}

impl Named {
    /// Takes a code in any spelling.
    pub(super) fn of(name: &str) -> Self {
        if let Ok(code) = name.parse::<Code>() {
            return Self::Entry(code);
        }
        let Some(value) = value(name) else { return Self::Nothing };
        WINDOWS.code(value).map_or(Self::Unlisted(value), Self::Windows)
    }
}

/// The value of a code of Windows in any spelling; only of a text that is a code and nothing else.
pub(super) fn value(text: &str) -> Option<u32> {
    if text.len() > SPELLING_BYTES_MAX {
        return None;
    }
    let symbols = read::normal(text).chars().filter(|symbol| symbol.is_alphanumeric()).count();
    let mut session = Session::new(&WINDOWS);
    if !(8..=SYMBOLS_MAX).contains(&symbols) || !session.code(text) {
        return None;
    }
    let code = session.facts().value("code")?;
    u32::from_str_radix(code.strip_prefix("0x")?, 16).ok()
}

/// A code of Windows as pages write it.
pub(super) fn spelled(value: u32) -> String {
    format!("0x{value:08X}")
}

/// The address of a code's page; what is no code is kept as it is, escaped.
pub(super) fn errors_address(name: &str, lang: Option<Lang>) -> String {
    let name = match Named::of(name) {
        Named::Entry(code) => code.as_str().to_owned(),
        Named::Windows(code) => spelled(code.value),
        Named::Unlisted(value) => spelled(value),
        Named::Nothing => name.bytes().take(SPELLING_BYTES_MAX * 3).map(escaped).collect(),
    };
    let lang = lang.map_or_else(String::new, |lang| format!("?lang={}", lang.tag()));
    format!("/help/errors/{name}{lang}")
}

/// A byte as a path may hold it.
fn escaped(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
        char::from(byte).to_string()
    } else {
        format!("%{byte:02X}")
    }
}

/// What one error code means, why it comes and what to do: a failure of Warifu, or a code of Windows in any spelling.
#[utoipa::path(get, path = "/help/errors/{code}", tag = "pages", operation_id = "help_error",
    params(
        ("code" = String, Path, description = "A code of the catalogue, or a code of Windows"),
        ("lang" = Option<String>, Query, description = "`ja` or `en`; else what the browser prefers"),
    ),
    responses(
        (status = OK, body = String, content_type = "text/html"),
        (status = PERMANENT_REDIRECT, description = "A code of Windows in another spelling: to the usual one"),
        (status = NOT_FOUND, description = "No such code: a page with the nearest", body = String, content_type = "text/html"),
    ))]
pub(crate) async fn handle(At(name): At<String>, PageLang(lang): PageLang, uri: Uri) -> Response<Body> {
    match Named::of(&name) {
        Named::Entry(code) => page_kept(StatusCode::OK, lang, Keep::Shortly, &entry::entry(code, lang)),
        Named::Windows(code) if name == spelled(code.value) => {
            page_kept(StatusCode::OK, lang, Keep::Shortly, &windows::code(code, lang))
        }
        Named::Unlisted(value) if name == spelled(value) => {
            page(StatusCode::NOT_FOUND, lang, &unknown::unlisted(value, lang))
        }
        Named::Windows(_) | Named::Unlisted(_) => moved(&errors_address(&name, asked_lang(&uri))),
        Named::Nothing => page(StatusCode::NOT_FOUND, lang, &unknown::unknown(&name, lang)),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::header::LOCATION;

    use super::*;
    use crate::testing::World;

    #[tokio::test]
    async fn every_code_has_a_page_and_every_spelling_leads_to_it() {
        let world = World::new().await;
        let canonical = "/help/errors/0xC004F213";
        assert!(world.open(canonical, "ja").await.expect(200).text.contains("0xC004F213"));
        for spelling in [
            "0xc004f213",
            "c004f213",
            "C004F213",
            "0XC004F213",
            "0xCOO4F213",
            "-1073417709",
            "3221549587",
            "%EF%BC%90%EF%BD%98%EF%BC%A3%EF%BC%90%EF%BC%90%EF%BC%94%EF%BC%A6%EF%BC%92%EF%BC%91%EF%BC%93",
            "0xC004%20F213",
        ] {
            for (query, kept) in [("", ""), ("?lang=ja", "?lang=ja"), ("?lang=xx", "")] {
                let reply = world.open(&format!("/help/errors/{spelling}{query}"), "en").await.expect(308);
                assert_eq!(reply.headers[LOCATION], format!("{canonical}{kept}"), "{spelling}");
            }
        }
    }

    #[tokio::test]
    async fn the_short_address_leads_to_the_page() {
        let world = World::new().await;
        for (short, long) in [
            ("/help/seat_limit_reached", "/help/errors/seat_limit_reached"),
            ("/help/0xc004f213?lang=en", "/help/errors/0xC004F213?lang=en"),
            ("/help/a%2F..%2F%0Ab", "/help/errors/a%2F..%2F%0Ab"),
        ] {
            assert_eq!(world.open(short, "ja").await.expect(308).headers[LOCATION], long);
        }
    }

    #[tokio::test]
    async fn a_code_that_no_table_has_is_told_so_and_the_way_goes_on() {
        let world = World::new().await;
        let reply = world.open("/help/errors/0xC004FFF1", "en").await.expect(404);
        assert!(reply.text.contains("0xC004FFF1"), "{}", reply.text);
        let nonsense = world.open("/help/errors/%3Cscript%3Ealert(1)", "en").await.expect(404);
        assert!(!nonsense.text.contains("alert"));
    }

    #[test]
    fn only_a_text_that_is_a_code_and_nothing_else_is_one() {
        for text in ["0xC004F213", " c004f213 ", "0xC004F213.", "(0xC004F213)"] {
            assert_eq!(value(text), Some(0xC004_F213), "{text}");
        }
        for text in [
            "",
            "hello",
            "error",
            "deadline",
            "0x",
            "0xC004F213 0xC004C003",
            "error 0xC004F213",
            &"0".repeat(99),
        ] {
            assert_eq!(value(text), None, "{text}");
        }
    }
}
