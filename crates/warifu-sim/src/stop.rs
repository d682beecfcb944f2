//! Why a run ends early.

use std::fmt;

/// Why a run ends early.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// A promise of ARCHITECTURE.md is broken.
    Violation {
        /// Which promise, 1 to 7; 0 is liveness.
        promise: u8,
        /// What was seen.
        seen: String,
    },
    /// The simulator itself cannot go on.
    Harness(String),
}

impl Stop {
    pub(crate) fn harness(error: impl fmt::Display) -> Self {
        Self::Harness(error.to_string())
    }

    pub(crate) fn violation(promise: u8, seen: impl fmt::Display) -> Self {
        Self::Violation { promise, seen: seen.to_string() }
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Violation { promise: 0, seen } => write!(f, "liveness is broken: {seen}"),
            Self::Violation { promise, seen } => write!(f, "promise {promise} is broken: {seen}"),
            Self::Harness(what) => write!(f, "the simulator cannot go on: {what}"),
        }
    }
}

impl std::error::Error for Stop {}
