//! The words of a narrative as they are learnt and heard: beginnings of Latin words, pairs of Japanese letters.
//!
//! The build script includes this file, so that cases and questions are parted alike.

use std::collections::BTreeSet;

/// A Latin word is compared by so many letters: replaced, replacing and replacement are one.
const STEM: usize = 6;

/// Words that say nothing of a cause.
const EMPTY: &[&str] = &[
    "the", "and", "or", "of", "to", "in", "on", "at", "is", "it", "my", "we", "our", "you", "your", "for",
    "with", "but", "not", "be", "was", "were", "has", "have", "had", "this", "that", "as", "so", "from",
    "by", "its", "are", "do", "does", "did", "if", "then", "there", "they", "he", "she", "his", "her", "me",
    "no", "any", "all", "can", "will", "just", "what", "when", "which", "after", "before", "one", "two",
    "now", "get", "got", "says", "said", "an",
];

/// The tokens of a text in lower case, each once.
pub(crate) fn tokens(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut word = String::new();
    let mut before: Option<char> = None;
    // A run that begins with a digit is a number, a code or an identifier.
    let mut number = false;
    for c in text.chars().chain([' ']) {
        number = c.is_ascii_digit() && word.is_empty() || number && c.is_ascii_alphanumeric();
        if !number
            && (c.is_ascii_lowercase()
                || !word.is_empty() && (c.is_ascii_digit() || matches!(c, '\'' | '-' | '.')))
        {
            word.push(c);
        } else if !word.is_empty() {
            let whole = word.trim_end_matches(['\'', '-', '.']);
            if whole.len() > 1 && !EMPTY.contains(&whole) && !is_code(whole) {
                found.insert(whole.chars().take(STEM).collect());
            }
            word.clear();
        }
        let japanese = matches!(c, '\u{3041}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}');
        if let Some(before) = before.filter(|_| japanese)
            && !(is_hiragana(before) && is_hiragana(c))
        {
            found.insert([before, c].iter().collect());
        }
        before = japanese.then_some(c);
    }
    found
}

/// c004f074: a code without its 0x.
fn is_code(word: &str) -> bool {
    word.len() == 8 && word.chars().all(|c| c.is_ascii_hexdigit()) && word.chars().any(|c| c.is_ascii_digit())
}

fn is_hiragana(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{309f}')
}
