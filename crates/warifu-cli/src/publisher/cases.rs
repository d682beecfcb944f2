//! `warifu cases`: what people have sent, for staff, and cases in files, for anybody.

use std::path::Path;

use serde_json::{Value, json};
use warifu_case::view::{agent, person, publisher};
use warifu_case::{BUNDLE_BYTES_MAX, BadBundle, Bundle, Outcome, Replay};
use warifu_core::case::CaseNumber;
use warifu_core::catalogue::{Failure, Lang};

use super::api::{Api, Verb};
use super::rows::{As, Column, facts, show_list};
use crate::args::{AnyCase, CasesCommand, NumberedCase, View};
use crate::error::CliError;
use crate::files;
use crate::ui::Ui;

const COLUMNS: &[Column] = &[
    ("番号", "number", "number", As::Plain),
    ("対象", "subject", "subject", As::Plain),
    ("原因", "cause", "cause", As::Plain),
    ("不明", "unknown", "unknown", As::Flag),
    ("受付", "received", "received", As::Time),
    ("終了", "closed", "closed", As::Time),
    ("保存期限", "kept until", "kept_until", As::Time),
];

/// Runs a subcommand.
pub(crate) fn run(ui: &Ui, command: &CasesCommand) -> Result<(), CliError> {
    match command {
        CasesCommand::List { open, limit, after, connection } => {
            let mut query = vec![("limit", limit.to_string())];
            query.extend(open.then(|| ("open", "true".to_owned())));
            query.extend(after.clone().map(|after| ("after", after)));
            show_list(ui, &Api::new(ui, connection)?.get("/v1/cases", &query)?, COLUMNS);
        }
        CasesCommand::Show { view, case } => show(ui, *view, case)?,
        CasesCommand::Replay { case } => {
            let (bundle, _) = load(ui, case)?;
            replayed(ui, &bundle)?;
        }
        CasesCommand::Send { file, service, ca, yes } => {
            let taken = send(ui, &read(file)?, service, ca.as_deref(), *yes)?;
            ui.answer(&taken, || taken_text(ui, &taken));
        }
        CasesCommand::Note { text, case } => act(ui, case, "notes", Some(&json!({ "text": text })))?,
        CasesCommand::Close { case } => act(ui, case, "close", None)?,
        CasesCommand::Reopen { case } => act(ui, case, "reopen", None)?,
        CasesCommand::Erase { yes, case } => erase(ui, case, *yes)?,
    }
    Ok(())
}

/// Sends a case after its sender has seen it and agreed. The answer has the number, and the whole address of the private page.
pub(crate) fn send(
    ui: &Ui,
    bundle: &Bundle,
    service: &str,
    ca: Option<&Path>,
    yes: bool,
) -> Result<Value, CliError> {
    let api = Api::without_token(ui, service, ca)?;
    ui.note(ui.say("次の内容を送信します。", "This is what would be sent."));
    ui.note(preview(ui, bundle));
    if !yes {
        let question = ui.say(
            format!("この内容を {} に送信しますか？", api.service()),
            format!("Send this to {}?", api.service()),
        );
        ui.confirm(&question, "--yes")?;
    }
    let file: Value = serde_json::from_slice(&bundle.to_compact_bytes()).unwrap_or_default();
    let mut taken = api.write(Verb::Post, "/v1/cases", Some(&file))?;
    let path = taken["link"].as_str().unwrap_or_default().to_owned();
    taken["link"] = format!("{}{path}", api.service()).into();
    Ok(taken)
}

/// What a sender is told.
pub(crate) fn taken_text(ui: &Ui, taken: &Value) -> String {
    let (number, link) =
        (taken["number"].as_str().unwrap_or_default(), taken["link"].as_str().unwrap_or_default());
    ui.say(
        format!("ケース番号: {number}\n確認用のページ: {link}\nこのページのアドレスを知っている人は、内容を見られます。"),
        format!("Case number: {number}\nYour private page: {link}\nWhoever knows this address can read it."),
    )
}

