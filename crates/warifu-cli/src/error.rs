//! Why a command did not succeed: an entry of the catalogue, wherever it was found out, and what to show beside it.

use serde_json::{Value, json};
use warifu_client::Finding;
use warifu_core::catalogue::{Code, Failure, Kind, Lang};
use warifu_core::key::{Flaw, ProductKey};
use warifu_proto::wire::problem::{Problem, SeatHolder};
use zeroize::Zeroizing;

/// A command that did not succeed.
#[derive(Debug)]
pub(crate) struct CliError(Box<Inner>);

#[derive(Debug)]
struct Inner {
    what: What,
    service_url: Option<String>,
    instance: Option<String>,
    holders: Vec<SeatHolder>,
    offer: Option<Offer>,
    finding: Option<Finding>,
}

#[derive(Debug)]
enum What {
    Known(Failure),
    /// A code that only a newer service knows, with its texts as they came.
    Newer(Box<Problem>),
}

/// A mended key to show to the person who typed it, and what was wrong with it.
#[derive(Clone, Debug)]
pub(crate) struct Offer {
    pub(crate) key: ProductKey,
    pub(crate) flaw: Option<Flaw>,
}

impl CliError {
    fn new(what: What) -> Self {
        Self(Box::new(Inner {
            what,
            service_url: None,
            instance: None,
            holders: Vec::new(),
            offer: None,
            finding: None,
        }))
    }

    /// What a service answered instead of success.
    pub(crate) fn of_problem(mut problem: Problem) -> Self {
        let (instance, holders) = (problem.instance.clone(), std::mem::take(&mut problem.holders));
        let what = problem.failure().map_or_else(|| What::Newer(Box::new(problem)), What::Known);
        let mut error = Self::new(what);
        error.0.instance = instance;
        error.0.holders = holders;
        error
    }

    /// The same with the service whose pages explain it.
    pub(crate) fn at(mut self, service_url: Option<&str>) -> Self {
        self.0.service_url = service_url.map(str::to_owned);
        self
    }

    /// The same with the name of this occurrence in the service's log, and who holds the seats.
    pub(crate) fn with_details(mut self, instance: Option<&str>, holders: &[SeatHolder]) -> Self {
        self.0.instance = instance.map(str::to_owned);
        self.0.holders = holders.to_vec();
        self
    }

    /// The same with a mended key.
    pub(crate) fn with_offer(mut self, offer: Option<Offer>) -> Self {
        self.0.offer = offer;
        self
    }

    /// The same with what lies behind it.
    pub(crate) fn with_finding(mut self, finding: Finding) -> Self {
        self.0.finding = Some(finding);
        self
    }

    /// What lies behind it, where that is something else than the failure itself says.
    pub(crate) fn deeper_finding(&self) -> Option<&Finding> {
        self.0.finding.as_ref().filter(|finding| !finding.is_unknown() && finding.cause() != self.code())
    }

    /// The stable code.
    pub(crate) fn code(&self) -> &str {
        match &self.0.what {
            What::Known(failure) => failure.code().as_str(),
            What::Newer(problem) => &problem.code,
        }
    }

    /// What happened.
    pub(crate) fn message(&self, lang: Lang) -> String {
        match &self.0.what {
            What::Known(failure) => failure.message(lang),
            What::Newer(problem) => problem.detail.clone(),
        }
    }

    /// Why it happens.
    pub(crate) fn cause(&self, lang: Lang) -> String {
        match &self.0.what {
            What::Known(failure) => failure.cause(lang),
            What::Newer(problem) => problem.cause.clone(),
        }
    }

    /// What the reader can do now.
    pub(crate) fn remedy(&self, lang: Lang) -> String {
        match &self.0.what {
            What::Known(failure) => failure.remedy(lang),
            What::Newer(problem) => problem.remedy.clone(),
        }
    }

    /// The page that explains it, when a service is known. None where that service could not be reached or be trusted.
    pub(crate) fn help_url(&self) -> Option<String> {
        let url = self.0.service_url.as_ref()?;
        let away = [
            Code::ServiceUnreachable,
            Code::TlsFailed,
            Code::AnswerNotUnderstood,
            Code::AnswerNotGenuine,
            Code::RootNotPinned,
        ];
        if away.iter().any(|code| code.as_str() == self.code()) {
            return None;
        }
        Some(format!("{}/help/{}", url.trim_end_matches('/'), self.code()))
    }

