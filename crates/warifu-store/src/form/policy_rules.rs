//! A policy's rules as their column holds them: JSON of a form that belongs to the stores alone and names its version.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use warifu_core::hardware::{ComponentKind, Scheme, Tolerance, Weight};
use warifu_core::id::PolicyId;
use warifu_core::policy::{Channel, Copies, MayMove, Policy, Restrictions, Route, Term};
use warifu_core::record::Revision;
use warifu_core::text::Name;
use warifu_core::time::{Span, Timestamp};

/// The version of the form.
const FORMAT: u32 = 1;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rules {
    format: u32,
    name: String,
    channel: String,
    seats: u32,
    change_budget: u32,
    moves_per_year: Option<u32>,
    may_move: bool,
    lease_seconds: i64,
    renew_after_seconds: i64,
    grace_seconds: i64,
    term: TermRule,
    tolerance: ToleranceRule,
    // A policy that was written before these rules has what every channel starts from or less.
    #[serde(default = "drift_per_year")]
    drift_per_year: u16,
    #[serde(default = "copies")]
    copies: String,
    #[serde(default = "fortnight")]
    reclaim_notice_seconds: i64,
    #[serde(default = "fortnight")]
    objection_seconds: i64,
    #[serde(default)]
    release_notice_seconds: i64,
    virtual_machines: bool,
    containers: bool,
    restrictions: RestrictionRules,
    routes: Vec<String>,
    revocation_notice_seconds: i64,
    created: i64,
}

const fn drift_per_year() -> u16 {
    Policy::DRIFT_PER_YEAR
}

fn copies() -> String {
    Copies::Tell.as_str().to_owned()
}

