//! The catalogue of failures as data: reads `knowledge/catalogue/*.toml` and refuses what a reader could not use.
//!
//! A file is a set of entries (`[seat_limit_reached]` …); two files are special: `terms.toml` names the stable words that values
//! of kind `terms` may hold, and `retired.toml` lists codes that must never be used again.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde::Deserialize;

/// Everything the data says, checked.
#[derive(Debug)]
pub(crate) struct Catalogue {
    /// By code.
    pub(crate) entries: BTreeMap<String, Entry>,
    /// By word.
    pub(crate) terms: BTreeMap<String, Term>,
    pub(crate) retired: BTreeSet<String>,
}

#[derive(Debug)]
pub(crate) struct Entry {
    /// The file that holds the entry, without folder and extension: the chapter of the reference.
    pub(crate) file: String,
    pub(crate) data: Data,
    /// Names and kinds (`text`, `time`, `terms`), parsed from `data.values`.
    pub(crate) values: Vec<(String, String)>,
}

/// An entry as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Data {
    pub(crate) status: u16,
    pub(crate) kind: String,
    /// `false`, `true` (at once) or `"later"`.
    retryable: toml::Value,
    pub(crate) windows: Option<String>,
    #[serde(default)]
    values: Vec<String>,
    pub(crate) ja: Texts,
    pub(crate) en: Texts,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Texts {
    pub(crate) message: String,
    pub(crate) cause: String,
    pub(crate) remedy: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Term {
    pub(crate) ja: String,
    pub(crate) en: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Retired {
    codes: Vec<String>,
}

const KINDS: [&str; 9] =
    ["usage", "key", "licence", "device", "lease", "network", "service", "permission", "internal"];

/// Words that cannot be the name of a constructor or of its argument.
const RUST_WORDS: [&str; 22] = [
    "as", "break", "const", "crate", "else", "enum", "fn", "for", "if", "impl", "in", "let", "loop", "match",
    "mod", "move", "pub", "ref", "self", "type", "use", "where",
];

impl Entry {
    /// The variant of `Retry` that the entry names.
    pub(crate) fn retry(&self) -> Option<&'static str> {
        match &self.data.retryable {
            toml::Value::Boolean(false) => Some("Never"),
            toml::Value::Boolean(true) => Some("AtOnce"),
            toml::Value::String(word) if word == "later" => Some("Later"),
            _ => None,
        }
    }
}

/// Reads and checks every file of the folder. The error lists all that is wrong, one line each.
pub(crate) fn read(folder: &Path) -> Result<Catalogue, String> {
    let mut files = BTreeMap::new();
    let listed =
        fs::read_dir(folder).map_err(|error| format!("cannot list {}: {error}", folder.display()))?;
    for item in listed {
        let path = item.map_err(|error| format!("cannot list {}: {error}", folder.display()))?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            let text = fs::read_to_string(&path)
                .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
            files.insert(name, text);
        }
    }
    parse(&files)
}

/// The same, from texts by file name.
fn parse(files: &BTreeMap<String, String>) -> Result<Catalogue, String> {
    let mut wrong = Vec::new();
    let mut catalogue =
        Catalogue { entries: BTreeMap::new(), terms: BTreeMap::new(), retired: BTreeSet::new() };
    for (file, text) in files {
        match file.as_str() {
            "retired" => match toml::from_str::<Retired>(text) {
                Ok(retired) => catalogue.retired = retired.codes.into_iter().collect(),
                Err(error) => wrong.push(format!("retired.toml: {error}")),
            },
            "terms" => match toml::from_str(text) {
                Ok(terms) => catalogue.terms = terms,
                Err(error) => wrong.push(format!("terms.toml: {error}")),
            },
            _ => parse_entries(file, text, &mut catalogue.entries, &mut wrong),
        }
    }
    for (code, entry) in &catalogue.entries {
        let mut complain = |what: String| wrong.push(format!("{}.toml: [{code}]: {what}", entry.file));
        if catalogue.retired.contains(code) {
            complain("the code is retired and must not be used again".to_owned());
        }
        check(code, entry, &mut complain);
    }
    for (word, term) in &catalogue.terms {
        if !is_name(word) {
            wrong.push(format!("terms.toml: [{word}]: a word is lower case letters, digits and `_`"));
        }
        if term.ja.trim().is_empty() || term.en.trim().is_empty() {
            wrong.push(format!("terms.toml: [{word}]: `ja` or `en` is empty"));
        }
    }
    if wrong.is_empty() {
        Ok(catalogue)
    } else {
        Err(format!("the catalogue is not usable:\n  {}", wrong.join("\n  ")))
    }
}

