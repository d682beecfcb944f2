//! Loading: from wants to licences with their seats, in one statement. It brings the rows of all tables as one moment's view, and every list has
//! a bound; here they are put together.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

use tokio_postgres::Row;
use warifu_core::hardware::{ComponentKind, StoredHash};
use warifu_core::id::{ActivationId, InstallationId, LicenceId};
use warifu_core::licence::{Licence, Origin};
use warifu_core::seat::{Activation, ActivationState, Device, Installation, Seat};
use warifu_core::state::{LicenceState, Released};
use warifu_core::time::Timestamp;
use warifu_service::port::{Loaded, LoadedLicence, Reply, ReplyKey, Selector, Want};

use super::fields::{Fields, Record};
use super::row::{activation, device, installation, licence, reply};
use super::script::Step;
use super::trouble::{Result, Trouble};
use super::value::{Value, column, ids, one, optional_ids};
use crate::form::fingerprint;

/// How many seats are found by anchors, and how many by silence, at most.
const FOUND_MAX: i64 = 16;

// What a row of the answer holds.
const LICENCE: i32 = 1;
const SEAT: i32 = 2;
const ON_SEAT: i32 = 3;
const ASKING: i32 = 4;
const RELEASED: i32 = 5;
const REPLY: i32 = 6;
const REGISTRY: i32 = 7;
const LATEST: i32 = 8;

/// The wants on licences by their names, one row each, and the installations that are wanted. Every alias stands for what `LICENCES_NAMED` explains.
const WANTED: &str = "ask AS MATERIALIZED ( \
      SELECT * FROM unnest($1::uuid[], $2::int8[], $3::bytea[], $4::bytea[], $5::bytea[], $6::bytea[], $7::uuid[]) \
        AS a(id, key_number, imported, installation, anchor_a, anchor_b, activation) \
    ), running AS MATERIALIZED ( \
      SELECT i.id, i.licence, i.activation FROM unnest($8::bytea[]) AS w(id) JOIN warifu.installation i ON i.id = w.id \
    ), named AS MATERIALIZED ( \
      SELECT l.id AS licence, true AS claimed, a.installation, a.anchor_a, a.anchor_b, a.activation \
        FROM ask a JOIN warifu.licence l ON l.id = a.id \
      UNION ALL SELECT l.id, true, a.installation, a.anchor_a, a.anchor_b, a.activation \
        FROM ask a JOIN warifu.licence l ON l.key_number = a.key_number \
      UNION ALL SELECT l.id, true, a.installation, a.anchor_a, a.anchor_b, a.activation \
        FROM ask a JOIN warifu.licence l ON l.imported = a.imported \
      UNION ALL SELECT r.licence, false, r.id, NULL, NULL, r.activation FROM running r \
    )";

/// Locks the licences that wants name, in the order of their ids.
pub(super) static LOCK: LazyLock<String> = LazyLock::new(|| {
    format!(
        "WITH {WANTED} SELECT l.id FROM (SELECT DISTINCT licence FROM named) n JOIN warifu.licence l ON l.id = n.licence \
         ORDER BY l.id FOR NO KEY UPDATE OF l"
    )
});

