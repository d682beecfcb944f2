//! The troubleshooter for people: a page for each error code, and questions that lead from what somebody sees to the cause and what mends it. It
//! holds no rule of its own: what it knows is `knowledge/`, what it thinks is `warifu-troubleshoot`.

pub(crate) mod case;
pub(crate) mod code;
pub(crate) mod collect;
mod entry;
pub(crate) mod flow;
pub(crate) mod front;
mod group;
pub(crate) mod list;
mod refused;
mod remedy;
pub(crate) mod short;
mod source;
mod subject;
mod symptom;
mod unknown;
mod windows;
mod words;
