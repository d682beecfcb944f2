//! Times as a person reads them.

use warifu_core::catalogue::Lang;
use warifu_core::time::{Span, Timestamp};

/// An instant to the minute, in UTC and saying so.
pub(crate) fn instant(time: Timestamp, lang: Lang) -> String {
    let text = time.to_string();
    let (date, minute) = (&text[..10], &text[11..16]);
    match lang {
        Lang::Ja => {
            let mut parts = date.splitn(3, '-').map(|part| part.trim_start_matches('0'));
            let mut part = || parts.next().unwrap_or_default();
            format!("{}年{}月{}日 {minute}（UTC）", part(), part(), part())
        }
        Lang::En => format!("{date} {minute} UTC"),
    }
}

/// A span in whole days, rounded up.
pub(crate) fn days(span: Span, lang: Lang) -> String {
    let days = span.as_days_rounded_up();
    match (lang, days) {
        (Lang::Ja, days) => format!("{days}日"),
        (Lang::En, 1) => "1 day".to_owned(),
        (Lang::En, days) => format!("{days} days"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_and_a_span_are_written_as_the_language_does() {
        let time = Timestamp::from_seconds(1_795_359_765);
        assert_eq!(instant(time, Lang::Ja), "2026年11月22日 15:02（UTC）");
        assert_eq!(instant(time, Lang::En), "2026-11-22 15:02 UTC");
        assert_eq!(days(Span::hours(25), Lang::Ja), "2日");
        assert_eq!(days(Span::hours(2), Lang::En), "1 day");
    }
}
