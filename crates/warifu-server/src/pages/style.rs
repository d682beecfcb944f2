//! `GET /style.css`

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName};

const STYLE: &str = include_str!("../../templates/style.css");

/// How the pages look.
#[utoipa::path(get, path = "/style.css", tag = "pages", operation_id = "style",
    responses((status = OK, body = String, content_type = "text/css")))]
pub(crate) async fn handle() -> ([(HeaderName, &'static str); 2], &'static str) {
    ([(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, "public, max-age=3600")], STYLE)
}
