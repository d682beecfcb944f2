//! The publisher's commands.

use crate::harness::{Shop, text};

#[test]
fn keys_are_written_to_a_private_file_that_is_never_overwritten() {
    let shop = Shop::open();
    let out = shop.place.at("keys.csv");
    let issue = [
        "keys",
        "issue",
        "--sku",
        &shop.standard,
        "--policy",
        "personal",
        "--count",
        "12000",
        "--label",
        "order 7",
        "--out",
        &out,
    ];
    let answer = shop.place.json(&shop.service.staff(&issue));
    assert_eq!(answer["keys"], 12_000);
    let file = std::fs::read_to_string(&out).unwrap();
    let mut keys: Vec<&str> = file.lines().skip(1).map(|line| line.split(',').next().unwrap()).collect();
    assert_eq!((file.lines().next(), keys.len()), (Some("key,key_number"), 12_000));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&out).unwrap().permissions().mode() & 0o777, 0o600);
    }
    shop.place.problem(&shop.service.staff(&issue), "file_exists");

    let (batch, again) = (answer["batch"]["id"].as_str().unwrap(), shop.place.at("again.json"));
    shop.place.json(&shop.service.staff(&["keys", "export", batch, "--out", &again]));
    let exported: serde_json::Value = serde_json::from_slice(&std::fs::read(&again).unwrap()).unwrap();
    assert!(exported["keys"].as_array().unwrap().iter().eq(keys.iter()));
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), 12_000, "no key twice");

    let listed = shop.place.json(&shop.service.staff(&["keys", "batches"]));
    assert_eq!(listed["items"][0]["label"], "order 7");
    let withdrawn = shop.place.json(&shop.service.staff(&["keys", "withdraw", batch, "--yes"]));
    assert_eq!(withdrawn["withdrawn"], true);
    shop.device("desk").problem(&["activate", keys[0]], "batch_withdrawn");
}

#[test]
fn imported_keys_work_everywhere_a_key_does() {
    let shop = Shop::open();
    let file = shop.place.at("old.csv");
    std::fs::write(&file, "order,key\n1,OLD-9X7K-22QP-LM4T-55VW\n2,OLD-8F3N-71RD-KQ6Z-20XA\n").unwrap();
    let import = ["keys", "import", &file, "--sku", &shop.pro, "--policy", "personal"];
    assert_eq!(shop.place.json(&shop.service.staff(&import))["imported"], 2);
    let granted = shop.device("desk").json(&["activate", "old-9x7k-22qp-lm4t-55vw"]);
    assert_eq!((&granted["usable"], &granted["licence"]["edition"]), (&true.into(), &"pro".into()));
    std::fs::write(&file, "key\nOLD-9X7K-22QP-LM4T-55VW\nshort\n").unwrap();
    let problem = shop.place.problem(&shop.service.staff(&import), "import_row_not_valid");
    assert_eq!(problem["values"]["row"], "3");
    std::fs::write(&file, "key\n").unwrap();
    shop.place.problem(&shop.service.staff(&import), "import_row_not_valid");
    std::fs::write(&file, &shop.keys(&shop.pro, 1)[0]).unwrap();
    let problem = shop.place.problem(&shop.service.staff(&import), "import_row_not_valid");
    assert_eq!(problem["values"]["row"], "1", "a key of Warifu's own needs no import");
}

