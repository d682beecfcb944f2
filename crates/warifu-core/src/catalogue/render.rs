//! Texts with their values put in, and the values brought into a shape that is safe to show: bounded, on one line, without
//! control characters.

use std::fmt::{self, Write};

use super::entry::{Lang, term};

/// Puts values into the `{name}` places of a text. The generator has made sure that every name is known.
pub(super) fn fill(template: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            out.push('{');
            rest = after;
            break;
        };
        match value(name) {
            Some(text) => out.push_str(&text),
            None => {
                let _ = write!(out, "{{{name}}}");
            }
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// A value as it is kept: at most `max` characters (an ellipsis marks a cut), line breaks as spaces, and nothing that
/// moves a cursor, hides text or turns its direction.
pub(super) fn bounded(value: &dyn fmt::Display, max: usize) -> String {
    let mut out = Bounded { text: String::new(), left: max };
    // The only error is our own "full", and then the text is complete up to its bound.
    if write!(out, "{value}").is_err() {
        out.text.pop();
        out.text.push('…');
    }
    out.text
}

struct Bounded {
    text: String,
    left: usize,
}

impl Write for Bounded {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for symbol in text.chars() {
            let symbol = match symbol {
                '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => ' ',
                hidden if is_hidden(hidden) => continue,
                shown => shown,
            };
            if self.left == 0 {
                return Err(fmt::Error);
            }
            self.left -= 1;
            self.text.push(symbol);
        }
        Ok(())
    }
}

/// Control characters, and the format characters of Unicode that reorder or hide what a person reads.
fn is_hidden(symbol: char) -> bool {
    symbol.is_control()
        || matches!(symbol,
            '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{FEFF}'
            | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{E0000}'..='\u{E007F}')
}

/// An instant as a language writes it, to the minute; anything that is not one stays as it is.
pub(super) fn time(kept: &str, lang: Lang) -> String {
    const SHAPE: &[u8; 20] = b"0000-00-00T00:00:00Z";
    let fits = kept.len() == SHAPE.len()
        && kept.bytes().zip(SHAPE).all(|(byte, shape)| match shape {
            b'0' => byte.is_ascii_digit(),
            other => byte == *other,
        });
    if !fits {
        return kept.to_owned();
    }
    let (year, month, day, minute) = (&kept[..4], &kept[5..7], &kept[8..10], &kept[11..16]);
    match lang {
        Lang::Ja => {
            let (month, day) = (month.trim_start_matches('0'), day.trim_start_matches('0'));
            format!("{year}年{month}月{day}日 {minute}（UTC）")
        }
        Lang::En => format!("{year}-{month}-{day} {minute} UTC"),
    }
}

/// Stable words by their names in a language.
pub(super) fn terms(kept: &str, lang: Lang) -> String {
    let separator = match lang {
        Lang::Ja => "、",
        Lang::En => ", ",
    };
    let mut out = String::new();
    for word in kept.split(',').map(str::trim).filter(|word| !word.is_empty()) {
        if !out.is_empty() {
            out.push_str(separator);
        }
        out.push_str(term(word, lang).unwrap_or(word));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_put_where_its_name_stands() {
        let value = |name: &str| (name == "path").then(|| "/tmp/{odd}".to_owned());
        assert_eq!(fill("open {path}: {path}.", value), "open /tmp/{odd}: /tmp/{odd}.");
        assert_eq!(fill("{other} and {", value), "{other} and {");
    }

    #[test]
    fn a_long_value_is_cut_and_marked() {
        assert_eq!(bounded(&"abcdef", 6), "abcdef");
        assert_eq!(bounded(&"abcdefg", 6), "abcde…");
        assert_eq!(bounded(&"あいうえお", 3), "あい…");
    }

    #[test]
    fn control_and_direction_characters_do_not_reach_a_reader() {
        assert_eq!(bounded(&"a\u{1b}[31mb\r\nc\u{202e}d\u{7}", 99), "a[31mb  cd");
    }

    #[test]
    fn an_instant_is_shown_as_the_language_writes_it() {
        let kept = "2026-11-02T05:02:45Z";
        assert_eq!(time(kept, Lang::Ja), "2026年11月2日 05:02（UTC）");
        assert_eq!(time(kept, Lang::En), "2026-11-02 05:02 UTC");
        assert_eq!(time("tomorrow, ２０２６", Lang::En), "tomorrow, ２０２６");
    }

    #[test]
    fn known_words_are_shown_by_name_and_unknown_ones_as_they_are() {
        assert_eq!(terms("motherboard, tpm,flux", Lang::Ja), "マザーボード、TPM、flux");
        assert_eq!(terms("motherboard,system_disk", Lang::En), "motherboard, system disk");
        assert_eq!(terms("", Lang::En), "");
    }
}
