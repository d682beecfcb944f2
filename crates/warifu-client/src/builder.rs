//! How an application sets a client up.

use std::path::PathBuf;

use warifu_core::catalogue::Failure;
use warifu_core::key::SkuNumber;
use warifu_core::policy::Restrictions;
use warifu_core::random::Random;
use warifu_core::text::Slug;
use warifu_proto::bundle::SandboxLeases;
use warifu_proto::keys::{KeyAlgorithm, RootPublicKey};

use crate::client::{Client, Config, Ports};
use crate::clock::{Clock, SystemClock};
use crate::error::Error;
use crate::fingerprint::Fingerprint;
use crate::random::SystemRandom;
use crate::store::{FolderStore, Store};
use crate::transport::Transport;

/// The public key of a service's root, which an application pins: as 32 bytes, or as text of 64 hexadecimal digits.
#[derive(Clone, Debug)]
pub struct PinnedRoot(Root);

#[derive(Clone, Debug)]
enum Root {
    Bytes([u8; 32]),
    Text(String),
}

impl From<[u8; 32]> for PinnedRoot {
    fn from(bytes: [u8; 32]) -> Self {
        Self(Root::Bytes(bytes))
    }
}

impl From<&str> for PinnedRoot {
    fn from(text: &str) -> Self {
        Self(Root::Text(text.trim().to_owned()))
    }
}

impl From<String> for PinnedRoot {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

/// Sets a [`Client`] up; see [`Client::builder`].
#[must_use]
pub struct ClientBuilder {
    root: PinnedRoot,
    product: String,
    service_url: Option<String>,
    skus: Vec<(u16, String)>,
    other_skus: Vec<(u16, String)>,
    unlicensed: Restrictions,
    imported_keys: bool,
    sandbox: SandboxLeases,
    plain_http: bool,
    algorithm: KeyAlgorithm,
    data_dir: Option<PathBuf>,
    store: Option<Box<dyn Store>>,
    transport: Option<Box<dyn Transport>>,
    clock: Option<Box<dyn Clock>>,
    fingerprint: Option<Box<dyn Fingerprint>>,
    random: Option<Box<dyn Random + Send>>,
}

impl ClientBuilder {
    pub(crate) fn new(root: PinnedRoot, product: &str) -> Self {
        Self {
            root,
            product: product.to_owned(),
            service_url: None,
            skus: Vec::new(),
            other_skus: Vec::new(),
            unlicensed: Restrictions::none(),
            imported_keys: false,
            sandbox: SandboxLeases::Refused,
            plain_http: false,
            algorithm: KeyAlgorithm::Ed25519,
            data_dir: None,
            store: None,
            transport: None,
            clock: None,
            fingerprint: None,
            random: None,
        }
    }

    /// The service's address, as in `https://licences.example.com`: scheme, host and port, without a path. Without it the client only reads
    /// what it has.
    ///
    /// Product keys travel in requests, so `http` is accepted for this machine's own addresses only.
    pub fn service_url(mut self, url: impl Into<String>) -> Self {
        self.service_url = Some(url.into());
        self
    }

    /// The folder in which this installation keeps its key and its lease: one for each product and each user. It is made when needed.
    pub fn data_dir(mut self, folder: impl Into<PathBuf>) -> Self {
        self.data_dir = Some(folder.into());
        self
    }

    /// The SKUs that this application runs under, by their number in product keys, each with the name that people know: `[(42, "Draw
    /// Professional")]`. Keys and leases of any other are refused. Without this, every SKU of the product will do.
    pub fn accepted_skus<N: Into<String>>(mut self, skus: impl IntoIterator<Item = (u16, N)>) -> Self {
        self.skus.extend(skus.into_iter().map(|(number, name)| (number, name.into())));
        self
    }

    /// Names of the publisher's other SKUs, so that a message can say what a wrong key is for.
    pub fn other_skus<N: Into<String>>(mut self, skus: impl IntoIterator<Item = (u16, N)>) -> Self {
        self.other_skus.extend(skus.into_iter().map(|(number, name)| (number, name.into())));
        self
    }

    /// What the application holds back while it has no licence at all. Nothing, unless this is called.
    pub fn unlicensed_restrictions(mut self, restrictions: Restrictions) -> Self {
        self.unlicensed = restrictions;
        self
    }

    /// Lets the service judge texts that are no key of Warifu's form: for publishers who imported the keys that they sold before.
    pub fn accept_imported_keys(mut self) -> Self {
        self.imported_keys = true;
        self
    }

    /// Accepts test keys and leases of a sandbox. A released application must not: anybody can have such a lease.
    pub fn dangerous_accept_sandbox(mut self) -> Self {
        self.sandbox = SandboxLeases::Accepted;
        self
    }

    /// Accepts an `http` address of another machine. Product keys then travel readable by everybody on the way.
    pub fn dangerous_accept_plain_http(mut self) -> Self {
        self.plain_http = true;
        self
    }

    /// The algorithm of a new installation key. An existing key stays as it is.
    pub fn key_algorithm(mut self, algorithm: KeyAlgorithm) -> Self {
        self.algorithm = algorithm;
        self
    }

    /// Another store than a folder.
    pub fn store(mut self, store: impl Store + 'static) -> Self {
        self.store = Some(Box::new(store));
        self
    }

    /// Another transport than HTTP by this crate.
    pub fn transport(mut self, transport: impl Transport + 'static) -> Self {
        self.transport = Some(Box::new(transport));
        self
    }

    /// Another clock than the machine's.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Some(Box::new(clock));
        self
    }

    /// Another source of fingerprints than this machine's hardware.
    pub fn fingerprint(mut self, fingerprint: impl Fingerprint + 'static) -> Self {
        self.fingerprint = Some(Box::new(fingerprint));
        self
    }

