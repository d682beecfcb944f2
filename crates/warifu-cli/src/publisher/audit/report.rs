//! An audit's verdict, for people and for programs.

use std::path::Path;

use serde_json::{Value, json};
use warifu_proto::encoding::hex;
use warifu_proto::log::Checkpoint;
use warifu_service::log::{Finding, Report};

use crate::ui::{Style, Ui, table};

/// Shows what an audit came to.
pub(super) fn show(ui: &Ui, report: &Report, before: Option<&Checkpoint>, file: &Path) {
    let value = json!({
        "sound": report.count == 0,
        "size": report.checkpoint.as_ref().map(|checkpoint| checkpoint.size),
        "root": report.checkpoint.as_ref().map(|checkpoint| hex(&checkpoint.root)),
        "seen_size": before.map(|seen| seen.size),
        "entries": report.entries,
        "waiting": report.waiting,
        "problems": report.count,
        "findings": report.findings.iter().map(as_json).collect::<Vec<_>>(),
    });
    ui.answer(&value, || {
        let verdict = if report.count == 0 {
            ui.paint(Style::Good, ui.say("ログに問題は見つかりませんでした。", "The log is sound."))
        } else {
            ui.paint(Style::Bad, ui.say("ログに問題があります。", "The log is not sound."))
        };
        let mut text = format!("{verdict}\n");
        let number = |number: u64| number.to_string();
        text.push_str(&table::facts(&[
            (ui.say("検査した記録", "entries recomputed"), number(report.entries)),
            (ui.say("順番待ちの記録", "events that wait"), number(report.waiting)),
            (
                ui.say("前回の検査のとき", "at the last audit"),
                before.map(|seen| number(seen.size)).unwrap_or_default(),
            ),
            (
                ui.say("ルートハッシュ", "root hash"),
                report.checkpoint.as_ref().map(|found| hex(&found.root)).unwrap_or_default(),
            ),
            (ui.say("検査の記録", "remembered in"), file.display().to_string()),
        ]));
        for finding in &report.findings {
            text.push_str(&format!("- {}\n", words(ui, finding)));
        }
        let more = report.count - report.findings.len() as u64;
        if more > 0 {
            text.push_str(&ui.say(format!("ほかに{more}件\n"), format!("and {more} more\n")));
        }
        text
    });
}

fn words(ui: &Ui, finding: &Finding) -> String {
    match finding {
        Finding::NotSigned => ui.say("ログに署名がありません".to_owned(), "the log is not signed".to_owned()),
        Finding::NotGenuine(error) => {
            ui.say(format!("署名を確認できません: {error}"), format!("the signature does not hold: {error}"))
        }
        Finding::Shrunk { seen } => ui.say(
            format!("前回の検査のときは{seen}件ありましたが、減っています。古いバックアップに戻されたか、記録が消されています"),
            format!("it had {seen} entries at the last audit and has fewer now: an older backup was restored, or entries were taken away"),
        ),
        Finding::Rewritten { seen } => ui.say(
            format!("前回の検査で確認した最初の{seen}件が、変わっています。古いバックアップに戻したあとに別の記録が加わったか、書き換えられています"),
            format!("its first {seen} entries are not those of the last audit: an older backup was restored and went on otherwise, or they were rewritten"),
        ),
        Finding::Root => ui.say(
            "ハッシュから計算した値が、署名された値と一致しません".to_owned(),
            "its hashes do not lead to the signed root".to_owned(),
        ),
        Finding::HashMissing { index } => {
            ui.say(format!("{index}番目のハッシュがありません"), format!("the hash of entry {index} is missing"))
        }
        Finding::PlaceMissing { index } => ui.say(
            format!("{index}番目がどの記録か、わからなくなっています"),
            format!("no event has the place of entry {index}"),
        ),
        Finding::Altered { index, event } => ui.say(
            format!("{index}番目の記録 {event} が、後から書き換えられています"),
            format!("entry {index}, event {event}, was altered afterwards"),
        ),
        Finding::Removed { index, event } => ui.say(
            format!("{index}番目の記録 {event} が、後から消されています"),
            format!("entry {index}, event {event}, was removed afterwards"),
        ),
        Finding::GoneBefore { index, event } => ui.say(
            format!("{index}番目の記録 {event} は、ログに並ぶ前に消されています"),
            format!("entry {index}, event {event}, was removed before it got its place"),
        ),
        Finding::Twice { event } => {
            ui.say(format!("記録 {event} が、ログに2回あります"), format!("event {event} is in the log twice"))
        }
        Finding::Unlogged { event, at } => ui.say(
            format!("記録 {event}（{at}）が、ログにありません。ログを通さずに加えられたか、ログが止まっています"),
            format!("event {event} of {at} is not in the log: it was added behind its back, or the log stands still"),
        ),
    }
}

fn as_json(finding: &Finding) -> Value {
    let placed = |kind: &str, index: &u64, event: &dyn std::fmt::Display| json!({ "kind": kind, "index": index, "event": event.to_string() });
    match finding {
        Finding::NotSigned => json!({ "kind": "not_signed" }),
        Finding::NotGenuine(error) => json!({ "kind": "not_genuine", "detail": error.to_string() }),
        Finding::Shrunk { seen } => json!({ "kind": "shrunk", "seen": seen }),
        Finding::Rewritten { seen } => json!({ "kind": "rewritten", "seen": seen }),
        Finding::Root => json!({ "kind": "root" }),
        Finding::HashMissing { index } => json!({ "kind": "hash_missing", "index": index }),
        Finding::PlaceMissing { index } => json!({ "kind": "place_missing", "index": index }),
        Finding::Altered { index, event } => placed("altered", index, event),
        Finding::Removed { index, event } => placed("removed", index, event),
        Finding::GoneBefore { index, event } => placed("gone_before", index, event),
        Finding::Twice { event } => json!({ "kind": "twice", "event": event.to_string() }),
        Finding::Unlogged { event, at } => {
            json!({ "kind": "unlogged", "event": event.to_string(), "at": at.to_string() })
        }
    }
}
