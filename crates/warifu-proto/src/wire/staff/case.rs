//! Cases as staff see them.

use serde::{Deserialize, Serialize};
use warifu_core::case::{self, CaseHead, CaseNumber};
use warifu_core::id::{InstallationId, StaffId};
use warifu_core::time::Timestamp;

use crate::json;

/// Asks for a note on a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WriteNote {
    /// What it says. Product keys, addresses and names of machines are taken out before it is kept.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 1000))]
    pub text: String,
}

/// A note on a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Note {
    /// When it was written.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub at: Timestamp,
    /// By which member of staff.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "uuid"))]
    pub by: StaffId,
    /// What it says.
    pub text: String,
}

/// What a list shows of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseSummary {
    /// Its number.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "123-456-780"))]
    pub number: CaseNumber,
    /// What the failure is of.
    #[cfg_attr(feature = "openapi", schema(example = "windows"))]
    pub subject: String,
    /// The likeliest cause, by the name of the knowledge data.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = "clock_wrong"))]
    pub cause: Option<String>,
    /// Whether no cause is well supported.
    pub unknown: bool,
    /// The installation whose key has signed it, if one has.
    #[serde(default, with = "json::optional_text")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, pattern = "^[0-9a-f]{64}$"))]
    pub installation: Option<InstallationId>,
    /// When it came.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub received: Timestamp,
    /// Until when it is kept.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub kept_until: Timestamp,
    /// When it was closed, if it was.
    #[serde(default, with = "json::optional_text")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub closed: Option<Timestamp>,
    /// By which member of staff.
    #[serde(default, with = "json::optional_text")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = "uuid"))]
    pub closed_by: Option<StaffId>,
}

impl From<&CaseHead> for CaseSummary {
    fn from(head: &CaseHead) -> Self {
        Self {
            number: head.number,
            subject: head.subject.clone(),
            cause: head.cause.clone(),
            unknown: head.unknown,
            installation: head.installation,
            received: head.received,
            kept_until: head.received.plus(case::Case::KEPT),
            closed: head.closed.map(|(at, _)| at),
            closed_by: head.closed.map(|(_, by)| by),
        }
    }
}

/// A case with everything in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Case {
    /// What a list shows of it.
    pub summary: CaseSummary,
    /// The bundle as it came: facts, findings, signature. Its form is described in docs/cases.md.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub bundle: serde_json::Value,
    /// The notes, oldest first.
    pub notes: Vec<Note>,
}

impl From<&case::Case> for Case {
    fn from(case: &case::Case) -> Self {
        let note =
            |note: &case::CaseNote| Note { at: note.at, by: note.by, text: note.text.as_str().to_owned() };
        Self {
            summary: (&case.head).into(),
            // It was read when it came.
            bundle: serde_json::from_slice(&case.bundle).unwrap_or_default(),
            notes: case.notes.iter().map(note).collect(),
        }
    }
}
