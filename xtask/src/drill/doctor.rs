//! `cargo xtask drill doctor-bench`: what the diagnosis of pasted evidence costs, beside the least that reading it can cost, in the same run.
//!
//! The unit is a bare pass of the same bytes: decoding them from the code page that they came in, and one automaton over the same terms that the
//! knowledge knows. Whatever the doctor does more is its thinking. The tables are written into `docs/troubleshooter.md` between markers.

use std::fmt::Write as _;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use aho_corasick::AhoCorasick;
use encoding_rs::SHIFT_JIS;
use warifu_troubleshoot::Session;
use warifu_troubleshoot::evidence::Evidence;
use warifu_troubleshoot::knowledge::{Knowledge, WARIFU, WINDOWS};
use warifu_troubleshoot::read::bytes::decode;

use super::harness::report;
use crate::repository;

const REPORT: &str = "docs/troubleshooter.md";
/// The promise: a diagnosis of pasted evidence takes less than this.
const DIAGNOSIS_MILLIS_MAX: f64 = 10.0;
/// How often each piece of evidence is diagnosed; the fastest counts, which other work on the machine disturbs least.
const ROUNDS: usize = 5;

/// Runs the drill; takes no arguments. Fails when a case takes longer than promised.
pub(crate) fn run(args: &[String]) -> Result<(), String> {
    if !args.is_empty() {
        return Err(format!("`drill doctor-bench` takes no arguments, but got {args:?}"));
    }
    let table = measure()?;
    println!("{table}");
    report::write(REPORT, "doctor-bench", &format!("Measured on {}.\n\n{table}", report::today()))
}

/// What one piece of evidence cost, in milliseconds.
#[derive(Clone, Copy, Debug)]
struct Cost {
    bytes: usize,
    bare: f64,
    diagnosis: f64,
}

fn measure() -> Result<String, String> {
    let mut table = String::from(
        "| evidence | pieces | bytes, median | bare pass, median | diagnosis, median | ratio | slowest diagnosis | within 10 ms |\n|---|--:|--:|--:|--:|--:|--:|--:|\n",
    );
    let mut late = Vec::new();
    for (subject, name, knowledge) in
        [("windows", "real Windows", &WINDOWS), ("warifu", "products of Warifu", &WARIFU)]
    {
        let cases = cases(&repository::root().join("knowledge").join(subject).join("cases"))?;
        let automaton = automaton(knowledge)?;
        // What is made once in a process is made before the clock runs.
        black_box(diagnose(knowledge, &cases[0]));
        let costs: Vec<Cost> = cases.iter().map(|case| cost(knowledge, &automaton, case)).collect();
        row(&mut table, &format!("{name}: every committed case"), &costs);
        late.extend(costs.iter().filter(|cost| cost.diagnosis > DIAGNOSIS_MILLIS_MAX).copied());
        let long = long(&cases);
        row(&mut table, &format!("{name}: many of them in one text"), &[cost(knowledge, &automaton, &long)]);
    }
    let first = first_use()?;
    let _ = writeln!(
        table,
        "\nThe first diagnosis of a process, which makes the automata of both subjects: {first:.1} ms."
    );
    if late.is_empty() {
        Ok(table)
    } else {
        Err(format!("{table}\n{} cases took longer than {DIAGNOSIS_MILLIS_MAX} ms: {late:?}", late.len()))
    }
}

/// The committed cases of a subject, each a text as it would be pasted.
fn cases(folder: &Path) -> Result<Vec<Evidence>, String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let listed = fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        for entry in listed.flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "json") {
                let text =
                    fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
                found.extend(Evidence::from_json(&text));
            }
        }
    }
    if found.is_empty() { Err(format!("{}: no cases", folder.display())) } else { Ok(found) }
}

/// The texts of many cases as one, as long as plain words are looked at and longer.
fn long(cases: &[Evidence]) -> Evidence {
    let mut text = String::new();
    for case in cases.iter().cycle().take(4_000) {
        if text.len() > 48 * 1024 {
            break;
        }
        for part in [&case.slmgr_text, &case.other_output, &case.narrative] {
            text.push_str(part);
            text.push('\n');
        }
    }
    Evidence { other_output: text, ..Evidence::default() }
}

