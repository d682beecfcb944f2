//! The one thread that writes. Commands queue up; while one group is being synced to the disk the next one gathers.

use std::fmt;
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

/// A handle on the writing thread.
pub struct Writer {
    queue: Mutex<Option<SyncSender<Waiting>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    /// Starts the thread, which owns `store` from now on.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(mut store: Box<dyn Store>, current: Arc<Current>) -> std::io::Result<Self> {
        let (sender, receiver) = sync_channel(QUEUE_MAX);
        let thread = std::thread::Builder::new()
            .name("warifu-writer".to_owned())
            .spawn(move || run(&mut *store, &current, &receiver))?;
        Ok(Self { queue: Mutex::new(Some(sender)), thread: Mutex::new(Some(thread)) })
    }

    /// Queues a command and waits for its answer, which comes once the command's changes are durable.
    pub async fn submit(&self, job: Job) -> Answer {
        let (answer, answered) = oneshot::channel();
        let sender = self.queue.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let sender = sender.ok_or_else(Failure::service_unavailable)?;
        sender.try_send(Waiting { job, answer }).map_err(|error| match error {
            TrySendError::Full(_) => Failure::service_busy(),
            TrySendError::Disconnected(_) => Failure::service_unavailable(),
        })?;
        drop(sender);
        answered.await.unwrap_or_else(|_| Err(Failure::service_unavailable().into()))
    }

    /// Lets the thread finish what is queued, and waits for it. Later commands are told that the service is unavailable.
    pub fn stop(&self) {
        drop(self.queue.lock().unwrap_or_else(PoisonError::into_inner).take());
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if thread.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the writing thread panicked");
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

fn run(store: &mut dyn Store, current: &Current, queue: &Receiver<Waiting>) {
    let mut jobs = Vec::with_capacity(GROUP_MAX);
    let mut answers = Vec::with_capacity(GROUP_MAX);
    while let Ok(first) = queue.recv() {
        let mut next = Some(first);
        while let Some(Waiting { job, answer }) = next {
            jobs.push(job);
            answers.push(answer);
            next = if jobs.len() < GROUP_MAX { queue.try_recv().ok() } else { None };
        }
        let results = run_group(store, current, &jobs);
        for (answer, result) in answers.drain(..).zip(results) {
            // Whoever asked may have gone; what was done stays done.
            let _ = answer.send(result);
        }
        jobs.clear();
    }
}
