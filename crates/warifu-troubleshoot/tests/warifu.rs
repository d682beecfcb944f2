//! The subject `warifu`: what failures, measurements and pasted output say of a product that Warifu activates.

#![expect(clippy::expect_used, reason = "tests, and a graded corpus")]

use std::fs;
use std::path::PathBuf;

use warifu_core::catalogue::{Code, Failure, Lang};
use warifu_troubleshoot::evidence::Evidence;
use warifu_troubleshoot::knowledge::WARIFU;
use warifu_troubleshoot::{Answer, Session};

/// The causes found, the likeliest first.
fn found(session: &Session) -> Vec<&'static str> {
    session.diagnose().findings.iter().map(|finding| WARIFU.causes[finding.cause].id).collect()
}

fn after_codes(codes: &[&str]) -> Session {
    let mut session = Session::new(&WARIFU);
    for code in codes {
        assert!(session.code(code), "{code}");
    }
    session
}

fn any_failure(code: Code) -> Failure {
    let values: Vec<(&str, &str)> = code.entry().values.iter().map(|value| (value.name, "12")).collect();
    Failure::from_parts(code, values).expect("every value is given")
}

#[test]
fn every_entry_of_the_catalogue_alone_leads_to_a_cause_with_a_remedy() {
    // What only says that the way to the service is broken, and not where.
    const OPEN: [&str; 3] = ["service_unreachable", "tls_failed", "answer_not_understood"];
    for code in Code::ALL {
        let mut session = Session::new(&WARIFU);
        session.failure(&any_failure(*code));
        let diagnosis = session.diagnose();
        let first = diagnosis.findings.first().expect("a finding");
        let cause = WARIFU.causes[first.cause].id;
        assert!(!first.remedies.is_empty(), "{code}");
        if OPEN.contains(&code.as_str()) {
            assert!(diagnosis.next.is_some(), "{code}: there is something to ask");
        } else {
            assert_eq!(cause, code.as_str(), "{:?}", found(&session));
            assert!(!diagnosis.unknown && first.confidence > 0.5, "{code}: {}", first.confidence);
        }
    }
}

#[test]
fn what_lies_deeper_outranks_what_it_brings_about() {
    for (codes, cause) in [
        (&["lease_expired", "clock_ahead"][..], "clock_ahead"),
        (&["clock_implausible", "tls_failed"], "clock_implausible"),
        (&["tls_failed", "lease_expired"], "clock_ahead"),
        (&["lease_expired", "licence_revoked"], "licence_revoked"),
        (&["licence_end_announced", "licence_suspended"], "licence_suspended"),
        (&["installation_on_other_hardware", "lease_superseded"], "installation_on_other_hardware"),
        (&["lease_superseded", "installation_copied"], "lease_superseded"),
        (&["not_activated", "lease_store_damaged"], "lease_store_damaged"),
        (&["not_activated", "seat_limit_reached"], "seat_limit_reached"),
        (&["key_correctable", "not_activated"], "key_correctable"),
    ] {
        assert_eq!(found(&after_codes(codes)).first(), Some(&cause), "{codes:?}");
    }
}

#[test]
fn how_the_connection_ended_and_what_a_person_answers_tell_where_it_is_broken() {
    for (detail, answers, cause) in [
        ("Connection refused (os error 111)", &[][..], "service_down"),
        ("Network is unreachable (os error 101)", &[], "no_internet"),
        (
            "no answer in time",
            &[("net.internet", "yes"), ("net.service_elsewhere", "yes")],
            "network_filtered",
        ),
        ("no answer in time", &[("net.internet", "yes"), ("net.service_elsewhere", "no")], "service_down"),
        ("the name of the host is not known", &[("net.internet", "yes")], "dns_failure"),
        ("the name of the host is not known", &[("net.internet", "no")], "no_internet"),
    ] {
        let mut session = Session::new(&WARIFU);
        session.failure(&Failure::service_unreachable("https://a.example", detail));
        for (fact, value) in answers {
            assert_eq!(session.answer(fact, value), Answer::Taken);
        }
        assert_eq!(found(&session).first(), Some(&cause), "{detail} {answers:?}");
    }
}