/// Brings what wants name. `named` has a row for each want and licence; `asking` are the installations that ask, wherever they run; `seat` are the
/// seats: all when they are few, otherwise those that a want names, where an asking installation runs, whose device has an anchor, and when all are
/// taken the longest-silent, and by itself the one that was taken last.
static LOAD: LazyLock<String> = LazyLock::new(|| {
    let by_anchor = |column: &str, anchor: &str| {
        format!(
            "(SELECT activation, held FROM warifu.crowded_seat WHERE licence = n.licence AND {column} = n.{anchor} \
             ORDER BY held DESC, activation DESC LIMIT {FOUND_MAX})"
        )
    };
    let by_anchors = [
        by_anchor("anchor_1", "anchor_a"),
        by_anchor("anchor_2", "anchor_a"),
        by_anchor("anchor_1", "anchor_b"),
        by_anchor("anchor_2", "anchor_b"),
    ]
    .join(" UNION ");
    format!(
        "WITH {WANTED}, found AS MATERIALIZED ( \
           SELECT l.* FROM (SELECT DISTINCT licence FROM named) n JOIN warifu.licence l ON l.id = n.licence \
         ), asking AS MATERIALIZED ( \
           SELECT i.* FROM (SELECT DISTINCT installation FROM named WHERE installation IS NOT NULL) n \
             JOIN warifu.installation i ON i.id = n.installation \
         ), crowd AS MATERIALIZED ( \
           SELECT n.*, f.seats_taken >= f.seats AS taken FROM named n JOIN found f ON f.id = n.licence AND f.crowded \
         ), wanted AS ( \
           SELECT f.id AS licence, a.id AS activation, false AS latest FROM found f CROSS JOIN LATERAL \
             (SELECT id FROM warifu.activation WHERE licence = f.id ORDER BY id LIMIT {few_and_one}) a WHERE NOT f.crowded \
           UNION ALL SELECT n.licence, n.activation, false FROM crowd n WHERE n.activation IS NOT NULL \
           UNION ALL SELECT n.licence, i.activation, false FROM crowd n \
             JOIN asking i ON i.id = n.installation AND i.licence = n.licence \
           UNION ALL SELECT n.licence, c.activation, false FROM crowd n CROSS JOIN LATERAL \
             (SELECT activation FROM ({by_anchors}) near ORDER BY held DESC, activation DESC LIMIT {FOUND_MAX}) c \
             WHERE n.anchor_a IS NOT NULL OR n.anchor_b IS NOT NULL \
           UNION ALL SELECT n.licence, c.activation, false FROM (SELECT DISTINCT licence FROM crowd WHERE claimed AND taken) n \
             CROSS JOIN LATERAL (SELECT activation FROM warifu.crowded_seat WHERE licence = n.licence AND held \
              ORDER BY lease_until, activation LIMIT {FOUND_MAX}) c \
           UNION ALL SELECT n.licence, c.activation, true FROM (SELECT DISTINCT licence FROM crowd WHERE taken) n \
             CROSS JOIN LATERAL (SELECT activation FROM warifu.crowded_seat WHERE licence = n.licence AND held \
              ORDER BY held_since DESC, activation DESC LIMIT 1) c \
         ), seat AS MATERIALIZED ( \
           SELECT licence, activation, bool_and(latest) AS latest FROM wanted GROUP BY licence, activation \
         ) \
         SELECT {LICENCE} AS kind, ROW({licence}) AS record FROM found l \
         UNION ALL SELECT CASE WHEN s.latest THEN {LATEST} ELSE {SEAT} END, ROW({activation}, {device}) FROM seat s \
           JOIN warifu.activation a ON a.licence = s.licence AND a.id = s.activation LEFT JOIN warifu.device d ON d.id = a.device \
         UNION ALL SELECT {ON_SEAT}, ROW({installation}) FROM seat s CROSS JOIN LATERAL \
           (SELECT * FROM warifu.installation WHERE activation = s.activation ORDER BY expires DESC, id DESC LIMIT {installations}) i \
         UNION ALL SELECT {ASKING}, ROW({installation}) FROM asking i \
         UNION ALL SELECT {RELEASED}, ROW(n.licence, \
           (SELECT count(*) FROM warifu.crowded_seat c WHERE c.licence = n.licence AND NOT c.held AND c.lingers_until > $11::int8), \
           (SELECT min(lingers_until) FROM warifu.crowded_seat c WHERE c.licence = n.licence AND NOT c.held AND c.lingers_until > $11::int8), \
           (SELECT count(*) FROM warifu.crowded_seat c WHERE c.licence = n.licence AND NOT c.held AND c.released_at >= $12::int8), \
           (SELECT min(released_at) FROM warifu.crowded_seat c WHERE c.licence = n.licence AND NOT c.held AND c.released_at >= $12::int8), \
           (SELECT count(*) FROM warifu.crowded_seat c WHERE c.licence = n.licence AND NOT c.held)) \
           FROM (SELECT DISTINCT licence FROM crowd) n \
         UNION ALL SELECT {REPLY}, ROW({reply}) FROM unnest($9::uuid[], $10::uuid[]) AS w(staff, request) \
           JOIN warifu.reply r ON r.staff = w.staff AND r.request = w.request AND r.created >= $13::int8 \
         UNION ALL SELECT {REGISTRY}, ROW(g.one, g.version) FROM warifu.registry g",
        few_and_one = LicenceState::SEATS_FEW + 1,
        installations = Seat::INSTALLATIONS_LOADED,
        licence = licence::LIST,
        activation = activation::LIST,
        device = device::LIST,
        installation = installation::LIST,
        reply = reply::LIST,
    )
});

