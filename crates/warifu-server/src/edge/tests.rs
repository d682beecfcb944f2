//! Over real sockets: the address, TLS, limits and an orderly end.

use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio_rustls::TlsConnector;

use super::{bind, serve};
use crate::config::{Config, TlsFiles};
use crate::testing::World;

fn local() -> Config {
    Config { listen: "127.0.0.1:0".parse().unwrap(), ..Config::default() }
}

async fn read_all(stream: &mut (impl tokio::io::AsyncRead + Unpin)) -> String {
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes).await;
    String::from_utf8_lossy(&bytes).into_owned()
}

async fn ask(address: std::net::SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    read_all(&mut stream).await
}

#[tokio::test]
async fn a_service_answers_at_its_port_and_ends_when_told() {
    let world = World::new().await;
    let bound = bind(local(), world.service.clone()).await.unwrap();
    let address = bound.address();
    assert_eq!(bound.url(), format!("http://{address}"));
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(bound.run(async { drop(stopped.await) }));
    let answer = ask(address, "GET /v1/nonce HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    // A connection that is kept open does not hold the end up.
    let mut idle = TcpStream::connect(address).await.unwrap();
    idle.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    idle.readable().await.unwrap();
    stop.send(()).unwrap();
    running.await.unwrap().unwrap();
    assert!(read_all(&mut idle).await.contains("\"status\":\"ok\""));
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn an_address_in_use_and_one_that_is_not_safe_are_refused_by_name() {
    let world = World::new().await;
    let first = bind(local(), world.service.clone()).await.unwrap();
    let taken = Config { listen: first.address(), ..local() };
    let refused = serve(taken, world.service.clone(), std::future::pending()).await.unwrap_err();
    assert_eq!(refused.code().as_str(), "address_in_use");
    let open = Config { listen: "0.0.0.0:0".parse().unwrap(), ..local() };
    assert_eq!(bind(open, world.service.clone()).await.unwrap_err().code().as_str(), "config_invalid");
}

#[tokio::test]
async fn headers_beyond_the_limit_and_smuggled_lengths_are_turned_away() {
    let world = World::new().await;
    let bound = bind(local(), world.service.clone()).await.unwrap();
    let address = bound.address();
    let (_stop, stopped) = oneshot::channel::<()>();
    tokio::spawn(bound.run(async { drop(stopped.await) }));
    let long = format!("GET / HTTP/1.1\r\nhost: x\r\nx: {}\r\n\r\n", "a".repeat(100_000));
    assert!(ask(address, &long).await.starts_with("HTTP/1.1 431"));
    let many = format!("GET / HTTP/1.1\r\nhost: x\r\n{}\r\n", "x: 1\r\n".repeat(200));
    assert!(ask(address, &many).await.starts_with("HTTP/1.1 431"));
    for smuggled in [
        "content-length: 4\r\ncontent-length: 5\r\n\r\nabcd",
        "content-length: 4\r\ncontent-length : 5\r\n\r\nabcd",
        "content-length: +4\r\n\r\nabcd",
        "transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    ] {
        let answer = ask(address, &format!("POST /v1/activate HTTP/1.1\r\nhost: x\r\n{smuggled}")).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{smuggled}: {answer}");
    }
}

#[tokio::test]
async fn tls_is_spoken_with_the_certificate_of_the_files() {
    let folder = tempfile::tempdir().unwrap();
    let issued = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let files = TlsFiles { certificate: folder.path().join("c.pem"), key: folder.path().join("k.pem") };
    std::fs::write(&files.certificate, issued.cert.pem()).unwrap();
    let config = Config { tls: Some(files.clone()), ..local() };
    let world = World::new().await;
    let missing = bind(config.clone(), world.service.clone()).await.unwrap_err();
    assert_eq!(missing.code().as_str(), "file_not_readable");
    std::fs::write(&files.key, issued.signing_key.serialize_pem()).unwrap();

    let bound = bind(config, world.service.clone()).await.unwrap();
    let address = bound.address();
    assert!(bound.url().starts_with("https://"));
    let (_stop, stopped) = oneshot::channel::<()>();
    tokio::spawn(bound.run(async { drop(stopped.await) }));
    let mut roots = RootCertStore::empty();
    roots.add(issued.cert.der().clone()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let client = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let connector = TlsConnector::from(Arc::new(client.with_root_certificates(roots).with_no_client_auth()));
    let stream = TcpStream::connect(address).await.unwrap();
    let mut stream = connector.connect(ServerName::try_from("localhost").unwrap(), stream).await.unwrap();
    stream.write_all(b"GET /v1/service HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
    assert!(read_all(&mut stream).await.contains(&world.service.id().to_string()));
}

#[tokio::test]
async fn a_connection_beyond_the_limit_waits_for_its_turn() {
    let world = World::new().await;
    let config = Config { connections_max: 1, ..local() };
    let bound = bind(config, world.service.clone()).await.unwrap();
    let address = bound.address();
    let (_stop, stopped) = oneshot::channel::<()>();
    tokio::spawn(bound.run(async { drop(stopped.await) }));
    let mut first = TcpStream::connect(address).await.unwrap();
    let mut second = TcpStream::connect(address).await.unwrap();
    let request = b"GET /v1/nonce HTTP/1.1\r\nhost: x\r\n\r\n";
    second.write_all(request).await.unwrap();
    // The first is answered twice while the second waits.
    for _ in 0..2 {
        first.write_all(request).await.unwrap();
        assert!(first.read(&mut [0; 4096]).await.unwrap() > 0);
    }
    assert!(second.try_read(&mut [0; 1]).is_err());
    drop(first);
    assert!(second.read(&mut [0; 4096]).await.unwrap() > 0);
}

#[tokio::test]
async fn a_service_that_can_write_no_more_ends_with_an_error() {
    let world = World::new().await;
    let bound = bind(local(), world.service.clone()).await.unwrap();
    world.service.stop();
    let ended = bound.run(std::future::pending()).await.unwrap_err();
    assert_eq!(ended.code().as_str(), "service_unavailable");
}
