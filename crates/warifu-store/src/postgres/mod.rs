//! The store for several nodes: a PostgreSQL database.
//!
//! Any number of services use it at once. A group of commands takes two round trips: one statement loads everything that its decisions may look at,
//! one script of statements writes all that changed and ends durable or leaves nothing. A record that another node has written meanwhile is a
//! conflict; after one, loads lock the licences that they bring for a while, so that nodes that want the same licence take turns instead of overtaking
//! each other. A commit whose connection was lost is settled before anything is answered (`pen.rs`).
//!
//! What follows for other databases that speak this protocol: transactions that the server cannot put into an order are conflicts like any other.

mod bridging;
mod commit;
mod crowd;
mod driver;
mod fields;
mod link;
mod load;
mod log;
mod own;
mod pen;
mod reads;
mod row;
mod schema;
mod script;
mod target;
mod trouble;
mod value;

pub use self::bridging::{Bridging, Holder};
pub use self::reads::PostgresReads;
pub use self::schema::Migration;
pub use self::target::{Address, AddressError, Options, is_address};

use std::fmt;
use std::sync::Arc;

use warifu_core::time::Timestamp;
use warifu_service::port::{Changes, CommitError, Loaded, LogAppend, Registry, Store, StoreError, Want};

use self::driver::Driver;
use self::link::{Link, Purpose};
use self::pen::{Pen, Settled};
use self::schema::MIGRATIONS;
use self::script::{Script, Step};
use self::target::Target;
use self::trouble::{Result, Trouble};

/// How many loads lock their licences after a conflict.
const LOCKING_LOADS: u32 = 32;
/// How often a load is made on a fresh connection, and a commit of unknown outcome asked after.
const ATTEMPTS_MAX: usize = 3;

const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";
const COMMIT: &str = "COMMIT";
const ROLLBACK: &str = "ROLLBACK";

/// What both sides of a store share.
struct Shared {
    driver: Driver,
    target: Arc<Target>,
}

impl Shared {
    fn connect(&self, purpose: Purpose) -> Result<Arc<Link>> {
        let (target, guest) = (self.target.clone(), self.driver.guest());
        self.driver.wait(async move { Link::connect(&target, purpose, guest).await }).map(Arc::new)
    }
}

/// The writing side of a PostgreSQL store.
pub struct PostgresStore {
    shared: Arc<Shared>,
    link: Option<Arc<Link>>,
    pen: Pen,
    /// Whether a transaction is open, which holds locks.
    locked: bool,
    /// How many loads to come lock their licences.
    locking_loads: u32,
    /// The registry's version as this store has told it, and as the last load has found it.
    registry_told: Option<i64>,
    registry_found: Option<i64>,
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PostgresStore")
    }
}

/// Opens the store in a database, which must exist. An empty database gets the schema; an older one is migrated.
///
/// # Errors
/// [`StoreError::Refused`] with what keeps the database from being used; [`StoreError::Newer`] when only newer programs can use it;
/// [`StoreError::Damaged`] when the schema is another program's.
pub fn open(options: &Options) -> std::result::Result<(PostgresStore, PostgresReads), StoreError> {
    open_with(options, MIGRATIONS)
}

/// The same with other migrations than this version's. For tests of nodes of two versions side by side.
///
/// # Errors
/// As [`open`].
#[doc(hidden)]
pub fn open_with(
    options: &Options,
    migrations: &'static [Migration],
) -> std::result::Result<(PostgresStore, PostgresReads), StoreError> {
    let target = Arc::new(Target::new(options)?);
    let driver = Driver::start().map_err(|error| StoreError::Unavailable(error.to_string()))?;
    let shared = Arc::new(Shared { driver, target });
    let explain = |trouble| shared.target.explain(trouble);
    let link = shared.connect(Purpose::Migrate).map_err(explain)?;
    let refused =
        shared.driver.wait(async move { schema::migrate(&link, migrations).await }).map_err(explain)?;
    if let Some(error) = refused {
        return Err(error);
    }
    let mut store = PostgresStore {
        shared: shared.clone(),
        link: None,
        pen: Pen::default(),
        locked: false,
        locking_loads: 0,
        registry_told: None,
        registry_found: None,
    };
    store.connect().map_err(explain)?;
    Ok((store, PostgresReads::new(shared)))
}

