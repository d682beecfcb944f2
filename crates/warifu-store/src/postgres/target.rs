//! Where the database is, and how to get there: address, password, TLS.
//!
//! An address holds no password. To another machine the connection is made with TLS, and the server's certificate is verified with its name, whatever
//! libpq would do with the same address; without TLS only when that is asked for by a setting that says what it is.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;
use tokio::sync::mpsc::Sender;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};
use tokio_postgres::{Client, Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;
use warifu_core::catalogue::Failure;
use warifu_service::port::StoreError;

use super::trouble::{Result, Trouble};

/// How long one server may take to accept a connection. Of several that are named, each has this time.
const CONNECT_MAX: Duration = Duration::from_secs(5);
/// The most servers that an address may name.
const HOSTS_MAX: usize = 8;

/// How a database is named: `postgres://USER@HOST[:PORT][,HOST…]/DATABASE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    given: String,
    config: Config,
}

/// Why a text is no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressError {
    /// Not of the form, or a part is missing.
    NotAnAddress,
    /// It holds a password, which would be seen wherever the address is.
    Password,
}

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAnAddress => "an address is postgres://USER@HOST:PORT/DATABASE",
            Self::Password => "an address holds no password",
        })
    }
}

impl std::error::Error for AddressError {}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> std::result::Result<Self, AddressError> {
        if !is_address(text) {
            return Err(AddressError::NotAnAddress);
        }
        let config: Config = text.parse().map_err(|_| AddressError::NotAnAddress)?;
        if config.get_password().is_some() {
            return Err(AddressError::Password);
        }
        let hosts = 1..=HOSTS_MAX;
        let whole = config.get_user().is_some()
            && config.get_dbname().is_some()
            && hosts.contains(&config.get_hosts().len());
        if whole { Ok(Self { given: text.to_owned(), config }) } else { Err(AddressError::NotAnAddress) }
    }
}

/// Whether a text is meant as the address of a database, and not as a file's name.
#[must_use]
pub fn is_address(text: &str) -> bool {
    text.starts_with("postgres://") || text.starts_with("postgresql://")
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ports = self.config.get_ports();
        write!(f, "postgres://{}@", self.user())?;
        for (place, host) in self.config.get_hosts().iter().enumerate() {
            let port = ports.get(place).or(ports.first()).copied().unwrap_or(5432);
            let comma = if place > 0 { "," } else { "" };
            match host {
                Host::Tcp(name) => write!(f, "{comma}{name}:{port}")?,
                #[cfg(unix)]
                Host::Unix(path) => write!(f, "{comma}{}:{port}", path.display())?,
            }
        }
        write!(f, "/{}", self.database())
    }
}

impl Address {
    /// The text that it was read from, with all that it says of the connection.
    #[must_use]
    pub fn as_given(&self) -> &str {
        &self.given
    }

    /// Whom the service connects as.
    #[must_use]
    pub fn user(&self) -> &str {
        self.config.get_user().unwrap_or_default()
    }

    /// The database.
    #[must_use]
    pub fn database(&self) -> &str {
        self.config.get_dbname().unwrap_or_default()
    }

    /// Whether every server is on this machine.
    fn is_local(&self) -> bool {
        self.config.get_hosts().iter().all(|host| match host {
            Host::Tcp(name) => {
                name == "localhost"
                    || name.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
            }
            #[cfg(unix)]
            Host::Unix(_) => true,
        })
    }
}

/// What is needed to open a store.
#[derive(Clone)]
pub struct Options {
    /// Where it is.
    pub address: Address,
    /// The password, if the server asks for one.
    pub password: Option<String>,
    /// The certificates, in PEM, by which the server is known; the system's unless given.
    pub ca: Option<PathBuf>,
    /// Allows a connection without TLS to another machine, when the address has `sslmode=disable`.
    pub dangerous_plain: bool,
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options").field("address", &self.address.to_string()).finish_non_exhaustive()
    }
}

/// An address that can be connected to.
pub(super) struct Target {
    address: Address,
    config: Config,
    tls: Option<MakeRustlsConnect>,
}

impl Target {
    /// Checks `options` and reads the certificates.
    ///
    /// # Errors
    /// When TLS is needed and cannot be had.
    pub(super) fn new(options: &Options) -> std::result::Result<Self, StoreError> {
        let address = options.address.clone();
        let mut config = address.config.clone();
        if let Some(password) = &options.password {
            config.password(password);
        }
        // Of several servers, the one that may be written: the others are its standbys.
        config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        config.connect_timeout(CONNECT_MAX).tcp_user_timeout(Duration::from_secs(20));
        config
            .keepalives_idle(Duration::from_secs(10))
            .keepalives_interval(Duration::from_secs(5))
            .keepalives_retries(3);
        if config.get_application_name().is_none() {
            config.application_name("warifu");
        }
        let wants = config.get_ssl_mode();
        let local = address.is_local();
        let plain = match wants {
            SslMode::Disable if local || options.dangerous_plain => true,
            SslMode::Disable => {
                let why = "sslmode=disable";
                return Err(told(Failure::database_tls_refused(&address, why), why));
            }
            SslMode::Require => false,
            _ => local,
        };
        config.ssl_mode(if plain { SslMode::Disable } else { SslMode::Require });
        let tls = if plain {
            None
        } else {
            Some(
                connector(options)
                    .map_err(|why| told(Failure::database_tls_refused(&address, &why), &why))?,
            )
        };
        Ok(Self { address, config, tls })
    }

