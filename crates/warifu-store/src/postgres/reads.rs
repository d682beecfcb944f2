//! The reading side: a few connections, each lent to one thread at a time.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use tokio_postgres::Row;
use warifu_core::batch::ImportedKeyRecord;
use warifu_core::case::{Case, CaseHead};
use warifu_core::event::Event;
use warifu_core::id::{ActivationId, CaseId, EventId, InstallationId, LicenceId, PolicyId};
use warifu_core::key::ImportedKeyHash;
use warifu_core::licence::Licence;
use warifu_core::policy::Policy;
use warifu_core::seat::{Activation, Device, Installation, Seat};
use warifu_core::time::Timestamp;
use warifu_service::port::{
    CaseSelector, LicenceFilter, Loaded, LogHead, LogNumbers, LogPlace, LogWaiting, OwnSeat, Page, Reads,
    Registry, StoreError, Want,
};

use super::Shared;
use super::fields::Record;
use super::link::{Link, Purpose};
use super::row::{
    activation, batch, device, event, imported_key, installation, licence, policy, product, sku, staff,
    support_case,
};
use super::script::{Script, Step};
use super::trouble::{Result, Trouble};
use super::value::{Id, Value, one};
use super::{load, log, own};

/// How many connections read at the same time.
const LENT_MAX: usize = 8;
/// How long a thread waits for one.
const WAIT_MAX: Duration = Duration::from_secs(5);

/// The reading side of a PostgreSQL store, for any number of threads.
pub struct PostgresReads {
    shared: Arc<Shared>,
    pool: Mutex<Pool>,
    returned: Condvar,
}

#[derive(Default)]
struct Pool {
    idle: Vec<Arc<Link>>,
    lent: usize,
}

impl fmt::Debug for PostgresReads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PostgresReads")
    }
}

