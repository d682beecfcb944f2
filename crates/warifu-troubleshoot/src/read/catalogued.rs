//! Failures of Warifu in a text: by their code, or by the message of the catalogue in either language, however it was wrapped.
//!
//! Spaces and line breaks do not count, so that a message survives a mail. Causes and remedies are recognised too, and told nothing by:
//! "a proxy, firewall or security program stops the connection" is the catalogue's word and nobody's observation.

use std::cmp::Reverse;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};
use warifu_core::catalogue::{Code, Lang};

use super::line::{Line, normal};

/// How far the pieces of one text may stand apart, in bytes: a value has no more than 200 characters.
const GAP: usize = 800;
/// A text whose longest piece is shorter cannot be told from others.
const PIECE_BYTES_MIN: usize = 10;

/// So many texts of the catalogue are taken from one pasted text; the longest first.
const SPANS_MAX: usize = 200;

/// A text of the catalogue, in the pieces between its values.
#[derive(Debug)]
struct Known {
    code: Code,
    is_message: bool,
    pieces: Vec<String>,
    anchor: usize,
}

#[derive(Debug)]
struct Catalogue {
    automaton: Option<AhoCorasick>,
    known: Vec<Known>,
}

/// Where a text of the catalogue stands.
#[derive(Clone, Copy, Debug)]
struct Span {
    code: Code,
    is_message: bool,
    start: usize,
    end: usize,
    /// How much of it the catalogue says, without values.
    literal: usize,
}

/// The failures that the lines tell of, in order, each once; lines that hold them are taken.
pub(super) fn read(lines: &mut [Line]) -> Vec<Code> {
    let mut found = Vec::new();
    let mut add = |code: Code| {
        if !found.contains(&code) {
            found.push(code);
        }
    };
    let (squashed, starts) = squash_lines(lines);
    for span in catalogue().spans(&squashed) {
        if span.is_message {
            add(span.code);
        }
        let first = starts.partition_point(|start| *start <= span.start).saturating_sub(1);
        let last = starts.partition_point(|start| *start < span.end);
        for line in &mut lines[first..last] {
            line.taken = true;
        }
    }
    for line in lines {
        for code in named(&line.text) {
            add(code);
            line.taken = true;
        }
    }
    found
}

/// The codes that stand in a line by name.
fn named(line: &str) -> impl Iterator<Item = Code> + '_ {
    line.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .filter(|word| word.contains('_'))
        .filter_map(|word| word.to_ascii_lowercase().parse().ok())
}

/// What somebody typed as a code: its name in any spelling, or the Windows code that means the same.
pub(super) fn typed(text: &str) -> Vec<Code> {
    let text = normal(text).trim().to_lowercase();
    let name: String = text.chars().map(|c| if matches!(c, '-' | ' ') { '_' } else { c }).collect();
    if let Ok(code) = name.parse() {
        return vec![code];
    }
    let mut codes: Vec<Code> = named(&text).collect();
    for spelled in super::code::spelled(&text) {
        codes.extend(of_windows(&spelled));
    }
    codes
}

/// The entries that mean the same as a code of Windows.
fn of_windows(spelled: &str) -> impl Iterator<Item = Code> + '_ {
    Code::ALL
        .iter()
        .copied()
        .filter(move |code| code.entry().windows.is_some_and(|windows| windows.eq_ignore_ascii_case(spelled)))
}

/// All lines without white space and in lower case, and where each line starts in it.
fn squash_lines(lines: &[Line]) -> (String, Vec<usize>) {
    let mut out = String::new();
    let mut starts = Vec::with_capacity(lines.len());
    for line in lines {
        starts.push(out.len());
        squash(&line.text, &mut out);
    }
    (out, starts)
}

fn squash(text: &str, out: &mut String) {
    out.extend(text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase));
}

fn catalogue() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(Catalogue::new)
}

impl Catalogue {
    fn new() -> Self {
        let mut known = Vec::new();
        for code in Code::ALL {
            let entry = code.entry();
            for lang in Lang::ALL {
                for (text, is_message) in [(entry.message, true), (entry.cause, false), (entry.remedy, false)]
                {
                    known.extend(Known::new(*code, is_message, text.get(lang)));
                }
            }
        }
        let anchors = known.iter().map(|text: &Known| text.pieces[text.anchor].as_str());
        let automaton = AhoCorasick::builder().match_kind(MatchKind::Standard).build(anchors).ok();
        Self { automaton, known }
    }

