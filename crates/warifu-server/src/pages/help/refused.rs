//! A refusal of a form, for somebody with a browser: the catalogue's entry with its values, as a page.

use askama::Template;
use axum::body::Body;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, Response};
use warifu_core::catalogue::{Failure, Lang};

use crate::pages::page::{Keep, page_kept};
use crate::pages::text::Rich;
use crate::pages::words::{Words, words};
use crate::problem::{retry_after, status};

#[derive(Template)]
#[template(path = "help/refused.html")]
struct Refused {
    lang: Lang,
    words: &'static Words,
    name: &'static str,
    message: String,
    remedy: Rich<'static>,
}

pub(super) fn refused(failure: &Failure, lang: Lang) -> Response<Body> {
    let template = Refused {
        lang,
        words: words(lang),
        name: failure.code().as_str(),
        message: failure.message(lang),
        remedy: Rich(failure.remedy(lang).into()),
    };
    let mut response = page_kept(status(failure.entry().status), lang, Keep::Never, &template);
    if let Some(seconds) = retry_after(failure) {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}
