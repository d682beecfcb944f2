//! The high-water mark: the earliest that it can be now, whatever the clock on the wall shows.
//!
//! The mark rises only by service time that was signed over a random value of our own, and by the time for which the machine has verifiably
//! been running since. Signed time may also lower it. The clock on the wall never moves it, so that a clock put forward by mistake harms
//! nothing once it is put right.
//!
//! Every step errs on the early side: the mark is never later than it really is, or an honest device could be locked out by it.

use warifu_core::time::{Span, Timestamp};

use crate::clock::{Moment, Period, Running};

/// How far the wall clock may be behind the mark before it is called wrong: a day, which covers every mistake with time zones. It gains
/// nothing, for the mark counts meanwhile.
pub(crate) const BEHIND_MAX: Span = Span::hours(24);

/// How far the wall clock may be ahead of what is known before it is called wrong.
pub(crate) const AHEAD_SECONDS_MAX: u64 = 48 * 3_600;

/// By how much the wall clock has to go backwards at once so that somebody must have set it, where it is not certain that it was ahead before.
const SET_SECONDS_MIN: u64 = 3_600;

/// How much a start may add that nothing was noted of. A snapshot that is woken brings the boot of then back, which looks like a new one to a folder that
/// was not set back with it; so much that is not so makes no clock wrong that is right.
const START_SECONDS_MAX: u64 = 24 * 3_600;

/// How long a device may run on a clock that cannot be right.
pub(crate) const DOUBT_SECONDS_MAX: u64 = 72 * 3_600;

/// Where the machine does not tell how long it has been running, what one look may add to the time in doubt: applications look every hour.
const DOUBT_SECONDS_PER_LOOK: u64 = 3_600;

/// See the module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    /// It is at least this late.
    pub(crate) time: Timestamp,
    /// The running time at which that was so.
    pub(crate) running: Running,
    /// Whether it is exactly that late: signed time plus running time, with no gap between.
    pub(crate) exact: bool,
    /// For how many seconds the device has run on a clock in doubt since it was last found right.
    pub(crate) doubt_seconds: u64,
    /// Whether the clock was in doubt when last looked at.
    pub(crate) in_doubt: bool,
    /// What the clock on the wall showed then. It measures doubt where running time cannot, and tells when the clock is set back.
    pub(crate) wall: Timestamp,
    /// By how many seconds the clock on the wall was ahead when the true time was last known, as far as it has not been set back since. 0 where
    /// that is no more than [`AHEAD_SECONDS_MAX`].
    pub(crate) ahead_seconds: u64,
}

/// Whether the running time of a machine, sleep included, may stand still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pauses {
    /// It counts every second of a boot.
    Never,
    /// It stands still while the machine is paused, and goes back when a snapshot is woken: that of a virtual machine, and of what runs in one.
    Unseen,
}

/// What is wrong with the clock on the wall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Finding {
    /// It shows a time that has certainly passed.
    Behind,
    /// It shows a time that has certainly not come.
    Ahead,
}

impl Mark {
    /// The mark of a device that knows only that it is not before `time`.
    pub(crate) const fn not_before(time: Timestamp, moment: &Moment) -> Self {
        let Moment { wall, running } = *moment;
        Self { time, running, exact: false, doubt_seconds: 0, in_doubt: false, wall, ahead_seconds: 0 }
    }

    /// The mark after time was signed just now. Every doubt is gone.
    pub(crate) fn signed(time: Timestamp, moment: &Moment) -> Self {
        Self { exact: true, ahead_seconds: ahead(moment.wall, time), ..Self::not_before(time, moment) }
    }

    /// The mark raised to a signed time of the past. What was in doubt before that time is settled.
    pub(crate) fn raised_to(self, time: Timestamp) -> Self {
        if time > self.time {
            Self { time, exact: false, doubt_seconds: 0, in_doubt: false, ..self }
        } else {
            self
        }
    }

