//! Backups: taken while the service runs, checked, and brought back.

use crate::harness::{Place, Running, Shop, text};

#[test]
fn a_backup_is_taken_while_the_service_runs_and_brings_everything_back() {
    let mut shop = Shop::open();
    let keys = shop.keys(&shop.standard, 1);
    shop.device("desk").json(&["activate", &keys[0]]);
    let (data, file) = (shop.place.data(), shop.place.at("warifu.backup"));
    let made = shop.place.json(&["backup", "create", "--data", &data, "--to", &file]);
    assert!(made["bytes"].as_u64().unwrap() > 0);
    shop.place.problem(&["backup", "create", "--data", &data, "--to", &file], "file_exists");
    let found = shop.place.json(&["backup", "verify", &file]);
    for (name, count) in
        [("products", 1), ("policies", 1), ("batches", 1), ("licences", 1), ("activations", 1)]
    {
        assert_eq!(found[name], count, "{name}");
    }

    // What comes after the backup is not in it.
    shop.place.json(&shop.service.staff(&["products", "add", "write", "--name", "Write"]));
    shop.place.problem(&["backup", "restore", &file, "--data", &data, "--replace"], "store_locked");
    shop.service.kill();
    shop.place.problem(&["backup", "restore", &file, "--data", &data], "file_exists");
    shop.place.json(&["backup", "restore", &file, "--data", &data, "--replace"]);
    shop.service = Running::start(&shop.place, &data);
    let products = shop.place.json(&shop.service.staff(&["products", "list"]));
    assert_eq!(products["items"].as_array().unwrap().len(), 1);
    assert_eq!(shop.device("desk").json(&["status"])["usable"], true);
}

#[test]
fn a_damaged_backup_is_refused_and_the_store_stays() {
    let place = Place::with_service();
    let (data, file) = (place.data(), place.at("warifu.backup"));
    place.json(&["backup", "create", "--data", &data, "--to", &file]);
    let whole = std::fs::read(&file).unwrap();
    for bytes in [&whole[..whole.len() / 2], b"not a backup at all, but long enough to look at", b""] {
        std::fs::write(&file, bytes).unwrap();
        place.problem(&["backup", "verify", &file], "backup_not_valid");
        place.problem(&["backup", "restore", &file, "--data", &data, "--replace"], "backup_not_valid");
    }
    place.problem(&["backup", "verify", &place.at("none")], "file_not_readable");
    place.serve();
}

#[test]
fn the_command_says_what_is_not_in_a_backup() {
    let place = Place::with_service();
    let (data, file) = (place.data(), place.at("warifu.backup"));
    let output = place.run(&["backup", "create", "--data", &data, "--to", &file]);
    let said = text(&output.stderr);
    assert!(said.contains("secrets.json") && said.contains("root key"), "{said}");
    let elsewhere = place.at("elsewhere");
    let output = place.run(&["backup", "restore", &file, "--data", &elsewhere, "--lang", "ja"]);
    let said = text(&output.stderr);
    assert!(
        output.status.success() && said.contains("secrets.json") && said.contains("保管してある"),
        "{said}"
    );
}
