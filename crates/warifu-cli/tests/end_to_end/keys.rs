//! What the owner of the folder can do without a token: another year of issuing keys, another owner.

use crate::harness::Place;

#[test]
fn another_year_of_issuing_keys_needs_the_root_and_its_passphrase() {
    let place = Place::new();
    let made = place.init(&[]);
    let (data, root) = (place.data(), format!("{}/root.warifu", place.data()));
    let (wrong, right) = (place.at("wrong-passphrase"), place.at("passphrase"));
    std::fs::write(&wrong, "not the passphrase at all\n").unwrap();
    place.problem(
        &["renew-keys", "--data", &data, "--root-file", &root, "--passphrase-file", &wrong],
        "passphrase_wrong",
    );
    let renewed =
        place.json(&["renew-keys", "--data", &data, "--root-file", &root, "--passphrase-file", &right]);
    assert!(renewed["signs_until"].as_str().unwrap() > made["signs_until"].as_str().unwrap());
    assert!(place.serve().stop().success());
}

#[test]
fn a_new_owner_is_made_beside_a_stopped_service_only() {
    let place = Place::with_service();
    let data = place.data();
    let service = place.serve();
    place.problem(&["new-owner", "Spare", "--data", &data], "store_locked");
    service.stop();
    let made = place.json(&["new-owner", "Spare", "--data", &data]);
    let service = place.serve();
    let token = made["token"].as_str().unwrap();
    let staff = place.json(&["staff", "list", "--service", &service.url, "--token", token]);
    assert!(staff.to_string().contains("Spare"), "{staff}");
}
