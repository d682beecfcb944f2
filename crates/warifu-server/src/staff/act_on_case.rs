//! What the acts on a case share.

use axum::Json;
use warifu_core::case::{CaseAct, CaseNumber};
use warifu_core::catalogue::{Code, Failure};
use warifu_proto::wire::staff::case::Case;

use crate::answer::Answer;
use crate::app::App;
use crate::problem::Problem;
use crate::received::Write;

/// How often a case is read again that somebody else has just changed.
const ATTEMPTS_MAX: usize = 4;

/// The number in a text of the path. A text that is none names no case; it is not quoted, for it may be anything.
pub(super) fn number(text: &str) -> Result<CaseNumber, Failure> {
    text.parse().map_err(|_| Failure::record_not_found("case", "?"))
}

/// Does `act` to the case of the path, unless this attempt has done it before.
pub(super) async fn act<T>(app: &App, text: &str, write: &Write<T>, act: &CaseAct) -> Result<(), Problem> {
    let number = number(text)?;
    let (by, attempt) = (write.by, write.attempt);
    if app.aside(move |service| Ok(service.was_done(by, attempt)?)).await? {
        return Ok(());
    }
    for _ in 0..ATTEMPTS_MAX {
        let case = app.aside(move |service| Ok(service.case(number)?)).await?;
        match app.service.act_on_case(by, &case, act, Some(attempt)).await {
            Err(failure) if failure.code() == Code::VersionConflict => {}
            done => return Ok(done?),
        }
    }
    Err(Failure::version_conflict().into())
}

/// The same, answered with the case as it is then.
pub(super) async fn act_and_show<T>(
    app: &App,
    text: &str,
    write: &Write<T>,
    wanted: CaseAct,
) -> Answer<Case> {
    act(app, text, write, &wanted).await?;
    let number = number(text)?;
    let case = app.aside(move |service| Ok(service.case(number)?)).await?;
    Ok(Json((&case).into()))
}