/// The statement that locks what `wants` name.
pub(super) fn lock(wants: &[Want]) -> Step {
    let mut values = licence_wants(wants);
    values.push(installation_wants(wants));
    Step { sql: LOCK.as_str().into(), values }
}

/// The statement that loads what `wants` name.
pub(super) fn statement(wants: &[Want], now: Timestamp) -> Step {
    let mut values = licence_wants(wants);
    values.push(installation_wants(wants));
    let replies: Vec<&ReplyKey> = wants
        .iter()
        .filter_map(|want| match want {
            Want::Reply(key) => Some(key),
            _ => None,
        })
        .collect();
    values.extend([
        ids(&replies, |key| *key.staff.as_bytes()),
        ids(&replies, |key| *key.key.as_bytes()),
        one(now.seconds()),
        one(now.minus(Released::YEAR).seconds()),
        one(reply::oldest(now).seconds()),
    ]);
    Step { sql: LOAD.as_str().into(), values }
}

/// A want on a licence.
struct Ask<'want> {
    selector: &'want Selector,
    installation: Option<InstallationId>,
    anchors: &'want [(ComponentKind, StoredHash)],
    activation: Option<ActivationId>,
}

fn licence_wants(wants: &[Want]) -> Vec<Value> {
    let asks: Vec<Ask<'_>> = wants
        .iter()
        .filter_map(|want| match want {
            Want::Licence { selector, installation, anchors, activation } => {
                Some(Ask { selector, installation: *installation, anchors, activation: *activation })
            }
            _ => None,
        })
        .collect();
    let id = |ask: &Ask<'_>| match ask.selector {
        Selector::Id(id) => Some(*id.as_bytes()),
        _ => None,
    };
    let key = |ask: &Ask<'_>| match ask.selector {
        Selector::Key(number) => Some(number.pack().cast_signed()),
        _ => None,
    };
    let imported = |ask: &Ask<'_>| match ask.selector {
        Selector::Imported(hash) => Some(hash.as_bytes().to_vec()),
        _ => None,
    };
    let anchor = |ask: &Ask<'_>, place: usize| {
        ask.anchors.get(place).map(|anchor| fingerprint::anchor(anchor).to_vec())
    };
    vec![
        optional_ids(&asks, id),
        column(&asks, key),
        column(&asks, imported),
        column(&asks, |ask| ask.installation.map(|id| id.as_bytes().to_vec())),
        column(&asks, |ask| anchor(ask, 0)),
        column(&asks, |ask| anchor(ask, 1)),
        optional_ids(&asks, |ask| ask.activation.map(|id| *id.as_bytes())),
    ]
}

fn installation_wants(wants: &[Want]) -> Value {
    let wanted: Vec<&InstallationId> = wants
        .iter()
        .filter_map(|want| match want {
            Want::Installation(id) => Some(id),
            _ => None,
        })
        .collect();
    column(&wanted, |id| id.as_bytes().to_vec())
}

