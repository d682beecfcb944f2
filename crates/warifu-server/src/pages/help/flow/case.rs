//! `POST /help/case` and `POST /help/case/send`: what was found, sent to the people who help.
//!
//! In two steps: first the case is made, signed and shown as it will be sent, and nothing is kept; then exactly these bytes are sent. Whoever
//! presses twice sends the same case.

use std::net::IpAddr;

use askama::Template;
use axum::body::Body;
use axum::extract::{Request, State as FromApp};
use axum::http::{Response, StatusCode, Uri};
use axum::response::IntoResponse;
use warifu_case::view::agent::{self, Agent};
use warifu_case::{BUNDLE_BYTES_MAX, Bundle};
use warifu_core::catalogue::{Failure, Lang};

use super::ask::{is_foreign, to};
use super::form::{FORM_BYTES_MAX, Form};
use super::state::State;
use crate::app::App;
use crate::device::send_case::take;
use crate::pages::help::refused::refused;
use crate::pages::help::words::{HelpWords, words as help_words};
use crate::pages::page::{Keep, PageLang, asked_lang, page_kept};
use crate::pages::words::{Words, words};
use crate::received::read_form;
use crate::source::{network, source};

/// Escaped for a form, a byte may take three.
const SENT_BYTES_MAX: usize = 3 * BUNDLE_BYTES_MAX + 64;

#[derive(Template)]
#[template(path = "help/preview.html")]
struct Preview {
    lang: Lang,
    words: &'static Words,
    help: &'static HelpWords,
    view: Agent,
    /// What is sent, to the last byte.
    bundle: String,
    /// The same with white space, for people.
    readable: String,
}

/// Makes a case of what is known and shows it as it would be sent. Nothing is kept.
#[utoipa::path(post, path = "/help/case", tag = "pages", operation_id = "help_case_preview",
    params(("lang" = Option<String>, Query, description = "`ja` or `en`; else what the browser prefers")),
    request_body(content = String, content_type = "application/x-www-form-urlencoded",
        description = "`known` and `answer` as the page before gave them; `message`: words of one's own"),
    responses((status = OK, body = String, content_type = "text/html")))]
pub(crate) async fn preview(
    FromApp(app): FromApp<App>,
    PageLang(lang): PageLang,
    request: Request,
) -> Response<Body> {
    let asked = asked_lang(request.uri());
    if is_foreign(request.headers()) {
        return to("/help", asked);
    }
    let form = match take_form(&app, request, FORM_BYTES_MAX).await {
        Ok((body, _)) => Form::parse(&body),
        Err(failure) => Err(failure),
    };
    match form {
        Ok(form) => {
            let page = app.aside(move |service| {
                let message = Some(form.message.clone()).filter(|text| !text.trim().is_empty());
                let state = State::new(form);
                let made = service.bundle_of_session(&state.session, lang, message.as_deref());
                Ok(made.map(|bundle| shown(&bundle, lang)))
            });
            match page.await {
                Ok(Ok(preview)) => page_kept(StatusCode::OK, lang, Keep::Never, &preview),
                Ok(Err(failure)) => refused(&failure, lang),
                Err(problem) => problem.into_response(),
            }
        }
        Err(failure) => refused(&failure, lang),
    }
}

/// Sends the case that was shown, and leads to its private page.
#[utoipa::path(post, path = "/help/case/send", tag = "pages", operation_id = "help_case_send",
    params(("lang" = Option<String>, Query, description = "`ja` or `en`; else what the browser prefers")),
    request_body(content = String, content_type = "application/x-www-form-urlencoded",
        description = "`bundle`: the case as the page before showed it"),
    responses((status = SEE_OTHER, description = "To the case's private page")))]
pub(crate) async fn send(
    FromApp(app): FromApp<App>,
    PageLang(lang): PageLang,
    request: Request,
) -> Response<Body> {
    let asked = asked_lang(request.uri());
    if is_foreign(request.headers()) {
        return to("/help", asked);
    }
    let (body, network) = match take_form(&app, request, SENT_BYTES_MAX).await {
        Ok(taken) => taken,
        Err(failure) => return refused(&failure, lang),
    };
    let bundle = form_urlencoded::parse(&body).find(|(name, _)| name == "bundle");
    let bundle = bundle.map(|(_, value)| value.into_owned()).unwrap_or_default();
    match take(&app, bundle.as_bytes(), network).await {
        Ok(taken) => to(&format!("/help/cases/{}", taken.link.expose()), asked),
        Err(problem) => refused(&problem.for_strangers().failure(), lang),
    }
}