/// The bytes of a case as a Japanese Windows would write them.
fn bytes(case: &Evidence) -> Vec<u8> {
    let text = [&case.error_codes.join("\n"), &case.slmgr_text, &case.other_output, &case.narrative]
        .map(String::as_str)
        .join("\n");
    SHIFT_JIS.encode(&text).0.into_owned()
}

/// One automaton over every term of the knowledge's phrases.
fn automaton(knowledge: &Knowledge) -> Result<AhoCorasick, String> {
    let mut terms: Vec<&str> = knowledge
        .phrases
        .iter()
        .flat_map(|phrase| phrase.en.iter().chain(phrase.ja))
        .flat_map(|pattern| pattern.split(['&', '|']))
        .map(|term| term.trim().trim_start_matches(['=', '-']).trim_end_matches(['!', '*']).trim())
        .filter(|term| !term.is_empty())
        .collect();
    terms.sort_unstable();
    terms.dedup();
    AhoCorasick::new(&terms).map_err(|error| error.to_string())
}

fn diagnose(knowledge: &'static Knowledge, case: &Evidence) -> usize {
    let mut session = Session::new(knowledge);
    session.evidence(case);
    session.diagnose().findings.len()
}

fn cost(knowledge: &'static Knowledge, automaton: &AhoCorasick, case: &Evidence) -> Cost {
    let bytes = bytes(case);
    let bare = fastest(|| {
        black_box(automaton.find_overlapping_iter(black_box(&decode(&bytes)).as_str()).count());
    });
    let diagnosis = fastest(|| {
        black_box(diagnose(knowledge, black_box(case)));
    });
    Cost { bytes: bytes.len(), bare, diagnosis }
}

fn row(table: &mut String, name: &str, costs: &[Cost]) {
    let median = |of: &dyn Fn(&Cost) -> f64| {
        let mut values: Vec<f64> = costs.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    let (bare, diagnosis) = (median(&|cost| cost.bare), median(&|cost| cost.diagnosis));
    let slowest = costs.iter().map(|cost| cost.diagnosis).fold(0.0, f64::max);
    let within = costs.iter().filter(|cost| cost.diagnosis <= DIAGNOSIS_MILLIS_MAX).count();
    let _ = writeln!(
        table,
        "| {name} | {} | {:.0} | {bare:.4} ms | {diagnosis:.2} ms | {:.0} | {slowest:.2} ms | {within} |",
        costs.len(),
        median(&|cost| cost.bytes as f64),
        diagnosis / bare,
    );
}

/// A process of its own diagnoses once with each subject.
fn first_use() -> Result<f64, String> {
    let ours = std::env::current_exe().map_err(|error| error.to_string())?;
    let done = std::process::Command::new(ours)
        .args(["drill", FIRST])
        .output()
        .map_err(|error| format!("the second process: {error}"))?;
    let said = String::from_utf8_lossy(&done.stdout);
    said.trim().parse().map_err(|_| format!("the second process said {said:?}"))
}

/// The name of the part that [`first_use`] starts.
pub(super) const FIRST: &str = "doctor-first";

/// Diagnoses once with each subject and tells how long that took.
pub(crate) fn run_first(_: &[String]) -> Result<(), String> {
    let case = Evidence {
        narrative: "認証できません。The clock is wrong.".to_owned(),
        ..Evidence::default()
    };
    let start = now();
    black_box((diagnose(&WINDOWS, &case), diagnose(&WARIFU, &case)));
    println!("{}", millis(now().duration_since(start)));
    Ok(())
}

/// The fastest of several rounds, in milliseconds.
fn fastest(mut work: impl FnMut()) -> f64 {
    let mut fastest = Duration::MAX;
    for _ in 0..ROUNDS {
        let start = now();
        work();
        fastest = fastest.min(now().duration_since(start));
    }
    millis(fastest)
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

#[expect(
    clippy::disallowed_methods,
    reason = "a stop-watch of a measurement; no rule of the product depends on it"
)]
fn now() -> Instant {
    Instant::now()
}