/// What a load brought, and in which version the registry was then.
pub(super) struct Brought {
    pub(super) loaded: Loaded,
    pub(super) registry: i64,
}

/// Puts the rows of the answer together.
pub(super) fn read(wants: &[Want], now: Timestamp, rows: &[Row]) -> Result<Brought> {
    let mut parts = Parts::default();
    for row in rows {
        parts.take(row.try_get(0)?, &row.try_get(1)?)?;
    }
    parts.put_together(wants, now)
}

/// The installations that ask for each licence.
type Asks = HashMap<LicenceId, HashSet<InstallationId>>;

#[derive(Default)]
struct Parts {
    licences: BTreeMap<LicenceId, (Licence, bool)>,
    seats: Vec<(Activation, Device)>,
    /// The seats that were taken last and that nothing else names.
    latest: Vec<(Activation, Device)>,
    on_seats: HashMap<ActivationId, Vec<Installation>>,
    asking: HashMap<InstallationId, Installation>,
    released: HashMap<LicenceId, Released>,
    replies: Vec<(ReplyKey, Reply)>,
    registry: Option<i64>,
}

impl Parts {
    fn take(&mut self, kind: i32, record: &Record<'_>) -> Result<()> {
        match kind {
            LICENCE => {
                let found = licence::read(record)?;
                self.licences.insert(found.0.id, found);
            }
            SEAT => self.seats.push(activation::read(record)?),
            LATEST => self.latest.push(activation::read(record)?),
            ON_SEAT => {
                let found = installation::read(record)?;
                self.on_seats.entry(found.activation).or_default().push(found);
            }
            ASKING => {
                let found = installation::read(record)?;
                self.asking.insert(found.id, found);
            }
            RELEASED => {
                let (licence, released) = read_released(record)?;
                self.released.insert(licence, released);
            }
            REPLY => self.replies.push(reply::read(record)?),
            REGISTRY => {
                let mut fields = Fields::new(record, "registry", &["one", "version"], 0);
                fields.flag()?;
                self.registry = Some(fields.number()?);
            }
            _ => return Err(Trouble::Damaged(format!("a row of the unknown kind {kind}"))),
        }
        Ok(())
    }

    fn put_together(mut self, wants: &[Want], now: Timestamp) -> Result<Brought> {
        let registry = self.registry.ok_or_else(|| Trouble::Damaged("registry: empty".to_owned()))?;
        let asks = self.asks(wants)?;
        let mut seats: HashMap<LicenceId, Vec<Seat>> = HashMap::new();
        for (activation, device) in std::mem::take(&mut self.seats) {
            let seat = self.seat(activation, device, &asks);
            seats.entry(seat.activation.licence).or_default().push(seat);
        }
        let objects = |seat: &Seat| seat.objection_until().is_some_and(|until| until > now);
        for (activation, device) in std::mem::take(&mut self.latest) {
            if seats.get(&activation.licence).is_some_and(|seats| seats.iter().any(objects)) {
                let seat = self.seat(activation, device, &asks);
                seats.entry(seat.activation.licence).or_default().push(seat);
            }
        }
        let mut licences = Vec::with_capacity(self.licences.len());
        for (id, (licence, crowded)) in self.licences {
            let mut seats = seats.remove(&id).unwrap_or_default();
            seats.sort_by_key(|seat| seat.activation.id);
            if !crowded && seats.len() > LicenceState::SEATS_FEW {
                return Err(Trouble::Damaged(format!(
                    "licence {id}: has many seats but is not marked as crowded"
                )));
            }
            let released = if crowded {
                self.released.get(&id).copied().unwrap_or_default()
            } else {
                count_released(&seats, now)
            };
            licences.push(LoadedLicence { licence, seats, released });
        }
        let mut installations: Vec<Installation> = Vec::new();
        for want in wants {
            if let Want::Installation(id) = want
                && let Some(found) = self.asking.get(id)
                && installations.iter().all(|known| known.id != *id)
            {
                installations.push(found.clone());
            }
        }
        Ok(Brought { loaded: Loaded { licences, installations, replies: self.replies }, registry })
    }

