//! Answers of the API as rows. What a newer service adds is passed over; what is absent is an empty cell.

use serde_json::Value;

use super::find::items;
use super::words::word;
use crate::ui::{Ui, table, time};

/// How a column's value is shown.
#[derive(Clone, Copy)]
pub(super) enum As {
    /// As it is.
    Plain,
    /// An instant.
    Time,
    /// Yes or no.
    Flag,
    /// A number of seconds, in days.
    Days,
    /// A number of seconds, in minutes.
    Minutes,
    /// A stable word, by its name in the language; also each of a list.
    Word,
    /// When a policy's licences end.
    Term,
    /// A list, with commas.
    List,
}

/// A column: its heading in both languages, the member that it shows, and how.
pub(super) type Column = (&'static str, &'static str, &'static str, As);

/// A list as the command's answer.
pub(super) fn show_list(ui: &Ui, list: &Value, columns: &[Column]) {
    ui.answer(list, || {
        let headings: Vec<&str> = columns.iter().map(|(ja, en, _, _)| ui.say(*ja, *en)).collect();
        let rows: Vec<Vec<String>> = items(list)
            .map(|record| {
                columns.iter().map(|(_, _, member, shown)| cell(ui, &record[*member], *shown)).collect()
            })
            .collect();
        table::aligned(&headings, &rows)
    });
    if let Some(next) = list["next"].as_str() {
        ui.note(ui.say(format!("続きがあります: --after {next}"), format!("There are more: --after {next}")));
    }
}

/// One record as the command's answer.
pub(super) fn show_record(ui: &Ui, record: &Value, columns: &[Column]) {
    ui.answer(record, || facts(ui, record, columns));
}

/// One record, a line for each member that is there.
pub(super) fn facts(ui: &Ui, record: &Value, columns: &[Column]) -> String {
    let facts: Vec<(&str, String)> = columns
        .iter()
        .map(|(ja, en, member, shown)| (ui.say(*ja, *en), cell(ui, &record[*member], *shown)))
        .collect();
    table::facts(&facts)
}

/// A value of a record as text.
pub(super) fn cell(ui: &Ui, value: &Value, shown: As) -> String {
    let plain = || match value {
        Value::Null => String::new(),
        Value::String(text) => text.chars().filter(|symbol| !symbol.is_control()).collect(),
        Value::Object(members) => {
            let members =
                members.iter().map(|(name, value)| format!("{name}={}", cell(ui, value, As::Plain)));
            members.collect::<Vec<_>>().join(" ")
        }
        other => other.to_string(),
    };
    match (shown, value) {
        (As::Time, Value::String(text)) => {
            text.parse().map_or_else(|_| plain(), |at| time::instant(at, ui.lang))
        }
        (As::Flag, Value::Bool(flag)) => {
            (if *flag { ui.say("はい", "yes") } else { ui.say("いいえ", "no") }).to_owned()
        }
        (As::Days, Value::Number(seconds)) => {
            let seconds = u32::try_from(seconds.as_u64().unwrap_or(0)).unwrap_or(u32::MAX);
            time::days(warifu_core::time::Span::seconds(seconds), ui.lang)
        }
        (As::Minutes, Value::Number(seconds)) => {
            let minutes = seconds.as_u64().unwrap_or(0) / 60;
            ui.say(format!("{minutes}分"), format!("{minutes} minutes"))
        }
        (As::Word, Value::String(_)) => word(&plain(), ui.lang),
        (As::Term, Value::Object(term)) => match (term.get("days"), term.get("until"), term.get("kind")) {
            (Some(days), _, _) => {
                ui.say(format!("最初の認証から{days}日"), format!("{days} days from the first activation"))
            }
            (_, Some(until), _) => cell(ui, until, As::Time),
            (_, _, Some(kind)) => cell(ui, kind, As::Word),
            _ => plain(),
        },
        (As::List | As::Word, Value::Array(values)) => {
            let each = if matches!(shown, As::Word) { As::Word } else { As::Plain };
            values.iter().map(|value| cell(ui, value, each)).collect::<Vec<_>>().join(ui.say("、", ", "))
        }
        _ => plain(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use warifu_core::catalogue::Lang;

    use super::*;

    #[test]
    fn values_are_shown_as_people_read_them_and_never_move_the_cursor() {
        let ui = Ui::new(Lang::Ja, false, true, false);
        for (value, shown, expected) in [
            (json!("2026-11-22T15:02:45Z"), As::Time, "2026年11月22日 15:02（UTC）"),
            (json!(true), As::Flag, "はい"),
            (json!(5_184_000), As::Days, "60日"),
            (json!(14_400), As::Minutes, "240分"),
            (json!(["a", "b"]), As::List, "a、b"),
            (json!(["online", "file"]), As::Word, "オンライン、ファイル"),
            (json!({"kind": "perpetual"}), As::Term, "無期限"),
            (json!({"kind": "days", "days": 30}), As::Term, "最初の認証から30日"),
            (json!("a\u{1b}[31m"), As::Plain, "a[31m"),
            (json!({"kind": "days", "days": 30}), As::Plain, "days=30 kind=days"),
            (json!(null), As::Time, ""),
        ] {
            assert_eq!(cell(&ui, &value, shown), expected);
        }
    }
}
