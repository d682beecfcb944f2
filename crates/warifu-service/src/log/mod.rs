//! The verifiable log: the sequencer, which gives committed events their places in one Merkle tree; the keys that sign its checkpoints; and what
//! auditors read.
//!
//! Nothing here decides, and no command waits for it: events are committed with their changes, and get their places a moment later. Why it is
//! built so: `docs/adr/0015-the-log-is-sequenced-after-the-commit.md`.

mod audit;
mod keys;
mod reading;
mod sequencer;

pub use self::audit::{FINDINGS_MAX, Finding, Listed, Report, Source, WAITS_MAX, audit};
pub use self::keys::{LogKeyError, LogKeys};
pub use self::reading::{Bundle, LogEntry, StoreSource};
pub use self::sequencer::{EVENTS_MAX, sequence, signed};
