//! One question.

use askama::Template;
use warifu_core::catalogue::Lang;
use warifu_troubleshoot::engine::{Diagnosis, Question};

use super::state::{AnswerView, State};
use crate::pages::help::words::{HelpWords, words as help_words};
use crate::pages::words::{Words, words};

#[derive(Template)]
#[template(path = "help/question.html")]
pub(super) struct QuestionPage {
    lang: Lang,
    words: &'static Words,
    help: &'static HelpWords,
    state: State,
    number: usize,
    fact: &'static str,
    question: &'static str,
    choices: Vec<(&'static str, &'static str)>,
    /// What is likeliest so far.
    likeliest: Option<&'static str>,
    read: Vec<String>,
    answered: Vec<AnswerView>,
    keys: Vec<String>,
}

/// The page of the question that is worth most now.
pub(super) fn question(state: State, diagnosis: &Diagnosis, next: &Question, lang: Lang) -> QuestionPage {
    let knowledge = state.knowledge();
    let help = help_words(lang);
    let kind = &knowledge.facts[next.fact];
    // In the order of the data, which reads naturally: the likeliest first would tell people what to say.
    let choices = kind.values.iter().map(|value| (value.is, value.label.get(lang))).collect();
    let first = diagnosis.findings.first().filter(|_| !diagnosis.unknown);
    QuestionPage {
        lang,
        words: words(lang),
        help,
        number: state.answers.len() + 1,
        fact: kind.id,
        question: kind.question.map_or("", |words| words.get(lang)),
        choices,
        likeliest: first.map(|first| knowledge.causes[first.cause].title.get(lang)),
        read: state.read(lang),
        answered: state.answered(lang, help.do_not_know),
        keys: state.keys(lang),
        state,
    }
}
