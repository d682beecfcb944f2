//! What this crate makes of a vector: `accepted`, or the catalogue's code.

use serde::de::DeserializeOwned;
use warifu_core::catalogue::Failure;
use warifu_core::id::ServiceId;
use warifu_core::time::Timestamp;
use warifu_proto::bundle::{Bundle, SandboxLeases};
use warifu_proto::certificate::Certificate;
use warifu_proto::document::DocumentError;
use warifu_proto::encoding::parse_hex;
use warifu_proto::key_list::KeyList;
use warifu_proto::keys::RootPublicKey;
use warifu_proto::lease::Lease;
use warifu_proto::refusal::Refusal;
use warifu_proto::service_time::ServiceTime;
use warifu_proto::signature::ReceivedRequest;
use warifu_proto::wire::device::{
    ActivateRequest, ChangeKeyRequest, DeactivateRequest, DeviceRequest, RenewRequest, StatusRequest,
};
use warifu_proto::wire::exchange::open_request;
use warifu_proto::wire::key_check::KeyCheckRequest;
use warifu_proto::wire::{parse_device_request, parse_request};

use crate::vector::Vector;

pub(crate) fn judge(vector: &Vector) -> &'static str {
    let verdict = match vector.get("kind") {
        "document" => document(vector).map_err(|error| error.failure()),
        "bundle" => bundle(vector).map_err(|error| error.failure()),
        "request" => request(vector),
        "body" => body(vector),
        kind => panic!("the kind {kind} is not known"),
    };
    match verdict {
        Ok(()) => "accepted",
        Err(failure) => failure.code().as_str(),
    }
}

fn document(vector: &Vector) -> Result<(), DocumentError> {
    let root: RootPublicKey = vector.get("root").parse().unwrap();
    let token = vector.get("token");
    if vector.get("as") == "certificate" {
        let certificate = Certificate::verify(&root, token)?;
        if let Some(now) = vector.find("now") {
            certificate.check_believed_at(now.parse::<Timestamp>().unwrap())?;
        }
        return Ok(());
    }
    if vector.get("as") == "key-list" {
        return KeyList::verify(&root, token).map(drop);
    }
    let certificate = Certificate::verify(&root, vector.get("certificate"))?;
    match vector.get("as") {
        "lease" => Lease::verify(&certificate, token).map(drop),
        "refusal" => {
            let installation =
                warifu_core::id::InstallationId::from_bytes(parse_hex(vector.get("installation")).unwrap());
            Refusal::verify(&certificate, installation, vector.get("request").parse().unwrap(), token)
                .map(drop)
        }
        "service-time" => {
            ServiceTime::verify(&certificate, vector.get("request").parse().unwrap(), token).map(drop)
        }
        other => panic!("the type {other} is not known"),
    }
}

fn bundle(vector: &Vector) -> Result<(), DocumentError> {
    let root: RootPublicKey = vector.get("root").parse().unwrap();
    let sandbox = match vector.get("sandbox") {
        "accepted" => SandboxLeases::Accepted,
        _ => SandboxLeases::Refused,
    };
    let bundle = Bundle::parse(vector.get("file").as_bytes())?;
    assert_eq!(Bundle::parse(&bundle.to_bytes()).as_ref(), Ok(&bundle));
    bundle.verify(&root, sandbox).map(drop)
}

fn request(vector: &Vector) -> Result<(), Failure> {
    let service = ServiceId::from_bytes(parse_hex(vector.get("audience")).unwrap());
    let request = ReceivedRequest {
        method: vector.get("method"),
        path: vector.get("path"),
        content_type: vector.find("content-type"),
        idempotency_key: vector.find("idempotency-key"),
        content_digest: vector.find("content-digest"),
        signature_input: vector.find("signature-input"),
        signature: vector.find("signature"),
        body: vector.get("body").as_bytes(),
    };
    open_request::<RenewRequest>(&request, service).map(drop)
}

fn body(vector: &Vector) -> Result<(), Failure> {
    fn device<T: DeviceRequest + DeserializeOwned + serde::Serialize>(body: &str) -> Result<(), Failure> {
        let request: T = parse_device_request(body.as_bytes())?;
        // What was read is written so that it reads as the same again.
        let written = serde_json::to_vec(&request).unwrap();
        let again: T = parse_device_request(&written).unwrap();
        assert_eq!(serde_json::to_vec(&again).unwrap(), written);
        Ok(())
    }
    let body = vector.get("body");
    match vector.get("of") {
        "activate" => device::<ActivateRequest>(body),
        "renew" => device::<RenewRequest>(body),
        "status" => device::<StatusRequest>(body),
        "deactivate" => device::<DeactivateRequest>(body),
        "change-key" => device::<ChangeKeyRequest>(body),
        "key-check" => parse_request::<KeyCheckRequest>(body.as_bytes()).map(drop),
        other => panic!("the body of {other} is not known"),
    }
}
