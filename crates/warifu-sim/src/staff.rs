//! Staff: how the shop is set up, and what they do to licences. They use the API as the console does; an act whose answer is lost is repeated under the
//! same name until it has one.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use serde_json::{Value, json};
use warifu_client::{Method, Response};
use warifu_core::id::IdempotencyKey;
use warifu_core::staff::Role;
use warifu_core::text::Name;
use warifu_core::time::{Span, Timestamp};
use warifu_service::port::Reply;
use warifu_service::staff::acts::LOCAL_OPERATOR;

use crate::fiber::Call;
use crate::node::Origin;
use crate::stop::Stop;
use crate::world::{KINDS, PRODUCT, SHORT_NOTICE, SHORT_RELEASE_NOTICE, World};

/// Where staff sit.
pub(crate) const OFFICE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(198, 51, 100, 7)), 50_000);
/// How many keys of each kind are on sale.
const KEYS: usize = 190;

/// The tokens of staff.
#[derive(Clone, Debug, Default)]
pub(crate) struct Staff {
    tokens: BTreeMap<&'static str, String>,
    /// The policies of the kinds of licence, in their order.
    policies: Vec<Value>,
}

/// What staff can do to a licence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    Suspend,
    Reinstate,
    Revoke,
    TopUp(u32),
    ReplaceKey,
    /// Gives a seat back, by its place in the list.
    Release(usize),
    Renew,
}

/// An act that has no answer yet.
#[derive(Clone, Debug)]
pub(crate) struct Attempt {
    pub(crate) act: Act,
    pub(crate) key: usize,
    pub(crate) call: Call,
    pub(crate) begun: Timestamp,
    /// When it had its answer, or nobody waited for one any more.
    pub(crate) closed: Option<Timestamp>,
    /// Whether the answer said that it was done.
    pub(crate) done: bool,
    /// Whether the answer said for good that it was not.
    pub(crate) refused: bool,
    /// Whether a request of it waits at a node.
    pub(crate) waiting: bool,
}

impl Attempt {
    /// Whether nobody waits for its answer any more.
    pub(crate) const fn is_closed(&self) -> bool {
        self.closed.is_some()
    }
}

impl World {
    /// A request of staff.
    pub(crate) fn staff_call(&mut self, role: Role, method: Method, path: &str, body: &Value) -> Call {
        let token = self.staff.tokens.get(role.as_str()).cloned().unwrap_or_default();
        let attempt = IdempotencyKey::from_bytes(warifu_core::random::bytes(&mut self.dice));
        let mut headers = vec![
            ("authorization".to_owned(), format!("Bearer {token}")),
            ("idempotency-key".to_owned(), attempt.to_string()),
        ];
        let mut bytes = Vec::new();
        if !body.is_null() {
            headers.push(("content-type".to_owned(), "application/json".to_owned()));
            bytes = body.to_string().into_bytes();
        }
        Call { method, path: path.to_owned(), headers, body: bytes }
    }

    /// Asks a node that runs, and waits for the answer.
    pub(crate) fn ask(&mut self, call: &Call, source: SocketAddr) -> Result<Response, Stop> {
        let place = self.running(0).ok_or_else(|| Stop::harness("no node runs"))?;
        let mut answered = self.node(place)?.take_on(call, source, Origin::Stranger)?;
        for _ in 0..16 {
            if let Some((_, response)) = answered {
                return Ok(response);
            }
            for other in self.node(place)?.write(64)? {
                if other.0 == Origin::Stranger {
                    answered = Some(other);
                } else {
                    self.answered(other)?;
                }
            }
        }
        Err(Stop::harness("the service does not answer"))
    }

    /// Asks as staff; anything but success is the simulator's mistake.
    pub(crate) fn command(&mut self, method: Method, path: &str, body: &Value) -> Result<Value, Stop> {
        let call = self.staff_call(Role::Owner, method, path, body);
        let response = self.ask(&call, OFFICE)?;
        let answer: Value = serde_json::from_slice(&response.body).unwrap_or(Value::Null);
        if !(200..300).contains(&response.status) {
            return Err(Stop::harness(format_args!("{path}: {} {answer}", response.status)));
        }
        Ok(answer)
    }

