//! `w32tm /query /status`, `w32tm /stripchart`: where the clock gets its time, and how far it is off.

use super::line::{Line, label_key};
use crate::fact::{Facts, Origin, Strength};

/// Labels of the date that a PC believes in: `systeminfo`, `date`, `w32tm`, the setup of the firmware.
const TODAY: &[&str] = &[
    "system boot time",
    "システム起動時間",
    "the current date is",
    "現在の日付",
    "local time",
    "ローカル時刻",
    "system date",
    "システム日付",
    "trusted time",
    "信頼できる時刻",
];

/// No Windows that activates over the net has seen a year before this one.
const FIRST_YEAR: u32 = 2009;

/// A PC that believes in a year before its Windows was made has a wrong clock.
fn read_today(facts: &mut Facts, lines: &[Line]) {
    for line in lines.iter().filter(|line| line.lower.contains(':')) {
        let Some(label) = TODAY.iter().find(|label| line.lower.starts_with(*label)) else { continue };
        let year = line.lower[label.len()..]
            .split(|c: char| !c.is_ascii_digit())
            .filter(|digits| digits.len() == 4)
            .find_map(|digits| digits.parse::<u32>().ok());
        if year.is_some_and(|year| (1900..FIRST_YEAR).contains(&year)) {
            facts.learn("time.verdict", "wrong", Strength::Strong, Origin::Tool);
        }
    }
}

/// Reads the lines of the time service.
pub(super) fn read(facts: &mut Facts, lines: &mut [Line]) {
    read_today(facts, lines);
    let near = lines.iter().any(|line| {
        ["leap indicator", "閏インジケ", "stratum", "w32tm", "referenceid", "参照 id", "stripchart"]
            .iter()
            .any(|mark| line.lower.contains(mark))
    });
    if !near {
        return;
    }
    let mut learn = |fact: &str, value: &str| facts.learn(fact, value, Strength::Strong, Origin::Tool);
    for line in lines.iter_mut().filter(|line| !line.taken) {
        let lower = line.lower.clone();
        if let Some((label, value)) = line.labelled() {
            let value = value.to_lowercase();
            let known = match label_key(label).as_str() {
                "source" | "ソス" => {
                    let source = if value.contains("local cmos clock") {
                        "local_cmos"
                    } else if value.contains("free-running") {
                        "free_running"
                    } else {
                        "server"
                    };
                    learn("time.source", source)
                }
                "lastsuccessfulsynctime" | "最終正常同期時刻" => {
                    if value.contains("unspecified") || value.contains("未指定") {
                        learn("time.synced", "no");
                    }
                    true
                }
                "phaseoffset" | "フェズオフセット" => learn_offset(&mut learn, &value),
                "leapindicator" | "閏インジケタ" => {
                    if value.starts_with('3') {
                        learn("time.synced", "no");
                    }
                    true
                }
                "stratum" | "階層" | "precision" | "精度" | "rootdelay" | "ルト遅延" | "rootdispersion"
                | "ルト分散" | "referenceid" | "参照id" | "pollinterval" | "ポリング間隔" => true,
                _ => false,
            };
            line.taken |= known;
        }
        if lower.contains("0x80070426")
            && (lower.contains("service has not been started") || lower.contains("開始されていません"))
        {
            learn("svc.W32Time", "stopped");
            line.taken = true;
        }
        // 10:12:13, d:+00.0312500s o:-94608000.123s [ * ]
        if let Some((_, offset)) = lower.split_once(" o:") {
            line.taken |= learn_offset(&mut learn, offset);
        } else if let Some((_, offset)) =
            lower.split_once(", ").filter(|(time, _)| time.matches(':').count() == 2)
        {
            line.taken |= offset.ends_with('s') && learn_offset(&mut learn, offset);
        }
    }
}

fn learn_offset(learn: &mut impl FnMut(&str, &str) -> bool, text: &str) -> bool {
    let number: String = text
        .trim()
        .trim_start_matches('+')
        .chars()
        .take_while(|c| c.is_ascii_digit() || matches!(c, '-' | '.'))
        .collect();
    match number.parse::<f64>() {
        Ok(seconds) if seconds.is_finite() => learn("time.offset_s", &format!("{}", seconds.round())),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::WINDOWS;
    use crate::read;

    #[test]
    fn a_date_before_windows_was_made_is_a_wrong_clock() {
        for (text, wrong) in [
            ("System Boot Time:          1/1/2003, 12:02:41 AM", true),
            ("システム起動時間:       1970/01/01, 0:02:41", true),
            ("現在の日付: 2002/01/01", true),
            ("System Boot Time:          11/21/2026, 8:02:41 AM", false),
            ("Original Install Date:     1/1/2003, 12:02:41 AM", false),
        ] {
            let mut facts = Facts::new(&WINDOWS);
            read::text(&mut facts, text);
            assert_eq!(facts.is("time.verdict", "wrong"), wrong, "{text}");
        }
    }
}
