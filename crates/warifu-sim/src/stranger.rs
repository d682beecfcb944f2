//! A stranger who guesses: keys that were never issued, numbers of keys that were, tokens, and names of installations.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use serde_json::{Value, json};
use warifu_client::{Method, Response};
use warifu_core::hardware::{ComponentHash, ComponentKind, Fingerprint, Reading, Scheme};
use warifu_core::id::{BatchId, IdempotencyKey, LeaseId};
use warifu_core::key::{KeyNumber, MasterSecret, TagSecret, Verdict, read};
use warifu_core::text::Slug;
use warifu_proto::keys::{InstallationKey, KeyAlgorithm, Signer as _};
use warifu_proto::wire::device::{ActivateRequest, Client, DeviceRequest, RenewRequest};
use warifu_proto::wire::exchange::sign_request;
use warifu_proto::wire::key_text::KeyText;

use crate::fiber::Call;
use crate::stop::Stop;
use crate::world::{PRODUCT, World};

impl World {
    /// The stranger tries two things that must look the same from outside, and one that staff may do.
    pub(crate) fn guess(&mut self) -> Result<(), Stop> {
        if self.running(0).is_none() || self.dice.percent(50) {
            return Ok(());
        }
        self.trace.note("a stranger guesses");
        let address = Ipv4Addr::from(0x0a00_0000 | u32::try_from(self.dice.below(1 << 24)).unwrap_or(0));
        let source = SocketAddr::new(IpAddr::V4(address), 1_024);
        // A number that was issued, with a tag that is not its own, and one that was not.
        let Some((issued, unissued)) = self.wrong_keys() else { return Ok(()) };
        let seed: [u8; 32] = warifu_core::random::bytes(&mut self.dice);
        let stranger = InstallationKey::from_secret(KeyAlgorithm::Ed25519, &seed).map_err(Stop::harness)?;
        let mut answers = Vec::new();
        for key in [issued, unissued] {
            let call = self.activation(&stranger, &key)?;
            let response = self.ask(&call, source)?;
            self.check_answer(crate::node::Origin::Stranger, &response)?;
            let response = self.tamper_guess(&key, response);
            answers.push(without_name(&response));
        }
        if answers[0] != answers[1] {
            let seen = format!("a stranger learns which numbers exist: {} and {}", answers[0], answers[1]);
            return Err(Stop::violation(6, seen));
        }
        self.guess_tokens(source)?;
        self.guess_installations(&stranger, source)
    }

    /// Two keys whose symbols are in order and whose tags are not: one of a number that was issued, one of a number that was not.
    fn wrong_keys(&mut self) -> Option<(String, String)> {
        let place = self.dice.place(self.keys.len())?;
        let Verdict::Valid(genuine) = read(&self.keys[place].text) else { return None };
        let number = genuine.number();
        let master = MasterSecret::from_bytes(warifu_core::random::bytes(&mut self.dice), 9);
        let elsewhere = TagSecret::derive(&master, BatchId::from_bytes([9; 16]));
        let far = KeyNumber { serial: number.serial ^ 0x5555_5555, ..number };
        Some((elsewhere.issue(number, 0).expose(), elsewhere.issue(far, 0).expose()))
    }

    fn activation(&mut self, stranger: &InstallationKey, key: &str) -> Result<Call, Stop> {
        let service = self.root.service_id();
        let present = |kind: u64| Reading::Present(ComponentHash::from_u64(kind << 48 | 7));
        let fingerprint = Fingerprint::new(Scheme::Physical)
            .with(ComponentKind::Motherboard, present(1))
            .with(ComponentKind::SystemDisk, present(2))
            .with(ComponentKind::NetworkAdapter, present(3));
        let product_key =
            KeyText::new(key).ok_or_else(|| Stop::harness("a key of the simulator's is none"))?;
        let request = ActivateRequest {
            protocol: 1,
            audience: service,
            nonce: self.nonce()?,
            public_key: *stranger.public_key(),
            client: Client { name: "stranger".to_owned(), version: "1".to_owned() },
            product: Slug::new(PRODUCT).map_err(Stop::harness)?,
            product_key,
            fingerprint,
            device_name: None,
            purchase_proof: None,
        };
        self.signed(&request, stranger)
    }

    fn nonce(&mut self) -> Result<String, Stop> {
        let place = self.running(0).ok_or_else(|| Stop::harness("no node runs"))?;
        Ok(self.node(place)?.service.nonce())
    }

    fn signed<T: DeviceRequest + serde::Serialize>(
        &mut self,
        request: &T,
        key: &InstallationKey,
    ) -> Result<Call, Stop> {
        let attempt = IdempotencyKey::from_bytes(warifu_core::random::bytes(&mut self.dice));
        let signed = sign_request(request, attempt, self.time.now(), key).map_err(Stop::harness)?;
        let headers = signed.headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Ok(Call { method: Method::Post, path: signed.path.to_owned(), headers, body: signed.body.to_vec() })
    }

    /// A wrong token, and one of too small a role: neither does anything.
    fn guess_tokens(&mut self, source: SocketAddr) -> Result<(), Stop> {
        let Some(licence) = self.keys.iter().find_map(|key| key.licence) else { return Ok(()) };
        let path = format!("/v1/licences/{licence}/revoke");
        let mut call = self.staff_call(warifu_core::staff::Role::ReadOnly, Method::Post, &path, &Value::Null);
        let small = self.ask(&call, source)?;
        if let Some(header) = call.headers.first_mut() {
            header.1 = format!("Bearer wst_{}", "0".repeat(43));
        }
        let wrong = self.ask(&call, source)?;
        match (small.status, wrong.status) {
            (403, 401 | 429) => Ok(()),
            other => {
                Err(Stop::violation(6, format_args!("an act without the right to it was answered {other:?}")))
            }
        }
    }

    /// Who asks in the name of an installation that does not exist is told what the owner of any other key is told.
    fn guess_installations(&mut self, stranger: &InstallationKey, source: SocketAddr) -> Result<(), Stop> {
        let fingerprint = Fingerprint::new(Scheme::Physical);
        let heads: Vec<LeaseId> = self.ledger.heads().map(|(_, _, lease)| lease).take(1).collect();
        let mut answers = Vec::new();
        for lease in heads.into_iter().chain([LeaseId::from_bytes([7; 16])]) {
            let request = RenewRequest {
                protocol: 1,
                audience: self.root.service_id(),
                nonce: self.nonce()?,
                public_key: *stranger.public_key(),
                client: Client { name: "stranger".to_owned(), version: "1".to_owned() },
                lease,
                fingerprint,
            };
            let call = self.signed(&request, stranger)?;
            let response = self.ask(&call, source)?;
            answers.push(without_name(&response));
        }
        match answers.as_slice() {
            [one, other] if one != other => Err(Stop::violation(
                6,
                format_args!("a stranger learns which leases exist: {one} and {other}"),
            )),
            _ => Ok(()),
        }
    }
}

/// An answer without what names it.
fn without_name(response: &Response) -> String {
    let mut body: Value = serde_json::from_slice(&response.body).unwrap_or(Value::Null);
    if let Some(body) = body.as_object_mut() {
        body.remove("instance");
    }
    json!({"status": response.status, "body": body}).to_string()
}
