//! Texts of the catalogue as pages show them: commands set apart, values left open.

use std::borrow::Cow;
use std::fmt;

use askama::filters::{Escaper as _, Html, HtmlSafe};

/// A part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part<'a> {
    /// Words.
    Text(&'a str),
    /// What stands between backticks.
    Code(&'a str),
    /// The place of a value.
    Value,
}

/// A text as a page shows it, escaped; commands and open values are marked up.
#[derive(Clone, Debug)]
pub(in crate::pages) struct Rich<'a>(pub(in crate::pages) Cow<'a, str>);

impl<'a> From<&'a str> for Rich<'a> {
    fn from(text: &'a str) -> Self {
        Self(Cow::Borrowed(text))
    }
}

impl fmt::Display for Rich<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in parts(&self.0) {
            match part {
                Part::Text(words) => Html.write_escaped_str(&mut *out, words)?,
                Part::Code(words) => {
                    out.write_str("<code>")?;
                    Html.write_escaped_str(&mut *out, words)?;
                    out.write_str("</code>")?;
                }
                Part::Value => out.write_str("<span class=\"value\">…</span>")?,
            }
        }
        Ok(())
    }
}

impl HtmlSafe for Rich<'_> {}

impl Rich<'_> {
    pub(in crate::pages) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(in crate::pages) fn has_values(&self) -> bool {
        parts(&self.0).contains(&Part::Value)
    }
}

/// A text's parts. A placeholder between backticks is a value too.
fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    for (index, piece) in text.split('`').enumerate() {
        let words = if index % 2 == 1 { Part::Code } else { Part::Text };
        let mut rest = piece;
        while let Some((before, after)) = rest.split_once('{') {
            let Some((_, after)) = after.split_once('}') else { break };
            if !before.is_empty() {
                parts.push(words(before));
            }
            parts.push(Part::Value);
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(words(rest));
        }
    }
    parts
}

/// A text in one line, its values left open.
pub(in crate::pages) fn plain(text: &str) -> String {
    let words = |part| match part {
        Part::Text(words) | Part::Code(words) => words,
        Part::Value => "…",
    };
    parts(text).into_iter().map(words).collect()
}

#[cfg(test)]
mod tests {
    use warifu_core::catalogue::{Code, Lang};

    use super::*;

    #[test]
    fn commands_and_values_are_told_apart() {
        assert_eq!(
            parts("Copy {path}, then run `warifu backup`. `{value}` is bad."),
            [
                Part::Text("Copy "),
                Part::Value,
                Part::Text(", then run "),
                Part::Code("warifu backup"),
                Part::Text(". "),
                Part::Value,
                Part::Text(" is bad."),
            ]
        );
        assert_eq!(parts("open { brace"), [Part::Text("open { brace")]);
    }

    #[test]
    fn marks_are_ours_and_everything_else_is_escaped() {
        let text = Rich::from("a <b> & `x < y` {value}").to_string();
        assert_eq!(text, "a &#60;b&#62; &#38; <code>x &#60; y</code> <span class=\"value\">…</span>");
    }

    #[test]
    fn no_text_of_the_catalogue_keeps_a_brace_or_a_backtick() {
        for code in Code::ALL {
            for lang in Lang::ALL {
                for text in [code.entry().message, code.entry().cause, code.entry().remedy] {
                    assert!(!plain(text.get(lang)).contains(['`', '{', '}']), "{code}");
                }
            }
        }
    }
}
