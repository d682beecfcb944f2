//! The one place that writes. Commands queue up; while one group is being synced to the disk the next one gathers.
//!
//! A running service writes on a thread of its own ([`Writer::start`]). A simulation decides itself when a group is taken up, and how many commands it
//! has ([`Writer::by_hand`]); what is done with a group is the same code.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::oneshot;
use warifu_core::catalogue::Failure;
use warifu_core::time::Timestamp;

use crate::group::{Answer, GROUP_MAX, Job, refresh, run_group};
use crate::port::Store;
use crate::snapshot::Current;

/// How many commands may wait. When more come, they are told that the service is busy: a long queue helps nobody.
const QUEUE_MAX: usize = 4096;

/// How often an idle node looks whether another one has changed the registry. A busy one sees it with each group.
const REFRESH_EVERY: Duration = Duration::from_secs(1);

/// How often the processor is offered to others while a group gathers. Each may keep it for a turn of the scheduler's, a few milliseconds.
const OFFERS_MAX: usize = 4;

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

/// A handle on the writing side.
pub struct Writer {
    queue: Mutex<Option<SyncSender<Waiting>>>,
    pen: Mutex<Pen>,
    counters: Arc<Counters>,
}

/// Who takes groups up.
enum Pen {
    /// A thread of the writer's own.
    Thread(JoinHandle<()>),
    /// Whoever calls [`Writer::write_group`].
    Hand(Box<Desk>),
    /// Nobody any more.
    Gone,
}

/// What is needed to take groups up.
struct Desk {
    store: Box<dyn Store>,
    current: Arc<Current>,
    queue: Receiver<Waiting>,
    counters: Arc<Counters>,
}

impl Writer {
    /// Starts the thread, which owns `store` from now on.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(store: Box<dyn Store>, current: Arc<Current>) -> std::io::Result<Self> {
        let (mut desk, sender, counters) = Desk::new(store, current);
        let thread = std::thread::Builder::new().name("warifu-writer".to_owned()).spawn(move || {
            // What a panic leaves of the store's connection is not known, so the thread ends with it. Whoever waits is told that the
            // service is unavailable.
            if catch_unwind(AssertUnwindSafe(|| desk.write_all())).is_err() {
                tracing::error!(
                    "the writing thread panicked: nothing is written until the service is started again"
                );
            }
        })?;
        Ok(Self { queue: Mutex::new(Some(sender)), pen: Mutex::new(Pen::Thread(thread)), counters })
    }

    /// A writer without a thread: commands wait until [`Self::write_group`] is called. For simulations, which decide on every interleaving.
    #[must_use]
    pub fn by_hand(store: Box<dyn Store>, current: Arc<Current>) -> Self {
        let (desk, sender, counters) = Desk::new(store, current);
        Self { queue: Mutex::new(Some(sender)), pen: Mutex::new(Pen::Hand(Box::new(desk))), counters }
    }

    /// Takes up to `commands_max` waiting commands up as one group, on the caller's thread, and answers them; at most [`GROUP_MAX`]. Says how many they
    /// were: none when nothing waits, or when a thread of the writer's own does this.
    pub fn write_group(&self, commands_max: usize) -> usize {
        match &mut *self.pen() {
            Pen::Hand(desk) => desk.queue.try_recv().map_or(0, |first| desk.write(first, commands_max)),
            Pen::Thread(_) | Pen::Gone => 0,
        }
    }

    fn pen(&self) -> MutexGuard<'_, Pen> {
        self.pen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether somebody is there to take commands up.
    #[must_use]
    pub fn is_running(&self) -> bool {
        match &*self.pen() {
            Pen::Thread(thread) => !thread.is_finished(),
            Pen::Hand(_) => true,
            Pen::Gone => false,
        }
    }

    /// What was done and has to be done.
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

    /// Finishes what is queued. Later commands are told that the service is unavailable.
    pub fn stop(&self) {
        drop(self.queue.lock().unwrap_or_else(PoisonError::into_inner).take());
        let pen = std::mem::replace(&mut *self.pen(), Pen::Gone);
        match pen {
            // Its panics are caught and logged where they happen.
            Pen::Thread(thread) => drop(thread.join()),
            Pen::Hand(mut desk) => desk.write_all(),
            Pen::Gone => {}
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // What waits for a hand that is not coming is left unwritten, as by a process that is killed.
        if matches!(&*self.pen(), Pen::Thread(_)) {
            self.stop();
        }
    }
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Writer")
    }
}

impl Desk {
    fn new(store: Box<dyn Store>, current: Arc<Current>) -> (Self, SyncSender<Waiting>, Arc<Counters>) {
        let (sender, queue) = sync_channel(QUEUE_MAX);
        let counters = Arc::new(Counters::default());
        (Self { store, current, queue, counters: counters.clone() }, sender, counters)
    }

