//! Questions to a person: first what they see, then whatever is expected to say most.

use warifu_troubleshoot::{Answer, Session};

use crate::error::CliError;
use crate::ui::{Style, Ui};

/// Nobody answers more questions than this.
const QUESTIONS_MAX: usize = 8;
/// A first finding as sure as this needs no further question.
const SURE: f64 = 0.9;

/// Asks until the cause is clear, nothing is worth asking, or the person has had enough (an empty answer skips; `q` ends).
pub(super) fn ask(ui: &Ui, session: &mut Session, told: bool) -> Result<(), CliError> {
    if !told {
        let question = ui.say(
            "エラーコード、表示されたメッセージ、起きたことを書いてください:",
            "Write the error code, the message that is shown, or what happened:",
        );
        let text = ui.ask(question, "--evidence")?;
        session.read(&text);
    }
    let knowledge = session.facts().knowledge();
    for _ in 0..QUESTIONS_MAX {
        let diagnosis = session.diagnose();
        let sure =
            !diagnosis.unknown && diagnosis.findings.first().is_some_and(|first| first.confidence >= SURE);
        let Some(question) = diagnosis.next.filter(|_| !sure) else {
            break;
        };
        let fact = &knowledge.facts[question.fact];
        let Some(words) = fact.question else { break };
        ui.note(ui.paint(Style::Strong, words.get(ui.lang)));
        for (at, choice) in question.choices.iter().enumerate() {
            let label = fact
                .values
                .iter()
                .find(|value| value.is == choice.value)
                .map_or(choice.value, |value| value.label.get(ui.lang));
            ui.note(format_args!("  {}) {label}", at + 1));
        }
        let hint = ui.say("番号（Enter: 分からない、q: 終わる）:", "number (Enter: don't know, q: enough):");
        let answer = ui.ask(hint, "--answer")?;
        if answer.eq_ignore_ascii_case("q") {
            break;
        }
        let chosen = answer.parse::<usize>().ok().and_then(|n| question.choices.get(n.checked_sub(1)?));
        if !chosen.is_some_and(|choice| session.answer(fact.id, choice.value) == Answer::Taken) {
            session.leave_open(fact.id);
        }
    }
    Ok(())
}
