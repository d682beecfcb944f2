//! One command and its answer: signed, named before it is sent, repeated safely.
//!
//! A command gets a random name (its idempotency key), which is on disk before the request leaves. If the answer is lost, or the
//! process dies, the next call of the same command sends the same name, and the service gives the answer that it has given already.

use serde::Serialize;
use serde::de::DeserializeOwned;
use warifu_core::catalogue::{Code, Failure};
use warifu_core::id::{IdempotencyKey, ServiceId};
use warifu_core::random;
use warifu_core::time::Timestamp;
use warifu_proto::encoding::hex;
use warifu_proto::keys::{InstallationPublicKey, Signer};
use warifu_proto::wire::device::{Client as ClientName, DeviceRequest};
use warifu_proto::wire::exchange::sign_request;
use warifu_proto::wire::nonce::NonceAnswer;
use warifu_proto::wire::notice::Notice;
use warifu_proto::wire::problem::Problem;
use warifu_proto::wire::{ANSWER_BYTES_MAX, NONCE_HEADER, PROTOCOL_VERSION};

use crate::client::Client;
use crate::clock::Moment;
use crate::error::Error;
use crate::mark::Mark;
use crate::records::{self, KeptRefusal, Pending};
use crate::transport::{Method, Request, Response};

/// For how long a nonce that came with an answer is used, in seconds. The service accepts it for ten minutes.
const NONCE_SECONDS_MAX: u64 = 480;

/// How soon after its command an answer's signed time counts as now, in seconds. An answer that took longer, or that was given before and
/// is given again, only says that it is no earlier.
const PROMPT_SECONDS_MAX: u64 = 600;

/// One attempt at a command.
pub(crate) struct Attempt {
    /// Its name, which the answer must carry.
    pub(crate) request: IdempotencyKey,
    /// Whether it may have been sent before.
    resumed: bool,
    /// When this process began it.
    began: Moment,
}

/// What every request's body begins with.
pub(crate) struct Common {
    pub(crate) protocol: u32,
    pub(crate) audience: ServiceId,
    pub(crate) nonce: String,
    pub(crate) public_key: InstallationPublicKey,
    pub(crate) client: ClientName,
}

impl Client {
    /// An error with the page that explains it.
    pub(crate) fn fail(&self, failure: Failure) -> Error {
        Error::new(failure).with_help(self.config.service_url.as_deref())
    }

    /// Sends a command and reads its answer. `input` tells commands of one kind apart (another product key is another command) and is never
    /// written down; `None` stands for a command that changes nothing and need not be remembered.
    pub(crate) fn exchange<T: DeviceRequest + Serialize, A: DeserializeOwned>(
        &mut self,
        input: Option<&str>,
        build: impl Fn(Common) -> T,
    ) -> Result<(Attempt, A), Error> {
        self.service_url()?;
        let attempt = self.begin(T::PATH, input)?;
        let mut again = true;
        loop {
            let nonce = self.take_nonce()?;
            let response = self.send_signed(&attempt, &build, nonce)?;
            self.notice_key_list(&response);
            if (200..300).contains(&response.status) {
                let answer = serde_json::from_slice(&response.body);
                return Ok((attempt, answer.map_err(|_| self.fail(Failure::answer_not_genuine()))?));
            }
            let Some(problem) = Problem::parse(&response.body) else {
                return Err(self.not_of_the_service(response.status));
            };
            // A nonce can grow old on the way, or be overtaken by another process of this installation. The answer brings a fresh one.
            let stale =
                [Code::NonceNotValid, Code::RequestReplayed].iter().any(|code| code.as_str() == problem.code);
            if !(stale && std::mem::take(&mut again)) {
                return Err(self.refused(problem, &attempt));
            }
        }
    }

    fn service_url(&self) -> Result<&str, Error> {
        self.config.service_url.as_deref().ok_or_else(|| {
            self.fail(Failure::config_invalid(
                "service_url",
                "",
                "give the address of the service to the builder",
            ))
        })
    }

