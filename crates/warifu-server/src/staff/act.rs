//! What the acts on a licence share.

use axum::Json;
use warifu_core::decide::LicenceAct;
use warifu_core::id::LicenceId;
use warifu_proto::wire::staff::licence;

use super::made;
use crate::answer::Answer;
use crate::app::App;
use crate::received::{Write, record_id};

/// Does `act` to the licence of the path and answers with the licence as it is then.
pub(super) async fn act<T>(
    app: &App,
    id: &str,
    write: &Write<T>,
    act: LicenceAct,
) -> Answer<licence::Licence> {
    let id: LicenceId = record_id("licence", id)?;
    let outcome = app.service.act_on_licence(write.by, id, act, Some(write.attempt)).await?;
    let licence = made::licence(outcome, app).await?;
    Ok(Json((&licence).into()))
}
