//! `GET /help/errors`

use askama::Template;
use axum::body::Body;
use axum::http::{Response, StatusCode};
use warifu_core::catalogue::{Code, Kind, Lang};
use warifu_troubleshoot::knowledge::{ErrorCode, WINDOWS};

use super::code::spelled;
use super::group;
use super::words::{HelpWords, words as help_words};
use crate::pages::page::{Keep, PageLang, page_kept};
use crate::pages::text::plain;
use crate::pages::words::{Words, kind, words};

/// One code in a list.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) name: String,
    pub(super) text: String,
}

impl Item {
    pub(super) fn new(code: Code, lang: Lang) -> Self {
        Self { name: code.as_str().to_owned(), text: plain(code.entry().message.get(lang)) }
    }

    pub(super) fn windows(code: &ErrorCode, lang: Lang) -> Self {
        Self { name: spelled(code.value), text: code.meaning.get(lang).to_owned() }
    }
}

struct Group {
    id: &'static str,
    title: &'static str,
    entries: Vec<Item>,
}

#[derive(Template)]
#[template(path = "help/list.html")]
struct List {
    lang: Lang,
    words: &'static Words,
    help: &'static HelpWords,
    windows: Vec<Group>,
    own: Vec<Group>,
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

fn list(lang: Lang) -> List {
    let own = |wanted: Kind| {
        let codes = Code::ALL.iter().filter(|code| code.entry().kind == wanted);
        Group {
            id: wanted.as_str(),
            title: kind(wanted, lang),
            entries: codes.map(|code| Item::new(*code, lang)).collect(),
        }
    };
    let windows = group::groups(lang).map(|(id, title)| {
        let codes = WINDOWS.codes.iter().filter(|code| code.group == id);
        Group { id, title, entries: codes.map(|code| Item::windows(code, lang)).collect() }
    });
    List {
        lang,
        words: words(lang),
        help: help_words(lang),
        windows: windows.collect(),
        own: ORDER.into_iter().map(own).collect(),
    }
}

/// Every error code by its group: those of Windows, and those of applications that this service activates.
#[utoipa::path(get, path = "/help/errors", tag = "pages", operation_id = "help_errors",
    params(("lang" = Option<String>, Query, description = "`ja` or `en`; else what the browser prefers")),
    responses((status = OK, body = String, content_type = "text/html")))]
pub(crate) async fn handle(PageLang(lang): PageLang) -> Response<Body> {
    page_kept(StatusCode::OK, lang, Keep::Shortly, &list(lang))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_stands_in_the_list_once() {
        for lang in Lang::ALL {
            let text = list(lang).render().unwrap();
            let own = Code::ALL.iter().map(|code| code.as_str().to_owned());
            for code in own.chain(WINDOWS.codes.iter().map(|code| spelled(code.value))) {
                assert_eq!(text.matches(&format!("href=\"/help/errors/{code}?")).count(), 1, "{code}");
            }
        }
    }

    #[test]
    fn no_two_groups_share_a_name_for_links_within_the_page() {
        let list = list(Lang::En);
        let mut ids: Vec<_> = list.windows.iter().map(|group| format!("windows-{}", group.id)).collect();
        ids.extend(list.own.iter().map(|group| group.id.to_owned()));
        let count = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), count);
    }
}
