//! What a publisher's staff does over the API: a product, rules, keys, and looking at licences.

use std::net::SocketAddr;

use serde_json::{Value, json};
use warifu_core::id::{IdempotencyKey, ServiceId};
use warifu_proto::encoding::parse_hex;

use super::connection::{self, Connection, Response};
use super::device::Audience;
use super::seeded::Seeded;
use super::watch;

/// A member of staff at a service.
pub(in crate::drill) struct Publisher {
    connection: Connection,
    token: String,
    seeded: Seeded,
}

/// A product with one edition, one policy and its keys.
pub(in crate::drill) struct Offer {
    /// What devices name.
    pub(in crate::drill) audience: Audience,
    /// The SKU's number.
    pub(in crate::drill) sku: u64,
    /// The batch's id.
    pub(in crate::drill) batch: String,
}

impl Publisher {
    /// Signs in with a token.
    pub(in crate::drill) fn new(address: SocketAddr, token: &str) -> Result<Self, String> {
        let connection = Connection::open(address).map_err(|error| format!("{address}: {error}"))?;
        let seed = watch::wall().seconds().cast_unsigned();
        Ok(Self {
            connection,
            token: token.to_owned(),
            seeded: Seeded(seed << 20 ^ u64::from(address.port())),
        })
    }

    /// Asks.
    pub(in crate::drill) fn get(&mut self, path: &str) -> Result<Value, String> {
        let bearer = format!("Bearer {}", self.token);
        let request = connection::bytes("GET", path, &[("Authorization", &bearer)], b"");
        self.exchange("GET", path, &request)
    }

    /// Makes something.
    pub(in crate::drill) fn post(&mut self, path: &str, body: &Value) -> Result<Value, String> {
        let attempt = IdempotencyKey::from_bytes(self.seeded.bytes()).to_string();
        let bearer = format!("Bearer {}", self.token);
        let headers = [
            ("Authorization", bearer.as_str()),
            ("Idempotency-Key", &attempt),
            ("Content-Type", "application/json"),
        ];
        let request = connection::bytes("POST", path, &headers, body.to_string().as_bytes());
        self.exchange("POST", path, &request)
    }

    /// A request without a body, answered whatever it is.
    pub(in crate::drill) fn send(&mut self, method: &str, path: &str) -> Result<Response, String> {
        let bearer = format!("Bearer {}", self.token);
        let attempt = IdempotencyKey::from_bytes(self.seeded.bytes()).to_string();
        let headers = [("Authorization", bearer.as_str()), ("Idempotency-Key", &attempt)];
        let request = connection::bytes(method, path, &headers, b"");
        self.connection.exchange(&request).map_err(|error| format!("{method} {path}: {error}"))
    }

    /// A number of the service's metrics.
    pub(in crate::drill) fn metric(&mut self, name: &str) -> Result<f64, String> {
        let bearer = format!("Bearer {}", self.token);
        let request = connection::bytes("GET", "/metrics", &[("Authorization", &bearer)], b"");
        let response =
            self.connection.exchange(&request).map_err(|error| format!("GET /metrics: {error}"))?;
        let text = String::from_utf8_lossy(&response.body);
        let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok());
        value.ok_or_else(|| format!("there is no metric {name}"))
    }

    fn exchange(&mut self, method: &str, path: &str, request: &[u8]) -> Result<Value, String> {
        let response =
            self.connection.exchange(request).map_err(|error| format!("{method} {path}: {error}"))?;
        response.json().map_err(|what| format!("{method} {path}: {what}"))
    }

    /// Makes a product with `keys` keys of licences that have `seats` seats and a change budget of `budget`.
    pub(in crate::drill) fn offer(&mut self, keys: u32, seats: u32, budget: u32) -> Result<Offer, String> {
        let service = self.get("/v1/service")?;
        let service = parse_hex(text(&service, "service_id")?)
            .map(ServiceId::from_bytes)
            .ok_or("a service without a name")?;
        self.post("/v1/products", &json!({ "code": "drill", "name": "Drill" }))?;
        let sku = json!({ "product": "drill", "edition": "pro", "name": "Pro", "features": [] });
        let sku = self.post("/v1/skus", &sku)?["number"].as_u64().ok_or("a SKU without its number")?;
        let policy = json!({ "name": "drill", "channel": "retail", "seats": seats, "change_budget": budget, "moves_unbounded": true });
        let batch = self.batch(sku, &policy, keys)?;
        let product = warifu_core::text::Slug::new("drill").map_err(|_| "a product without a code")?;
        Ok(Offer { audience: Audience { service, product }, sku, batch })
    }

    /// Makes `keys` keys of a SKU under a policy of their own, and gives the batch's id.
    pub(in crate::drill) fn batch(&mut self, sku: u64, policy: &Value, keys: u32) -> Result<String, String> {
        let policy = self.post("/v1/policies", policy)?;
        let batch = json!({ "sku": sku, "policy": text(&policy, "id")?, "count": keys });
        Ok(text(&self.post("/v1/batches", &batch)?, "id")?.to_owned())
    }

    /// The product keys of a batch from `offset` on.
    pub(in crate::drill) fn keys(
        &mut self,
        batch: &str,
        offset: u32,
        count: usize,
    ) -> Result<Vec<String>, String> {
        let mut keys = Vec::with_capacity(count);
        while keys.len() < count {
            let limit = (count - keys.len()).min(10_000);
            let page = self.get(&format!(
                "/v1/batches/{batch}/keys?after={}&limit={limit}",
                offset as usize + keys.len()
            ))?;
            let page =
                page["keys"].as_array().filter(|page| !page.is_empty()).ok_or("a batch with too few keys")?;
            keys.extend(page.iter().filter_map(Value::as_str).map(str::to_owned));
        }
        Ok(keys)
    }
}

/// A text of an answer.
pub(in crate::drill) fn text<'value>(value: &'value Value, name: &str) -> Result<&'value str, String> {
    value[name].as_str().ok_or_else(|| format!("an answer without `{name}`: {value}"))
}

/// A fresh nonce.
pub(in crate::drill) fn nonce(connection: &mut Connection) -> Result<String, String> {
    let response = connection.exchange(&nonce_request()).map_err(|error| error.to_string())?;
    Ok(text(&response.json()?, "nonce")?.to_owned())
}

/// The bytes that ask for a nonce.
pub(in crate::drill) fn nonce_request() -> Vec<u8> {
    connection::bytes("GET", "/v1/nonce", &[], b"")
}
