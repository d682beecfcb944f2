//! Requests of devices and their answers: `POST /v1/activate`, `/v1/renew`, `/v1/status`, `/v1/deactivate`, `/v1/ask-release` and
//! `/v1/change-key`.
//!
//! Each request carries the installation's public key, which its signature's `keyid` is the thumbprint of. So a service verifies a
//! signature before it reads its store; whether the installation is enrolled is a question after that.

use serde::de::{self, Deserializer};
use serde::{Deserialize, Serialize, Serializer};
use warifu_core::hardware::{Fingerprint, Scheme};
use warifu_core::id::{LeaseId, ServiceId};
use warifu_core::key::PurchaseProof;
use warifu_core::seat::SeatHandle;
use warifu_core::text::{Name, Slug};
use warifu_core::time::Timestamp;

use super::fingerprint;
use super::key_text::KeyText;
use super::notice::Notice;
use super::standing::Standing;
use crate::encoding::{base64url, parse_base64url};
use crate::json;
use crate::keys::{InstallationPublicKey, KeyAlgorithm};
use crate::nonce::NONCE_CHARS;

/// What every request of a device holds.
pub trait DeviceRequest {
    /// The path it is sent to.
    const PATH: &'static str;

    /// The protocol's version.
    fn protocol(&self) -> u32;

    /// The service it is meant for.
    fn audience(&self) -> ServiceId;

    /// The nonce, as text.
    fn nonce(&self) -> &str;

    /// The installation's public key.
    fn public_key(&self) -> &InstallationPublicKey;
}

