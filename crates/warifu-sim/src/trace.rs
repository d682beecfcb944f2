//! What happened, step by step: kept as text for people, and hashed so that two runs can be compared.

use std::collections::VecDeque;
use std::fmt::Display;

use aws_lc_rs::digest::{Context, SHA256};

/// How many of the last lines are kept.
const LINES_KEPT: usize = 120;

/// The trace of a run.
pub(crate) struct Trace {
    hash: Context,
    lines: VecDeque<String>,
    step: u64,
    keep_all: bool,
}

impl Trace {
    /// An empty trace, which keeps all of its lines or the last ones.
    pub(crate) fn new(keep_all: bool) -> Self {
        Self { hash: Context::new(&SHA256), lines: VecDeque::new(), step: 0, keep_all }
    }

    /// The lines from here on are of this step.
    pub(crate) fn set_step(&mut self, step: u64) {
        self.step = step;
    }

    /// Notes what happened. The text must be the same whenever the same happens.
    pub(crate) fn note(&mut self, what: impl Display) {
        let line = format!("{:>7} {what}", self.step);
        self.hash.update(line.as_bytes());
        self.hash.update(b"\n");
        if self.lines.len() >= LINES_KEPT && !self.keep_all {
            self.lines.pop_front();
        }
        self.lines.push_back(line);
    }

    /// The lines kept.
    pub(crate) fn lines(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().map(String::as_str)
    }

    /// The hash of all lines: 16 hexadecimal digits of SHA-256.
    pub(crate) fn hash(&self) -> String {
        let digest = self.hash.clone().finish();
        digest.as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }
}
