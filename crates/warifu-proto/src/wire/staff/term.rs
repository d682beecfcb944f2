//! When a licence's right ends.

use serde::{Deserialize, Serialize};
use warifu_core::policy;
use warifu_core::time::Timestamp;

use crate::json;

/// When a licence's right ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Term {
    /// Never.
    Perpetual {},
    /// So many days after the first activation.
    Days {
        /// How many: at least 1.
        #[cfg_attr(feature = "openapi", schema(minimum = 1))]
        days: u32,
    },
    /// At an instant.
    Until {
        /// Which.
        #[serde(with = "json::text")]
        #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
        until: Timestamp,
    },
    /// With the last second of a day in a time zone. Only in requests: it is kept and answered as the instant that it comes to.
    EndOfDay {
        /// The day, as in `2027-03-31`.
        #[cfg_attr(
            feature = "openapi",
            schema(pattern = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", example = "2027-03-31")
        )]
        date: String,
        /// The zone's name in the IANA database.
        #[cfg_attr(feature = "openapi", schema(max_length = 64, example = "Asia/Tokyo"))]
        zone: String,
    },
}

impl Term {
    /// The term as the core has it; `end_of_day` works out the instant of a date and a zone, for which a zone database is needed.
    ///
    /// # Errors
    /// What `end_of_day` says.
    pub fn into_core<E>(
        self,
        end_of_day: impl FnOnce(&str, &str) -> Result<Timestamp, E>,
    ) -> Result<policy::Term, E> {
        Ok(match self {
            Self::Perpetual {} => policy::Term::Perpetual,
            Self::Days { days } => policy::Term::Days(days),
            Self::Until { until } => policy::Term::Until(until),
            Self::EndOfDay { date, zone } => policy::Term::Until(end_of_day(&date, &zone)?),
        })
    }
}

impl From<policy::Term> for Term {
    fn from(term: policy::Term) -> Self {
        match term {
            policy::Term::Perpetual => Self::Perpetual {},
            policy::Term::Days(days) => Self::Days { days },
            policy::Term::Until(until) => Self::Until { until },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_term_has_one_form() {
        for (text, term) in [
            (r#"{"kind":"perpetual"}"#, Term::Perpetual {}),
            (r#"{"kind":"days","days":30}"#, Term::Days { days: 30 }),
            (
                r#"{"kind":"end_of_day","date":"2027-03-31","zone":"Asia/Tokyo"}"#,
                Term::EndOfDay { date: "2027-03-31".to_owned(), zone: "Asia/Tokyo".to_owned() },
            ),
        ] {
            assert_eq!(serde_json::from_str::<Term>(text).unwrap(), term);
            assert_eq!(serde_json::to_string(&term).unwrap(), text);
        }
        for text in [r#"{"kind":"days"}"#, r#"{"kind":"perpetual","days":1}"#, r#"{"kind":"weeks"}"#, "null"]
        {
            assert!(serde_json::from_str::<Term>(text).is_err(), "{text}");
        }
    }
}