macro_rules! device_requests {
    ($(
        $(#[$doc:meta])*
        $name:ident to $path:literal {
            $($(#[$field_doc:meta])* $field:ident: $type:ty,)*
        }
    )+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub struct $name {
            /// The protocol's version: 1.
            #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1))]
            pub protocol: u32,
            /// The service that the request is meant for.
            #[serde(with = "json::text")]
            #[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^[0-9a-f]{64}$"))]
            pub audience: ServiceId,
            /// The nonce of the service's last answer.
            #[serde(deserialize_with = "nonce_text")]
            #[cfg_attr(feature = "openapi", schema(min_length = 43, max_length = 43))]
            pub nonce: String,
            /// The installation's public key.
            #[serde(with = "public_key")]
            #[cfg_attr(feature = "openapi", schema(value_type = PublicKeyBody))]
            pub public_key: InstallationPublicKey,
            /// The program that asks.
            #[serde(deserialize_with = "json::object")]
            pub client: Client,
            $($(#[$field_doc])* pub $field: $type,)*
        }

        impl DeviceRequest for $name {
            const PATH: &'static str = $path;

            fn protocol(&self) -> u32 {
                self.protocol
            }

            fn audience(&self) -> ServiceId {
                self.audience
            }

            fn nonce(&self) -> &str {
                &self.nonce
            }

            fn public_key(&self) -> &InstallationPublicKey {
                &self.public_key
            }
        }
    )+};
}

device_requests! {
    /// Asks to be activated with a product key. It enrols the installation: the key that it carries signs it.
    ActivateRequest to "/v1/activate" {
        /// The code of the product that asks; a key of another product is refused by name.
        #[serde(with = "json::text")]
        #[cfg_attr(feature = "openapi", schema(value_type = String, max_length = 40, pattern = "^[a-z][a-z0-9-]*$"))]
        product: Slug,
        /// The product key as typed.
        #[cfg_attr(feature = "openapi", schema(value_type = String, min_length = 1, max_length = 512))]
        product_key: KeyText,
        /// The device's hardware.
        #[serde(with = "fingerprint")]
        #[cfg_attr(feature = "openapi", schema(value_type = fingerprint::FingerprintSchema))]
        fingerprint: Fingerprint,
        /// What the device's user calls it, if they said so. At most [`DEVICE_NAME_CHARS_MAX`] characters.
        #[serde(default, serialize_with = "json::optional_text::serialize", deserialize_with = "device_name")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 64))]
        device_name: Option<Name>,
        /// A proof of purchase, for a key that does not let in new devices by itself. Left out when there is none: a service that knows no proofs takes
        /// no request that has one.
        #[serde(default, with = "json::optional_text", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 35, max_length = 35))]
        purchase_proof: Option<PurchaseProof>,
    }

    /// Asks for the next lease.
    RenewRequest to "/v1/renew" {
        /// The lease that the installation holds.
        #[serde(with = "json::text")]
        #[cfg_attr(feature = "openapi", schema(value_type = String, format = "uuid"))]
        lease: LeaseId,
        /// The device's hardware.
        #[serde(with = "fingerprint")]
        #[cfg_attr(feature = "openapi", schema(value_type = fingerprint::FingerprintSchema))]
        fingerprint: Fingerprint,
    }

    /// Asks where the licence and the seat stand. Changes nothing.
    StatusRequest to "/v1/status" {
        /// The lease that the installation holds.
        #[serde(with = "json::text")]
        #[cfg_attr(feature = "openapi", schema(value_type = String, format = "uuid"))]
        lease: LeaseId,
    }

    /// Gives the installation's lease back, and the seat with the device's last one.
    DeactivateRequest to "/v1/deactivate" {
        /// The lease that the installation holds.
        #[serde(with = "json::text")]
        #[cfg_attr(feature = "openapi", schema(value_type = String, format = "uuid"))]
        lease: LeaseId,
    }

    /// Asks for the release of a seat that another device holds, with nothing but the product key. The device is told, and keeps its seat if it is heard of
    /// while the request waits.
    AskReleaseRequest to "/v1/ask-release" {
        /// The code of the product that asks.
        #[serde(with = "json::text")]
        #[cfg_attr(feature = "openapi", schema(value_type = String, max_length = 40, pattern = "^[a-z][a-z0-9-]*$"))]
        product: Slug,
        /// The product key as typed.
        #[cfg_attr(feature = "openapi", schema(value_type = String, min_length = 1, max_length = 512))]
        product_key: KeyText,
        /// The seat, as `seat_limit_reached` has named it.
        #[serde(with = "json::text")]
        #[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^[0-9a-f]{16}$"))]
        seat: SeatHandle,
    }

    /// Asks to move to the licence of another product key. The old seat is freed.
    ChangeKeyRequest to "/v1/change-key" {
        /// The code of the product that asks.
        #[serde(with = "json::text")]
        #[cfg_attr(feature = "openapi", schema(value_type = String, max_length = 40, pattern = "^[a-z][a-z0-9-]*$"))]
        product: Slug,
        /// The new product key as typed.
        #[cfg_attr(feature = "openapi", schema(value_type = String, min_length = 1, max_length = 512))]
        product_key: KeyText,
        /// The lease that the installation holds.
        #[serde(with = "json::text")]
        #[cfg_attr(feature = "openapi", schema(value_type = String, format = "uuid"))]
        lease: LeaseId,
        /// The device's hardware.
        #[serde(with = "fingerprint")]
        #[cfg_attr(feature = "openapi", schema(value_type = fingerprint::FingerprintSchema))]
        fingerprint: Fingerprint,
        /// A proof of purchase, as for an activation.
        #[serde(default, with = "json::optional_text", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 35, max_length = 35))]
        purchase_proof: Option<PurchaseProof>,
    }
}

/// The most characters of a device's name.
pub const DEVICE_NAME_CHARS_MAX: usize = 64;

/// The program that asks, for support and statistics. Nothing is decided by it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Client {
    /// What it is called. At most 64 printable ASCII characters.
    #[serde(deserialize_with = "client_text")]
    #[cfg_attr(feature = "openapi", schema(max_length = 64, example = "warifu-client"))]
    pub name: String,
    /// Its version. At most 64 printable ASCII characters.
    #[serde(deserialize_with = "client_text")]
    #[cfg_attr(feature = "openapi", schema(max_length = 64, example = "0.1.0"))]
    pub version: String,
}

/// The answer to activate, renew and change-key: what to keep, and where the licence stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LeaseAnswer {
    /// The signed lease.
    #[serde(serialize_with = "json::token")]
    pub lease: String,
    /// The signed certificate of the key that signed it.
    #[serde(serialize_with = "json::token")]
    pub certificate: String,
    /// Where the licence stands. Not signed: for showing, never for deciding.
    pub standing: Standing,
    /// What the user should know besides. Not signed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<Notice>,
}

/// The answer to status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StatusAnswer {
    /// The signed service time.
    #[serde(serialize_with = "json::token")]
    pub service_time: String,
    /// The signed certificate of the key that signed it.
    #[serde(serialize_with = "json::token")]
    pub certificate: String,
    /// Where the licence stands. Not signed: for showing, never for deciding.
    pub standing: Standing,
    /// What the user should know besides. Not signed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<Notice>,
}

/// The answer to ask-release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AskReleaseAnswer {
    /// The class of device that holds the seat.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "physical"))]
    pub class: Scheme,
    /// When its release was asked for first.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub asked: Timestamp,
    /// From when the seat may be had, if the device is not heard of before.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub effective: Timestamp,
}