fn parse_entries(file: &str, text: &str, entries: &mut BTreeMap<String, Entry>, wrong: &mut Vec<String>) {
    let table: toml::Table = match toml::from_str(text) {
        Ok(table) => table,
        Err(error) => return wrong.push(format!("{file}.toml: {error}")),
    };
    for (code, value) in table {
        let data: Data = match value.try_into() {
            Ok(data) => data,
            Err(error) => {
                wrong.push(format!("{file}.toml: [{code}]: {}", error.to_string().trim().replace('\n', " ")));
                continue;
            }
        };
        let values = data
            .values
            .iter()
            .map(|value| match value.split_once(':') {
                Some((name, kind)) => (name.trim().to_owned(), kind.trim().to_owned()),
                None => (value.clone(), "text".to_owned()),
            })
            .collect();
        if let Some(other) = entries.get(&code) {
            wrong.push(format!(
                "{file}.toml: [{code}]: {}.toml has an entry of this code already",
                other.file
            ));
        } else {
            entries.insert(code, Entry { file: file.to_owned(), data, values });
        }
    }
}

fn check(code: &str, entry: &Entry, complain: &mut dyn FnMut(String)) {
    let Data { status, kind, windows, ja, en, .. } = &entry.data;
    if !is_name(code) {
        complain("a code is lower case letters, digits and `_`, and not a word of Rust".to_owned());
    }
    if !(400..=599).contains(status) {
        complain(format!("status {status} is not one of an error (400 to 599)"));
    }
    if !KINDS.contains(&kind.as_str()) {
        complain(format!("kind `{kind}` is not one of {}", KINDS.join(", ")));
    }
    if entry.retry().is_none() {
        complain("`retryable` is false, true (at once) or \"later\"".to_owned());
    }
    if let Some(windows) = windows
        && !is_windows_code(windows)
    {
        complain(format!("`{windows}` is not a Windows code; write it as 0xC004C003"));
    }
    let mut known = BTreeSet::new();
    for (name, kind) in &entry.values {
        if !is_name(name) {
            complain(format!("`{name}` cannot be the name of a value"));
        }
        if !["text", "time", "terms"].contains(&kind.as_str()) {
            complain(format!("value `{name}` has the unknown kind `{kind}` (text, time or terms)"));
        }
        if !known.insert(name.as_str()) {
            complain(format!("value `{name}` is named twice"));
        }
    }
    for (lang, texts) in [("ja", ja), ("en", en)] {
        let mut used = BTreeSet::new();
        for (part, text) in [("message", &texts.message), ("cause", &texts.cause), ("remedy", &texts.remedy)]
        {
            if text.trim().is_empty() {
                complain(format!("{lang}.{part} is empty"));
            } else if text.trim() != text || text.contains('\n') {
                complain(format!("{lang}.{part} starts or ends with a space, or has several lines"));
            } else if (lang == "ja") != text.chars().any(is_japanese) {
                complain(format!("{lang}.{part} is not in its language"));
            }
            match placeholders(text) {
                Ok(names) => {
                    for name in names {
                        if !known.contains(name) {
                            complain(format!("{lang}.{part} has the unknown place `{{{name}}}`"));
                        }
                        used.insert(name);
                    }
                }
                Err(what) => complain(format!("{lang}.{part} {what}")),
            }
        }
        for name in known.difference(&used) {
            complain(format!("value `{name}` is used in none of the texts in `{lang}`"));
        }
    }
}

fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.chars().all(|symbol| symbol.is_ascii_lowercase() || symbol.is_ascii_digit() || symbol == '_')
        && !RUST_WORDS.contains(&name)
}

fn is_windows_code(code: &str) -> bool {
    code.strip_prefix("0x").is_some_and(|digits| {
        digits.len() == 8 && digits.chars().all(|digit| matches!(digit, '0'..='9' | 'A'..='F'))
    })
}

