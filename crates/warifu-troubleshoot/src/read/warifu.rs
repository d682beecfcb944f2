//! Output of `warifu` itself: `status` and `doctor` as text or JSON, problems of the service, failures of any surface.

use serde_json::Value;
use warifu_core::catalogue::Code;

use super::catalogued;
use super::line::{Line, normal};
use crate::fact::{Facts, Origin, Strength};

/// How many values of a JSON text are looked at, and how deep.
const VALUES_MAX: usize = 20_000;
const DEPTH_MAX: usize = 24;

/// Learns that a failure was met.
pub(super) fn failure(facts: &mut Facts, code: Code, origin: Origin) {
    facts.learn("failure", code.as_str(), Strength::Strong, origin);
}

/// Reads JSON of Warifu. `false`: this is something else.
pub(super) fn json(facts: &mut Facts, text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}').trim();
    if !text.starts_with(['{', '[']) {
        return false;
    }
    let Ok(value) = serde_json::from_str::<Value>(text) else { return false };
    let mut left = VALUES_MAX;
    walk(facts, &value, DEPTH_MAX, &mut left)
}

fn walk(facts: &mut Facts, value: &Value, depth: usize, left: &mut usize) -> bool {
    if depth == 0 || *left == 0 {
        return false;
    }
    *left -= 1;
    match value {
        Value::Array(all) => all.iter().filter(|one| walk(facts, one, depth - 1, left)).count() > 0,
        Value::Object(fields) => {
            let text = |name: &str| fields.get(name).and_then(Value::as_str);
            let mut known = false;
            if let Some(code) = text("code").and_then(|code| code.parse().ok()) {
                failure(facts, code, Origin::Tool);
                known = true;
                if let Some(detail) =
                    fields.get("values").and_then(|values| values.get("detail")).and_then(Value::as_str)
                {
                    reach(facts, code, detail);
                }
            }
            let mut learn = |fact: &str, value: &str| {
                facts.learn(fact, value, Strength::Strong, Origin::Tool);
            };
            for (name, fact) in [
                ("state", "standing.state"),
                ("state", "lic.state"),
                ("channel", "lic.channel"),
                ("may_move", "lic.may_move"),
            ] {
                if let Some(value) = text(name) {
                    learn(fact, value);
                    known = true;
                }
            }
            if let Some(days) = fields.get("days_left").and_then(Value::as_i64) {
                learn("lease.days_left", &days.to_string());
            }
            if let (Some(fact), Some(value)) = (text("fact"), text("value")) {
                learn(fact, value);
                known = true;
            }
            fields.values().filter(|one| walk(facts, one, depth - 1, left)).count() > 0 || known
        }
        _ => false,
    }
}

/// Reads lines: failures, and the two columns of `warifu status`.
pub(super) fn lines(facts: &mut Facts, lines: &mut [Line]) {
    let codes = catalogued::read(lines);
    for code in &codes {
        failure(facts, *code, Origin::Tool);
    }
    for line in lines.iter_mut() {
        if codes.contains(&Code::ServiceUnreachable) {
            let lower = line.lower.clone();
            reach(facts, Code::ServiceUnreachable, &lower);
        }
        line.taken |= column(facts, &line.lower) || is_label(&line.lower);
    }
}

/// How the way to the service ended, from the detail that the client tells of it.
pub(super) fn reach(facts: &mut Facts, code: Code, detail: &str) {
    let detail = normal(detail).to_lowercase();
    let has = |parts: &[&str]| parts.iter().any(|part| detail.contains(part));
    let reach = match code {
        Code::ServiceUnreachable if has(&["refused", "拒否されました", "os error 111", "os error 10061"]) => {
            "refused"
        }
        Code::ServiceUnreachable
            if has(&["network is unreachable", "os error 101", "no route to host", "os error 10051"]) =>
        {
            "no_route"
        }
        Code::ServiceUnreachable
            if has(&["name of the host is not known", "lookup address", "resolve", "dns"]) =>
        {
            "dns"
        }
        Code::ServiceUnreachable
            if has(&["no answer in time", "timed out", "timeout", "os error 110", "os error 10060"]) =>
        {
            "timeout"
        }
        Code::TlsFailed => "tls",
        Code::AnswerNotUnderstood => "not_a_service",
        _ => return,
    };
    facts.learn("service.reach", reach, Strength::Strong, Origin::Tool);
}

/// A line of `warifu status`: its labels, the fact, and how the values begin that mean something. Several in one text are parted by `|`.
type Column = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// The lines of `warifu status` that are facts, in both languages.
const COLUMNS: &[Column] = &[
    (
        "state|状態",
        "standing.state",
        &[
            ("not activated|unlicensed|未認証", "unlicensed"),
            ("licensed|認証済み", "licensed"),
            ("grace|猶予期間", "grace"),
            ("restricted|制限中", "restricted"),
        ],
    ),
    (
        "channel|提供形態",
        "lic.channel",
        &[
            ("retail|小売", "retail"),
            ("oem", "oem"),
            ("volume|ボリューム", "volume"),
            ("site|サイト", "site"),
            ("trial|体験版", "trial"),
            ("subscription|サブスクリプション", "subscription"),
        ],
    ),
    (
        "may move|別のデバイスへの移動",
        "lic.may_move",
        &[
            ("yes|できます", "yes"),
            ("no|できません", "no"),
            ("with a repair ticket|修理チケット", "with_ticket"),
        ],
    ),
];

/// The other labels of `warifu status`, `doctor` and of a failure: their lines are no plain words.
const LABELS: &[&str] = &[
    "note ",
    "product ",
    "devices ",
    "key number ",
    "device name ",
    "lease until ",
    "renewal ",
    "licence ends ",
    "kind ",
    "restrictions ",
    "cause:",
    "hint:",
    "remedy:",
    "more:",
    "お知らせ ",
    "プロダクト ",
    "台数 ",
    "キー番号 ",
    "デバイスの名前 ",
    "利用許可の期限 ",
    "次の更新 ",
    "ライセンスの期限 ",
    "種類 ",
    "制限 ",
    "原因:",
    "対処:",
    "詳細:",
];

fn column(facts: &mut Facts, line: &str) -> bool {
    for (labels, fact, values) in COLUMNS {
        let Some(rest) = labels.split('|').find_map(|label| line.strip_prefix(label)) else { continue };
        let Some(value) = rest.strip_prefix("  ").or_else(|| rest.strip_prefix(':')).map(str::trim) else {
            continue;
        };
        let found = values.iter().find(|(starts, _)| starts.split('|').any(|start| value.starts_with(start)));
        if let Some((_, is)) = found {
            facts.learn(fact, is, Strength::Strong, Origin::Tool);
            return true;
        }
    }
    false
}

fn is_label(line: &str) -> bool {
    LABELS.iter().any(|label| {
        line.strip_prefix(label.trim_end()).is_some_and(|rest| label.ends_with(':') || rest.starts_with("  "))
    })
}