#[test]
fn a_licence_is_suspended_reinstated_topped_up_extended_and_revoked() {
    let shop = Shop::open();
    let keys = shop.keys(&shop.standard, 1);
    let desk = shop.device("desk");
    desk.json(&["activate", &keys[0]]);
    let number = &keys[0][..11];
    let act = |args: &[&str]| shop.place.json(&shop.service.staff(&[&["licences"], args].concat()));
    assert_eq!(act(&["show", number])["seats_taken"], 1);
    assert_eq!(act(&["suspend", number])["standing"], "suspended");
    desk.problem(&["status", "--renew"], "licence_end_announced");
    assert_eq!(act(&["reinstate", number])["standing"], "active");
    assert_eq!(act(&["top-up", number, "--seats", "1"])["seats"], 2);
    assert_eq!(shop.device("other").json(&["activate", &keys[0]])["usable"], true);
    // A licence without an end does not get one unasked; a later end needs no question.
    let extend = ["licences", "extend", number, "--until", "2099-03-31", "--zone", "Asia/Tokyo"];
    shop.place.problem(&shop.service.staff(&extend), "input_needed");
    let extended = act(&[&extend[1..], &["--yes"]].concat());
    assert_eq!(extended["ends"], "2099-03-31T14:59:59Z");
    assert_eq!(act(&["extend", number, "--until", "2100-03-31"])["ends"], "2100-03-31T23:59:59Z");

    let activations = act(&["activations", number]);
    assert_eq!(activations["items"].as_array().unwrap().len(), 2);
    let first = activations["items"][0]["id"].as_str().unwrap();
    assert_eq!(act(&["release", number, "--activation", first, "--yes"])["seats_taken"], 1);

    assert_eq!(act(&["show-key", number])["key"], keys[0].as_str());
    let replaced = act(&["replace-key", number, "--yes"]);
    assert_ne!(replaced["key"], keys[0].as_str());
    shop.device("third").problem(&["activate", &keys[0]], "key_replaced");
    assert_eq!(act(&["revoke", number, "--yes"])["standing"], "revoked");
    let events = shop.place.json(&shop.service.staff(&["events", "--licence", number, "--limit", "200"]));
    let actions: Vec<&str> =
        events["items"].as_array().unwrap().iter().filter_map(|event| event["action"].as_str()).collect();
    for action in ["licence.suspended", "licence.reinstated", "licence.revoked"] {
        assert!(actions.contains(&action), "{action}: {actions:?}");
    }
}

#[test]
fn a_policy_starts_from_its_channel_and_changes_rule_by_rule() {
    let shop = Shop::open();
    let staff = |args: &[&str]| shop.place.json(&shop.service.staff(&[&["policies"], args].concat()));
    let made = staff(&["add", "trial", "--channel", "trial", "--watermark", "Trial", "--term", "14d"]);
    assert_eq!((&made["may_move"], &made["term"]["days"]), (&false.into(), &14.into()));
    assert_eq!(made["restrictions"]["watermark"], "Trial");
    assert_eq!(made["restrictions"]["personalisation_locked"], true, "the rest is the channel's");
    let set = staff(&["set", "trial", "--seats", "2", "--reminder-minutes", "none"]);
    assert_eq!((&set["seats"], &set["restrictions"]["watermark"]), (&2.into(), &"Trial".into()));
    assert!(set["restrictions"]["reminder_every_seconds"].is_null());
    assert_eq!(staff(&["show", "trial"])["seats"], 2);
    let args = ["policies", "set", "trial", "--seats", "0"];
    let problem = shop.place.problem(&shop.service.staff(&args), "field_not_valid");
    assert_eq!(problem["values"]["field"], "seats");
    shop.place.problem(&shop.service.staff(&["policies", "show", "none"]), "record_not_found");
}

#[test]
fn staff_may_do_what_their_role_allows_until_their_token_is_withdrawn() {
    let shop = Shop::open();
    let made = shop.place.json(&shop.service.staff(&["staff", "add", "Hanako", "--role", "support"]));
    let (token, id) = (made["token"].as_str().unwrap(), made["staff"]["id"].as_str().unwrap());
    let support = ["--service", &shop.service.url, "--token", token];
    shop.place.json(&[&["products", "list"], &support[..]].concat());
    let add = [&["products", "add", "write", "--name", "Write"], &support[..]].concat();
    shop.place.problem(&add, "role_insufficient");
    shop.place.json(&shop.service.staff(&["staff", "remove", id, "--yes"]));
    shop.place.problem(&[&["products", "list"], &support[..]].concat(), "token_not_valid");
}

#[test]
fn tables_line_up_and_are_readable_without_colour() {
    let shop = Shop::open();
    let output = shop.place.run(&shop.service.staff(&["products", "editions", "--lang", "ja"]));
    let table = text(&output.stdout);
    let lines: Vec<&str> = table.lines().collect();
    assert!(lines[0].starts_with("SKU番号") && lines.len() == 3, "{table}");
    assert!(!table.contains('\u{1b}'));
}
