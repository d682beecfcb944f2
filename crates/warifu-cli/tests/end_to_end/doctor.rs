//! The troubleshooter through the real binary.

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

fn doctor(arguments: &[&str]) -> Value {
    let done = Command::new(env!("CARGO_BIN_EXE_warifu"))
        .arg("doctor")
        .args(arguments)
        .arg("--json")
        .output()
        .expect("it runs");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    serde_json::from_slice(&done.stdout).expect("one object")
}

#[test]
fn the_cases_from_the_field_are_right_in_first_place_through_the_command() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../knowledge/windows/cases/field");
    let mut graded = 0;
    for name in ["ex01", "ex02", "ex03", "ex04", "ex05", "ex06", "ex07", "ex08"] {
        let path = folder.join(format!("{name}.json"));
        let case: Value = serde_json::from_slice(&std::fs::read(&path).expect("a case")).expect("JSON");
        let answer = doctor(&["windows", "--case", path.to_str().expect("a path")]);
        let first = &answer["findings"][0];
        assert!(
            case["truth"]["cause"].as_array().expect("causes").contains(&first["cause"]),
            "{name}: {answer}"
        );
        for field in ["confidence", "evidence", "missing", "remedies"] {
            assert!(!first[field].is_null(), "{name}: {field}");
        }
        graded += 1;
    }
    assert_eq!(graded, 8);
}

#[test]
fn a_deep_code_outranks_the_one_on_the_screen() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = folder.path().join("event.txt");
    let text = "Event ID: 12288\n0xC004F06C, 0x00000000, kms.example.com:1688, 36f27b39-2fb0-4ca9-8ed2-1c3a1a1ba9c2, 2026/11/22 09:58, 0, 5, 0, ae2ee509-1b34-41c0-acb7-6d4650168915, 25";
    std::fs::write(&log, text).expect("written");
    let surface = doctor(&["windows", "--code", "c004f074"]);
    assert_ne!(surface["findings"][0]["cause"], "kms_time_skew");
    let deep = doctor(&["windows", "--code", "c004f074", "--evidence", log.to_str().expect("a path")]);
    assert_eq!(deep["findings"][0]["cause"], "kms_time_skew");
}

#[test]
fn every_code_of_the_guide_has_findings_and_a_next_question_or_none() {
    for code in ["0xC004F213", "0xc004c003", "0x80072f8f", "c004f050", "803fa067", "-1073418188"] {
        let answer = doctor(&["windows", "--code", code]);
        assert!(
            answer["findings"].as_array().is_some_and(|findings| !findings.is_empty()),
            "{code}: {answer}"
        );
    }
}
