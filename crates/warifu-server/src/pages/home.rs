//! `GET /`

use askama::Template;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Response, StatusCode};
use warifu_core::catalogue::Lang;

use super::page::{PageLang, page};
use super::words::{Words, words};
use crate::app::App;

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    lang: Lang,
    words: &'static Words,
    sandbox: bool,
    service_id: String,
    version: &'static str,
}

/// What this service is, for people.
#[utoipa::path(get, path = "/", tag = "pages", operation_id = "home",
    params(("lang" = Option<String>, Query, description = "`ja` or `en`; else what the browser prefers")),
    responses((status = OK, body = String, content_type = "text/html")))]
pub(crate) async fn handle(State(app): State<App>, PageLang(lang): PageLang) -> Response<Body> {
    let template = Home {
        lang,
        words: words(lang),
        sandbox: app.service.authority().is_sandbox(),
        service_id: app.service.id().to_string(),
        version: env!("CARGO_PKG_VERSION"),
    };
    page(StatusCode::OK, lang, &template)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_names_the_service_and_a_sandbox_says_so() {
        for lang in Lang::ALL {
            for sandbox in [false, true] {
                let service_id = "5e".repeat(32);
                let home = Home { lang, words: words(lang), sandbox, service_id, version: "1.2.3" };
                let text = home.render().unwrap();
                assert!(text.contains(&"5e".repeat(32)) && text.contains("1.2.3"));
                assert_eq!(text.contains(words(lang).sandbox), sandbox);
            }
        }
    }
}
