//! The rows alone: `pgbench` writes and finds what an activation or a renewal writes and finds, in the same database with the same durability, as
//! many of them in one transaction as the service would at best.
//!
//! The rows are copies of a real activation's under other names, made by the server in the statement that writes them. What making the names costs is
//! measured by itself and taken off.

use std::fs;
use std::path::Path;
use std::time::Duration;

use warifu_core::id::LeaseId;

use crate::cluster::Cluster;
use crate::drill::bench::fill::FILLED_FROM_MILLIS;
use crate::drill::bench::rows::RowCost;
use crate::drill::harness::process::{ended, family};
use crate::drill::harness::watch;

/// How many activations or renewals share one transaction.
const GROUP: u32 = 64;
/// Rows of one statement that fills.
const PER_STATEMENT: u32 = 50_000;
/// A table, what tells its row of an activation, and its columns that hold a name of the activation's own, each with that name.
type Table = (&'static str, &'static str, &'static [(&'static str, &'static str)]);
/// The tables that an activation writes to.
const TABLES: [Table; 5] = [
    ("licence", "key_number IS NOT NULL", &[("id", "licence"), ("key_number", "key_number")]),
    ("device", "true", &[("id", "device")]),
    ("activation", "true", &[("id", "activation"), ("licence", "licence"), ("device", "device")]),
    (
        "installation",
        "true",
        &[
            ("id", "installation"),
            ("licence", "licence"),
            ("activation", "activation"),
            ("lease", "lease"),
            ("request", "request"),
        ],
    ),
    (
        "event",
        "installation IS NOT NULL",
        &[
            ("id", "event"),
            ("licence", "licence"),
            ("activation", "activation"),
            ("device", "device"),
            ("installation", "installation"),
        ],
    ),
];

/// A database in which one activation has been made, and what is needed to make more like it.
pub(super) struct Copies<'cluster> {
    cluster: &'cluster Cluster,
    database: &'cluster str,
    /// Where `pgbench` finds its scripts.
    folder: &'cluster Path,
    /// Writes the rows of the names in `n`.
    insert: String,
    filled: u32,
    /// How many of the filled installations are nobody's, and so can be rewritten.
    places: u32,
}

impl<'cluster> Copies<'cluster> {
    /// Takes the rows of the one activation as the pattern of all copies.
    pub(super) fn new(
        cluster: &'cluster Cluster,
        database: &'cluster str,
        folder: &'cluster Path,
    ) -> Result<Self, String> {
        // Ids are in the order of time, as those of the service are; serials come from everywhere, and each once, for the factor is odd. They are those
        // of another SKU, so that none is the serial of a key that the service has issued.
        let mut sql = "CREATE SCHEMA part; CREATE SEQUENCE part.serial; \
            CREATE TABLE part.known (place int8 PRIMARY KEY, installation bytea NOT NULL, lease uuid NOT NULL); \
            CREATE FUNCTION part.id(millis int8) RETURNS uuid LANGUAGE sql VOLATILE AS \
            $$ SELECT (lpad(to_hex(millis), 12, '0') || '7' || substr(md5(random()::text), 1, 19))::uuid $$;"
            .to_owned();
        for (table, condition, _) in TABLES {
            sql.push_str(&format!(
                "CREATE TABLE part.{table} AS SELECT * FROM warifu.{table} WHERE {condition} LIMIT 1;"
            ));
        }
        cluster.sql(database, &sql)?;
        let mut inserts = Vec::new();
        for (table, _, named) in TABLES {
            let columns = cluster.sql(
                database,
                &format!(
                    "SELECT string_agg(column_name, ' ' ORDER BY ordinal_position) FROM information_schema.columns \
                     WHERE table_schema = 'warifu' AND table_name = '{table}'"
                ),
            )?;
            let columns: Vec<&str> = columns.split_whitespace().collect();
            let values = columns.iter().map(|column| match named.iter().find(|(name, _)| name == column) {
                Some((_, name)) => format!("n.{name}"),
                None => format!("t.{column}"),
            });
            inserts.push(format!(
                "w_{table} AS (INSERT INTO warifu.{table} ({}) SELECT {} FROM n, part.{table} t)",
                columns.join(", "),
                values.collect::<Vec<_>>().join(", ")
            ));
        }
        Ok(Self { cluster, database, folder, insert: inserts.join(", "), filled: 0, places: 0 })
    }

