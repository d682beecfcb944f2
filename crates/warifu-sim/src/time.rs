//! Time: the true one, which only the simulator knows; the service's clocks, and the clocks of machines, which may be wrong in every way.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use warifu_client::{Clock, Moment, Period, Running};
use warifu_core::time::Timestamp;

/// When every world begins: 2026-11-22T14:49:29Z, in milliseconds.
const START_MILLIS: u64 = 1_795_358_969_000;

/// The true time.
#[derive(Clone, Debug)]
pub(crate) struct WorldTime(Arc<AtomicU64>);

impl WorldTime {
    pub(crate) fn new() -> Self {
        Self(Arc::new(AtomicU64::new(START_MILLIS)))
    }

    pub(crate) fn millis(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_seconds(i64::try_from(self.millis() / 1_000).unwrap_or(i64::MAX))
    }

    pub(crate) fn advance(&self, millis: u64) {
        self.0.fetch_add(millis, Ordering::Relaxed);
    }
}

/// The clock of a service node: right but for a few seconds.
#[derive(Clone, Debug)]
pub(crate) struct NodeClock {
    time: WorldTime,
    ahead_millis: Arc<AtomicI64>,
}

impl NodeClock {
    pub(crate) fn new(time: &WorldTime) -> Self {
        Self { time: time.clone(), ahead_millis: Arc::default() }
    }

    /// By how much it is ahead of the true time from now on.
    pub(crate) fn set_ahead(&self, millis: i64) {
        self.ahead_millis.store(millis, Ordering::Relaxed);
    }
}

impl warifu_service::clock::Clock for NodeClock {
    fn now_millis(&self) -> u64 {
        self.time.millis().saturating_add_signed(self.ahead_millis.load(Ordering::Relaxed))
    }
}

/// What a machine's clocks are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clocks {
    /// By how much the wall clock is ahead of the true time, in seconds.
    pub(crate) ahead_seconds: i64,
    /// By how many millionths it runs fast, and since when.
    drift: (i64, u64),
    /// The boot.
    period: [u8; 16],
    /// True time at which the boot's running time was 0.
    booted_millis: u64,
    /// Whether running time counts sleep.
    counts_sleep: bool,
}

/// The clocks of a machine; clones are the same machine's.
#[derive(Clone, Debug)]
pub(crate) struct MachineClock {
    time: WorldTime,
    clocks: Arc<Mutex<Clocks>>,
    /// Where the machine does not tell how long it has been running: the run of the program, and its running time at that start.
    run: Option<([u8; 16], u64)>,
}

impl MachineClock {
    pub(crate) fn new(time: &WorldTime, period: [u8; 16], counts_sleep: bool) -> Self {
        let now = time.millis();
        let clocks =
            Clocks { ahead_seconds: 0, drift: (0, now), period, booted_millis: now - 60_000, counts_sleep };
        Self { time: time.clone(), clocks: Arc::new(Mutex::new(clocks)), run: None }
    }

    fn clocks(&self) -> MutexGuard<'_, Clocks> {
        self.clocks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The clock as a program finds it that starts now. `run` names the run.
    pub(crate) fn of_run(&self, run: [u8; 16]) -> Self {
        let counts_sleep = self.clocks().counts_sleep;
        Self { run: (!counts_sleep).then(|| (run, self.running_millis())), ..self.clone() }
    }

    fn running_millis(&self) -> u64 {
        self.time.millis().saturating_sub(self.clocks().booted_millis)
    }

    /// What they are, for a snapshot.
    pub(crate) fn copy(&self) -> (Clocks, u64) {
        let clocks = *self.clocks();
        (clocks, self.time.millis() - clocks.booted_millis)
    }

    /// Goes on as it was when the copy was made: the boot, its running time, and the wall clock `ahead_seconds` from the truth.
    pub(crate) fn set_back(&self, (copy, running_millis): (Clocks, u64), ahead_seconds: i64) {
        let now = self.time.millis();
        *self.clocks() = Clocks {
            ahead_seconds,
            drift: (0, now),
            booted_millis: now.saturating_sub(running_millis),
            ..copy
        };
    }

    /// The machine starts anew, under another name for its boot.
    pub(crate) fn reboot(&self, period: [u8; 16]) {
        let now = self.time.millis();
        let mut clocks = self.clocks();
        (clocks.period, clocks.booted_millis) = (period, now);
    }

    /// Sets the wall clock so many seconds ahead of the true time; negative is behind.
    pub(crate) fn set_ahead(&self, seconds: i64) {
        let now = self.time.millis();
        let mut clocks = self.clocks();
        (clocks.ahead_seconds, clocks.drift) = (seconds, (0, now));
    }

    /// Lets the wall clock run fast by so many millionths; negative is slow.
    pub(crate) fn set_drift(&self, millionths: i64) {
        let now = self.time.millis();
        let ahead = self.ahead_seconds();
        let mut clocks = self.clocks();
        (clocks.ahead_seconds, clocks.drift) = (ahead, (millionths, now));
    }

    /// Whether the wall clock is wrong, or is going to be.
    pub(crate) fn is_wrong(&self) -> bool {
        self.ahead_seconds() != 0 || self.clocks().drift.0 != 0
    }

    /// By how much the wall clock is ahead now.
    pub(crate) fn ahead_seconds(&self) -> i64 {
        let Clocks { ahead_seconds, drift: (millionths, since), .. } = *self.clocks();
        let passed = i64::try_from((self.time.millis() - since) / 1_000).unwrap_or(0);
        ahead_seconds + passed * millionths / 1_000_000
    }

    /// The machine slept for so long. Says whether its running time counts that; else it stood still.
    pub(crate) fn slept(&self, millis: u64) -> bool {
        let mut clocks = self.clocks();
        if !clocks.counts_sleep {
            clocks.booted_millis += millis;
        }
        clocks.counts_sleep
    }
}

impl Clock for MachineClock {
    fn read(&mut self) -> Moment {
        let wall = Timestamp::from_seconds(self.time.now().seconds() + self.ahead_seconds());
        let Clocks { period, counts_sleep, .. } = *self.clocks();
        let (period, since) = self.run.unwrap_or((period, 0));
        let elapsed_seconds = self.running_millis().saturating_sub(since) / 1_000;
        Moment {
            wall,
            running: Running { period: Period::from_bytes(period), elapsed_seconds, counts_sleep },
        }
    }
}
