//! What every request passes through: an id, a time limit, a net for panics, the rendering of problems, and one line in the log with
//! its share of the metrics. The line holds the route's template, never an address, a query, a body or a header.

use std::any::Any;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{CACHE_CONTROL, HeaderName, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use axum::http::{Method, Response};
use axum::middleware::Next;
use axum::response::IntoResponse;
use tokio::time::{Instant, timeout};
use warifu_core::catalogue::{Code, Failure};
use warifu_proto::encoding::hex;

use crate::app::App;
use crate::language::language;
use crate::problem::Problem;
use crate::route::Access;
use crate::source;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const NONCE: HeaderName = HeaderName::from_static("warifu-nonce");
const KEY_LIST: HeaderName = HeaderName::from_static("warifu-key-list");

pub(crate) async fn observe(State(app): State<App>, request: Request, next: Next) -> Response<Body> {
    let started = Instant::now();
    let method = method_name(request.method());
    let matched = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let known = matched.and_then(|path| app.table.find(path, request.method()));
    let (route, access) = known.unwrap_or(("unknown", Access::Open));
    let lang = language(request.headers());
    let source = source::source(request.extensions(), request.headers(), app.options.trusted_proxy);
    let request_id = hex(&app.service.random_bytes::<8>());

    let answered = timeout(app.options.request_timeout, caught(next.run(request))).await;
    let mut response = match answered {
        Ok(Ok(response)) => response,
        Ok(Err(panic)) => {
            tracing::error!(request_id, route, detail = panic_text(&*panic), "a request panicked");
            Problem::from(Failure::internal_error(&request_id)).into_response()
        }
        Err(_) => Problem::from(Failure::service_busy()).into_response(),
    };
    let mut code = None;
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        let problem = if matches!(access, Access::Staff(_)) { problem } else { problem.for_strangers() };
        code = Some(problem.code());
        let headers = std::mem::take(response.headers_mut());
        response = problem.render(lang, &request_id);
        // What the router adds stays, such as `Allow`.
        response.headers_mut().extend(headers);
    }
    finish(&app, access, &mut response, &request_id);

    let status = response.status().as_u16();
    let elapsed = started.elapsed();
    app.metrics.answered(method, route, status, elapsed);
    if access == Access::Device {
        app.metrics.device_outcome(route, code);
    }
    let micros = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX);
    let code = code.map_or("", Code::as_str);
    tracing::info!(
        method,
        route,
        status,
        code,
        request_id,
        micros,
        source = source::class(source),
        "answered"
    );
    response
}

/// The headers of every answer.
fn finish(app: &App, access: Access, response: &mut Response<Body>, request_id: &str) {
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(request_id) {
        headers.insert(REQUEST_ID, value);
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if access == Access::Device
        && let Ok(nonce) = HeaderValue::from_str(&app.service.nonce())
    {
        headers.insert(NONCE, nonce);
        if let Some(listed) = app.service.authority().key_list() {
            headers.insert(KEY_LIST, HeaderValue::from(listed.list.version));
        }
    }
}

/// The output of `future`, or what it panicked with.
async fn caught<T>(future: impl Future<Output = T>) -> Result<T, Box<dyn Any + Send>> {
    let mut future = pin!(future);
    // A handler shares only the service with others, whose locks survive a panic.
    poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
        Ok(poll) => poll.map(Ok),
        Err(panic) => std::task::Poll::Ready(Err(panic)),
    })
    .await
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no text")
}

/// A method as the log and the metrics have it: a stranger's invention is none of the names.
fn method_name(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        "PATCH" => "PATCH",
        _ => "other",
    }
}