    /// Names of the installations and leases that the filled licences of some places shall have.
    pub(super) fn known(&self, known: &[(u32, [u8; 32], LeaseId)]) -> Result<(), String> {
        for some in known.chunks(500) {
            let rows: Vec<String> = some
                .iter()
                .map(|(place, installation, lease)| {
                    let (installation, lease) = (
                        warifu_proto::encoding::hex(installation),
                        warifu_proto::encoding::hex(lease.as_bytes()),
                    );
                    format!("({place}, '\\x{installation}', '{lease}')")
                })
                .collect();
            self.sql(&format!("INSERT INTO part.known VALUES {}", rows.join(", ")))?;
        }
        Ok(())
    }

    /// Fills the database until it has `count` licences more than the first, and makes it ready to be measured.
    pub(super) fn fill(&mut self, count: u32) -> Result<(), String> {
        while self.filled < count {
            let end = count.min(self.filled + PER_STATEMENT);
            let names = names(&format!("{FILLED_FROM_MILLIS} + g * 1000"), self.filled, end, true);
            self.sql(&format!("SET synchronous_commit = off; WITH {names}, {} SELECT 1", self.insert))?;
            self.filled = end;
        }
        self.sql(
            "CREATE TABLE part.place AS SELECT row_number() OVER (ORDER BY random()) AS place, i.id FROM warifu.installation i \
             WHERE NOT EXISTS (SELECT 1 FROM part.known k WHERE k.installation = i.id); ALTER TABLE part.place ADD PRIMARY KEY (place);",
        )?;
        let places = self.cluster.sql(self.database, "SELECT count(*) FROM part.place")?;
        self.places = places.parse().map_err(|_| "a count that is no number")?;
        self.sql("VACUUM ANALYZE")?;
        self.sql("CHECKPOINT")
    }

    /// Writes the rows of activations, `group` in each transaction.
    pub(super) fn activations(
        &self,
        transactions: usize,
        group: u32,
        clients: usize,
    ) -> Result<RowCost, String> {
        // Beyond what is filled, and from now on.
        let names = names("(extract(epoch FROM clock_timestamp()) * 1000)::int8 + g / 8", 0, group, false);
        let names_alone =
            self.run("names", &format!("WITH {names} SELECT count(*) FROM n;"), transactions, clients)?;
        let all =
            self.run("rows", &format!("WITH {names}, {} SELECT 1;", self.insert), transactions, clients)?;
        let activations = (transactions * group as usize) as f64;
        // Starting, connecting and answering is in both.
        Ok(RowCost {
            cpu_micros: (all.cpu - names_alone.cpu) / activations,
            wall_micros: all.wall / activations,
        })
    }

    /// Writes the one row of renewals, of installations all over the database.
    pub(super) fn renewals(&self, transactions: usize) -> Result<RowCost, String> {
        self.at_places(
            "renewals",
            "UPDATE warifu.installation i SET revision = i.revision, licence = i.licence, lease = gen_random_uuid(), parent = i.lease, \
             sequence = i.sequence, command = i.command, request = gen_random_uuid(), nonce_millis = i.nonce_millis, issued = i.issued, \
             renew_after = i.renew_after, expires = i.expires, rewinds = i.rewinds, ended = i.ended \
             FROM part.place p WHERE",
            " AND i.id = p.id",
            transactions,
            GROUP,
        )
    }

