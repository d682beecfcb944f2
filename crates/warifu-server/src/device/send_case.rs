//! `POST /v1/cases`

use axum::extract::State;
use warifu_core::catalogue::{Code, Failure};
use warifu_proto::wire::case::TakenCase;
use warifu_service::case;

use crate::answer::{Created, created};
use crate::app::App;
use crate::problem::Problem;
use crate::received::SentCase;

/// How often a case is opened again whose number was just taken, or that came twice at once.
const ATTEMPTS_MAX: usize = 4;

/// Takes a case: a diagnosed failure as `warifu doctor --save-case` writes it. It is verified and replayed before it is kept. The same case, sent
/// again, is answered as before. The link is shown to the sender alone: whoever knows it sees the case.
#[utoipa::path(post, path = "/v1/cases", tag = "cases", operation_id = "send_case",
    request_body(content = Object, description = "The bundle, at most 48 KiB; see docs/cases.md"),
    responses(
        (status = CREATED, body = TakenCase),
        (status = UNPROCESSABLE_ENTITY, description = "case_not_valid: altered, or with a value that a case may not hold"),
    ))]
pub(crate) async fn handle(State(app): State<App>, sent: SentCase) -> Created<TakenCase> {
    let taken = take(&app, &sent.bundle, sent.network).await?;
    Ok(created(answer(&taken)))
}

/// Opens a bundle and takes it.
pub(crate) async fn take(
    app: &App,
    bundle: &[u8],
    network: std::net::IpAddr,
) -> Result<case::TakenCase, Problem> {
    for _ in 0..ATTEMPTS_MAX {
        let bytes = bundle.to_vec();
        let opened = app.aside(move |service| Ok(service.open_case(&bytes)?)).await?;
        match app.service.receive_case(opened, network).await {
            Err(failure) if failure.code() == Code::VersionConflict => {}
            taken => return Ok(taken?),
        }
    }
    Err(Failure::version_conflict().into())
}

fn answer(taken: &case::TakenCase) -> TakenCase {
    TakenCase {
        number: taken.number,
        link: format!("/help/cases/{}", taken.link.expose()),
        received: taken.received,
        kept_until: taken.kept_until,
    }
}
