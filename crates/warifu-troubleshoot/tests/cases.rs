//! Grades the engine on the worked cases in `knowledge/windows/cases/`, a folder at a time, and prints what `docs/troubleshooter.md` keeps.
//!
//! The folder itself, `common/`, `field/`, `asked/`, `later/` and `recent/` hold cases that somebody else than the rules' authors wrote down; `authors/` those that the authors wrote while they
//! thought about a rule, which say less. A case whose first finding is wrong is printed with what was understood of it.
//!
//! The classifier of words has learnt from these very cases. So each folder is graded by rules and codes alone, where the narrative is read as output of
//! a tool, whose words it does not hear.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a graded corpus: the figures are its output"
)]

use std::fs;
use std::path::PathBuf;

use warifu_troubleshoot::Session;
use warifu_troubleshoot::evidence::Evidence;
use warifu_troubleshoot::knowledge::WINDOWS;

/// How a folder of cases went.
#[derive(Debug, Default)]
struct Grade {
    cases: u32,
    first: u32,
    three: u32,
    confidently_wrong: u32,
    unknown: u32,
    /// Of each tenth of confidence: cases, right ones, the sum of the confidences.
    tenths: [(u32, u32, f64); 10],
}

/// The same evidence, whose narrative the classifier of words does not hear.
fn without_likeness(evidence: Evidence) -> Evidence {
    let other_output = format!("{}\n\n{}", evidence.other_output, evidence.narrative);
    Evidence { narrative: String::new(), other_output, ..evidence }
}

fn grade(folder: &str) -> Grade {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../knowledge/windows/cases").join(folder);
    let mut paths: Vec<PathBuf> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    paths.sort();
    let mut grade = Grade::default();
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        let case: serde_json::Value = serde_json::from_str(&text).unwrap();
        let truth: Vec<&str> =
            case["truth"]["cause"].as_array().unwrap().iter().filter_map(|cause| cause.as_str()).collect();
        for cause in &truth {
            assert!(WINDOWS.cause(cause).is_some(), "{}: no cause {cause:?}", path.display());
        }
        let mut session = Session::new(&WINDOWS);
        session.evidence(&without_likeness(Evidence::from_json(&text).expect("a case")));
        let diagnosis = session.diagnose();
        let found: Vec<(&str, f64)> = diagnosis
            .findings
            .iter()
            .map(|finding| (WINDOWS.causes[finding.cause].id, finding.confidence))
            .collect();
        let right = found.first().is_some_and(|(cause, _)| truth.contains(cause));
        grade.cases += 1;
        grade.first += u32::from(right);
        grade.three += u32::from(found.iter().take(3).any(|(cause, _)| truth.contains(cause)));
        grade.unknown += u32::from(diagnosis.unknown);
        if let Some((_, confidence)) = found.first() {
            grade.confidently_wrong += u32::from(!right && !diagnosis.unknown && *confidence >= 0.7);
            let tenth = &mut grade.tenths[((confidence * 10.0) as usize).min(9)];
            *tenth = (tenth.0 + 1, tenth.1 + u32::from(right), tenth.2 + confidence);
        }
        if !right {
            let facts: Vec<String> = session
                .facts()
                .all()
                .iter()
                .map(|fact| format!("{}={}", session.facts().kind(fact).id, fact.value))
                .collect();
            println!("{}: {truth:?}, not {found:.2?}\n    {}", path.display(), facts.join(" "));
        }
    }
    println!(
        "{} cases: {} right first, {} among three, {} confidently wrong, {} unknown",
        grade.cases, grade.first, grade.three, grade.confidently_wrong, grade.unknown
    );
    for (cases, right, sum) in grade.tenths.iter().filter(|tenth| tenth.0 > 0) {
        println!("  confidence {:.2}: {right} of {cases} right", sum / f64::from(*cases));
    }
    grade
}

#[test]
fn cases_from_the_field_are_right_first_in_four_of_five_and_seldom_confidently_wrong() {
    let grade = grade("field");
    assert!(grade.first * 5 >= grade.cases * 4, "{grade:?}");
    assert!(grade.three * 100 >= grade.cases * 95, "{grade:?}");
    assert!(grade.confidently_wrong * 100 <= grade.cases * 3, "{grade:?}");
}

#[test]
fn cases_that_others_wrote_for_rare_causes_are_right_first_in_four_of_five() {
    let grade = grade(".");
    assert!(grade.first * 5 >= grade.cases * 4, "{grade:?}");
    assert!(grade.three * 100 >= grade.cases * 95, "{grade:?}");
    assert!(grade.confidently_wrong * 100 <= grade.cases * 3, "{grade:?}");
}

#[test]
fn cases_that_others_wrote_for_common_causes_are_right_first_in_four_of_five() {
    let grade = grade("common");
    assert!(grade.first * 5 >= grade.cases * 4, "{grade:?}");
    assert!(grade.three * 100 >= grade.cases * 92, "{grade:?}");
    assert!(grade.confidently_wrong * 100 <= grade.cases * 3, "{grade:?}");
}

#[test]
fn questions_of_the_field_are_right_first_in_three_of_four_by_rules_alone() {
    let grade = grade("asked");
    assert!(grade.first * 4 >= grade.cases * 3, "{grade:?}");
    assert!(grade.three * 100 >= grade.cases * 92, "{grade:?}");
    assert!(grade.confidently_wrong * 100 <= grade.cases * 3, "{grade:?}");
}

#[test]
fn later_questions_of_the_field_are_right_first_in_three_of_four_by_rules_alone() {
    let grade = grade("later");
    assert!(grade.first * 4 >= grade.cases * 3, "{grade:?}");
    assert!(grade.three * 100 >= grade.cases * 85, "{grade:?}");
    assert!(grade.confidently_wrong * 100 <= grade.cases * 3, "{grade:?}");
}

#[test]
fn recent_questions_of_the_field_are_right_first_in_two_of_three_by_rules_alone() {
    let grade = grade("recent");
    assert!(grade.first * 3 >= grade.cases * 2, "{grade:?}");
    assert!(grade.three * 100 >= grade.cases * 83, "{grade:?}");
    assert!(grade.confidently_wrong * 100 <= grade.cases * 3, "{grade:?}");
}

#[test]
fn words_that_no_rule_knows_lead_to_cases_that_tell_the_same() {
    let mut session = Session::new(&WINDOWS);
    session.read("Nothing but what similar cases tell: lightning, fried, mobo, the old one is in the bin.");
    let first = &session.diagnose().findings[0];
    assert_eq!(WINDOWS.causes[first.cause].id, "hardware_changed_board");
    let likeness = first.evidence.iter().find(|given| given.rule == "likeness").expect("words are heard");
    assert!(likeness.points > 0.0 && likeness.facts[0].starts_with("text.words="), "{likeness:?}");
}

#[test]
fn cases_of_the_authors_stay_understood() {
    let grade = grade("authors");
    assert!(grade.first * 100 >= grade.cases * 95, "{grade:?}");
    assert!(grade.confidently_wrong * 100 <= grade.cases * 3, "{grade:?}");
}

#[test]
fn the_same_evidence_gives_the_same_findings_in_whatever_session() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../knowledge/windows/cases/field");
    for entry in fs::read_dir(folder).unwrap() {
        let evidence =
            Evidence::from_json(&fs::read_to_string(entry.unwrap().path()).unwrap()).expect("a case");
        let found = || {
            let mut session = Session::new(&WINDOWS);
            session.evidence(&evidence);
            format!("{:?}", session.diagnose())
        };
        assert_eq!(found(), found());
    }
}
