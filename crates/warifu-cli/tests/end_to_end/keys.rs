//! What the owner of the folder can do without a token: another year of issuing keys, another owner.

use std::time::{Duration, Instant};

use crate::harness::{Place, Running, Shop};

/// Waits until the service has logged a text so often.
pub(crate) fn logged(service: &Running, text: &str, times: usize) {
    #[expect(clippy::disallowed_methods, reason = "another process is waited for")]
    let begun = Instant::now();
    while service.log().matches(text).count() < times {
        assert!(begun.elapsed() < Duration::from_secs(60), "no {text:?} in\n{}", service.log());
        std::thread::yield_now();
    }
}

#[test]
fn a_running_service_takes_up_new_keys_and_keeps_the_old_when_the_new_are_bad() {
    let place = Place::with_service();
    let (data, passphrase) = (place.data(), place.at("passphrase"));
    let service = place.serve();
    place.json(&["renew-keys", "--data", &data, "--passphrase-file", &passphrase]);
    logged(&service, "the issuing keys were taken up", 1);
    std::fs::write(place.path("service/issuing-keys.json"), b"{}").unwrap();
    logged(&service, "the issuing keys cannot be read", 1);
    let health = |service: &Running| place.json(&service.staff(&["products", "list"]));
    health(&service);
    place.json(&["epochs", "new", "--data", &data]);
    logged(&service, "the secrets were taken up", 1);
    std::fs::write(place.path("service/secrets.json"), b"{}").unwrap();
    logged(&service, "the secrets cannot be read", 1);
    health(&service);
    assert!(service.stop().success());
}

#[test]
fn a_stolen_and_a_lost_file_of_issuing_keys_are_replaced_while_devices_go_on() {
    let shop = Shop::open();
    let key = &shop.keys(&shop.standard, 1)[0];
    let device = shop.device("desk");
    device.json(&["activate", key]);
    let place = &shop.place;
    let (data, passphrase) = (place.data(), place.at("passphrase"));
    let before = place.json(&["issuing-keys", "--data", &data]);
    let withdrawn = place.json(&["revoke-key", "--all", "--data", &data, "--passphrase-file", &passphrase]);
    assert_eq!(
        (withdrawn["version"].as_u64(), withdrawn["withdrawn"].as_array().unwrap().len()),
        (Some(1), 4)
    );
    let after = place.json(&["issuing-keys", "--data", &data]);
    assert_eq!(after["withdrawn"].as_array().unwrap().len(), 4);
    let ids = |keys: &serde_json::Value| -> Vec<String> {
        keys["keys"].as_array().unwrap().iter().map(|key| key["id"].to_string()).collect()
    };
    assert!(ids(&before).iter().all(|id| !ids(&after).contains(id)));
    logged(&shop.service, "the issuing keys were taken up", 1);
    let status = device.json(&["status"]);
    assert_eq!(status["state"], "licensed", "{status}");
    assert!(device.folder().join("key-list").exists());

    std::fs::remove_file(place.path("service/issuing-keys.json")).unwrap();
    logged(&shop.service, "the issuing keys cannot be read", 1);
    device.json(&["status"]);
    place.json(&["renew-keys", "--lost", "--data", &data, "--passphrase-file", &passphrase]);
    place
        .problem(&["renew-keys", "--lost", "--data", &data, "--passphrase-file", &passphrase], "file_exists");
    logged(&shop.service, "the issuing keys were taken up", 2);
    assert_eq!(device.json(&["status"])["state"], "licensed");
    // The list outlives the lost file.
    assert_eq!(place.json(&["issuing-keys", "--data", &data])["withdrawn"].as_array().unwrap().len(), 4);
}

#[test]
fn a_key_of_a_leaked_master_lets_in_known_devices_and_one_more_by_a_proof() {
    let shop = Shop::open();
    let keys = shop.keys(&shop.standard, 2);
    let known = shop.device("desk");
    known.json(&["activate", &keys[0]]);
    let marked = shop.place.json(&["epochs", "compromised", "1", "--yes", "--data", &shop.place.data()]);
    assert_eq!(marked["epochs"].as_array().unwrap().len(), 2, "{marked}");
    logged(&shop.service, "the secrets were taken up", 1);
    known.json(&["status", "--renew"]);
    shop.clone_of("desk", "desk-reinstalled").json(&["activate", &keys[0]]);

    let other = shop.device("laptop");
    other.problem(&["activate", &keys[1]], "key_epoch_compromised");
    other.problem(&["activate", &keys[1], "--proof", "not a proof"], "field_not_valid");
    let issued = shop.place.json(&shop.service.staff(&["licences", "proof", &keys[1][..11]]));
    let proof = issued["proof"].as_str().unwrap();
    other.json(&["activate", &keys[1], "--proof", &proof.to_lowercase().replace('-', " ")]);
    let problem =
        shop.device("third").problem(&["activate", &keys[1], "--proof", proof], "purchase_proof_used");
    assert!(!problem.to_string().contains(proof), "{problem}");
    let fresh = &shop.keys(&shop.pro, 1)[0];
    shop.device("fourth").json(&["activate", fresh]);
    shop.place
        .problem(&shop.service.staff(&["licences", "proof", &fresh[..11]]), "purchase_proof_not_needed");
    assert!(!shop.service.log().contains(proof));
}

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
