//! `warifu check-key` and `warifu keys check`: what a text is, as a product key. Offline; the places of a slip are marked.

use std::io::Read as _;

use serde_json::json;
use warifu_core::catalogue::Failure;
use warifu_core::key::{Flaw, KeyFormat, Position, TEXT_BYTES_MAX, Verdict, read};
use warifu_proto::wire::key_check::KeyCheckAnswer;
use zeroize::Zeroizing;

use crate::args::CheckKeyArgs;
use crate::error::{CliError, Offer};
use crate::files;
use crate::ui::{Style, Ui, table};

/// Checks the text.
pub(crate) fn run(ui: &Ui, args: &CheckKeyArgs) -> Result<(), CliError> {
    let text = match args.text.as_slice() {
        [dash] if dash == "-" => from_stdin()?,
        words => Zeroizing::new(words.join(" ")),
    };
    let verdict = read(&text);
    let offer = offer_of(&verdict);
    let Verdict::Valid(key) = &verdict else {
        let failure =
            verdict.failure(|sku| format!("SKU {sku}"), "").unwrap_or_else(Failure::key_not_recognised);
        return Err(CliError::from(failure).with_offer(offer));
    };
    let number = key.number();
    let test = number.format == KeyFormat::Sandbox;
    let mut value = serde_json::to_value(KeyCheckAnswer::from(&verdict)).unwrap_or_default();
    value["sku"] = json!(number.sku.get());
    value["sandbox"] = json!(test);
    ui.answer(&value, || {
        let sound = ui.say(
            "書き間違いのないキーです。本物かどうかは、ライセンス認証のときに確認します。",
            "The key has no slip. Whether it is genuine, only an activation tells.",
        );
        let facts = table::facts(&[
            (ui.say("キー番号", "key number"), number.to_string()),
            ("SKU", number.sku.to_string()),
            (
                ui.say("種類", "kind"),
                if test {
                    ui.say("サンドボックス用のテストキー", "a test key of a sandbox").to_owned()
                } else {
                    String::new()
                },
            ),
        ]);
        format!("{}\n{facts}", ui.paint(Style::Good, sound))
    });
    Ok(())
}

/// A text from standard input, at most as long as a key is searched in.
pub(crate) fn from_stdin() -> Result<Zeroizing<String>, CliError> {
    let mut text = Zeroizing::new(String::new());
    let read = std::io::stdin().lock().take(TEXT_BYTES_MAX as u64 + 1).read_to_string(&mut text);
    read.map_err(|error| files::not_readable(std::path::Path::new("-"), &error))?;
    Ok(text)
}

/// The mended key that a verdict offers.
pub(crate) fn offer_of(verdict: &Verdict) -> Option<Offer> {
    match verdict {
        Verdict::Correctable(offer) => Some(Offer { key: offer.key.clone(), flaw: Some(offer.flaw.clone()) }),
        Verdict::Unchecked(key) => Some(Offer { key: key.clone(), flaw: None }),
        _ => None,
    }
}

/// A mended key on a line, the mended places marked below it.
pub(crate) fn marked_offer(ui: &Ui, offer: &Offer) -> Zeroizing<String> {
    let key = Zeroizing::new(offer.key.expose());
    let (said, places) = describe(ui, offer.flaw.as_ref());
    let mut marks = vec![' '; key.len()];
    for place in &places {
        // A dash stands before each group but the first.
        if let Some(mark) = marks.get_mut(place.index() + place.index() / 5) {
            *mark = '^';
        }
    }
    let marks: String = marks.into_iter().collect();
    let label = ui.say("直した候補:", "mended:");
    let indent = " ".repeat(unicode_width::UnicodeWidthStr::width(label) + 1);
    let label = ui.paint(Style::Strong, label);
    let mut text = Zeroizing::new(format!("{label} {}\n", *key));
    let marks = format!("{indent}{marks}");
    if !marks.trim().is_empty() {
        text.push_str(marks.trim_end());
        text.push('\n');
    }
    text.push_str(&format!("{indent}{said}\n"));
    text
}

fn describe(ui: &Ui, flaw: Option<&Flaw>) -> (String, Vec<Position>) {
    let place = |place: &Position| {
        ui.say(
            format!("{}組目の{}文字目", place.group(), place.symbol()),
            format!("symbol {} of group {}", place.symbol(), place.group()),
        )
    };
    match flaw {
        Some(Flaw::Symbols(places)) => {
            let list: Vec<String> = places.iter().map(place).collect();
            let list = list.join(ui.say("、", ", "));
            (ui.say(format!("{list}が違うか、読み取れない文字でした。"), format!("Wrong or unreadable: {list}.")), places.clone())
        }
        Some(Flaw::Swapped(first)) => {
            let next = Position::new(first.index() + 1);
            let said = place(first);
            let said = ui.say(format!("{said}と、その次の文字が入れ替わっていました。"), format!("Swapped: {said} and the next."));
            (said, [Some(*first), next].into_iter().flatten().collect())
        }
        Some(Flaw::Dropped(at)) => {
            let said = place(at);
            (ui.say(format!("{said}が抜けていました。"), format!("Left out: {said}.")), vec![*at])
        }
        Some(Flaw::Doubled(at)) => {
            let said = place(at);
            (ui.say(format!("{said}が2回入力されていました。"), format!("Typed twice: {said}.")), vec![*at])
        }
        None => (
            ui.say(
                "読めない文字を補いましたが、ほかに間違いがあっても分かりません。もとのキーとよく見比べてください。",
                "The unreadable symbols were worked out, but nothing is left to check the rest with. Compare it with the original.",
            )
            .to_owned(),
            Vec::new(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use warifu_core::catalogue::Lang;
    use warifu_core::id::BatchId;
    use warifu_core::key::{KeyNumber, MasterSecret, SkuNumber, TagSecret};

    use super::*;

    fn key() -> String {
        let master = MasterSecret::from_bytes([7; 32], 1);
        let number = KeyNumber { format: KeyFormat::Live, sku: SkuNumber::new(42).unwrap(), serial: 99 };
        TagSecret::derive(&master, BatchId::from_bytes([1; 16])).issue(number, 0).expose()
    }

    #[test]
    fn the_mended_place_is_marked_under_its_symbol_in_both_languages() {
        let good = key();
        let mut typed: Vec<char> = good.chars().collect();
        typed[13] = if typed[13] == 'A' { 'B' } else { 'A' };
        let offer = offer_of(&read(&typed.iter().collect::<String>())).unwrap();
        for lang in Lang::ALL {
            let text = marked_offer(&Ui::new(lang, false, true, false), &offer);
            let lines: Vec<&str> = text.lines().collect();
            let before = lines[0].split(&good).next().unwrap();
            let column = unicode_width::UnicodeWidthStr::width(before) + 13;
            assert_eq!(lines[1], format!("{}^", " ".repeat(column)));
            assert_eq!(lines.len(), 3);
        }
    }

    #[test]
    fn swapped_neighbours_are_both_marked() {
        let good = key();
        let at = (6..10).find(|&at| good.as_bytes()[at] != good.as_bytes()[at + 1]).unwrap();
        let mut typed: Vec<char> = good.chars().collect();
        typed.swap(at, at + 1);
        let offer = offer_of(&read(&typed.iter().collect::<String>())).unwrap();
        let text = marked_offer(&Ui::new(Lang::En, false, true, false), &offer);
        assert!(text.lines().nth(1).unwrap().ends_with("^^"), "{}", *text);
    }
}
