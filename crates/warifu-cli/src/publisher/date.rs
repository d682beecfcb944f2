//! A last day, or an instant, as people write them.

use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use warifu_core::catalogue::Failure;
use warifu_core::time::Timestamp;

use crate::error::CliError;

/// The zone of a day when none is named.
pub(super) const ZONE: &str = "UTC";

/// Whether a text is written as a day.
pub(super) fn is_day(text: &str) -> bool {
    text.parse::<Date>().is_ok() && text.len() == "2027-03-31".len()
}

/// The instant that a text names: RFC 3339, or the last second of a day in a zone.
pub(super) fn instant(option: &str, text: &str, zone: Option<&str>) -> Result<Timestamp, CliError> {
    if let Ok(instant) = text.parse() {
        return Ok(instant);
    }
    let no_day =
        || CliError::from(Failure::field_not_valid(option, text, "2027-03-31 / 2027-03-31T15:00:00Z"));
    if !is_day(text) {
        return Err(no_day());
    }
    let zone = zone.unwrap_or(ZONE);
    let zone = TimeZone::get(zone)
        .map_err(|_| CliError::from(Failure::field_not_valid("zone", zone, "Asia/Tokyo")))?;
    let next = text.parse::<Date>().and_then(|day| day.checked_add(1.day())).map_err(|_| no_day())?;
    let start = next.to_zoned(zone).map_err(|_| no_day())?;
    Ok(Timestamp::from_seconds(start.timestamp().as_second() - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_lasts_to_its_end_where_it_is_meant() {
        let text = |text: &str, zone| instant("until", text, zone).map(|time| time.to_string()).unwrap();
        assert_eq!(text("2027-03-31", None), "2027-03-31T23:59:59Z");
        assert_eq!(text("2027-03-31", Some("Asia/Tokyo")), "2027-03-31T14:59:59Z");
        assert_eq!(text("2027-03-31T15:00:00Z", None), "2027-03-31T15:00:00Z");
        for wrong in ["", "tomorrow", "2027-02-30", "2027-03-31T15:00"] {
            assert_eq!(instant("until", wrong, None).unwrap_err().code(), "field_not_valid", "{wrong}");
        }
        assert!(instant("until", "2027-03-31", Some("Mars/Base")).is_err());
    }
}
