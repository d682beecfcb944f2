//! `POST /help/ask`

use axum::body::Body;
use axum::extract::{Request, State as FromApp};
use axum::http::header::{HeaderName, LOCATION};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, Uri};
use axum::response::IntoResponse;
use warifu_core::catalogue::{Failure, Lang};

use super::form::{FORM_BYTES_MAX, Form};
use super::question::question;
use super::result::result;
use super::state::State;
use crate::app::App;
use crate::pages::help::code::{Named, errors_address, value};
use crate::pages::help::front::front;
use crate::pages::help::refused::refused;
use crate::pages::page::{Keep, PageLang, asked_lang, page_kept};
use crate::received::read_form;
use crate::source::{network, source};

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Takes what somebody tells and answers with the next question, or with the cause and what to do. Nothing is stored: what is known travels in the
/// form of the answer.
#[utoipa::path(post, path = "/help/ask", tag = "pages", operation_id = "help_ask",
    params(("lang" = Option<String>, Query, description = "`ja` or `en`; else what the browser prefers")),
    request_body(content = String, content_type = "application/x-www-form-urlencoded",
        description = "`text`, or `symptom`; `known` and `answer` as the page before gave them; `act`"),
    responses(
        (status = OK, body = String, content_type = "text/html"),
        (status = SEE_OTHER, description = "The text is an error code and nothing else: to its page"),
    ))]
pub(crate) async fn handle(
    FromApp(app): FromApp<App>,
    PageLang(lang): PageLang,
    request: Request,
) -> Response<Body> {
    let asked = asked_lang(request.uri());
    // A form on somebody else's page could put words into our mouth.
    if is_foreign(request.headers()) {
        return to("/help", asked);
    }
    match take(&app, request).await {
        Ok(form) => answer(&app, form, lang, asked).await,
        Err(failure) => refused(&failure, lang),
    }
}

/// For whoever opens the address by hand or again: where the troubleshooter begins.
#[utoipa::path(get, path = "/help/ask", tag = "pages", operation_id = "help_ask_again",
    responses((status = SEE_OTHER, description = "To `/help`")))]
pub(crate) async fn again(uri: Uri) -> Response<Body> {
    to("/help", asked_lang(&uri))
}

async fn take(app: &App, request: Request) -> Result<Form, Failure> {
    let network = network(source(request.extensions(), request.headers(), app.options.trusted_proxy));
    app.charge_question(network)?;
    Form::parse(&read_form(request, FORM_BYTES_MAX).await?)
}

async fn answer(app: &App, form: Form, lang: Lang, asked: Option<Lang>) -> Response<Body> {
    let alone = form.known.is_empty() && form.answers.is_empty();
    if alone && let Some(code) = only_a_code(&form.text) {
        return to(&errors_address(&code, None), asked);
    }
    let page = app.aside(move |_| {
        let state = State::new(form);
        if state.is_empty() {
            let mut front = front(lang);
            front.empty = true;
            return Ok(page_kept(StatusCode::OK, lang, Keep::Never, &front));
        }
        let diagnosis = state.session.diagnose();
        Ok(match &diagnosis.next {
            Some(next) if state.asks(&diagnosis) => {
                page_kept(StatusCode::OK, lang, Keep::Never, &question(state, &diagnosis, next, lang))
            }
            _ => page_kept(StatusCode::OK, lang, Keep::Never, &result(state, &diagnosis, lang)),
        })
    });
    page.await.unwrap_or_else(IntoResponse::into_response)
}

/// The code that a text is, when it is nothing else: a code of Windows that has a page, or one of the catalogue.
fn only_a_code(text: &str) -> Option<String> {
    let text = text.trim();
    match Named::of(text) {
        Named::Entry(code) => Some(code.as_str().to_owned()),
        Named::Windows(_) | Named::Unlisted(_) => value(text).map(super::super::code::spelled),
        Named::Nothing => None,
    }
}

/// Whether a form was sent from somebody else's page.
pub(super) fn is_foreign(headers: &HeaderMap) -> bool {
    headers.get(FETCH_SITE).is_some_and(|site| site != "same-origin" && site != "none")
}

/// Leads to a page of ours.
pub(super) fn to(path: &str, lang: Option<Lang>) -> Response<Body> {
    let path = lang.map_or_else(|| path.to_owned(), |lang| format!("{path}?lang={}", lang.tag()));
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(path) = HeaderValue::from_str(&path) {
        response.headers_mut().insert(LOCATION, path);
    }
    response
}

#[cfg(test)]
mod tests {
    use axum::http::header::CONTENT_TYPE;

    use super::*;
    use crate::testing::{Reply, World};

    const FORM: &str = "application/x-www-form-urlencoded";

    async fn post(world: &World, path: &str, fields: &[(&str, &str)]) -> Reply {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::post(path).header(CONTENT_TYPE, FORM).body(Body::from(body));
        world.send(request.unwrap()).await
    }

    async fn ask(world: &World, fields: &[(&str, &str)]) -> Reply {
        post(world, "/help/ask?lang=ja", fields).await
    }

