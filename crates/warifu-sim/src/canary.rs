//! What must never turn up where it does not belong: product keys, tokens of staff, serial numbers, names of devices. And the log, to look for them in.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use tracing::subscriber::DefaultGuard;
use tracing_subscriber::fmt::MakeWriter;

use crate::machine::SERIAL;

/// What begins every device's name here.
pub(crate) const NAME: &str = "KOKESHI NAME ";
/// How much of a token of staff is looked for: what begins all of them, and 48 bits of its own. The beginning alone turns up by chance in a signed lease now and then.
const TOKEN_CHARS: usize = 12;

/// The secrets of a run.
#[derive(Debug, Default)]
pub(crate) struct Canaries {
    keys: Vec<[String; 2]>,
    tokens: Vec<String>,
}

impl Canaries {
    /// From now on this product key is looked for: the part of it that is secret, with and without its dashes.
    pub(crate) fn add_key(&mut self, key: &str) {
        let secret: Vec<&str> = key.split('-').skip(2).collect();
        self.keys.push([secret.join("-"), secret.concat()]);
    }

    /// From now on this token of staff is looked for.
    pub(crate) fn add_token(&mut self, token: &str) {
        self.tokens.push(token.chars().take(TOKEN_CHARS).collect());
    }

    /// What of all this `bytes` hold, if anything.
    pub(crate) fn find(&self, bytes: &[u8]) -> Option<&'static str> {
        let text = String::from_utf8_lossy(bytes);
        if text.contains(SERIAL) {
            return Some("a serial number");
        }
        if text.contains(NAME) {
            return Some("a device's name");
        }
        if self.tokens.iter().any(|token| text.contains(token.as_str())) {
            return Some("a token of staff");
        }
        let key = self.keys.iter().flatten().any(|key| text.contains(key.as_str()));
        key.then_some("a product key")
    }
}

/// The log of everything that runs in this thread.
pub(crate) struct Log {
    bytes: Arc<Mutex<Vec<u8>>>,
    _guard: DefaultGuard,
}

#[derive(Clone)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// Catches the log from now on, down to its smallest details.
    pub(crate) fn catch() -> Self {
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::DEBUG)
            .with_ansi(false)
            .without_time()
            .with_writer(Sink(bytes.clone()))
            .finish();
        Self { bytes, _guard: tracing::subscriber::set_default(subscriber) }
    }

    /// What was logged since this was last asked.
    pub(crate) fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.bytes.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl io::Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Sink {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
