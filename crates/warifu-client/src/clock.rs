//! What time it seems to be, and how long the machine has been running: the two things that a client asks of a clock.

use std::fmt;

use warifu_core::time::Timestamp;

/// A clock's two readings, taken together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// What the machine's clock shows. Anybody may have set it.
    pub wall: Timestamp,
    /// How long the machine has been running. Nobody can set it.
    pub running: Running,
}

/// A reading of a clock that only ever goes forward, until its period ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Running {
    /// The period that is measured: this boot of the machine, or this run of the program.
    pub period: Period,
    /// Seconds since the period began.
    pub elapsed_seconds: u64,
    /// Whether the seconds count on while the machine sleeps, from its boot. If so, they tell when the clock on the wall was put forward, and periods
    /// follow each other; if not, periods are taken for runs of programs, which overlap.
    pub counts_sleep: bool,
}

/// Names a period of running; another boot, or another run of the program, has another name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Period([u8; 16]);

impl Period {
    /// The period with this name.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The name's bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Debug for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A source of time. [`SystemClock`] is the machine's own.
pub trait Clock: Send {
    /// Both readings, now.
    fn read(&mut self) -> Moment;
}

/// The machine's clock. On Linux the period is the boot and sleep counts; elsewhere the period is the run of the program.
#[derive(Debug)]
pub struct SystemClock {
    boot: Option<Period>,
    process: Period,
    started: std::time::Instant,
    anchor: Option<Anchor>,
}

/// A reading of the uptime, which costs a system call or two, with the cheap clocks' readings at that time.
#[derive(Clone, Copy, Debug)]
struct Anchor {
    at: std::time::Instant,
    wall_millis: u128,
    uptime_seconds: u64,
}

/// How long an anchor is used, and by how much the two cheap clocks may part before it is taken anew (the machine slept, or
/// somebody set the clock).
const ANCHOR_MILLIS_MAX: u128 = 10_000;
const ANCHOR_DRIFT_MILLIS_MAX: u128 = 1_000;

impl SystemClock {
    /// The machine's clock.
    #[must_use]
    pub fn new() -> Self {
        let (started, wall_millis) = (instant(), wall_millis());
        let mut process = [0; 16];
        // Two runs with one process id and one start to the millisecond cannot be on one machine.
        process[..8].copy_from_slice(&u64::from(std::process::id()).to_be_bytes());
        process[8..].copy_from_slice(&u64::try_from(wall_millis).unwrap_or(u64::MAX).to_be_bytes());
        Self { boot: boot_id(), process: Period(process), started, anchor: None }
    }

    fn running(&mut self, at: std::time::Instant, wall_millis: u128) -> Running {
        if let Some(period) = self.boot {
            let cheap = self.anchor.and_then(|anchor| {
                let passed = at.checked_duration_since(anchor.at)?.as_millis();
                let wall_passed = wall_millis.checked_sub(anchor.wall_millis)?;
                (passed <= ANCHOR_MILLIS_MAX && passed.abs_diff(wall_passed) <= ANCHOR_DRIFT_MILLIS_MAX)
                    .then(|| anchor.uptime_seconds + (passed / 1_000) as u64)
            });
            let elapsed = cheap.or_else(|| {
                let uptime_seconds = uptime_seconds()?;
                self.anchor = Some(Anchor { at, wall_millis, uptime_seconds });
                Some(uptime_seconds)
            });
            if let Some(elapsed_seconds) = elapsed {
                return Running { period, elapsed_seconds, counts_sleep: true };
            }
        }
        let elapsed_seconds = at.saturating_duration_since(self.started).as_secs();
        Running { period: self.process, elapsed_seconds, counts_sleep: false }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn read(&mut self) -> Moment {
        let (at, wall_millis) = (instant(), wall_millis());
        let seconds = i64::try_from(wall_millis / 1_000).unwrap_or(i64::MAX);
        Moment { wall: Timestamp::from_seconds(seconds), running: self.running(at, wall_millis) }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the edge: the default clock of an application")]
fn instant() -> std::time::Instant {
    std::time::Instant::now()
}

/// Milliseconds since 1970; a clock before that is at 1970.
#[expect(clippy::disallowed_methods, reason = "this is the edge: the default clock of an application")]
fn wall_millis() -> u128 {
    let now = std::time::SystemTime::now();
    now.duration_since(std::time::UNIX_EPOCH).map_or(0, |passed| passed.as_millis())
}

/// Linux gives every boot a random UUID.
fn boot_id() -> Option<Period> {
    parse_boot_id(&std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?)
}

fn parse_boot_id(text: &str) -> Option<Period> {
    let digits: String = text.trim().chars().filter(|&symbol| symbol != '-').collect();
    warifu_proto::encoding::parse_hex(&digits).map(Period)
}

/// Seconds since the boot of Linux, sleep included.
fn uptime_seconds() -> Option<u64> {
    parse_uptime(&std::fs::read_to_string("/proc/uptime").ok()?)
}

fn parse_uptime(text: &str) -> Option<u64> {
    text.split(['.', ' ']).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn linux_tells_its_boot_and_its_uptime() {
        let period = parse_boot_id("0b9a0e5f-1dd3-20ba-0000-00000000000f\n");
        assert_eq!(format!("{:?}", period.unwrap()), "0b9a0e5f1dd320ba000000000000000f");
        assert_eq!(parse_boot_id("none"), None);
        assert_eq!(parse_uptime("350735.47 234388.90\n"), Some(350_735));
        assert_eq!(parse_uptime(""), None);
    }

    #[test]
    fn the_machines_clock_goes_forward_within_one_period() {
        let mut clock = SystemClock::new();
        let (first, second) = (clock.read(), clock.read());
        assert_eq!(first.running.period, second.running.period);
        assert!(first.running.elapsed_seconds <= second.running.elapsed_seconds);
        assert!(first.wall.seconds() > 1_700_000_000);
    }
}
