//! Error codes in any spelling: with and without 0x, lower case, full width, O for 0, a space inside, decimal of either sign.

use super::line::{Line, normal};
use crate::fact::{Facts, Origin, Strength};
use crate::knowledge::{ErrorCode, Knowledge};

/// The longest text that is taken for one code written wrongly.
const CODE_BYTES_MAX: usize = 64;

/// How codes begin that people write without 0x.
const FAMILIES: &[&str] = &[
    "c004", "8007", "803f", "8004", "8009", "800b", "800a", "800f", "8019", "87e1", "c0ea", "d000", "c000",
    "c002", "4004", "8024", "c03f", "8015", "d05e", "c190",
];

/// The codes in a text, canonical (`0xC004F213`), in order, each once.
#[must_use]
pub fn spelled(text: &str) -> Vec<String> {
    let text = normal(text).to_lowercase();
    let chars: Vec<char> = text.chars().collect();
    let mut found: Vec<String> = Vec::new();
    let mut add = |value: u32| {
        let code = format!("0x{value:08X}");
        if !found.contains(&code) {
            found.push(code);
        }
    };
    let mut at = 0;
    while at < chars.len() {
        let free = at == 0 || !is_word(chars[at - 1]);
        if free
            && let Some((value, end)) =
                marked(&chars, at).or_else(|| bare(&chars, at)).or_else(|| decimal(&chars, at))
        {
            add(value);
            at = end;
        } else {
            at += 1;
        }
    }
    found
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

fn digit(c: char) -> Option<u32> {
    match c {
        'o' => Some(0),
        'l' | 'i' => Some(1),
        _ => c.to_digit(16),
    }
}

/// `0x` and eight digits; a space or hyphen may stand after the mark or in the middle.
fn marked(chars: &[char], at: usize) -> Option<(u32, usize)> {
    if !matches!(chars.get(at), Some('0' | 'o')) || chars.get(at + 1) != Some(&'x') {
        return None;
    }
    let mut end = at + 2;
    while matches!(chars.get(end), Some(' ' | '×')) && end < at + 4 {
        end += 1;
    }
    eight(chars, end, true)
}

/// Eight digits that begin as a family of codes does, and are no piece of an identifier.
fn bare(chars: &[char], at: usize) -> Option<(u32, usize)> {
    let (value, end) = eight(chars, at, false)?;
    let start: String = format!("{value:08x}").chars().take(4).collect();
    let parts = at > 0 && matches!(chars[at - 1], '-' | '{' | '/');
    let goes_on = chars.get(end) == Some(&'-') && chars.get(end + 1).is_some_and(char::is_ascii_alphanumeric);
    (FAMILIES.contains(&start.as_str()) && !parts && !goes_on).then_some((value, end))
}

fn eight(chars: &[char], at: usize, gap: bool) -> Option<(u32, usize)> {
    let (mut value, mut digits, mut end) = (0_u32, 0, at);
    while digits < 8 {
        let c = *chars.get(end)?;
        if gap && digits == 4 && matches!(c, ' ' | '-') {
            end += 1;
            continue;
        }
        value = value << 4 | digit(c)?;
        digits += 1;
        end += 1;
    }
    if chars.get(end).copied().is_some_and(is_word) {
        return None;
    }
    (value >= 0x4000_0000).then_some((value, end))
}

/// A signed or unsigned decimal of the same 32 bits.
fn decimal(chars: &[char], at: usize) -> Option<(u32, usize)> {
    let negative = chars.get(at) == Some(&'-');
    let start = at + usize::from(negative);
    let digits: String =
        chars[start.min(chars.len())..].iter().take_while(|c| c.is_ascii_digit()).take(11).collect();
    let end = start + digits.len();
    if digits.len() != 10 || chars.get(end).copied().is_some_and(is_word) || chars.get(end) == Some(&'-') {
        return None;
    }
    let number: i64 = digits.parse().ok()?;
    let value =
        if negative { u32::try_from((1_i64 << 32) - number).ok()? } else { u32::try_from(number).ok()? };
    let family = format!("{value:08x}").chars().take(4).collect::<String>();
    FAMILIES.contains(&family.as_str()).then_some((value, end))
}

/// How many codes are offered for one that is written wrongly.
const MEANT_MAX: usize = 5;

/// The known codes that a code with one digit too many, too few, changed or in its neighbour's place may mean; none when what was written
/// is a known code, or no code at all.
#[must_use]
pub fn meant(knowledge: &Knowledge, text: &str) -> Vec<&'static ErrorCode> {
    if text.len() > CODE_BYTES_MAX {
        return Vec::new();
    }
    let text = normal(text).to_lowercase();
    let marked = text.trim().strip_prefix("0x").or_else(|| text.trim().strip_prefix("ox"));
    let chars = marked.unwrap_or(text.trim()).chars().filter(|c| !matches!(c, ' ' | '-'));
    let Some(typed) =
        chars.map(|c| digit(c).and_then(|value| char::from_digit(value, 16))).collect::<Option<String>>()
    else {
        return Vec::new();
    };
    let near = knowledge.codes.iter().filter(|code| {
        let known = format!("{:08x}", code.value);
        (7..=9).contains(&typed.len()) && strsim::osa_distance(&typed, &known) == 1
    });
    if spelled(&text).iter().any(|code| is_known(knowledge, code)) {
        Vec::new()
    } else {
        near.take(MEANT_MAX).collect()
    }
}