    /// The mark at the moment `now`.
    pub(crate) fn advanced(self, now: &Moment, pauses: Pauses) -> Self {
        let Moment { wall, running } = *now;
        let same_period = self.running.period == running.period;
        let passed = if same_period {
            running.elapsed_seconds.saturating_sub(self.running.elapsed_seconds)
        } else if self.running.counts_sleep && running.counts_sleep {
            // Two boots follow each other: the machine has been off for some unknown time, and then on for this long.
            running.elapsed_seconds.min(START_SECONDS_MAX)
        } else {
            // Runs of programs overlap: this one may have begun long before the mark was made.
            0
        };
        let backwards = running.elapsed_seconds < self.running.elapsed_seconds;
        let in_doubt = if running.counts_sleep {
            passed
        } else {
            let by_the_wall = seconds_between(self.wall, wall);
            passed.max(by_the_wall.min(DOUBT_SECONDS_PER_LOOK))
        };
        let time = plus(self.time, passed);
        let exact = self.exact && same_period && running.counts_sleep && !backwards;
        // The clock has shown more than the time that has passed since, unless somebody has set it back: by the difference, or by more.
        let set_back = seconds_between(wall, plus(self.wall, passed));
        let known_ahead = match pauses {
            Pauses::Never if exact => u64::MAX,
            // The host of a machine that is woken sets its clock: what it shows beyond the mark may have passed unseen.
            Pauses::Unseen if set_back >= SET_SECONDS_MIN => 0,
            Pauses::Never | Pauses::Unseen => self.ahead_seconds.saturating_sub(set_back),
        };
        Self {
            time,
            running,
            exact,
            doubt_seconds: self.doubt_seconds.saturating_add(if self.in_doubt { in_doubt } else { 0 }),
            in_doubt: self.in_doubt,
            wall,
            ahead_seconds: if known_ahead > AHEAD_SECONDS_MAX {
                known_ahead.min(ahead(wall, time))
            } else {
                0
            },
        }
    }

    /// The mark after a look at where things stand, which rests on a clock in doubt or not. A clock that was found right begins anew: a battery
    /// that is empty at every start must not add up. Whoever sets a clock to please gains nothing by that, for it is then in no doubt at all.
    pub(crate) const fn judged(self, in_doubt: bool, found_right: bool) -> Self {
        let doubt_seconds = if found_right && !in_doubt { 0 } else { self.doubt_seconds };
        Self { in_doubt, doubt_seconds, ..self }
    }

    /// What is wrong with the wall clock, if anything.
    pub(crate) fn finding(&self, wall: Timestamp) -> Option<Finding> {
        if wall.plus(BEHIND_MAX) < self.time {
            Some(Finding::Behind)
        } else if self.ahead_seconds > 0 && ahead(wall, self.time) > 0 {
            Some(Finding::Ahead)
        } else {
            None
        }
    }

    /// What the wall clock would show, were it not ahead by as much as it is known to be.
    pub(crate) const fn corrected(&self, wall: Timestamp) -> Timestamp {
        Timestamp::from_seconds(wall.seconds().saturating_sub_unsigned(self.ahead_seconds))
    }

    /// For how much longer the device may run on a clock in doubt.
    pub(crate) fn doubt_left(&self) -> Span {
        Span::seconds(u32::try_from(DOUBT_SECONDS_MAX.saturating_sub(self.doubt_seconds)).unwrap_or(0))
    }

    /// Whether the difference to the mark `kept` on disk is worth a write: at most one an hour, or one a minute while the clock is in doubt.
    pub(crate) fn is_worth_keeping(&self, kept: &Self) -> bool {
        let passed = self.time.since(kept.time).as_seconds();
        self.period() != kept.period()
            || self.in_doubt != kept.in_doubt
            || self.time < kept.time
            || self.doubt_seconds < kept.doubt_seconds
            || self.ahead_seconds.abs_diff(kept.ahead_seconds) >= 3_600
            || passed >= if self.in_doubt { 60 } else { 3_600 }
    }

