//! The thread on which connections live. The port is synchronous and the driver is not: whoever calls hands a future over and waits for what it
//! comes to. So a call may be made from any thread, one of another runtime's too.

use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::runtime::{Builder, Handle};
use tokio::sync::{mpsc as guests, oneshot};

use super::trouble::{Result, Trouble};

/// How long connections may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(1);

/// The thread. Dropped, it lets the connections end.
pub(super) struct Driver {
    handle: Handle,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    alive: Option<guests::Sender<()>>,
}

impl Driver {
    /// Starts the thread.
    ///
    /// # Errors
    /// When the system gives no thread or no sockets.
    pub(super) fn start() -> std::io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (stop, stopped) = oneshot::channel::<()>();
        let (alive, mut gone) = guests::channel::<()>(1);
        let thread = std::thread::Builder::new().name("warifu-postgres".to_owned()).spawn(move || {
            runtime.block_on(async move {
                // Ends with a message or with its sender: both mean stop.
                let _ = stopped.await;
                // Ends when the last connection has dropped its sender.
                let _ = tokio::time::timeout(GOODBYE, gone.recv()).await;
            });
        })?;
        Ok(Self { handle, stop: Some(stop), thread: Some(thread), alive: Some(alive) })
    }

    /// Has `work` done on the thread and waits for it.
    pub(super) fn wait<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Result<T> {
        let (done, answer) = mpsc::sync_channel(1);
        self.handle.spawn(async move {
            // Whoever asked waits as long as it takes.
            let _ = done.send(work.await);
        });
        answer.recv().unwrap_or_else(|_| Err(Trouble::Lost("the driver's thread is gone".to_owned())))
    }

    /// What a connection holds while it lives.
    pub(super) fn guest(&self) -> Option<guests::Sender<()>> {
        self.alive.clone()
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        drop(self.alive.take());
        drop(self.stop.take());
        if let Some(thread) = self.thread.take()
            && thread.thread().id() != std::thread::current().id()
        {
            // It panics with no one's work: tasks' panics stay in their tasks.
            let _ = thread.join();
        }
    }
}
