//! How the edge is set up.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use warifu_core::catalogue::Failure;

/// The files of a TLS certificate, both in PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate and those between it and its root, in this order.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// Where to listen, and how much to take on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The address and port; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The certificate, when the service speaks TLS itself.
    pub tls: Option<TlsFiles>,
    /// Allows an address that others can reach without TLS: for a network that is safe by other means, or behind a proxy that adds TLS.
    pub dangerous_plain_http: bool,
    /// The most connections at a time; more wait until one is closed.
    pub connections_max: usize,
    /// The most connections that one network (an IPv4 address, an IPv6 /64) holds at a time; further ones are closed at once. This machine and the
    /// trusted proxy are not counted.
    pub connections_per_network_max: usize,
    /// How long a shutdown waits for the requests that are being answered.
    pub shutdown_timeout: Duration,
    /// What holds for every request.
    pub options: Options,
}

/// What holds for every request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The one proxy whose `X-Forwarded-For` is believed. Nobody else's is looked at.
    pub trusted_proxy: Option<IpAddr>,
    /// How long a request may take, its body's arrival included.
    pub request_timeout: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { trusted_proxy: None, request_timeout: Duration::from_secs(30) }
    }
}

impl Config {
    /// The port when nothing else is said.
    pub const PORT: u16 = 7370;
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), Self::PORT),
            tls: None,
            dangerous_plain_http: false,
            connections_max: 4_096,
            connections_per_network_max: 512,
            shutdown_timeout: Duration::from_secs(20),
            options: Options::default(),
        }
    }
}

impl Config {
    /// Checks what can be told before anything is opened.
    ///
    /// # Errors
    /// `config_invalid`, with what to do.
    pub fn check(&self) -> Result<(), Failure> {
        if !self.listen.ip().to_canonical().is_loopback() && self.tls.is_none() && !self.dangerous_plain_http
        {
            let fix = "127.0.0.1, or a TLS certificate and key, or --dangerous-plain-http behind a proxy that adds TLS";
            return Err(Failure::config_invalid("listen", self.listen, fix));
        }
        if self.connections_max == 0 {
            return Err(Failure::config_invalid("connections_max", 0, "at least 1"));
        }
        if self.connections_per_network_max == 0 {
            return Err(Failure::config_invalid("connections_per_network_max", 0, "at least 1"));
        }
        if self.options.request_timeout < Duration::from_secs(1) {
            return Err(Failure::config_invalid("request_timeout", "", "at least one second"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_beyond_this_machine_must_be_asked_for() {
        assert!(Config::default().listen.ip().is_loopback(), "by default nobody else reaches it");
        let open = Config { listen: "0.0.0.0:7370".parse().unwrap(), ..Config::default() };
        assert_eq!(open.check().unwrap_err().code().as_str(), "config_invalid");
        assert_eq!(Config { dangerous_plain_http: true, ..open.clone() }.check(), Ok(()));
        let tls = TlsFiles { certificate: "c.pem".into(), key: "k.pem".into() };
        assert_eq!(Config { tls: Some(tls), ..open }.check(), Ok(()));
        for local in ["127.0.0.1:0", "127.9.9.9:1", "[::1]:0", "[::ffff:127.0.0.1]:0"] {
            assert_eq!(
                Config { listen: local.parse().unwrap(), ..Config::default() }.check(),
                Ok(()),
                "{local}"
            );
        }
    }
}
