//! An address where nothing is, for somebody with a browser.

use askama::Template;
use axum::body::Body;
use axum::http::header::{ACCEPT, HeaderMap};
use axum::http::{Response, StatusCode};
use axum::response::IntoResponse;
use warifu_core::catalogue::{Failure, Lang};

use super::page::{PageLang, page};
use super::words::{Words, words};
use crate::problem::Problem;

#[derive(Template)]
#[template(path = "missing.html")]
struct Missing {
    lang: Lang,
    words: &'static Words,
}

/// A page for a browser, which asks for `text/html` by name; a problem for everybody else.
pub(crate) async fn handle(headers: HeaderMap, PageLang(lang): PageLang) -> Response<Body> {
    let accepted = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if accepted.split([',', ';']).any(|kind| kind.trim().eq_ignore_ascii_case("text/html")) {
        page(StatusCode::NOT_FOUND, lang, &Missing { lang, words: words(lang) })
    } else {
        Problem::from(Failure::route_not_found()).into_response()
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{Method, Request};

    use super::*;
    use crate::testing::World;

    #[tokio::test]
    async fn a_browser_gets_a_page_and_a_program_a_problem() {
        let world = World::new().await;
        let ask = |accept: &'static str| {
            let request =
                Request::builder().method(Method::GET).uri("/nowhere?lang=ja").header(ACCEPT, accept);
            world.send(request.body(Body::empty()).unwrap())
        };
        let page = ask("text/html,application/xhtml+xml;q=0.9,*/*;q=0.8").await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
        assert!(page.text.contains(words(Lang::Ja).missing_title) && !page.text.contains("nowhere"));
        for accept in ["*/*", "application/json"] {
            let problem = ask(accept).await;
            assert_eq!(problem.status, StatusCode::NOT_FOUND);
            assert!(problem.text.contains("\"route_not_found\""), "{}", problem.text);
        }
    }
}
