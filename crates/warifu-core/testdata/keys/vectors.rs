//! The reader of `read.txt`, shared by the tests of every surface that says what a text is as a product key: the core, the SDK, the API and the
//! command line. Included by path, so that it is part of none of them.
#![allow(dead_code, reason = "each test that includes it needs a part")]

use warifu_core::key::{Flaw, NotAKey, Verdict};

/// What is expected of one text.
pub(crate) struct Vector {
    /// The text as typed.
    pub(crate) text: String,
    /// The whole expectation, as [`describe`] writes it.
    pub(crate) expected: &'static str,
    /// The verdict's name.
    pub(crate) verdict: &'static str,
    /// The key that was read or is offered.
    pub(crate) key: Option<&'static str>,
    /// What was mended.
    pub(crate) flaw: Option<&'static str>,
    /// Where.
    pub(crate) places: Vec<&'static str>,
    /// How many symbols were found, where that is the matter.
    pub(crate) symbols: Option<u32>,
}

/// Every vector of the file.
pub(crate) fn vectors() -> Vec<Vector> {
    let mut lines = include_str!("read.txt").lines();
    let mut found = Vec::new();
    while let Some(text) = lines.by_ref().find_map(|line| line.strip_prefix("text:")) {
        let expected = lines.next().and_then(|line| line.strip_prefix("expect: ")).unwrap();
        let (verdict, rest) = expected.split_once(' ').unwrap_or((expected, ""));
        let mut words = rest.split_whitespace();
        let has_key = matches!(verdict, "valid" | "correctable" | "unchecked");
        let key = if has_key { words.next() } else { None };
        let is_counted = verdict == "incomplete" || rest.starts_with("too_many_symbols");
        let symbols = if is_counted { words.by_ref().last().map(|word| word.parse().unwrap()) } else { None };
        let flaw = if verdict == "correctable" { words.next() } else { None };
        let places = if flaw.is_some() { words.collect() } else { Vec::new() };
        let text = unescape(text.strip_prefix(' ').unwrap_or(text));
        found.push(Vector { text, expected, verdict, key, flaw, places, symbols });
    }
    assert!(found.len() >= 60, "only {} vectors were found", found.len());
    found
}

/// A verdict as the file writes it.
pub(crate) fn describe(verdict: &Verdict) -> String {
    let detail = match verdict {
        Verdict::Valid(key) | Verdict::OtherSku(key) | Verdict::Unchecked(key) => key.expose(),
        Verdict::Correctable(offer) => {
            let flaw = match &offer.flaw {
                Flaw::Symbols(places) => {
                    places.iter().fold("symbols".to_owned(), |text, place| format!("{text} {place}"))
                }
                Flaw::Swapped(place) => format!("swapped {place}"),
                Flaw::Dropped(place) => format!("dropped {place}"),
                Flaw::Doubled(place) => format!("doubled {place}"),
            };
            format!("{} {flaw}", offer.key.expose())
        }
        Verdict::Incomplete { present } => present.to_string(),
        Verdict::Several { count } => count.to_string(),
        Verdict::WindowsKey => String::new(),
        Verdict::NotAKey(reason) => match reason {
            NotAKey::NoneFound => "none_found".to_owned(),
            NotAKey::Damaged => "damaged".to_owned(),
            NotAKey::TooManySymbols { found } => format!("too_many_symbols {found}"),
            NotAKey::UnknownFormat => "unknown_format".to_owned(),
            NotAKey::TooLong { bytes } => format!("too_long {bytes}"),
        },
    };
    format!("{} {detail}", verdict.name()).trim_end().to_owned()
}

fn unescape(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        plain.push(match character {
            '\\' => match rest.next().unwrap() {
                'n' => '\n',
                'r' => '\r',
                'u' => {
                    let code: String = rest.by_ref().skip(1).take_while(|&c| c != '}').collect();
                    char::from_u32(u32::from_str_radix(&code, 16).unwrap()).unwrap()
                }
                other => other,
            },
            other => other,
        });
    }
    plain
}
