//! The words of a narrative that others have used too. They are kept as facts, so that the facts alone lead to the verdict.

use super::line::Line;
use super::{spelling, token};
use crate::fact::{Facts, Origin, Strength};

/// The fact that holds words, parted by spaces.
pub const WORDS: &str = "text.words";
/// No more words than this are kept.
const WORDS_MAX: usize = 240;
/// A value holds no more bytes than this.
const VALUE_BYTES_MAX: usize = 40;

/// Learns the known words of the lines that no reader took.
pub(super) fn read(facts: &mut Facts, lines: &[Line]) {
    let known = facts.knowledge().likeness.words;
    if known.is_empty() {
        return;
    }
    let text: Vec<&str> = lines.iter().filter(|line| !line.taken).map(|line| line.lower.as_str()).collect();
    let mut value = String::new();
    for word in token::tokens(&spelling::one(&text.join("\n")))
        .iter()
        .filter(|word| known.binary_search(&word.as_str()).is_ok())
        .take(WORDS_MAX)
    {
        if value.len() + 1 + word.len() > VALUE_BYTES_MAX {
            facts.learn(WORDS, &value, Strength::Weak, Origin::Words);
            value.clear();
        }
        if !value.is_empty() {
            value.push(' ');
        }
        value.push_str(word);
    }
    facts.learn(WORDS, &value, Strength::Weak, Origin::Words);
}