    /// The values of the form's fields of one name.
    fn fields(page: &str, name: &str) -> Vec<String> {
        let start = format!("name=\"{name}\" value=\"");
        let values = page.split(&start).skip(1).filter_map(|rest| rest.split('"').next());
        values.map(str::to_owned).collect()
    }

    #[tokio::test]
    async fn a_code_alone_leads_to_its_page_in_any_spelling() {
        let world = World::new().await;
        for (text, page) in [
            ("c004f213", "/help/errors/0xC004F213?lang=ja"),
            (" 0xC004F213 \n", "/help/errors/0xC004F213?lang=ja"),
            ("seat_limit_reached", "/help/errors/seat_limit_reached?lang=ja"),
            ("0xC004FFF1", "/help/errors/0xC004FFF1?lang=ja"),
        ] {
            let reply = ask(&world, &[("text", text)]).await.expect(303);
            assert_eq!(reply.headers[LOCATION], page);
        }
    }

    #[tokio::test]
    async fn questions_lead_from_a_symptom_to_a_cause_and_its_steps() {
        let world = World::new().await;
        let mut page = ask(&world, &[("symptom", "board")]).await.expect(200);
        let mut asked = 0;
        while page.text.contains("class=\"choices\"") {
            asked += 1;
            assert!(asked < 12, "the questions do not end");
            let answers = fields(&page.text, "answer");
            let carried = answers.iter().take_while(|answer| {
                !page.text.contains(&format!("<button name=\"answer\" value=\"{answer}\""))
            });
            let known = fields(&page.text, "known");
            let known = known.iter().map(|known| ("known", known.as_str()));
            let mut form: Vec<(&str, &str)> =
                known.chain(carried.map(|answer| ("answer", answer.as_str()))).collect();
            form.push(("answer", answers.last().unwrap()));
            page = ask(&world, &form).await.expect(200);
        }
        assert!(
            page.text.contains("マザーボード") && page.text.contains("<li class=\"step\">"),
            "{}",
            page.text
        );
        assert_eq!(page.headers["cache-control"], "no-store");
    }

    #[tokio::test]
    async fn what_was_pasted_travels_as_facts_without_a_key_and_escaped() {
        let world = World::new().await;
        let text =
            "<b>0xC004F213</b> キーは BCDFG-HJKMN-PQRTV-WXY23-46789 です。マザーボードを交換しました。";
        let page = ask(&world, &[("text", text)]).await.expect(200).text;
        assert!(page.contains("…-46789") && !page.contains("BCDFG") && !page.contains("<b>0xC004F213"));
        let known = fields(&page, "known");
        assert!(known.contains(&"code;strong;code;0xC004F213".to_owned()), "{known:?}");
        assert!(known.iter().all(|fact| fact.len() < 300));
        let forged = "code;strong;code;\"><script>alert(1)</script>";
        let page = ask(&world, &[("known", forged)]).await.expect(200).text;
        assert!(!page.contains("<script"), "{page}");
    }

    #[tokio::test]
    async fn an_empty_form_and_a_text_that_says_nothing_are_met_with_words() {
        let world = World::new().await;
        let empty = ask(&world, &[("text", "  ")]).await.expect(200).text;
        assert!(empty.contains("role=\"alert\""), "{empty}");
        let nothing = ask(&world, &[("text", "こんにちは")]).await.expect(200).text;
        assert!(nothing.contains("class=\"choices\"") && nothing.contains("role=\"status\""), "{nothing}");
    }

    #[tokio::test]
    async fn a_form_of_another_site_leads_to_the_beginning() {
        let world = World::new().await;
        let request = Request::post("/help/ask").header(CONTENT_TYPE, FORM).header(FETCH_SITE, "cross-site");
        let reply = world.send(request.body(Body::from("text=0xC004F213+x")).unwrap()).await.expect(303);
        assert_eq!(reply.headers[LOCATION], "/help");
        assert_eq!(
            world.open("/help/ask?lang=en", "ja").await.expect(303).headers[LOCATION],
            "/help?lang=en"
        );
    }

    #[tokio::test]
    async fn forms_are_bounded_in_size_kind_and_number() {
        let world = World::new().await;
        let large = "x".repeat(FORM_BYTES_MAX + 1);
        assert!(ask(&world, &[("text", &large)]).await.expect(413).text.contains("request_too_large"));
        let request = Request::post("/help/ask").header(CONTENT_TYPE, "application/json");
        world.send(request.body(Body::from("{}")).unwrap()).await.expect(415);
        let mut limited = None;
        for _ in 0..200 {
            let reply = ask(&world, &[("text", "c004f213")]).await;
            if reply.status == StatusCode::TOO_MANY_REQUESTS {
                limited = Some(reply);
                break;
            }
        }
        let limited = limited.expect("a limit");
        assert!(limited.text.starts_with("<!doctype html>") && limited.headers.contains_key("retry-after"));
        world.clock.advance_millis(60_000);
        ask(&world, &[("text", "c004f213")]).await.expect(303);
    }
}
