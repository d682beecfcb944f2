//! The service's edge as a whole: requests with any target, headers and body go through the router to a service in memory, which has one product and its
//! keys. Whatever comes, an answer is no failure of the service's own, has its id, keeps its form, and shows no key and no script.
//!
//! Requests of staff are made by a member who may only read, so that no input changes what the next one meets.

use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::header::{AUTHORIZATION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use tokio::runtime::Runtime;
use tower::ServiceExt as _;
use warifu_core::random::Random;
use warifu_core::staff::Role;
use warifu_core::text::Name;
use warifu_core::time::Timestamp;
use warifu_proto::keys::RootKey;
use warifu_proto::wire::problem::{PROBLEM_CONTENT_TYPE, Problem};
use warifu_server::Options;
use warifu_service::authority::Authority;
use warifu_service::clock::Clock;
use warifu_service::secrets::Secrets;
use warifu_service::service::{Parts, Service};
use warifu_service::staff::acts::LOCAL_OPERATOR;

use crate::keys::{genuine, secret_part};
use crate::{pick, picked, vectors};

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
/// The most bytes of an answer that are taken for one: far more than any page has.
const ANSWER_BYTES_MAX: usize = 16 << 20;
const FORM: &str = "application/x-www-form-urlencoded";

/// Bytes that differ, and are the same in every process.
struct Counting(u64);

impl Random for Counting {
    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            *byte = (self.0 >> 56) as u8;
        }
    }
}

/// A clock that stands still.
struct Still;

impl Clock for Still {
    fn now_millis(&self) -> u64 {
        NOW.seconds().unsigned_abs() * 1_000
    }
}

struct Edge {
    runtime: Runtime,
    router: Router,
    /// Of a member of staff who may only read.
    token: String,
}

static EDGE: LazyLock<Edge> = LazyLock::new(Edge::new);

/// An answer, read to its end.
struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Edge {
    fn new() -> Self {
        let mut random = Counting(1);
        let root = RootKey::generate(&mut random).unwrap();
        let (store, reads) = warifu_store::sqlite::open_in_memory().unwrap();
        let service = Arc::new(
            Service::start(Parts {
                authority: Authority::issue(&root, NOW, false, &mut random).unwrap(),
                secrets: Secrets::generate(&mut random),
                store: Box::new(store),
                reads: Arc::new(reads),
                clock: Arc::new(Still),
                random: Box::new(random),
            })
            .unwrap(),
        );
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let reader = service.create_staff(LOCAL_OPERATOR, Name::new("Reader").unwrap(), Role::ReadOnly, None);
        let (_, token) = runtime.block_on(reader).unwrap();
        let router = warifu_server::router(service, Options::default());
        Self { runtime, router, token: token.expose().to_string() }
    }

    /// Sends a request and checks what holds for every answer.
    fn send(&self, mut request: Request<Body>, input: &[u8]) -> Reply {
        request.extensions_mut().insert(ConnectInfo(peer(input)));
        let checks_a_key = request.uri().path() == "/v1/keys/check";
        let reply = self.runtime.block_on(async {
            let response = self.router.clone().oneshot(request).await.unwrap();
            let (parts, body) = response.into_parts();
            let body = to_bytes(body, ANSWER_BYTES_MAX).await.unwrap();
            Reply { status: parts.status, headers: parts.headers, body }
        });
        reply.check(checks_a_key);
        reply
    }
}

/// Where an input comes from: limits are kept by the network, and no input may use up another's.
fn peer(input: &[u8]) -> SocketAddr {
    let mixed =
        input.iter().fold(17_u32, |mixed, byte| mixed.wrapping_mul(31).wrapping_add(u32::from(*byte)));
    SocketAddr::new(IpAddr::V4(Ipv4Addr::from_bits(mixed)), 7)
}