/// Every code in the lines that is no field of another reader. Codes of the event log are deep: nearer to the cause than a screen.
pub(super) fn read(facts: &mut Facts, lines: &[Line]) {
    for line in lines {
        for code in spelled(&line.text) {
            let deep = line.event.is_some();
            learn(
                facts,
                &code,
                if deep { "code.deep" } else { "code" },
                if deep { Origin::EventLog } else { Origin::Code },
            );
        }
    }
}

fn learn(facts: &mut Facts, code: &str, fact: &str, origin: Origin) {
    // A value of 0x4004… is a state; what a machine reports beside an error is no second error.
    facts.learn(fact, code, Strength::Strong, origin);
    if !is_known(facts.knowledge(), code) {
        facts.learn("code.unlisted", code, Strength::Strong, origin);
    }
}

/// Whether a code in the usual spelling is in the tables.
fn is_known(knowledge: &Knowledge, code: &str) -> bool {
    code.get(2..)
        .and_then(|digits| u32::from_str_radix(digits, 16).ok())
        .is_some_and(|value| knowledge.code(value).is_some())
}

/// A code that a person gave as such.
pub(super) fn typed(facts: &mut Facts, text: &str) -> bool {
    let mut codes = spelled(text);
    if codes.is_empty() {
        let bare: String = normal(text).chars().filter(|c| c.is_ascii_alphanumeric()).collect();
        codes = spelled(&format!("0x{}", bare.trim_start_matches("0x").trim_start_matches("0X")));
    }
    for code in &codes {
        learn(facts, code, "code", Origin::Code);
    }
    !codes.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::WINDOWS;

    #[test]
    fn a_code_is_found_in_every_spelling() {
        for text in [
            "0xC004F213",
            "c004f213",
            "エラー0xc004f213(…)",
            "0xC004F213",
            "0XC004F213.",
            "0xCOO4F213",
            "0xC004 F213",
            "Error code: (0xC004F213)",
            "-1073417709",
            "3221549587",
            "c004f213が出ました",
        ] {
            assert_eq!(spelled(text), ["0xC004F213"], "{text}");
        }
    }

    #[test]
    fn a_digit_too_many_too_few_changed_or_swapped_leads_to_the_code_that_was_meant() {
        for text in ["0xC004F21", "0xC004F2133", "c004f231", "0xC04F213", "Ｃ００４F21", "0xC004 F2133"] {
            let codes: Vec<u32> = meant(&WINDOWS, text).iter().map(|code| code.value).collect();
            assert!(codes.contains(&0xC004_F213), "{text}: {codes:X?}");
            assert!(codes.len() <= MEANT_MAX);
        }
        let long = "c004f21".repeat(100_000);
        for text in ["0xC004F213", "", "hello", "0x1234567", "c004", &long] {
            assert!(meant(&WINDOWS, text).is_empty(), "{text}");
        }
    }

    #[test]
    fn identifiers_times_and_prices_are_no_codes() {
        for text in [
            "55c92734-d682-4d71-983e-d6ec3f16059f",
            "c004f213-d682-4d71-983e-d6ec3f16059f",
            "2026-11-22 09:58:33",
            "Build 26100.4652",
            "090-1234-5678",
            "00330-80000-00000-AA123",
            "facade00",
        ] {
            assert_eq!(spelled(text), Vec::<String>::new(), "{text}");
        }
    }
}
