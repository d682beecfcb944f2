//! The journal of provisional leases, as the disk beside the secrets has it: it outlives nodes, and can refuse a write half-way.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use warifu_service::provisional::JournalFile;

#[derive(Debug, Default)]
struct Inner {
    bytes: Vec<u8>,
    /// The next write fails and leaves so many bytes of it.
    torn_after: Option<usize>,
    /// Whether a write has failed so since this was last asked.
    torn: bool,
    /// Whether writes are said to be done and are not: a planted bug.
    forgets: bool,
}

/// A journal's file; its clones are the same file.
#[derive(Clone, Debug, Default)]
pub(crate) struct SimJournal(Arc<Mutex<Inner>>);

impl SimJournal {
    /// An empty file. One that forgets says that it has written, and has not.
    pub(crate) fn new(forgets: bool) -> Self {
        Self(Arc::new(Mutex::new(Inner { forgets, ..Inner::default() })))
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next write fails and leaves so many of its bytes.
    pub(crate) fn tear(&self, after: usize) {
        self.inner().torn_after = Some(after);
    }

    /// Whether a write was refused half-way since this was last asked.
    pub(crate) fn was_torn(&self) -> bool {
        std::mem::take(&mut self.inner().torn)
    }

    /// No write fails from now on.
    pub(crate) fn mend(&self) {
        self.inner().torn_after = None;
    }

    /// Whether its bytes hold `text`.
    pub(crate) fn holds(&self, text: &str) -> bool {
        let inner = self.inner();
        inner.bytes.windows(text.len()).any(|window| window == text.as_bytes())
    }

    /// All its bytes.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.inner().bytes.clone()
    }
}

impl JournalFile for SimJournal {
    fn read(&mut self) -> io::Result<Vec<u8>> {
        Ok(self.bytes())
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut inner = self.inner();
        if inner.forgets {
            return Ok(());
        }
        if let Some(after) = inner.torn_after.take() {
            let part = bytes.get(..after).unwrap_or(bytes).to_vec();
            inner.bytes.extend(part);
            inner.torn = true;
            return Err(io::ErrorKind::StorageFull.into());
        }
        inner.bytes.extend(bytes);
        Ok(())
    }

    fn replace(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.inner().bytes = bytes.to_vec();
        Ok(())
    }
}
