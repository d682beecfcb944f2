//! The findings as a person reads them: the cause, why, what to do, and what else it may be.

use std::fmt::Write as _;

use warifu_troubleshoot::engine::{self, Diagnosis, Finding, GAIN, LIKENESS};
use warifu_troubleshoot::knowledge::{Knowledge, Remedy};
use warifu_troubleshoot::{Session, tell};

use crate::ui::{Style, Ui};

/// Remedies whose steps are written out; the others are named.
const REMEDIES_IN_FULL: usize = 2;

/// The report.
pub(super) fn of(ui: &Ui, session: &Session, diagnosis: &Diagnosis, explain: bool) -> String {
    let knowledge = session.facts().knowledge();
    let mut out = String::new();
    keys(ui, session, &mut out);
    if diagnosis.unknown {
        let title = ui.say("原因を特定できません", "The cause is not known");
        let _ = writeln!(out, "{}", ui.paint(Style::Strong, title));
        let said = ui.say(
            "これまでの手がかりでは、原因を絞り込めません。次の質問に答えるか、いちばん下の窓口に相談してください。",
            "What is known so far does not point to one cause. Answer the next question, or go to the people named below.",
        );
        let _ = writeln!(out, "{said}\n");
    }
    if let Some(first) = diagnosis.findings.first() {
        finding(ui, knowledge, session, first, explain, &mut out);
    }
    let others = diagnosis.findings.get(1..).unwrap_or_default();
    if !others.is_empty() {
        let _ =
            writeln!(out, "{}", ui.paint(Style::Strong, ui.say("ほかに考えられる原因", "It may also be")));
        for other in others {
            let cause = &knowledge.causes[other.cause];
            let _ =
                writeln!(out, "  {}  {} ({})", percent(other.confidence), cause.title.get(ui.lang), cause.id);
            if explain {
                arithmetic(knowledge, session, other, &mut out);
            }
        }
        out.push('\n');
    }
    if let Some(question) = &diagnosis.next {
        let fact = &knowledge.facts[question.fact];
        if let Some(words) = fact.question {
            let _ = writeln!(
                out,
                "{}",
                ui.paint(Style::Strong, ui.say("次に分かると役立つこと", "What would help most to know"))
            );
            let _ = writeln!(out, "  {}", words.get(ui.lang));
            let values: Vec<&str> = fact.values.iter().map(|value| value.is).collect();
            let _ = writeln!(out, "  --answer {}={}", fact.id, values.join("|"));
            out.push('\n');
        }
    }
    if diagnosis.unknown
        && let Some(unknown) = knowledge.cause("unknown")
    {
        let _ = writeln!(out, "{}", ui.paint(Style::Strong, ui.say("相談する", "Where people help")));
        for &remedy in knowledge.causes[unknown].remedies {
            let _ = writeln!(out, "  - {}", knowledge.remedies[remedy].title.get(ui.lang));
        }
    }
    out
}

fn keys(ui: &Ui, session: &Session, out: &mut String) {
    for key in session.keys() {
        let _ = writeln!(out, "{}", tell::key(key, ui.lang));
    }
}

fn finding(
    ui: &Ui,
    knowledge: &'static Knowledge,
    session: &Session,
    finding: &Finding,
    explain: bool,
    out: &mut String,
) {
    let cause = &knowledge.causes[finding.cause];
    let _ = writeln!(
        out,
        "{} {}",
        ui.paint(Style::Strong, cause.title.get(ui.lang)),
        percent(finding.confidence)
    );
    let _ = writeln!(out, "{}\n", cause.explain.get(ui.lang));
    let _ = writeln!(out, "{}", ui.paint(Style::Strong, ui.say("手がかり", "Why")));
    let mut told: Vec<String> = Vec::new();
    for given in finding.evidence.iter().filter(|given| given.rule != LIKENESS) {
        let sign = if given.points > 0.0 { '+' } else { '-' };
        let line = format!("  {sign} {}", tell::evidence(knowledge, given, ui.lang));
        if !told.contains(&line) && told.len() < 8 {
            told.push(line);
        }
    }
    let _ = writeln!(out, "{}\n", told.join("\n"));
    if explain {
        arithmetic(knowledge, session, finding, out);
        out.push('\n');
    }
    let _ = writeln!(out, "{}", ui.paint(Style::Strong, ui.say("対処", "What to do")));
    for (place, &remedy) in finding.remedies.iter().enumerate() {
        let remedy = &knowledge.remedies[remedy];
        let _ = writeln!(out, "  {}. {}", place + 1, remedy.title.get(ui.lang));
        if place < REMEDIES_IN_FULL {
            steps(ui, remedy, out);
        }
    }
    out.push('\n');
}

fn steps(ui: &Ui, remedy: &Remedy, out: &mut String) {
    for step in remedy.steps {
        let _ = writeln!(out, "     - {}", step.text.get(ui.lang));
        if !step.command.is_empty() {
            let _ = writeln!(out, "         {}", step.command);
        }
    }
    let caution = remedy.caution.get(ui.lang);
    if !caution.is_empty() {
        let _ = writeln!(out, "     {} {caution}", ui.say("注意:", "mind:"));
    }
}

/// Logarithms, as they were added.
fn arithmetic(knowledge: &Knowledge, session: &Session, finding: &Finding, out: &mut String) {
    let (prior, given) = session.explain(finding.cause);
    let points: f64 = given.iter().map(|piece| piece.points).sum();
    let trust = engine::trust(session.facts());
    let sum = trust * (prior + GAIN * points);
    let _ = writeln!(out, "    {:>6.2}  {} (prior)", prior, knowledge.causes[finding.cause].id);
    for piece in &given {
        let _ = writeln!(out, "    {:>+6.2}  {}  [{}]", piece.points, piece.rule, piece.facts.join(" "));
    }
    let _ = writeln!(
        out,
        "    {sum:>6.2}  = {trust:.2} × (prior + {GAIN} × {points:.2}); share {:.3}",
        finding.confidence
    );
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}