/// For whoever opens the address of the preview by hand or again: where the troubleshooter begins.
#[utoipa::path(get, path = "/help/case", tag = "pages", operation_id = "help_case_preview_again",
    responses((status = SEE_OTHER, description = "To `/help`")))]
pub(crate) async fn preview_again(uri: Uri) -> Response<Body> {
    to("/help", asked_lang(&uri))
}

/// For whoever opens the address of the sending by hand or again: where the troubleshooter begins.
#[utoipa::path(get, path = "/help/case/send", tag = "pages", operation_id = "help_case_send_again",
    responses((status = SEE_OTHER, description = "To `/help`")))]
pub(crate) async fn send_again(uri: Uri) -> Response<Body> {
    to("/help", asked_lang(&uri))
}

/// A form's body within its bounds and the network that it came from.
async fn take_form(
    app: &App,
    request: Request,
    bytes_max: usize,
) -> Result<(axum::body::Bytes, IpAddr), Failure> {
    let network = network(source(request.extensions(), request.headers(), app.options.trusted_proxy));
    app.charge_question(network)?;
    Ok((read_form(request, bytes_max).await?, network))
}

fn shown(bundle: &Bundle, lang: Lang) -> Preview {
    Preview {
        lang,
        words: words(lang),
        help: help_words(lang),
        view: agent::of(bundle.content(), lang),
        bundle: String::from_utf8(bundle.to_compact_bytes()).unwrap_or_default(),
        readable: String::from_utf8(bundle.to_bytes()).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::header::{CONTENT_TYPE, LOCATION};

    use super::*;
    use crate::testing::{Reply, World};

    async fn post(world: &World, path: &str, fields: &[(&str, &str)]) -> Reply {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::post(path).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        world.send(request.body(Body::from(body)).unwrap()).await
    }

    const KNOWN: [(&str, &str); 3] = [
        ("known", "code;strong;code;0xC004F213"),
        ("answer", "user.hw_changed=board"),
        ("message", "My name is in user.name@example.com, the key BCDFG-HJKMN-PQRTV-WXY23-46789"),
    ];

    /// The bundle in the page's form.
    fn bundle(page: &str) -> String {
        let (_, rest) = page.split_once("name=\"bundle\" value=\"").unwrap();
        let text = rest.split('"').next().unwrap();
        text.replace("&#34;", "\"").replace("&#39;", "'").replace("&#60;", "<").replace("&#38;", "&")
    }

    #[tokio::test]
    async fn what_is_shown_is_what_is_sent_and_holds_nothing_of_a_person() {
        let world = World::new().await;
        let page = post(&world, "/help/case?lang=en", &KNOWN).await.expect(200);
        assert_eq!(page.headers["cache-control"], "no-store");
        for private in ["user.name", "example.com", "BCDFG"] {
            assert!(!page.text.contains(private), "{private}");
        }
        let shown = bundle(&page.text);
        let opened = Bundle::open(shown.as_bytes()).unwrap();
        assert!(opened.content().facts.iter().any(|fact| fact.value == "0xC004F213"));
        let sent = post(&world, "/help/case/send?lang=en", &[("bundle", &shown)]).await.expect(303);
        let place = sent.headers[LOCATION].to_str().unwrap().to_owned();
        assert!(place.starts_with("/help/cases/") && place.ends_with("?lang=en"), "{place}");
        world.open(&place, "en").await.expect(200);
        let again = post(&world, "/help/case/send?lang=en", &[("bundle", &shown)]).await.expect(303);
        assert_eq!(again.headers[LOCATION].to_str().unwrap(), place, "the same case");
    }

    #[tokio::test]
    async fn whoever_opens_the_address_again_begins_anew() {
        let world = World::new().await;
        for path in ["/help/case", "/help/case/send"] {
            let reply = world.open(&format!("{path}?lang=en"), "ja").await.expect(303);
            assert_eq!(reply.headers[LOCATION], "/help?lang=en");
        }
    }

    #[tokio::test]
    async fn only_what_was_shown_by_us_on_our_own_page_is_taken() {
        let world = World::new().await;
        let page = post(&world, "/help/case", &KNOWN).await.expect(200);
        let altered = bundle(&page.text).replace("0xC004F213", "0xC004C003");
        let refused = post(&world, "/help/case/send", &[("bundle", &altered)]).await.expect(422);
        assert!(refused.text.starts_with("<!doctype html>") && refused.text.contains("case_not_valid"));
        post(&world, "/help/case/send", &[]).await.expect(422);
        for path in ["/help/case", "/help/case/send"] {
            let request = Request::post(path).header("sec-fetch-site", "cross-site");
            let reply = world.send(request.body(Body::empty()).unwrap()).await.expect(303);
            assert_eq!(reply.headers[LOCATION], "/help");
        }
    }
}
