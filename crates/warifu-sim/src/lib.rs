//! The simulator: the real service and the real SDK, in one thread, from one seed.
//!
//! Nothing of the product is imitated. Devices run `warifu-client`, each command on a stack of its own (`fiber`); nodes are the router of
//! `warifu-server` on the use cases of `warifu-service`, whose groups are written by hand; the store is the SQLite adapter. The simulator owns what
//! surrounds them: time and clocks, the network, folders and machines, staff, strangers, and the store's failures. It decides each step by dice, keeps
//! a book of its own on what was signed and acknowledged, and after every step compares what it sees with the seven promises of ARCHITECTURE.md (`check`).
//! From time to time the faults stop, and everything has to come right by the remedies that the refusals name (`calm`).
//!
//! Without storms the same world is a clinic (`clinic`): one thing is broken, the troubleshooter says what, and its first remedy is carried out.
//!
//! A run is a function of its seed: [`Run`] prints the same trace each time, so that a failure can be replayed.

mod act;
mod calm;
mod canary;
mod check;
mod clinic;
mod device;
mod dice;
#[cfg(target_os = "linux")]
pub mod disk;
mod fault;
mod fiber;
mod folder;
mod forge;
mod inject;
mod journal;
mod later;
mod ledger;
mod machine;
mod node;
mod planted;
mod remedy;
mod report;
mod run;
mod sequencer;
mod staff;
mod stop;
mod store;
mod stranger;
mod time;
mod trace;
mod world;

pub use self::clinic::{Ailment, Treated, table as treated_table, treat};
pub use self::dice::Dice;
pub use self::fault::{Command, Coverage, Fault};
pub use self::planted::Planted;
pub use self::report::Report;
pub use self::run::{Failed, Outcome, Remedied, Run};
pub use self::stop::Stop;
