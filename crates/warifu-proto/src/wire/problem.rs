//! The body of every answer that says no: problem details (RFC 9457), with a catalogue entry and its values. A reader that knows the code
//! renders the entry in its own language; one that does not shows the texts as they came.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use warifu_core::catalogue::{Code, Failure, Lang};
use warifu_core::hardware::Scheme;
use warifu_core::state::Holder;

use super::ANSWER_BYTES_MAX;
use crate::json;

/// The media type of the body.
pub const PROBLEM_CONTENT_TYPE: &str = "application/problem+json";

/// The longest text of a problem that is shown, in characters; longer ones are cut.
const TEXT_CHARS_MAX: usize = 1_000;

/// The most values and holders that are read.
const ENTRIES_MAX: usize = 32;

/// What went wrong, for programs (`code`, `values`) and for people (`detail`, `cause`, `remedy`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// Where the failure is explained: `/help/` and the code, relative to the service.
    #[serde(rename = "type")]
    pub kind: String,
    /// The code in words. The same in every language and for every occurrence.
    pub title: String,
    /// The answer's HTTP status.
    pub status: u16,
    /// What happened, with the values involved.
    pub detail: String,
    /// Names this occurrence in the service's log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// The catalogue's code.
    #[cfg_attr(feature = "openapi", schema(example = "seat_limit_reached"))]
    pub code: String,
    /// Why it happens.
    pub cause: String,
    /// What the reader can do now.
    pub remedy: String,
    /// Whether the same request may succeed when it is repeated.
    pub retryable: bool,
    /// `never`, `at_once` or `later`.
    #[serde(default)]
    pub retry: String,
    /// The values of the entry by name, as the catalogue keeps them: independent of language.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
    /// Who holds the seats, as far as the holder of a key may know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holders: Vec<SeatHolder>,
    /// A signed refusal, when the failure ends a lease: only this may end one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
    /// The certificate of the key that signed the refusal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<String>,
}

/// One device that holds a seat: its class, month and last contact, and nothing that names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SeatHolder {
    /// What a request to release the seat calls it. Nothing can be learnt from it.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(pattern = "^[0-9a-f]{16}$"))]
    pub seat: String,
    /// The class of device.
    #[serde(with = "json::text")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "physical"))]
    pub class: Scheme,
    /// The month in which it was activated: `2026-04`.
    pub since: String,
    /// The day on which it was last heard of: `2026-11-20`.
    pub last_contact: String,
    /// The day from which its seat may go to another device, should it not be heard of until then.
    #[serde(default)]
    pub free_from: String,
}

impl From<&Holder> for SeatHolder {
    fn from(holder: &Holder) -> Self {
        let mut since = holder.since.date();
        since.truncate("2026-04".len());
        Self {
            seat: holder.seat.to_string(),
            class: holder.class,
            since,
            last_contact: holder.last_contact.date(),
            free_from: holder.free_from.date(),
        }
    }
}

impl Problem {
    /// The body for a failure, its texts in `lang`. `instance` names the occurrence in the log, such as a request id.
    #[must_use]
    pub fn new(failure: &Failure, lang: Lang, instance: Option<String>) -> Self {
        let entry = failure.entry();
        Self {
            kind: format!("/help/{}", entry.name),
            title: entry.name.replace('_', " "),
            status: entry.status,
            detail: failure.message(lang),
            instance,
            code: entry.name.to_owned(),
            cause: failure.cause(lang),
            remedy: failure.remedy(lang),
            retryable: entry.retry.helps(),
            retry: entry.retry.as_str().to_owned(),
            values: failure.values().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            holders: Vec::new(),
            refusal: None,
            certificate: None,
        }
    }

    /// The same with those who hold the seats.
    #[must_use]
    pub fn with_holders(mut self, holders: &[Holder]) -> Self {
        self.holders = holders.iter().map(SeatHolder::from).collect();
        self
    }

    /// The same with a signed refusal and its certificate.
    #[must_use]
    pub fn with_refusal(mut self, refusal: String, certificate: String) -> Self {
        self.refusal = Some(refusal);
        self.certificate = Some(certificate);
        self
    }

