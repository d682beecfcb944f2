//! Whatever goes wrong is an entry of the catalogue with the exit code of its kind, and nothing is lost.

use serde_json::{Value, json};

use crate::harness::{Place, Shop, text};
use crate::key_vectors::vectors;

#[test]
fn a_wrong_key_is_told_for_what_it_is() {
    let shop = Shop::open();
    let keys = shop.keys(&shop.standard, 1);
    let device = shop.device("desk");
    device.problem(&["activate", "W269N-WFGWX-YVC9B-4J6C9-T83GX"], "key_is_windows_key");
    shop.place.problem(&["check-key", "W269N-WFGWX-YVC9B-4J6C9-T83GX"], "key_is_windows_key");
    shop.place.problem(&["check-key", "hello"], "key_not_recognised");
    shop.place.problem(&["keys", "check", &keys[0][..17]], "key_incomplete");
    let problem = shop.place.problem(&["check-key", &swap(&keys[0])], "key_correctable");
    assert_eq!(problem["offer"], keys[0].as_str());
    assert_eq!(shop.place.json(&["check-key", &keys[0].to_lowercase()])["verdict"], "valid");
}

#[test]
fn a_text_is_what_the_golden_vectors_say() {
    let place = Place::new();
    for vector in vectors() {
        let output = place.run_with_input(&["check-key", "-", "--json"], &vector.text);
        if vector.verdict == "valid" {
            let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
            let expected = (&json!("valid"), &json!(vector.key.map(|key| &key[..11])));
            assert_eq!((&answer["verdict"], &answer["key_number"]), expected, "{:?}", vector.text);
            continue;
        }
        let code = match vector.expected.split(' ').take(2).collect::<Vec<_>>()[..] {
            ["correctable", ..] => "key_correctable",
            ["unchecked", ..] => "key_unchecked",
            ["incomplete", ..] | ["not_a_key", "too_many_symbols"] => "key_incomplete",
            ["several", ..] => "key_several",
            ["windows_key"] => "key_is_windows_key",
            ["not_a_key", "damaged"] => "key_malformed",
            ["not_a_key", "unknown_format"] => "key_of_newer_format",
            ["not_a_key", "none_found"] => "key_not_recognised",
            _ => panic!("{}", vector.expected),
        };
        let problem: Value = serde_json::from_slice(&output.stderr).unwrap();
        let offer = problem.get("offer").and_then(Value::as_str);
        assert_eq!((problem["code"].as_str(), offer), (Some(code), vector.key), "{:?}", vector.text);
    }
}

fn swap(key: &str) -> String {
    let mut symbols: Vec<char> = key.chars().collect();
    let at = (0..4).find(|&at| symbols[at] != symbols[at + 1]).unwrap();
    symbols.swap(at, at + 1);
    symbols.into_iter().collect()
}

#[test]
fn a_device_over_the_limit_is_told_who_holds_the_seat() {
    let shop = Shop::open();
    let keys = shop.keys(&shop.standard, 1);
    shop.device("desk").json(&["activate", &keys[0]]);
    let output = shop.device("other").run(&["activate", &keys[0]]);
    assert_eq!(output.status.code(), Some(4));
    let said = text(&output.stderr);
    for part in ["error: ", "cause: ", "hint: ", "/help/seat_limit_reached", "physical"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert_eq!(text(&output.stdout), "");
}

#[test]
fn another_machine_does_not_run_under_a_copied_folder() {
    let shop = Shop::open();
    let keys = shop.keys(&shop.standard, 1);
    let desk = shop.device("desk");
    desk.json(&["activate", &keys[0]]);
    let copy = shop.place.path("thief");
    std::fs::create_dir(&copy).unwrap();
    for entry in std::fs::read_dir(desk.folder()).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), copy.join(entry.file_name())).unwrap();
    }
    shop.device("thief").problem(&["status", "--offline"], "installation_on_other_hardware");
    assert_eq!(desk.json(&["status"])["usable"], true);
}

#[test]
fn a_damaged_lease_is_fetched_again() {
    let shop = Shop::open();
    let keys = shop.keys(&shop.standard, 1);
    let desk = shop.device("desk");
    desk.json(&["activate", &keys[0]]);
    let lease = desk.folder().join("lease");
    let whole = std::fs::read(&lease).unwrap();
    std::fs::write(&lease, &whole[..whole.len() / 2]).unwrap();
    desk.problem(&["status", "--offline"], "lease_damaged");
    assert_eq!(desk.json(&["status", "--renew"])["usable"], true);
}

