//! What was found: the cause, why, what to do, what would settle it, what else it may be, and who helps.

use askama::Template;
use warifu_core::catalogue::Lang;
use warifu_troubleshoot::engine::{Diagnosis, Finding};
use warifu_troubleshoot::knowledge::Knowledge;
use warifu_troubleshoot::tell;

use super::state::{AnswerView, State};
use crate::pages::help::remedy::RemedyView;
use crate::pages::help::words::{HelpWords, words as help_words};
use crate::pages::text::Rich;
use crate::pages::words::{Words, words};

/// How many pieces of evidence are told for each side.
const EVIDENCE_MAX: usize = 6;
/// How many remedies the other causes show.
const OTHER_REMEDIES_MAX: usize = 2;

#[derive(Template)]
#[template(path = "help/result.html")]
pub(super) struct ResultPage {
    lang: Lang,
    words: &'static Words,
    help: &'static HelpWords,
    state: State,
    /// The likeliest cause; none when nothing is well supported.
    first: Option<FindingView>,
    /// The other causes, or the guesses when nothing is well supported.
    others: Vec<FindingView>,
    /// Remedies that lead to people.
    people: Vec<RemedyView>,
    can_ask: bool,
    read: Vec<String>,
    answered: Vec<AnswerView>,
    keys: Vec<String>,
}

/// A finding in one language.
struct FindingView {
    title: &'static str,
    explain: Rich<'static>,
    confidence: &'static str,
    percent: String,
    speaks_for: Vec<String>,
    against: Vec<String>,
    settles: Vec<&'static str>,
    remedies: Vec<RemedyView>,
}

impl FindingView {
    fn new(knowledge: &'static Knowledge, finding: &Finding, remedies_max: usize, lang: Lang) -> Self {
        let cause = &knowledge.causes[finding.cause];
        let remedies = finding.remedies.iter().copied().take(remedies_max);
        let settles = finding.missing.iter().map(|&fact| {
            let kind = &knowledge.facts[fact];
            kind.question.unwrap_or(kind.label).get(lang)
        });
        Self {
            title: cause.title.get(lang),
            explain: cause.explain.get(lang).into(),
            confidence: confidence(finding.confidence, help_words(lang)),
            percent: format!("{:.0}", finding.confidence * 100.0),
            speaks_for: evidence(knowledge, finding, lang, true),
            against: evidence(knowledge, finding, lang, false),
            settles: settles.collect(),
            remedies: RemedyView::all(knowledge, remedies, lang),
        }
    }
}

/// How sure a finding is, in words.
fn confidence(share: f64, help: &'static HelpWords) -> &'static str {
    if share >= 0.85 {
        help.almost_sure
    } else if share >= 0.5 {
        help.likely
    } else {
        help.possible
    }
}

/// What speaks for a cause, or against it; each thing once.
fn evidence(knowledge: &Knowledge, finding: &Finding, lang: Lang, speaks_for: bool) -> Vec<String> {
    let mut told: Vec<String> = Vec::new();
    for given in finding.evidence.iter().filter(|given| (given.points > 0.0) == speaks_for) {
        let text = tell::evidence(knowledge, given, lang);
        if !text.is_empty() && !told.contains(&text) && told.len() < EVIDENCE_MAX {
            told.push(text);
        }
    }
    told
}

/// The page of the findings.
pub(super) fn result(state: State, diagnosis: &Diagnosis, lang: Lang) -> ResultPage {
    let knowledge = state.knowledge();
    let help = help_words(lang);
    let unknown = knowledge.cause("unknown");
    let known = diagnosis.findings.iter().filter(|finding| Some(finding.cause) != unknown);
    let mut others: Vec<&Finding> = known.collect();
    let first = if diagnosis.unknown || others.is_empty() { None } else { Some(others.remove(0)) };
    let people = unknown.map_or(&[][..], |cause| knowledge.causes[cause].remedies);
    ResultPage {
        lang,
        words: words(lang),
        help,
        first: first.map(|finding| FindingView::new(knowledge, finding, usize::MAX, lang)),
        others: others
            .into_iter()
            .map(|finding| FindingView::new(knowledge, finding, OTHER_REMEDIES_MAX, lang))
            .collect(),
        people: RemedyView::all(knowledge, people.iter().copied(), lang),
        can_ask: diagnosis.next.is_some(),
        read: state.read(lang),
        answered: state.answered(lang, help.do_not_know),
        keys: state.keys(lang),
        state,
    }
}
