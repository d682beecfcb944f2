//! Readers: text of any origin becomes facts.
//!
//! A reader takes the lines that it knows and leaves the others; what no reader took is plain words. Readers are tolerant: of lost
//! indentation, joined lines, full-width forms, either language. They never fail, and what they do not understand they do not guess.

pub mod bytes;
mod catalogued;
mod clock;
mod code;
mod directory;
mod dns;
mod event;
mod key;
mod likeness;
mod line;
mod other;
mod slmgr;
mod spelling;
mod system;
mod token;
mod vain;
mod warifu;
mod wmi;
mod words;

pub use self::code::{meant as codes_meant, spelled as codes_in};
pub use self::key::{SeenKey, redact};
pub use self::likeness::WORDS;
pub use self::line::normal;

use warifu_core::catalogue::Failure;

use crate::fact::{Facts, Origin};
use crate::knowledge::Knowledge;

/// A text longer than this is cut: no command of the list prints as much.
pub const TEXT_BYTES_MAX: usize = 512 * 1024;

/// Reads a text of any origin. Returns it without the product keys that were in it, and what those were.
pub fn text(facts: &mut Facts, text: &str) -> (String, Vec<SeenKey>) {
    let (text, keys, plain) = pieces(facts, text);
    likeness::read(facts, &plain);
    (text, keys)
}

/// Reads output of a tool: what no reader knows of it is no narrative.
pub fn output(facts: &mut Facts, text: &str) -> (String, Vec<SeenKey>) {
    let (text, keys, _) = pieces(facts, text);
    (text, keys)
}

/// Also returns the lines, so that those can be read that no reader took.
fn pieces(facts: &mut Facts, text: &str) -> (String, Vec<SeenKey>, Vec<line::Line>) {
    if is_of_catalogue(facts.knowledge()) {
        return (of_warifu(facts, cut(text)), Vec::new(), Vec::new());
    }
    let (text, keys) = key::read(facts, cut(text));
    if wmi::read(facts, &text) {
        return (text, keys, Vec::new());
    }
    let mut lines = line::lines(&text);
    slmgr::read(facts, &mut lines);
    clock::read(facts, &mut lines);
    dns::read(facts, &mut lines);
    directory::read(facts, &mut lines);
    system::read(facts, &mut lines);
    event::read(facts, &mut lines);
    other::read(facts, &mut lines);
    code::read(facts, &lines);
    words::read(facts, &lines);
    (text, keys, lines)
}

/// Reads a text about a product that Warifu activates.
fn of_warifu(facts: &mut Facts, text: &str) -> String {
    let text = key::read_own(facts, text);
    if !warifu::json(facts, &text) {
        let mut lines = line::lines(&text);
        warifu::lines(facts, &mut lines);
        words::read(facts, &lines);
    }
    text
}

/// Whether a subject's symptoms are the failures of Warifu's own catalogue.
fn is_of_catalogue(knowledge: &Knowledge) -> bool {
    knowledge.fact("failure").is_some()
}

/// Reads what a person typed as an error code.
pub fn error_code(facts: &mut Facts, text: &str) -> bool {
    if !is_of_catalogue(facts.knowledge()) {
        return code::typed(facts, cut(text));
    }
    let codes = catalogued::typed(cut(text));
    for code in &codes {
        warifu::failure(facts, *code, Origin::Code);
    }
    !codes.is_empty()
}

/// Learns a failure that a program has met, with what its detail tells.
pub fn failure(facts: &mut Facts, failure: &Failure) {
    warifu::failure(facts, failure.code(), Origin::Probe);
    if let Some(detail) = failure.value("detail") {
        warifu::reach(facts, failure.code(), detail);
    }
}

fn cut(text: &str) -> &str {
    let mut end = text.len().min(TEXT_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
