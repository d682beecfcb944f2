//! One connection: what it sets when it begins, and scripts.

use std::borrow::Cow;
use std::collections::HashMap;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;

use tokio::sync::mpsc::Sender;
use tokio::time::timeout;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Row, Statement};

use super::script::Step;
use super::target::Target;
use super::trouble::{Result, Trouble};

/// How long a script may take, whatever happens to the network. The server's own limits are shorter.
const SCRIPT_MAX: Duration = Duration::from_secs(30);

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Groups of commands.
    Write,
    /// Answers that need no decision.
    Read,
    /// The schema.
    Migrate,
}

impl Purpose {
    /// What the session is set to. Limits are in milliseconds.
    ///
    /// A statement of the writer ends after 10 s, and a commit switches this off for itself: the server would call a commit whose wait for its
    /// standbys was cut short successful. A node that stops between load and commit gives its locks free after 5 s.
    const fn settings(self) -> &'static str {
        match self {
            Self::Write => {
                "SET default_transaction_isolation = 'read committed'; SET statement_timeout = 10000; SET lock_timeout = 8000; \
                 SET idle_in_transaction_session_timeout = 5000"
            }
            Self::Read => {
                "SET default_transaction_isolation = 'read committed'; SET default_transaction_read_only = on; \
                 SET statement_timeout = 8000; SET idle_in_transaction_session_timeout = 5000"
            }
            Self::Migrate => {
                "SET default_transaction_isolation = 'read committed'; SET statement_timeout = 0; SET lock_timeout = 60000; \
                 SET client_min_messages = warning"
            }
        }
    }
}

/// Whatever the server's default is, a commit is on its disk before it is told. Stronger settings, which also wait for standbys, are left alone.
const DURABLE: &str = "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') IN ('off', 'local')";

/// Every statement finds its rows by an index and in the order of the values it was given, whatever the server knows of the tables' sizes at that
/// moment. A server that knows no such setting plans as it likes.
const PLANNING: [&str; 5] = [
    "SET plan_cache_mode = force_generic_plan",
    "SET enable_seqscan = off",
    "SET enable_hashjoin = off",
    "SET enable_mergejoin = off",
    "SET jit = off",
];

/// A connection.
pub(super) struct Link {
    client: Client,
    statements: Mutex<HashMap<Cow<'static, str>, Statement>>,
}

impl Link {
    /// Connects and sets the session. `guest` is held as long as the connection lives.
    pub(super) async fn connect(
        target: &Target,
        purpose: Purpose,
        guest: Option<Sender<()>>,
    ) -> Result<Self> {
        let connecting = timeout(target.connect_max(), target.connect(guest)).await;
        let client = connecting
            .map_err(|_| Trouble::NotReached("no answer to the attempt to connect".to_owned()))??;
        let set = async {
            client.batch_execute(purpose.settings()).await?;
            client.batch_execute(DURABLE).await?;
            let synced = client
                .query_one("SELECT current_setting('fsync', true)", &[])
                .await?
                .try_get::<_, Option<String>>(0)?;
            if purpose != Purpose::Migrate {
                for setting in PLANNING {
                    match client.batch_execute(setting).await {
                        Err(error) if error.as_db_error().is_none() => return Err(error),
                        _ => {}
                    }
                }
            }
            Ok::<_, tokio_postgres::Error>(synced)
        };
        let synced = timeout(target.connect_max(), set)
            .await
            .map_err(|_| Trouble::Lost("no answer to a new connection's settings".to_owned()))??;
        // An engine that knows no such setting has another way to be durable.
        if synced.is_some_and(|setting| setting != "on") {
            return Err(Trouble::NotDurable);
        }
        Ok(Self { client, statements: Mutex::default() })
    }

    /// Whether the connection is known to have ended.
    pub(super) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// Carries statements without values out, one after the other.
    pub(super) async fn carry_out(&self, sql: &str) -> Result<()> {
        Ok(self.client.batch_execute(sql).await?)
    }

    /// Sends all steps at once and waits for all answers: one round trip, but for statements that this connection has never had. The first error is
    /// told.
    pub(super) async fn run(&self, steps: &[Step]) -> Result<Vec<Vec<Row>>> {
        let run = async {
            let statements = self.prepared(steps).await?;
            let values: Vec<Vec<&(dyn ToSql + Sync)>> = steps
                .iter()
                .map(|step| step.values.iter().map(|value| &**value as &(dyn ToSql + Sync)).collect())
                .collect();
            let answers = statements
                .iter()
                .zip(&values)
                .map(|(statement, values)| self.client.query(statement, values));
            let answers = all(answers.collect()).await;
            Ok(answers.into_iter().collect::<std::result::Result<_, _>>()?)
        };
        match timeout(SCRIPT_MAX, run).await {
            Ok(done) => done,
            Err(_) => Err(Trouble::Lost("no answer in time".to_owned())),
        }
    }

    async fn prepared(&self, steps: &[Step]) -> Result<Vec<Statement>> {
        let known = || self.statements.lock().unwrap_or_else(PoisonError::into_inner);
        let mut missing: Vec<&Cow<'static, str>> = Vec::new();
        {
            let known = known();
            for step in steps {
                if !known.contains_key(&step.sql) && !missing.contains(&&step.sql) {
                    missing.push(&step.sql);
                }
            }
        }
        if !missing.is_empty() {
            let prepared = all(missing.iter().map(|sql| self.client.prepare(sql)).collect()).await;
            for (sql, statement) in missing.into_iter().zip(prepared) {
                known().insert(sql.clone(), statement?);
            }
        }
        let known = known();
        let found = |step: &Step| known.get(&step.sql).cloned();
        steps
            .iter()
            .map(|step| {
                found(step).ok_or_else(|| Trouble::Refused("a statement was not prepared".to_owned()))
            })
            .collect()
    }
}

/// Waits for all futures. They are begun in their order, which is the order in which their messages are sent, before the first one is waited for.
async fn all<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut waiting: Vec<Pin<Box<F>>> = futures.into_iter().map(Box::pin).collect();
    let mut outputs: Vec<Option<F::Output>> = waiting.iter().map(|_| None).collect();
    poll_fn(|context| {
        let mut pending = false;
        for (future, output) in waiting.iter_mut().zip(&mut outputs) {
            if output.is_none() {
                match future.as_mut().poll(context) {
                    Poll::Ready(ready) => *output = Some(ready),
                    Poll::Pending => pending = true,
                }
            }
        }
        if pending { Poll::Pending } else { Poll::Ready(()) }
    })
    .await;
    outputs.into_iter().flatten().collect()
}
