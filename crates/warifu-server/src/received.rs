//! What handlers take from a request: bodies within bounds, path and query values, the sender of a device's request, the attempt of a
//! request of staff.

use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri};
use serde::de::DeserializeOwned;
use warifu_case::BUNDLE_BYTES_MAX;
use warifu_core::catalogue::Failure;
use warifu_core::id::{IdempotencyKey, ServiceId, StaffId};
use warifu_core::staff::Staff;
use warifu_proto::signature::ReceivedRequest;
use warifu_proto::wire::device::DeviceRequest;
use warifu_proto::wire::exchange::{OpenedRequest, open_request};
use warifu_proto::wire::staff::batch::ImportKeys;
use warifu_proto::wire::{IMPORT_BYTES_MAX, REQUEST_BYTES_MAX, STAFF_BYTES_MAX, parse_request_within};
use warifu_service::staff::acts::Attempt;

use crate::app::App;
use crate::problem::Problem;
use crate::source::{network, source};

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// A request of a device as it arrived.
pub(crate) struct FromDevice {
    headers: HeaderMap,
    uri: Uri,
    body: Bytes,
    /// Where it came from.
    pub(crate) source: IpAddr,
}

impl FromRequest<App> for FromDevice {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let body = read_body(&parts.headers, body, REQUEST_BYTES_MAX).await?;
        let source = source(&parts.extensions, &parts.headers, app.options.trusted_proxy);
        Ok(Self { headers: parts.headers, uri: parts.uri, body, source })
    }
}

impl FromDevice {
    /// The request behind the signature.
    pub(crate) fn open<T: DeviceRequest + DeserializeOwned>(
        &self,
        service: ServiceId,
    ) -> Result<OpenedRequest<T>, Failure> {
        let request = ReceivedRequest {
            method: "POST",
            path: self.uri.path_and_query().map_or("", |path| path.as_str()),
            content_type: single(&self.headers, &CONTENT_TYPE)?,
            idempotency_key: single(&self.headers, &IDEMPOTENCY_KEY)?,
            content_digest: single(&self.headers, &HeaderName::from_static("content-digest"))?,
            signature_input: single(&self.headers, &HeaderName::from_static("signature-input"))?,
            signature: single(&self.headers, &HeaderName::from_static("signature"))?,
            body: &self.body,
        };
        open_request(&request, service)
    }
}

/// A JSON body from anybody.
pub(crate) struct JsonBody<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<App> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &App) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        check_json(&parts.headers)?;
        let body = read_body(&parts.headers, body, REQUEST_BYTES_MAX).await?;
        Ok(Self(parse_request_within(&body, REQUEST_BYTES_MAX)?))
    }
}

/// A case from anybody: its bytes, and the network that they came from.
pub(crate) struct SentCase {
    /// The bundle.
    pub(crate) bundle: Bytes,
    /// Where it came from, for limits.
    pub(crate) network: IpAddr,
}

impl FromRequest<App> for SentCase {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        check_json(&parts.headers)?;
        let network = network(source(&parts.extensions, &parts.headers, app.options.trusted_proxy));
        app.charge_question(network)?;
        let bundle = read_body(&parts.headers, body, BUNDLE_BYTES_MAX).await?;
        Ok(Self { bundle, network })
    }
}

/// The member of staff who asks; put in place by the route's guard.
#[derive(Clone, Debug)]
pub(crate) struct By(pub(crate) Arc<Staff>);

/// A request of staff that changes something.
pub(crate) struct Write<T> {
    /// Who asks.
    pub(crate) by: StaffId,
    /// Which attempt it is.
    pub(crate) attempt: Attempt,
    /// What is asked.
    pub(crate) body: T,
}

/// The body of a request of staff.
pub(crate) trait WriteBody: Sized {
    /// The most bytes.
    const BYTES_MAX: usize = STAFF_BYTES_MAX;

    /// Reads it.
    fn parse(headers: &HeaderMap, body: &[u8]) -> Result<Self, Failure>;
}

/// No body: the address says everything.
pub(crate) struct Nothing;

impl WriteBody for Nothing {
    fn parse(_: &HeaderMap, body: &[u8]) -> Result<Self, Failure> {
        if body.is_empty() || body == b"{}" {
            return Ok(Self);
        }
        Err(Failure::request_malformed("this request has no body"))
    }
}

macro_rules! json_bodies {
    ($($type:ty)+) => {$(
        impl WriteBody for $type {
            fn parse(headers: &HeaderMap, body: &[u8]) -> Result<Self, Failure> {
                check_json(headers)?;
                parse_request_within(body, STAFF_BYTES_MAX)
            }
        }
    )+};
}

