//! A device that remembers what it was told.

use warifu_core::id::{IdempotencyKey, LeaseId};

use crate::drill::harness::connection::{Connection, Response};
use crate::drill::harness::device::{Audience, Device, LeaseFacts, lease_in};
use crate::drill::harness::publisher;
use crate::drill::harness::seeded::Seeded;

/// What a device asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Command {
    Activate,
    Renew(LeaseId),
    Status(LeaseId),
    Deactivate(LeaseId),
}

/// A request with its idempotency key.
#[derive(Clone, Debug)]
pub(super) struct Attempt {
    pub(super) command: Command,
    pub(super) key: IdempotencyKey,
}

/// What the service said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Told {
    Lease(LeaseFacts),
    Status { activated: bool },
    Released,
    Refused(String),
}

/// Why there is no answer.
pub(super) enum Silence {
    /// The service is gone: whether it did what was asked, nobody knows.
    Gone,
    /// The service says that it cannot reach its store: whether it did what was asked, it does not know either.
    Away,
    /// It answered with what must not be answered.
    Wrong(String),
}

/// A device, and all that the service has acknowledged to it.
pub(super) struct Player {
    pub(super) name: u64,
    device: Device,
    product_key: String,
    seeded: Seeded,
    /// The newest lease, while it is active.
    pub(super) lease: Option<LeaseFacts>,
    /// The last request that changed something, with its answer.
    pub(super) last: Option<(Attempt, Told)>,
    /// A request whose answer never came.
    pub(super) open: Option<Attempt>,
    /// Every activation that was acknowledged, with whether it is still held.
    pub(super) activations: Vec<(LeaseFacts, bool)>,
}

impl Player {
    /// For each thread its devices, dealt so that a licence's devices are on different threads.
    pub(super) fn crowd(
        keys: &[String],
        each: usize,
        threads: usize,
        seeded: &mut Seeded,
    ) -> Result<Vec<Vec<Self>>, String> {
        let mut crowd: Vec<Vec<Self>> = (0..threads).map(|_| Vec::new()).collect();
        for (licence, product_key) in keys.iter().enumerate() {
            for place in 0..each {
                let name = seeded.next();
                crowd[(licence + place) % threads].push(Self {
                    name,
                    device: Device::new(name)?,
                    product_key: product_key.clone(),
                    seeded: Seeded(name ^ 1),
                    lease: None,
                    last: None,
                    open: None,
                    activations: Vec::new(),
                });
            }
        }
        Ok(crowd)
    }

    /// What the device wants next: to be activated, and once it is, mostly to renew.
    pub(super) fn wish(&mut self) -> Attempt {
        let command = match &self.lease {
            None => Command::Activate,
            Some(held) => match self.seeded.below(8) {
                0 => Command::Deactivate(held.lease),
                1 => Command::Activate,
                2 => Command::Status(held.lease),
                _ => Command::Renew(held.lease),
            },
        };
        Attempt { command, key: IdempotencyKey::from_bytes(self.seeded.bytes()) }
    }

    /// Sends a request, and remembers the answer. A request without an answer stays open.
    pub(super) fn ask(
        &mut self,
        connection: &mut Connection,
        audience: &Audience,
        attempt: Attempt,
    ) -> Result<Told, Silence> {
        let changes = !matches!(attempt.command, Command::Status(_));
        if changes {
            self.open = Some(attempt.clone());
        }
        let told = self.send(connection, audience, &attempt)?;
        self.open = None;
        if changes {
            self.remember(&told)?;
            self.last = Some((attempt, told.clone()));
        }
        Ok(told)
    }

    /// Sends a request, a first time or again, and reads the answer.
    pub(super) fn send(
        &self,
        connection: &mut Connection,
        audience: &Audience,
        attempt: &Attempt,
    ) -> Result<Told, Silence> {
        let nonce = publisher::nonce(connection).map_err(|_| Silence::Gone)?;
        let request = match attempt.command {
            Command::Activate => self.device.activate(audience, &self.product_key, &nonce, attempt.key),
            Command::Renew(lease) => self.device.renew(audience, lease, &nonce, attempt.key),
            Command::Status(lease) => self.device.status(audience, lease, &nonce, attempt.key),
            Command::Deactivate(lease) => self.device.deactivate(audience, lease, &nonce, attempt.key),
        };
        let request = request.map_err(Silence::Wrong)?;
        let response = connection.exchange(&request).map_err(|_| Silence::Gone)?;
        if response.status == 503 && response.code().as_deref() == Some("service_unavailable") {
            return Err(Silence::Away);
        }
        read(&attempt.command, &response)
            .map_err(|what| Silence::Wrong(format!("device {:x}, {:?}: {what}", self.name, attempt.command)))
    }

    fn remember(&mut self, told: &Told) -> Result<(), Silence> {
        match told {
            Told::Lease(lease) => {
                if self.activations.iter().any(|(known, held)| *held && known.activation != lease.activation)
                {
                    return Err(Silence::Wrong(format!("device {:x} got a second seat", self.name)));
                }
                match self.activations.iter_mut().find(|(known, _)| known.activation == lease.activation) {
                    Some(place) => *place = (lease.clone(), true),
                    None => self.activations.push((lease.clone(), true)),
                }
                self.lease = Some(lease.clone());
            }
            Told::Released => {
                self.activations.iter_mut().for_each(|(_, held)| *held = false);
                self.lease = None;
            }
            Told::Status { .. } | Told::Refused(_) => {}
        }
        Ok(())
    }
}

fn read(command: &Command, response: &Response) -> Result<Told, String> {
    match (response.status, command) {
        (200, Command::Activate | Command::Renew(_)) => lease_in(&response.body).map(Told::Lease),
        (200, Command::Status(_)) => {
            let activated =
                response.json()?["standing"]["activated"].as_bool().ok_or("a status that says nothing")?;
            Ok(Told::Status { activated })
        }
        (200, Command::Deactivate(_)) => Ok(Told::Released),
        (status, _) => {
            let code = response.code().ok_or_else(|| format!("status {status} without a code"))?;
            match (code.as_str(), command) {
                ("seat_limit_reached" | "change_budget_spent", Command::Activate) => Ok(Told::Refused(code)),
                _ => Err(format!("refused with {code}: {}", String::from_utf8_lossy(&response.body))),
            }
        }
    }
}
