//! Copies of an installation, restored states on either side, and seats that change hands, with the real binary.

use std::path::Path;

use serde_json::Value;

use crate::harness::{Device, Running, Shop};

fn copy_folder(from: &Path, to: &Path) {
    let _ = std::fs::remove_dir_all(to);
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

fn notices(standing: &Value) -> Vec<&str> {
    let notices = standing["notices"].as_array().unwrap();
    notices.iter().map(|notice| notice["code"].as_str().unwrap()).collect()
}

fn activations(shop: &Shop, key: &str) -> Value {
    let number = &key[..11];
    let list = shop.place.json(&shop.service.staff(&["licences", "activations", number]));
    list["items"].clone()
}

/// A device, and a clone of its virtual machine: the same hardware, another folder.
fn cloned<'a>(shop: &'a Shop, key: &str) -> (Device<'a>, Device<'a>) {
    let desk = shop.device("desk");
    desk.json(&["activate", key]);
    let clone = shop.clone_of("desk", "clone");
    copy_folder(desk.folder(), clone.folder());
    (desk, clone)
}

#[test]
fn two_clones_of_a_virtual_machine_are_both_told_and_staff_see_it() {
    let shop = Shop::open();
    let keys = shop.keys(&shop.standard, 1);
    let (desk, clone) = cloned(&shop, &keys[0]);
    assert_eq!(notices(&desk.json(&["status", "--renew"])), Vec::<&str>::new());
    assert_eq!(notices(&clone.json(&["status", "--renew"])), Vec::<&str>::new(), "so far, a lost answer");
    for device in [&desk, &clone, &desk] {
        let told = device.json(&["status", "--renew"]);
        assert_eq!((told["usable"].as_bool(), notices(&told)), (Some(true), vec!["installation_copied"]));
    }
    assert_eq!(notices(&clone.json(&["status", "--offline"])), ["installation_copied"]);
    let seats = activations(&shop, &keys[0]);
    assert_eq!(seats.as_array().unwrap().len(), 1);
    assert!(seats[0]["copy_seen"].is_string());
    let events = shop.place.json(&shop.service.staff(&["events", "--licence", &keys[0][..11]]));
    let copied =
        events["items"].as_array().unwrap().iter().find(|event| event["action"] == "installation.copied");
    assert_eq!(copied.unwrap()["details"]["link"], "superseded");
}

#[test]
fn where_copies_are_refused_the_key_makes_the_clone_an_installation_of_its_own() {
    let shop = Shop::open();
    shop.place.json(&shop.service.staff(&["policies", "set", "personal", "--copies", "refuse"]));
    let keys = shop.keys(&shop.standard, 1);
    let (desk, clone) = cloned(&shop, &keys[0]);
    desk.json(&["status", "--renew"]);
    clone.json(&["status", "--renew"]);
    desk.problem(&["status", "--renew"], "lease_superseded");
    let standing = desk.json(&["status", "--offline"]);
    assert_eq!((standing["usable"].as_bool(), notices(&standing)), (Some(true), vec!["lease_superseded"]));
    assert_eq!(notices(&clone.json(&["status", "--renew"])), ["installation_copied"], "the other is told");
    // The remedy works, and for good.
    assert_eq!(notices(&desk.json(&["activate", &keys[0]])), Vec::<&str>::new());
    for _ in 0..2 {
        assert_eq!(desk.json(&["status", "--renew"])["usable"], true);
        assert_eq!(clone.json(&["status", "--renew"])["usable"], true);
    }
    let seats = activations(&shop, &keys[0]);
    assert_eq!((seats.as_array().unwrap().len(), &seats[0]["installations"]), (1, &2.into()));
}

