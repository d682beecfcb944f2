//! The seats of licences with many: the table `crowded_seat`, derived from the others and brought up to date in the same commit. A licence enters
//! it when its seats are no longer few; most never do.

use std::collections::BTreeSet;

use warifu_core::id::{ActivationId, LicenceId};
use warifu_core::state::{LicenceState, Record};

use super::script::Script;
use super::value::{column, ids, one};

/// Runs after licences, devices and activations have been written and before the installations are: so it sees the seats that these leave. How
/// long the leases of a seat run comes from the installations that stay as they are and from those that are about to be written.
///
/// Two transactions that renew two installations of one seat at the same moment may leave the shorter lease here. That makes the seat look silent
/// too early, no more: who reclaims a seat looks at its installations.
const KEEP_UP: &str = "WITH written AS MATERIALIZED ( \
      SELECT * FROM unnest($1::bytea[], $2::uuid[], $3::uuid[], $4::int8[]) AS w(id, licence, activation, expires) \
    ), grown AS ( \
      UPDATE warifu.licence l SET crowded = true WHERE l.id = ANY ($5::uuid[]) AND NOT l.crowded AND \
        (SELECT count(*) FROM (SELECT 1 FROM warifu.activation a WHERE a.licence = l.id LIMIT $9::int8 + 1) few) > $9::int8 \
      RETURNING l.id \
    ), touched AS ( \
      SELECT licence, activation FROM unnest($6::uuid[], $7::uuid[]) AS t(licence, activation) \
      UNION SELECT licence, activation FROM written \
      UNION SELECT i.licence, i.activation FROM warifu.installation i WHERE i.id = ANY ($1::bytea[]) \
      UNION SELECT c.licence, c.activation FROM warifu.crowded_seat c WHERE c.device = ANY ($8::uuid[]) \
    ), seat AS ( \
      SELECT t.licence, t.activation FROM touched t JOIN warifu.licence l ON l.id = t.licence AND l.crowded \
      UNION SELECT a.licence, a.id FROM grown g JOIN warifu.activation a ON a.licence = g.id \
    ) \
    INSERT INTO warifu.crowded_seat AS c (licence, activation, device, anchor_1, anchor_2, held, lease_until, released_at, lingers_until, held_since) \
    SELECT a.licence, a.id, a.device, d.anchor_1, d.anchor_2, a.released_at IS NULL, \
      greatest(lease.until, CASE WHEN a.released_at IS NULL THEN a.lingers_until END, 0), a.released_at, \
      CASE WHEN a.released_at IS NOT NULL THEN a.lingers_until END, coalesce(a.held_since, a.created) \
    FROM seat s JOIN warifu.activation a ON a.licence = s.licence AND a.id = s.activation JOIN warifu.device d ON d.id = a.device \
    CROSS JOIN LATERAL (SELECT max(expires) AS until FROM ( \
      SELECT i.expires FROM warifu.installation i WHERE i.activation = a.id AND i.id <> ALL ($1::bytea[]) \
      UNION ALL SELECT w.expires FROM written w WHERE w.activation = a.id) leases) lease \
    ORDER BY a.licence, a.id \
    ON CONFLICT (licence, activation) DO UPDATE SET device = excluded.device, anchor_1 = excluded.anchor_1, \
      anchor_2 = excluded.anchor_2, held = excluded.held, lease_until = excluded.lease_until, released_at = excluded.released_at, \
      lingers_until = excluded.lingers_until, held_since = excluded.held_since \
    WHERE (c.device, c.anchor_1, c.anchor_2, c.held, c.lease_until, c.released_at, c.lingers_until, c.held_since) IS DISTINCT FROM \
      (excluded.device, excluded.anchor_1, excluded.anchor_2, excluded.held, excluded.lease_until, excluded.released_at, excluded.lingers_until, \
      excluded.held_since)";

/// Brings the table up to date for what is written with `records`.
pub(super) fn keep_up(script: &mut Script, records: &[Record]) {
    let mut fresh = BTreeSet::new();
    let mut grown: Vec<LicenceId> = Vec::new();
    let mut touched: Vec<(LicenceId, ActivationId)> = Vec::new();
    let mut devices = Vec::new();
    let mut installations = Vec::new();
    for record in records {
        match record {
            Record::Licence(licence) if licence.revision.is_new() => {
                fresh.insert(licence.id);
            }
            Record::Licence(_) => {}
            Record::Activation(activation) => {
                if activation.revision.is_new() {
                    grown.push(activation.licence);
                }
                touched.push((activation.licence, activation.id));
            }
            Record::Installation(installation) => installations.push(installation),
            Record::Device(device) => {
                if !device.revision.is_new() {
                    devices.push(device);
                }
            }
        }
    }
    let few = |licence: &LicenceId| {
        grown.iter().filter(|other| *other == licence).count() <= LicenceState::SEATS_FEW
    };
    // A licence that is new and stays small has no rows.
    let small: BTreeSet<LicenceId> = fresh.into_iter().filter(few).collect();
    grown.retain(|licence| !small.contains(licence));
    touched.retain(|(licence, _)| !small.contains(licence));
    installations
        .retain(|installation| !(installation.revision.is_new() && small.contains(&installation.licence)));
    if grown.is_empty() && touched.is_empty() && devices.is_empty() && installations.is_empty() {
        return;
    }
    script.add(
        KEEP_UP,
        vec![
            column(&installations, |installation| installation.id.as_bytes().to_vec()),
            ids(&installations, |installation| *installation.licence.as_bytes()),
            ids(&installations, |installation| *installation.activation.as_bytes()),
            column(&installations, |installation| installation.head.expires.seconds()),
            ids(&grown, |licence| *licence.as_bytes()),
            ids(&touched, |(licence, _)| *licence.as_bytes()),
            ids(&touched, |(_, activation)| *activation.as_bytes()),
            ids(&devices, |device| *device.id.as_bytes()),
            one(LicenceState::SEATS_FEW as i64),
        ],
    );
}
