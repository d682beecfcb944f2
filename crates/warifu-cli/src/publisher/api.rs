//! Requests of staff. Every write carries an idempotency key, and is sent again with the same key when its answer is lost.

use std::fmt::Display;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;
use ureq::tls::{PemItem, RootCerts, TlsConfig, TlsProvider, parse_pem};
use ureq::{Agent, Body, Error};
use warifu_client::SystemRandom;
use warifu_core::catalogue::{Failure, Lang};
use warifu_core::id::IdempotencyKey;
use warifu_core::random;
use warifu_proto::wire::problem::Problem;
use zeroize::Zeroizing;

use crate::args::Connection;
use crate::error::CliError;
use crate::files;
use crate::ui::Ui;

/// The largest answer: a page of 10,000 product keys, and room.
const ANSWER_BYTES_MAX: u64 = 4 * 1024 * 1024;
/// How long a request may take in all.
const TIMEOUT: Duration = Duration::from_secs(60);
/// How often a request is sent whose answer was lost.
const ATTEMPTS: u32 = 3;

/// A service as staff see it.
pub(super) struct Api {
    agent: Agent,
    service: String,
    authorization: Zeroizing<String>,
    lang: Lang,
}

/// What a write does to the address.
#[derive(Clone, Copy, Debug)]
pub(super) enum Verb {
    Post,
    Put,
    Delete,
}

impl Api {
    /// The service that the options name, as whom they name.
    ///
    /// # Errors
    /// `config_invalid`, `token_missing`, `file_not_readable`.
    pub(super) fn new(ui: &Ui, connection: &Connection) -> Result<Self, CliError> {
        let service = check_url(ui, &connection.service)?;
        let token = match (&connection.token, &connection.token_file) {
            (_, Some(path)) => files::read_line(path)?,
            (Some(token), None) => Zeroizing::new(token.trim().to_owned()),
            (None, None) => return Err(CliError::from(Failure::token_missing()).at(Some(&service))),
        };
        // A header cannot carry anything else, and no token holds it.
        if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(CliError::from(Failure::token_not_valid()).at(Some(&service)));
        }
        let authorization = Zeroizing::new(format!("Bearer {}", *token));
        Ok(Self { agent: agent(connection.ca.as_deref(), &service)?, service, authorization, lang: ui.lang })
    }

    /// A service as anybody sees it: for what needs no token.
    ///
    /// # Errors
    /// `config_invalid`, `file_not_readable`.
    pub(super) fn without_token(ui: &Ui, service: &str, ca: Option<&Path>) -> Result<Self, CliError> {
        let service = check_url(ui, service)?;
        let agent = agent(ca, &service)?;
        Ok(Self { agent, service, authorization: Zeroizing::default(), lang: ui.lang })
    }

    /// The service's address.
    pub(super) fn service(&self) -> &str {
        &self.service
    }

    /// What is at an address.
    pub(super) fn get(&self, path: &str, query: &[(&str, String)]) -> Result<Value, CliError> {
        self.parse(path, &self.get_bytes(path, query)?)
    }

    /// What is at an address and is no JSON.
    pub(super) fn get_bytes(
        &self,
        path: &str,
        query: &[(&str, String)],
    ) -> Result<Zeroizing<Vec<u8>>, CliError> {
        self.repeated(path, || {
            let mut request = self.agent.get(self.url(path));
            for (name, value) in query {
                request = request.query(name, value);
            }
            self.with_headers(request).call()
        })
    }

    /// Changes something. `body` is `None` where the address says everything.
    pub(super) fn write(
        &self,
        verb: Verb,
        path: &str,
        body: Option<&impl Serialize>,
    ) -> Result<Value, CliError> {
        let body = match body {
            Some(body) => {
                serde_json::to_vec(body).map_err(|error| CliError::from(Failure::internal_error(error)))?
            }
            None => Vec::new(),
        };
        let body = Zeroizing::new(body);
        let key = IdempotencyKey::from_bytes(random::bytes(&mut SystemRandom)).to_string();
        let answer = self.repeated(path, || {
            let url = self.url(path);
            match verb {
                Verb::Delete => {
                    self.with_headers(self.agent.delete(url)).header("Idempotency-Key", &key).call()
                }
                Verb::Post | Verb::Put => {
                    let request =
                        if matches!(verb, Verb::Put) { self.agent.put(url) } else { self.agent.post(url) };
                    let request = self.with_headers(request).header("Idempotency-Key", &key);
                    request.header("Content-Type", "application/json").send(body.as_slice())
                }
            }
        })?;
        self.parse(path, &answer)
    }

    /// The same with the service whose pages explain it.
    pub(super) fn at(&self, failure: Failure) -> CliError {
        CliError::from(failure).at(Some(&self.service))
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.service)
    }

    fn with_headers<B>(&self, request: ureq::RequestBuilder<B>) -> ureq::RequestBuilder<B> {
        let request = match self.authorization.as_str() {
            "" => request,
            authorization => request.header("Authorization", authorization),
        };
        request.header("Accept", "application/json, */*").header("Accept-Language", self.lang.tag())
    }

    fn repeated(
        &self,
        path: &str,
        send: impl Fn() -> Result<ureq::http::Response<Body>, Error>,
    ) -> Result<Zeroizing<Vec<u8>>, CliError> {
        let mut attempt = 1;
        loop {
            match send() {
                Ok(answer) => return self.read(path, answer),
                Err(Error::Io(_) | Error::Timeout(_)) if attempt < ATTEMPTS => attempt += 1,
                Err(error) => return Err(self.at(unreached(&self.service, &error))),
            }
        }
    }

    fn read(
        &self,
        path: &str,
        mut answer: ureq::http::Response<Body>,
    ) -> Result<Zeroizing<Vec<u8>>, CliError> {
        let status = answer.status();
        let body = answer.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_vec();
        let body = Zeroizing::new(body.map_err(|error| self.at(unreached(&self.service, &error)))?);
        if !status.is_success() {
            return Err(match Problem::parse(&body) {
                Some(problem) => CliError::of_problem(problem).at(Some(&self.service)),
                None => self.not_understood(path, status),
            });
        }
        Ok(body)
    }

    fn parse(&self, path: &str, body: &[u8]) -> Result<Value, CliError> {
        if body.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(body).map_err(|_| self.not_understood(path, 200))
    }

    fn not_understood(&self, path: &str, status: impl Display) -> CliError {
        // Whatever answered has no page that explains this.
        Failure::answer_not_understood(self.url(path), status).into()
    }
}

