//! Devices that do not exist: each with an installation key, hardware and the requests that it signs.

use warifu_core::hardware::{ComponentHash, ComponentKind, Fingerprint, Reading, Scheme};
use warifu_core::id::{IdempotencyKey, LeaseId, ServiceId};
use warifu_core::text::Slug;
use warifu_proto::encoding::parse_base64url;
use warifu_proto::keys::{InstallationKey, KeyAlgorithm, Signer as _};
use warifu_proto::wire::device::{
    ActivateRequest, Client, DeactivateRequest, DeviceRequest, RenewRequest, StatusRequest,
};
use warifu_proto::wire::exchange::sign_request;
use warifu_proto::wire::key_text::KeyText;

use super::connection;
use super::seeded::Seeded;
use super::watch;

/// A device with one installation.
pub(in crate::drill) struct Device {
    pub(in crate::drill) key: InstallationKey,
    pub(in crate::drill) fingerprint: Fingerprint,
}

/// What every request names.
#[derive(Clone)]
pub(in crate::drill) struct Audience {
    pub(in crate::drill) service: ServiceId,
    pub(in crate::drill) product: Slug,
}

impl Device {
    /// The device of this seed.
    pub(in crate::drill) fn new(seed: u64) -> Result<Self, String> {
        let mut seeded = Seeded(seed ^ 0x6465_7669_6365);
        let key = InstallationKey::from_secret(KeyAlgorithm::Ed25519, &seeded.bytes())
            .map_err(|_| "a seed that is no key")?;
        let kinds = [
            ComponentKind::Motherboard,
            ComponentKind::BoardModel,
            ComponentKind::Tpm,
            ComponentKind::Cpu,
            ComponentKind::SystemDisk,
            ComponentKind::NetworkAdapter,
            ComponentKind::OsInstall,
            ComponentKind::Memory,
        ];
        let fingerprint = kinds.into_iter().fold(Fingerprint::new(Scheme::Physical), |built, kind| {
            built.with(kind, Reading::Present(ComponentHash::from_u64(seeded.next())))
        });
        Ok(Self { key, fingerprint })
    }

    /// The bytes of an activation.
    pub(in crate::drill) fn activate(
        &self,
        audience: &Audience,
        product_key: &str,
        nonce: &str,
        attempt: IdempotencyKey,
    ) -> Result<Vec<u8>, String> {
        let request = ActivateRequest {
            protocol: 1,
            audience: audience.service,
            nonce: nonce.to_owned(),
            public_key: *self.key.public_key(),
            client: client(),
            product: audience.product.clone(),
            product_key: KeyText::new(product_key).ok_or("a product key of no length")?,
            fingerprint: self.fingerprint,
            device_name: None,
            purchase_proof: None,
        };
        self.send(&request, attempt)
    }

    /// The bytes of a renewal.
    pub(in crate::drill) fn renew(
        &self,
        audience: &Audience,
        lease: LeaseId,
        nonce: &str,
        attempt: IdempotencyKey,
    ) -> Result<Vec<u8>, String> {
        let request = RenewRequest {
            protocol: 1,
            audience: audience.service,
            nonce: nonce.to_owned(),
            public_key: *self.key.public_key(),
            client: client(),
            lease,
            fingerprint: self.fingerprint,
        };
        self.send(&request, attempt)
    }

    /// The bytes of a question for the status.
    pub(in crate::drill) fn status(
        &self,
        audience: &Audience,
        lease: LeaseId,
        nonce: &str,
        attempt: IdempotencyKey,
    ) -> Result<Vec<u8>, String> {
        let request = StatusRequest {
            protocol: 1,
            audience: audience.service,
            nonce: nonce.to_owned(),
            public_key: *self.key.public_key(),
            client: client(),
            lease,
        };
        self.send(&request, attempt)
    }

    /// The bytes of a deactivation.
    pub(in crate::drill) fn deactivate(
        &self,
        audience: &Audience,
        lease: LeaseId,
        nonce: &str,
        attempt: IdempotencyKey,
    ) -> Result<Vec<u8>, String> {
        let request = DeactivateRequest {
            protocol: 1,
            audience: audience.service,
            nonce: nonce.to_owned(),
            public_key: *self.key.public_key(),
            client: client(),
            lease,
        };
        self.send(&request, attempt)
    }

    fn send<T: DeviceRequest + serde::Serialize>(
        &self,
        request: &T,
        attempt: IdempotencyKey,
    ) -> Result<Vec<u8>, String> {
        let request =
            sign_request(request, attempt, watch::wall(), &self.key).map_err(|error| error.to_string())?;
        Ok(connection::bytes_of(&request))
    }
}

fn client() -> Client {
    Client { name: "warifu-drill".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() }
}

/// What a lease says of itself, read without verifying it: a drill believes the service that it started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::drill) struct LeaseFacts {
    pub(in crate::drill) lease: LeaseId,
    pub(in crate::drill) licence: String,
    pub(in crate::drill) activation: String,
    pub(in crate::drill) sequence: u64,
}

/// Reads the lease in an answer.
pub(in crate::drill) fn lease_in(answer: &[u8]) -> Result<LeaseFacts, String> {
    let strange = || "an answer that holds no lease".to_owned();
    let answer: serde_json::Value = serde_json::from_slice(answer).map_err(|_| strange())?;
    let token =
        answer["lease"].as_str().and_then(|token| token.strip_prefix("v4.public.")).ok_or_else(strange)?;
    let signed = token.split('.').next().and_then(parse_base64url).ok_or_else(strange)?;
    let payload = signed.len().checked_sub(64).and_then(|end| signed.get(..end)).ok_or_else(strange)?;
    let lease: serde_json::Value = serde_json::from_slice(payload).map_err(|_| strange())?;
    let text = |name: &str| lease[name].as_str().map(str::to_owned).ok_or_else(strange);
    Ok(LeaseFacts {
        lease: text("lease")?.parse().map_err(|_| strange())?,
        licence: text("licence")?,
        activation: text("activation")?,
        sequence: lease["sequence"].as_u64().ok_or_else(strange)?,
    })
}