    /// Reads an answer's body; `None` when it is no problem of Warifu's, for example a proxy's page. Texts lose control characters and
    /// what exceeds their bounds, so that they can be shown on a terminal.
    #[must_use]
    pub fn parse(body: &[u8]) -> Option<Self> {
        if body.len() > ANSWER_BYTES_MAX {
            return None;
        }
        let mut problem: Self = json::from_slice(body).ok()?;
        if problem.values.len() > ENTRIES_MAX || problem.holders.len() > ENTRIES_MAX {
            return None;
        }
        let texts = [
            &mut problem.kind,
            &mut problem.title,
            &mut problem.detail,
            &mut problem.code,
            &mut problem.cause,
            &mut problem.remedy,
            &mut problem.retry,
        ];
        let holders =
            problem.holders.iter_mut().flat_map(|holder| [&mut holder.since, &mut holder.last_contact]);
        for text in
            texts.into_iter().chain(&mut problem.instance).chain(problem.values.values_mut()).chain(holders)
        {
            make_showable(text);
        }
        Some(problem)
    }

    /// The failure, when this build's catalogue knows the code and every value that it needs has come.
    #[must_use]
    pub fn failure(&self) -> Option<Failure> {
        let code: Code = self.code.parse().ok()?;
        Failure::from_parts(code, &self.values).ok()
    }
}

fn make_showable(text: &mut String) {
    if text.chars().any(char::is_control) || text.chars().count() > TEXT_CHARS_MAX {
        *text = text.chars().filter(|symbol| !symbol.is_control()).take(TEXT_CHARS_MAX).collect();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use warifu_core::seat::SeatHandle;
    use warifu_core::time::Timestamp;

    use super::*;

    #[test]
    fn every_failure_comes_back_from_its_problem_in_both_languages() {
        for code in Code::ALL {
            let values = code.entry().values.iter().map(|value| (value.name, "7"));
            let failure = Failure::from_parts(*code, values).unwrap();
            for lang in Lang::ALL {
                let problem = Problem::new(&failure, lang, Some("req-1".to_owned()));
                let body = serde_json::to_vec(&problem).unwrap();
                assert_eq!(Problem::parse(&body).as_ref(), Some(&problem));
                assert_eq!(problem.failure().as_ref(), Some(&failure));
                assert_eq!(problem.status, code.entry().status);
            }
        }
    }

    #[test]
    fn a_problem_has_the_members_of_the_rfc_and_ours() {
        let holder = Holder {
            seat: SeatHandle::from_bytes([0xab; 8]),
            class: Scheme::Physical,
            since: Timestamp::from_seconds(1_775_035_800),
            last_contact: Timestamp::from_seconds(1_775_135_800),
            free_from: Timestamp::from_seconds(1_785_135_800),
        };
        let failure = Failure::lease_expired(Timestamp::from_seconds(1_775_035_800));
        let problem = Problem::new(&failure, Lang::En, None)
            .with_holders(&[holder])
            .with_refusal("v4.public.r".to_owned(), "v4.public.c".to_owned());
        let value = serde_json::to_value(&problem).unwrap();
        assert_eq!(value["type"], "/help/lease_expired");
        assert_eq!(value["title"], "lease expired");
        assert_eq!(value["code"], "lease_expired");
        assert_eq!(value["values"]["expired"], "2026-04-01T09:30:00Z");
        assert_eq!(
            value["holders"][0],
            serde_json::json!({
                "seat": "abababababababab",
                "class": "physical",
                "since": "2026-04",
                "last_contact": "2026-04-02",
                "free_from": "2026-07-27",
            })
        );
        assert_eq!(value["refusal"], "v4.public.r");
        assert_eq!(value["certificate"], "v4.public.c");
        assert!(value.get("instance").is_none());
    }

    #[test]
    fn a_code_that_is_not_known_keeps_its_texts() {
        let failure = Failure::answer_not_genuine();
        let mut value = serde_json::to_value(Problem::new(&failure, Lang::En, None)).unwrap();
        value["code"] = "something_new".into();
        value["detail"] = "New\u{1b}[31m\nthing".into();
        value["more"] = serde_json::json!({"unknown": [1, 2]});
        let problem = Problem::parse(value.to_string().as_bytes()).unwrap();
        assert_eq!(problem.failure(), None);
        assert_eq!(problem.detail, "New[31mthing");
    }

    #[test]
    fn what_is_no_problem_is_not_read_as_one() {
        for body in ["", "<html>", "{}", "null", r#"{"title":"Not Found","status":404}"#] {
            assert_eq!(Problem::parse(body.as_bytes()), None, "{body}");
        }
        assert_eq!(Problem::parse(&vec![b' '; ANSWER_BYTES_MAX + 1]), None);
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_parser_panic(body in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Problem::parse(&body);
        }
    }
}
