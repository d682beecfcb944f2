//! One occurrence of a catalogue entry: the code with its values.

use std::fmt;

use super::entry::{Entry, Lang};
use super::generated::Code;
use super::render;
use crate::time::Timestamp;

/// The longest value that a failure keeps, in characters. Longer ones are cut and marked with an ellipsis.
pub const VALUE_CHARS_MAX: usize = 300;

/// Something that went wrong, with the values that its texts need. Built by the constructor of its code; rendered in either
/// language without further input. Its `Display` is the English message.
///
/// Values are shown to people and sent to strangers. A key, a whole serial number or a personal value must never be one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    code: Code,
    /// One for each of the entry's values, in their order.
    values: Vec<String>,
}

/// A failure was received without a value that its entry needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MissingValue {
    /// The failure's code.
    pub code: Code,
    /// The name of the value that is missing.
    pub name: &'static str,
}

impl fmt::Display for MissingValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the failure {} came without its value `{}`", self.code, self.name)
    }
}

impl std::error::Error for MissingValue {}

impl Failure {
    /// Rebuilds a failure that was received, from its code and named values. Names that the entry does not know are ignored (a
    /// newer service may send more); of two values with one name the first counts.
    ///
    /// # Errors
    ///
    /// [`MissingValue`] when a value that the entry needs did not come.
    pub fn from_parts<N: AsRef<str>, V: AsRef<str>>(
        code: Code,
        values: impl IntoIterator<Item = (N, V)>,
    ) -> Result<Self, MissingValue> {
        let needed = code.entry().values;
        let mut found: Vec<Option<String>> = vec![None; needed.len()];
        for (name, value) in values {
            let index = needed.iter().position(|value| value.name == name.as_ref());
            if let Some(slot) = index.and_then(|index| found.get_mut(index)) {
                slot.get_or_insert_with(|| text(&value.as_ref()));
            }
        }
        let values = needed
            .iter()
            .zip(found)
            .map(|(value, found)| found.ok_or(MissingValue { code, name: value.name }));
        Ok(Self { code, values: values.collect::<Result<_, _>>()? })
    }

    /// The failure's code.
    #[must_use]
    pub const fn code(&self) -> Code {
        self.code
    }

    /// What the catalogue says about the code.
    #[must_use]
    pub fn entry(&self) -> &'static Entry {
        self.code.entry()
    }

    /// The values by name, in the entry's order, as they are sent: instants as RFC 3339, terms as their stable words.
    pub fn values(&self) -> impl ExactSizeIterator<Item = (&'static str, &str)> {
        let names = self.entry().values.iter().map(|value| value.name);
        names.zip(self.values.iter().map(String::as_str))
    }

    /// One value by its name, as it is sent.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        self.values().find_map(|(known, value)| (known == name).then_some(value))
    }

    /// What happened.
    #[must_use]
    pub fn message(&self, lang: Lang) -> String {
        self.filled(self.entry().message.get(lang), lang)
    }

    /// Why it happens.
    #[must_use]
    pub fn cause(&self, lang: Lang) -> String {
        self.filled(self.entry().cause.get(lang), lang)
    }

    /// What the reader can do now.
    #[must_use]
    pub fn remedy(&self, lang: Lang) -> String {
        self.filled(self.entry().remedy.get(lang), lang)
    }

    /// For the generated constructors: the values come in the entry's order and are already safe to show.
    pub(super) fn with<const N: usize>(code: Code, values: [String; N]) -> Self {
        debug_assert_eq!(code.entry().values.len(), N);
        Self { code, values: values.into() }
    }

    fn filled(&self, template: &str, lang: Lang) -> String {
        render::fill(template, |name| {
            let mut both = self.entry().values.iter().zip(&self.values);
            both.find_map(|(value, kept)| (value.name == name).then(|| value.shown(kept, lang)))
        })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Lang::En))
    }
}

impl std::error::Error for Failure {}

/// A value of kind text or terms as it is kept.
pub(super) fn text(value: &dyn fmt::Display) -> String {
    render::bounded(value, VALUE_CHARS_MAX)
}

/// A value of kind time as it is kept.
pub(super) fn time(value: Timestamp) -> String {
    value.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_states_its_values_in_both_languages() {
        let failure = Failure::seat_limit_reached(3, 3);
        assert!(failure.message(Lang::En).contains("3 of 3"), "{failure}");
        assert!(failure.message(Lang::Ja).contains('3'));
        assert_eq!(failure.to_string(), failure.message(Lang::En));
        assert_eq!(failure.code(), Code::SeatLimitReached);
        assert_eq!(failure.value("seats"), Some("3"));
        assert_eq!(failure.value("other"), None);
    }

    #[test]
    fn no_text_of_any_entry_is_left_with_an_open_place() {
        for code in Code::ALL {
            let values = code.entry().values.iter().map(|value| (value.name, "x"));
            let failure = Failure::from_parts(*code, values).expect("all values are given");
            for lang in Lang::ALL {
                for text in [failure.message(lang), failure.cause(lang), failure.remedy(lang)] {
                    assert!(!text.contains(['{', '}']), "{code}: {text}");
                }
            }
        }
    }

    #[test]
    fn a_received_failure_may_carry_more_than_is_known_but_not_less() {
        let values = [("seats", "3"), ("new", "?"), ("active", "2"), ("active", "9")];
        let failure = Failure::from_parts(Code::SeatLimitReached, values).expect("complete");
        assert_eq!(failure, Failure::seat_limit_reached(2, 3));
        assert_eq!(
            Failure::from_parts(Code::SeatLimitReached, [("active", "2")]),
            Err(MissingValue { code: Code::SeatLimitReached, name: "seats" })
        );
    }

    #[test]
    fn sent_values_rebuild_the_same_failure() {
        let failure = Failure::lease_expired(Timestamp::from_seconds(1_795_359_765));
        assert_eq!(failure.value("expired"), Some("2026-11-22T15:02:45Z"));
        let values: Vec<_> = failure.values().collect();
        assert_eq!(Failure::from_parts(failure.code(), values), Ok(failure));
    }

    #[test]
    fn a_hostile_value_cannot_write_lines_or_grow_without_bound() {
        let failure = Failure::request_malformed(format!("{}\nerror: none", "x".repeat(10_000)));
        let message = failure.message(Lang::En);
        assert!(message.chars().count() < VALUE_CHARS_MAX + 200);
        assert!(!message.contains('\n'));
    }
}
