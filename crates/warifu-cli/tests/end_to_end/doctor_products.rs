//! The troubleshooter on products that Warifu activates, through the real binary.

use serde_json::Value;

use crate::harness::{Place, Shop, text};

fn causes(answer: &Value) -> Vec<&str> {
    let findings = answer["findings"].as_array().unwrap();
    findings.iter().map(|finding| finding["cause"].as_str().unwrap()).collect()
}

#[test]
fn a_device_that_is_well_is_told_so_in_few_lines() {
    let shop = Shop::open();
    let keys = shop.keys(&shop.standard, 1);
    let desk = shop.device("desk");
    desk.json(&["activate", &keys[0]]);
    let answer = desk.json(&["doctor"]);
    assert_eq!((causes(&answer), &answer["unknown"]), (vec!["nothing_wrong"], &false.into()), "{answer}");
    let told = desk.run(&["doctor", "--lang", "en"]);
    let told = text(&told.stdout);
    assert!(told.starts_with("state        licensed\nproduct      Draw Standard\n"), "{told}");
    assert!(told.contains("lease until ") && told.lines().count() < 20, "{told}");
}

#[test]
fn a_service_that_is_down_lies_behind_what_a_device_without_a_lease_says() {
    let mut shop = Shop::open();
    shop.service.kill();
    let desk = shop.device("desk");
    let answer = desk.json(&["doctor"]);
    let first = &answer["findings"][0];
    assert_eq!(first["cause"], "service_down", "{answer}");
    assert_eq!(first["remedies"][0], "wait_and_retry", "{answer}");
    for field in ["confidence", "title", "evidence", "missing"] {
        assert!(!first[field].is_null(), "{field}: {answer}");
    }
    assert!(
        first["prior"].is_null() && !desk.json(&["doctor", "--explain"])["findings"][0]["prior"].is_null()
    );
    // What a person answers counts together with what was measured.
    let elsewhere = desk.json(&["doctor", "--answer", "net.service_elsewhere=yes"]);
    assert_ne!(causes(&elsewhere)[0], "service_down", "{elsewhere}");
}

#[test]
fn a_failure_carries_what_lies_behind_it_and_a_person_is_told_where_that_is_something_else() {
    let mut shop = Shop::open();
    let keys = shop.keys(&shop.standard, 1);
    shop.service.kill();
    let desk = shop.device("desk");
    let problem = desk.problem(&["activate", &keys[0]], "service_unreachable");
    let finding = &problem["finding"];
    assert_eq!(
        (&finding["cause"], &finding["remedy"]["id"]),
        (&"service_down".into(), &"wait_and_retry".into())
    );
    assert!(finding["remedy"]["steps"].as_array().is_some_and(|steps| steps.len() == 2), "{problem}");
    assert!(finding["next"].is_null(), "nothing is left to ask: {problem}");
    let said = text(&desk.run(&["activate", &keys[0], "--lang", "en"]).stderr);
    assert!(said.contains("likely: The service is down"), "{said}");
    // Where the entry says it all, nothing is said twice.
    let said = text(&desk.run(&["status", "--renew", "--lang", "en"]).stderr);
    assert!(said.contains("not activated") && !said.contains("likely:"), "{said}");
}

#[test]
fn pasted_output_and_words_are_enough_where_nothing_is_set_up() {
    let place = Place::new();
    let note = place.path("note.txt");
    std::fs::write(&note, "ライセンスが取り消されたと表示されます。オークションで買ったキーです。").unwrap();
    for arguments in [
        &["doctor", "--code", "licence_revoked"][..],
        &["doctor", "warifu", "--code", "0xC004C003"],
        &["doctor", "--evidence", note.to_str().unwrap()],
    ] {
        assert_eq!(causes(&place.json(arguments))[0], "licence_revoked", "{arguments:?}");
    }
    place.problem(&["doctor"], "client_not_set_up");
    place.problem(&["doctor", "warifu"], "input_needed");
}

#[test]
fn every_command_that_a_remedy_names_is_one() {
    let place = Place::new();
    let commands = warifu_troubleshoot::knowledge::WARIFU.remedies.iter().flat_map(|remedy| remedy.steps);
    let mut named: Vec<&str> =
        commands.map(|step| step.command).filter(|command| !command.is_empty()).collect();
    named.sort_unstable();
    named.dedup();
    assert!(named.len() > 10);
    for command in named {
        let words: Vec<&str> = command.split(' ').collect();
        assert_eq!(words[0], "warifu", "{command}");
        let verbs = words[1..].iter().take_while(|word| !word.starts_with('-')).copied();
        let options = words.iter().filter(|word| word.starts_with("--"));
        let help = place.run(&verbs.chain(["--help"]).collect::<Vec<_>>());
        assert!(help.status.success(), "{command}");
        for option in options {
            assert!(text(&help.stdout).contains(option), "{command}: {option}");
        }
    }
}