impl PostgresReads {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self { shared, pool: Mutex::default(), returned: Condvar::new() }
    }

    /// Sends a script on one of the connections. One that has ended is replaced once: nothing was changed, so it can be sent again.
    fn ask(&self, steps: impl Fn() -> Vec<Step>) -> Result<Vec<Vec<Row>>> {
        let mut link = self.borrow()?;
        let mut answer = self.send(&mut link, steps());
        if let Err(Trouble::Lost(_)) = answer {
            link = None;
            answer = self.send(&mut link, steps());
        }
        if answer.is_err() {
            // Whatever state it is in, it is not used again.
            link = None;
        }
        self.give_back(link);
        answer
    }

    fn send(&self, link: &mut Option<Arc<Link>>, steps: Vec<Step>) -> Result<Vec<Vec<Row>>> {
        let link = match link {
            Some(link) => link.clone(),
            None => link.insert(self.shared.connect(Purpose::Read)?).clone(),
        };
        self.shared.driver.wait(async move { link.run(&steps).await })
    }

    fn borrow(&self) -> Result<Option<Arc<Link>>> {
        let pool = self.pool.lock().unwrap_or_else(PoisonError::into_inner);
        let full = |pool: &mut Pool| pool.lent >= LENT_MAX;
        let (mut pool, waited) =
            self.returned.wait_timeout_while(pool, WAIT_MAX, full).unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() && pool.lent >= LENT_MAX {
            return Err(Trouble::Refused("all connections for reading are in use".to_owned()));
        }
        pool.lent += 1;
        Ok(pool.idle.pop().filter(|link| !link.is_closed()))
    }

    fn give_back(&self, link: Option<Arc<Link>>) {
        let mut pool = self.pool.lock().unwrap_or_else(PoisonError::into_inner);
        pool.lent -= 1;
        pool.idle.extend(link);
        drop(pool);
        self.returned.notify_one();
    }

    /// A page of the seats that `named` names, by the page as `$1` and `$2` and one more value.
    fn seats(
        &self,
        named: &str,
        page: &Page<ActivationId>,
        value: impl Fn() -> Value,
    ) -> std::result::Result<Vec<Seat>, StoreError> {
        let seats = select(
            &[activation::LIST, device::LIST],
            &format!(
                " FROM (SELECT * FROM warifu.activation a WHERE {named}) a LEFT JOIN warifu.device d ON d.id = a.device ORDER BY a.id"
            ),
        );
        let on_seats = select(
            &[installation::LIST],
            &format!(
                " FROM (SELECT id FROM warifu.activation a WHERE {named}) a CROSS JOIN LATERAL \
                 (SELECT * FROM warifu.installation WHERE activation = a.id ORDER BY expires DESC, id DESC LIMIT $4) i"
            ),
        );
        let after = page.after.unwrap_or(ActivationId::from_bytes([0; 16]));
        let script = || {
            let names = || vec![one(Id(*after.as_bytes())), one(limit(page)), value()];
            let mut script = Script::default();
            script.add(seats.clone(), names());
            let mut values = names();
            values.push(one(Seat::INSTALLATIONS_LOADED as i64));
            script.add(on_seats.clone(), values);
            in_one_view(script.steps)
        };
        let put_together = |answers: Vec<Vec<Row>>| {
            let answers = without_view(answers);
            let mut on_seats: HashMap<ActivationId, Vec<Installation>> = HashMap::new();
            for found in all(answers.get(1), installation::read)? {
                on_seats.entry(found.activation).or_default().push(found);
            }
            let seats = all(answers.first(), activation::read)?.into_iter();
            let seat = |(activation, device): (Activation, Device)| {
                let mut installations = on_seats.remove(&activation.id).unwrap_or_default();
                installations.sort_by_key(|found| std::cmp::Reverse((found.head.expires, found.id)));
                Seat { activation, device, installations }
            };
            Ok(seats.map(seat).collect())
        };
        self.ask(script).and_then(put_together).map_err(Trouble::told)
    }

    /// The rows of one query of records.
    fn records<T>(
        &self,
        sql: String,
        values: impl Fn() -> Vec<Value>,
        read: impl Fn(&Record<'_>) -> Result<T>,
    ) -> std::result::Result<Vec<T>, StoreError> {
        let answer = self
            .ask(|| vec![Step { sql: sql.clone().into(), values: values() }])
            .and_then(|answers| all(answers.first(), read));
        answer.map_err(Trouble::told)
    }
}

