//! `generated.rs` of core's catalogue: the enum of codes, the table of entries and one constructor for each code.

use std::fmt::Write;

use super::catalogue::{Catalogue, Data, Entry};

/// `generated.rs`, before rustfmt.
pub(crate) fn rust(catalogue: &Catalogue) -> Result<String, String> {
    let mut out = String::new();
    write_rust(catalogue, &mut out).map_err(|error| error.to_string())?;
    Ok(out)
}

fn write_rust(catalogue: &Catalogue, out: &mut String) -> std::fmt::Result {
    writeln!(out, "//! Made by `cargo xtask generate` from `knowledge/catalogue/*.toml`. Do not edit.\n")?;
    writeln!(out, "use std::fmt::Display;\n")?;
    writeln!(out, "use super::entry::{{Entry, Kind, Retry, Text, Value, ValueKind}};")?;
    writeln!(out, "use super::failure::{{Failure, text, time}};")?;
    writeln!(out, "use crate::time::Timestamp;\n")?;

    writeln!(
        out,
        "/// Every failure that Warifu knows, in the order of the names. A code is never renamed or used for something else."
    )?;
    writeln!(
        out,
        "#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]\n#[non_exhaustive]\npub enum Code {{"
    )?;
    for (code, entry) in &catalogue.entries {
        writeln!(out, "/// {}\n{},", doc(&entry.data.en.message), camel(code))?;
    }
    writeln!(
        out,
        "}}\n\nimpl Code {{\n/// Every code, in the order of the names.\npub const ALL: &'static [Self] = &["
    )?;
    for code in catalogue.entries.keys() {
        writeln!(out, "Self::{},", camel(code))?;
    }
    writeln!(
        out,
        "];\n}}\n\n/// Codes that were used once and stay reserved.\npub const RETIRED: &[&str] = &["
    )?;
    for code in &catalogue.retired {
        writeln!(out, "{code:?},")?;
    }
    writeln!(
        out,
        "];\n\n/// Names of the stable words that values of kind [`ValueKind::Terms`] hold, in the order of the words."
    )?;
    writeln!(out, "pub(super) const TERMS: &[(&str, Text)] = &[")?;
    for (word, term) in &catalogue.terms {
        writeln!(out, "({word:?}, Text {{ ja: {:?}, en: {:?} }}),", term.ja, term.en)?;
    }
    writeln!(
        out,
        "];\n\n/// The entries, in the order of the codes.\npub(super) static ENTRIES: [Entry; {}] = [",
        catalogue.entries.len()
    )?;
    for (code, entry) in &catalogue.entries {
        write_entry(code, entry, out)?;
    }
    writeln!(
        out,
        "];\n\n/// One constructor for each code: its arguments are the values that the texts need.\nimpl Failure {{"
    )?;
    for (code, entry) in &catalogue.entries {
        write_constructor(code, entry, out)?;
    }
    writeln!(out, "}}")
}

fn write_entry(code: &str, entry: &Entry, out: &mut String) -> std::fmt::Result {
    let Data { status, kind, windows, ja, en, .. } = &entry.data;
    writeln!(
        out,
        "Entry {{ code: Code::{}, name: {code:?}, status: {status}, kind: Kind::{},",
        camel(code),
        camel(kind)
    )?;
    writeln!(out, "retry: Retry::{}, windows: {windows:?}, values: &[", entry.retry().unwrap_or("Never"))?;
    for (name, kind) in &entry.values {
        writeln!(out, "Value {{ name: {name:?}, kind: ValueKind::{} }},", camel(kind))?;
    }
    writeln!(out, "],")?;
    for (part, ja, en) in [
        ("message", &ja.message, &en.message),
        ("cause", &ja.cause, &en.cause),
        ("remedy", &ja.remedy, &en.remedy),
    ] {
        writeln!(out, "{part}: Text {{ ja: {ja:?}, en: {en:?} }},")?;
    }
    writeln!(out, "}},")
}

fn write_constructor(code: &str, entry: &Entry, out: &mut String) -> std::fmt::Result {
    writeln!(out, "/// {}\n#[must_use]\npub fn {code}(", doc(&entry.data.en.message))?;
    for (name, kind) in &entry.values {
        writeln!(out, "{name}: {},", if kind == "time" { "Timestamp" } else { "impl Display" })?;
    }
    writeln!(out, ") -> Self {{ Self::with(Code::{}, [", camel(code))?;
    for (name, kind) in &entry.values {
        writeln!(
            out,
            "{},",
            if kind == "time" { format!("time({name})") } else { format!("text(&{name})") }
        )?;
    }
    writeln!(out, "]) }}\n")
}

/// A text as rustdoc shows it: places as code.
fn doc(text: &str) -> String {
    text.replace('{', "`{").replace('}', "}`").replace('<', "\\<").replace('[', "\\[")
}

fn camel(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for word in name.split('_') {
        let mut letters = word.chars();
        out.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        out.push_str(letters.as_str());
    }
    out
}