    /// How long an attempt to connect may take in all.
    pub(super) fn connect_max(&self) -> Duration {
        CONNECT_MAX * self.config.get_hosts().len() as u32 + Duration::from_secs(1)
    }

    /// Connects. The connection is driven by a task of its own.
    pub(super) async fn connect(&self, guest: Option<Sender<()>>) -> Result<Client> {
        match &self.tls {
            Some(tls) => {
                let (client, connection) =
                    self.config.connect(tls.clone()).await.map_err(Trouble::not_connected)?;
                tokio::spawn(async move {
                    // What went wrong is told to whoever waits for an answer.
                    let _ = connection.await;
                    drop(guest);
                });
                Ok(client)
            }
            None => {
                let (client, connection) =
                    self.config.connect(NoTls).await.map_err(Trouble::not_connected)?;
                tokio::spawn(async move {
                    let _ = connection.await;
                    drop(guest);
                });
                Ok(client)
            }
        }
    }

    /// The catalogue's entry for a connection that could not be made, for whoever starts a service. Others are told less.
    pub(super) fn explain(&self, trouble: Trouble) -> StoreError {
        let address = &self.address;
        match trouble {
            Trouble::NotReached(why) => told(Failure::database_unreachable(address), &why),
            Trouble::LoginRefused(why) => {
                told(Failure::database_login_refused(address.user(), address), &why)
            }
            Trouble::NoDatabase(why) => told(Failure::database_missing(address.database(), address), &why),
            Trouble::TlsRefused(why) => told(Failure::database_tls_refused(address, &why), &why),
            Trouble::NotPermitted(why) => {
                told(Failure::database_not_permitted(address.user(), address), &why)
            }
            Trouble::NotDurable => told(Failure::database_not_durable(address), "fsync is off"),
            Trouble::ReadOnly => told(Failure::database_read_only(address), "read-only"),
            other => other.told(),
        }
    }
}

fn told(failure: Failure, detail: &str) -> StoreError {
    StoreError::Refused { failure: Box::new(failure), detail: detail.to_owned() }
}

fn connector(options: &Options) -> std::result::Result<MakeRustlsConnect, String> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    let config = match &options.ca {
        None => builder.with_platform_verifier().map_err(|error| error.to_string())?.with_no_client_auth(),
        Some(path) => {
            let unreadable = |error: &dyn fmt::Display| format!("{}: {error}", path.display());
            let mut roots = RootCertStore::empty();
            let certificates = CertificateDer::pem_file_iter(path).map_err(|error| unreadable(&error))?;
            for certificate in certificates {
                let certificate = certificate.map_err(|error| unreadable(&error))?;
                roots.add(certificate).map_err(|error| unreadable(&error))?;
            }
            if roots.is_empty() {
                return Err(unreadable(&"no certificate"));
            }
            builder.with_root_certificates(roots).with_no_client_auth()
        }
    };
    Ok(MakeRustlsConnect::new(config))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_user_server_and_database_and_no_password() {
        for (text, shown) in [
            ("postgres://warifu@db.example/licences", "postgres://warifu@db.example:5432/licences"),
            ("postgresql://warifu@[::1]:6432/w?sslmode=require", "postgres://warifu@::1:6432/w"),
            ("postgres://warifu@a,b:6000/w", "postgres://warifu@a:5432,b:6000/w"),
        ] {
            assert_eq!(text.parse::<Address>().unwrap().to_string(), shown);
        }
        for text in [
            "",
            "warifu.db",
            "postgres://",
            "postgres://host/db",
            "postgres://u@host",
            "mysql://u@h/d",
            "postgres://u@/d",
        ] {
            assert_eq!(text.parse::<Address>(), Err(AddressError::NotAnAddress), "{text}");
        }
        assert_eq!("postgres://u:secret@h/d".parse::<Address>(), Err(AddressError::Password));
        assert_eq!("postgres://u@h/d?password=secret".parse::<Address>(), Err(AddressError::Password));
    }

    #[test]
    fn only_this_machine_is_reached_without_tls_unless_a_setting_says_so() {
        let open = |text: &str, dangerous_plain| {
            let address = text.parse().unwrap();
            Target::new(&Options { address, password: None, ca: None, dangerous_plain })
                .map(|target| target.tls.is_some())
        };
        assert_eq!(open("postgres://u@127.0.0.1/d", false), Ok(false));
        assert_eq!(open("postgres://u@localhost/d", false), Ok(false));
        assert_eq!(open("postgres://u@localhost/d?sslmode=require", false), Ok(true));
        assert_eq!(open("postgres://u@db/d", false), Ok(true));
        assert_eq!(open("postgres://u@localhost,db/d", false), Ok(true));
        assert_eq!(open("postgres://u@db/d?sslmode=prefer", true), Ok(true));
        assert!(open("postgres://u@db/d?sslmode=disable", false).is_err());
        assert_eq!(open("postgres://u@db/d?sslmode=disable", true), Ok(false));
    }

    #[test]
    fn options_are_shown_without_the_password() {
        let address = "postgres://u@h/d".parse().unwrap();
        let options =
            Options { address, password: Some("secret".to_owned()), ca: None, dangerous_plain: false };
        assert!(!format!("{options:?}").contains("secret"));
    }
}
