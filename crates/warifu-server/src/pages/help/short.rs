//! `GET /help/{code}`: the short address that devices print and draw as QR codes.

use axum::body::Body;
use axum::http::{Response, Uri};

use super::code::errors_address;
use crate::pages::page::{asked_lang, moved};
use crate::received::At;

/// The short address of a code's page, which devices print beside a failure and draw as a QR code.
#[utoipa::path(get, path = "/help/{code}", tag = "pages", operation_id = "help_short",
    params(
        ("code" = String, Path, description = "A code of the catalogue or of Windows"),
        ("lang" = Option<String>, Query, description = "`ja` or `en`; else what the browser prefers"),
    ),
    responses((status = PERMANENT_REDIRECT, description = "To `/help/errors/{code}`")))]
pub(crate) async fn handle(At(name): At<String>, uri: Uri) -> Response<Body> {
    moved(&errors_address(&name, asked_lang(&uri)))
}
