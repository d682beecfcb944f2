//! Text of the event log: which events, the codes inside, and the comma lists of KMS requests.

use std::collections::HashMap;

use super::code;
use super::line::Line;
use crate::fact::{Facts, Origin, Strength};

/// Events of licensing that a rule knows.
const EVENTS: &[u32] = &[
    900, 902, 903, 1003, 1004, 1008, 1014, 1016, 1017, 1033, 1034, 1040, 1058, 8196, 8197, 8198, 8200, 8208,
    8209, 8229, 8230, 12288, 12289, 12290, 12292, 12293, 12294, 12309, 12310, 12321, 12328, 12329, 16384,
];
/// Events that are logged on sound machines too: their codes say nothing.
const HARMLESS: &[u32] = &[900, 902, 903, 1003, 1058, 8208, 12321, 16384];

/// Reads event texts; their lines are marked with the event that they belong to.
pub(super) fn read(facts: &mut Facts, lines: &mut [Line]) {
    let mut learn = |fact: &str, value: &str| facts.learn(fact, value, Strength::Strong, Origin::EventLog);
    let about_log = lines.iter().any(|line| {
        ["event", "イベント", "security-spp", "hr=0x", "eventid"].iter().any(|mark| line.lower.contains(mark))
    });
    let mut current: Option<u32> = None;
    let mut sent = false;
    let mut answered = false;
    let mut seen: Vec<(String, String)> = Vec::new();
    for line in lines.iter_mut() {
        if line.text.is_empty() {
            current = None;
            continue;
        }
        if let Some(id) = event_id(&line.lower, about_log) {
            current = Some(id);
            learn("evt", &id.to_string());
        }
        let list: Vec<&str> = line.text.split(',').map(str::trim).collect();
        if let Some(kind) = kms_list(&list, current) {
            current = current.or(Some(kind));
            learn("evt", &kind.to_string());
            sent |= kind == 12288;
            answered |= kind == 12289;
            kms(&mut learn, kind, &list);
            if kind == 12290 {
                seen.push((list[3].to_lowercase(), list[2].to_lowercase()));
            }
        }
        let hr = line.lower.contains("hr=0x") || line.lower.contains("hr = 0x");
        let event = current.or(hr.then_some(8198));
        match event {
            Some(id) if HARMLESS.contains(&id) => {
                // The code of a harmless event must not be taken for a failure.
                line.event = None;
                // Codes are read from the text; the words stay.
                if !code::spelled(&line.text).is_empty() {
                    line.text.clear();
                }
            }
            other => line.event = other.filter(|_| !code::spelled(&line.text).is_empty()),
        }
        if line.lower.contains("hardware has changed from previous boot") {
            learn("evt", "1040");
        }
    }
    if seen.iter().any(|(cmid, name)| seen.iter().any(|(other, of)| cmid == other && name != of)) {
        learn("kms.same_cmid", "yes");
    }
    if same_machine_id(lines) {
        learn("kms.same_cmid", "yes");
    }
    if sent && !answered {
        learn("kms.answered", "no");
    } else if answered {
        learn("kms.answered", "yes");
    }
}

/// Whether two computers, told apart by what stands before the label, show one client machine ID.
fn same_machine_id(lines: &[Line]) -> bool {
    let mut computer_of: HashMap<&str, &str> = HashMap::new();
    lines.iter().any(|line| {
        let Some((before, after)) = line.lower.split_once("client machine id") else { return false };
        let computer =
            before.split_whitespace().next_back().map(|word| word.trim_end_matches([':', '>', '|', ',']));
        let id = after.split_once(':').and_then(|(_, id)| id.split_whitespace().next());
        let (Some(computer), Some(id)) =
            (computer.filter(|name| is_computer(name)), id.filter(|id| is_guid(id)))
        else {
            return false;
        };
        *computer_of.entry(id).or_insert(computer) != computer
    })
}

/// What stands for a name or an id that was taken out of a case.
fn is_hidden(word: &str) -> bool {
    word.starts_with("[hidden") && word.ends_with(']')
}

/// Whether a word can be the name of a computer: it begins with a letter.
fn is_computer(word: &str) -> bool {
    is_hidden(word)
        || word.starts_with(|c: char| c.is_ascii_alphabetic())
            && word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'))
}

fn is_guid(word: &str) -> bool {
    if is_hidden(word) {
        return true;
    }
    let word = word.trim_matches(['{', '}']);
    word.len() == 36
        && word.split('-').map(str::len).eq([8, 4, 4, 4, 12])
        && word.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
}

/// The event that a line names.
fn event_id(lower: &str, about_log: bool) -> Option<u32> {
    for mark in ["event id", "eventid", "イベント id", "イベントid", "イベント", "event"] {
        let mut rest = lower;
        while let Some(at) = rest.find(mark) {
            rest = &rest[at + mark.len()..];
            let tail = rest.trim_start_matches([' ', ':', '=', '#', '"', '(', '>']);
            if let Some(id) = leading_number(tail).filter(|id| EVENTS.contains(id)) {
                return Some(id);
            }
        }
    }
    if !about_log {
        return None;
    }
    let id = leading_number(lower)?;
    (EVENTS.contains(&id) && id >= 1000).then_some(id)
}

fn leading_number(text: &str) -> Option<u32> {
    let digits: String = text.chars().take_while(char::is_ascii_digit).take(6).collect();
    let after = text[digits.len()..].chars().next();
    if after.is_some_and(|c| c.is_ascii_alphanumeric() || c == '.') { None } else { digits.parse().ok() }
}

/// Which of the three lists this is, by its fields.
fn kms_list(list: &[&str], current: Option<u32>) -> Option<u32> {
    let first = list.first()?.split_whitespace().last().unwrap_or_default().to_lowercase();
    if list.len() < 7 || !first.starts_with("0x") || first.len() > 10 {
        return None;
    }
    if list[1].to_lowercase().starts_with("0x") {
        return Some(if list[2].contains(':') { 12288 } else { 12289 });
    }
    current.filter(|id| *id == 12290).or_else(|| list[1].parse::<u32>().ok().map(|_| 12290))
}

fn kms(learn: &mut impl FnMut(&str, &str) -> bool, kind: u32, list: &[&str]) {
    match kind {
        12288 => {
            learn("lic.kms_asked", &list[2].to_lowercase());
        }
        12289 => {
            if let Some(count) = list.get(4).filter(|count| count.parse::<u32>().is_ok()) {
                learn("kms.count", count);
            }
        }
        12290 => {
            learn("kms.host_log", "yes");
        }
        _ => {}
    }
    if let Some(flags) =
        list.get(1).and_then(|flags| u32::from_str_radix(flags.trim_start_matches("0x"), 16).ok())
    {
        if flags & 0x0400_0000 != 0 {
            learn("kms.flag", "count_low");
        }
        if flags & 0x0800_0000 != 0 {
            learn("kms.flag", "no_base");
        }
    }
}
