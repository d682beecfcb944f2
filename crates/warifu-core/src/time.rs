//! Instants and spans in whole seconds. Nothing in Warifu's rules is finer than a second; nonces, which are, keep their own
//! milliseconds.

use std::fmt;
use std::str::FromStr;

use crate::hex;

/// A point in time: seconds since 1970-01-01T00:00:00Z, leap seconds not counted (POSIX time).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The latest instant that Warifu accepts anywhere: 9999-12-30T22:00:00Z, the last that RFC 3339 can write at every offset from
    /// UTC.
    pub const MAX: Self = Self(253_402_207_200);
    /// The earliest instant: 1970-01-01T00:00:00Z.
    pub const MIN: Self = Self(0);

    /// An instant from POSIX seconds; values outside [`Self::MIN`]..=[`Self::MAX`] are brought to the nearer bound.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        if seconds < Self::MIN.0 {
            Self::MIN
        } else if seconds > Self::MAX.0 {
            Self::MAX
        } else {
            Self(seconds)
        }
    }

    /// POSIX seconds.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0
    }

    /// The span from `earlier` to `self`, or zero when `earlier` is in fact later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Span {
        let seconds = self.0 - earlier.0;
        Span(if seconds < 0 { 0 } else { seconds })
    }

    /// The instant `span` later, at most [`Self::MAX`].
    #[must_use]
    pub const fn plus(self, span: Span) -> Self {
        Self::from_seconds(self.0.saturating_add(span.0))
    }

    /// The instant `span` earlier, at least [`Self::MIN`].
    #[must_use]
    pub const fn minus(self, span: Span) -> Self {
        Self::from_seconds(self.0.saturating_sub(span.0))
    }
}

impl Timestamp {
    /// The day in UTC, as `2026-11-22`.
    #[must_use]
    pub fn date(self) -> String {
        let mut text = self.to_string();
        text.truncate(10);
        text
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC with whole seconds: `2026-11-22T14:49:29Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // By hand, for every lease, answer and line of the log holds some: years are counted from March 0000, so that a leap day is a year's last.
        let (day, second) = ((self.0 / 86_400).cast_unsigned() + 719_468, self.0 % 86_400);
        let (era, day) = (day / 146_097, day % 146_097);
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        let month = (5 * day + 2) / 153;
        let day = day - (153 * month + 2) / 5 + 1;
        let (year, month) =
            if month < 10 { (400 * era + year, month + 3) } else { (400 * era + year + 1, month - 9) };
        let mut text = *b"0000-00-00T00:00:00Z";
        let second = second.cast_unsigned();
        let parts = [
            (0, year / 100),
            (2, year % 100),
            (5, month),
            (8, day),
            (11, second / 3_600),
            (14, second / 60 % 60),
            (17, second % 60),
        ];
        for (place, number) in parts {
            text[place] += (number / 10) as u8;
            text[place + 1] += (number % 10) as u8;
        }
        hex::write_ascii(&text, f)
    }
}

impl FromStr for Timestamp {
    type Err = ParseTimestampError;

    /// Reads RFC 3339; fractions of a second are dropped.
    fn from_str(text: &str) -> Result<Self, ParseTimestampError> {
        let seconds = text.parse::<jiff::Timestamp>().map_err(|_| ParseTimestampError)?.as_second();
        if (Self::MIN.0..=Self::MAX.0).contains(&seconds) {
            Ok(Self(seconds))
        } else {
            Err(ParseTimestampError)
        }
    }
}

/// Why a text is not an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseTimestampError;

impl fmt::Display for ParseTimestampError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an instant is written as in 2026-11-22T14:49:29Z, from 1970 to 9999")
    }
}

impl std::error::Error for ParseTimestampError {}

/// A length of time in whole seconds, never negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(i64);

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// A span of `seconds`.
    #[must_use]
    pub const fn seconds(seconds: u32) -> Self {
        Self(seconds as i64)
    }

    /// A span of `hours`.
    #[must_use]
    pub const fn hours(hours: u32) -> Self {
        Self(hours as i64 * 3_600)
    }

    /// A span of `days` of 24 hours.
    #[must_use]
    pub const fn days(days: u32) -> Self {
        Self(days as i64 * 86_400)
    }

    /// The span's length in seconds.
    #[must_use]
    pub const fn as_seconds(self) -> i64 {
        self.0
    }

    /// The span's length in whole days of 24 hours, rounded up: what a person is told ("2 days left").
    #[must_use]
    pub const fn as_days_rounded_up(self) -> i64 {
        (self.0 + 86_399) / 86_400
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_stays_inside_what_rfc_3339_can_write() {
        assert_eq!(Timestamp::from_seconds(-1), Timestamp::MIN);
        assert_eq!(Timestamp::MAX.plus(Span::days(1)), Timestamp::MAX);
        assert_eq!(Timestamp::MIN.minus(Span::days(1)), Timestamp::MIN);
    }

    #[test]
    fn a_span_between_instants_is_never_negative() {
        let early = Timestamp::from_seconds(10);
        let late = Timestamp::from_seconds(25);
        assert_eq!(late.since(early), Span::seconds(15));
        assert_eq!(early.since(late), Span::ZERO);
    }

    #[test]
    fn an_instant_reads_back_from_its_text() {
        let instant = Timestamp::from_seconds(1_795_358_969);
        assert_eq!(instant.to_string(), "2026-11-22T14:49:29Z");
        assert_eq!(instant.date(), "2026-11-22");
        assert_eq!("2026-11-22T14:49:29.9Z".parse(), Ok(instant));
        assert_eq!(Timestamp::MAX.to_string().parse(), Ok(Timestamp::MAX));
        for text in ["", "2026-11-22", "1969-12-31T23:59:59Z", "9999-12-31T00:00:00Z"] {
            assert_eq!(text.parse::<Timestamp>(), Err(ParseTimestampError), "{text}");
        }
    }

    #[test]
    fn every_instant_is_written_as_another_implementation_writes_it() {
        let check = |seconds: i64| {
            let theirs = jiff::Timestamp::from_second(seconds).unwrap().to_string();
            assert_eq!(Timestamp::from_seconds(seconds).to_string(), theirs);
        };
        // Ends of years and centuries, leap days, and instants all over the time that there is.
        (0..Timestamp::MAX.seconds()).step_by(86_400 * 97 + 12_345).for_each(check);
        for text in
            ["1970-12-31T23:59:59Z", "2000-02-29T00:00:00Z", "2100-02-28T23:59:59Z", "2100-03-01T00:00:00Z"]
        {
            check(text.parse::<Timestamp>().unwrap().seconds());
        }
        check(Timestamp::MAX.seconds());
    }

    #[test]
    fn days_left_are_rounded_up() {
        assert_eq!(Span::seconds(1).as_days_rounded_up(), 1);
        assert_eq!(Span::days(2).as_days_rounded_up(), 2);
        assert_eq!(Span::ZERO.as_days_rounded_up(), 0);
    }
}