json_bodies! {
    warifu_proto::wire::staff::product::CreateProduct
    warifu_proto::wire::staff::sku::CreateSku
    warifu_proto::wire::staff::policy::CreatePolicy
    warifu_proto::wire::staff::policy::ChangePolicy
    warifu_proto::wire::staff::batch::IssueBatch
    warifu_proto::wire::staff::licence::GrantLicence
    warifu_proto::wire::staff::licence::ExtendLicence
    warifu_proto::wire::staff::licence::TopUpLicence
    warifu_proto::wire::staff::member::CreateStaff
    warifu_proto::wire::staff::case::WriteNote
    warifu_proto::wire::staff::purchase_proof::ProvePurchase
}

impl WriteBody for ImportKeys {
    const BYTES_MAX: usize = IMPORT_BYTES_MAX;

    fn parse(headers: &HeaderMap, body: &[u8]) -> Result<Self, Failure> {
        check_json(headers)?;
        parse_request_within(body, IMPORT_BYTES_MAX)
    }
}

impl<T: WriteBody> FromRequest<App> for Write<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &App) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let By(staff) = parts.extensions.get().ok_or_else(Failure::token_missing)?;
        let key = single(&parts.headers, &IDEMPOTENCY_KEY)?.ok_or_else(Failure::idempotency_key_missing)?;
        let key: IdempotencyKey =
            key.parse().map_err(|_| Failure::request_malformed("the header Idempotency-Key is a UUID"))?;
        let body = read_body(&parts.headers, body, T::BYTES_MAX).await?;
        let target = format!("{} {}", parts.method, parts.uri);
        let attempt = Attempt::new(key, &target, &body);
        Ok(Self { by: staff.id, attempt, body: T::parse(&parts.headers, &body)? })
    }
}

/// A value of the path. What cannot be one names nothing.
pub(crate) struct At<T>(pub(crate) T);

impl<T: DeserializeOwned + Send> FromRequestParts<App> for At<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Path(value) =
            Path::from_request_parts(parts, app).await.map_err(|_| Failure::route_not_found())?;
        Ok(Self(value))
    }
}

/// The id in a text of the path. A text that is no id names no record; it is not quoted, for it may be anything.
pub(crate) fn record_id<T: FromStr>(kind: &'static str, text: &str) -> Result<T, Failure> {
    text.parse().map_err(|_| Failure::record_not_found(kind, "?"))
}

/// The values of the query.
pub(crate) struct Params<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<App> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        match Query::try_from_uri(&parts.uri) {
            Ok(Query(value)) => Ok(Self(value)),
            // The reader's message may quote values.
            Err(_) => {
                Err(Failure::request_malformed("a value of the query is not known or not of its form").into())
            }
        }
    }
}

/// The page that is asked for: at most 200 records, 50 when nothing is said.
pub(crate) fn page<Id: FromStr>(
    after: Option<&str>,
    limit: Option<u16>,
) -> Result<warifu_service::port::Page<Id>, Failure> {
    let limit = limit.unwrap_or(50);
    if limit == 0 || limit > warifu_service::port::Page::<Id>::LIMIT_MAX {
        return Err(Failure::page_not_valid());
    }
    let after = after.map(|text| text.parse().map_err(|_| Failure::page_not_valid())).transpose()?;
    Ok(warifu_service::port::Page { after, limit })
}

/// A header that may stand at most once: of two that differ, two programs on the way could each believe another.
fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, Failure> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(Failure::request_malformed(format_args!("the header {name} stands more than once")));
    }
    let text = value.to_str();
    text.map(Some)
        .map_err(|_| Failure::request_malformed(format_args!("the header {name} is not ASCII text")))
}

fn check_json(headers: &HeaderMap) -> Result<(), Failure> {
    let text = single(headers, &CONTENT_TYPE)?.unwrap_or_default();
    let essence = text.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        Ok(())
    } else {
        Err(Failure::media_type_not_supported())
    }
}

/// A form from anybody.
pub(crate) async fn read_form(request: Request, bytes_max: usize) -> Result<Bytes, Failure> {
    let (parts, body) = request.into_parts();
    let text = single(&parts.headers, &CONTENT_TYPE)?.unwrap_or_default();
    let essence = text.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(Failure::media_type_not_supported());
    }
    read_body(&parts.headers, body, bytes_max).await
}

async fn read_body(headers: &HeaderMap, body: Body, bytes_max: usize) -> Result<Bytes, Failure> {
    let declared: Option<usize> =
        headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()).and_then(|text| text.parse().ok());
    if let Some(bytes) = declared.filter(|bytes| *bytes > bytes_max) {
        return Err(Failure::request_too_large(bytes, bytes_max));
    }
    to_bytes(body, bytes_max).await.map_err(|error| {
        let too_long = std::error::Error::source(&error)
            .is_some_and(|source| source.to_string().contains("length limit"));
        if too_long {
            Failure::request_too_large(format_args!("> {bytes_max}"), bytes_max)
        } else {
            Failure::request_malformed("the body ended before it was whole")
        }
    })
}