    /// Another source of randomness than the system's; it must be secure.
    pub fn random(mut self, random: impl Random + Send + 'static) -> Self {
        self.random = Some(Box::new(random));
        self
    }

    /// The client. Nothing is read, written or asked yet.
    ///
    /// # Errors
    /// `config_invalid`, naming the setting and how to mend it.
    pub fn build(self) -> Result<Client, Error> {
        let root = match &self.root.0 {
            Root::Bytes(bytes) => RootPublicKey::from_bytes(*bytes),
            Root::Text(text) => text.parse(),
        };
        let root = root.map_err(|_| config("root_public_key", "…", "root_key_digits"))?;
        let product = Slug::new(&self.product).map_err(|_| config("product", &self.product, Slug::RULE))?;
        let service_url = match self.service_url {
            Some(url) => Some(check_url(&url, self.plain_http)?),
            None => None,
        };
        let store = match (self.store, self.data_dir) {
            (Some(store), _) => store,
            (None, Some(folder)) => Box::new(FolderStore::new(folder)),
            (None, None) => {
                return Err(config("data_dir", "", "name a folder in which the application may write"));
            }
        };
        let config = Config {
            service: root.service_id(),
            root,
            product,
            service_url,
            skus: numbered(self.skus)?,
            other_skus: numbered(self.other_skus)?,
            unlicensed: self.unlicensed,
            imported_keys: self.imported_keys,
            sandbox: self.sandbox,
            algorithm: self.algorithm,
        };
        let ports = Ports {
            store,
            transport: self.transport.or_else(default_transport),
            clock: self.clock.unwrap_or_else(|| Box::new(SystemClock::new())),
            fingerprint: self.fingerprint.unwrap_or_else(default_fingerprint),
            random: self.random.unwrap_or_else(|| Box::new(SystemRandom)),
        };
        Ok(Client::new(config, ports))
    }
}

impl std::fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("product", &self.product)
            .field("service_url", &self.service_url)
            .finish_non_exhaustive()
    }
}

fn config(key: &str, value: &str, fix: &str) -> Error {
    Failure::config_invalid(key, value, fix).into()
}

fn numbered(skus: Vec<(u16, String)>) -> Result<Vec<(SkuNumber, String)>, Error> {
    let checked = skus.into_iter().map(|(number, name)| match SkuNumber::new(number) {
        Some(sku) => Ok((sku, name)),
        None => Err(config("accepted_skus", &number.to_string(), "a SKU's number is at most 16383")),
    });
    checked.collect()
}

/// The address without a slash at its end.
fn check_url(url: &str, plain_http: bool) -> Result<String, Error> {
    let wrong = |fix| config("service_url", url, fix);
    let text = url.trim().trim_end_matches('/');
    let (scheme, authority) = text.split_once("://").ok_or_else(|| wrong("https_address"))?;
    let plain = |symbol: char| symbol.is_ascii_alphanumeric() || "-._:[]".contains(symbol);
    if authority.is_empty() || !authority.chars().all(plain) {
        return Err(wrong("host_and_port_only"));
    }
    match scheme {
        "https" => {}
        "http" if plain_http || is_this_machine(authority) => {}
        "http" => return Err(wrong("use_https")),
        _ => return Err(wrong("https_address")),
    }
    Ok(format!("{scheme}://{authority}"))
}

fn is_this_machine(authority: &str) -> bool {
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(feature = "http")]
#[expect(clippy::unnecessary_wraps, reason = "without the feature `http` there is none")]
fn default_transport() -> Option<Box<dyn Transport>> {
    Some(Box::new(crate::transport::HttpTransport::new()))
}

#[cfg(not(feature = "http"))]
fn default_transport() -> Option<Box<dyn Transport>> {
    None
}

#[cfg(feature = "device")]
fn default_fingerprint() -> Box<dyn Fingerprint> {
    Box::new(crate::fingerprint::ThisMachine)
}

#[cfg(not(feature = "device"))]
fn default_fingerprint() -> Box<dyn Fingerprint> {
    Box::new(crate::fingerprint::NoMachine)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_https_or_this_machine() {
        let check = |url: &str| check_url(url, false).ok();
        for url in [
            "https://a.example",
            "https://a.example:8443",
            "http://127.0.0.1:8080",
            "http://localhost",
            "http://[::1]:80",
        ] {
            assert_eq!(check(url).as_deref(), Some(url));
            assert_eq!(check(&format!(" {url}/ ")).as_deref(), Some(url));
        }
        for url in [
            "",
            "a.example",
            "http://a.example",
            "http://127.0.0.1.example",
            "http://localhost.example",
            "ftp://a.example",
            "https://",
            "https://a.example/path",
            "https://user@a.example",
            "https://a.example?x",
        ] {
            assert_eq!(check(url), None, "{url}");
        }
        assert!(check_url("http://a.example", true).is_ok());
    }

    #[test]
    fn what_is_set_up_wrongly_is_named() {
        let root = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
        let build =
            |root: &str, product: &str| Client::builder(root, product).store(crate::MemoryStore::default());
        assert!(build(root, "draw").build().is_ok());
        for (builder, key) in [
            (build("00", "draw"), "root_public_key"),
            (build(root, "Draw!"), "product"),
            (build(root, "draw").service_url("x"), "service_url"),
            (build(root, "draw").accepted_skus([(16_384, "Draw")]), "accepted_skus"),
            (Client::builder(root, "draw"), "data_dir"),
        ] {
            let error = builder.build().err().map(|error| error.failure().clone());
            assert_eq!(error.as_ref().and_then(|failure| failure.value("key")), Some(key));
        }
    }
}
