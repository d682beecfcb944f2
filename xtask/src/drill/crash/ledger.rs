//! What was acknowledged, compared with what the service knows after it has come back.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::drill::harness::connection::Connection;
use crate::drill::harness::device::Audience;
use crate::drill::harness::publisher::{Publisher, text};
use crate::drill::harness::service::Running;
use crate::drill::harness::watch;

use super::device::{Player, Silence, Told};

/// What holds for each licence.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    pub(super) seats: u32,
    pub(super) budget: u32,
}

/// Compares, and says in words what was compared. The first thing that does not fit is the error.
pub(super) fn check(
    running: &Running,
    token: &str,
    audience: &Audience,
    players: &mut [Vec<Player>],
    limits: Limits,
) -> Result<String, String> {
    let mut connection = Connection::open(running.address).map_err(|error| error.to_string())?;
    let mut settled = 0;
    let mut repeated = 0;
    for player in players.iter_mut().flatten() {
        let name = player.name;
        if let Some(attempt) = player.open.clone() {
            player.ask(&mut connection, audience, attempt).map_err(spoken)?;
            settled += 1;
        }
        // Now the request is answered, again or for the first time; the same request must be answered alike.
        let Some((attempt, told)) = player.last.clone() else { continue };
        if matches!(told, Told::Refused(_)) {
            continue;
        }
        let again = player.send(&mut connection, audience, &attempt).map_err(spoken)?;
        if again != told {
            return Err(format!(
                "device {name:x}: {:?} was answered with {told:?}, and after the kill with {again:?}",
                attempt.command
            ));
        }
        repeated += 1;
    }
    let mut publisher = Publisher::new(running.address, token)?;
    let licences = compare_lists(&mut publisher, players, limits)?;
    Ok(format!(
        "{settled} cut off and settled, {repeated} repeated with the same answer, {licences} licences as acknowledged"
    ))
}

fn spoken(silence: Silence) -> String {
    match silence {
        Silence::Gone => "the service died by itself".to_owned(),
        Silence::Away => "the service cannot reach its store".to_owned(),
        Silence::Wrong(what) => what,
    }
}

fn compare_lists(
    publisher: &mut Publisher,
    players: &[Vec<Player>],
    limits: Limits,
) -> Result<usize, String> {
    // By licence: each acknowledged activation, and whether it is held.
    let mut expected: BTreeMap<&str, BTreeMap<&str, bool>> = BTreeMap::new();
    for player in players.iter().flatten() {
        for (lease, held) in &player.activations {
            let of_licence = expected.entry(&lease.licence).or_default();
            if of_licence.insert(&lease.activation, *held).is_some() {
                return Err(format!("activation {} was given to two devices", lease.activation));
            }
        }
    }
    for (licence, expected) in &expected {
        let listed = list(publisher, &format!("/v1/licences/{licence}/activations?limit=200"))?;
        let mut found = BTreeMap::new();
        let (mut active, mut lingering) = (0, 0);
        for activation in &listed {
            let is_active =
                activation["active"].as_bool().ok_or("an activation that is neither active nor not")?;
            let runs = text(activation, "lease_until")? > watch::wall().to_string().as_str();
            active += u32::from(is_active);
            lingering += u32::from(!is_active && runs);
            if found.insert(text(activation, "id")?, is_active).is_some() {
                return Err(format!("licence {licence} lists an activation twice"));
            }
        }
        let found: BTreeMap<&str, bool> = found;
        if found != *expected {
            return Err(format!("licence {licence}: acknowledged were {expected:?}, listed are {found:?}"));
        }
        let devices: BTreeSet<&str> =
            listed.iter().filter_map(|activation| activation["device"].as_str()).collect();
        if devices.len() != listed.len() {
            return Err(format!("licence {licence} lists a device twice"));
        }
        if active > limits.seats || active + lingering > limits.seats + limits.budget {
            return Err(format!("licence {licence} has {active} active and {lingering} lingering seats"));
        }
        let taken = publisher.get(&format!("/v1/licences/{licence}"))?["seats_taken"].as_u64();
        if taken != Some(u64::from(active)) {
            return Err(format!("licence {licence} counts {taken:?} seats and lists {active}"));
        }
    }
    Ok(expected.len())
}

/// The log has one grant of each acknowledged activation, and of no other. Read to its end, so this is for the end of the drill.
pub(super) fn check_log(publisher: &mut Publisher, players: &[Vec<Player>]) -> Result<usize, String> {
    let all = players.iter().flatten().flat_map(|player| &player.activations);
    let acknowledged: BTreeSet<&str> = all.map(|(lease, _)| lease.activation.as_str()).collect();
    let mut granted = BTreeSet::new();
    let mut path = "/v1/events?limit=200".to_owned();
    loop {
        let page = publisher.get(&path)?;
        for event in page["items"].as_array().ok_or("no list of events")? {
            if event["action"] == "activation.granted"
                && !granted.insert(text(event, "activation")?.to_owned())
            {
                return Err(format!("the log grants activation {} twice", event["activation"]));
            }
        }
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/v1/events?limit=200&after={next}");
    }
    match acknowledged.iter().find(|activation| !granted.contains(**activation)) {
        Some(lost) => Err(format!("the log has lost the grant of activation {lost}")),
        None if granted.len() > acknowledged.len() => Err(format!(
            "the log has {} grants, but only {} were acknowledged",
            granted.len(),
            acknowledged.len()
        )),
        None => Ok(granted.len()),
    }
}

fn list(publisher: &mut Publisher, path: &str) -> Result<Vec<Value>, String> {
    let mut answer = publisher.get(path)?;
    match answer["items"].take() {
        Value::Array(items) => Ok(items),
        _ => Err(format!("GET {path}: no list")),
    }
}