#[test]
fn a_snapshot_that_is_restored_goes_on() {
    let shop = Shop::open();
    let keys = shop.keys(&shop.standard, 1);
    let desk = shop.device("desk");
    desk.json(&["activate", &keys[0]]);
    let snapshot = shop.place.path("snapshot");
    copy_folder(desk.folder(), &snapshot);
    for _ in 0..3 {
        desk.json(&["status", "--renew"]);
    }
    copy_folder(&snapshot, desk.folder());
    let standing = desk.json(&["status", "--renew"]);
    assert_eq!((standing["usable"].as_bool(), notices(&standing)), (Some(true), vec![]));
    assert_eq!(activations(&shop, &keys[0])[0]["rewinds"], 1);
}

#[test]
fn a_device_whose_folder_is_lost_gets_its_own_seat_back() {
    let shop = Shop::open();
    let keys = shop.keys(&shop.standard, 1);
    let desk = shop.device("desk");
    desk.json(&["activate", &keys[0]]);
    std::fs::remove_dir_all(desk.folder()).unwrap();
    assert_eq!(desk.json(&["activate", &keys[0]])["usable"], true);
    let seats = activations(&shop, &keys[0]);
    assert_eq!((seats.as_array().unwrap().len(), &seats[0]["installations"]), (1, &2.into()));
}

#[test]
fn devices_that_are_ahead_of_a_restored_service_renew_and_are_no_copies() {
    let mut shop = Shop::open();
    shop.place.json(&shop.service.staff(&["policies", "set", "personal", "--copies", "refuse"]));
    let keys = shop.keys(&shop.standard, 2);
    shop.device("desk").json(&["activate", &keys[0]]);
    let (data, file) = (shop.place.data(), shop.place.at("warifu.backup"));
    shop.place.json(&["backup", "create", "--data", &data, "--to", &file]);
    for _ in 0..3 {
        shop.device("desk").json(&["status", "--renew"]);
    }
    shop.device("late").json(&["activate", &keys[1]]);
    shop.service.kill();
    shop.place.json(&["backup", "restore", &file, "--data", &data, "--replace"]);
    shop.service = Running::start(&shop.place, &data);
    for _ in 0..3 {
        let standing = shop.device("desk").json(&["status", "--renew"]);
        assert_eq!((standing["usable"].as_bool(), notices(&standing)), (Some(true), vec![]));
    }
    let seats = activations(&shop, &keys[0]);
    assert_eq!((&seats[0]["rewinds"], &seats[0]["copy_seen"]), (&0.into(), &Value::Null));
    // Who came after the backup is not known any more; its lease runs on, and the key brings it back.
    shop.device("late").problem(&["status", "--renew"], "installation_unknown");
    assert_eq!(shop.device("late").json(&["status", "--offline"])["state"], "licensed");
    assert_eq!(shop.device("late").json(&["activate", &keys[1]])["usable"], true);
}

#[test]
fn the_release_of_a_lost_device_is_asked_for_with_the_key_and_a_device_in_use_keeps_its_seat() {
    let shop = Shop::open();
    shop.place.json(&shop.service.staff(&["policies", "set", "personal", "--change-budget", "1"]));
    let keys = shop.keys(&shop.standard, 1);
    shop.device("desk").json(&["activate", &keys[0]]);
    let other = shop.device("other");
    let full = other.problem(&["activate", &keys[0]], "seat_limit_reached");
    let seat = full["holders"][0]["seat"].as_str().unwrap().to_owned();
    let waits = other.json(&["ask-release", &keys[0], "--seat", &seat]);
    let contested = shop.place.json(&shop.service.staff(&["licences", "contested"]));
    assert_eq!(contested["items"][0]["release_effective"], waits["effective"]);
    assert_eq!(notices(&shop.device("desk").json(&["status", "--renew"])), ["release_asked"]);
    other.problem(&["ask-release", &keys[0], "--seat", &seat], "release_objected");
    other.problem(&["ask-release", &keys[0], "--seat", "door"], "field_not_valid");
    let contested = shop.place.json(&shop.service.staff(&["licences", "contested"]));
    assert_eq!(contested["items"], Value::Array(Vec::new()));
}
