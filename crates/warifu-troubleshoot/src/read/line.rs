//! Lines as readers compare them.

use std::sync::OnceLock;

use aho_corasick::AhoCorasick;
use unicode_normalization::UnicodeNormalization as _;

/// A line of evidence.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// Compatibility forms folded (full-width digits and colons, no-break spaces), trimmed; case kept.
    pub(super) text: String,
    /// The same in lower case.
    pub(super) lower: String,
    /// Whether a reader knew it, so that it is no plain words.
    pub(super) taken: bool,
    /// Whether it belongs to a text of the event log.
    pub(super) event: Option<u32>,
}

/// The text with compatibility forms folded.
#[must_use]
pub fn normal(text: &str) -> String {
    text.nfkc().map(|c| if c == '\u{2212}' || c == '\u{2010}' || c == '\u{2011}' { '-' } else { c }).collect()
}

/// Labels of the output of `slmgr`, in whose front a joined line is parted.
const LABELS: &[&str] = &[
    " description: ",
    " activation id: ",
    " application id: ",
    " extended pid: ",
    " product key channel: ",
    " installation id: ",
    " use license url: ",
    " validation url: ",
    " partial product key: ",
    " license status: ",
    " notification reason: ",
    " time remaining: ",
    " volume activation expiration: ",
    " remaining windows rearm count: ",
    " remaining sku rearm count: ",
    " trusted time: ",
    " configured activation type: ",
    " registered kms machine name: ",
    " kms machine name from dns: ",
    " current count: ",
    " evaluation end date: ",
    " 説明: ",
    " ライセンス認証 id: ",
    " プロダクト キー チャネル: ",
    " プロダクト キーの一部: ",
    " ライセンスの状態: ",
    " 通知の理由: ",
    " 残り時間: ",
];

/// Parts a text into lines; joined output of `slmgr` is parted at its labels, all of which are found in one pass.
pub(super) fn lines(text: &str) -> Vec<Line> {
    static TABLE: OnceLock<Option<AhoCorasick>> = OnceLock::new();
    let table = TABLE.get_or_init(|| AhoCorasick::new(LABELS).ok());
    let mut lines = Vec::new();
    for raw in text.lines() {
        let text = normal(raw);
        let text = text.trim();
        let lower = text.to_lowercase();
        // Lower case can change the length of a letter; then the line stays whole.
        let table = table.as_ref().filter(|_| lower.len() == text.len());
        let mut from = 0;
        for found in table.iter().flat_map(|table| table.find_overlapping_iter(&lower)) {
            let at = found.start();
            if at > from && text.is_char_boundary(at) {
                push(&mut lines, &text[from..at]);
                from = at;
            }
        }
        push(&mut lines, &text[from..]);
    }
    lines
}

fn push(lines: &mut Vec<Line>, text: &str) {
    let text = text.trim();
    lines.push(Line { text: text.to_owned(), lower: text.to_lowercase(), taken: false, event: None });
}

impl Line {
    /// What follows the first colon, if a label stands before it.
    pub(super) fn labelled(&self) -> Option<(&str, &str)> {
        let (label, value) = self.text.split_once(':')?;
        (!label.trim().is_empty() && label.len() < 90).then(|| (label.trim(), value.trim()))
    }
}

/// The label as it is compared: lower case, no spaces, no bullets, no long vowel at the end of a Japanese word.
pub(super) fn label_key(label: &str) -> String {
    label
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '・' | '*' | '-' | '•' | '>' | '|' | 'ー' | '"' | '.'))
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        lines(text).into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn joined_output_is_parted_at_its_labels() {
        assert_eq!(
            texts("Name: Windows Description: RETAIL channel License Status: Licensed\n次の行"),
            ["Name: Windows", "Description: RETAIL channel", "License Status: Licensed", "次の行"]
        );
        assert_eq!(
            texts("名前: Windows 説明: RETAIL ライセンスの状態: 通知"),
            ["名前: Windows", "説明: RETAIL", "ライセンスの状態: 通知"]
        );
    }

    /// Labels side by side share the space between them, and half a megabyte of them is read in one pass.
    #[test]
    fn every_one_of_many_labels_in_one_line_is_found() {
        let many = format!("{}x", "description: ".repeat(40_000));
        let lines = lines(&many);
        assert_eq!(lines.len(), 40_000);
        assert!(lines[..39_999].iter().all(|line| line.lower == "description:"));
        assert_eq!(lines[39_999].lower, "description: x");
    }
}
