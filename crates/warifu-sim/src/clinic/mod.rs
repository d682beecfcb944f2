//! The clinic: an activation is broken in one way, the troubleshooter diagnoses it, somebody carries its *first* remedy out to the letter, and
//! then the activation works again or it does not.
//!
//! The world is the simulator's, without its storms: the real service and the real SDK. Whoever carries a remedy out knows nothing but its steps
//! (`actor`); what the person at the device types, sees and can answer is the patient's (`patient`); how each ailment comes about, in many
//! variants, is in `ailment`. Nothing here may know which cause would be right.

mod actor;
mod ailment;
mod patient;

use std::fmt::Write as _;

pub use self::ailment::Ailment;
use self::patient::Patient;
use crate::dice::Dice;
use crate::stop::Stop;
use warifu_client::Session;
use warifu_troubleshoot::Answer;
use warifu_troubleshoot::knowledge::WARIFU;

/// From this confidence on nobody is asked further.
const SURE: f64 = 0.9;
/// Nobody answers more questions than this.
const QUESTIONS_MAX: usize = 8;

/// One patient's story.
#[derive(Clone, Debug)]
pub struct Treated {
    /// What was broken.
    pub ailment: Ailment,
    /// The seed of the variant.
    pub seed: u64,
    /// What distinguishes the variant, in a few words.
    pub variant: String,
    /// The cause that was found first.
    pub cause: &'static str,
    /// How sure that was.
    pub confidence: f64,
    /// The first remedy.
    pub remedy: &'static str,
    /// How many questions were answered.
    pub asked: usize,
    /// Whether the activation works again.
    pub restored: bool,
    /// Where it stands afterwards, in a few words.
    pub after: String,
}

/// Breaks an activation, has it diagnosed, and carries the first remedy out.
///
/// # Errors
/// What keeps the story from being told: a mistake of the simulator, or a step that nobody can carry out.
pub fn treat(ailment: Ailment, seed: u64) -> Result<Treated, Stop> {
    let mut dice = Dice::new(seed);
    let mut patient = Patient::admit(dice.draw(), dice.percent(50))?;
    let variant = patient.fall_ill(ailment, &mut dice)?;
    let mut session = patient.examined()?;
    let asked = interview(&mut session, &patient);
    let diagnosis = session.diagnose();
    let first = diagnosis.findings.first().ok_or_else(|| Stop::harness("nothing was found"))?;
    let remedy = first.remedies.first().map(|&remedy| &WARIFU.remedies[remedy]);
    let remedy = remedy.ok_or_else(|| Stop::harness("the first finding has no remedy"))?;
    for step in remedy.steps {
        patient.carry_out(step)?;
    }
    let (restored, after) = patient.is_well()?;
    Ok(Treated {
        ailment,
        seed,
        variant,
        cause: WARIFU.causes[first.cause].id,
        confidence: first.confidence,
        remedy: remedy.id,
        asked,
        restored,
        after,
    })
}

/// Asks the person what is worth knowing, as the command line does.
fn interview(session: &mut Session, patient: &Patient) -> usize {
    let (mut asked, mut open) = (0, Vec::new());
    for _ in 0..QUESTIONS_MAX {
        let diagnosis = session.diagnose();
        let sure =
            !diagnosis.unknown && diagnosis.findings.first().is_some_and(|first| first.confidence >= SURE);
        let Some(question) = diagnosis.next.filter(|next| !sure && !open.contains(&next.fact)) else { break };
        let fact = WARIFU.facts[question.fact].id;
        match patient.answer(fact) {
            Some(value) if session.answer(fact, value) == Answer::Taken => asked += 1,
            _ => open.push(question.fact),
        }
    }
    asked
}

/// The figures of many patients, an ailment a row, in Markdown.
#[must_use]
pub fn table(treated: &[Treated]) -> String {
    let mut out = String::from(
        "| fault | variants | restored by the first remedy | causes found first | first remedies | questions asked |\n|---|--:|--:|---|---|--:|\n",
    );
    for ailment in Ailment::ALL {
        let of: Vec<&Treated> = treated.iter().filter(|one| one.ailment == ailment).collect();
        if of.is_empty() {
            continue;
        }
        let restored = of.iter().filter(|one| one.restored).count();
        let asked: usize = of.iter().map(|one| one.asked).sum();
        let _ = writeln!(
            out,
            "| {ailment} | {} | {restored} | {} | {} | {:.1} |",
            of.len(),
            counted(of.iter().map(|one| one.cause)),
            counted(of.iter().map(|one| one.remedy)),
            asked as f64 / of.len() as f64,
        );
    }
    out
}

/// `name` and how often it came, the most frequent first.
fn counted<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for name in names {
        match counts.iter_mut().find(|(known, _)| *known == name) {
            Some((_, count)) => *count += 1,
            None => counts.push((name, 1)),
        }
    }
    counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    counts.iter().map(|(name, count)| format!("`{name}` {count}")).collect::<Vec<_>>().join(", ")
}
