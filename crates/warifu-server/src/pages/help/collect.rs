//! `GET /help/warifu-collect.cmd`

use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, HeaderName};

const SCRIPT: &[u8] = include_bytes!("../../../../../docs/windows/warifu-collect.cmd");

/// The plain batch file that writes what Windows says of its activation into one text file, for pasting into `/help`.
#[utoipa::path(get, path = "/help/warifu-collect.cmd", tag = "pages", operation_id = "help_collect",
    responses((status = OK, body = String, content_type = "text/plain")))]
pub(crate) async fn handle() -> ([(HeaderName, &'static str); 3], &'static [u8]) {
    let headers = [
        (CONTENT_TYPE, "text/plain; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"warifu-collect.cmd\""),
        (CACHE_CONTROL, "public, max-age=600"),
    ];
    (headers, SCRIPT)
}
