//! Which node bridges outages: the one whose journal's id stands in the database. Of provisional leases there is one for a key number, so of all nodes
//! one gives them.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use warifu_core::id::JournalId;
use warifu_core::time::Timestamp;
use warifu_service::port::StoreError;

use super::driver::Driver;
use super::link::{Link, Purpose};
use super::script::Step;
use super::target::{Options, Target};
use super::trouble::{Result, Trouble};
use super::value::{Id, Value, one};
use super::{ATTEMPTS_MAX, Shared};

/// One statement decides between nodes that want it at once.
const CLAIM: &str = "INSERT INTO warifu.bridging AS b (journal, since) VALUES ($1, $2) ON CONFLICT (one) DO UPDATE \
    SET journal = excluded.journal, since = excluded.since WHERE $3::bool AND b.journal <> excluded.journal";
const HOLDER: &str = "SELECT journal, since FROM warifu.bridging";

/// The journal that bridges outages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Its id.
    pub journal: JournalId,
    /// Since when.
    pub since: Timestamp,
}

/// The place in a database that says whose journal bridges its outages, on a connection of its own.
pub struct Bridging {
    shared: Shared,
    link: Mutex<Option<Arc<Link>>>,
}

impl fmt::Debug for Bridging {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bridging")
    }
}

impl Bridging {
    /// The place in a database whose store has been opened before. Connects when it is first asked.
    ///
    /// # Errors
    /// As [`super::open`] has them before it connects.
    pub fn of(options: &Options) -> std::result::Result<Self, StoreError> {
        let target = Arc::new(Target::new(options)?);
        let driver = Driver::start().map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(Self { shared: Shared { driver, target }, link: Mutex::default() })
    }

    /// Claims it for `journal` if nobody has it, or whoever has it when `take_over`. Says who has it then, durably: `journal`, or another one that keeps it.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn claim(
        &self,
        journal: JournalId,
        now: Timestamp,
        take_over: bool,
    ) -> std::result::Result<Holder, StoreError> {
        let values =
            || -> Vec<Value> { vec![one(Id(*journal.as_bytes())), one(now.seconds()), one(take_over)] };
        let found = self.ask(|| vec![Step { sql: CLAIM.into(), values: values() }, holder()]);
        found
            .and_then(|found| found.ok_or_else(|| Trouble::Damaged("bridging: empty".to_owned())))
            .map_err(Trouble::told)
    }

    /// Who has it.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn holder(&self) -> std::result::Result<Option<Holder>, StoreError> {
        self.ask(|| vec![holder()]).map_err(Trouble::told)
    }

    /// The last step's answer. Both statements can be repeated without a second effect.
    fn ask(&self, steps: impl Fn() -> Vec<Step>) -> Result<Option<Holder>> {
        let mut kept = self.link.lock().unwrap_or_else(PoisonError::into_inner);
        let mut last = Trouble::Lost("no attempt was made".to_owned());
        for _ in 0..ATTEMPTS_MAX {
            let link = match kept.take().filter(|link| !link.is_closed()) {
                Some(link) => link,
                None => self.shared.connect(Purpose::Write)?,
            };
            let (asked, steps) = (link.clone(), steps());
            match self.shared.driver.wait(async move { asked.run(&steps).await }) {
                Ok(answers) => {
                    *kept = Some(link);
                    let Some(row) = answers.last().and_then(|rows| rows.first()) else { return Ok(None) };
                    let Id(journal) = row.try_get(0)?;
                    let journal = JournalId::from_bytes(journal);
                    return Ok(Some(Holder { journal, since: Timestamp::from_seconds(row.try_get(1)?) }));
                }
                Err(trouble @ (Trouble::Lost(_) | Trouble::Conflict)) => last = trouble,
                Err(trouble) => return Err(trouble),
            }
        }
        Err(last)
    }
}

fn holder() -> Step {
    Step { sql: HOLDER.into(), values: Vec::new() }
}
