//! A machine whose environment names a proxy. Its name means another machine there, so what is meant for this machine must not go to it: neither a
//! token nor a product key.

use crate::harness::{Shop, text};

/// Nobody listens at the port of discarded messages.
const PROXY: &str = "http://127.0.0.1:9";

#[test]
fn what_is_for_this_machine_does_not_go_to_a_proxy() {
    let shop = Shop::open();
    let key = shop.keys(&shop.pro, 1).remove(0);
    let (data, service) = (shop.place.at("laptop"), shop.service.url.as_str());
    let activate = [
        "activate",
        &key,
        "--data",
        &data,
        "--simulate-machine",
        "laptop",
        "--service",
        service,
        "--root",
        &shop.root,
        "--product",
        "draw",
    ];
    let list = shop.service.staff(&["products", "list"]);
    for args in [&activate[..], &list] {
        let mut command = shop.place.command(args);
        for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
            command.env(name, PROXY);
        }
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", text(&output.stderr));
    }
}