    const fn period(&self) -> Period {
        self.running.period
    }
}

/// By how many seconds a wall clock is ahead at `time`; 0 where that is no more than [`AHEAD_SECONDS_MAX`].
fn ahead(wall: Timestamp, time: Timestamp) -> u64 {
    let seconds = seconds_between(time, wall);
    if seconds > AHEAD_SECONDS_MAX { seconds } else { 0 }
}

/// Seconds from one instant to a later one; 0 if it is not later.
fn seconds_between(from: Timestamp, to: Timestamp) -> u64 {
    u64::try_from(to.since(from).as_seconds()).unwrap_or(0)
}

const fn plus(time: Timestamp, seconds: u64) -> Timestamp {
    Timestamp::from_seconds(time.seconds().saturating_add_unsigned(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGNED: Timestamp = Timestamp::from_seconds(1_775_035_800);
    const HOUR: u64 = 3_600;

    impl Mark {
        /// On a machine whose running time never stands still.
        fn later(self, now: &Moment) -> Self {
            self.advanced(now, Pauses::Never)
        }
    }

    /// A boot, so long after its begin. The wall clock stands still.
    fn running(boot: u8, elapsed_seconds: u64) -> Moment {
        let running = Running { period: Period::from_bytes([boot; 16]), elapsed_seconds, counts_sleep: true };
        Moment { wall: SIGNED, running }
    }

    /// A run of a program on a machine that does not tell its running time.
    fn program(run: u8, elapsed_seconds: u64, wall: Timestamp) -> Moment {
        let period = Period::from_bytes([run; 16]);
        Moment { wall, running: Running { period, elapsed_seconds, counts_sleep: false } }
    }

    fn hours(hours: u32) -> Timestamp {
        SIGNED.plus(Span::hours(hours))
    }

    #[test]
    fn the_mark_rises_with_running_time_and_across_boots_by_what_is_certain() {
        let mark = Mark::signed(SIGNED, &running(1, 100));
        let later = mark.later(&running(1, 100 + HOUR));
        assert_eq!((later.time, later.exact), (hours(1), true));
        let rebooted = later.later(&running(2, 2 * HOUR));
        assert_eq!((rebooted.time, rebooted.exact), (hours(3), false));
        let asleep = program(1, 100 + HOUR, SIGNED);
        assert!(!mark.later(&asleep).exact);
        let restored = mark.later(&running(1, 10));
        assert_eq!((restored.time, restored.exact), (SIGNED, false));
    }

    #[test]
    fn an_earlier_boot_that_comes_back_makes_no_right_clock_wrong() {
        // A machine that had been up for 300 hours is set back to a snapshot of then; the folder, on another disk, is not.
        let woken = Moment { wall: hours(1), ..running(1, 300 * HOUR) };
        let mark = Mark::signed(SIGNED, &running(2, HOUR)).later(&woken);
        assert_eq!(mark.finding(woken.wall), None);
        assert_eq!(mark.time, hours(24));
    }

    #[test]
    fn the_wall_clock_is_found_wrong_only_against_what_is_certain() {
        let signed = Mark::signed(SIGNED, &running(1, 0));
        for (wall, expected) in [
            (hours(100), None),
            (hours(76), None),
            (hours(76).minus(Span::seconds(1)), Some(Finding::Behind)),
            (Timestamp::MIN, Some(Finding::Behind)),
            (hours(148), None),
            (hours(148).plus(Span::seconds(1)), Some(Finding::Ahead)),
            (Timestamp::MAX, Some(Finding::Ahead)),
        ] {
            let mark = signed.later(&Moment { wall, ..running(1, 100 * HOUR) });
            assert_eq!(mark.finding(wall), expected, "{wall}");
        }
        // Switched off for a year: nothing says that it was not.
        let wall = hours(9_000);
        assert_eq!(signed.later(&Moment { wall, ..running(2, 0) }).finding(wall), None);
    }

    #[test]
    fn a_clock_that_was_ahead_when_time_was_signed_is_still_so_until_it_is_set() {
        const YEAR: u32 = 365 * 24;
        let check = |mark: Mark, wall, finding, corrected| {
            assert_eq!((mark.finding(wall), mark.corrected(wall)), (finding, corrected));
        };
        let ahead = Some(Finding::Ahead);
        let signed = Mark::signed(SIGNED, &program(1, 0, hours(YEAR)));
        check(signed, hours(YEAR), ahead, SIGNED);
        // It slept for a hundred days, of which nothing is counted, or another program was started.
        for later in [program(1, HOUR, hours(YEAR + 2_400)), program(2, 0, hours(YEAR + 2_400))] {
            check(signed.later(&later), later.wall, ahead, hours(2_400));
        }
        // Set right, it is right, and stays so; set back by a part, it is ahead by the rest.
        let right = signed.later(&program(2, 0, hours(3)));
        check(right, hours(3), None, hours(3));
        check(right.later(&program(3, 0, hours(100))), hours(100), None, hours(100));
        let part = signed.later(&program(2, 0, hours(YEAR / 2)));
        check(part, hours(YEAR / 2), ahead, SIGNED);
        let less = part.later(&program(2, 0, hours(48)));
        check(less, hours(48), None, hours(48));
        // A leap further ahead counts as time that has passed, as it may have.
        let further = signed.later(&program(2, 0, hours(3 * YEAR)));
        check(further, hours(3 * YEAR), ahead, hours(2 * YEAR));
        // What was put forward while every second was counted is known as well, also after the next boot.
        let put_forward = Moment { wall: hours(YEAR), ..running(1, HOUR) };
        let rebooted = Moment { wall: hours(YEAR + 5), ..running(2, HOUR) };
        let mark = Mark::signed(SIGNED, &running(1, 0)).later(&put_forward).later(&rebooted);
        assert!(!mark.exact);
        check(mark, rebooted.wall, ahead, hours(6));
    }

    #[test]
    fn what_a_virtual_machine_shows_beyond_its_running_time_may_have_passed() {
        const YEAR: u32 = 365 * 24;
        let unseen = |mark: Mark, now: &Moment| mark.advanced(now, Pauses::Unseen);
        let check = |mark: Mark, wall, finding, corrected| {
            assert_eq!((mark.finding(wall), mark.corrected(wall)), (finding, corrected));
        };
        // Paused for a year, or woken from a snapshot of then: the boot goes on as if nothing had been.
        let woken = Moment { wall: hours(YEAR), ..running(1, HOUR) };
        check(unseen(Mark::signed(SIGNED, &running(1, 0)), &woken), woken.wall, None, woken.wall);
        // What was ahead when time was signed still is,
        let ahead = Mark::signed(SIGNED, &Moment { wall: hours(YEAR), ..running(1, 0) });
        let later = Moment { wall: hours(YEAR + 1), ..running(1, HOUR) };
        check(unseen(ahead, &later), later.wall, Some(Finding::Ahead), hours(1));
        // until its clock was set, be it to a time beyond the mark.
        let set = Moment { wall: hours(YEAR / 2), ..running(1, HOUR) };
        check(unseen(ahead, &set), set.wall, None, set.wall);
        // A clock that is a little slow was not set.
        let slow = Moment { wall: hours(YEAR), ..running(1, HOUR - 1) };
        check(unseen(ahead, &slow), slow.wall, Some(Finding::Ahead), SIGNED.plus(Span::seconds(3_599)));
    }

    #[test]
    fn only_running_time_in_doubt_is_counted() {
        let mut mark = Mark::signed(SIGNED, &running(1, 0)).later(&running(1, 500 * HOUR));
        assert_eq!(mark.doubt_left(), Span::hours(72));
        mark.in_doubt = true;
        mark = mark.later(&running(1, 530 * HOUR)).later(&running(2, 12 * HOUR));
        assert_eq!(mark.doubt_left(), Span::hours(30));
        mark = mark.later(&running(2, 900 * HOUR));
        assert_eq!(mark.doubt_left(), Span::ZERO);
        assert_eq!(Mark::signed(SIGNED, &running(2, 900 * HOUR)).doubt_left(), Span::hours(72));
    }

    #[test]
    fn runs_of_programs_that_overlap_do_not_add_up() {
        let mut mark = Mark::signed(SIGNED, &program(1, 10 * HOUR, SIGNED));
        // One stays open, the other is started again and again.
        for look in 1..20_u8 {
            mark = mark.later(&program(1 + look, 0, SIGNED));
            mark = mark.later(&program(1, (10 + u64::from(look)) * HOUR, SIGNED));
        }
        assert!(mark.time <= hours(19), "{}", mark.time);
        // So also where one of them can read how long the machine has been up and the other cannot.
        let mark = Mark::signed(SIGNED, &running(1, 50 * HOUR));
        let mark = mark.later(&program(2, 0, SIGNED)).later(&running(1, 51 * HOUR));
        assert!(mark.time <= hours(1), "{}", mark.time);
    }

    #[test]
    fn doubt_is_counted_by_the_wall_where_nothing_else_counts() {
        let mut mark = Mark::signed(SIGNED, &program(1, 0, SIGNED)).judged(true, false);
        for hour in 1..72 {
            mark = mark.later(&program(1 + hour, 0, hours(u32::from(hour))));
        }
        assert_eq!(mark.doubt_left(), Span::hours(1));
        // A leap counts as one look, and a clock that goes back as none.
        let leapt = Mark { doubt_seconds: 0, ..mark }.later(&program(99, 0, hours(9_000)));
        assert_eq!(leapt.doubt_left(), Span::hours(71));
        assert_eq!(leapt.later(&program(100, 0, SIGNED)).doubt_left(), Span::hours(71));
    }

    #[test]
    fn a_clock_that_was_found_right_begins_anew() {
        let mark = Mark::signed(SIGNED, &running(1, 0)).judged(true, false).later(&running(1, 50 * HOUR));
        assert_eq!(mark.judged(true, true).doubt_left(), Span::hours(22));
        assert_eq!(mark.judged(false, false).doubt_left(), Span::hours(22));
        assert_eq!(mark.judged(false, true).doubt_left(), Span::hours(72));
    }

    #[test]
    fn a_signed_time_of_the_past_raises_and_never_lowers() {
        let mark = Mark::signed(SIGNED, &running(1, 0));
        assert_eq!(mark.raised_to(hours(0).minus(Span::hours(5))), mark);
        let raised = mark.raised_to(hours(5));
        assert_eq!((raised.time, raised.exact), (hours(5), false));
        // A lease that was granted after an earlier one had seemed to end is not restricted for that one's sake.
        let doubtful = Mark { doubt_seconds: DOUBT_SECONDS_MAX, in_doubt: true, ..mark };
        assert_eq!(doubtful.raised_to(hours(0)).doubt_left(), Span::ZERO);
        assert_eq!(doubtful.raised_to(hours(5)).doubt_left(), Span::hours(72));
    }

    #[test]
    fn a_mark_is_written_seldom() {
        let kept = Mark::signed(SIGNED, &running(1, 0));
        assert!(!kept.later(&running(1, HOUR - 1)).is_worth_keeping(&kept));
        assert!(kept.later(&running(1, HOUR)).is_worth_keeping(&kept));
        assert!(kept.later(&running(2, 1)).is_worth_keeping(&kept));
        let doubtful = Mark { in_doubt: true, ..kept };
        assert!(doubtful.is_worth_keeping(&kept));
        assert!(doubtful.later(&running(1, 60)).is_worth_keeping(&doubtful));
        assert!(Mark::signed(SIGNED.minus(Span::hours(1)), &running(1, 0)).is_worth_keeping(&kept));
        assert!(Mark { ahead_seconds: 49 * HOUR, ..kept }.is_worth_keeping(&kept));
    }
}
