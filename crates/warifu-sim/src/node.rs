//! A node of the service: the real router on the real use cases, spoken to without a socket. A request is taken on when the simulator delivers it, waits
//! in the writer's queue, and is answered when the simulator has a group written.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::Request;
use tokio::runtime::Runtime;
use tower::ServiceExt as _;
use warifu_client::{Method, Response};
use warifu_core::random::Random;
use warifu_server::Options;
use warifu_service::authority::Authority;
use warifu_service::secrets::Secrets;
use warifu_service::service::{Parts, Service};

use crate::fiber::Call;
use crate::stop::Stop;
use crate::store::SimStore;
use crate::time::NodeClock;

/// Who waits for an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A client's call; its number is never used again.
    Client {
        /// The installation's place in the world.
        installation: usize,
        /// The call.
        call: u64,
    },
    /// Staff, by the place of their attempt.
    Staff(usize),
    /// A stranger.
    Stranger,
}

type Pending = Pin<Box<dyn Future<Output = Result<Response, Stop>>>>;

/// A request that was taken on and not answered yet.
struct Flight {
    origin: Origin,
    answer: Pending,
}

/// An answer on its way out.
pub(crate) type Answered = (Origin, Response);

/// See the module.
pub(crate) struct Node {
    pub(crate) service: Arc<Service>,
    router: Router,
    /// Those whose commands wait in the writer's queue, in its order.
    flights: VecDeque<Flight>,
    /// How many of the writer's commands have been answered.
    answered: u64,
    runtime: Arc<Runtime>,
}

impl Node {
    /// A node on `store`, with keys and secrets as its files have them.
    pub(crate) fn start(
        store: &SimStore,
        (issuing, secrets): (&[u8], &[u8]),
        clock: NodeClock,
        random: impl Random + Send + 'static,
        runtime: Arc<Runtime>,
    ) -> Result<Self, Stop> {
        let parts = Parts {
            authority: Authority::from_bytes(issuing).map_err(Stop::harness)?,
            secrets: Secrets::from_bytes(secrets).map_err(Stop::harness)?,
            store: Box::new(store.clone()),
            reads: Arc::new(store.clone()),
            clock: Arc::new(clock),
            random: Box::new(random),
        };
        let service = Arc::new(Service::start_by_hand(parts).map_err(Stop::harness)?);
        // Nobody's time here is the machine's: what takes too long is decided by the simulator.
        let options = Options { request_timeout: Duration::from_secs(86_400 * 365), ..Options::default() };
        let router = warifu_server::router(service.clone(), options);
        Ok(Self { service, router, flights: VecDeque::new(), answered: 0, runtime })
    }

    /// Takes a request on. Answers at once what needs no group.
    pub(crate) fn take_on(
        &mut self,
        call: &Call,
        source: SocketAddr,
        origin: Origin,
    ) -> Result<Option<Answered>, Stop> {
        let method = match call.method {
            Method::Get => "GET",
            Method::Post => "POST",
        };
        let mut request = Request::builder().method(method).uri(&call.path);
        for (name, value) in &call.headers {
            request = request.header(name, value);
        }
        let mut request = request.body(Body::from(call.body.clone())).map_err(Stop::harness)?;
        request.extensions_mut().insert(ConnectInfo(source));
        let router = self.router.clone();
        let mut answer: Pending = Box::pin(async move {
            let response = router.oneshot(request).await.map_err(Stop::harness)?;
            let (parts, body) = response.into_parts();
            let body = to_bytes(body, usize::MAX).await.map_err(Stop::harness)?.to_vec();
            let text = |value: &axum::http::HeaderValue| value.to_str().ok().map(str::to_owned);
            let headers = parts.headers.iter();
            let headers =
                headers.filter_map(|(name, value)| Some((name.as_str().to_owned(), text(value)?))).collect();
            Ok(Response { status: parts.status.as_u16(), headers, body })
        });
        let waiting = self.service.writer_numbers().waiting;
        if let Some(response) = self.look(&mut answer) {
            return Ok(Some((origin, response?)));
        }
        if self.service.writer_numbers().waiting == waiting {
            // It waits for a look into the store, which the service takes beside its other work.
            return Ok(Some((origin, self.runtime.block_on(answer)?)));
        }
        self.flights.push_back(Flight { origin, answer });
        Ok(None)
    }

    fn look(&self, answer: &mut Pending) -> Option<Result<Response, Stop>> {
        let _inside = self.runtime.enter();
        match answer.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(response) => Some(response),
            Poll::Pending => None,
        }
    }

    /// Whether commands wait for a group, or answers for somebody to look.
    pub(crate) fn is_busy(&self) -> bool {
        !self.flights.is_empty()
    }

    /// Who waits here.
    pub(crate) fn waiting(&self) -> impl Iterator<Item = Origin> {
        self.flights.iter().map(|flight| flight.origin)
    }

    /// Has a group of up to `commands_max` commands written, and brings the answers that are there then.
    pub(crate) fn write(&mut self, commands_max: usize) -> Result<Vec<Answered>, Stop> {
        self.service.write_group(commands_max);
        self.answers()
    }

    /// The answers that are there: to as many commands as the writer has taken up since.
    fn answers(&mut self) -> Result<Vec<Answered>, Stop> {
        let done = self.service.writer_numbers().commands;
        let mut answered = Vec::new();
        while self.answered < done {
            self.answered += 1;
            let Some(Flight { origin, mut answer }) = self.flights.pop_front() else { break };
            let response = match self.look(&mut answer) {
                Some(response) => response,
                // Some answers need another look into the store.
                None => self.runtime.block_on(answer),
            };
            answered.push((origin, response?));
        }
        Ok(answered)
    }

    /// Finishes what a use case of the service begins, with groups of its own.
    pub(crate) fn finish<T>(&mut self, work: impl Future<Output = T>) -> Result<T, Stop> {
        let mut work = std::pin::pin!(work);
        let _inside = self.runtime.enter();
        for _ in 0..8 {
            match work.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(done) => {
                    self.answered = self.service.writer_numbers().commands;
                    return Ok(done);
                }
                Poll::Pending => self.service.write_group(1),
            };
        }
        Err(Stop::harness("a use case of the service does not end"))
    }
}
