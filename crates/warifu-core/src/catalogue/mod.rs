//! The catalogue of failures: every way in which Warifu can say no, as data.
//!
//! An entry has a stable code, an HTTP status, the kind that decides the CLI's exit code, whether a retry helps, the Windows code
//! that means the same where there is one, and message, cause and remedy in Japanese and English. The data is
//! `knowledge/catalogue/*.toml`; `cargo xtask generate` turns it into `generated.rs` and `docs/errors.md`. Add an entry there, never
//! here.
//!
//! A [`Failure`] is one occurrence: a code with its values. It is built by the constructor of its code
//! (`Failure::seat_limit_reached(3, 3)`), so that a message can never miss a value.
//!
//! This module must not know how a failure travels (RFC 9457, JSON, HTML) or who reads it.

mod entry;
mod failure;
mod generated;
mod render;

pub use self::entry::{Entry, Kind, Lang, Retry, Text, Value, ValueKind};
pub use self::failure::{Failure, MissingValue, VALUE_CHARS_MAX};
pub use self::generated::{Code, RETIRED};

/// A code that this build's catalogue does not know: misspelt, retired, or of a newer service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownCode;

impl std::fmt::Display for UnknownCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("this code is not in the catalogue")
    }
}

impl std::error::Error for UnknownCode {}

impl Code {
    /// The code as people and programs write it, such as `seat_limit_reached`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.entry().name
    }

    /// What the catalogue says about the code.
    #[must_use]
    pub fn entry(self) -> &'static Entry {
        &generated::ENTRIES[self as usize]
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Code {
    type Err = UnknownCode;

    fn from_str(name: &str) -> Result<Self, UnknownCode> {
        // The generator writes the codes in the order of their names.
        Code::ALL
            .binary_search_by(|code| code.as_str().cmp(name))
            .map(|index| Code::ALL[index])
            .map_err(|_| UnknownCode)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_found_by_its_name_and_names_its_own_entry() {
        for code in Code::ALL {
            assert_eq!(code.as_str().parse(), Ok(*code));
            assert_eq!(code.entry().code, *code);
        }
    }

    #[test]
    fn a_name_that_is_not_in_the_catalogue_is_not_a_code() {
        for name in ["", "seat_limit", "SEAT_LIMIT_REACHED", "seat_limit_reached ", "zzz"] {
            assert_eq!(name.parse::<Code>(), Err(UnknownCode), "{name:?}");
        }
    }

    #[test]
    fn retired_codes_are_not_in_use() {
        for name in RETIRED {
            assert_eq!(name.parse::<Code>(), Err(UnknownCode), "{name}");
        }
    }

    #[test]
    fn every_status_is_one_of_an_error_and_internal_kinds_are_the_services_own() {
        for code in Code::ALL {
            let entry = code.entry();
            assert!((400..=599).contains(&entry.status), "{code}");
            if entry.kind == Kind::Internal {
                assert!(entry.status >= 500, "{code}");
            }
        }
    }

    #[test]
    fn japanese_texts_are_polite_sentences() {
        for code in Code::ALL {
            let entry = code.entry();
            for text in [entry.message, entry.cause, entry.remedy] {
                assert!(text.ja.ends_with('。'), "{code}: {}", text.ja);
                // A text may also end with a value after a colon.
                let polite = ["す。", "た。", "ん。", "い。", "）。", "}。"];
                assert!(polite.iter().any(|end| text.ja.ends_with(end)), "{code}: {}", text.ja);
            }
        }
    }
}