    /// Who holds the seats, where that is why.
    pub(crate) fn holders(&self) -> &[SeatHolder] {
        &self.0.holders
    }

    /// A mended key, where there is one.
    pub(crate) fn offer(&self) -> Option<&Offer> {
        self.0.offer.as_ref()
    }

    /// The exit code: by the kind of failure. A code that this build does not know counts as the service's.
    pub(crate) fn exit_code(&self) -> u8 {
        match &self.0.what {
            What::Known(failure) => failure.entry().kind.exit_code(),
            What::Newer(_) => Kind::Service.exit_code(),
        }
    }

    /// The problem object (RFC 9457) that `--json` writes: the service's own form, with the mended key for whoever typed it.
    pub(crate) fn to_json(&self, lang: Lang) -> Zeroizing<String> {
        let problem = match &self.0.what {
            What::Known(failure) => Problem {
                holders: self.0.holders.clone(),
                ..Problem::new(failure, lang, self.0.instance.clone())
            },
            What::Newer(problem) => Problem::clone(problem),
        };
        let mut value = serde_json::to_value(&problem).unwrap_or_default();
        if let Some(object) = value.as_object_mut() {
            object.insert("exit_code".to_owned(), self.exit_code().into());
            if let Some(url) = self.help_url() {
                object.insert("help".to_owned(), url.into());
            }
            if let Some(offer) = &self.0.offer {
                object.insert("offer".to_owned(), offer.key.expose().as_str().into());
            }
            if let Some(finding) = &self.0.finding {
                object.insert("finding".to_owned(), told(finding, lang));
            }
        }
        Zeroizing::new(value.to_string())
    }
}

/// A finding for programs. The names are those of the knowledge data.
fn told(finding: &Finding, lang: Lang) -> Value {
    let remedy = finding.remedy().map(|remedy| {
        let steps: Vec<&str> = remedy.steps(lang).collect();
        json!({ "id": remedy.name(), "title": remedy.title(lang), "steps": steps })
    });
    let next = finding.question().map(|question| {
        let answers: Vec<Value> =
            question.answers(lang).map(|(value, label)| json!({ "value": value, "label": label })).collect();
        json!({ "fact": question.fact(), "question": question.text(lang), "answers": answers })
    });
    json!({
        "cause": finding.cause(),
        "confidence": (finding.confidence() * 1000.0).round() / 1000.0,
        "unknown": finding.is_unknown(),
        "title": finding.title(lang),
        "remedy": remedy,
        "next": next,
    })
}

impl From<Failure> for CliError {
    fn from(failure: Failure) -> Self {
        Self::new(What::Known(failure))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_that_is_not_known_keeps_its_texts_and_counts_as_the_services() {
        let mut problem = Problem::new(&Failure::key_not_genuine(), Lang::En, Some("r1".to_owned()));
        problem.code = "brand_new".to_owned();
        problem.detail = "Something new.".to_owned();
        let error = CliError::of_problem(problem).at(Some("https://a.example/"));
        assert_eq!(error.message(Lang::Ja), "Something new.");
        assert_eq!(error.exit_code(), Kind::Service.exit_code());
        assert_eq!(error.help_url().as_deref(), Some("https://a.example/help/brand_new"));
    }

    #[test]
    fn a_service_that_is_out_of_reach_or_not_trusted_is_not_linked_to() {
        for failure in [Failure::service_unreachable("https://a.example", "x"), Failure::root_not_pinned()] {
            assert_eq!(CliError::from(failure).at(Some("https://a.example")).help_url(), None);
        }
    }

    #[test]
    fn json_says_what_people_are_told_and_the_exit_code() {
        let error = CliError::from(Failure::key_not_genuine()).at(Some("https://a.example"));
        let value: Value = serde_json::from_str(&error.to_json(Lang::Ja)).unwrap();
        assert_eq!(value["code"], "key_not_genuine");
        assert_eq!(value["exit_code"], 3);
        assert_eq!(value["detail"], error.message(Lang::Ja));
        assert_eq!(value["help"], "https://a.example/help/key_not_genuine");
    }
}
