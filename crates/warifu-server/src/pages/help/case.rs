//! `GET /help/cases/{link}`: a case as whoever sent it sees it.

use askama::Template;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Response, StatusCode};
use axum::response::IntoResponse;
use warifu_case::Bundle;
use warifu_case::view::{Cause, person};
use warifu_core::case::Case;
use warifu_core::catalogue::Lang;
use warifu_service::case::CaseLink;

use super::remedy::RemedyView;
use super::words::{HelpWords, words as help_words};
use crate::app::App;
use crate::pages::page::{Keep, PageLang, page_kept};
use crate::pages::words::{Words, words};
use crate::problem::Problem;
use crate::received::At;

#[derive(Template)]
#[template(path = "help/case.html")]
struct CasePage {
    lang: Lang,
    words: &'static Words,
    help: &'static HelpWords,
    said: &'static Said,
    number: String,
    received: String,
    kept_until: String,
    closed: bool,
    cause: Option<Cause>,
    explain: String,
    why: Vec<String>,
    remedies: Vec<RemedyView>,
    others: Vec<Cause>,
    message: Option<String>,
}

#[derive(Template)]
#[template(path = "help/no_case.html")]
struct NoCase {
    lang: Lang,
    words: &'static Words,
    help: &'static HelpWords,
    said: &'static Said,
}

/// The words of these pages.
struct Said {
    title: &'static str,
    open: &'static str,
    closed: &'static str,
    received: &'static str,
    kept_until: &'static str,
    tell: &'static str,
    private: &'static str,
    unknown: &'static str,
    unknown_lead: &'static str,
    own_words: &'static str,
    none_title: &'static str,
    none_lead: &'static str,
}

const JA: Said = Said {
    title: "送信したケース",
    open: "担当者が確認します。",
    closed: "このケースは対応が終わりました。",
    received: "受付",
    kept_until: "保存期限",
    tell: "問い合わせるときは、この番号をお伝えください。番号だけでは、ほかの人がこのページを開くことはできません。",
    private: "このページのアドレスを知っている人は、内容を見られます。担当者以外には知らせないでください。",
    unknown: "原因を特定できませんでした",
    unknown_lead: "送られた情報だけでは、原因を1つに絞れませんでした。サポートに相談するときは、上の番号を伝えてください。",
    own_words: "添えた説明",
    none_title: "このケースは見つかりません",
    none_lead: "アドレスが途中で切れているか、保存期限（180日）が過ぎて消去されています。",
};

const EN: Said = Said {
    title: "The case that you sent",
    open: "Somebody will look at it.",
    closed: "This case is closed.",
    received: "Received",
    kept_until: "Kept until",
    tell: "Give this number when you call. The number alone opens this page for nobody.",
    private: "Whoever knows this page's address can read it. Share it with nobody but the people who help you.",
    unknown: "The cause could not be determined",
    unknown_lead: "What was sent does not point to one cause. Quote the number above when you ask the people who help.",
    own_words: "What you added",
    none_title: "There is no such case",
    none_lead: "The address was cut off, or the case was erased when its 180 days were over.",
};

const fn said(lang: Lang) -> &'static Said {
    match lang {
        Lang::Ja => &JA,
        Lang::En => &EN,
    }
}

/// A case as its sender sees it: cause, why, what to do, and whether somebody still works on it. The page may not be kept, and its address is told
/// to no other site.
#[utoipa::path(get, path = "/help/cases/{link}", tag = "pages", operation_id = "help_case",
    params(
        ("link" = String, Path, description = "The secret that was answered to the sender"),
        ("lang" = Option<String>, Query, description = "`ja` or `en`; else what the browser prefers"),
    ),
    responses(
        (status = OK, body = String, content_type = "text/html"),
        (status = NOT_FOUND, description = "No such case: a page", body = String, content_type = "text/html"),
    ))]
pub(crate) async fn handle(
    State(app): State<App>,
    At(link): At<String>,
    PageLang(lang): PageLang,
) -> Response<Body> {
    let found = match CaseLink::parse(&link) {
        Some(link) => app.aside(move |service| Ok(service.case_of_link(&link)?)).await,
        None => Ok(None),
    };
    match found.map(|case| case.and_then(|case| Some((Bundle::open(&case.bundle).ok()?, case)))) {
        Ok(Some((bundle, case))) => {
            page_kept(StatusCode::OK, lang, Keep::Never, &case_page(&bundle, &case, lang))
        }
        Ok(None) => {
            let page = NoCase { lang, words: words(lang), help: help_words(lang), said: said(lang) };
            page_kept(StatusCode::NOT_FOUND, lang, Keep::Never, &page)
        }
        Err(problem) => Problem::into_response(problem),
    }
}

fn case_page(bundle: &Bundle, case: &Case, lang: Lang) -> CasePage {
    let content = bundle.content();
    let view = person::of(content, lang);
    let knowledge = content.subject().map(warifu_case::Subject::knowledge);
    let remedies = view.remedies.iter().filter_map(|remedy| {
        let knowledge = knowledge?;
        Some(RemedyView::new(&knowledge.remedies[knowledge.remedy(&remedy.id)?], lang))
    });
    let day = |time: warifu_core::time::Timestamp| time.to_string().chars().take(10).collect();
    CasePage {
        lang,
        words: words(lang),
        help: help_words(lang),
        said: said(lang),
        number: case.head.number.to_string(),
        received: day(case.head.received),
        kept_until: day(case.head.received.plus(Case::KEPT)),
        closed: case.head.closed.is_some(),
        remedies: remedies.collect(),
        cause: view.cause,
        explain: view.explain,
        why: view.why,
        others: view.others,
        message: content.message.clone(),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;
    use axum::http::header::CONTENT_TYPE;
    use warifu_troubleshoot::Session;
    use warifu_troubleshoot::knowledge::WINDOWS;

    use super::*;
    use crate::testing::World;

    #[tokio::test]
    async fn a_case_without_a_cause_asks_nothing_that_its_page_cannot_take_and_keeps_the_senders_lines() {
        let world = World::new().await;
        let typed = "First line.\nSecond line.";
        let bundle = world.service.bundle_of_session(&Session::new(&WINDOWS), Lang::En, Some(typed)).unwrap();
        let request = Request::post("/v1/cases").header(CONTENT_TYPE, "application/json");
        let sent = world.send(request.body(Body::from(bundle.to_bytes())).unwrap()).await.expect(201).json();
        let link = sent["link"].as_str().unwrap();
        for (language, lead, question) in [
            ("ja", "上の番号を伝えてください", "質問に答える"),
            ("en", "Quote the number above", "Answer one more question"),
        ] {
            let page = world.open(link, language).await.expect(200).text;
            assert!(page.contains(lead) && !page.contains(question), "{page}");
            assert!(page.contains(&format!("<p class=\"typed\">{typed}</p>")), "{page}");
        }
        let style = include_str!("../../../templates/style.css");
        assert!(style.contains(".typed { white-space: pre-line;"));
    }

    #[tokio::test]
    async fn who_is_about_to_send_is_told_to_look_and_who_else_can_read_it() {
        let world = World::new().await;
        for (language, look, readers) in [
            ("ja", "残ることがあります。残っていないか確かめてから", "アドレスを知っている人だけ"),
            ("en", "some may remain", "whoever knows the address of the page"),
        ] {
            let request = Request::post(format!("/help/case?lang={language}"))
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
            let body = Body::from("known=code%3Bstrong%3Bcode%3B0xC004F213");
            let page = world.send(request.body(body).unwrap()).await.expect(200).text;
            assert!(page.contains(look) && page.contains(readers), "{page}");
        }
    }
}