/// Everything that a case says, for a person who is to agree to it.
fn preview(ui: &Ui, bundle: &Bundle) -> String {
    let text = String::from_utf8(bundle.to_bytes()).unwrap_or_default();
    let content = bundle.content();
    let words = agent::of(content, ui.lang);
    let mut lines = words.answers;
    lines.extend(words.facts);
    lines.extend(content.message.iter().map(|message| format!("“{message}”")));
    let what = lines.iter().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n");
    let more = ui.say(
        "このほかに、診断結果、言語、作成日時、プログラムの名前とバージョン、署名を送ります。証拠の本文は含みません。キー、名前、アドレスは自動で取り除きますが、書き方によっては残ることがあります。送る前に確かめてください。",
        "Besides: the findings, your language, the time, the program's name and version, and a signature. The evidence itself is not in it. Keys, names and addresses are taken out automatically, but some may remain, depending on how it was written: please look before you send it.",
    );
    format!("{what}\n{more} ({} bytes)", text.len())
}

/// A case in a file.
pub(crate) fn read(path: &Path) -> Result<Bundle, CliError> {
    open(&files::read(path)?)
}

/// A case in bytes.
pub(crate) fn open(bytes: &[u8]) -> Result<Bundle, CliError> {
    Bundle::open(bytes).map_err(|bad| {
        CliError::from(match bad {
            BadBundle::TooLarge(bytes) => Failure::request_too_large(bytes, BUNDLE_BYTES_MAX),
            BadBundle::Form { .. } => Failure::case_not_valid("case_form"),
            BadBundle::Content(_) => Failure::case_not_valid("case_content"),
            BadBundle::Altered => Failure::case_not_valid("case_altered"),
        })
    })
}

/// Replays a case, and tells what it comes to: one verdict, or both.
pub(crate) fn replayed(ui: &Ui, bundle: &Bundle) -> Result<(), CliError> {
    let content = bundle.content();
    let replay = Replay::of(content).ok_or_else(|| Failure::case_not_valid("case_subject"))?;
    let outcome = replay.outcome();
    let verdict = |verdict: &warifu_case::Verdict| json!({ "findings": verdict.findings, "unknown": verdict.unknown, "next": verdict.next });
    let mut value = json!({
        "outcome": outcome.name(),
        "knowledge": { "case": content.knowledge, "now": replay.knowledge },
        "recorded": verdict(&replay.recorded),
        "lost_facts": replay.lost,
    });
    if replay.recorded != replay.now {
        value["now"] = verdict(&replay.now);
    }
    ui.answer(&value, || {
        let mut out = person::of(content, ui.lang).text(ui.lang);
        out.push_str(&format!("\n{}\n", agent::replayed(outcome.name(), ui.lang)));
        if matches!(outcome, Outcome::MovedOn | Outcome::Contradiction) {
            let mut now = content.clone();
            now.findings.clone_from(&replay.now.findings);
            now.unknown = replay.now.unknown;
            let title = ui.say("今の知識による診断結果", "By the knowledge of now");
            out.push_str(&format!("\n{title}\n{}", person::of(&now, ui.lang).text(ui.lang)));
        }
        out
    });
    if outcome == Outcome::Contradiction {
        return Err(Failure::case_not_valid("case_contradicted").into());
    }
    Ok(())
}

/// The case that is named: in a file, or of the service with what it knows of it.
fn load(ui: &Ui, case: &AnyCase) -> Result<(Bundle, Option<Value>), CliError> {
    let path = Path::new(&case.case);
    if case.case.parse::<CaseNumber>().is_err() && path.exists() {
        return Ok((read(path)?, None));
    }
    let api = Api::new(ui, &case.connection)?;
    let number = number(&api, &case.case)?;
    let found = api.get(&format!("/v1/cases/{number}"), &[])?;
    Ok((open(found["bundle"].to_string().as_bytes())?, Some(found)))
}

