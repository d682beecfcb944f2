//! What a person or a program reads from a command: data on standard output, everything else on standard error.
//!
//! With `--json` a command writes one JSON object to standard output, or one problem object (RFC 9457) to standard error, and nothing
//! else. Nothing outside this module writes to either stream.

mod failure;
mod progress;
mod prompt;
pub(crate) mod qr;
pub(crate) mod table;
pub(crate) mod time;

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};

use serde_json::Value;
use warifu_core::catalogue::Lang;

/// How a command talks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ui {
    /// The language of everything that people read.
    pub(crate) lang: Lang,
    /// Whether programs read the output.
    pub(crate) json: bool,
    colour: bool,
    qr: bool,
}

/// An emphasis, where colours are wanted.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Style {
    Strong,
    Good,
    Bad,
    Faint,
}

impl Ui {
    /// The way of talking that the options ask for. Colours and QR codes are for terminals, or for whoever asks for them.
    pub(crate) fn new(lang: Lang, json: bool, no_color: bool, qr: bool) -> Self {
        let terminal = io::stderr().is_terminal();
        let plain = no_color || std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Self { lang, json, colour: terminal && !plain && !dumb, qr: (terminal && !dumb) || qr }
    }

    /// One of two texts, by language.
    pub(crate) fn say<T>(&self, ja: T, en: T) -> T {
        match self.lang {
            Lang::Ja => ja,
            Lang::En => en,
        }
    }

    /// Writes a line of data.
    pub(crate) fn data(&self, text: impl Display) {
        // Whoever closed the pipe wants no more.
        let _ = writeln!(io::stdout().lock(), "{text}");
    }

    /// Tells a person something that is not data; programs are not told.
    pub(crate) fn note(&self, text: impl Display) {
        if !self.json {
            let _ = writeln!(io::stderr().lock(), "{text}");
        }
    }

    /// Warns, in either mode: on standard error.
    pub(crate) fn warn(&self, text: impl Display) {
        let label = self.paint(Style::Strong, self.say("注意:", "warning:"));
        self.note(format_args!("{label} {text}"));
    }

    /// The answer of a command: one object for programs, or the text for people.
    pub(crate) fn answer(&self, value: &Value, text: impl FnOnce() -> String) {
        if self.json { self.data(value) } else { self.data(text().trim_end_matches('\n')) }
    }

    /// Whether colours are wanted.
    pub(crate) const fn has_colour(&self) -> bool {
        self.colour
    }

    /// A text with an emphasis, if colours are wanted.
    pub(crate) fn paint(&self, style: Style, text: impl Display) -> String {
        if !self.colour {
            return text.to_string();
        }
        let code = match style {
            Style::Strong => "1",
            Style::Good => "1;32",
            Style::Bad => "1;31",
            Style::Faint => "2",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}
