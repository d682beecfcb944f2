//! HTTP by `ureq`: blocking, on the caller's thread and time. Trusts what the system trusts, and goes by the environment's proxy.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, TlsProvider, parse_pem};
use ureq::{Agent, Error};

use super::{Method, Request, Response, Transport, TransportError};

/// How long a connection may take to come about: ten seconds.
const CONNECT: Duration = Duration::from_secs(10);
/// How long a request may take in all, unless the application says otherwise: thirty seconds.
const TOTAL: Duration = Duration::from_secs(30);

/// Carries requests over HTTP/1.1. Certificates are checked as the system checks them; a proxy is taken from `HTTPS_PROXY`, `HTTP_PROXY`,
/// `ALL_PROXY` and `NO_PROXY`, but for this machine's own addresses.
pub struct HttpTransport {
    extra: Option<Vec<Certificate<'static>>>,
    timeout: Duration,
    agents: Vec<Agent>,
}

/// A text that holds no certificate in PEM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoCertificate;

impl fmt::Display for NoCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the text holds no certificate in PEM")
    }
}

impl std::error::Error for NoCertificate {}

impl HttpTransport {
    /// The usual transport.
    #[must_use]
    pub const fn new() -> Self {
        Self { extra: None, timeout: TOTAL, agents: Vec::new() }
    }

    /// Trusts these certificate authorities besides the system's: an organisation's own, or a test's.
    ///
    /// # Errors
    /// [`NoCertificate`] when the text holds none.
    pub fn trust_also(mut self, pem: &[u8]) -> Result<Self, NoCertificate> {
        let mut certificates = Vec::new();
        for item in parse_pem(pem) {
            if let PemItem::Certificate(certificate) = item.map_err(|_| NoCertificate)? {
                certificates.push(certificate);
            }
        }
        if certificates.is_empty() {
            return Err(NoCertificate);
        }
        self.extra.get_or_insert_default().append(&mut certificates);
        self.agents.clear();
        Ok(self)
    }

    /// Gives up on a request after this long, instead of thirty seconds.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self.agents.clear();
        self
    }

    /// One agent for each set of authorities, made when first needed: an application that never asks the service loads none.
    fn agents(&mut self) -> &[Agent] {
        if self.agents.is_empty() {
            let extra = self.extra.as_ref().map(|certificates| RootCerts::new_with_certs(certificates));
            let roots = extra.into_iter().chain([RootCerts::PlatformVerifier]);
            self.agents = roots.map(|roots| agent(roots, self.timeout)).collect();
        }
        &self.agents
    }
}

impl Default for HttpTransport {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for HttpTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpTransport").field("timeout", &self.timeout).finish_non_exhaustive()
    }
}

impl Transport for HttpTransport {
    fn send(&mut self, request: &Request<'_>) -> Result<Response, TransportError> {
        let mut last = TransportError::Unreachable("no connection was tried".to_owned());
        for agent in self.agents() {
            match send(agent, request) {
                Ok(response) => return Ok(response),
                // Before the secure connection stands nothing has been sent, so that the next set of authorities may be tried.
                Err(error @ TransportError::Tls(_)) => last = error,
                Err(error) => return Err(error),
            }
        }
        Err(last)
    }
}

fn agent(roots: RootCerts, timeout: Duration) -> Agent {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls = TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .unversioned_rustls_crypto_provider(provider)
        .root_certs(roots)
        .build();
    Agent::config_builder()
        .tls_config(tls)
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .timeout_connect(Some(CONNECT))
        .timeout_global(Some(timeout))
        .user_agent(concat!("warifu-client/", env!("CARGO_PKG_VERSION")))
        .build()
        .new_agent()
}

fn send(agent: &Agent, request: &Request<'_>) -> Result<Response, TransportError> {
    let answer = match request.method {
        Method::Get => with_headers(agent.get(request.url), request).call(),
        Method::Post => with_headers(agent.post(request.url), request).send(request.body),
    };
    let mut answer = answer.map_err(|error| explain(&error))?;
    let headers = answer
        .headers()
        .iter()
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())));
    let headers = headers.collect();
    let status = answer.status().as_u16();
    let body = answer.body_mut().with_config().limit(request.answer_bytes_max as u64).read_to_vec();
    Ok(Response { status, headers, body: body.map_err(|error| explain(&error))? })
}

fn with_headers<B>(builder: ureq::RequestBuilder<B>, request: &Request<'_>) -> ureq::RequestBuilder<B> {
    let this_machine = builder.uri_ref().and_then(|uri| uri.host()).is_some_and(is_this_machine);
    // To a proxy `127.0.0.1` is another machine than to us; what was to stay here, unencrypted even, must not go there.
    let builder = if this_machine { builder.config().proxy(None).build() } else { builder };
    request.headers.iter().fold(builder, |builder, (name, value)| builder.header(*name, value))
}

