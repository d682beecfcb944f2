//! The log is audited: at the service, in a backup, in an export, and by a receipt; and whoever edits the store is found out.

use serde_json::Value;

use crate::harness::{Place, Running, Shop, text};

/// The events, once all of them have their places.
fn logged(shop: &Shop) -> Vec<Value> {
    // Each look starts a program, so that these are many times what the sequencer needs.
    for _ in 0..2_000 {
        let events = shop.place.json(&shop.service.staff(&["events", "--limit", "200"]));
        let events = events["items"].as_array().unwrap().clone();
        if events.iter().all(|event| event["log_index"].is_u64()) {
            return events;
        }
    }
    panic!("events get no places");
}

#[test]
fn a_log_is_audited_where_it_is_and_where_it_was_copied_to() {
    let shop = Shop::open();
    let keys = shop.keys(&shop.standard, 1);
    shop.device("desk").json(&["activate", &keys[0]]);
    let events = logged(&shop);
    let place = &shop.place;
    let (seen, export, backup) = (place.at("seen.json"), place.at("log.jsonl"), place.at("warifu.backup"));
    let root = ["--root", &shop.root, "--seen", &seen];
    let first = place.json(&[&shop.service.staff(&["audit", "verify"])[..], &root].concat());
    assert_eq!(
        (&first["sound"], first["size"].as_u64()),
        (&true.into(), Some(events.len() as u64)),
        "{first}"
    );
    let exported = place.json(&shop.service.staff(&["audit", "export", "--out", &export]));
    assert_eq!(exported["entries"], first["size"]);
    place.json(&["backup", "create", "--data", &place.data(), "--to", &backup]);
    for file in [&export, &backup] {
        let found = place.json(&[&["audit", "verify", "--from", file][..], &root].concat());
        assert_eq!(
            (&found["sound"], &found["root"], &found["seen_size"]),
            (&true.into(), &first["root"], &first["size"])
        );
    }

    // A receipt is kept and checked without the service.
    let granted = events.iter().find(|event| event["action"] == "activation.granted").unwrap();
    let (id, receipt) = (granted["id"].as_str().unwrap(), place.at("granted.tlog-proof"));
    let args = shop.service.staff(&["audit", "receipt", id, "--root", &shop.root, "--out", &receipt]);
    let got = place.json(&args);
    assert_eq!((&got["entry"]["id"], &got["index"]), (&granted["id"], &granted["log_index"]));
    let url_root = shop.root.clone();
    drop(shop.service);
    let checked = place.json(&["audit", "check", &receipt, "--root", &url_root]);
    assert_eq!(checked["entry"]["action"], "activation.granted");
    let altered = std::fs::read_to_string(&receipt).unwrap().replace("\nindex ", "\nindex 1");
    std::fs::write(&receipt, altered).unwrap();
    place.problem(&["audit", "check", &receipt, "--root", &url_root], "receipt_not_valid");

    // An export with one entry altered.
    let lines = std::fs::read_to_string(&export).unwrap();
    std::fs::write(&export, lines.replace("activation.granted", "activation.refused")).unwrap();
    let output = place.run(&["audit", "verify", "--from", &export, "--root", &url_root, "--seen", &seen]);
    assert!(!output.status.success());
    let said = text(&output.stdout);
    assert!(said.contains("altered afterwards") && said.contains(id), "{said}");
}

#[test]
fn a_restored_backup_is_noticed_by_whoever_has_seen_more() {
    let mut shop = Shop::open();
    let (data, backup, seen) =
        (shop.place.data(), shop.place.at("warifu.backup"), shop.place.at("seen.json"));
    logged(&shop);
    shop.place.json(&["backup", "create", "--data", &data, "--to", &backup]);
    shop.place.json(&shop.service.staff(&["products", "add", "write", "--name", "Write"]));
    logged(&shop);
    let verify = ["audit", "verify", "--seen", &seen];
    let first = shop.place.run(&shop.service.staff(&verify));
    assert!(first.status.success(), "{}", text(&first.stdout));
    assert!(text(&first.stderr).contains(&shop.root), "the root that is believed is told");
    shop.service.kill();
    shop.place.json(&["backup", "restore", &backup, "--data", &data, "--replace"]);
    shop.service = Running::start(&shop.place, &data);
    let output = shop.place.run(&shop.service.staff(&verify));
    assert!(!output.status.success());
    assert!(text(&output.stdout).contains("an older backup was restored"), "{}", text(&output.stdout));
    assert!(text(&output.stderr).contains("found problems: 1"), "{}", text(&output.stderr));
    let output = shop.place.run(&[&shop.service.staff(&verify)[..], &["--lang", "ja"]].concat());
    assert!(text(&output.stdout).contains("古いバックアップに戻された"), "{}", text(&output.stdout));
}

#[test]
fn a_folder_without_a_log_key_serves_says_so_and_gets_one() {
    let place = Place::with_service();
    std::fs::remove_file(place.path("service/log-keys.json")).unwrap();
    let service = place.serve();
    let said = place.run(&service.staff(&["audit", "verify", "--json"]));
    let report: Value = serde_json::from_slice(&said.stdout).unwrap();
    assert_eq!(report["findings"][0]["kind"], "not_signed");
    let (data, passphrase) = (place.data(), place.at("passphrase"));
    let root = format!("{data}/root.warifu");
    place.json(&["renew-keys", "--data", &data, "--root-file", &root, "--passphrase-file", &passphrase]);
    // The service takes the key up by itself, and signs what is there.
    let taken_up = (0..2_000).any(|_| place.run(&service.staff(&["audit", "verify"])).status.success());
    assert!(taken_up, "{}", text(&place.run(&service.staff(&["audit", "verify"])).stdout));
}