    /// Takes up group after group until nobody can queue anything any more.
    fn write_all(&mut self) {
        loop {
            match self.queue.recv_timeout(REFRESH_EVERY) {
                Ok(first) => drop(self.write(first, GROUP_MAX)),
                Err(RecvTimeoutError::Timeout) => self.look_around(),
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// Notices what other nodes have changed while there was nothing to do.
    fn look_around(&mut self) {
        // A store that cannot be read is told of when somebody asks for something.
        if self.store.load(&[], Timestamp::MIN).is_ok() {
            refresh(&mut *self.store, &self.current);
        }
    }

    /// `first` with what waits behind it, and with what those bring who are on their way. When nothing waits any more, the processor is offered to
    /// whoever is ready to run. When it is busy, requests are read and verified meanwhile and join the group, which costs one commit less; when it is
    /// not, nobody takes the offer and nothing is waited for.
    fn gather(&self, first: Waiting, commands_max: usize) -> (Vec<Job>, Vec<oneshot::Sender<Answer>>) {
        let (mut jobs, mut answers) = (vec![first.job], vec![first.answer]);
        let mut offered_with = 0;
        let mut offers = 0;
        while jobs.len() < commands_max {
            if let Ok(Waiting { job, answer }) = self.queue.try_recv() {
                jobs.push(job);
                answers.push(answer);
            } else if offers < OFFERS_MAX && jobs.len() > offered_with {
                offers += 1;
                offered_with = jobs.len();
                std::thread::yield_now();
            } else {
                break;
            }
        }
        (jobs, answers)
    }

    /// Takes `first` up, with what waits behind it.
    fn write(&mut self, first: Waiting, commands_max: usize) -> usize {
        let (jobs, answers) = self.gather(first, commands_max.min(GROUP_MAX));
        self.counters.waiting.fetch_sub(jobs.len() as u64, Ordering::Relaxed);
        let results = run_group(&mut *self.store, &self.current, &jobs);
        self.counters.groups.fetch_add(1, Ordering::Relaxed);
        self.counters.commands.fetch_add(jobs.len() as u64, Ordering::Relaxed);
        for (answer, result) in answers.into_iter().zip(results) {
            // Whoever asked may have gone; what was done stays done.
            let _ = answer.send(result);
        }
        jobs.len()
    }
}

#[cfg(test)]
mod tests {
    use warifu_core::decide::{Asking, Deactivate, FreshIds, Moment};
    use warifu_core::id::{ActivationId, DeviceId, EventId, IdempotencyKey, InstallationId, LeaseId};
    use warifu_core::time::{Span, Timestamp};

    use super::*;
    use crate::group::Task;
    use crate::port::{Changes, CommitError, Loaded, LogAppend, Registry, StoreError, Want};
    use crate::secrets::Secrets;
    use crate::testing::Counting;

    /// A store that is empty, and panics once it has been read so often.
    struct Empty(usize);

    impl Store for Empty {
        fn load(&mut self, wants: &[Want], _: Timestamp) -> Result<Loaded, StoreError> {
            if wants.is_empty() {
                return Ok(Loaded::default());
            }
            self.0 = self.0.checked_sub(1).expect("a store without mistakes");
            Ok(Loaded::default())
        }

        fn commit(&mut self, _: &Changes) -> Result<(), CommitError> {
            Ok(())
        }

        fn append(&mut self, _: &LogAppend) -> Result<(), CommitError> {
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

    /// The goal: however much is asked for, what waits is bounded, and whoever is turned away has taken nothing from those who wait.
    #[test]
    fn a_full_queue_turns_further_commands_away_until_there_is_room_again() {
        let secrets = Arc::new(Secrets::generate(&mut Counting::new(1)));
        let current = Arc::new(Current::new(Registry::default(), secrets));
        let writer = Writer::by_hand(Box::new(Empty(QUEUE_MAX)), current);
        let context = &mut std::task::Context::from_waker(std::task::Waker::noop());
        let mut waiting: Vec<_> = (0..QUEUE_MAX).map(|_| Box::pin(writer.submit(job()))).collect();
        assert!(waiting.iter_mut().all(|submitted| submitted.as_mut().poll(context).is_pending()));
        for _ in 0..3 {
            let mut further = Box::pin(writer.submit(job()));
            let std::task::Poll::Ready(Err(turned_away)) = further.as_mut().poll(context) else {
                panic!("it waits behind a full queue");
            };
            assert_eq!(turned_away.failure, Failure::service_busy());
        }
        assert_eq!(writer.numbers().waiting, QUEUE_MAX as u64);
        let taken = writer.write_group(GROUP_MAX);
        assert_eq!(taken, GROUP_MAX);
        let answered = waiting.iter_mut().take(taken);
        assert!(answered.map(|submitted| submitted.as_mut().poll(context)).all(|answer| answer.is_ready()));
        let mut further = Box::pin(writer.submit(job()));
        assert!(further.as_mut().poll(context).is_pending(), "there is room again");
    }

    #[test]
    fn without_a_thread_commands_wait_for_a_hand_that_takes_them_up() {
        let secrets = Arc::new(Secrets::generate(&mut Counting::new(1)));
        let current = Arc::new(Current::new(Registry::default(), secrets));
        let writer = Writer::by_hand(Box::new(Empty(9)), current);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut waiting: Vec<_> = (0..3).map(|_| Box::pin(writer.submit(job()))).collect();
            let context = &mut std::task::Context::from_waker(std::task::Waker::noop());
            for submitted in &mut waiting {
                assert!(submitted.as_mut().poll(context).is_pending());
            }
            assert_eq!(writer.numbers().waiting, 3);
            assert_eq!((writer.write_group(2), writer.numbers().waiting), (2, 1));
            assert!(
                waiting[0].as_mut().poll(context).is_ready() && waiting[1].as_mut().poll(context).is_ready()
            );
            assert!(waiting[2].as_mut().poll(context).is_pending());
            writer.stop();
            assert!(waiting[2].as_mut().poll(context).is_ready(), "what was queued is finished");
        });
        assert!(!writer.is_running());
        assert_eq!(writer.write_group(9), 0);
        assert_eq!(writer.numbers(), WriterNumbers { waiting: 0, groups: 2, commands: 3 });
    }
}
