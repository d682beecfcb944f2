//! What a form of the flow brings, within bounds.

use warifu_core::catalogue::Failure;
use warifu_troubleshoot::{Origin, Strength};

use crate::pages::help::subject::Subject;

/// The most bytes of a form. Japanese text takes nine bytes a letter in it.
pub(super) const FORM_BYTES_MAX: usize = 1024 * 1024;
/// The most facts that travel; a session keeps no more.
const KNOWN_MAX: usize = 512;
/// The most answers that travel: there are fewer questions.
const ANSWERS_MAX: usize = 64;

/// A form, read.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Form {
    /// What it is about.
    pub(super) subject: Subject,
    /// What was pasted or typed.
    pub(super) text: String,
    /// Words of the person's own, for a case.
    pub(super) message: String,
    /// What was chosen in its place.
    pub(super) symptom: String,
    /// What earlier pages knew.
    pub(super) known: Vec<Known>,
    /// The answers so far, the newest last.
    pub(super) answers: Vec<Given>,
    /// What else the person wants.
    pub(super) act: Act,
}

/// A fact that travels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) fact: String,
    pub(super) value: String,
    pub(super) strength: Strength,
    pub(super) origin: Origin,
}

/// An answer; no value: "I don't know".
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Given {
    pub(super) fact: String,
    pub(super) value: Option<String>,
}

/// What the person wants beside answering.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Act {
    /// Whatever is next.
    #[default]
    GoOn,
    /// The question before this one again.
    Back,
    /// The findings so far.
    Show,
    /// One more question, although the findings are there.
    More,
    /// An answer is taken back.
    Forget(String),
}

impl Form {
    /// Reads a form. What is not known is left out, as browsers' extensions add fields of their own.
    pub(super) fn parse(body: &[u8]) -> Result<Self, Failure> {
        let mut form = Self::default();
        for (name, value) in form_urlencoded::parse(body) {
            match &*name {
                "subject" => form.subject = Subject::from_name(&value),
                "text" => form.text = value.into_owned(),
                "message" => form.message = value.into_owned(),
                "symptom" => form.symptom = value.into_owned(),
                "known" => form.known.extend(Known::parse(&value)),
                "answer" => form.answers.extend(Given::parse(&value)),
                "act" => form.act = Act::parse(&value),
                _ => {}
            }
            if form.known.len() > KNOWN_MAX || form.answers.len() > ANSWERS_MAX {
                return Err(Failure::request_malformed("the form holds more than any page of ours sends"));
            }
        }
        Ok(form)
    }
}

impl Known {
    /// What a symptom stands for: somebody's own words, but chosen.
    pub(super) fn chosen((fact, value): &(&str, &str)) -> Self {
        let (strength, origin) = (Strength::Strong, Origin::Words);
        Self { fact: (*fact).to_owned(), value: (*value).to_owned(), strength, origin }
    }

    /// `fact;strength;origin;value`.
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(4, ';');
        let fact = parts.next()?.to_owned();
        let strength = match parts.next()? {
            "strong" => Strength::Strong,
            "weak" => Strength::Weak,
            _ => return None,
        };
        let origin = Origin::from_name(parts.next()?)?;
        Some(Self { fact, strength, origin, value: parts.next()?.to_owned() })
    }
}

impl std::fmt::Display for Known {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let strength = if self.strength == Strength::Strong { "strong" } else { "weak" };
        write!(out, "{};{strength};{};{}", self.fact, self.origin.name(), self.value)
    }
}

impl Given {
    /// `fact=value`, or `fact=` for "I don't know".
    fn parse(text: &str) -> Option<Self> {
        let (fact, value) = text.split_once('=')?;
        let value = Some(value.to_owned()).filter(|value| !value.is_empty());
        Some(Self { fact: fact.to_owned(), value })
    }
}

impl std::fmt::Display for Given {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}={}", self.fact, self.value.as_deref().unwrap_or_default())
    }
}

impl Act {
    fn parse(text: &str) -> Self {
        match text {
            "back" => Self::Back,
            "show" => Self::Show,
            "more" => Self::More,
            _ => text.strip_prefix("forget=").map_or(Self::GoOn, |fact| Self::Forget(fact.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_as_it_was_written() {
        let known = Known {
            fact: "lic.kms_registered".to_owned(),
            value: "kms;example=1".to_owned(),
            strength: Strength::Strong,
            origin: Origin::Slmgr,
        };
        let given = Given { fact: "user.vm".to_owned(), value: Some("no".to_owned()) };
        let open = Given { fact: "user.used_pc".to_owned(), value: None };
        let body = form_urlencoded::Serializer::new(String::new())
            .append_pair("text", "日本語\nと改行")
            .append_pair("known", &known.to_string())
            .append_pair("answer", &given.to_string())
            .append_pair("answer", &open.to_string())
            .append_pair("act", "forget=user.vm")
            .append_pair("utm", "x")
            .finish();
        let form = Form::parse(body.as_bytes()).unwrap();
        assert_eq!(form.text, "日本語\nと改行");
        assert_eq!((form.known, form.answers), (vec![known], vec![given, open]));
        assert_eq!(form.act, Act::Forget("user.vm".to_owned()));
    }

    #[test]
    fn what_no_page_of_ours_sends_is_left_out_or_refused() {
        let form =
            Form::parse(b"known=a&known=a;b;c;d&known=a;strong;nobody;d&answer=x&act=fly&%ff=%ff").unwrap();
        assert_eq!(form, Form::default());
        let many = "answer=a=b&".repeat(ANSWERS_MAX + 1);
        assert_eq!(Form::parse(many.as_bytes()).unwrap_err().code().as_str(), "request_malformed");
        let many = "known=code;strong;code;x&".repeat(KNOWN_MAX + 1);
        assert!(Form::parse(many.as_bytes()).is_err());
    }
}