    /// Finds the rows that an installation leads to: for a group of installations in one statement, or each by itself.
    pub(super) fn own_rows(&self, transactions: usize, together: bool) -> Result<RowCost, String> {
        self.at_places(
            "find",
            "SELECT i.*, l.*, a.*, d.* FROM part.place p JOIN warifu.installation i ON i.id = p.id JOIN warifu.licence l ON l.id = i.licence \
             JOIN warifu.activation a ON a.licence = i.licence AND a.id = i.activation JOIN warifu.device d ON d.id = a.device \
             WHERE",
            "",
            transactions,
            if together { GROUP } else { 1 },
        )
    }

    /// Runs a statement, whose condition begins with the places `p`, for installations at random places; finding the places is measured by itself and
    /// taken off.
    fn at_places(
        &self,
        name: &str,
        sql: &str,
        condition: &str,
        transactions: usize,
        group: u32,
    ) -> Result<RowCost, String> {
        let last = self.places.saturating_sub(group).max(1);
        let begin = format!("\\set place random(1, {last})\n");
        // One place is asked for as what it is: for a range the server would plan as if it were a large one.
        let places = match group {
            1 => "p.place = :place::int8".to_owned(),
            _ => format!("p.place >= :place::int8 AND p.place < :place::int8 + {group}"),
        };
        let alone = format!("{begin}SELECT p.id FROM part.place p WHERE {places};");
        let alone = self.run("places", &alone, transactions, 1)?;
        let all = self.run(name, &format!("{begin}{sql} {places}{condition};"), transactions, 1)?;
        let count = (transactions * group as usize) as f64;
        Ok(RowCost { cpu_micros: (all.cpu - alone.cpu) / count, wall_micros: all.wall / count })
    }

    /// Runs `pgbench` with a script of one transaction, `transactions` times in all.
    fn run(&self, name: &str, script: &str, transactions: usize, clients: usize) -> Result<Cost, String> {
        let file = self.folder.join(format!("{name}.sql"));
        fs::write(&file, script).map_err(|error| format!("{}: {error}", file.display()))?;
        let ours = std::process::id();
        let before = family(self.cluster.pid())?.as_nanos() as f64 + ended(ours)? as f64;
        let start = watch::now();
        let (clients_text, each) = (clients.to_string(), (transactions / clients).max(1).to_string());
        let file = file.display().to_string();
        self.cluster.run(
            "pgbench",
            &["-n", "-M", "prepared", "-f", &file, "-c", &clients_text, "-t", &each, self.database],
        )?;
        let wall = start.elapsed().as_secs_f64() * 1e6;
        // A backend that is about to end has its time in neither place for a moment.
        watch::let_run(Duration::from_millis(50));
        let after = family(self.cluster.pid())?.as_nanos() as f64 + ended(ours)? as f64;
        Ok(Cost { cpu: (after - before) / 1e3, wall })
    }

    fn sql(&self, sql: &str) -> Result<(), String> {
        self.cluster.sql(self.database, sql).map(drop)
    }
}

/// What a run of `pgbench` cost with the server, in microseconds.
struct Cost {
    cpu: f64,
    wall: f64,
}

/// Names for the activations from `first` to before `end`, made at `millis`.
fn names(millis: &str, first: u32, end: u32, known: bool) -> String {
    let (lease, random) = ("part.id(m)", "decode(md5(random()::text) || md5(random()::text), 'hex')");
    let (lease, installation, join) = if known {
        (
            format!("coalesce(k.lease, {lease})"),
            format!("coalesce(k.installation, {random})"),
            " LEFT JOIN part.known k ON k.place = g",
        )
    } else {
        (lease.to_owned(), random.to_owned(), "")
    };
    format!(
        "n AS MATERIALIZED (SELECT part.id(m) AS licence, part.id(m) AS activation, part.id(m) AS device, part.id(m) AS event, \
         {lease} AS lease, gen_random_uuid() AS request, {installation} AS installation, \
         (SELECT ((key_number >> 32) # 1) << 32 FROM part.licence) + (nextval('part.serial') * 2654435761 & 4294967295) AS key_number \
         FROM (SELECT g, {millis} AS m FROM generate_series({first}::int8, {end}::int8 - 1) g) s{join})"
    )
}
