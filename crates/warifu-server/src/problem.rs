//! Every failure's one form on the wire: problem details (RFC 9457) made from the catalogue.
//!
//! A handler returns [`Problem`], which only carries the refusal; [`crate::observe`] renders it, for it knows the reader's language and the
//! request's id.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{Response, StatusCode};
use axum::response::IntoResponse;
use warifu_core::catalogue::{Code, Failure, Lang, Retry};
use warifu_proto::wire::problem::{self, PROBLEM_CONTENT_TYPE};
use warifu_service::device::Refused;
use warifu_service::port::StoreError;

/// A refusal on its way out.
#[derive(Clone, Debug)]
pub(crate) struct Problem(Box<Refused>);

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        Self(Box::new(failure.into()))
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        Self(Box::new(refused))
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "the store could not be read");
        error.failure().into()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response<Body> {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = status(self.0.failure.entry().status);
        response.extensions_mut().insert(self);
        response
    }
}

impl Problem {
    pub(crate) fn code(&self) -> Code {
        self.0.failure.code()
    }

    /// The refusal itself.
    pub(crate) fn failure(self) -> Failure {
        self.0.failure
    }

    /// The same for a reader who is not staff: where the service keeps its data is not for strangers.
    pub(crate) fn for_strangers(self) -> Self {
        match self.code() {
            Code::StoreDamaged
            | Code::StoreFull
            | Code::StoreLocked
            | Code::StoreNewer
            | Code::StoreReadOnly => Failure::service_unavailable().into(),
            _ => self,
        }
    }

    /// The answer's status, headers and body.
    pub(crate) fn render(self, lang: Lang, request_id: &str) -> Response<Body> {
        let Refused { failure, holders, signed } = *self.0;
        let mut body =
            problem::Problem::new(&failure, lang, Some(request_id.to_owned())).with_holders(&holders);
        if let Some((refusal, certificate)) = signed {
            body = body.with_refusal(refusal, certificate);
        }
        let mut response = Response::new(Body::from(serde_json::to_vec(&body).unwrap_or_default()));
        *response.status_mut() = status(body.status);
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM_CONTENT_TYPE));
        if let Some(seconds) = retry_after(&failure) {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        match failure.code() {
            Code::TokenMissing | Code::TokenNotValid => {
                headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            Code::RequestSignatureMissing | Code::RequestSignatureInvalid => {
                headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Signature label=\"warifu\""));
            }
            _ => {}
        }
        response
    }
}

pub(crate) fn status(number: u16) -> StatusCode {
    StatusCode::from_u16(number).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// The seconds after which the same request may succeed.
pub(crate) fn retry_after(failure: &Failure) -> Option<u64> {
    match failure.entry().retry {
        Retry::Never => None,
        Retry::AtOnce => Some(0),
        Retry::Later => Some(match failure.code() {
            Code::RateLimited => {
                failure.value("seconds").and_then(|seconds| seconds.parse().ok()).unwrap_or(60)
            }
            Code::ServiceBusy => 1,
            _ => 60,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_its_status_and_says_when_to_try_again() {
        for &code in Code::ALL {
            let values = code.entry().values.iter().map(|value| (value.name, "7"));
            let problem = Problem::from(Failure::from_parts(code, values).unwrap());
            let response = problem.render(Lang::Ja, "r1");
            assert_eq!(response.status().as_u16(), code.entry().status, "{code}");
            assert_eq!(response.headers().contains_key(RETRY_AFTER), code.entry().retry.helps(), "{code}");
            assert_eq!(response.headers()[CONTENT_TYPE], PROBLEM_CONTENT_TYPE);
        }
    }

    #[test]
    fn a_limit_says_how_long_it_lasts() {
        let response = Problem::from(Failure::rate_limited(17)).render(Lang::En, "r1");
        assert_eq!(response.headers()[RETRY_AFTER], "17");
    }

    #[test]
    fn strangers_do_not_learn_where_the_data_is() {
        let problem = Problem::from(Failure::store_full("/var/lib/warifu/store.db")).for_strangers();
        assert_eq!(problem.code(), Code::ServiceUnavailable);
    }
}
