//! The service as a process: one for a store, stopped in order, killed without loss.

use crate::harness::{Place, Shop, text};
use crate::keys::logged;

#[test]
fn what_init_makes_is_for_its_owner_and_never_overwritten() {
    let place = Place::new();
    let made = place.init(&[]);
    assert_eq!(made["root_public_key"].as_str().unwrap().len(), 64);
    let token = std::fs::read_to_string(place.path("owner.token")).unwrap();
    assert_eq!(made["owner_token"], token.trim());
    let (data, passphrase) = (place.data(), place.at("passphrase"));
    place.problem(&["init", "--data", &data, "--passphrase-file", &passphrase], "file_exists");
    #[cfg(unix)]
    for name in ["root.warifu", "issuing-keys.json", "log-keys.json", "secrets.json"] {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(place.path("service").join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[test]
fn an_init_that_fails_leaves_nothing_behind() {
    let place = Place::new();
    std::fs::write(place.path("short"), "short\n").unwrap();
    let (data, short) = (place.data(), place.at("short"));
    place.problem(&["init", "--data", &data, "--passphrase-file", &short], "passphrase_not_suitable");
    place.problem(&["init", "--data", &data], "input_needed");
    assert!(!place.path("service").exists());
    std::fs::write(place.path("passphrase"), "correct horse battery staple\n").unwrap();
    let (passphrase, token) = (place.at("passphrase"), place.at("none/owner.token"));
    let args = ["init", "--data", &data, "--passphrase-file", &passphrase, "--token-file", &token];
    place.problem(&args, "file_not_writable");
    assert_eq!(std::fs::read_dir(place.path("service")).unwrap().count(), 0);
}

#[test]
fn a_second_service_on_the_same_store_is_refused_and_the_first_goes_on() {
    let place = Place::with_service();
    let first = place.serve();
    place.problem(&["serve", "--data", &place.data(), "--listen", "127.0.0.1:0"], "store_locked");
    place.json(&first.staff(&["products", "list"]));
}

#[test]
fn a_service_stops_in_order_when_it_is_told_to() {
    let place = Place::with_service();
    let service = place.serve();
    place.json(&service.staff(&["products", "add", "draw", "--name", "Draw"]));
    assert!(service.stop().success());
    let again = place.serve();
    let list = place.json(&again.staff(&["products", "list"]));
    assert_eq!(list["items"][0]["code"], "draw");
}

#[test]
fn what_was_acknowledged_before_a_kill_is_there_after_it() {
    let mut shop = Shop::open();
    let keys = shop.keys(&shop.standard, 2);
    shop.device("desk").json(&["activate", &keys[0]]);
    shop.service.kill();
    shop.service = shop.place.serve();
    let status = shop.device("desk").json(&["status"]);
    assert_eq!((&status["usable"], &status["licence"]["seats_taken"]), (&true.into(), &1.into()));
    let other = shop.device("other");
    let problem = other.problem(&["activate", &keys[0]], "seat_limit_reached");
    assert_eq!(problem["holders"][0]["class"], "physical");
    assert_eq!(other.json(&["activate", &keys[1]])["usable"], true);
}

#[test]
fn neither_keys_nor_tokens_get_into_the_log() {
    let shop = Shop::open();
    let keys = shop.keys(&shop.standard, 1);
    shop.device("desk").json(&["activate", &keys[0]]);
    shop.device("desk").problem(&["activate", "20040-00001"], "key_incomplete");
    let token = std::fs::read_to_string(shop.place.path("owner.token")).unwrap();
    let log = shop.service.log();
    assert!(!log.is_empty());
    for secret in [&keys[0][12..], token.trim()] {
        assert!(!log.contains(secret));
    }
    for line in log.lines() {
        let entry: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(entry["level"].is_string() && entry["timestamp"].is_string(), "{line}");
    }
}

/// The goal: whoever gets hold of the store has nothing that activates, and nobody's token.
#[test]
fn neither_keys_nor_tokens_nor_proofs_are_in_the_store() {
    let shop = Shop::open();
    let place = &shop.place;
    let keys = shop.keys(&shop.standard, 2);
    shop.device("desk").json(&["activate", &keys[0]]);
    let old = "OLD-KEY-AAAA-1111-ZZZZ-9999";
    std::fs::write(place.path("old.csv"), old).unwrap();
    let csv = place.at("old.csv");
    place.json(&shop.service.staff(&["keys", "import", &csv, "--sku", &shop.pro, "--policy", "personal"]));
    shop.device("laptop").json(&["activate", old]);
    let licence = place.json(&shop.service.staff(&["licences", "list", "--key-number", &keys[0][..11]]));
    let licence = licence["items"][0]["id"].as_str().unwrap().to_owned();
    let replaced = place.json(&shop.service.staff(&["licences", "replace-key", &licence, "--yes"]));
    let support = place.json(&shop.service.staff(&["staff", "add", "Sato", "--role", "support"]));
    place.json(&["epochs", "compromised", "1", "--yes", "--data", &place.data()]);
    logged(&shop.service, "the secrets were taken up", 1);
    let proof = place.json(&shop.service.staff(&["licences", "proof", &keys[1][..11]]));
    let proof = proof["proof"].as_str().unwrap();
    shop.device("third").json(&["activate", &keys[1], "--proof", proof]);

    let owner = std::fs::read_to_string(place.path("owner.token")).unwrap();
    let tails = [&keys[0][12..], &keys[1][12..], &replaced["key"].as_str().unwrap()[12..]];
    let tokens = [owner.trim(), support["token"].as_str().unwrap()];
    let mut secrets: Vec<String> =
        [&tails[..], &tokens, &[old, &proof[12..]]].concat().iter().map(|text| (*text).to_owned()).collect();
    secrets.extend(secrets.clone().iter().map(|text| text.replace('-', "")));
    let mut read = 0;
    for entry in std::fs::read_dir(place.data()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if !name.starts_with("warifu.db") {
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        read += bytes.len();
        for secret in &secrets {
            let found =
                bytes.windows(secret.len()).any(|window| window.eq_ignore_ascii_case(secret.as_bytes()));
            assert!(!found, "{name} holds a secret of {} characters", secret.len());
        }
    }
    // What is public is there: this looks into the right files.
    let number = place.json(&shop.service.staff(&["licences", "show", &licence]))["key_number"].clone();
    assert_eq!(number, keys[0][..11]);
    assert!(read > 100_000, "{read} bytes");
}

#[test]
fn settings_are_checked_in_full_before_anything_starts() {
    let place = Place::with_service();
    let config = place.at("warifu.toml");
    let data = place.data();
    let args = ["serve", "--data", &data, "--config", &config];
    for (settings, key) in [
        ("listen = \"nowhere\"", "listen"),
        ("listen = \"0.0.0.0:0\"", "listen"),
        ("colour = 1", "colour"),
        ("[tls]\ncert = \"a\"", "tls.key"),
    ] {
        std::fs::write(&config, settings).unwrap();
        let problem = place.problem(&args, "config_invalid");
        assert_eq!(problem["values"]["key"], key, "{settings}");
    }
    std::fs::remove_file(&config).unwrap();
    place.problem(&args, "file_not_readable");
    place.problem(&["serve", "--data", &place.at("none")], "service_folder_empty");
    std::fs::write(place.path("service/secrets.json"), "{}").unwrap();
    place.problem(&["serve", "--data", &data], "key_file_not_valid");
}

#[test]
fn an_address_in_use_is_named() {
    let place = Place::with_service();
    let service = place.serve();
    let other = Place::with_service();
    let address = service.url.trim_start_matches("http://");
    other.problem(&["serve", "--data", &other.data(), "--listen", address], "address_in_use");
}

#[test]
fn a_person_reads_the_address_and_how_to_stop() {
    let place = Place::with_service();
    let service = place.serve();
    let output = place.run(&["products", "list", "--service", &service.url]);
    assert_eq!(output.status.code(), Some(9));
    let said = text(&output.stderr);
    assert!(said.contains(&format!("{}/help/token_missing", service.url)), "{said}");
}
