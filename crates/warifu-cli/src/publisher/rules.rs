//! The options of a policy as the members of a request.

use serde_json::{Map, Value, json};
use warifu_core::catalogue::Failure;

use super::date;
use crate::args::PolicyRules;
use crate::error::CliError;

const DAY: u64 = 86_400;

/// The members that the options set; `present` holds the restrictions that options change one by one, for a request sets them together.
pub(super) fn members(rules: &PolicyRules, present: Option<&Value>) -> Result<Map<String, Value>, CliError> {
    let mut body = Map::new();
    let mut set = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            body.insert(name.to_owned(), value);
        }
    };
    let days = |days: Option<u32>| days.map(|days| json!(u64::from(days) * DAY));
    let flag = |word: &Option<String>| word.as_ref().map(|word| json!(word == "yes"));
    set("seats", rules.seats.map(Value::from));
    set("change_budget", rules.change_budget.map(Value::from));
    match rules.moves_per_year.as_deref() {
        None => {}
        Some("none") => set("moves_unbounded", Some(json!(true))),
        Some(text) => set("moves_per_year", Some(json!(number("moves-per-year", text)?))),
    }
    set("may_move", flag(&rules.may_move));
    set("lease_seconds", days(rules.lease_days));
    set("renew_after_seconds", days(rules.renew_after_days));
    set("grace_seconds", days(rules.grace_days));
    set("revocation_notice_seconds", days(rules.revocation_notice_days));
    set("drift_per_year", rules.drift_per_year.map(Value::from));
    set("copies", rules.copies.as_deref().map(Value::from));
    set("reclaim_notice_seconds", days(rules.reclaim_notice_days));
    set("objection_seconds", days(rules.objection_days));
    set("release_notice_seconds", days(rules.release_notice_days));
    set("virtual_machines", flag(&rules.virtual_machines));
    set("containers", flag(&rules.containers));
    set("term", rules.term.as_deref().map(|text| term(text, rules.zone.as_deref())).transpose()?);
    set("restrictions", restrictions(rules, present)?);
    Ok(body)
}

fn term(text: &str, zone: Option<&str>) -> Result<Value, CliError> {
    if text == "perpetual" {
        return Ok(json!({ "kind": "perpetual" }));
    }
    if let Some(days) = text.strip_suffix('d').and_then(|days| days.parse::<u32>().ok()) {
        return Ok(json!({ "kind": "days", "days": days }));
    }
    if date::is_day(text) {
        // The service works the instant out, so that its zone database is the one that counts.
        return Ok(json!({ "kind": "end_of_day", "date": text, "zone": zone.unwrap_or(date::ZONE) }));
    }
    Err(Failure::field_not_valid("term", text, "perpetual / 30d / 2027-03-31").into())
}

fn restrictions(rules: &PolicyRules, present: Option<&Value>) -> Result<Option<Value>, CliError> {
    let mut changed = false;
    let mut members = present.cloned().unwrap_or_else(|| json!({}));
    let mut set = |name: &str, value: Value| {
        members[name] = value;
        changed = true;
    };
    if let Some(word) = &rules.lock_personalisation {
        set("personalisation_locked", json!(word == "yes"));
    }
    if let Some(word) = &rules.withhold_feature_updates {
        set("feature_updates_withheld", json!(word == "yes"));
    }
    match rules.reminder_minutes.as_deref() {
        None => {}
        Some("none") => set("reminder_every_seconds", Value::Null),
        Some(text) => set("reminder_every_seconds", json!(number("reminder-minutes", text)? * 60)),
    }
    match rules.watermark.as_deref() {
        None => {}
        Some("") => set("watermark", Value::Null),
        Some(text) => set("watermark", json!(text)),
    }
    Ok(changed.then_some(members))
}

fn number(option: &str, text: &str) -> Result<u32, CliError> {
    let number = text.parse().ok().filter(|number| *number <= 1_000_000);
    number.ok_or_else(|| Failure::field_not_valid(option, text, "0-1000000 / none").into())
}

#[cfg(test)]
mod tests {
    use warifu_proto::wire::staff::policy::ChangePolicy;

    use super::*;

    #[test]
    fn options_become_the_members_that_the_service_reads() {
        let text = |text: &str| Some(text.to_owned());
        let rules = PolicyRules {
            seats: Some(3),
            moves_per_year: text("none"),
            may_move: text("no"),
            lease_days: Some(30),
            term: text("2027-03-31"),
            zone: text("Asia/Tokyo"),
            reminder_minutes: text("15"),
            watermark: text(""),
            ..PolicyRules::default()
        };
        let present = json!({ "personalisation_locked": true, "support_eligible": false });
        let body = Value::Object(members(&rules, Some(&present)).unwrap());
        assert_eq!(body["lease_seconds"], 2_592_000);
        assert_eq!(body["term"]["zone"], "Asia/Tokyo");
        assert_eq!(body["restrictions"]["personalisation_locked"], true);
        assert_eq!(body["restrictions"]["reminder_every_seconds"], 900);
        let read: ChangePolicy = serde_json::from_value(body).unwrap();
        assert!(read.moves_unbounded && read.may_move == Some(false));
        assert!(members(&PolicyRules::default(), None).unwrap().is_empty());
    }

    #[test]
    fn a_value_that_is_none_is_named_with_its_option() {
        for rules in [
            PolicyRules { term: Some("soon".to_owned()), ..PolicyRules::default() },
            PolicyRules { moves_per_year: Some("-1".to_owned()), ..PolicyRules::default() },
            PolicyRules { reminder_minutes: Some("often".to_owned()), ..PolicyRules::default() },
        ] {
            assert_eq!(members(&rules, None).unwrap_err().code(), "field_not_valid");
        }
    }
}