    /// The texts that stand in a squashed text. Where two overlap the longer is meant, then the one that leaves less to values.
    fn spans(&self, text: &str) -> Vec<Span> {
        let Some(automaton) = &self.automaton else { return Vec::new() };
        let mut spans: Vec<Span> = automaton
            .find_overlapping_iter(text)
            .filter_map(|hit| self.known[hit.pattern().as_usize()].around(text, hit.start(), hit.end()))
            .collect();
        spans.sort_by_key(|span| (Reverse(span.end - span.start), Reverse(span.literal), span.start));
        let mut kept: Vec<Span> = Vec::new();
        for span in spans {
            if kept.len() == SPANS_MAX {
                break;
            }
            if kept.iter().all(|other| span.end <= other.start || other.end <= span.start) {
                kept.push(span);
            }
        }
        kept.sort_by_key(|span| span.start);
        kept
    }
}

impl Known {
    fn new(code: Code, is_message: bool, text: &str) -> Option<Self> {
        let mut pieces = Vec::new();
        for piece in text.split('{').enumerate().filter_map(|(at, piece)| {
            if at == 0 { Some(piece) } else { piece.split_once('}').map(|(_, rest)| rest) }
        }) {
            let mut squashed = String::new();
            squash(&normal(piece), &mut squashed);
            if !squashed.is_empty() {
                pieces.push(squashed);
            }
        }
        // People copy a sentence without its full stop.
        if let Some(last) = pieces.last_mut() {
            last.truncate(last.trim_end_matches(['.', '。']).len());
        }
        pieces.retain(|piece| !piece.is_empty());
        let anchor = (0..pieces.len()).max_by_key(|at| pieces[*at].len())?;
        (pieces[anchor].len() >= PIECE_BYTES_MIN).then_some(Self { code, is_message, pieces, anchor })
    }

    /// The whole text around its longest piece, if the others stand there in order.
    fn around(&self, text: &str, start: usize, end: usize) -> Option<Span> {
        let (mut first, mut last) = (start, end);
        for piece in self.pieces[self.anchor + 1..].iter() {
            let window = &text[last..boundary(text, last + GAP)];
            last += window.find(piece.as_str())? + piece.len();
        }
        for piece in self.pieces[..self.anchor].iter().rev() {
            let from = boundary(text, first.saturating_sub(GAP));
            first = from + text[from..first].rfind(piece.as_str())?;
        }
        let literal = self.pieces.iter().map(String::len).sum();
        Some(Span { code: self.code, is_message: self.is_message, start: first, end: last, literal })
    }
}

/// The place, or the next before it that lies between two characters.
fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use warifu_core::catalogue::Failure;

    use super::super::line::lines;
    use super::*;

    #[test]
    fn every_message_is_recognised_in_both_languages_and_however_it_is_wrapped() {
        for code in Code::ALL {
            let values: Vec<(&str, &str)> =
                code.entry().values.iter().map(|value| (value.name, "12")).collect();
            let failure = Failure::from_parts(*code, values).expect("every value is given");
            for lang in Lang::ALL {
                let message = failure.message(lang);
                if (*code, lang) == (Code::RecordNotFound, Lang::En) {
                    // "There is no … …" is anybody's sentence.
                    assert_eq!(read(&mut lines(&message)), []);
                    continue;
                }
                let middle = boundary(&message, message.len() / 2);
                let wrapped = format!("> {}\n   {}", &message[..middle], &message[middle..]);
                let without_stop = message.trim_end_matches(['.', '。']).to_owned();
                for text in [message.clone(), wrapped, message.to_uppercase(), without_stop] {
                    assert_eq!(read(&mut lines(&text)), [*code], "{text}");
                }
            }
        }
    }

    #[test]
    fn a_cause_or_a_remedy_alone_tells_of_no_failure_and_is_nobodys_words() {
        let failure = Failure::service_unreachable("https://a.example", "no answer in time");
        for lang in Lang::ALL {
            for text in [failure.cause(lang), failure.remedy(lang)] {
                let mut lines = lines(&text);
                assert_eq!(read(&mut lines), []);
                assert!(lines.iter().all(|line| line.taken));
            }
        }
    }

    #[test]
    fn a_code_is_found_by_its_name_in_any_spelling_or_by_what_windows_calls_it() {
        for text in
            ["seat_limit_reached", "Seat Limit Reached", "seat-limit-reached", "0xC004C008", "c004c008"]
        {
            assert!(typed(text).contains(&Code::SeatLimitReached), "{text}");
        }
        assert_eq!(typed("no such code"), []);
        let mut pasted = lines("https://a.example/help/errors/licence_revoked?lang=ja\nplain words");
        assert_eq!(read(&mut pasted), [Code::LicenceRevoked]);
        assert!(pasted[0].taken && !pasted[1].taken);
    }
}
