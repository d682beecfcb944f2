//! Readers: text of any origin becomes facts.
//!
//! A reader takes the lines that it knows and leaves the others; what no reader took is plain words. Readers are tolerant: of lost
//! indentation, joined lines, full-width forms, either language. They never fail, and what they do not understand they do not guess.

pub mod bytes;
mod clock;
mod code;
mod directory;
mod dns;
mod event;
mod key;
mod line;
mod other;
mod slmgr;
mod spelling;
mod system;
mod vain;
mod wmi;
mod words;

pub use self::code::spelled as codes_in;
pub use self::key::{SeenKey, redact};
pub use self::line::normal;

use crate::fact::Facts;

/// A text longer than this is cut: no command of the list prints as much.
pub const TEXT_BYTES_MAX: usize = 512 * 1024;

/// Reads a text of any origin. Returns it without the product keys that were in it, and what those were.
pub fn text(facts: &mut Facts, text: &str) -> (String, Vec<SeenKey>) {
    let (text, keys) = key::read(facts, cut(text));
    if wmi::read(facts, &text) {
        return (text, keys);
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
    (text, keys)
}

/// Reads what a person typed as an error code.
pub fn error_code(facts: &mut Facts, text: &str) -> bool {
    code::typed(facts, cut(text))
}

fn cut(text: &str) -> &str {
    let mut end = text.len().min(TEXT_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
