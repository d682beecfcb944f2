//! Cases: a diagnosed failure as a signed bundle that says nothing of who and where, and that can be replayed.
//!
//! A person sees steps, an agent the reasoning, the publisher the trace ([`view`]); all three come from one content ([`content`]). What
//! identifies never gets in: facts are words of the knowledge, numbers and codes ([`content::Content::of`]), and the little free text
//! that a person adds is redacted ([`redact`]).
//!
//! This crate must not do I/O, read a clock or draw randomness. It knows neither a surface nor a store.

pub mod bundle;
pub mod content;
pub mod redact;
pub mod replay;
mod subject;
mod tame;
pub mod view;

pub use self::bundle::{BUNDLE_BYTES_MAX, BadBundle, Bundle, SignedBy};
pub use self::content::{Content, Making};
pub use self::replay::{Outcome, Replay, Verdict};
pub use self::subject::Subject;
