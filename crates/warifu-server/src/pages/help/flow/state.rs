//! What is known after a form was read: the session, and what has to travel on.

use warifu_core::catalogue::Lang;
use warifu_troubleshoot::engine::Diagnosis;
use warifu_troubleshoot::knowledge::Knowledge;
use warifu_troubleshoot::read::WORDS;
use warifu_troubleshoot::{Answer, Origin, Session, tell};

use super::form::{Act, Form, Given, Known};
use crate::pages::help::subject::Subject;
use crate::pages::help::symptom::Symptom;

/// A first finding as sure as this is shown without another question.
const SURE: f64 = 0.85;
/// After so many answers the findings are shown, sure or not; whoever wants goes on.
const QUESTIONS_MAX: usize = 6;

/// A diagnosis under way.
pub(super) struct State {
    pub(super) subject: Subject,
    pub(super) session: Session,
    /// What was read from texts and travels as facts.
    pub(super) known: Vec<Known>,
    /// What was answered, the newest last.
    pub(super) answers: Vec<Given>,
    /// Whether a text came in which nothing was recognised.
    pub(super) nothing_read: bool,
    act: Act,
}

/// An answer that can be taken back.
pub(super) struct AnswerView {
    pub(super) fact: String,
    pub(super) text: String,
}

impl State {
    /// Reads, recalls and takes the answers, in this order: what somebody answers outweighs what a text says.
    pub(super) fn new(form: Form) -> Self {
        let symptom = Symptom::find(&form.symptom);
        let subject = symptom.map_or(form.subject, |symptom| symptom.subject);
        let mut known = form.known;
        known.extend(symptom.map_or(&[][..], |symptom| symptom.facts).iter().map(Known::chosen));
        let mut answers = form.answers;
        match &form.act {
            Act::Back => drop(answers.pop()),
            Act::Forget(fact) => answers.retain(|given| given.fact != *fact),
            Act::GoOn | Act::Show | Act::More => {}
        }
        let (subject, mut session, nothing_read) = read(subject, &known, &form.text);
        let travels = |origin: Origin| origin != Origin::Derived && origin != Origin::Answer;
        let known = session.facts().all().iter().filter(|fact| travels(fact.origin)).map(|fact| Known {
            fact: session.facts().kind(fact).id.to_owned(),
            value: fact.value.clone(),
            strength: fact.strength,
            origin: fact.origin,
        });
        let known = known.collect();
        answers.retain(|given| match &given.value {
            Some(value) => session.answer(&given.fact, value) == Answer::Taken,
            None => session.leave_open(&given.fact) == Answer::Taken,
        });
        Self { subject, session, known, answers, nothing_read, act: form.act }
    }

    /// Whether the form was empty: nothing is known, and nothing was asked for.
    pub(super) fn is_empty(&self) -> bool {
        matches!(self.act, Act::GoOn)
            && self.session.facts().all().is_empty()
            && self.answers.is_empty()
            && !self.nothing_read
    }

    pub(super) fn knowledge(&self) -> &'static Knowledge {
        self.session.facts().knowledge()
    }

    /// Whether the next question is to be asked before the findings are shown.
    pub(super) fn asks(&self, diagnosis: &Diagnosis) -> bool {
        let sure =
            !diagnosis.unknown && diagnosis.findings.first().is_some_and(|first| first.confidence >= SURE);
        diagnosis.next.is_some()
            && match self.act {
                Act::Show => false,
                Act::More | Act::Back => true,
                Act::GoOn | Act::Forget(_) => !sure && self.answers.len() < QUESTIONS_MAX,
            }
    }

    /// What was read from texts, in words.
    pub(super) fn read(&self, lang: Lang) -> Vec<String> {
        let facts = self.session.facts().all().iter();
        let read = facts.filter(|fact| {
            !matches!(fact.origin, Origin::Derived | Origin::Answer)
                && self.session.facts().kind(fact).id != WORDS
        });
        read.map(|fact| tell::fact(self.knowledge(), fact, lang)).collect()
    }

    /// What was answered, in words.
    pub(super) fn answered(&self, lang: Lang, open: &str) -> Vec<AnswerView> {
        let knowledge = self.knowledge();
        let view = |given: &Given| {
            let kind = &knowledge.facts[knowledge.fact(&given.fact)?];
            let value = given.value.as_deref().map_or(open, |value| {
                let known = kind.values.iter().find(|known| known.is == value);
                known.map_or(value, |known| known.label.get(lang))
            });
            Some(AnswerView { fact: given.fact.clone(), text: format!("{}: {value}", kind.label.get(lang)) })
        };
        self.answers.iter().filter_map(view).collect()
    }

    /// The product keys that stood in the text just read, in words.
    pub(super) fn keys(&self, lang: Lang) -> Vec<String> {
        self.session.keys().iter().map(|key| tell::key(key, lang)).collect()
    }
}

