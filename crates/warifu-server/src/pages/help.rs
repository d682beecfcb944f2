//! `GET /help`

use askama::Template;
use axum::body::Body;
use axum::http::{Response, StatusCode};
use warifu_core::catalogue::{Code, Kind, Lang};

use super::page::{PageLang, page};
use super::text::plain;
use super::words::{Words, kind, words};

/// One code in a list.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) name: &'static str,
    pub(super) text: String,
}

impl Item {
    pub(super) fn new(code: Code, lang: Lang) -> Self {
        Self { name: code.as_str(), text: plain(code.entry().message.get(lang)) }
    }
}

struct Group {
    id: &'static str,
    title: &'static str,
    entries: Vec<Item>,
}

#[derive(Template)]
#[template(path = "help.html")]
struct Help {
    lang: Lang,
    words: &'static Words,
    groups: Vec<Group>,
}

/// What people meet most comes first.
const ORDER: [Kind; 9] = [
    Kind::Key,
    Kind::Licence,
    Kind::Device,
    Kind::Lease,
    Kind::Network,
    Kind::Service,
    Kind::Permission,
    Kind::Usage,
    Kind::Internal,
];

fn help(lang: Lang) -> Help {
    let group = |wanted: Kind| {
        let codes = Code::ALL.iter().filter(|code| code.entry().kind == wanted);
        Group {
            id: wanted.as_str(),
            title: kind(wanted, lang),
            entries: codes.map(|code| Item::new(*code, lang)).collect(),
        }
    };
    Help { lang, words: words(lang), groups: ORDER.into_iter().map(group).collect() }
}

/// Every failure by its code, for people.
#[utoipa::path(get, path = "/help", tag = "pages", operation_id = "help",
    params(("lang" = Option<String>, Query, description = "`ja` or `en`; else what the browser prefers")),
    responses((status = OK, body = String, content_type = "text/html")))]
pub(crate) async fn handle(PageLang(lang): PageLang) -> Response<Body> {
    page(StatusCode::OK, lang, &help(lang))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_stands_in_the_list_once() {
        for lang in Lang::ALL {
            let text = help(lang).render().unwrap();
            for code in Code::ALL {
                assert_eq!(text.matches(&format!("href=\"/help/{code}?")).count(), 1, "{code}");
            }
        }
    }
}
