//! The writer's row: what makes it possible to tell, after a connection was lost in the middle of a commit, whether the commit was made.
//!
//! Each commit raises the row's count by one, and fails if the count is not what this writer left. To settle a commit of unknown outcome the writer
//! raises the count itself: the server lets that wait for a transaction that is still under way, and exactly one of the two succeeds. So the answer
//! is the truth, and nothing of a commit that was found to have failed can arrive later.

use super::link::Link;
use super::script::{Script, Step};
use super::trouble::{Result, Trouble};
use super::value::{Id, one};

/// From when on the row of a writer that has not been seen any more is added to the others'.
const REGISTER: &str = "INSERT INTO warifu.writer (id, commits, licences, activations) VALUES (gen_random_uuid(), 0, 0, 0) RETURNING id";
const FOLD: &str = "WITH gone AS (DELETE FROM warifu.writer WHERE seen < now() - interval '7 days' RETURNING licences, activations) \
    INSERT INTO warifu.writer AS w (id, commits, licences, activations, seen) \
    SELECT '00000000-0000-0000-0000-000000000000', 0, sum(licences), sum(activations), 'infinity' FROM gone HAVING count(*) > 0 \
    ON CONFLICT (id) DO UPDATE SET licences = w.licences + excluded.licences, activations = w.activations + excluded.activations";
const MARK: &str = "WITH marked AS (UPDATE warifu.writer SET commits = $2::int8, licences = licences + $3::int8, activations = activations + $4::int8, \
      seen = now() WHERE id = $1 AND commits = $2::int8 - 1 RETURNING 1) \
    SELECT warifu.expect(count(*), 1, 'WF002'), set_config('statement_timeout', '0', true) FROM marked";
const SETTLE: &str = "UPDATE warifu.writer SET commits = $2::int8, seen = now() WHERE id = $1 AND commits = $2::int8 - 1 RETURNING commits";
const COUNT: &str = "SELECT commits FROM warifu.writer WHERE id = $1";

/// What writes: one for each opening of the store.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pen {
    /// The row's id, once it is there.
    id: Option<Id>,
    /// Its count, as this writer has left it.
    commits: i64,
    /// Whether the commit that would have raised it to `commits` is of unknown outcome.
    unsettled: bool,
}

/// What a commit of unknown outcome has turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Settled {
    /// It was made.
    Made,
    /// It was not, and cannot be any more.
    NotMade,
}

impl Pen {
    /// Gets the writer ready on a fresh connection: its row is there, and nothing is unsettled. Says what became of the commit that was.
    pub(super) async fn ready(mut self, link: &Link) -> Result<(Self, Option<Settled>)> {
        let Some(id) = self.id else {
            let rows = link.run(&[step(FOLD, Vec::new()), step(REGISTER, Vec::new())]).await?;
            let row = rows.last().and_then(|rows| rows.first());
            let row = row.ok_or_else(|| Trouble::Refused("no row for this writer".to_owned()))?;
            return Ok((Self { id: Some(row.try_get(0)?), commits: 0, unsettled: false }, None));
        };
        if !self.unsettled {
            return Ok((self, None));
        }
        let rows =
            link.run(&[step(SETTLE, vec![one(id), one(self.commits)]), step(COUNT, vec![one(id)])]).await?;
        let raised = rows.first().is_some_and(|rows| !rows.is_empty());
        let count: Option<i64> =
            rows.get(1).and_then(|rows| rows.first()).map(|row| row.try_get(0)).transpose()?;
        // A row that was folded away long ago tells nothing any more.
        if count != Some(self.commits) {
            return Err(Trouble::NotTheWriter);
        }
        self.unsettled = false;
        Ok((self, Some(if raised { Settled::NotMade } else { Settled::Made })))
    }

    /// Adds the mark of the next commit, which also says how many licences and activations it makes.
    pub(super) fn mark(&self, script: &mut Script, (licences, activations): (i64, i64)) {
        // Without a row nothing matches, and nothing is written.
        let id = self.id.unwrap_or(Id([0; 16]));
        script.add(MARK, vec![one(id), one(self.commits + 1), one(licences), one(activations)]);
    }

    /// The marked commit was made.
    pub(super) const fn made(&mut self) {
        self.commits += 1;
    }

    /// Nobody knows whether the marked commit was made.
    pub(super) const fn unknown(&mut self) {
        self.commits += 1;
        self.unsettled = true;
    }
}

fn step(sql: &'static str, values: Vec<super::value::Value>) -> Step {
    Step { sql: sql.into(), values }
}