#[test]
fn damaged_settings_are_named_and_written_anew_by_whoever_names_everything() {
    let shop = Shop::open();
    let keys = shop.keys(&shop.standard, 1);
    shop.device("desk").json(&["activate", &keys[0]]);
    let (data, url) = (shop.place.at("desk"), shop.service.url.as_str());
    let settings = std::path::Path::new(&data).join("client.json");
    let whole = std::fs::read(&settings).unwrap();
    std::fs::write(&settings, &whole[..whole.len() / 2]).unwrap();
    let bare = ["status", "--data", &data, "--simulate-machine", "desk"];
    shop.place.problem(&bare, "client_settings_damaged");
    shop.place.problem(&["doctor", "--data", &data], "client_settings_damaged");
    let named = ["--service", url, "--root", &shop.root, "--product", "draw"];
    assert_eq!(shop.place.json(&[&bare[..], &named].concat())["usable"], true);
    assert_eq!(shop.place.json(&bare)["usable"], true);
}

#[test]
fn a_folder_belongs_to_one_service_and_product() {
    let shop = Shop::open();
    let keys = shop.keys(&shop.standard, 1);
    shop.device("desk").json(&["activate", &keys[0]]);
    let data = shop.place.at("desk");
    shop.place.problem(&["status", "--data", &data, "--product", "write"], "client_set_up_otherwise");
    shop.place.problem(&["status", "--data", &shop.place.at("empty")], "client_not_set_up");
    shop.place.problem(&["status"], "client_not_set_up");
    let root = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    let (other, url) = (shop.place.at("other"), shop.service.url.as_str());
    let args =
        ["activate", &keys[0], "--data", &other, "--service", url, "--root", root, "--product", "draw"];
    shop.place.problem(&[&args[..], &["--simulate-machine", "x"]].concat(), "root_not_pinned");
}

/// Nobody, root included, can make a folder in sysfs.
#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_cannot_be_written_to_is_named() {
    let shop = Shop::open();
    let keys = shop.keys(&shop.standard, 1);
    let args = [
        "activate",
        &keys[0],
        "--data",
        "/sys/warifu",
        "--service",
        &shop.service.url,
        "--root",
        &shop.root,
        "--product",
        "draw",
        "--simulate-machine",
        "x",
    ];
    let problem = shop.place.problem(&args, "lease_store_read_only");
    assert_eq!(problem["values"]["path"], "/sys/warifu");
    let passphrase = shop.place.at("passphrase");
    shop.place
        .problem(&["init", "--data", "/sys/warifu", "--passphrase-file", &passphrase], "file_not_writable");
    let out = "/sys/keys.csv";
    let issue =
        ["keys", "issue", "--sku", &shop.standard, "--policy", "personal", "--count", "1", "--out", out];
    shop.place.problem(&shop.service.staff(&issue), "file_not_writable");
    let batches = shop.place.json(&shop.service.staff(&["keys", "batches"]));
    assert_eq!(
        batches["items"].as_array().unwrap().len(),
        1,
        "nothing was issued for a file that cannot be written"
    );
}

#[test]
fn a_service_that_is_not_there_or_is_none_is_named() {
    let place = Place::new();
    std::fs::write(place.path("token"), "wst_x").unwrap();
    let token = place.at("token");
    let staff = |url: &'static str| ["products", "list", "--service", url, "--token-file", &token];
    place.problem(&staff("http://127.0.0.1:1"), "service_unreachable");
    place.problem(&staff("http://licences.example.com"), "config_invalid");
    place.problem(&["products", "list"], "token_missing");
}

#[test]
fn a_question_without_anybody_to_answer_names_the_option() {
    let shop = Shop::open();
    let keys = shop.keys(&shop.standard, 1);
    let desk = shop.device("desk");
    desk.json(&["activate", &keys[0]]);
    let problem = desk.problem(&["deactivate"], "input_needed");
    assert_eq!(problem["values"]["option"], "--yes");
    assert_eq!(desk.json(&["status"])["usable"], true);
    desk.problem(&["activate"], "input_needed");
}
