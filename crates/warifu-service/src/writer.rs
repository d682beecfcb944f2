//! The one thread that writes. Commands queue up; while one group is being synced to the disk the next one gathers.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use tokio::sync::oneshot;
use warifu_core::catalogue::Failure;

use crate::group::{Answer, GROUP_MAX, Job, run_group};
use crate::port::Store;
use crate::snapshot::Current;

/// How many commands may wait. When more come, they are told that the service is busy: a long queue helps nobody.
const QUEUE_MAX: usize = 4096;

struct Waiting {
    job: Job,
    answer: oneshot::Sender<Answer>,
}

/// What the writing thread has done and has to do, for operators.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WriterNumbers {
    /// Commands that wait to be taken up.
    pub waiting: u64,
    /// Groups that were decided and written since the start.
    pub groups: u64,
    /// Commands in these groups.
    pub commands: u64,
}

#[derive(Default)]
struct Counters {
    waiting: AtomicU64,
    groups: AtomicU64,
    commands: AtomicU64,
}

/// A handle on the writing thread.
pub struct Writer {
    queue: Mutex<Option<SyncSender<Waiting>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    counters: Arc<Counters>,
}

impl Writer {
    /// Starts the thread, which owns `store` from now on.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(mut store: Box<dyn Store>, current: Arc<Current>) -> std::io::Result<Self> {
        let (sender, receiver) = sync_channel(QUEUE_MAX);
        let counters = Arc::new(Counters::default());
        let counted = counters.clone();
        let thread = std::thread::Builder::new().name("warifu-writer".to_owned()).spawn(move || {
            // What a panic leaves of the store's connection is not known, so the thread ends with it. Whoever waits is told that the
            // service is unavailable.
            if catch_unwind(AssertUnwindSafe(|| run(&mut *store, &current, &receiver, &counted))).is_err() {
                tracing::error!(
                    "the writing thread panicked: nothing is written until the service is started again"
                );
            }
        })?;
        Ok(Self { queue: Mutex::new(Some(sender)), thread: Mutex::new(Some(thread)), counters })
    }

    /// Whether the thread is there to take commands up.
    #[must_use]
    pub fn is_running(&self) -> bool {
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        thread.as_ref().is_some_and(|thread| !thread.is_finished())
    }

    /// What the thread has done and has to do.
    #[must_use]
    pub fn numbers(&self) -> WriterNumbers {
        let Counters { waiting, groups, commands } = &*self.counters;
        WriterNumbers {
            waiting: waiting.load(Ordering::Relaxed),
            groups: groups.load(Ordering::Relaxed),
            commands: commands.load(Ordering::Relaxed),
        }
    }

    /// Queues a command and waits for its answer, which comes once the command's changes are durable.
    pub async fn submit(&self, job: Job) -> Answer {
        let (answer, answered) = oneshot::channel();
        let sender = self.queue.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let sender = sender.ok_or_else(Failure::service_unavailable)?;
        // Counted before it is sent, for the thread may take it up at once.
        self.counters.waiting.fetch_add(1, Ordering::Relaxed);
        sender.try_send(Waiting { job, answer }).map_err(|error| {
            self.counters.waiting.fetch_sub(1, Ordering::Relaxed);
            match error {
                TrySendError::Full(_) => Failure::service_busy(),
                TrySendError::Disconnected(_) => Failure::service_unavailable(),
            }
        })?;
        drop(sender);
        answered.await.unwrap_or_else(|_| Err(Failure::service_unavailable().into()))
    }

    /// Lets the thread finish what is queued, and waits for it. Later commands are told that the service is unavailable.
    pub fn stop(&self) {
        drop(self.queue.lock().unwrap_or_else(PoisonError::into_inner).take());
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            // Its panics are caught and logged where they happen.
            let _ = thread.join();
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.stop();
    }
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Writer")
    }
}

fn run(store: &mut dyn Store, current: &Current, queue: &Receiver<Waiting>, counters: &Counters) {
    let mut jobs = Vec::with_capacity(GROUP_MAX);
    let mut answers = Vec::with_capacity(GROUP_MAX);
    while let Ok(first) = queue.recv() {
        let mut next = Some(first);
        while let Some(Waiting { job, answer }) = next {
            jobs.push(job);
            answers.push(answer);
            next = if jobs.len() < GROUP_MAX { queue.try_recv().ok() } else { None };
        }
        counters.waiting.fetch_sub(jobs.len() as u64, Ordering::Relaxed);
        let results = run_group(store, current, &jobs);
        counters.groups.fetch_add(1, Ordering::Relaxed);
        counters.commands.fetch_add(jobs.len() as u64, Ordering::Relaxed);
        for (answer, result) in answers.drain(..).zip(results) {
            // Whoever asked may have gone; what was done stays done.
            let _ = answer.send(result);
        }
        jobs.clear();
    }
}

#[cfg(test)]
mod tests {
    use warifu_core::decide::{Asking, Deactivate, FreshIds, Moment};
    use warifu_core::id::{ActivationId, DeviceId, EventId, IdempotencyKey, InstallationId, LeaseId};
    use warifu_core::time::{Span, Timestamp};

    use super::*;
    use crate::group::Task;
    use crate::port::{Changes, CommitError, Loaded, Registry, StoreError, Want};
    use crate::secrets::Secrets;
    use crate::testing::Counting;

    /// A store that is empty, and panics once it has been read so often.
    struct Empty(usize);

    impl Store for Empty {
        fn load(&mut self, _: &[Want], _: Timestamp) -> Result<Loaded, StoreError> {
            self.0 = self.0.checked_sub(1).expect("a store without mistakes");
            Ok(Loaded::default())
        }

        fn commit(&mut self, _: &Changes) -> Result<(), CommitError> {
            Ok(())
        }
    }

    fn job() -> Job {
        let asking = Asking {
            installation: InstallationId::from_bytes([1; 32]),
            request: IdempotencyKey::from_bytes([1; 16]),
            nonce_millis: 1,
        };
        Job {
            task: Task::Deactivate(Deactivate { asking }),
            moment: Moment { now: Timestamp::MIN, longest_lease: Span::ZERO, latest_expiry: Timestamp::MAX },
            ids: FreshIds {
                activation: ActivationId::from_bytes([1; 16]),
                device: DeviceId::from_bytes([1; 16]),
                lease: LeaseId::from_bytes([1; 16]),
                events: [EventId::from_bytes([1; 16]); 3],
            },
            reply: None,
        }
    }

    #[test]
    fn a_thread_that_panicked_answers_those_who_wait_and_is_seen_to_be_gone() {
        let secrets = Arc::new(Secrets::generate(&mut Counting::new(1)));
        let current = Arc::new(Current::new(Registry::default(), secrets));
        let writer = Writer::start(Box::new(Empty(2)), current).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let submit = || runtime.block_on(writer.submit(job())).unwrap_err().failure;
        for _ in 0..2 {
            assert_eq!(submit(), Failure::installation_unknown());
        }
        assert!(writer.is_running());
        assert_eq!(writer.numbers().waiting, 0);
        assert_eq!(submit(), Failure::service_unavailable(), "it panics");
        while writer.is_running() {
            std::thread::yield_now();
        }
        assert_eq!(submit(), Failure::service_unavailable(), "it is gone");
        assert_eq!(writer.numbers(), WriterNumbers { waiting: 0, groups: 2, commands: 2 });
    }
}
