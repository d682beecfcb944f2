//! An HTTP answer alone: a process that gives the service's own answer, byte for byte as long, to whatever it is asked, by the same server with the
//! same settings, and does nothing else.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use std::convert::Infallible;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode};
use axum::routing::any;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tower::Service as _;

use super::scripts::Sample;

/// Such a process. Dropped, it ends.
pub(super) struct Answers {
    child: Child,
    pub(super) address: SocketAddr,
}

impl Answers {
    /// Starts one that gives these answers, each at the path of its request.
    pub(super) fn start(samples: &[Sample]) -> Result<Self, String> {
        let failed = |error: std::io::Error| format!("the process that only answers: {error}");
        let ours = std::env::current_exe().map_err(failed)?;
        let mut command = Command::new(ours);
        command.args(["drill", "bench-answers"]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(failed)?;
        if let Some(stdin) = child.stdin.take() {
            serde_json::to_writer(stdin, samples).map_err(|error| error.to_string())?;
        }
        let mut line = String::new();
        if let Some(stdout) = child.stdout.take() {
            BufReader::new(stdout).read_line(&mut line).map_err(failed)?;
        }
        let address = line.trim().parse().map_err(|_| "the process that only answers told no address")?;
        Ok(Self { child, address })
    }

    /// The process.
    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Answers {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `cargo xtask drill bench-answers`: that process. Reads the answers from its input and serves until it is killed.
pub(in crate::drill) fn run(_: &[String]) -> Result<(), String> {
    let failed = |error: std::io::Error| error.to_string();
    let samples: Vec<Sample> =
        serde_json::from_reader(std::io::stdin()).map_err(|error| error.to_string())?;
    let mut router = Router::new();
    for sample in samples {
        let headers = headers(&sample.head)?;
        let body = Bytes::from(sample.body);
        let answer = move |_request: Bytes| {
            let (headers, body) = (headers.clone(), body.clone());
            async move { (StatusCode::OK, headers, body) }
        };
        router = router.route(&sample.path, any(answer));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(failed)?;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(failed)?;
        println!("{}", listener.local_addr().map_err(failed)?);
        loop {
            let (stream, _) = listener.accept().await.map_err(failed)?;
            tokio::spawn(serve(stream, router.clone()));
        }
    })
}

/// The settings are those of `warifu_server::edge`.
async fn serve(stream: TcpStream, router: Router) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: Request<Incoming>| {
        let mut router = router.clone();
        async move {
            Ok::<_, Infallible>(
                router.call(request.map(Body::new)).await.unwrap_or_else(|never| match never {}),
            )
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_secs(30))
        .max_buf_size(32 * 1024)
        .max_headers(64)
        .serve_connection(TokioIo::new(stream), service);
    // The drill closes its connections when it has what it wants.
    let _ = connection.await;
}

/// The headers but those that the server adds by itself.
fn headers(head: &str) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    for line in head.lines().skip(1).filter(|line| !line.is_empty()) {
        let (name, value) = line.split_once(':').ok_or("a header without a value")?;
        let name = HeaderName::try_from(name).map_err(|error| error.to_string())?;
        if name != "content-length" && name != "date" {
            let value = HeaderValue::try_from(value.trim()).map_err(|error| error.to_string())?;
            headers.append(name, value);
        }
    }
    Ok(headers)
}
