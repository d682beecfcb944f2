//! The schema: how it is recognised and brought to that of this version. Migrations only go forward, and a released one is never edited.
//!
//! Several nodes may start at once, and nodes of two versions may run side by side while a service is updated. So a migration is made by one node
//! while the others wait, and says from which schema on a program can go on working: expand first, contract a release later.

use warifu_service::port::StoreError;

use super::link::Link;
use super::script::Step;
use super::trouble::{Result, Trouble};

/// A step from the schema before it.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// Its statements.
    pub sql: &'static str,
    /// The oldest program, by the schema that it was made for, that works with the new schema.
    pub usable_from: i32,
}

/// Each leads to the schema of its number, counted from 1.
pub(super) const MIGRATIONS: &[Migration] = &[
    Migration { sql: include_str!("../../migrations/postgres/0001_foundation.sql"), usable_from: 1 },
    // A program that knows no log would leave events without a mark.
    Migration { sql: include_str!("../../migrations/postgres/0002_log.sql"), usable_from: 2 },
    Migration { sql: include_str!("../../migrations/postgres/0003_cases.sql"), usable_from: 2 },
    // A program that knows no proofs lets nobody in by one, and leaves the column as it is.
    Migration { sql: include_str!("../../migrations/postgres/0004_purchase_proof.sql"), usable_from: 2 },
    // A program that does not know when a seat was reclaimed tells the device nothing, and leaves the column as it is.
    Migration { sql: include_str!("../../migrations/postgres/0005_reclaimed.sql"), usable_from: 2 },
    // A program that does not know whose journal bridges outages has none on a database.
    Migration { sql: include_str!("../../migrations/postgres/0006_bridging.sql"), usable_from: 2 },
];

/// One writer of the schema at a time: "Wrfu" and 1.
const LOCK: &str = "SELECT pg_advisory_xact_lock(1467115125, 1)";
/// Looks into the catalogue's tables: its functions would answer from what the session remembers.
const FIND: &str = "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = 'warifu' AND tablename = 'schema'), \
    EXISTS (SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = 'warifu')";
const VERSION: &str = "SELECT version, usable_from FROM warifu.schema";

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    /// No schema: an empty database, as far as Warifu is concerned.
    Nothing,
    /// A schema.
    Version { version: i32, usable_from: i32 },
}

/// Brings the database to the schema that `migrations` lead to, unless a newer one that this program can use is there. Run again, it finds nothing to
/// do. `None` is success.
pub(super) async fn migrate(link: &Link, migrations: &[Migration]) -> Result<Option<StoreError>> {
    let newest = migrations.len() as i32;
    // Most starts find the schema as it should be, and need not wait for anybody.
    if let Found::Version { version, usable_from } = find(link).await?
        && version >= newest
    {
        return Ok(refuse(version, usable_from, newest));
    }
    link.carry_out("BEGIN").await?;
    let migrated = migrate_locked(link, migrations, newest).await;
    match &migrated {
        Ok(None) => link.carry_out("COMMIT").await?,
        // Ends with the connection if it cannot be said.
        _ => drop(link.carry_out("ROLLBACK").await),
    }
    migrated
}

async fn migrate_locked(link: &Link, migrations: &[Migration], newest: i32) -> Result<Option<StoreError>> {
    link.carry_out(LOCK).await?;
    let from = match find(link).await? {
        Found::Nothing => {
            link.carry_out(
                "CREATE SCHEMA warifu; \
                 CREATE TABLE warifu.schema (one boolean PRIMARY KEY DEFAULT true CHECK (one), version integer NOT NULL, \
                 usable_from integer NOT NULL); INSERT INTO warifu.schema (version, usable_from) VALUES (0, 0)",
            )
            .await?;
            0
        }
        // Another node was faster.
        Found::Version { version, usable_from } if version >= newest => {
            return Ok(refuse(version, usable_from, newest));
        }
        Found::Version { version, .. } => version,
    };
    for (migration, version) in migrations.iter().zip(1..).skip(usize::try_from(from).unwrap_or(0)) {
        link.carry_out(migration.sql).await?;
        let usable_from = migration.usable_from;
        link.carry_out(&format!("UPDATE warifu.schema SET version = {version}, usable_from = {usable_from}"))
            .await?;
    }
    Ok(None)
}

const fn refuse(version: i32, usable_from: i32, newest: i32) -> Option<StoreError> {
    if newest >= usable_from {
        return None;
    }
    Some(StoreError::Newer { found: version.cast_unsigned(), supported: newest.cast_unsigned() })
}

async fn find(link: &Link) -> Result<Found> {
    let found = link.run(&[Step { sql: FIND.into(), values: Vec::new() }]).await?;
    let (ours, namespace) = match found.first().and_then(|rows| rows.first()) {
        Some(row) => (row.try_get(0)?, row.try_get(1)?),
        None => (false, false),
    };
    if !ours {
        if namespace {
            return Err(Trouble::Damaged("the schema `warifu` is of another program".to_owned()));
        }
        return Ok(Found::Nothing);
    }
    let rows = link.run(&[Step { sql: VERSION.into(), values: Vec::new() }]).await?;
    let row = rows.first().and_then(|rows| rows.first());
    let row = row.ok_or_else(|| Trouble::Damaged("schema: empty".to_owned()))?;
    Ok(Found::Version { version: row.try_get(0)?, usable_from: row.try_get(1)? })
}