    /// A seat with its installations.
    fn seat(&mut self, activation: Activation, device: Device, asks: &Asks) -> Seat {
        let mut installations = self.on_seats.remove(&activation.id).unwrap_or_default();
        installations
            .sort_by_key(|installation| std::cmp::Reverse((installation.head.expires, installation.id)));
        self.add_asking(&activation, &mut installations, asks.get(&activation.licence));
        Seat { activation, device, installations }
    }

    /// The installations that ask for each licence.
    fn asks(&self, wants: &[Want]) -> Result<Asks> {
        let mut selectors: HashMap<Selector, LicenceId> = HashMap::new();
        for (licence, _) in self.licences.values() {
            selectors.insert(Selector::Id(licence.id), licence.id);
            match licence.origin {
                Origin::Key { number, .. } => drop(selectors.insert(Selector::Key(number), licence.id)),
                Origin::Imported(hash) => drop(selectors.insert(Selector::Imported(hash), licence.id)),
                Origin::Granted => {}
            }
        }
        let mut asks = Asks::new();
        for want in wants {
            match want {
                Want::Licence { selector, installation: Some(id), .. } => {
                    if let Some(licence) = selectors.get(selector) {
                        asks.entry(*licence).or_default().insert(*id);
                    }
                }
                Want::Installation(id) => {
                    let Some(found) = self.asking.get(id) else { continue };
                    if !self.licences.contains_key(&found.licence) {
                        let detail =
                            format!("licence {}: missing, but installation {id} names it", found.licence);
                        return Err(Trouble::Damaged(detail));
                    }
                    asks.entry(found.licence).or_default().insert(*id);
                }
                Want::Licence { .. } | Want::Reply(_) => {}
            }
        }
        Ok(asks)
    }

    /// A seat is loaded with the installations whose leases end last; one that asks belongs to them even when its lease ended before.
    fn add_asking(
        &self,
        activation: &Activation,
        installations: &mut Vec<Installation>,
        asking: Option<&HashSet<InstallationId>>,
    ) {
        if installations.len() < Seat::INSTALLATIONS_LOADED {
            return;
        }
        for id in asking.into_iter().flatten() {
            if installations.iter().all(|known| known.id != *id)
                && let Some(own) = self.asking.get(id)
                && own.activation == activation.id
            {
                installations.push(own.clone());
            }
        }
    }
}

fn read_released(record: &Record<'_>) -> Result<(LicenceId, Released)> {
    const COLUMNS: &[&str] =
        &["licence", "lingering", "lingering_first_end", "within_year", "within_year_first", "total"];
    let mut fields = Fields::new(record, "crowded_seat", COLUMNS, 0);
    let licence = LicenceId::from_bytes(fields.id()?);
    let released = Released {
        lingering: fields.number()?,
        lingering_first_end: fields.optional(Fields::time)?,
        within_year: fields.number()?,
        within_year_first: fields.optional(Fields::time)?,
        total: fields.number()?,
    };
    Ok((licence, released))
}

/// The released seats among all of a licence's.
fn count_released(seats: &[Seat], now: Timestamp) -> Released {
    let mut released = Released::default();
    let year_ago = now.minus(Released::YEAR);
    let earlier =
        |known: Option<Timestamp>, time: Timestamp| Some(known.map_or(time, |known| known.min(time)));
    for seat in seats {
        let ActivationState::Released { at, lingers_until, .. } = seat.activation.state else {
            continue;
        };
        released.total += 1;
        if lingers_until > now {
            released.lingering += 1;
            released.lingering_first_end = earlier(released.lingering_first_end, lingers_until);
        }
        if at >= year_ago {
            released.within_year += 1;
            released.within_year_first = earlier(released.within_year_first, at);
        }
    }
    released
}