fn is_japanese(symbol: char) -> bool {
    matches!(symbol, '\u{3000}'..='\u{30FF}' | '\u{4E00}'..='\u{9FFF}' | '\u{FF01}'..='\u{FF9F}')
}

/// The names between braces.
fn placeholders(text: &str) -> Result<Vec<&str>, &'static str> {
    let mut names = Vec::new();
    let mut rest = text;
    loop {
        let Some(open) = rest.find(['{', '}']) else { return Ok(names) };
        if rest[open..].starts_with('}') {
            return Err("closes a brace that was not opened");
        }
        let Some((name, after)) = rest[open + 1..].split_once('}') else {
            return Err("opens a brace and does not close it");
        };
        names.push(name);
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
[disk_full]
status = 507
kind = "service"
retryable = "later"
windows = "0x80070070"
values = ["path", "since:time"]
ja = { message = "{path}に空きがありません。", cause = "{since}から続いています。", remedy = "空きを作ってください。" }
en = { message = "{path} is full.", cause = "Since {since}.", remedy = "Free some space." }
"#;

    fn check_text(text: &str) -> Result<Catalogue, String> {
        parse(&BTreeMap::from([("a".to_owned(), text.to_owned())]))
    }

    /// What is said when one part of the good entry is replaced.
    fn complaint(from: &str, to: &str) -> String {
        assert!(GOOD.contains(from), "{from}");
        check_text(&GOOD.replacen(from, to, 1)).expect_err("must be refused")
    }

    #[test]
    fn a_good_entry_becomes_a_variant_a_table_row_and_a_constructor() {
        let source = crate::generate::error_table::rust(&check_text(GOOD).expect("good")).expect("written");
        for part in
            ["DiskFull,", "name: \"disk_full\"", "pub fn disk_full(", "since: Timestamp,", "Retry::Later"]
        {
            assert!(source.contains(part), "{part}\n{source}");
        }
    }

    #[test]
    fn what_a_reader_could_not_use_is_refused_by_file_and_entry() {
        for (from, to, said) in [
            ("{path} is", "{file} is", "en.message has the unknown place `{file}`"),
            ("{path} is", "The disk is", "value `path` is used in none of the texts in `en`"),
            ("{since}から", "長く", "value `since` is used in none of the texts in `ja`"),
            ("Free some space.", "", "en.remedy is empty"),
            ("空きを作ってください。", "Free some space.", "ja.remedy is not in its language"),
            ("Free some space.", "空きを作る", "en.remedy is not in its language"),
            ("Free some", "Free } some", "en.remedy closes a brace that was not opened"),
            ("Free some", "Free { some", "en.remedy opens a brace and does not close it"),
            ("507", "200", "status 200 is not one of an error"),
            ("\"service\"", "\"disk\"", "kind `disk` is not one of"),
            ("\"later\"", "\"maybe\"", "`retryable` is false, true"),
            ("0x80070070", "80070070", "is not a Windows code"),
            ("since:time", "since:date", "unknown kind `date`"),
            ("since:time", "path", "value `path` is named twice"),
            ("disk_full", "type", "a code is lower case letters"),
            ("kind =", "kint =", "unknown field"),
            (", remedy = \"Free some space.\"", "", "missing field"),
        ] {
            let complaint = complaint(from, to);
            assert!(complaint.contains("a.toml: ["), "{complaint}");
            assert!(complaint.contains(said), "expected {said:?} in {complaint}");
        }
    }

    #[test]
    fn a_code_has_one_entry_and_a_retired_code_none() {
        let twice = BTreeMap::from([("a".to_owned(), GOOD.to_owned()), ("b".to_owned(), GOOD.to_owned())]);
        let said = parse(&twice).expect_err("refused");
        assert!(said.contains("b.toml: [disk_full]: a.toml has an entry of this code already"), "{said}");
        let retired = BTreeMap::from([
            ("a".to_owned(), GOOD.to_owned()),
            ("retired".to_owned(), "codes = [\"disk_full\"]".to_owned()),
        ]);
        let said = parse(&retired).expect_err("refused");
        assert!(said.contains("[disk_full]: the code is retired"), "{said}");
    }
}