impl Reply {
    fn header(&self, name: impl axum::http::header::AsHeaderName) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    fn check(&self, checks_a_key: bool) {
        let text = String::from_utf8_lossy(&self.body);
        assert!(!self.status.is_server_error(), "{}: {text}", self.status);
        let id = self.header("x-request-id");
        assert!(id.len() == 16 && id.bytes().all(|digit| digit.is_ascii_hexdigit()), "no id: {id:?}");
        assert!(checks_a_key || !text.contains(&secret_part(&genuine())), "a key came back: {text}");
        let kind = self.header(CONTENT_TYPE);
        if kind == PROBLEM_CONTENT_TYPE {
            let problem = Problem::parse(&self.body);
            assert!(
                self.body.is_empty() || problem.is_some_and(|problem| problem.status == self.status.as_u16())
            );
        } else if kind.starts_with("text/html") {
            assert!(self.header(CONTENT_SECURITY_POLICY).contains("default-src 'none'"));
            let small = text.to_ascii_lowercase();
            assert!(
                !small.contains("<script") && !small.contains("<img"),
                "markup of somebody else's: {text}"
            );
        } else {
            let may_fail = self.status.is_success() || self.status.is_redirection();
            assert!(may_fail, "a failure that is neither a problem nor a page: {} {kind}", self.status);
        }
    }
}

/// The forms of the troubleshooter: the first byte picks the page, and how often the rest stands in the form, up to more than a form may have.
pub(crate) fn form(data: &[u8]) {
    let Some((kind, fields)) = picked(data, 12) else { return };
    let path = if kind % 2 == 0 { "/help/ask?lang=ja" } else { "/help/case?lang=en" };
    let body = [fields, b"&"].concat().repeat(1 << (kind / 2 * 2));
    let post = |body: Vec<u8>| {
        let request = Request::post(path).header(CONTENT_TYPE, FORM).body(Body::from(body)).unwrap();
        EDGE.send(request, data)
    };
    let page = post(body);
    if kind % 2 == 1 || page.status != StatusCode::OK {
        return;
    }
    // What travels in the page's own form is taken as it is, and travels on.
    let told = travelling(&page);
    let again = post(written(&told));
    assert!(!again.status.is_client_error(), "a page of ours is refused: {}", again.status);
    if again.status == StatusCode::OK && !told.is_empty() {
        let known = |told: &[(String, String)]| -> Vec<String> {
            told.iter().filter(|(name, _)| name == "known").map(|(_, value)| value.clone()).collect()
        };
        assert_eq!(known(&travelling(&again)), known(&told), "facts were lost or came from nowhere");
    }
}

/// The facts and answers that a page carries in hidden fields.
fn travelling(page: &Reply) -> Vec<(String, String)> {
    let text = String::from_utf8_lossy(&page.body);
    let Some(form) = text.split("<form").find(|form| form.contains("type=\"hidden\" name=\"known\"")) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for field in form.split("<input").skip(1).filter(|field| field.contains("type=\"hidden\"")) {
        let part = |name: &str| field.split_once(name)?.1.split('"').next().map(unescape);
        if let (Some(name), Some(value)) = (part(" name=\""), part(" value=\"")) {
            found.push((name, value));
        }
    }
    found
}

/// What an attribute of a page stands for.
fn unescape(text: &str) -> String {
    let mut plain = String::new();
    let mut parts = text.split("&#");
    plain.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let (code, rest) = part.split_once(';').unwrap();
        plain.push(char::from_u32(code.parse().unwrap()).unwrap());
        plain.push_str(rest);
    }
    plain
}

fn written(fields: &[(String, String)]) -> Vec<u8> {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish().into_bytes()
}

pub(crate) fn form_seeds() -> Vec<Vec<u8>> {
    let key = genuine();
    let texts = [
        "text=0xC004F213+after+replacing+the+motherboard".to_owned(),
        "text=%E3%83%9E%E3%82%B6%E3%83%BC%E3%83%9C%E3%83%BC%E3%83%89%E3%82%92%E4%BA%A4%E6%8F%9B".to_owned(),
        "text=c004f213".to_owned(),
        format!("text=error%3A+seat_limit_reached+{key}&subject=warifu"),
        "symptom=board&act=more".to_owned(),
        "known=code%3Bstrong%3Bcode%3B0xC004F213&answer=user.vm%3Dno&answer=user.used_pc%3D&act=back"
            .to_owned(),
        "known=user.vm%3Bweak%3Bwords%3Byes&act=forget%3Duser.vm".to_owned(),
        "known=code%3Bstrong%3Bcode%3B%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E&act=show".to_owned(),
        "message=%3Cimg+src%3Dx%3E+Hanako%40example.com&known=code%3Bstrong%3Bcode%3B0xC004C003".to_owned(),
        "answer=a%3Db".to_owned(),
        "%ff=%ff&&=&text".to_owned(),
    ];
    let kinds = [0, 1, 4, 10];
    texts.iter().flat_map(|text| kinds.map(|kind| pick(kind, text.as_bytes()))).collect()
}

