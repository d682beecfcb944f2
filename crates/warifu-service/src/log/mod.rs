//! The verifiable log: the sequencer, which gives committed events their places in one Merkle tree; the keys that sign its checkpoints; and what
//! auditors read.
//!
//! Nothing here decides, and no command waits for it: events are committed with their changes, and get their places a moment later. Why it is
//! built so: `docs/adr/0015-the-log-is-sequenced-after-the-commit.md`.

mod keys;
mod reading;
mod sequencer;

pub use self::keys::{LogKeyError, LogKeys};
pub use self::reading::{Bundle, LogEntry};
pub use self::sequencer::{EVENTS_MAX, sequence, signed};