/// This version's migrations, for tests that add one.
#[doc(hidden)]
#[must_use]
pub const fn migrations() -> &'static [Migration] {
    MIGRATIONS
}

impl PostgresStore {
    /// The connection, made anew if the last one has ended.
    fn link(&mut self) -> Result<Arc<Link>> {
        match self.link.as_ref().filter(|link| !link.is_closed()) {
            Some(link) => Ok(link.clone()),
            None => self.connect().map(|(link, _)| link),
        }
    }

    /// A fresh connection, on which the writer is ready. Says what became of a commit of unknown outcome.
    fn connect(&mut self) -> Result<(Arc<Link>, Option<Settled>)> {
        (self.link, self.locked) = (None, false);
        let link = self.shared.connect(Purpose::Write)?;
        let (pen, ready) = (self.pen, link.clone());
        let (pen, settled) = match self.shared.driver.wait(async move { pen.ready(&ready).await }) {
            // Its row has been gone for long: nobody can tell any more, and a new one begins.
            Err(Trouble::NotTheWriter) => {
                self.pen = Pen::default();
                return Err(Trouble::Lost("what became of a commit cannot be told any more".to_owned()));
            }
            other => other?,
        };
        self.pen = pen;
        self.link = Some(link.clone());
        Ok((link, settled))
    }

    fn run(&mut self, link: Arc<Link>, steps: Vec<Step>) -> Result<Vec<Vec<tokio_postgres::Row>>> {
        let done = self.shared.driver.wait(async move { link.run(&steps).await });
        if let Err(trouble) = &done
            && !matches!(trouble, Trouble::Conflict | Trouble::NotTheWriter | Trouble::Full)
        {
            // Its transaction may be open or not.
            (self.link, self.locked) = (None, false);
        }
        done
    }

    fn try_load(&mut self, wants: &[Want], now: Timestamp) -> Result<Loaded> {
        let link = self.link()?;
        let mut script = Script::default();
        if std::mem::take(&mut self.locked) {
            script.add(ROLLBACK, Vec::new());
        }
        let locking = self.locking_loads > 0 && !wants.is_empty();
        if locking {
            script.add(BEGIN, Vec::new());
            script.steps.push(load::lock(wants));
        }
        script.steps.push(load::statement(wants, now));
        let answers = match self.run(link, script.steps) {
            Ok(answers) => answers,
            Err(trouble) => {
                // A deadlock or the like leaves a transaction that has failed.
                (self.link, self.locked) = (None, false);
                return Err(trouble);
            }
        };
        self.locked = locking;
        let rows = answers.last().map(Vec::as_slice).unwrap_or_default();
        let brought = load::read(wants, now, rows)?;
        self.registry_found = Some(brought.registry);
        Ok(brought.loaded)
    }

    fn try_commit(&mut self, changes: &Changes) -> Result<()> {
        let mut script = Script::default();
        commit::write(&mut script, changes);
        let registry = script.steps.iter().position(|step| step.sql == commit::REGISTRY_CHANGED);
        let answers = self.transact(script, commit::made(changes))?;
        // Nobody else has changed the registry meanwhile if the version that this commit made follows the one that was told.
        if let Some(row) = registry.and_then(|place| answers.get(place)?.first()) {
            let version: i64 = row.try_get(0)?;
            if self.registry_told == Some(version - 1) {
                (self.registry_told, self.registry_found) = (Some(version), Some(version));
            }
        }
        Ok(())
    }