const fn fortnight() -> i64 {
    Span::days(14).as_seconds()
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum TermRule {
    Perpetual,
    Days(u32),
    Until(i64),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RestrictionRules {
    personalisation_locked: bool,
    reminder_every_seconds: Option<i64>,
    watermark: Option<String>,
    feature_updates_withheld: bool,
    support_eligible: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ToleranceRule {
    version: u16,
    schemes: BTreeMap<String, SchemeRules>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SchemeRules {
    threshold: u16,
    matches_min: u16,
    /// For each component that counts: against the device, for the device.
    weights: BTreeMap<String, (u16, u16)>,
}

/// The column's value for a policy.
pub(crate) fn write(policy: &Policy) -> String {
    let rules = Rules {
        format: FORMAT,
        name: policy.name.to_string(),
        channel: policy.channel.as_str().to_owned(),
        seats: policy.seats,
        change_budget: policy.change_budget,
        moves_per_year: policy.moves_per_year,
        may_move: policy.may_move == MayMove::Yes,
        lease_seconds: policy.lease.as_seconds(),
        renew_after_seconds: policy.renew_after.as_seconds(),
        grace_seconds: policy.grace.as_seconds(),
        term: match policy.term {
            Term::Perpetual => TermRule::Perpetual,
            Term::Days(days) => TermRule::Days(days),
            Term::Until(end) => TermRule::Until(end.seconds()),
        },
        tolerance: write_tolerance(&policy.tolerance),
        drift_per_year: policy.drift_per_year,
        copies: policy.copies.as_str().to_owned(),
        reclaim_notice_seconds: policy.reclaim_notice.as_seconds(),
        objection_seconds: policy.objection.as_seconds(),
        release_notice_seconds: policy.release_notice.as_seconds(),
        virtual_machines: policy.virtual_machines,
        containers: policy.containers,
        restrictions: RestrictionRules {
            personalisation_locked: policy.restrictions.personalisation_locked,
            reminder_every_seconds: policy.restrictions.reminder_every.map(Span::as_seconds),
            watermark: policy.restrictions.watermark.as_ref().map(Name::to_string),
            feature_updates_withheld: policy.restrictions.feature_updates_withheld,
            support_eligible: policy.restrictions.support_eligible,
        },
        routes: policy.routes.iter().map(|route| route.as_str().to_owned()).collect(),
        revocation_notice_seconds: policy.revocation_notice.as_seconds(),
        created: policy.created.seconds(),
    };
    // Plain fields and maps with text keys: nothing here can fail to be written.
    serde_json::to_string(&rules).unwrap_or_default()
}

fn write_tolerance(tolerance: &Tolerance) -> ToleranceRule {
    let scheme_rules = |scheme| {
        let rule = tolerance.rule(scheme);
        let weights = ComponentKind::ALL.into_iter().filter_map(|kind| {
            let weight = rule.weight(kind);
            (weight != Weight::default())
                .then(|| (kind.name().to_owned(), (weight.difference, weight.sameness)))
        });
        SchemeRules {
            threshold: rule.threshold(),
            matches_min: rule.matches_min(),
            weights: weights.collect(),
        }
    };
    let schemes = Scheme::ALL.into_iter().map(|scheme| (scheme.name().to_owned(), scheme_rules(scheme)));
    ToleranceRule { version: tolerance.version(), schemes: schemes.collect() }
}

/// The policy of a column's value, or why it is none.
pub(crate) fn read(id: PolicyId, version: u32, revision: Revision, text: &str) -> Result<Policy, String> {
    let rules: Rules = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if rules.format != FORMAT {
        return Err(format!("format {}", rules.format));
    }
    build(id, version, revision, &rules).ok_or_else(|| "a rule is out of bounds".to_owned())
}

fn build(id: PolicyId, version: u32, revision: Revision, rules: &Rules) -> Option<Policy> {
    Some(Policy {
        id,
        revision,
        version,
        name: Name::new(&rules.name).ok()?,
        channel: Channel::from_name(&rules.channel)?,
        seats: rules.seats,
        change_budget: rules.change_budget,
        moves_per_year: rules.moves_per_year,
        may_move: if rules.may_move { MayMove::Yes } else { MayMove::No },
        lease: span(rules.lease_seconds)?,
        renew_after: span(rules.renew_after_seconds)?,
        grace: span(rules.grace_seconds)?,
        term: match rules.term {
            TermRule::Perpetual => Term::Perpetual,
            TermRule::Days(days) => Term::Days(days),
            TermRule::Until(end) => Term::Until(instant(end)?),
        },
        tolerance: read_tolerance(&rules.tolerance)?,
        drift_per_year: rules.drift_per_year,
        copies: Copies::from_name(&rules.copies)?,
        reclaim_notice: span(rules.reclaim_notice_seconds)?,
        objection: span(rules.objection_seconds)?,
        release_notice: span(rules.release_notice_seconds)?,
        virtual_machines: rules.virtual_machines,
        containers: rules.containers,
        restrictions: Restrictions {
            personalisation_locked: rules.restrictions.personalisation_locked,
            reminder_every: match rules.restrictions.reminder_every_seconds {
                Some(seconds) => Some(span(seconds)?),
                None => None,
            },
            watermark: match &rules.restrictions.watermark {
                Some(text) => Some(Name::new(text).ok()?),
                None => None,
            },
            feature_updates_withheld: rules.restrictions.feature_updates_withheld,
            support_eligible: rules.restrictions.support_eligible,
        },
        routes: rules.routes.iter().map(|name| Route::from_name(name)).collect::<Option<_>>()?,
        revocation_notice: span(rules.revocation_notice_seconds)?,
        created: instant(rules.created)?,
    })
}

fn read_tolerance(rule: &ToleranceRule) -> Option<Tolerance> {
    let mut tolerance = Tolerance::default_rule().with_version(rule.version);
    for scheme in Scheme::ALL {
        let rules = rule.schemes.get(scheme.name())?;
        tolerance = tolerance.with_limits(scheme, rules.threshold, rules.matches_min).ok()?;
        for kind in ComponentKind::ALL {
            let (difference, sameness) = rules.weights.get(kind.name()).copied().unwrap_or_default();
            tolerance = tolerance.with_weight(scheme, kind, Weight { difference, sameness }).ok()?;
        }
    }
    Some(tolerance)
}

fn instant(seconds: i64) -> Option<Timestamp> {
    let instant = Timestamp::from_seconds(seconds);
    (instant.seconds() == seconds).then_some(instant)
}

/// Spans beyond 32 bits of seconds exist (a period of days), up to the length of the calendar.
fn span(seconds: i64) -> Option<Span> {
    if let Ok(seconds) = u32::try_from(seconds) {
        return Some(Span::seconds(seconds));
    }
    let end = Timestamp::from_seconds(seconds);
    (end.seconds() == seconds).then(|| end.since(Timestamp::MIN))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policys_rules_read_back() {
        for channel in Channel::ALL {
            let name = Name::new("小売 \u{1f5dd} \"\\").unwrap();
            let policy = Policy::preset(channel, PolicyId::from_bytes([7; 16]), name, Timestamp::MAX);
            assert_eq!(read(policy.id, 1, policy.revision, &write(&policy)), Ok(policy));
        }
    }

    #[test]
    fn a_policy_that_was_written_before_a_rule_existed_has_a_safe_one() {
        let name = Name::new("x").unwrap();
        let policy = Policy::preset(Channel::Retail, PolicyId::from_bytes([7; 16]), name, Timestamp::MIN);
        let mut old: serde_json::Value = serde_json::from_str(&write(&policy)).unwrap();
        for rule in [
            "drift_per_year",
            "copies",
            "reclaim_notice_seconds",
            "objection_seconds",
            "release_notice_seconds",
        ] {
            assert!(old.as_object_mut().unwrap().remove(rule).is_some(), "{rule}");
        }
        let read = read(policy.id, 1, policy.revision, &old.to_string()).unwrap();
        assert_eq!(read.validate(), Ok(()));
        assert_eq!((read.copies, read.release_notice), (Copies::Tell, Span::ZERO));
        assert_eq!((read.reclaim_notice, read.objection), (Span::days(14), Span::days(14)));
    }

    #[test]
    fn rules_of_another_format_or_with_a_foreign_field_are_refused() {
        let name = Name::new("x").unwrap();
        let policy = Policy::preset(Channel::Retail, PolicyId::from_bytes([7; 16]), name, Timestamp::MIN);
        let text = write(&policy);
        for (from, to) in [
            ("\"format\":1", "\"format\":2"),
            ("\"seats\":1", "\"seats\":-1"),
            ("\"seats\":1", "\"seats\":1,\"x\":1"),
            ("\"retail\"", "\"kms\""),
        ] {
            assert!(text.contains(from));
            assert!(read(policy.id, 1, policy.revision, &text.replacen(from, to, 1)).is_err(), "{to}");
        }
    }
}