/// A session that knows what earlier pages knew and what a text says, and whether the text said nothing. Who pastes what an application says
/// without having chosen it is understood all the same.
fn read(subject: Subject, known: &[Known], text: &str) -> (Subject, Session, bool) {
    let read_as = |subject: Subject| {
        let mut session = Session::new(subject.knowledge());
        for known in known {
            session.recall(&known.fact, &known.value, known.strength, known.origin);
        }
        let before = understood(&session);
        session.read(text);
        let nothing = understood(&session) == before && session.keys().is_empty();
        (subject, session, nothing && !text.trim().is_empty())
    };
    let asked = read_as(subject);
    if !asked.2 || !known.is_empty() {
        return asked;
    }
    let other = read_as(if subject == Subject::Windows { Subject::Warifu } else { Subject::Windows });
    if other.2 { asked } else { other }
}

/// How many facts say something by themselves; words that worked cases hold too do not.
fn understood(session: &Session) -> usize {
    session.facts().all().iter().filter(|fact| session.facts().kind(fact).id != WORDS).count()
}

#[cfg(test)]
mod tests {
    use warifu_troubleshoot::knowledge::{WARIFU, WINDOWS};

    use super::*;

    fn state(body: &str) -> State {
        State::new(Form::parse(body.as_bytes()).unwrap())
    }

    fn values<'a>(state: &'a State, fact: &'a str) -> Vec<&'a str> {
        state.session.facts().values(fact).collect()
    }

    #[test]
    fn an_answer_outweighs_the_text_and_can_be_taken_back() {
        let told = "known=user.vm;weak;words;yes&";
        assert_eq!(values(&state(told), "user.vm"), ["yes"]);
        assert_eq!(values(&state(&format!("{told}answer=user.vm=no")), "user.vm"), ["no"]);
        for act in ["back", "forget=user.vm"] {
            assert_eq!(
                values(&state(&format!("{told}answer=user.vm=no&act={act}")), "user.vm"),
                ["yes"],
                "{act}"
            );
        }
    }

    #[test]
    fn a_question_left_open_is_not_asked_again() {
        let first = state("known=code;strong;code;0xC004F213");
        let asked = first.session.diagnose().next.unwrap().fact;
        let id = WINDOWS.facts[asked].id;
        let second = state(&format!("known=code;strong;code;0xC004F213&answer={id}="));
        assert_eq!(second.answers.len(), 1);
        assert_ne!(second.session.diagnose().next.unwrap().fact, asked);
    }

    #[test]
    fn what_travels_makes_the_same_session_again() {
        let first = state("text=0xC004F213+after+replacing+the+motherboard&symptom=self_built");
        let mut body = form_urlencoded::Serializer::new(String::new());
        for known in &first.known {
            body.append_pair("known", &known.to_string());
        }
        for given in &first.answers {
            body.append_pair("answer", &given.to_string());
        }
        let second = state(&body.finish());
        let shares = |state: &State| -> Vec<_> {
            state.session.findings().0.iter().map(|finding| (finding.cause, finding.confidence)).collect()
        };
        assert_eq!(shares(&first), shares(&second));
        assert_eq!(first.known, second.known);
    }

    #[test]
    fn what_an_application_says_is_understood_without_having_been_chosen() {
        let pasted = state("text=error%3A+seat_limit_reached");
        assert_eq!(pasted.subject, Subject::Warifu);
        assert!(std::ptr::eq(pasted.knowledge(), &WARIFU));
        assert_eq!(
            values(&state("subject=warifu&known=failure;strong;code;lease_expired"), "failure"),
            ["lease_expired"]
        );
        assert_eq!(state("symptom=app_seats&subject=windows").subject, Subject::Warifu);
        let nothing = state("text=hello&subject=warifu");
        assert!(nothing.nothing_read && nothing.subject == Subject::Warifu);
    }

    #[test]
    fn forged_facts_and_answers_are_dropped() {
        let state = state(
            "known=no.such;strong;code;1&known=user.vm;strong;words;perhaps&answer=code.family=x&answer=y=z",
        );
        assert!(state.is_empty() && state.known.is_empty() && state.answers.is_empty());
    }
}
