//! The end of a day in a time zone. The zone database is the one built in, so that a policy comes to the same instant on every machine.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan as _};
use warifu_core::catalogue::Failure;
use warifu_core::time::Timestamp;

/// The last second of the day `date` (as in `2027-03-31`) in the zone `zone` (as in `Asia/Tokyo`).
///
/// # Errors
/// `field_not_valid` when there is no such day or zone.
pub(crate) fn end_of_day(date: &str, zone: &str) -> Result<Timestamp, Failure> {
    let bad_date = || Failure::field_not_valid("term.date", date, "2027-03-31");
    let one_day: Span = 1.day();
    let day: Date = date.parse().map_err(|_| bad_date())?;
    let next = day.checked_add(one_day).map_err(|_| bad_date())?;
    let zone =
        TimeZone::get(zone).map_err(|_| Failure::field_not_valid("term.zone", zone, "Asia/Tokyo / UTC"))?;
    let start = next.to_zoned(zone).map_err(|_| bad_date())?;
    Ok(Timestamp::from_seconds(start.timestamp().as_second() - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_with_its_last_second_in_its_own_zone() {
        for (date, zone, end) in [
            ("2027-03-31", "Asia/Tokyo", "2027-03-31T14:59:59Z"),
            ("2027-03-31", "UTC", "2027-03-31T23:59:59Z"),
            // Summer time begins: the day has 23 hours.
            ("2027-03-28", "Europe/Berlin", "2027-03-28T21:59:59Z"),
            // Midnight does not exist on the following day.
            ("2018-11-03", "America/Sao_Paulo", "2018-11-04T02:59:59Z"),
        ] {
            assert_eq!(end_of_day(date, zone).unwrap().to_string(), end, "{date} {zone}");
        }
    }

    #[test]
    fn what_is_no_day_or_no_zone_is_named() {
        for (date, zone, field) in [
            ("2027-02-30", "UTC", "term.date"),
            ("tomorrow", "UTC", "term.date"),
            ("9999-12-31", "UTC", "term.date"),
            ("2027-01-01", "Mars/Base", "term.zone"),
            ("2027-01-01", "../../etc/passwd", "term.zone"),
        ] {
            assert_eq!(end_of_day(date, zone).unwrap_err().value("field"), Some(field), "{date} {zone}");
        }
    }
}
