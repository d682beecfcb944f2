//! How handlers answer.

use axum::Json;
use axum::http::StatusCode;

use crate::problem::Problem;

/// An answer of status 200.
pub(crate) type Answer<T> = Result<Json<T>, Problem>;

/// An answer of status 201.
pub(crate) type Created<T> = Result<(StatusCode, Json<T>), Problem>;

pub(crate) fn created<T>(body: T) -> (StatusCode, Json<T>) {
    (StatusCode::CREATED, Json(body))
}
