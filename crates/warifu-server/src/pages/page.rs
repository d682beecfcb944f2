//! What the pages share: the language, and the headers of an answer that is a page.

use askama::Template;
use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, REFERRER_POLICY,
    VARY,
};
use axum::http::request::Parts;
use axum::http::{Response, StatusCode};
use axum::response::IntoResponse;
use warifu_core::catalogue::{Failure, Lang};

use crate::app::App;
use crate::language::language;
use crate::problem::Problem;

/// No script, no frame, no form, and nothing from anywhere else.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

/// The language that a page is asked for in: `?lang=`, else what the browser prefers.
#[derive(Clone, Copy)]
pub(crate) struct PageLang(pub(crate) Lang);

impl FromRequestParts<App> for PageLang {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Self::Rejection> {
        let query = parts.uri.query().unwrap_or_default();
        let asked = query.split('&').find_map(|pair| pair.strip_prefix("lang="));
        Ok(Self(asked.and_then(Lang::from_tag).unwrap_or_else(|| language(&parts.headers))))
    }
}

/// A template as an answer.
pub(super) fn page(status: StatusCode, lang: Lang, template: &impl Template) -> Response<Body> {
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
        (CACHE_CONTROL, HeaderValue::from_static("no-cache")),
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
        for path in ["/", "/help", "/help/seat_limit_reached", "/help/nonsense"] {
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
