//! The main job, from nothing to a device that is active, and back.

use crate::harness::{Place, Running, Shop, text};

#[test]
fn a_device_is_activated_changes_its_key_and_is_deactivated() {
    let shop = Shop::open();
    let (standard, pro) = (shop.keys(&shop.standard, 3), shop.keys(&shop.pro, 1));
    assert_eq!(standard.len(), 3);
    let device = shop.device("desk");

    let granted = device.json(&["activate", &standard[0], "--device-name", "Desk"]);
    assert_eq!((&granted["state"], &granted["usable"]), (&"licensed".into(), &true.into()));
    assert_eq!(granted["licence"]["edition"], "standard");
    assert_eq!(granted["licence"]["device_name"], "Desk");

    // Everything that names the service is remembered.
    let data = shop.place.at("desk");
    let status = shop.place.json(&["status", "--data", &data, "--explain", "--simulate-machine", "desk"]);
    assert_eq!((&status["usable"], &status["lease"]["channel"]), (&true.into(), &"retail".into()));
    assert_eq!(status["licence"]["may_move"], "yes");
    assert_eq!(status["lease"]["days_left"], 60);
    assert!(!status["explanation"]["comparison"].as_array().unwrap().is_empty());

    let changed = device.json(&["change-key", &pro[0], "--yes"]);
    assert_eq!(changed["licence"]["edition"], "pro");
    let renewed = device.json(&["status", "--renew"]);
    assert_eq!(renewed["licence"]["edition"], "pro");

    let released = device.json(&["deactivate", "--yes"]);
    assert_eq!(released["seat_released"], true);
    device.problem(&["status"], "not_activated");
    device.problem(&["deactivate", "--yes"], "not_activated");
}

#[test]
fn a_key_is_taken_from_a_file_and_from_standard_input_and_mended_only_when_that_is_agreed() {
    let shop = Shop::open();
    let keys = shop.keys(&shop.standard, 2);
    let file = shop.place.at("key.txt");
    std::fs::write(&file, format!("Your key: {}\n", keys[0])).unwrap();
    assert_eq!(shop.device("one").json(&["activate", "--key-file", &file])["usable"], true);

    let root = shop.root.as_str();
    let data = shop.place.at("two");
    let args = [
        "activate",
        "-",
        "--data",
        &data,
        "--simulate-machine",
        "two",
        "--service",
        &shop.service.url,
        "--root",
        root,
        "--product",
        "draw",
    ];
    let slip: String =
        keys[1].chars().enumerate().map(|(at, c)| if at == 20 { other(c) } else { c }).collect();
    let refused = shop.place.run_with_input(&args, &slip);
    assert_eq!(refused.status.code(), Some(3));
    let said = text(&refused.stderr);
    assert!(said.contains(&keys[1]) && said.contains('^'), "{said}");
    let accepted = shop.place.run_with_input(&[&args[..], &["--accept-correction"]].concat(), &slip);
    assert!(accepted.status.success(), "{}", text(&accepted.stderr));
}

fn other(symbol: char) -> char {
    if symbol == 'A' { 'B' } else { 'A' }
}

#[test]
fn the_only_product_of_a_user_needs_no_options() {
    let shop = Shop::open();
    let keys = shop.keys(&shop.standard, 1);
    let service = shop.service.url.as_str();
    let args = [
        "activate",
        &keys[0],
        "--service",
        service,
        "--root",
        &shop.root,
        "--product",
        "draw",
        "--simulate-machine",
        "x",
    ];
    shop.place.json(&args);
    let status = shop.place.json(&["status", "--offline", "--simulate-machine", "x"]);
    assert_eq!(status["state"], "licensed");
    assert!(shop.place.path("share/warifu/draw/client.json").is_file());
}

#[test]
fn a_service_that_does_not_answer_takes_nothing_from_an_active_device() {
    let shop = Shop::open();
    let keys = shop.keys(&shop.standard, 1);
    shop.device("desk").json(&["activate", &keys[0]]);
    let Shop { place, service, .. } = shop;
    let url = service.url.clone();
    assert!(service.stop().success());
    let output = place.run(&["status", "--data", &place.at("desk"), "--simulate-machine", "desk"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("licensed"));
    assert!(text(&output.stderr).contains(&url), "{}", text(&output.stderr));
}

#[test]
fn a_sandbox_gives_test_keys_that_must_be_asked_for() {
    let place = Place::new();
    let made = place.init(&["--sandbox"]);
    assert_eq!(made["sandbox"], true);
    let service = Running::start(&place, &place.data());
    place.json(&service.staff(&["products", "add", "draw", "--name", "Draw"]));
    place.json(&service.staff(&["products", "add-edition", "draw", "pro", "--name", "Pro", "--number", "7"]));
    place.json(&service.staff(&["policies", "add", "personal", "--channel", "retail"]));
    let out = place.at("keys.csv");
    place.json(
        &service
            .staff(&["keys", "issue", "--sku", "7", "--policy", "personal", "--count", "1", "--out", &out]),
    );
    let file = std::fs::read_to_string(&out).unwrap();
    let key = file.lines().nth(1).unwrap().split(',').next().unwrap();
    assert_eq!(place.json(&["check-key", key])["sandbox"], true);
    let root = made["root_public_key"].as_str().unwrap();
    let args = [
        "activate",
        key,
        "--service",
        &service.url,
        "--root",
        root,
        "--product",
        "draw",
        "--simulate-machine",
        "x",
    ];
    place.problem(&args, "key_is_test_key");
    assert_eq!(place.json(&[&args[..], &["--sandbox"]].concat())["lease"]["sandbox"], true);
}