    /// Products, policies and keys.
    pub(crate) fn open_shop(&mut self) -> Result<(), Stop> {
        for role in [Role::Owner, Role::Support, Role::ReadOnly] {
            let name = Name::new(role.as_str()).map_err(Stop::harness)?;
            let node = self.node(0)?;
            let service = node.service.clone();
            let create = async move { service.create_staff(LOCAL_OPERATOR, name, role, None).await };
            let made = node.finish(create)?;
            let (_, token) = made.map_err(Stop::harness)?;
            self.canaries.add_token(&token.expose());
            self.staff.tokens.insert(role.as_str(), token.expose().to_string());
        }
        self.command(Method::Post, "/v1/products", &json!({"code": PRODUCT, "name": "Draw"}))?;
        let sku = json!({"product": PRODUCT, "edition": "pro", "name": "Pro", "features": ["layers"]});
        self.command(Method::Post, "/v1/skus", &sku)?;
        for kind in &KINDS {
            let mut body = json!({
                "name": kind.channel, "channel": kind.channel, "seats": kind.seats, "change_budget": kind.budget,
            });
            if kind.short {
                let days = |days: i64| Value::from(days * 86_400);
                body["name"] = "short".into();
                body["lease_seconds"] = days(4);
                body["renew_after_seconds"] = days(1);
                body["grace_seconds"] = days(1);
                body["reclaim_notice_seconds"] = SHORT_NOTICE.as_seconds().into();
                body["objection_seconds"] = days(10);
                body["release_notice_seconds"] = SHORT_RELEASE_NOTICE.as_seconds().into();
            }
            let policy = self.command(Method::Post, "/v1/policies", &body)?;
            self.staff.policies.push(policy["id"].clone());
        }
        self.stock_shop()
    }

    /// New batches of keys for each kind of licence, in the place of what was on sale.
    pub(crate) fn stock_shop(&mut self) -> Result<(), Stop> {
        for place in 0..KINDS.len() {
            let body = json!({"sku": 1, "policy": self.staff.policies[place], "count": KEYS});
            let batch = self.command(Method::Post, "/v1/batches", &body)?;
            let path = format!("/v1/batches/{}/keys?limit=200", batch["id"].as_str().unwrap_or_default());
            let page = self.command(Method::Get, &path, &Value::Null)?;
            let keys = page["keys"].as_array().into_iter().flatten();
            let keys: Vec<String> = keys.filter_map(|key| key.as_str().map(str::to_owned)).collect();
            if keys.len() != KEYS {
                return Err(Stop::harness("the page of keys is not whole"));
            }
            self.unsold.insert(place, keys);
        }
        Ok(())
    }

    /// The seats of a key's licence, as the API lists them: their ids, and whether they are held.
    pub(crate) fn seats(&mut self, key: usize) -> Result<Vec<(String, bool)>, Stop> {
        let Some(licence) = self.keys[key].licence else { return Ok(Vec::new()) };
        let path = format!("/v1/licences/{licence}/activations?limit=200");
        let page = self.command(Method::Get, &path, &Value::Null)?;
        let items = page["items"].as_array().cloned().unwrap_or_default();
        let seat = |item: &Value| Some((item["id"].as_str()?.to_owned(), item["active"].as_bool()?));
        Ok(items.iter().filter_map(seat).collect())
    }

    /// The request of an act, if it can be asked for.
    pub(crate) fn act_call(&mut self, key: usize, act: Act) -> Result<Option<Call>, Stop> {
        let Some(licence) = self.keys[key].licence else { return Ok(None) };
        let base = format!("/v1/licences/{licence}");
        let (path, body) = match act {
            Act::Suspend => (format!("{base}/suspend"), Value::Null),
            Act::Reinstate => (format!("{base}/reinstate"), Value::Null),
            Act::Revoke => (format!("{base}/revoke"), Value::Null),
            Act::TopUp(seats) => (format!("{base}/top-up"), json!({"seats": seats})),
            Act::ReplaceKey => (format!("{base}/replace-key"), Value::Null),
            Act::Renew => (format!("{base}/renew"), Value::Null),
            Act::Release(place) => {
                let seats = self.seats(key)?;
                let held: Vec<_> = seats.into_iter().filter(|(_, held)| *held).collect();
                let Some((seat, _)) = held.get(place % held.len().max(1)) else { return Ok(None) };
                (format!("{base}/activations/{seat}/release"), Value::Null)
            }
        };
        Ok(Some(self.staff_call(Role::Owner, Method::Post, &path, &body)))
    }

    /// Begins an act; its answer comes when the group is written, or never.
    pub(crate) fn begin_act(&mut self, key: usize, act: Act) -> Result<(), Stop> {
        let Some(call) = self.act_call(key, act)? else { return Ok(()) };
        self.trace.note(format_args!("staff: {act:?} key {key}"));
        let begun = self.time.now();
        let attempt =
            Attempt { act, key, call, begun, closed: None, done: false, refused: false, waiting: false };
        self.attempts.push(attempt);
        self.note_act_begun(key, act);
        self.send_act(self.attempts.len() - 1)
    }

    /// Sends an act's request, again if need be. The service knows a repetition for a week; after that nobody repeats what may have been done, but looks.
    pub(crate) fn send_act(&mut self, place: usize) -> Result<(), Stop> {
        let Attempt { begun, key, act, .. } = self.attempts[place];
        if self.time.now() > begun.plus(Span::days(Reply::KEPT_DAYS - 1)) {
            self.trace.note(format_args!("staff: {act:?} key {key} is given up"));
            self.attempts[place].closed = Some(self.time.now());
            // How many seats there are is looked up only by whoever does not know what has become of their own addition: others may be known twice then.
            return match act {
                Act::TopUp(_) => self.read_licence_again(key),
                _ => self.read_standing_again(key).map(drop),
            };
        }
        let Some(node) = self.running(place) else { return Ok(()) };
        let call = self.attempts[place].call.clone();
        self.attempts[place].waiting = true;
        if let Some(answered) = self.node(node)?.take_on(&call, OFFICE, Origin::Staff(place))? {
            self.answered(answered)?;
        }
        Ok(())
    }