#[test]
fn output_of_warifu_is_read_in_either_language_and_as_json() {
    let failure = Failure::seat_limit_reached(3, 3);
    for lang in [Lang::En, Lang::Ja] {
        let text = format!(
            "error: {}\ncause: {}\nhint: {}\nmore: https://a.example/help/seat_limit_reached",
            failure.message(lang),
            failure.cause(lang),
            failure.remedy(lang)
        );
        let mut session = Session::new(&WARIFU);
        session.read(&text);
        assert_eq!(session.facts().all().len(), 1, "{:?}", session.facts().all());
        assert!(session.facts().is("failure", "seat_limit_reached"));
    }
    let mut session = Session::new(&WARIFU);
    session.read("状態      猶予期間（2026年12月1日まで）\n提供形態  小売\n別のデバイスへの移動  できます");
    assert!(session.facts().is("standing.state", "grace") && session.facts().is("lic.may_move", "yes"));
    let mut session = Session::new(&WARIFU);
    session
        .read(r#"{"type": "/help/licence_revoked", "code": "licence_revoked", "status": 403, "values": {}}"#);
    assert_eq!(found(&session).first(), Some(&"licence_revoked"));
    let mut session = Session::new(&WARIFU);
    session.read(r#"{"state": "restricted", "reason": {"code": "lease_expired"}, "lease": {"channel": "oem", "days_left": -3}}"#);
    assert!(session.facts().is("lease.days_left", "-3") && session.facts().is("lic.channel", "oem"));
    assert_eq!(found(&session).first(), Some(&"lease_expired"));
}

#[test]
fn nothing_of_a_pasted_key_stays_and_what_is_wrong_with_it_is_known() {
    let mut session = Session::new(&WARIFU);
    let left = session.read("My key BCDFG-HJKMN-PQRTV-WXY23-46789 is not accepted.");
    assert_eq!(left, "My key *****-*****-*****-*****-***** is not accepted.");
    assert!(session.keys().is_empty());
    assert!(session.facts().is("failure", "key_is_windows_key"), "{:?}", session.facts().all());
    assert_eq!(found(&session).first(), Some(&"key_is_windows_key"));
}

#[test]
fn the_worked_cases_are_right_first_in_nine_of_ten_and_seldom_confidently_wrong() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../knowledge/warifu/cases");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let (mut right, mut three, mut confident) = (0, 0, 0);
    for path in &paths {
        let text = fs::read_to_string(path).unwrap();
        let case: serde_json::Value = serde_json::from_str(&text).unwrap();
        let truth: Vec<&str> =
            case["truth"]["cause"].as_array().unwrap().iter().filter_map(|cause| cause.as_str()).collect();
        assert!(truth.iter().all(|cause| WARIFU.cause(cause).is_some()), "{}", path.display());
        let mut session = Session::new(&WARIFU);
        session.evidence(&Evidence::from_json(&text).expect("a case"));
        let diagnosis = session.diagnose();
        let causes = found(&session);
        let is_right = |cause: &&str| truth.contains(cause) || diagnosis.unknown && truth == ["unknown"];
        let first = causes.first().is_some_and(is_right);
        right += usize::from(first);
        three += usize::from(causes.iter().take(3).any(is_right));
        let sure =
            !diagnosis.unknown && diagnosis.findings.first().is_some_and(|first| first.confidence >= 0.7);
        confident += usize::from(!first && sure);
        if !first {
            println!("{}: {truth:?}, not {causes:?}", path.display());
        }
    }
    println!(
        "{} cases: {right} right first, {three} among three, {confident} confidently wrong",
        paths.len()
    );
    assert!(
        right * 10 >= paths.len() * 9 && three * 100 >= paths.len() * 95,
        "{right} and {three} of {}",
        paths.len()
    );
    assert!(confident * 100 <= paths.len() * 3, "{confident} of {}", paths.len());
}

#[test]
fn without_anything_wrong_nothing_is_found_wrong() {
    let mut session = Session::new(&WARIFU);
    assert!(session.measured("standing.state", "licensed") && session.measured("service.reach", "ok"));
    assert_eq!(found(&session).first(), Some(&"nothing_wrong"));
    assert!(Session::new(&WARIFU).diagnose().unknown);
}
