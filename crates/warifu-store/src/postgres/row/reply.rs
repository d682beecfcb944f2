//! Answers to requests of staff.

use warifu_core::id::{IdempotencyKey, StaffId};
use warifu_core::time::{Span, Timestamp};
use warifu_service::port::{Reply, ReplyKey};

use super::super::fields::{Fields, Record};
use super::super::script::Script;
use super::super::trouble::Result;
use super::super::value::{Value, column, ids, one};
use super::columns;

columns!("r": "request", "staff", "digest", "subject", "created");

/// How many old answers a commit takes out at most, so that none waits long.
const PRUNED_MAX: i64 = 256;

/// An answer with its request.
pub(in super::super) fn read(record: &Record<'_>) -> Result<(ReplyKey, Reply)> {
    let mut fields = Fields::new(record, "reply", COLUMNS, 0);
    let key = IdempotencyKey::from_bytes(fields.id()?);
    let staff = StaffId::from_bytes(fields.id()?);
    let reply =
        Reply { digest: fields.bytes()?, subject: fields.text()?.to_owned(), created: fields.time()? };
    Ok((ReplyKey { staff, key }, reply))
}

const PRUNE: &str = "DELETE FROM warifu.reply WHERE ctid = ANY (ARRAY(SELECT ctid FROM warifu.reply WHERE created < $1 \
    ORDER BY created LIMIT $2 FOR UPDATE SKIP LOCKED))";
const WRITE: &str = "WITH written AS (INSERT INTO warifu.reply AS r (staff, request, digest, subject, created) \
    SELECT n.staff, n.request, n.digest, n.subject, n.created \
    FROM unnest($1::uuid[], $2::uuid[], $3::bytea[], $4::text[], $5::int8[]) AS n(staff, request, digest, subject, created) \
    ON CONFLICT (staff, request) DO UPDATE SET digest = excluded.digest, subject = excluded.subject, created = excluded.created \
    WHERE r.created < excluded.created - $6::int8 RETURNING 1) \
    SELECT warifu.expect(count(*), $7, 'WF001') FROM written";

/// Writes answers and takes out those that are too old beside them.
pub(in super::super) fn write(script: &mut Script, replies: &[(ReplyKey, Reply)]) {
    let Some(newest) = replies.iter().map(|(_, reply)| reply.created).max() else {
        return;
    };
    script.add(PRUNE, vec![one(oldest(newest).seconds()), one(PRUNED_MAX)]);
    let mut sorted: Vec<&(ReplyKey, Reply)> = replies.iter().collect();
    sorted.sort_by_key(|(key, _)| (key.staff, *key.key.as_bytes()));
    script.update(WRITE, &sorted, values);
}

fn values(replies: &[&(ReplyKey, Reply)]) -> Vec<Value> {
    vec![
        ids(replies, |(key, _)| *key.staff.as_bytes()),
        ids(replies, |(key, _)| *key.key.as_bytes()),
        column(replies, |(_, reply)| reply.digest.to_vec()),
        column(replies, |(_, reply)| reply.subject.clone()),
        column(replies, |(_, reply)| reply.created.seconds()),
        one(Span::days(Reply::KEPT_DAYS).as_seconds()),
    ]
}

/// Answers from before this are forgotten.
pub(in super::super) fn oldest(now: Timestamp) -> Timestamp {
    now.minus(Span::days(Reply::KEPT_DAYS))
}
