//! A case from the diagnosis to the staff's desk, through the real binary and a real service.

use serde_json::Value;

use crate::harness::{Shop, text};

/// What no case may hold.
const EVIDENCE: &str = "Registered KMS machine name: kms07.kitayama-denki.local:1688\n\
    Notification Reason: 0xC004F074\nHost Name: TANAKA-PC7\nPartial Product Key: 2YT43\n";

#[test]
fn a_diagnosis_is_saved_replayed_sent_and_worked_on() {
    let shop = Shop::open();
    let (evidence, file) = (shop.place.at("evidence.txt"), shop.place.at("case.json"));
    std::fs::write(&evidence, EVIDENCE).unwrap();
    let doctor = [
        "doctor",
        "windows",
        "--evidence",
        &evidence,
        "--save-case",
        &file,
        "--message",
        "Since TANAKA-PC7 moved.",
    ];
    let saved = shop.place.json(&doctor);
    assert_eq!(saved["case"]["file"], file.as_str());
    let case = std::fs::read_to_string(&file).unwrap();
    for name in ["kms07", "kitayama", "TANAKA"] {
        assert!(!case.contains(name), "{name}: {case}");
    }
    shop.place.problem(&doctor, "file_exists");

    // Anybody replays the file, by either command.
    for command in [["doctor", "--case", file.as_str()], ["cases", "replay", file.as_str()]] {
        let replayed = shop.place.json(&command);
        assert_eq!(replayed["outcome"], "same");
        assert_eq!(replayed["recorded"]["findings"][0]["cause"], saved["findings"][0]["cause"]);
    }
    let shown = shop.place.run(&["cases", "show", &file, "--view", "person", "--lang", "ja"]);
    assert!(shown.status.success() && text(&shown.stdout).contains("対処"), "{}", text(&shown.stderr));

    // Nothing is sent without a yes, and what is sent is shown.
    let send = ["cases", "send", file.as_str(), "--service", shop.service.url.as_str()];
    shop.place.problem(&send, "input_needed");
    let sent = shop.place.run(&[&send[..], &["--yes"]].concat());
    assert!(
        sent.status.success() && text(&sent.stderr).contains("This is what would be sent"),
        "{}",
        text(&sent.stderr)
    );
    let taken = shop.place.json(&[&send[..], &["--yes"]].concat());
    let (number, link) = (taken["number"].as_str().unwrap(), taken["link"].as_str().unwrap());
    assert!(
        link.starts_with(&shop.service.url) && text(&sent.stdout).contains(number),
        "sent twice, it is one case"
    );

    let staff = |args: &[&str]| -> Value { shop.place.json(&shop.service.staff(args)) };
    assert_eq!(staff(&["cases", "list", "--open"])["items"].as_array().unwrap().len(), 1);
    let shown = staff(&["cases", "show", number]);
    assert_eq!(shown["view"]["findings"][0]["cause"]["id"], saved["findings"][0]["cause"]);
    assert_eq!(shown["view"]["replay"], "same");
    assert_eq!(staff(&["cases", "replay", &number.replace('-', "")])["outcome"], "same");
    staff(&["cases", "note", number, "--text", "Called back."]);
    assert!(staff(&["cases", "close", number])["summary"]["closed"].is_string());
    assert_eq!(staff(&["cases", "show", number])["notes"][0]["text"], "Called back.");
    assert_eq!(staff(&["cases", "list", "--open"])["items"].as_array().unwrap().len(), 0);
    staff(&["cases", "reopen", number]);
    shop.place.problem(&shop.service.staff(&["cases", "erase", number]), "input_needed");
    staff(&["cases", "erase", number, "--yes"]);
    shop.place.problem(&shop.service.staff(&["cases", "show", number]), "record_not_found");
    shop.place.problem(&shop.service.staff(&["cases", "show", "123-456-789"]), "record_not_found");

    // Neither the secret of a link nor a word of a case is in the service's log.
    let log = std::fs::read_to_string(shop.place.path("service.log")).unwrap();
    for secret in [link.rsplit('/').next().unwrap(), "Called back", "hiddenhost"] {
        assert!(!log.contains(secret), "{secret}");
    }
}

#[test]
fn a_case_of_a_product_on_this_machine_is_signed_by_its_installation() {
    let shop = Shop::open();
    let device = shop.device("desk");
    device.json(&["activate", &shop.keys(&shop.standard, 1)[0]]);
    let file = shop.place.at("case.json");
    device.json(&["doctor", "--save-case", &file, "--send", "--yes"]);
    let case: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    assert_eq!((&case["signed_by"], &case["content"]["subject"]), (&"installation".into(), &"warifu".into()));
    let listed = shop.place.json(&shop.service.staff(&["cases", "list"]));
    assert_eq!(listed["items"][0]["installation"].as_str().unwrap().len(), 64);
}

#[test]
fn a_case_that_was_touched_is_refused_by_everybody() {
    let shop = Shop::open();
    let file = shop.place.at("case.json");
    shop.place.json(&["doctor", "windows", "--code", "0xC004F213", "--save-case", &file]);
    let case = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, case.replace("\"unknown\": false", "\"unknown\": true")).unwrap();
    assert_ne!(case, std::fs::read_to_string(&file).unwrap());
    shop.place.problem(&["cases", "replay", &file], "case_not_valid");
    shop.place.problem(&["doctor", "--case", &file], "case_not_valid");
    shop.place.problem(&["cases", "send", &file, "--service", &shop.service.url, "--yes"], "case_not_valid");
}
