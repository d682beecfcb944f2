//! `POST /v1/cases/{number}/notes`

use axum::extract::State;
use warifu_case::redact;
use warifu_core::case::{CaseAct, NoteText};
use warifu_core::catalogue::Failure;
use warifu_proto::wire::staff::case::{Case, WriteNote};

use super::act_on_case::act_and_show;
use crate::answer::Answer;
use crate::app::App;
use crate::received::{At, Write};

/// Writes a note on a case, for staff alone. Product keys, addresses and names of machines in it are replaced by marks.
#[utoipa::path(post, path = "/v1/cases/{number}/notes", tag = "cases", operation_id = "note_case",
    params(("number" = String, Path, description = "The case's number, in any spelling")),
    request_body = WriteNote, responses((status = OK, body = Case)))]
pub(crate) async fn handle(
    State(app): State<App>,
    At(number): At<String>,
    write: Write<WriteNote>,
) -> Answer<Case> {
    let typed = &write.body.text;
    // Whether it is a note is asked of what was typed; the value is not quoted, for it may be anything.
    let note = NoteText::new(typed).and_then(|_| NoteText::new(&redact::bounded(typed, NoteText::MAX)));
    let note = note.ok_or_else(|| Failure::field_not_valid("text", "…", "note_form"))?;
    act_and_show(&app, &number, &write, CaseAct::Note(note)).await
}
