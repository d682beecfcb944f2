//! What the drills share: a real service in a folder of its own, devices that ask it, and how its work is measured.

pub(super) mod connection;
pub(super) mod crowd;
pub(super) mod device;
pub(super) mod latency;
pub(super) mod options;
pub(super) mod process;
pub(super) mod publisher;
pub(super) mod report;
pub(super) mod seeded;
pub(super) mod service;
pub(super) mod watch;
