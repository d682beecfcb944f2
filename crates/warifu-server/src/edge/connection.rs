//! One connection: TLS where it is wanted, then HTTP/1.1 within bounds.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::Watcher;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};
use tokio_io_timeout::TimeoutStream;
use tokio_rustls::TlsAcceptor;
use tower::Service as _;

use crate::app::App;

/// How long a TLS handshake may take.
const HANDSHAKE_MAX: Duration = Duration::from_secs(10);

/// How long a request's headers may take to arrive, and how long a connection may be idle.
const HEADERS_MAX: Duration = Duration::from_secs(30);

/// How long a peer may take no byte of its answer.
const UNREAD_MAX: Duration = Duration::from_secs(30);

/// The most bytes of a request's headers, and of what is read ahead.
const HEADER_BYTES_MAX: usize = 32 * 1024;

/// The most headers of a request.
const HEADERS_COUNT_MAX: usize = 64;

pub(super) struct Connection {
    pub(super) stream: TcpStream,
    pub(super) peer: SocketAddr,
    pub(super) tls: Option<TlsAcceptor>,
    pub(super) router: Router,
    pub(super) app: App,
    pub(super) watcher: Watcher,
}

/// The next connection. When the system has no room for one, waits until it may have.
pub(super) async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

impl Connection {
    pub(super) async fn serve(self) {
        let Self { stream, peer, tls, router, app, watcher } = self;
        app.metrics.connections.inc();
        // Answers are small and complete: waiting for more to send only delays them.
        let _ = stream.set_nodelay(true);
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(UNREAD_MAX));
        let stream = Box::pin(stream);
        match tls {
            None => serve_http(stream, peer, router, watcher).await,
            Some(tls) => match timeout(HANDSHAKE_MAX, tls.accept(stream)).await {
                Ok(Ok(stream)) => serve_http(stream, peer, router, watcher).await,
                Ok(Err(error)) => tracing::debug!(%error, "no TLS connection"),
                Err(_) => tracing::debug!("a TLS handshake took too long"),
            },
        }
        app.metrics.connections.dec();
    }
}

async fn serve_http<S: AsyncRead + AsyncWrite + Unpin + 'static>(
    stream: S,
    peer: SocketAddr,
    router: Router,
    watcher: Watcher,
) {
    let service = service_fn(move |request: Request<Incoming>| {
        let mut router = router.clone();
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        async move { Ok::<_, Infallible>(router.call(request).await.unwrap_or_else(|never| match never {})) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_MAX)
        .max_buf_size(HEADER_BYTES_MAX)
        .max_headers(HEADERS_COUNT_MAX)
        .serve_connection(TokioIo::new(stream), service);
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%error, "a connection ended early");
    }
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use hyper_util::server::graceful::GracefulShutdown;
    use tokio::io::AsyncWriteExt as _;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_takes_no_byte_of_its_answer_is_let_go() {
        let (mut client, server) = tokio::io::duplex(1024);
        let router = Router::new().route("/", get(async || "x".repeat(100_000)));
        client.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        let peer = SocketAddr::from(([127, 0, 0, 1], 1));
        let mut stream = TimeoutStream::new(server);
        stream.set_write_timeout(Some(UNREAD_MAX));
        let served = serve_http(Box::pin(stream), peer, router, GracefulShutdown::new().watcher());
        timeout(UNREAD_MAX * 2, served).await.unwrap();
    }
}