fn show(ui: &Ui, view: View, case: &AnyCase) -> Result<(), CliError> {
    let (bundle, of_service) = load(ui, case)?;
    let content = bundle.content();
    let lang: Lang = ui.lang;
    let (shown, text) = match view {
        View::Person => {
            let view = person::of(content, lang);
            (serde_json::to_value(&view), view.text(lang))
        }
        View::Agent => {
            let view = agent::of(content, lang);
            (serde_json::to_value(&view), view.text(lang))
        }
        View::Publisher => {
            let view = publisher::of(&bundle);
            (serde_json::to_value(&view), view.text(lang))
        }
    };
    let mut value = json!({ "view": shown.unwrap_or_default() });
    if let Some(found) = &of_service {
        value["summary"] = found["summary"].clone();
        value["notes"] = found["notes"].clone();
    }
    ui.answer(&value, || {
        let Some(found) = &of_service else { return text };
        let mut out = format!("{}\n\n{text}", facts(ui, &found["summary"], COLUMNS).trim_end());
        let notes = found["notes"].as_array().map(Vec::as_slice).unwrap_or_default();
        if !notes.is_empty() {
            out.push_str(ui.say("\nメモ\n", "\nNotes\n"));
        }
        for note in notes {
            let text = note["text"].as_str().unwrap_or_default().replace('\n', "\n    ");
            out.push_str(&format!("  {}  {text}\n", note["at"].as_str().unwrap_or_default()));
        }
        out
    });
    Ok(())
}

/// A number of which a path is made; it must be one, so that the path stays what it is.
fn number(api: &Api, text: &str) -> Result<CaseNumber, CliError> {
    text.parse().map_err(|_| api.at(Failure::record_not_found("case", text)))
}

fn act(ui: &Ui, case: &NumberedCase, verb: &str, body: Option<&Value>) -> Result<(), CliError> {
    let api = Api::new(ui, &case.connection)?;
    let number = number(&api, &case.number)?;
    let done = api.write(Verb::Post, &format!("/v1/cases/{number}/{verb}"), body)?;
    ui.answer(&done, || facts(ui, &done["summary"], COLUMNS));
    Ok(())
}

fn erase(ui: &Ui, case: &NumberedCase, yes: bool) -> Result<(), CliError> {
    let api = Api::new(ui, &case.connection)?;
    let number = number(&api, &case.number)?;
    if !yes {
        let question = ui.say(
            format!("ケース {number} を内容ごと消去します。元に戻せません。よろしいですか？"),
            format!("Erase case {number} with everything in it? This cannot be undone."),
        );
        ui.confirm(&question, "--yes")?;
    }
    api.write(Verb::Delete, &format!("/v1/cases/{number}"), None::<&Value>)?;
    ui.answer(&json!({ "erased": number.to_string() }), || {
        ui.say(format!("ケース {number} を消去しました。"), format!("Case {number} is erased."))
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use warifu_case::bundle::SignedBy;
    use warifu_case::content::{Client, Content, Making};
    use warifu_core::time::Timestamp;
    use warifu_proto::keys::{InstallationKey, KeyAlgorithm};
    use warifu_troubleshoot::Session;
    use warifu_troubleshoot::knowledge::WINDOWS;

    use super::*;

    #[test]
    fn who_is_about_to_send_is_told_that_some_may_remain_and_to_look() {
        let making = Making {
            client: Client {
                name: "warifu".to_owned(),
                system: "linux".to_owned(),
                version: "0.1.0".to_owned(),
            },
            language: Lang::En,
            made: Timestamp::from_seconds(1_790_000_000),
            nonce: [1; 16],
            message: Some("It is the PC in the hall.".to_owned()),
        };
        let content = Content::of(&Session::new(&WINDOWS), making).unwrap();
        let key = InstallationKey::from_secret(KeyAlgorithm::Ed25519, &[6; 32]).unwrap();
        let bundle = Bundle::sign(content, SignedBy::Once, &key).unwrap();
        for (lang, told) in
            [(Lang::Ja, "残ることがあります。送る前に確かめて"), (Lang::En, "some may remain")]
        {
            let text = preview(&Ui::new(lang, false, true, false), &bundle);
            assert!(text.contains(told) && text.contains("the PC in the hall"), "{text}");
        }
    }
}
