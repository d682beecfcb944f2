//! What the pages share: the language, and the headers of an answer that is a page or leads to one.

use askama::Template;
use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, LOCATION,
    REFERRER_POLICY, VARY,
};
use axum::http::request::Parts;
use axum::http::{Response, StatusCode, Uri};
use axum::response::IntoResponse;
use warifu_core::catalogue::{Failure, Lang};

use crate::app::App;
use crate::language::language;
use crate::problem::Problem;

/// No script, no frame, and nothing from or to anywhere else.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; \
                      frame-ancestors 'none'";

/// The language that a page is asked for in: `?lang=`, else what the browser prefers.
#[derive(Clone, Copy)]
pub(crate) struct PageLang(pub(crate) Lang);

impl FromRequestParts<App> for PageLang {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Self::Rejection> {
        Ok(Self(asked_lang(&parts.uri).unwrap_or_else(|| language(&parts.headers))))
    }
}

/// The language that an address asks for by `?lang=`.
pub(in crate::pages) fn asked_lang(uri: &Uri) -> Option<Lang> {
    let query = uri.query().unwrap_or_default();
    query.split('&').find_map(|pair| pair.strip_prefix("lang=")).and_then(Lang::from_tag)
}

/// How long a page may be kept by a browser or a cache on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::pages) enum Keep {
    /// It is the same for everybody until the service is upgraded.
    Shortly,
    /// It may be kept, but not shown without asking again.
    Asking,
    /// It holds what somebody told.
    Never,
}

impl Keep {
    const fn header(self) -> &'static str {
        match self {
            Self::Shortly => "public, max-age=600",
            Self::Asking => "no-cache",
            Self::Never => "no-store",
        }
    }
}

/// Leads to the page's usual address for good. The address is one of ours: a path.
pub(in crate::pages) fn moved(path: &str) -> Response<Body> {
    match HeaderValue::from_str(path) {
        Ok(path) => (StatusCode::PERMANENT_REDIRECT, [(LOCATION, path)]).into_response(),
        Err(_) => Problem::from(Failure::route_not_found()).into_response(),
    }
}

/// A template as an answer.
pub(in crate::pages) fn page(status: StatusCode, lang: Lang, template: &impl Template) -> Response<Body> {
    page_kept(status, lang, Keep::Asking, template)
}

/// A template as an answer that may be kept for a time.
pub(in crate::pages) fn page_kept(
    status: StatusCode,
    lang: Lang,
    keep: Keep,
    template: &impl Template,
) -> Response<Body> {
    let text = match template.render() {
        Ok(text) => text,
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            return Problem::from(Failure::service_unavailable()).into_response();
        }
    };
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (CONTENT_LANGUAGE, HeaderValue::from_static(lang.tag())),
        (CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (CACHE_CONTROL, HeaderValue::from_static(keep.header())),
        (VARY, HeaderValue::from_static("accept-language")),
    ];
    (status, headers, text).into_response()
}

#[cfg(test)]
mod tests {
    use warifu_core::catalogue::Lang;

    use crate::testing::World;

    #[tokio::test]
    async fn pages_are_strict_speak_the_readers_language_and_hold_no_script() {
        let world = World::new().await;
        for path in [
            "/",
            "/help",
            "/help/errors",
            "/help/errors/seat_limit_reached",
            "/help/errors/0xC004F213",
            "/help/errors/0xC004FFF1",
            "/help/errors/nonsense",
        ] {
            for lang in Lang::ALL {
                let by_header = world.open(path, lang.tag()).await;
                let other = if lang == Lang::Ja { "en" } else { "ja" };
                let by_query = world.open(&format!("{path}?utm=x&lang={}", lang.tag()), other).await;
                assert_eq!(by_header.text, by_query.text, "{path}");
                assert!(by_header.text.contains(&format!("<html lang=\"{}\">", lang.tag())));
                assert!(!by_header.text.contains("<script") && !by_header.text.contains("style="));
                assert_eq!(by_header.headers["content-language"], lang.tag());
                assert!(
                    by_header.headers["content-security-policy"]
                        .to_str()
                        .unwrap()
                        .starts_with("default-src 'none'")
                );
                assert!(by_header.headers.contains_key("x-request-id"));
            }
        }
    }

    #[tokio::test]
    async fn a_language_that_is_not_spoken_falls_back_to_the_browsers() {
        let world = World::new().await;
        assert!(world.open("/?lang=%3Cscript%3E", "ja").await.text.contains("<html lang=\"ja\">"));
    }
}
