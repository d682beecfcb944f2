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

/// Whatever `init` makes is in the backup, or is told of by everything that speaks of what is not: another file of this kind cannot be forgotten.
#[test]
fn every_file_that_a_backup_does_not_hold_is_told_of_when_it_is_made_when_it_is_restored_and_by_the_page() {
    let place = Place::new();
    let made = place.init(&[]);
    let (data, file) = (place.data(), place.at("warifu.backup"));
    let in_folder = std::fs::read_dir(&data).unwrap().map(|entry| entry.unwrap().file_name());
    let others: Vec<String> = in_folder
        .map(|name| name.into_string().unwrap())
        .filter(|name| !name.starts_with("warifu.db") && name != "root.warifu")
        .collect();
    assert!(others.len() >= 3, "{others:?}");

    let output = place.run(&["backup", "create", "--data", &data, "--to", &file]);
    let at_backup = text(&output.stderr);
    let elsewhere = place.at("elsewhere");
    let output = place.run(&["backup", "restore", &file, "--data", &elsewhere, "--lang", "ja"]);
    let at_restore = text(&output.stderr);
    assert!(output.status.success() && at_restore.contains("保管してある"), "{at_restore}");
    assert!(at_backup.contains("root key") && at_restore.contains("renew-keys"), "{at_backup}{at_restore}");
    let page = include_str!("../../../../docs/operations/backup.md");
    let (_, page) = page.split_once("## Restore").unwrap();
    for name in others {
        let kept = made["keep_copies_of"].as_array().unwrap();
        assert!(kept.iter().any(|path| path.as_str().unwrap().ends_with(&name)), "init: {name}");
        for (who, said) in [("create", &*at_backup), ("restore", &*at_restore), ("the page", page)] {
            assert!(said.contains(&name), "{who} does not speak of {name}: {said}");
        }
        // What has been put back is not asked for again.
        std::fs::copy(place.path("service").join(&name), place.path("elsewhere").join(&name)).unwrap();
    }
    let output = place.run(&["backup", "restore", &file, "--data", &elsewhere, "--replace"]);
    assert_eq!((output.status.success(), &*text(&output.stderr)), (true, ""));
}

#[test]
fn a_list_of_withdrawn_keys_is_no_part_of_a_backup_either() {
    let place = Place::with_service();
    let (data, file) = (place.data(), place.at("warifu.backup"));
    std::fs::write(place.path("service/key-list.warifu"), "a list").unwrap();
    let output = place.run(&["backup", "create", "--data", &data, "--to", &file]);
    let said = text(&output.stderr);
    assert!(output.status.success() && said.contains("key-list.warifu"), "{said}");
}
