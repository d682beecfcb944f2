//! What an answer tells beside what was asked: a copy of the installation was noticed, somebody asked for the release of its seat. A notice is an entry
//! of the catalogue with its values. It is not signed: for showing, never for deciding.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use warifu_core::catalogue::{Code, Failure};

/// The most notices of one answer that are read.
pub const NOTICES_MAX: usize = 8;

/// One thing that the user of an installation should know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Notice {
    /// The catalogue's code.
    #[cfg_attr(feature = "openapi", schema(example = "installation_copied"))]
    pub code: String,
    /// The values of the entry by name, as the catalogue keeps them: independent of language.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
}

impl From<&Failure> for Notice {
    fn from(failure: &Failure) -> Self {
        let values = failure.values().map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self { code: failure.code().as_str().to_owned(), values: values.collect() }
    }
}

impl Notice {
    /// The catalogue's entry with its values; `None` for one that only a newer version knows.
    #[must_use]
    pub fn failure(&self) -> Option<Failure> {
        let code: Code = self.code.parse().ok()?;
        Failure::from_parts(code, &self.values).ok()
    }
}

#[cfg(test)]
mod tests {
    use warifu_core::time::Timestamp;

    use super::*;

    #[test]
    fn a_notice_comes_back_from_the_wire_and_an_unknown_one_is_passed_over() {
        let failure = Failure::installation_copied(Timestamp::from_seconds(1_800_000_000));
        let text = serde_json::to_string(&Notice::from(&failure)).unwrap();
        let read: Notice = serde_json::from_str(&text).unwrap();
        assert_eq!(read.failure(), Some(failure));
        for text in [r#"{"code":"of_tomorrow"}"#, r#"{"code":"installation_copied","values":{}}"#] {
            let read: Notice = serde_json::from_str(text).unwrap();
            assert_eq!(read.failure(), None, "{text}");
        }
    }
}
