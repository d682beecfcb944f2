//! How a client's requests reach the service. The client decides what is sent and what an answer means; a transport only carries.

#[cfg(feature = "http")]
mod http;

use std::fmt;

use warifu_core::catalogue::Failure;

#[cfg(feature = "http")]
pub use self::http::{HttpTransport, NoCertificate};

/// A request to carry. Its `Debug` shows the method and the URL only: the body may hold a product key.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Request<'a> {
    /// The method.
    pub method: Method,
    /// The whole URL.
    pub url: &'a str,
    /// The headers, by their names.
    pub headers: &'a [(&'a str, String)],
    /// The body's bytes. They must not be logged or kept.
    pub body: &'a [u8],
    /// The most bytes of an answer's body that are of use. A longer answer is [`TransportError::TooLong`].
    pub answer_bytes_max: usize,
}

impl fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {} (…)", self.method, self.url)
    }
}

/// A request's method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Ask.
    Get,
    /// Command.
    Post,
}

/// An answer, whatever its status.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The headers that are text.
    pub headers: Vec<(String, String)>,
    /// The body's bytes.
    pub body: Vec<u8>,
}

impl Response {
    /// The value of the header of this name, in whatever case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(other, _)| other.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// Why there is no answer. Whether the service has acted is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportError {
    /// The service was not reached, or its answer was lost. The text says how, for people.
    Unreachable(String),
    /// No secure connection could be made. The text says why, for people.
    Tls(String),
    /// The answer has more bytes than were asked for.
    TooLong,
}

impl TransportError {
    pub(crate) fn failure(&self, service_url: &str) -> Failure {
        match self {
            Self::Unreachable(detail) => Failure::service_unreachable(service_url, detail),
            Self::Tls(detail) => {
                let host = service_url.split_once("://").map_or(service_url, |(_, host)| host);
                Failure::tls_failed(host, detail)
            }
            Self::TooLong => Failure::answer_not_genuine(),
        }
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(detail) => write!(f, "the service was not reached: {detail}"),
            Self::Tls(detail) => write!(f, "no secure connection: {detail}"),
            Self::TooLong => f.write_str("the answer is too long"),
        }
    }
}

impl std::error::Error for TransportError {}

/// Carries requests. `HttpTransport` (feature `http`) speaks HTTP/1.1 with TLS.
pub trait Transport: Send {
    /// Carries one request and brings its answer, whatever the status. It must not follow redirects, and need not repeat anything: the
    /// client does, safely.
    ///
    /// # Errors
    /// [`TransportError`].
    fn send(&mut self, request: &Request<'_>) -> Result<Response, TransportError>;
}