    /// Names an attempt, on disk before anything is sent. An attempt at the same whose answer never came is taken up again.
    fn begin(&mut self, path: &str, input: Option<&str>) -> Result<Attempt, Error> {
        let began = self.ports.clock.read();
        let Some(input) = input else {
            return Ok(Attempt { request: self.draw(), resumed: false, began });
        };
        let bytes = self.ports.store.read(records::PENDING).ok().flatten();
        let pending: Option<Pending> = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let unanswered = pending.and_then(|pending| {
            let request = pending.request()?;
            let same = pending.command == path && pending.input == input_mark(request, path, input);
            // The lease may be there already: the process died just before it forgot the attempt.
            let answered = self.lease().is_some_and(|lease| lease.request == request);
            (same && !answered).then_some(request)
        });
        let resumed = unanswered.is_some();
        let request = unanswered.unwrap_or_else(|| self.draw());
        let pending = Pending::new(path, request, input_mark(request, path, input));
        // Also when it is there already: where nothing can be written, no attempt that is over can be forgotten either.
        self.write(records::PENDING, &serde_json::to_vec(&pending).unwrap_or_default())?;
        Ok(Attempt { request, resumed, began })
    }

    fn draw(&mut self) -> IdempotencyKey {
        IdempotencyKey::from_bytes(random::bytes(&mut *self.ports.random))
    }

    /// The attempt has had its answer.
    pub(crate) fn forget_attempt(&mut self) {
        // Should this fail, the next attempt sees that the answer is there.
        let _ = self.ports.store.remove(records::PENDING);
    }

    pub(crate) fn write(&mut self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        let written = self.ports.store.write(name, bytes);
        written.map_err(|error| self.fail(error.failure(&self.ports.store.place())))
    }

    pub(crate) fn take_nonce(&mut self) -> Result<String, Error> {
        let running = self.ports.clock.read().running;
        let fresh = self.nonce.take().filter(|(_, came)| {
            let age = running.elapsed_seconds.checked_sub(came.elapsed_seconds);
            came.period == running.period && age.is_some_and(|seconds| seconds <= NONCE_SECONDS_MAX)
        });
        if let Some((nonce, _)) = fresh {
            return Ok(nonce);
        }
        let response =
            self.send(Method::Get, "/v1/nonce", &[("Accept", "application/json".to_owned())], &[])?;
        if response.status != 200 {
            return Err(match Problem::parse(&response.body) {
                Some(problem) => self.of_problem(problem),
                None => self.not_of_the_service(response.status),
            });
        }
        let answer: NonceAnswer =
            serde_json::from_slice(&response.body).map_err(|_| self.fail(Failure::answer_not_genuine()))?;
        if answer.audience != self.config.service {
            return Err(self.fail(Failure::root_not_pinned()));
        }
        if !answer.protocols.contains(&PROTOCOL_VERSION) {
            let supported: Vec<String> = answer.protocols.iter().take(8).map(u32::to_string).collect();
            return Err(self.fail(Failure::protocol_not_supported(PROTOCOL_VERSION, supported.join(", "))));
        }
        self.nonce = None;
        Ok(answer.nonce)
    }