/// Any request: a line with method and target, lines of headers, a blank line, the body. `Authorization: reader` stands for a token that is good.
pub(crate) fn http(data: &[u8]) {
    let head_end = data.windows(2).position(|pair| pair == b"\n\n").unwrap_or(data.len());
    let (head, body) = data.split_at(head_end);
    let mut lines = head.split(|byte| *byte == b'\n');
    let mut first = lines.next().unwrap_or_default().splitn(2, |byte| *byte == b' ');
    let Ok(method) = Method::from_bytes(first.next().unwrap_or_default()) else { return };
    let mut request = Request::builder().method(method.clone()).uri(first.next().unwrap_or_default());
    for line in lines.take(64) {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
        let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
        if name.eq_ignore_ascii_case(AUTHORIZATION.as_str().as_bytes()) && value == b"reader" {
            request = request.header(AUTHORIZATION, format!("Bearer {}", EDGE.token));
        } else {
            request = request.header(name, value);
        }
    }
    // What no server of HTTP would hand on is none of ours to read.
    let Ok(request) = request.body(Body::from(body.get(2..).unwrap_or_default().to_vec())) else { return };
    let reply = EDGE.send(request, data);
    if method == Method::HEAD {
        assert!(reply.body.is_empty(), "a body for HEAD");
    }
}

pub(crate) fn http_seeds() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for target in [
        "/",
        "/help?lang=ja",
        "/help/seat_limit_reached?lang=en",
        "/help/errors?q=c004&lang=xx",
        "/help/errors/0xC004F213",
        "/help/cases/AAAAAAAAAAAAAAAAAAAAAA",
        "/healthz",
        "/metrics",
        "/openapi.json",
        "/v1/nonce",
        "/v1/service",
        "/v1/key-list",
        "/v1/products?limit=2&after=00000000-0000-0000-0000-000000000001",
        "/v1/licences?key_number=205AA-N7ENH&state=active&label=a%20b&limit=200",
        "/v1/licences/00000000-0000-0000-0000-000000000001/activations?limit=0",
        "/v1/batches/00000000-0000-0000-0000-000000000001/keys?from=1&limit=5",
        "/v1/activations/contested?limit=50",
        "/v1/cases?state=open&verdict=x",
        "/v1/events?after=x&subject=licence&limit=70000",
        "/v1/log/checkpoint",
        "/v1/log/tile/0/x001/067.p/8",
        "/v1/log/tile/entries/000",
        "/v1/log/entries?from=0&to=9",
        "/v1/staff",
    ] {
        let languages = "accept-language: ja-JP,ja;q=0.9,en;q=NaN, *;q=1";
        seeds.push(format!(
            "GET {target}\nauthorization: reader\n{languages}\nx-forwarded-for: ::1, 10.0.0.1\n\n"
        ));
    }
    for vector in vectors::of("request") {
        let part = |name| vectors::field(&vector, name).unwrap_or("");
        let mut seed = format!("{} {}\n", part("method"), part("path"));
        for name in ["content-type", "idempotency-key", "content-digest", "signature-input", "signature"] {
            let _ = writeln!(seed, "{name}: {}", part(name));
        }
        let _ = write!(seed, "\n{}", part("body"));
        seeds.push(seed);
    }
    let key = genuine();
    let attempt = "idempotency-key: 00000000-0000-0000-0000-000000000001";
    seeds.extend([
        format!("POST /v1/keys/check\ncontent-type: application/json; charset=utf-8\n\n{{\"key\":\"{key}\"}}"),
        format!("POST /v1/products\nauthorization: reader\n{attempt}\n\n{{\"code\":\"{key}\"}}"),
        format!("DELETE /v1/staff/{key}\nauthorization: reader\n{attempt}\n\n"),
        format!("GET /v1/licences?label={key}\nauthorization: Bearer wst_{key}\n\n"),
        format!("POST /help/ask?lang=ja\nsec-fetch-site: none\ncontent-type: {FORM}\ncontent-length: 99999999\n\ntext={key}"),
        "HEAD /healthz\nconnection: close\n\n".to_owned(),
        "OPTIONS *\n\n".to_owned(),
        "GET http://example.com/help#x\nhost: a\nhost: b\n\n".to_owned(),
    ]);
    seeds.into_iter().map(String::into_bytes).collect()
}
