//! The troubleshooter: facts in, ranked findings out.
//!
//! Owns the reading of evidence (pasted tool output, error codes, plain words), the rule engine, and the knowledge that `knowledge/`
//! holds as reviewed data. It must not do I/O, read a clock or draw randomness: the same evidence gives the same findings, always.
//!
//! # Where things go
//!
//! | what | where |
//! |---|---|
//! | a fact, a cause, a remedy, an error code, a rule, words that people use | `knowledge/<subject>/`, see `knowledge/README.md`; linted when this crate is built |
//! | a worked case (evidence and its true cause) | `knowledge/<subject>/cases/*.json`, graded by `cargo xtask test` and `tests/cases.rs` |
//! | a reader of another tool's output | a file in `src/read/`, called from `read::text` |
//! | a fact that follows from other facts | `src/derive.rs` |
//! | how points become confidence, questions, the order of remedies | `src/engine/` |
//! | a surface (command line, pages, SDK) | its own crate; it calls [`Session`] |

mod derive;
pub mod engine;
pub mod evidence;
mod fact;
pub mod knowledge;
pub mod read;
mod session;
pub mod tell;

pub use self::fact::{Fact, Facts, Origin, Strength};
pub use self::session::{Answer, Session};
