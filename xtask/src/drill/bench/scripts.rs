//! What the connections of a measured load do.

use warifu_core::id::LeaseId;

use crate::drill::harness::connection::Response;
use crate::drill::harness::crowd::Script;
use crate::drill::harness::device::{Audience, Device};
use crate::drill::harness::publisher::{nonce_request, text};
use crate::drill::harness::seeded::Seeded;

use super::fill::attempt;

/// An answer that was really given: what HTTP alone is measured with.
#[derive(Clone, serde::Deserialize, serde::Serialize)]
pub(super) struct Sample {
    pub(super) path: String,
    /// Status line and headers.
    pub(super) head: String,
    pub(super) body: Vec<u8>,
}

impl Sample {
    pub(super) fn new(path: &str, response: &Response) -> Self {
        Self { path: path.to_owned(), head: response.head.clone(), body: response.body.clone() }
    }
}

/// What a device asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ask {
    Activate,
    Renew,
    Status,
}

impl Ask {
    const fn path(self) -> &'static str {
        match self {
            Self::Activate => "/v1/activate",
            Self::Renew => "/v1/renew",
            Self::Status => "/v1/status",
        }
    }
}

/// What one connection asks for, one device after the other.
pub(super) struct Asking {
    pub(super) ask: Ask,
    pub(super) audience: Audience,
    pub(super) devices: Vec<Asker>,
    pub(super) nonce: String,
    /// Whether the nonce is fetched for each request, as a device does that asks for one thing only.
    pub(super) fetch_nonces: bool,
    pub(super) seeded: Seeded,
    /// How many devices have been answered.
    done: usize,
    has_nonce: bool,
    /// The bodies of the answers, in the order of the devices.
    pub(super) answers: Vec<Vec<u8>>,
    pub(super) sample: Option<Sample>,
}

/// A device with what it has in hand.
pub(super) struct Asker {
    pub(super) device: Device,
    /// For an activation.
    pub(super) product_key: String,
    /// For anything else.
    pub(super) lease: LeaseId,
}

impl Asking {
    /// A connection's work.
    pub(super) fn new(
        ask: Ask,
        audience: &Audience,
        devices: Vec<Asker>,
        nonce: String,
        fetch_nonces: bool,
        seed: u64,
    ) -> Self {
        Self {
            ask,
            audience: audience.clone(),
            answers: Vec::with_capacity(devices.len()),
            devices,
            nonce,
            fetch_nonces,
            seeded: Seeded(seed),
            done: 0,
            has_nonce: !fetch_nonces,
            sample: None,
        }
    }
}

impl Script for Asking {
    fn next(&mut self) -> Result<Option<Vec<u8>>, String> {
        let Some(asker) = self.devices.get(self.done) else { return Ok(None) };
        if !self.has_nonce {
            return Ok(Some(nonce_request()));
        }
        let attempt = attempt(&mut self.seeded);
        let (audience, nonce) = (&self.audience, &self.nonce);
        let request = match self.ask {
            Ask::Activate => asker.device.activate(audience, &asker.product_key, nonce, attempt),
            Ask::Renew => asker.device.renew(audience, asker.lease, nonce, attempt),
            Ask::Status => asker.device.status(audience, asker.lease, nonce, attempt),
        }?;
        Ok(Some(request))
    }

    fn answered(&mut self, response: Response) -> Result<(), String> {
        if response.status != 200 {
            let body = String::from_utf8_lossy(&response.body);
            return Err(format!("{:?} was answered with {}: {body}", self.ask, response.status));
        }
        if !self.has_nonce {
            self.nonce = text(&response.json()?, "nonce")?.to_owned();
            self.has_nonce = true;
            return Ok(());
        }
        self.nonce = response.nonce.clone().ok_or("an answer without a nonce")?;
        if self.sample.is_none() {
            self.sample = Some(Sample::new(self.ask.path(), &response));
        }
        self.answers.push(response.body);
        self.done += 1;
        self.has_nonce = !self.fetch_nonces;
        Ok(())
    }
}