/// Reads the first column of every row, a record.
fn all<T>(rows: Option<&Vec<Row>>, read: impl Fn(&Record<'_>) -> Result<T>) -> Result<Vec<T>> {
    rows.into_iter().flatten().map(|row| read(&row.try_get(0)?)).collect()
}

/// Several statements that see the same state.
pub(super) fn in_one_view(mut steps: Vec<Step>) -> Vec<Step> {
    let bare = |sql: &'static str| Step { sql: sql.into(), values: Vec::new() };
    steps.insert(0, bare("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"));
    steps.push(bare("COMMIT"));
    steps
}

/// The answers to what was asked [`in_one_view`].
pub(super) fn without_view(mut answers: Vec<Vec<Row>>) -> Vec<Vec<Row>> {
    answers.pop();
    if !answers.is_empty() {
        answers.remove(0);
    }
    answers
}

/// A query for records with these columns.
fn select(columns: &[&str], from: &str) -> String {
    format!("SELECT ROW({}){from}", columns.join(", "))
}

/// What brings the registry, in the version that comes first.
pub(super) fn registry_steps() -> Vec<Step> {
    let mut script = Script::default();
    for sql in [
        "SELECT version FROM warifu.registry".to_owned(),
        select(&[product::LIST], " FROM warifu.product p"),
        select(&[sku::LIST], " FROM warifu.sku s"),
        select(
            &[policy::LIST],
            " FROM warifu.policy p WHERE version = (SELECT max(version) FROM warifu.policy WHERE id = p.id)",
        ),
        select(&[batch::LIST], " FROM warifu.batch b"),
        select(&[staff::LIST], " FROM warifu.staff t ORDER BY id"),
    ] {
        script.add(sql, Vec::new());
    }
    script.steps
}

/// Puts the answer to [`registry_steps`] together, with the registry's version.
pub(super) fn read_registry(answers: &[Vec<Row>]) -> Result<(Registry, i64)> {
    let version = answers.first().and_then(|rows| rows.first());
    let version = version.ok_or_else(|| Trouble::Damaged("registry: empty".to_owned()))?.try_get(0)?;
    let products = all(answers.get(1), product::read)?;
    let skus = all(answers.get(2), sku::read)?;
    let policies = all(answers.get(3), policy::read)?;
    let batches = all(answers.get(4), batch::read)?;
    let registry = Registry {
        products: products.into_iter().map(|product| (product.id, product)).collect(),
        skus: skus.into_iter().map(|sku| (sku.number, sku)).collect(),
        policies: policies.into_iter().map(|policy| (policy.id, Arc::new(policy))).collect(),
        batches: batches.into_iter().map(|batch| (batch.id, batch)).collect(),
        staff: all(answers.get(5), staff::read)?,
    };
    Ok((registry, version))
}

impl Reads for PostgresReads {
    fn load(&self, wants: &[Want], now: Timestamp) -> std::result::Result<Loaded, StoreError> {
        let answer = self.ask(|| vec![load::statement(wants, now)]);
        let brought = answer.and_then(|answers| {
            load::read(wants, now, answers.first().map(Vec::as_slice).unwrap_or_default())
        });
        brought.map(|brought| brought.loaded).map_err(Trouble::told)
    }

    fn own_seat(&self, id: InstallationId, _: Timestamp) -> std::result::Result<Option<OwnSeat>, StoreError> {
        let found =
            |answers: Vec<Vec<Row>>| answers.first().and_then(|rows| rows.first()).map(own::read).transpose();
        self.ask(|| vec![own::statement(id)]).and_then(found).map_err(Trouble::told)
    }

    fn registry(&self) -> std::result::Result<Registry, StoreError> {
        let answer = self
            .ask(|| in_one_view(registry_steps()))
            .and_then(|answers| read_registry(&without_view(answers)));
        answer.map(|(registry, _)| registry).map_err(Trouble::told)
    }

    fn policy(&self, id: PolicyId, version: u32) -> std::result::Result<Option<Policy>, StoreError> {
        let sql = select(&[policy::LIST], " FROM warifu.policy p WHERE p.id = $1 AND p.version = $2");
        let values = || vec![one(Id(*id.as_bytes())), one(i64::from(version))];
        Ok(self.records(sql, values, policy::read)?.pop())
    }

    fn imported_key(
        &self,
        hash: &ImportedKeyHash,
    ) -> std::result::Result<Option<ImportedKeyRecord>, StoreError> {
        let sql = select(&[imported_key::LIST], " FROM warifu.imported_key k WHERE k.hash = $1");
        Ok(self.records(sql, || vec![one(hash.as_bytes().to_vec())], imported_key::read)?.pop())
    }

    fn licences(
        &self,
        filter: &LicenceFilter,
        page: &Page<LicenceId>,
    ) -> std::result::Result<Vec<Licence>, StoreError> {
        // The narrowest condition that is given is the one that an index serves; the others are looked at row by row.
        let sql = match filter {
            LicenceFilter { key: Some(_), .. } => select(
                &[licence::LIST],
                " FROM warifu.licence l WHERE l.id > $1 AND l.key_number = $3 AND ($4::int8 IS NULL OR l.sku = $4) \
                 AND ($5::text IS NULL OR l.label = $5) ORDER BY l.id LIMIT $2",
            ),
            LicenceFilter { label: Some(_), .. } => select(
                &[licence::LIST],
                " FROM warifu.licence l WHERE l.id > $1 AND ($3::int8 IS NULL OR l.key_number = $3) \
                 AND ($4::int8 IS NULL OR l.sku = $4) AND l.label = $5 ORDER BY l.id LIMIT $2",
            ),
            LicenceFilter { sku: Some(_), .. } => select(
                &[licence::LIST],
                " FROM warifu.licence l WHERE l.id > $1 AND ($3::int8 IS NULL OR l.key_number = $3) AND l.sku = $4 \
                 AND ($5::text IS NULL OR l.label = $5) ORDER BY l.id LIMIT $2",
            ),
            LicenceFilter { .. } => select(
                &[licence::LIST],
                " FROM warifu.licence l WHERE l.id > $1 AND $3::int8 IS NULL AND $4::int8 IS NULL AND $5::text IS NULL \
                 ORDER BY l.id LIMIT $2",
            ),
        };
        let after = page.after.unwrap_or(LicenceId::from_bytes([0; 16]));
        let values = || {
            vec![
                one(Id(*after.as_bytes())),
                one(limit(page)),
                one(filter.key.map(|key| key.pack().cast_signed())),
                one(filter.sku.map(|sku| i64::from(sku.get()))),
                one(filter.label.clone()),
            ]
        };
        self.records(sql, values, |record| Ok(licence::read(record)?.0))
    }

    fn activations(
        &self,
        licence: LicenceId,
        page: &Page<ActivationId>,
    ) -> std::result::Result<Vec<Seat>, StoreError> {
        let named = "a.licence = $3 AND a.id > $1 ORDER BY a.id LIMIT $2";
        self.seats(named, page, || one(Id(*licence.as_bytes())))
    }

    fn contested(
        &self,
        page: &Page<ActivationId>,
        now: Timestamp,
    ) -> std::result::Result<Vec<Seat>, StoreError> {
        let named = "(a.released_by = 'reclaim' OR a.release_effective IS NOT NULL) AND a.id > $1 \
            AND (a.released_by IS NULL OR a.lingers_until > $3) ORDER BY a.id LIMIT $2";
        self.seats(named, page, || one(now.seconds()))
    }

    fn events(
        &self,
        licence: Option<LicenceId>,
        page: &Page<EventId>,
    ) -> std::result::Result<Vec<Event>, StoreError> {
        let sql = match licence {
            Some(_) => select(
                &[event::LIST],
                " FROM warifu.event e WHERE e.id > $1 AND e.licence = $3 ORDER BY e.id LIMIT $2",
            ),
            None => select(
                &[event::LIST],
                " FROM warifu.event e WHERE e.id > $1 AND $3::uuid IS NULL ORDER BY e.id LIMIT $2",
            ),
        };
        let after = page.after.unwrap_or(EventId::from_bytes([0; 16]));
        let licence = licence.map(|licence| Id(*licence.as_bytes()));
        self.records(sql, || vec![one(Id(*after.as_bytes())), one(limit(page)), one(licence)], event::read)
    }

    fn event(&self, id: EventId) -> std::result::Result<Option<Event>, StoreError> {
        let sql = select(&[event::LIST], " FROM warifu.event e WHERE e.id = $1");
        Ok(self.records(sql, || vec![one(Id(*id.as_bytes()))], event::read)?.pop())
    }

    fn log_head(&self) -> std::result::Result<LogHead, StoreError> {
        let answer = self.ask(|| vec![log::head()]);
        answer.and_then(|answers| log::read_head(answers.first())).map_err(Trouble::told)
    }

    fn log_waiting(&self, limit: u16) -> std::result::Result<LogWaiting, StoreError> {
        let answer = self.ask(|| in_one_view(log::waiting(limit)));
        answer.and_then(|answers| log::read_waiting(&without_view(answers))).map_err(Trouble::told)
    }

    fn log_tile(&self, level: u8, index: u64) -> std::result::Result<Option<Vec<u8>>, StoreError> {
        let answer = self.ask(|| vec![log::tile(level, index)]);
        answer.and_then(|answers| log::read_tile(answers.first())).map_err(Trouble::told)
    }

    fn log_places(&self, first: u64, limit: u16) -> std::result::Result<Vec<LogPlace>, StoreError> {
        let answer = self.ask(|| vec![log::places(first, limit)]);
        answer.and_then(|answers| log::read_places(answers.first(), first)).map_err(Trouble::told)
    }

    fn log_indices(&self, events: &[EventId]) -> std::result::Result<Vec<Option<u64>>, StoreError> {
        let answer = self.ask(|| vec![log::indices(events)]);
        answer.and_then(|answers| log::read_indices(answers.first(), events)).map_err(Trouble::told)
    }

    fn log_numbers(&self) -> std::result::Result<LogNumbers, StoreError> {
        let answer = self.ask(|| in_one_view(log::numbers()));
        answer.and_then(|answers| log::read_numbers(&without_view(answers))).map_err(Trouble::told)
    }

    fn case(&self, selector: &CaseSelector) -> std::result::Result<Option<Case>, StoreError> {
        let column = match selector {
            CaseSelector::Number(_) => "number",
            CaseSelector::Link(_) => "link",
            CaseSelector::Digest(_) => "digest",
        };
        let value = || match selector {
            CaseSelector::Number(number) => one(i64::from(number.value())),
            CaseSelector::Link(link) => one(link.0.to_vec()),
            CaseSelector::Digest(digest) => one(digest.to_vec()),
        };
        let sql =
            select(&[support_case::LIST], &format!(" FROM warifu.support_case c WHERE c.{column} = $1"));
        Ok(self.records(sql, || vec![value()], support_case::read)?.pop())
    }

    fn cases(&self, open_only: bool, page: &Page<CaseId>) -> std::result::Result<Vec<CaseHead>, StoreError> {
        let condition = if open_only { "c.id > $1 AND c.closed IS NULL" } else { "c.id > $1" };
        let from = format!(" FROM warifu.support_case c WHERE {condition} ORDER BY c.id LIMIT $2");
        let after = page.after.unwrap_or(CaseId::from_bytes([0; 16]));
        let values = || vec![one(Id(*after.as_bytes())), one(limit(page))];
        self.records(select(&[support_case::HEAD_LIST], &from), values, support_case::read_head)
    }

    fn cases_until(&self, received: Timestamp, limit: u16) -> std::result::Result<Vec<CaseHead>, StoreError> {
        let from = " FROM warifu.support_case c WHERE c.received <= $1 ORDER BY c.received, c.id LIMIT $2";
        let values = || vec![one(received.seconds()), one(i64::from(limit))];
        self.records(select(&[support_case::HEAD_LIST], from), values, support_case::read_head)
    }

    fn counts(&self) -> std::result::Result<(u64, u64), StoreError> {
        let sql =
            "SELECT coalesce(sum(licences), 0)::int8, coalesce(sum(activations), 0)::int8 FROM warifu.writer";
        let answer = self.ask(|| vec![Step { sql: sql.into(), values: Vec::new() }]);
        let counted = answer.and_then(|answers| {
            let row = answers.first().and_then(|rows| rows.first());
            let row = row.ok_or_else(|| Trouble::Damaged("writer: empty".to_owned()))?;
            let (licences, activations): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
            match (u64::try_from(licences), u64::try_from(activations)) {
                (Ok(licences), Ok(activations)) => Ok((licences, activations)),
                _ => Err(Trouble::Damaged("writer: counts less than nothing".to_owned())),
            }
        });
        counted.map_err(Trouble::told)
    }
}

fn limit<Id>(page: &Page<Id>) -> i64 {
    i64::from(page.limit.clamp(1, Page::<Id>::LIMIT_MAX))
}
