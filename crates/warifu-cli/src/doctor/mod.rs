//! `warifu doctor`: takes evidence, asks what is still worth knowing, and shows the findings. It holds no rule of its own.

mod case;
mod interview;
mod products;
mod report;
mod value;

use std::fs::File;
use std::io::Read;
use std::path::Path;

use warifu_case::Bundle;
use warifu_core::catalogue::Failure;
use warifu_troubleshoot::evidence::Evidence;
use warifu_troubleshoot::knowledge::{Shape, WARIFU, WINDOWS};
use warifu_troubleshoot::{Answer, Session, read};

use crate::args::{DoctorArgs, Subject};
use crate::error::CliError;
use crate::files;
use crate::publisher::cases;
use crate::ui::Ui;

/// Diagnoses from what is given and, for a product on this machine, from what can be measured. A person is asked what is still worth knowing.
pub(crate) fn run(ui: &Ui, data: Option<&Path>, args: &DoctorArgs) -> Result<(), CliError> {
    if let Some(bundle) = saved_case(args)? {
        return cases::replayed(ui, &bundle);
    }
    let told =
        !args.code.is_empty() || !args.evidence.is_empty() || !args.answer.is_empty() || args.case.is_some();
    let (mut session, examined) = match args.subject {
        None => products::session(ui, data, &args.installation, told)?,
        Some(Subject::Warifu) => (Session::new(&WARIFU), None),
        Some(Subject::Windows) => (Session::new(&WINDOWS), None),
    };
    take_evidence(ui, &mut session, args)?;
    let measured = examined.is_some();
    let well = examined.as_ref().is_some_and(|examined| examined.found.failures.is_empty()) && !told;
    if ui.can_ask() && args.case.is_none() && !well {
        interview::ask(ui, &mut session, told || measured)?;
    } else if !told && !measured {
        return Err(Failure::input_needed("--code, --evidence, --answer, --case").into());
    }
    let diagnosis = session.diagnose();
    let mut value = value::of(ui, &session, &diagnosis, args.explain);
    let told = || {
        let above = examined.as_ref().map_or_else(String::new, |examined| products::headline(ui, examined));
        above + &report::of(ui, &session, &diagnosis, args.explain)
    };
    if !case::wanted(args) {
        ui.answer(&value, told);
        return Ok(());
    }
    // A person sees the diagnosis before they decide whether to hand it on; a program gets one object in the end.
    if !ui.json {
        ui.answer(&value, told);
    }
    let (kept, said) = case::keep(ui, data, args, &session)?;
    if ui.json {
        value["case"] = kept;
        ui.answer(&value, String::new);
    } else {
        ui.note(format_args!("\n{said}"));
    }
    Ok(())
}

/// The case in the file of `--case`, when it is one that was saved. A file of evidence is none.
fn saved_case(args: &DoctorArgs) -> Result<Option<Bundle>, CliError> {
    let Some(path) = args.case.as_ref().filter(|path| path.as_path() != Path::new("-")) else {
        return Ok(None);
    };
    let bytes = bytes(path)?;
    let text = read::bytes::decode(&bytes);
    let file: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    let saved = file.get("content").is_some() && file.get("signature").is_some();
    if saved { cases::open(&bytes).map(Some) } else { Ok(None) }
}

fn take_evidence(ui: &Ui, session: &mut Session, args: &DoctorArgs) -> Result<(), CliError> {
    if let Some(path) = &args.case {
        let text = read::bytes::decode(&bytes(path)?);
        let evidence = Evidence::from_json(&text).ok_or_else(|| {
            Failure::file_not_readable(path.display(), "error_codes, slmgr_text, other_output, narrative")
        })?;
        session.evidence(&evidence);
    }
    for code in &args.code {
        let meant: Vec<String> = read::codes_meant(session.facts().knowledge(), code)
            .iter()
            .map(|known| format!("0x{:08X}", known.value))
            .collect();
        let meant = meant.join(", ");
        if !session.code(code) {
            let hint = if meant.is_empty() { meant } else { format!(" ({meant}?)") };
            return Err(not_valid(format!("--code {code}{hint}")));
        }
        if !meant.is_empty() {
            ui.note(ui.say(
                format!("{code} はどの一覧にもありません。{meant} ではありませんか？"),
                format!("{code} is in none of the tables. Did you mean {meant}?"),
            ));
        }
    }
    for path in &args.evidence {
        session.read_bytes(&bytes(path)?);
    }
    for answer in &args.answer {
        let (fact, given) = answer.split_once('=').ok_or_else(|| not_valid(format!("--answer {answer}")))?;
        match session.answer(fact.trim(), given.trim()) {
            Answer::Taken => {}
            Answer::NoSuchFact => return Err(not_valid(format!("--answer {answer}: {fact}?"))),
            Answer::NoSuchValue => {
                return Err(not_valid(format!("--answer {answer}: {}", values_of(session, fact.trim()))));
            }
        }
    }
    Ok(())
}

/// The values that a fact can have, for a message.
fn values_of(session: &Session, fact: &str) -> String {
    let knowledge = session.facts().knowledge();
    knowledge.fact(fact).map_or_else(String::new, |at| {
        let kind = &knowledge.facts[at];
        match kind.shape {
            Shape::Number => "0, 1, 2, …".to_owned(),
            _ => kind.values.iter().map(|value| value.is).collect::<Vec<_>>().join(", "),
        }
    })
}

fn not_valid(detail: String) -> CliError {
    Failure::arguments_not_valid(detail).into()
}

/// A file's bytes, or standard input's, no more than evidence can have.
fn bytes(path: &Path) -> Result<Vec<u8>, CliError> {
    let limit = read::TEXT_BYTES_MAX as u64 * 2;
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        std::io::stdin().lock().take(limit).read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes))
    };
    read.map_err(|error| files::not_readable(path, &error))?;
    Ok(bytes)
}
