//! A node of the service: the real router on the real use cases, spoken to without a socket. A request is taken on when the simulator delivers it, waits
//! in the writer's queue, and is answered when the simulator has a group written.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
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
use warifu_service::log::LogKeys;
use warifu_service::port::LogAppend;
use warifu_service::secrets::Secrets;
use warifu_service::service::{Parts, Service};

use crate::fiber::Call;
use crate::journal::SimJournal;
use crate::later::said_later;
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
    /// The sequencer of the log.
    Sequencer,
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

/// What a node is started from, as its files have it.
pub(crate) struct Files<'a> {
    /// The keys that sign, and the list of those that do not any more.
    pub(crate) authority: Authority,
    /// `secrets.json`.
    pub(crate) secrets: &'a [u8],
    /// The keys that sign the log's checkpoints.
    pub(crate) log_keys: &'a [u8],
    /// The journal of provisional leases, for the node that has one.
    pub(crate) journal: Option<SimJournal>,
    /// Whether a later version of the service is installed there.
    pub(crate) later: bool,
}

/// See the module.
pub(crate) struct Node {
    pub(crate) service: Arc<Service>,
    router: Router,
    /// Whether it is a later version of the service.
    later: bool,
    /// Those who wait, in the order in which they came.
    flights: Vec<Flight>,
    runtime: Arc<Runtime>,
}

/// The runtime of a world's nodes: what looks into the store beside other work does so in one thread, one after the other.
pub(crate) fn runtime() -> io::Result<Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_time().max_blocking_threads(1).build()
}

impl Node {
    /// A node on `store`.
    pub(crate) fn start(
        store: &SimStore,
        files: Files<'_>,
        clock: NodeClock,
        random: impl Random + Send + 'static,
        runtime: Arc<Runtime>,
    ) -> Result<Self, Stop> {
        let parts = Parts {
            authority: files.authority,
            secrets: Secrets::from_bytes(files.secrets).map_err(Stop::harness)?,
            store: Box::new(store.clone()),
            reads: Arc::new(store.clone()),
            clock: Arc::new(clock),
            random: Box::new(random),
        };
        let mut service = Service::start_by_hand(parts).map_err(Stop::harness)?;
        if let Some(journal) = files.journal {
            service = service.with_journal(Box::new(journal)).map_err(Stop::harness)?;
        }
        let log_keys = LogKeys::from_bytes(files.log_keys).map_err(Stop::harness)?;
        service.take_up_log_keys(log_keys).map_err(Stop::harness)?;
        let service = Arc::new(service);
        // Nobody's time here is the machine's: what takes too long is decided by the simulator.
        let options = Options { request_timeout: Duration::from_secs(86_400 * 365), ..Options::default() };
        let router = warifu_server::router(service.clone(), options);
        Ok(Self { service, router, later: files.later, flights: Vec::new(), runtime })
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
        let (router, later) = (self.router.clone(), self.later);
        self.begin(origin, async move {
            let response = router.oneshot(request).await.map_err(Stop::harness)?;
            let (parts, body) = response.into_parts();
            let body = to_bytes(body, usize::MAX).await.map_err(Stop::harness)?.to_vec();
            let text = |value: &axum::http::HeaderValue| value.to_str().ok().map(str::to_owned);
            let headers = parts.headers.iter();
            let headers =
                headers.filter_map(|(name, value)| Some((name.as_str().to_owned(), text(value)?))).collect();
            let response = Response { status: parts.status.as_u16(), headers, body };
            Ok(if later { said_later(response) } else { response })
        })
    }

    /// Has an append to the log queued. Its answer's status says what became of it.
    pub(crate) fn append(&mut self, append: LogAppend) -> Result<Option<Answered>, Stop> {
        let service = self.service.clone();
        self.begin(Origin::Sequencer, async move {
            let status = match service.append(append).await {
                Ok(()) => 200,
                Err(failure) => failure.entry().status,
            };
            Ok(Response { status, ..Response::default() })
        })
    }

    /// Decides on what the journal holds, as the service does now and then.
    pub(crate) fn reconcile(&mut self) -> Result<Option<Answered>, Stop> {
        let service = self.service.clone();
        self.begin(Origin::Sequencer, async move {
            let status = service.reconcile().await.map_or_else(|failure| failure.entry().status, |()| 200);
            Ok(Response { status, ..Response::default() })
        })
    }

    fn begin(
        &mut self,
        origin: Origin,
        answer: impl Future<Output = Result<Response, Stop>> + 'static,
    ) -> Result<Option<Answered>, Stop> {
        let mut answer: Pending = Box::pin(answer);
        if let Some(response) = self.look(&mut answer) {
            return Ok(Some((origin, response?)));
        }
        self.flights.push(Flight { origin, answer });
        Ok(None)
    }

    /// Lets a use case go on as far as it can: until it waits for a group, or for another that does.
    fn look<T>(&self, work: &mut Pin<Box<dyn Future<Output = T>>>) -> Option<T> {
        let woken = Arc::new(Woken::default());
        let waker = Waker::from(woken.clone());
        let _inside = self.runtime.enter();
        loop {
            if let Poll::Ready(done) = work.as_mut().poll(&mut Context::from_waker(&waker)) {
                return Some(done);
            }
            // What looks into the store does so in a thread of its own; when that has nothing left to do, whoever is to be woken is.
            let goes_on = woken.take() || (self.settle_looks() && woken.take());
            if !goes_on {
                return None;
            }
        }
    }

    /// Waits until nothing looks into the store any more.
    fn settle_looks(&self) -> bool {
        self.runtime.block_on(self.runtime.spawn_blocking(|| {})).is_ok()
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
        let mut answered = Vec::new();
        loop {
            let before = answered.len();
            for mut flight in std::mem::take(&mut self.flights) {
                match self.look(&mut flight.answer) {
                    Some(response) => answered.push((flight.origin, response?)),
                    None => self.flights.push(flight),
                }
            }
            // Those that were done may have let others go on.
            if answered.len() == before {
                return Ok(answered);
            }
        }
    }

    /// Ends the process in an orderly way: what is queued is written, and whoever waits is answered.
    pub(crate) fn shut_down(mut self) -> Result<Vec<Answered>, Stop> {
        self.service.stop();
        let answered = self.write(0)?;
        match self.is_busy() {
            false => Ok(answered),
            true => {
                Err(Stop::violation(2, "a service that was shut down has left somebody without an answer"))
            }
        }
    }

    /// Finishes what a use case of the service begins, with groups of its own.
    pub(crate) fn finish<T: 'static>(&mut self, work: impl Future<Output = T> + 'static) -> Result<T, Stop> {
        let mut work: Pin<Box<dyn Future<Output = T>>> = Box::pin(work);
        for _ in 0..8 {
            match self.look(&mut work) {
                Some(done) => return Ok(done),
                None => self.service.write_group(1),
            };
        }
        Err(Stop::harness("a use case of the service does not end"))
    }
}

/// Whether whoever waits was woken since this was last asked.
#[derive(Default)]
struct Woken(AtomicBool);

impl Woken {
    fn take(&self) -> bool {
        self.0.swap(false, Ordering::AcqRel)
    }
}

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Release);
    }
}
