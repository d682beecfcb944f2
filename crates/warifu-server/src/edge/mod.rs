//! The edge itself: listening, TLS, connections and an orderly end.

mod connection;
mod crowd;
mod expiry;
pub(crate) mod retention;
pub(crate) mod sequencer;
#[cfg(test)]
mod tests;
mod tls;
mod writing;

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use warifu_core::catalogue::Failure;
use warifu_service::service::Service;

use self::crowd::Crowd;
use crate::app::App;
use crate::config::Config;
use crate::route::build;

/// A service that has its address but does not answer yet.
pub struct Bound {
    listener: TcpListener,
    address: SocketAddr,
    tls: Option<TlsAcceptor>,
    router: Router,
    app: App,
    config: Config,
}

/// Checks the configuration and takes the address.
///
/// # Errors
/// `config_invalid`, `file_not_readable` for the TLS files, `address_in_use`.
pub async fn bind(config: Config, service: Arc<Service>) -> Result<Bound, Failure> {
    config.check()?;
    let tls = config.tls.as_ref().map(tls::acceptor).transpose()?;
    let unusable = |error: std::io::Error| match error.kind() {
        ErrorKind::AddrInUse => Failure::address_in_use(config.listen),
        _ => Failure::config_invalid("listen", config.listen, error),
    };
    let listener = TcpListener::bind(config.listen).await.map_err(unusable)?;
    let address = listener.local_addr().map_err(unusable)?;
    let (router, app) = build(service, config.options.clone());
    Ok(Bound { listener, address, tls, router, app, config })
}

/// Serves until `shutdown`, then lets the requests that are being answered finish, for a bounded time.
///
/// # Errors
/// As for [`bind`] and [`Bound::run`].
pub async fn serve(
    config: Config,
    service: Arc<Service>,
    shutdown: impl Future<Output = ()>,
) -> Result<(), Failure> {
    bind(config, service).await?.run(shutdown).await
}

impl Bound {
    /// The address, with the port that the system chose if it was asked to.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address as a URL.
    #[must_use]
    pub fn url(&self) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// Serves until `shutdown`, then lets the requests that are being answered finish, for a bounded time.
    ///
    /// # Errors
    /// `service_unavailable` when it ended because nothing can be written any more.
    pub async fn run(self, shutdown: impl Future<Output = ()>) -> Result<(), Failure> {
        tracing::info!(address = %self.address, tls = self.tls.is_some(), "listening");
        let connections = GracefulShutdown::new();
        let room = Arc::new(Semaphore::new(self.config.connections_max));
        let crowd = Crowd::new(self.config.connections_per_network_max, self.config.options.trusted_proxy);
        let crowd = Arc::new(crowd);
        let accepting = async {
            loop {
                let Ok(permit) = room.clone().acquire_owned().await else { break };
                let (stream, peer) = connection::accept(&self.listener).await;
                // Closed without a word: an answer would cost what is to be saved.
                let Some(place) = crowd.admit(peer.ip()) else { continue };
                let connection = connection::Connection {
                    stream,
                    peer,
                    tls: self.tls.clone(),
                    router: self.router.clone(),
                    app: self.app.clone(),
                    watcher: connections.watcher(),
                };
                tokio::spawn(async move {
                    connection.serve().await;
                    drop((place, permit));
                });
            }
        };
        let ended = tokio::select! {
            () = accepting => Ok(()),
            () = expiry::watch(&self.app) => Ok(()),
            () = sequencer::run(&self.app) => Ok(()),
            () = retention::run(&self.app) => Ok(()),
            () = writing::ended(&self.app) => Err(Failure::service_unavailable()),
            () = shutdown => Ok(()),
        };
        drop(self.listener);
        let open = connections.count();
        tracing::info!(open, "shutting down");
        if timeout(self.config.shutdown_timeout, connections.shutdown()).await.is_err() {
            tracing::warn!("some requests were not finished in time");
        }
        ended
    }
}

impl std::fmt::Debug for Bound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Bound({})", self.address)
    }
}
