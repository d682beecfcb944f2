//! Answers to requests of staff.

use rusqlite::{Connection, params};
use warifu_core::time::{Span, Timestamp};
use warifu_service::port::{Reply, ReplyKey};

use super::super::fields::Fields;
use super::super::trouble::Result;
use super::{Writing, change_one, first};

/// How many old answers a commit takes out at most, so that none waits long.
const PRUNED_MAX: u32 = 256;

/// The answer to a request, unless it is too old at `now`.
pub(in super::super) fn find(
    connection: &Connection,
    key: &ReplyKey,
    now: Timestamp,
) -> Result<Option<Reply>> {
    let sql = "SELECT request, digest, subject, created FROM reply WHERE staff = ?1 AND request = ?2 AND created >= ?3";
    let values = params![key.staff.as_bytes(), key.key.as_bytes(), oldest(now).seconds()];
    first(connection, sql, values, |row| {
        let mut fields = Fields::new(row, "reply", 0);
        fields.bytes::<16>()?;
        Ok(Reply { digest: fields.bytes()?, subject: fields.text()?.to_owned(), created: fields.time()? })
    })
}

/// Writes answers and takes out those that are too old beside them.
pub(in super::super) fn write(connection: &Writing<'_>, replies: &[(ReplyKey, Reply)]) -> Result<()> {
    let Some(newest) = replies.iter().map(|(_, reply)| reply.created).max() else {
        return Ok(());
    };
    connection
        .prepare_cached(
            "DELETE FROM reply WHERE (staff, request) IN \
             (SELECT staff, request FROM reply WHERE created < ?1 ORDER BY created LIMIT ?2)",
        )?
        .execute(params![oldest(newest).seconds(), PRUNED_MAX])?;
    for (key, reply) in replies {
        change_one(
            connection,
            "INSERT INTO reply (staff, request, digest, subject, created) VALUES (?1, ?2, ?3, ?4, ?5) \
             ON CONFLICT (staff, request) DO UPDATE SET digest = excluded.digest, subject = excluded.subject, \
             created = excluded.created WHERE reply.created < ?6",
            params![
                key.staff.as_bytes(),
                key.key.as_bytes(),
                reply.digest,
                reply.subject,
                reply.created.seconds(),
                oldest(reply.created).seconds(),
            ],
        )?;
    }
    Ok(())
}

fn oldest(now: Timestamp) -> Timestamp {
    now.minus(Span::days(Reply::KEPT_DAYS))
}