fn is_this_machine(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

fn explain(error: &Error) -> TransportError {
    match error {
        Error::BodyExceedsLimit(_) | Error::LargeResponseHeader(..) => TransportError::TooLong,
        Error::Rustls(error) => TransportError::Tls(error.to_string()),
        Error::Tls(error) => TransportError::Tls((*error).to_owned()),
        Error::Io(error) => explain_io(error),
        Error::HostNotFound => TransportError::Unreachable("the name of the host is not known".to_owned()),
        Error::Timeout(_) => TransportError::Unreachable("no answer in time".to_owned()),
        other => TransportError::Unreachable(other.to_string()),
    }
}

/// A failed handshake comes as an error of input and output, with the library's own inside.
fn explain_io(error: &io::Error) -> TransportError {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        Some(tls) => TransportError::Tls(tls.to_string()),
        None => TransportError::Unreachable(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;

    use super::*;

    /// Answers one connection with these bytes, and gives back what was received.
    fn answer_once(answer: &'static [u8]) -> (String, std::thread::JoinHandle<Vec<u8>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/v1/renew", listener.local_addr().unwrap());
        let server = std::thread::spawn(move || {
            let (mut connection, _) = listener.accept().unwrap();
            let mut received = vec![0; 4096];
            let mut length = 0;
            while !received[..length].ends_with(b"{}") {
                length += connection.read(&mut received[length..]).unwrap();
            }
            connection.write_all(answer).unwrap();
            received.truncate(length);
            received
        });
        (url, server)
    }

    fn post<'a>(url: &'a str, headers: &'a [(&'a str, String)]) -> Request<'a> {
        Request { method: Method::Post, url, headers, body: b"{}", answer_bytes_max: 16 }
    }

    #[test]
    fn a_request_and_its_answer_are_carried_as_they_are() {
        let (url, server) =
            answer_once(b"HTTP/1.1 409 Conflict\r\nWarifu-Nonce: n\r\nContent-Length: 3\r\n\r\nabc");
        let headers = [("Idempotency-Key", "k".to_owned()), ("Content-Type", "application/json".to_owned())];
        let response = HttpTransport::new().send(&post(&url, &headers)).unwrap();
        assert_eq!((response.status, response.body.as_slice()), (409, b"abc".as_slice()));
        assert_eq!(response.header("warifu-nonce"), Some("n"));
        let received = String::from_utf8(server.join().unwrap()).unwrap().to_lowercase();
        assert!(received.starts_with("post /v1/renew http/1.1\r\n"), "{received}");
        assert!(received.contains("idempotency-key: k\r\n"), "{received}");
        assert!(received.contains("user-agent: warifu-client/"), "{received}");
    }

    #[test]
    fn a_redirect_is_an_answer_and_a_long_answer_is_an_error() {
        let (url, server) =
            answer_once(b"HTTP/1.1 302 Found\r\nLocation: http://portal/\r\nContent-Length: 0\r\n\r\n");
        assert_eq!(HttpTransport::new().send(&post(&url, &[])).unwrap().status, 302);
        server.join().unwrap();
        let (url, server) = answer_once(b"HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n12345678901234567");
        assert_eq!(HttpTransport::new().send(&post(&url, &[])), Err(TransportError::TooLong));
        server.join().unwrap();
    }

    #[test]
    fn a_closed_port_is_unreachable_and_a_wrong_authority_a_failure_of_tls() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let server = std::thread::spawn(move || {
            let (mut connection, _) = listener.accept().unwrap();
            let mut hello = [0; 512];
            let _ = connection.read(&mut hello).unwrap();
            connection.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").unwrap();
        });
        let result = HttpTransport::new().send(&post(&format!("https://{address}/"), &[]));
        assert!(matches!(result, Err(TransportError::Tls(_))), "{result:?}");
        server.join().unwrap();
        let result = HttpTransport::new().send(&post(&format!("http://{address}/"), &[]));
        assert!(matches!(result, Err(TransportError::Unreachable(_))), "{result:?}");
    }

    /// A service with a certificate of its own making; answers two connections, of which the client may break the first off.
    fn own_authority() -> (String, String, std::thread::JoinHandle<()>) {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .unwrap();
        let config = Arc::new(config);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("https://localhost:{}/v1/renew", listener.local_addr().unwrap().port());
        let server = std::thread::spawn(move || {
            for _ in 0..2 {
                let (connection, _) = listener.accept().unwrap();
                let tls = rustls::ServerConnection::new(config.clone()).unwrap();
                let mut stream = rustls::StreamOwned::new(tls, connection);
                let mut received = [0; 4096];
                let mut length = 0;
                while !received[..length].ends_with(b"{}") {
                    match stream.read(&mut received[length..]) {
                        Ok(more) if more > 0 => length += more,
                        _ => break,
                    }
                }
                let _ =
                    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
            }
        });
        (url, made.cert.pem(), server)
    }

    #[test]
    fn an_authority_of_ones_own_is_trusted_when_it_is_named_and_only_then() {
        let (url, pem, server) = own_authority();
        let stranger = HttpTransport::new().send(&post(&url, &[]));
        assert!(matches!(stranger, Err(TransportError::Tls(_))), "{stranger:?}");
        let trusting = HttpTransport::new().trust_also(pem.as_bytes()).unwrap().send(&post(&url, &[]));
        assert_eq!(trusting.map(|response| response.body), Ok(b"ok".to_vec()));
        server.join().unwrap();
    }

    #[test]
    fn this_machine_is_known_by_its_addresses() {
        for (host, expected) in [
            ("127.0.0.1", true),
            ("127.8.8.8", true),
            ("[::1]", true),
            ("localhost", true),
            ("localhost.example", false),
            ("127.0.0.1.example", false),
            ("10.0.0.1", false),
            ("[2001:db8::1]", false),
        ] {
            assert_eq!(is_this_machine(host), expected, "{host}");
        }
    }

    #[test]
    fn only_certificates_can_be_trusted() {
        assert!(HttpTransport::new().trust_also(b"no certificate").is_err());
    }
}