    fn send_signed<T: DeviceRequest + Serialize>(
        &mut self,
        attempt: &Attempt,
        build: impl Fn(Common) -> T,
        nonce: String,
    ) -> Result<Response, Error> {
        let created = self.ports.clock.read().wall;
        let Some(key) = &self.key else { return Err(self.fail(Failure::not_activated())) };
        let request = build(Common {
            protocol: PROTOCOL_VERSION,
            audience: self.config.service,
            nonce,
            public_key: *key.public_key(),
            client: ClientName {
                name: env!("CARGO_PKG_NAME").to_owned(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
            },
        });
        let signed = sign_request(&request, attempt.request, created, key)
            .map_err(|_| self.fail(Failure::lease_store_damaged(self.ports.store.place())))?;
        let accept = ("Accept", "application/json".to_owned());
        let headers: Vec<(&str, String)> = signed.headers.into_iter().chain([accept]).collect();
        self.send(Method::Post, signed.path, &headers, &signed.body)
    }

    pub(crate) fn send(
        &mut self,
        method: Method,
        path: &str,
        headers: &[(&str, String)],
        body: &[u8],
    ) -> Result<Response, Error> {
        let service_url = self.service_url()?.to_owned();
        let url = format!("{service_url}{path}");
        let Some(transport) = &mut self.ports.transport else {
            let fix = "build with the feature `http`, or give the builder a transport";
            return Err(self.fail(Failure::config_invalid("transport", "", fix)));
        };
        let request = Request { method, url: &url, headers, body, answer_bytes_max: ANSWER_BYTES_MAX };
        let response = transport.send(&request).map_err(|error| self.fail(error.failure(&service_url)))?;
        if response.body.len() > ANSWER_BYTES_MAX {
            return Err(self.fail(Failure::answer_not_genuine()));
        }
        let running = self.ports.clock.read().running;
        self.nonce = response.header(NONCE_HEADER).map(|nonce| (nonce.to_owned(), running));
        Ok(response)
    }

    /// The error for an answer that the service cannot have given: a proxy's, a portal's, a gateway's.
    fn not_of_the_service(&self, status: u16) -> Error {
        let url = self.config.service_url.as_deref().unwrap_or_default();
        self.fail(match status {
            502..=504 => Failure::service_unavailable(),
            _ => Failure::service_unreachable(url, format_args!("HTTP {status}")),
        })
    }

    fn of_problem(&self, problem: Problem) -> Error {
        let url = self.config.service_url.as_deref();
        let stand_in = |problem: &Problem| match problem.status {
            500.. => Failure::service_unavailable(),
            _ => Failure::service_unreachable(url.unwrap_or_default(), &problem.detail),
        };
        Error::of_problem(problem, stand_in).with_help(url)
    }

    /// The service has said no. What it has signed is kept; what it has not changes nothing here.
    fn refused(&mut self, problem: Problem, attempt: &Attempt) -> Error {
        if let (Some(refusal), Some(certificate), Some(key)) =
            (&problem.refusal, &problem.certificate, &self.key)
        {
            let values = problem.values.clone().into_iter().collect();
            let kept = KeptRefusal::new(refusal.clone(), certificate.clone(), attempt.request, values);
            if let Some((refusal, _)) = self.verify_refusal(&kept, key.installation()) {
                let bytes = serde_json::to_vec(&kept).unwrap_or_default();
                // Should this fail, the next renewal brings the refusal again.
                let _ = self.ports.store.write(records::REFUSAL, &bytes);
                self.learn_time(refusal.issued, attempt);
                self.unsettle();
            }
        }
        if Self::is_final(&problem.code) {
            self.settle_key_list();
        }
        if problem.code == Code::LeaseSuperseded.as_str() {
            // Not signed, and it takes nothing: the lease runs on. Activating makes this an installation of its own from now on.
            self.keep_notices(&[Notice::from(&Failure::lease_superseded())]);
            self.unsettle();
        }
        let error = self.of_problem(problem);
        if !error.is_retryable() {
            self.forget_attempt();
        }
        error
    }

    /// Takes a time that the service has signed in answer to an attempt.
    pub(crate) fn learn_time(&mut self, time: Timestamp, attempt: &Attempt) {
        let moment = self.ports.clock.read();
        let mut observed = self.observe(&moment);
        let (began, now) = (attempt.began.running, moment.running);
        let took = now.elapsed_seconds.checked_sub(began.elapsed_seconds);
        // A machine may have slept meanwhile, which not every running time counts.
        let by_the_wall = moment.wall.since(attempt.began.wall).as_seconds();
        let prompt = !attempt.resumed
            && began.period == now.period
            && took.is_some_and(|seconds| seconds <= PROMPT_SECONDS_MAX)
            && u64::try_from(by_the_wall).unwrap_or(0) <= PROMPT_SECONDS_MAX;
        observed.mark = if prompt { Mark::signed(time, &moment) } else { observed.mark.raised_to(time) };
        self.note(observed, true);
    }
}

/// Tells whether two commands ask for the same, without keeping what they ask for: 32 bits of a hash under the attempt's own random name,
/// too few to find a product key by.
fn input_mark(request: IdempotencyKey, path: &str, input: &str) -> String {
    let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
    for part in [request.as_bytes(), path.as_bytes(), &[0], input.as_bytes()] {
        context.update(part);
    }
    hex(context.finish().as_ref().get(..4).unwrap_or_default())
}