fn agent(ca: Option<&Path>, service: &str) -> Result<Agent, CliError> {
    let roots = match ca {
        None => RootCerts::PlatformVerifier,
        Some(path) => {
            let pem = files::read(path)?;
            let mut certificates = Vec::new();
            for item in parse_pem(&pem).flatten() {
                if let PemItem::Certificate(certificate) = item {
                    certificates.push(certificate);
                }
            }
            if certificates.is_empty() {
                return Err(Failure::file_not_readable(path.display(), "no certificate in PEM").into());
            }
            RootCerts::new_with_certs(&certificates)
        }
    };
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls = TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .unversioned_rustls_crypto_provider(provider)
        .root_certs(roots)
        .build();
    let authority = service.split_once("://").map_or(service, |(_, authority)| authority);
    // To a proxy `127.0.0.1` is another machine than to us, and the token may travel unencrypted there.
    let proxy = if is_this_machine(authority) { None } else { ureq::Proxy::try_from_env() };
    Ok(Agent::config_builder()
        .proxy(proxy)
        .tls_config(tls)
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .timeout_global(Some(TIMEOUT))
        .user_agent(concat!("warifu/", env!("CARGO_PKG_VERSION")))
        .build()
        .new_agent())
}

/// An address to which a token may be sent: `https`, or this machine's own.
fn check_url(ui: &Ui, url: &str) -> Result<String, CliError> {
    let text = url.trim().trim_end_matches('/');
    let invalid = |fix: &str| CliError::from(Failure::config_invalid("service", url, fix));
    let form =
        ui.say("https://ホスト名 の形で書いてください", "write it as https://host or https://host:port");
    let (scheme, authority) = text.split_once("://").ok_or_else(|| invalid(form))?;
    if authority.is_empty() || !authority.chars().all(|c| c.is_ascii_alphanumeric() || "-._:[]".contains(c)) {
        return Err(invalid(form));
    }
    match scheme {
        "https" => Ok(text.to_owned()),
        "http" if is_this_machine(authority) => Ok(text.to_owned()),
        "http" => Err(invalid(ui.say(
            "トークンを守るため、https を使ってください",
            "use https: the token travels with every request",
        ))),
        _ => Err(invalid(form)),
    }
}

fn is_this_machine(authority: &str) -> bool {
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn unreached(service: &str, error: &Error) -> Failure {
    let host = service.split_once("://").map_or(service, |(_, host)| host);
    match error {
        Error::Rustls(error) => Failure::tls_failed(host, error),
        Error::Tls(error) => Failure::tls_failed(host, error),
        Error::Io(error) => match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            Some(tls) => Failure::tls_failed(host, tls),
            None => Failure::service_unreachable(service, files::plain(error)),
        },
        other => Failure::service_unreachable(service, other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_goes_over_https_or_stays_on_this_machine() {
        let ui = Ui::new(Lang::En, false, true, false);
        for url in [
            "https://a.example",
            "https://a.example:8443/",
            "http://127.0.0.1:7370",
            "http://localhost",
            "http://[::1]:1",
        ] {
            assert!(check_url(&ui, url).is_ok(), "{url}");
        }
        for url in [
            "",
            "a.example",
            "http://a.example",
            "http://127.0.0.1.example",
            "ftp://a.example",
            "https://a.example/x",
            "https://u@a",
        ] {
            assert_eq!(check_url(&ui, url).unwrap_err().code(), "config_invalid", "{url}");
        }
    }
}