/// The answer to deactivate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeactivateAnswer {
    /// When the installation gave its lease back.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub released: Timestamp,
    /// Whether the seat is free now: this was the device's last installation.
    pub seat_released: bool,
    /// The signed service time.
    #[serde(serialize_with = "json::token")]
    pub service_time: String,
    /// The signed certificate of the key that signed it.
    #[serde(serialize_with = "json::token")]
    pub certificate: String,
}

/// A public key in a request.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = PublicKey))]
pub(crate) struct PublicKeyBody {
    /// `ed25519` or `ecdsa-p256-sha256`.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "ed25519"))]
    algorithm: KeyAlgorithm,
    /// The key's 32 or 65 bytes in base64url without padding.
    #[cfg_attr(feature = "openapi", schema(min_length = 43, max_length = 87))]
    key: String,
}

mod public_key {
    use super::*;

    pub(super) fn serialize<S: Serializer>(
        key: &InstallationPublicKey,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        PublicKeyBody { algorithm: key.algorithm(), key: base64url(key.as_bytes()) }.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<InstallationPublicKey, D::Error> {
        let body = json::object::<PublicKeyBody, D>(deserializer)?;
        let bytes = if body.key.len() <= 87 { parse_base64url(&body.key) } else { None };
        bytes
            .and_then(|bytes| InstallationPublicKey::from_bytes(body.algorithm, &bytes).ok())
            .ok_or_else(|| de::Error::custom("the public key is none of its algorithm"))
    }
}

fn nonce_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    bounded(deserializer, NONCE_CHARS, "a nonce has 43 characters").and_then(|text| {
        if text.len() == NONCE_CHARS { Ok(text) } else { Err(de::Error::custom("a nonce has 43 characters")) }
    })
}

fn client_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    const RULE: &str = "a client's name and version have 1 to 64 printable ASCII characters";
    let text = bounded(deserializer, 64, RULE)?;
    let printable = text.bytes().all(|c| c == b' ' || c.is_ascii_graphic());
    if printable && !text.is_empty() { Ok(text) } else { Err(de::Error::custom(RULE)) }
}

fn device_name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Name>, D::Error> {
    let name: Option<Name> = json::optional_text::deserialize(deserializer)?;
    match name {
        Some(name) if name.as_str().chars().count() > DEVICE_NAME_CHARS_MAX => {
            Err(de::Error::custom("a device's name has at most 64 characters"))
        }
        name => Ok(name),
    }
}

fn bounded<'de, D: Deserializer<'de>>(
    deserializer: D,
    bytes_max: usize,
    rule: &str,
) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.len() > bytes_max { Err(de::Error::custom(rule)) } else { Ok(text) }
}
