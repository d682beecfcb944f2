//! Product keys in a text: told by their last five, what is wrong with their form told by place, and never kept.

use zeroize::Zeroizing;

use crate::fact::{Facts, Origin, Strength};
use crate::read::line::normal;

/// Of so many keys of Warifu in one text it is told what is wrong with their form; all are taken out.
const OWN_KEYS_MAX: usize = 16;

/// The letters and digits of a Windows product key.
const ALPHABET: &str = "BCDFGHJKMNPQRTVWXY2346789";

/// A product key that stood in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenKey {
    /// Its last five characters.
    pub last_five: String,
    /// Places (1 to 25) of characters that no Windows key has.
    pub impossible: Vec<usize>,
    /// What it is, when it is a published key: `default_install` or `gvlk`.
    pub generic: Option<&'static str>,
}

/// The text with every product key cut down to its last five, and the keys' own texts (without what came before the last five).
#[must_use]
pub fn redact(text: &str) -> String {
    find(text, true).0
}

/// Redacts, and learns what the keys tell.
pub(super) fn read(facts: &mut Facts, text: &str) -> (String, Vec<SeenKey>) {
    let (redacted, keys) = find(text, true);
    let mut seen = Vec::new();
    for groups in keys {
        let last_five = groups.last().cloned().unwrap_or_default();
        let impossible: Vec<usize> = groups
            .concat()
            .chars()
            .enumerate()
            .filter(|(_, c)| !ALPHABET.contains(*c))
            .map(|(at, _)| at + 1)
            .collect();
        let generic = facts.knowledge().generic_key(&last_five).map(|key| key.kind);
        let form = if impossible.is_empty() { "sound" } else { "impossible" };
        facts.learn("key.form", form, Strength::Strong, Origin::Key);
        if let Some(kind) = generic.filter(|_| impossible.is_empty()) {
            facts.learn("key.typed_kind", kind, Strength::Strong, Origin::Key);
        }
        seen.push(SeenKey { last_five, impossible, generic });
    }
    for word in redacted.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| word.len() == 5) {
        let mixed = word.bytes().any(|b| b.is_ascii_digit()) && word.bytes().any(|b| b.is_ascii_uppercase());
        if let Some(key) = facts.knowledge().generic_key(word).filter(|_| mixed) {
            facts.learn("key.typed_kind", key.kind, Strength::Weak, Origin::Key);
        }
    }
    (redacted, seen)
}

/// Takes product keys of Warifu out of a text, and learns what is wrong with their form. Nothing of a key stays: its last groups are secret, and
/// from a mistyped one the first do not say whose it is.
pub(super) fn read_own(facts: &mut Facts, text: &str) -> String {
    let (out, keys) = find(text, false);
    for groups in keys.iter().take(OWN_KEYS_MAX) {
        let key = Zeroizing::new(groups.join("-"));
        if let Some(failure) = warifu_core::key::read(&key).failure(|sku| sku.to_string(), "") {
            super::warifu::failure(facts, failure.code(), Origin::Key);
        }
    }
    out
}

/// Five groups of five with any dash or space between them, in either width. Of each the last group stays in the text, or nothing.
fn find(text: &str, keep_last: bool) -> (String, Vec<Vec<String>>) {
    let chars: Vec<char> = text.chars().collect();
    let plain: Vec<char> = chars.iter().map(|c| fold(*c)).collect();
    let (mut out, mut keys, mut at) = (String::with_capacity(text.len()), Vec::new(), 0);
    while at < chars.len() {
        let free = at == 0 || !plain[at - 1].is_ascii_alphanumeric();
        if free && let Some((groups, end)) = key_at(&plain, at) {
            out.push_str("*****-*****-*****-*****-");
            out.push_str(groups.last().filter(|_| keep_last).map_or("*****", String::as_str));
            keys.push(groups);
            at = end;
        } else {
            out.push(chars[at]);
            at += 1;
        }
    }
    (out, keys)
}

fn fold(c: char) -> char {
    let mut folded = normal(c.encode_utf8(&mut [0; 4])).chars().next().unwrap_or(c);
    if matches!(folded, '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | 'ー' | '_' | '・') {
        folded = '-';
    }
    folded.to_ascii_uppercase()
}

fn key_at(chars: &[char], at: usize) -> Option<(Vec<String>, usize)> {
    let (mut groups, mut end, mut letters, mut parted) = (Vec::new(), at, false, None);
    for group in 0..5 {
        if group > 0 {
            let gap = chars[end..].iter().take_while(|c| matches!(c, '-' | ' ')).count();
            // Either all groups are parted or none is: "error 0xC004C003 activation" is no key.
            if gap > 3 || *parted.get_or_insert(gap > 0) != (gap > 0) {
                return None;
            }
            end += gap;
        }
        let five: String = chars.get(end..end + 5)?.iter().collect();
        if !five.chars().all(|c| c.is_ascii_alphanumeric()) {
            return None;
        }
        letters |= five.chars().any(|c| c.is_ascii_alphabetic());
        groups.push(five);
        end += 5;
    }
    let goes_on = chars.get(end).is_some_and(char::is_ascii_alphanumeric);
    let digits = groups.concat().chars().any(|c| c.is_ascii_digit());
    // Five words of five letters are words.
    (!goes_on && letters && digits).then_some((groups, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_cut_down_to_its_last_five_in_every_spelling() {
        for text in [
            "BCDFG-HJKMN-PQRTV-WXY23-46789",
            "bcdfg-hjkmn-pqrtv-wxy23-46789",
            "BCDFG HJKMN PQRTV WXY23 46789",
            "BCDFGHJKMNPQRTVWXY2346789",
            "BCDFG–HJKMN–PQRTV–WXY23–46789",
            "BCDFG-HJKMN-PQRTV-WXY23-46789",
        ] {
            let said = redact(&format!("my key is {text}, is it good?"));
            assert_eq!(said, "my key is *****-*****-*****-*****-46789, is it good?", "{text}");
        }
    }

    #[test]
    fn words_and_identifiers_are_no_keys() {
        for text in [
            "these words which never match",
            "55c92734-d682-4d71-983e-d6ec3f16059f",
            "00330-80000-00000-00000-12345",
            "error 0xC004C003 activation failed",
        ] {
            assert_eq!(redact(text), text);
        }
    }
}