    /// Carries `script` out as one transaction, that of the locks if there is one. When it returns, everything is on the disk or nothing was written. The
    /// answers are missing when the connection was lost and the transaction turned out to have been made.
    fn transact(&mut self, mut script: Script, made: (i64, i64)) -> Result<Vec<Vec<tokio_postgres::Row>>> {
        let link = self.link()?;
        let begins = !std::mem::take(&mut self.locked);
        if begins {
            script.steps.insert(0, Step { sql: BEGIN.into(), values: Vec::new() });
        }
        self.pen.mark(&mut script, made);
        script.add(COMMIT, Vec::new());
        match self.run(link, script.steps) {
            Ok(mut answers) => {
                self.pen.made();
                answers.drain(..usize::from(begins));
                Ok(answers)
            }
            Err(Trouble::Lost(why)) => {
                self.pen.unknown();
                self.settle(why).map(|()| Vec::new())
            }
            Err(trouble) => Err(trouble),
        }
    }

    /// What the port is told of a transaction.
    fn tell(&mut self, done: Result<()>) -> std::result::Result<(), CommitError> {
        if done == Err(Trouble::NotTheWriter) {
            // The row of a writer that was idle for long has been folded away: nothing was written, and a new row is made.
            (self.link, self.pen) = (None, Pen::default());
            return Err(CommitError::Conflict);
        }
        done.map_err(Trouble::told_of_commit)
    }

    /// Finds out what became of a commit whose connection was lost.
    fn settle(&mut self, why: String) -> Result<()> {
        let mut last = Trouble::Lost(why);
        for _ in 0..ATTEMPTS_MAX {
            match self.connect() {
                Ok((_, Some(Settled::Made))) => return Ok(()),
                // Nothing was written: what was decided may rest on what is no longer so.
                Ok((_, Some(Settled::NotMade) | None)) => return Err(Trouble::Conflict),
                Err(trouble) => last = trouble,
            }
        }
        Err(last)
    }
}

impl Store for PostgresStore {
    fn load(&mut self, wants: &[Want], now: Timestamp) -> std::result::Result<Loaded, StoreError> {
        let mut last = Trouble::Lost("no attempt was made".to_owned());
        for _ in 0..ATTEMPTS_MAX {
            match self.try_load(wants, now) {
                Err(trouble @ (Trouble::Lost(_) | Trouble::Conflict)) => last = trouble,
                other => return other.map_err(Trouble::told),
            }
        }
        Err(last.told())
    }

    fn commit(&mut self, changes: &Changes) -> std::result::Result<(), CommitError> {
        if changes.is_empty() {
            if self.locked
                && let Some(link) = self.link.clone()
            {
                self.locked = false;
                let rollback = vec![Step { sql: ROLLBACK.into(), values: Vec::new() }];
                // Should it fail, the connection is given up, and the locks go with it.
                let _ = self.run(link, rollback);
            }
            return Ok(());
        }
        let done = self.try_commit(changes);
        match &done {
            Ok(()) => self.locking_loads = self.locking_loads.saturating_sub(1),
            Err(Trouble::Conflict) => self.locking_loads = LOCKING_LOADS,
            Err(_) => {}
        }
        self.tell(done)
    }

    fn append(&mut self, append: &LogAppend) -> std::result::Result<(), CommitError> {
        let mut script = Script::default();
        log::append(&mut script, append);
        let done = self.transact(script, (0, 0)).map(drop);
        self.tell(done)
    }

    fn news(&mut self) -> std::result::Result<Option<Registry>, StoreError> {
        if self.registry_found == self.registry_told {
            return Ok(None);
        }
        let link = self.link().map_err(Trouble::told)?;
        // A transaction that holds locks goes on. Should the registry change between its tables, its version is the old one, and the next load tells.
        let answers = if self.locked {
            self.run(link, reads::registry_steps())
        } else {
            self.run(link, reads::in_one_view(reads::registry_steps())).map(reads::without_view)
        };
        let (registry, version) =
            answers.and_then(|answers| reads::read_registry(&answers)).map_err(Trouble::told)?;
        (self.registry_told, self.registry_found) = (Some(version), Some(version));
        Ok(Some(registry))
    }
}
