//! One group of commands: load what they need, decide on each in turn, commit all that changed, once.
//!
//! The decisions of a group see each other's changes, so that twenty activations in one group cannot share three seats. A refused commit (another
//! node was faster) is loaded and decided again. When the store fails, nobody is told that something was done. A command that the store does
//! not take, or a row that it cannot read, is nobody else's trouble: then each command is committed alone.

mod job;
mod working;

use warifu_core::catalogue::Failure;
use warifu_core::time::Timestamp;

use self::job::wants;
pub use self::job::{Answer, CaseTask, Claim, Job, Outcome, Task};
use self::working::Working;
use crate::port::{Changes, CommitError, LogAppend, Reply, Store, StoreError, Want};
use crate::snapshot::Current;

/// The most commands that are committed together.
pub const GROUP_MAX: usize = 64;

/// How often a group is decided again after another node was faster.
const ATTEMPTS_MAX: usize = 8;

/// Decides on a group of at most [`GROUP_MAX`] jobs and commits it. The answers come in the order of the jobs.
pub fn run_group(store: &mut dyn Store, current: &Current, jobs: &[Job]) -> Vec<Answer> {
    debug_assert!(jobs.len() <= GROUP_MAX);
    let mut answers = Vec::with_capacity(jobs.len());
    let mut rest = jobs;
    while let Some(first) = rest.first() {
        if let Task::Append(append) = &first.task {
            answers.push(append_to_log(store, append));
            rest = &rest[1..];
            continue;
        }
        if let Task::Cases(task) = &first.task {
            answers.push(write_cases(store, first, task));
            rest = &rest[1..];
            continue;
        }
        let (part, after) = rest.split_at(first_part(rest));
        answers.append(&mut run_part(store, current, part));
        rest = after;
    }
    answers
}

/// How many of the jobs may be committed at once: the registry's records each at most once, so one act on the registry. And nothing of the log
/// or of cases, which another node may be faster with, so that nobody's command has to be decided again because of it.
fn first_part(jobs: &[Job]) -> usize {
    let mut acts = jobs.iter().enumerate().filter(|(_, job)| matches!(job.task, Task::Registry { .. }));
    let end = acts.nth(1).map_or(jobs.len(), |(place, _)| place);
    let alone = |job: &Job| matches!(job.task, Task::Append(_) | Task::Cases(_));
    jobs[..end].iter().position(alone).unwrap_or(end)
}

fn append_to_log(store: &mut dyn Store, append: &LogAppend) -> Answer {
    match store.append(append) {
        Ok(()) => Ok(Outcome::Appended),
        Err(CommitError::Conflict) => Err(Failure::version_conflict().into()),
        Err(CommitError::Store(error)) => {
            tracing::error!(%error, "the log could not be written");
            Err(error.failure().into())
        }
    }
}

/// Writes changes of cases by themselves, unless the request was answered before.
fn write_cases(store: &mut dyn Store, job: &Job, task: &CaseTask) -> Answer {
    let failed = |error: &StoreError| {
        tracing::error!(%error, "a case could not be written");
        Err(error.failure().into())
    };
    let mut changes =
        Changes { cases: task.changes.clone(), events: task.events.clone(), ..Changes::default() };
    if let Some((key, digest)) = job.reply {
        let loaded = match store.load(&[Want::Reply(key)], job.moment.now) {
            Ok(loaded) => loaded,
            Err(error) => return failed(&error),
        };
        if let Some((_, reply)) = loaded.replies.into_iter().next() {
            // This is for the store to give free what it holds; nothing is written.
            let _ = store.commit(&Changes::default());
            let same = reply.digest == digest;
            return same
                .then_some(Outcome::Repeated(reply.subject))
                .ok_or_else(|| Failure::idempotency_key_reused().into());
        }
        let reply = Reply { digest, subject: task.subject.clone(), created: job.moment.now };
        changes.replies.push((key, reply));
    }
    match store.commit(&changes) {
        Ok(()) => Ok(Outcome::Cases(task.subject.clone())),
        Err(CommitError::Conflict) => Err(Failure::version_conflict().into()),
        Err(CommitError::Store(error)) => failed(&error),
    }
}

fn run_part(store: &mut dyn Store, current: &Current, jobs: &[Job]) -> Vec<Answer> {
    let now = jobs.iter().map(|job| job.moment.now).max().unwrap_or(Timestamp::MIN);
    let wants: Vec<Want> = jobs.iter().flat_map(wants).collect();
    for _ in 0..ATTEMPTS_MAX {
        let loaded = match store.load(&wants, now) {
            Ok(loaded) => loaded,
            Err(StoreError::Damaged { .. }) if jobs.len() > 1 => return run_each(store, current, jobs),
            Err(error) => {
                tracing::error!(%error, "the store could not be read");
                return jobs.iter().map(|_| Err(error.failure().into())).collect();
            }
        };
        refresh(store, current);
        let mut working = Working::new(loaded, current, jobs.len());
        let answers: Vec<Answer> = jobs.iter().map(|job| working.run(job)).collect();
        let changes = working.changes;
        // A commit of nothing gives free what the store may hold.
        match store.commit(&changes) {
            Ok(()) => {
                current.apply(&changes.registry);
                return answers;
            }
            Err(CommitError::Conflict) => {}
            Err(CommitError::Store(error)) => {
                tracing::error!(%error, "the store could not be written");
                return jobs.iter().map(|job| answer_unwritten(store, current, job, &error)).collect();
            }
        }
    }
    if jobs.len() > 1 {
        return run_each(store, current, jobs);
    }
    jobs.iter().map(|_| Err(Failure::version_conflict().into())).collect()
}

/// Takes up what other nodes have changed in the registry. Without it, the registry stays as it was: what was decided by it may be older than it could be,
/// but not wrong.
pub(crate) fn refresh(store: &mut dyn Store, current: &Current) {
    match store.news() {
        Ok(Some(registry)) => current.replace(registry),
        Ok(None) => {}
        Err(error) => tracing::warn!(%error, "the registry could not be read again"),
    }
}

/// The answer to a job whose group could not be written: who only asks how things are can be told, but from what is stored, not from what
/// was to be.
fn answer_unwritten(store: &mut dyn Store, current: &Current, job: &Job, error: &StoreError) -> Answer {
    let loaded = store.load(&wants(job), job.moment.now).map_err(|_| error.failure())?;
    let mut working = Working::new(loaded, current, 1);
    let answer = working.run(job);
    // This is for the store to give free what it holds; nothing is written.
    let _ = store.commit(&Changes::default());
    if working.changes.is_empty() { answer } else { Err(error.failure().into()) }
}

fn run_each(store: &mut dyn Store, current: &Current, jobs: &[Job]) -> Vec<Answer> {
    jobs.iter().flat_map(|job| run_part(store, current, std::slice::from_ref(job))).collect()
}