    /// Does an act to its end, with a network that loses nothing.
    pub(crate) fn act(&mut self, key: usize, act: Act) -> Result<bool, Stop> {
        self.find_licence_of(key)?;
        self.begin_act(key, act)?;
        let Some(place) = self.attempts.iter().rposition(|attempt| attempt.key == key && attempt.act == act)
        else {
            return Ok(false);
        };
        for _ in 0..16 {
            if self.attempts[place].is_closed() {
                return Ok(self.attempts[place].done);
            }
            self.write_everywhere()?;
            if !self.attempts[place].waiting && !self.attempts[place].is_closed() {
                self.send_act(place)?;
            }
        }
        Err(Stop::violation(0, format_args!("staff get no answer to {act:?}")))
    }

    /// What the book says as soon as an act may have taken effect.
    fn note_act_begun(&mut self, key: usize, act: Act) {
        let now = self.time.now();
        let key = &mut self.keys[key];
        match act {
            Act::Suspend => (key.suspended, key.bad_last) = (true, Some(now)),
            Act::Revoke => (key.revoked, key.bad_last) = (true, Some(now)),
            _ => {}
        }
    }

    /// An act has its answer.
    pub(crate) fn act_answered(&mut self, place: usize, response: &Response) -> Result<(), Stop> {
        if self.attempts[place].is_closed() {
            return Ok(());
        }
        let now = self.time.now();
        let code = code_of(response);
        let (act, key) = (self.attempts[place].act, self.attempts[place].key);
        self.trace.note(format_args!("staff: {act:?} key {key}: {} {code}", response.status));
        self.attempts[place].waiting = false;
        let done = response.status < 300;
        // A refusal that a repetition may overcome leaves open what was done.
        if !done && is_unsettled(&code) {
            return Ok(());
        }
        // The new key cannot be looked up before the store is back; they ask again then.
        if done && act == Act::ReplaceKey && self.outage_until > 0 {
            return Ok(());
        }
        let attempt = &mut self.attempts[place];
        (attempt.closed, attempt.done, attempt.refused) = (Some(now), done, !done);
        if !done {
            return Ok(());
        }
        let open = |act: Act| {
            let is_open = |other: &Attempt| other.key == key && other.act == act && !other.is_closed();
            self.attempts.iter().any(is_open)
        };
        // What has no answer yet may take effect after this.
        let (may_suspend, may_revoke) = (open(Act::Suspend), open(Act::Revoke));
        let known = &mut self.keys[key];
        match act {
            Act::TopUp(seats) => known.added += seats,
            Act::Reinstate => {
                (known.suspended, known.revoked, known.bad_last) = (may_suspend, may_revoke, Some(now));
            }
            Act::ReplaceKey => {
                known.former = Some(known.text.clone());
                let former = known.former.clone();
                self.fetch_key(key)?;
                self.keys[key].former = former;
            }
            // Nobody knows which of the two came last; staff look.
            Act::Suspend | Act::Revoke if self.may_be_undone(place) => {
                self.read_standing_again(key)?;
            }
            Act::Suspend | Act::Revoke | Act::Release(_) | Act::Renew => {}
        }
        self.check_act(place, response)
    }

    /// Asks the publisher for a licence's key as it is now.
    pub(crate) fn fetch_key(&mut self, key: usize) -> Result<(), Stop> {
        let Some(licence) = self.keys[key].licence else { return Ok(()) };
        let shown = self.command(Method::Get, &format!("/v1/licences/{licence}/key"), &Value::Null)?;
        let text = shown["key"].as_str().unwrap_or_default().to_owned();
        self.canaries.add_key(&text);
        (self.keys[key].text, self.keys[key].former) = (text, None);
        Ok(())
    }

    /// Seats that an act without an answer may have added.
    pub(crate) fn seats_perhaps_added(&self, key: usize) -> u32 {
        let open = self.attempts.iter().filter(|attempt| attempt.key == key && !attempt.is_closed());
        open.map(|attempt| if let Act::TopUp(seats) = attempt.act { seats } else { 0 }).sum()
    }
}

/// Whether a refusal leaves open what was done.
pub(crate) fn is_unsettled(code: &str) -> bool {
    matches!(code, "service_unavailable" | "service_busy" | "version_conflict")
}

/// A problem's code; nothing for an answer that is none.
pub(crate) fn code_of(response: &Response) -> String {
    if response.status < 300 {
        return String::new();
    }
    let body: Value = serde_json::from_slice(&response.body).unwrap_or(Value::Null);
    body["code"].as_str().unwrap_or("?").to_owned()
}
