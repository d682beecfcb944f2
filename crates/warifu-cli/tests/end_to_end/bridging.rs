//! Nodes on one database, one of them appointed to bridge its outages.

use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use serde_json::Value;

use crate::harness::{Place, Running};

/// How often a device asks until the database is in use again. Each time is a process of its own, which takes its time.
const ATTEMPTS_MAX: usize = 200;
/// How often a device asks a node that has to learn of its key; fewer than the wrong keys that one place may try.
const LEARNS_MAX: usize = 19;

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| {
        panic!("{name} is not set: this needs the cluster that `cargo xtask test` starts")
    })
}

/// A database behind a network that can be cut.
struct Database {
    name: String,
    url: String,
    /// The connections, and whether there is a network.
    network: Arc<Mutex<(Vec<TcpStream>, bool)>>,
}

impl Database {
    fn new() -> Self {
        let name = format!("bridging_{}", std::process::id());
        sql(&format!("CREATE DATABASE {name}"));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("postgres://warifu@{}/{name}", listener.local_addr().unwrap());
        let network = Arc::new(Mutex::new((Vec::new(), true)));
        let shared = network.clone();
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let mut network = shared.lock().unwrap();
                if !network.1 {
                    continue;
                }
                let server = TcpStream::connect(variable("WARIFU_TEST_POSTGRES")).unwrap();
                for (from, to) in [(&client, &server), (&server, &client)] {
                    let (mut from, mut to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
                    std::thread::spawn(move || {
                        let _ = std::io::copy(&mut from, &mut to);
                        let _ = to.shutdown(Shutdown::Both);
                    });
                }
                network.0.extend([client, server]);
            }
        });
        Self { name, url, network }
    }

    fn stop(&self) {
        let mut network = self.network.lock().unwrap();
        network.1 = false;
        for end in network.0.drain(..) {
            let _ = end.shutdown(Shutdown::Both);
        }
    }

    fn start(&self) {
        self.network.lock().unwrap().1 = true;
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        sql(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
    }
}

fn sql(statement: &str) {
    let place = variable("WARIFU_TEST_POSTGRES");
    let (host, port) = place.rsplit_once(':').unwrap();
    let done = Command::new(Path::new(&variable("WARIFU_TEST_POSTGRES_PROGRAMS")).join("psql"))
        .args(["--no-psqlrc", "--quiet", "--host", host, "--port", port, "--username", "warifu"])
        .args(["--dbname", "postgres", "--command", statement])
        .env("PGPASSWORD", variable("WARIFU_TEST_POSTGRES_PASSWORD"))
        .output()
        .unwrap();
    assert!(done.status.success(), "{statement}: {}", String::from_utf8_lossy(&done.stderr));
}

/// A folder for a further node, with what all share.
fn further_node(place: &Place, name: &str) -> String {
    let folder = place.path(name);
    std::fs::create_dir(&folder).unwrap();
    for file in ["issuing-keys.json", "log-keys.json", "secrets.json", "store.toml"] {
        std::fs::copy(Path::new(&place.data()).join(file), folder.join(file)).unwrap();
    }
    folder.to_str().unwrap().to_owned()
}

/// The goal: whoever has paid is let in while the database is away, by one node of all; and another node can follow that one.
#[test]
fn the_appointed_node_alone_bridges_an_outage_and_another_one_can_take_over() {
    let (place, database) = (Place::new(), Database::new());
    std::fs::write(place.path("password"), variable("WARIFU_TEST_POSTGRES_PASSWORD")).unwrap();
    let made = place.init(&["--store", &database.url, "--store-password-file", &place.at("password")]);
    let root = made["root_public_key"].as_str().unwrap().to_owned();
    let (second, third) = (further_node(&place, "second"), further_node(&place, "third"));
    let appointed = Running::start_with(&place, &place.data(), &["--bridge-outages"]);
    let other = Running::start(&place, &second);
    let third_serves = ["serve", "--data", &third, "--listen", "127.0.0.1:0", "--bridge-outages"];
    let refused = place.problem(&third_serves, "bridging_elsewhere");
    let id = std::fs::read_to_string(Path::new(&place.data()).join("provisional.id")).unwrap();
    assert!(refused["detail"].as_str().unwrap().contains(id.trim()), "{refused}");
    let same_folder = ["serve", "--data", &place.data(), "--listen", "127.0.0.1:0", "--bridge-outages"];
    place.problem(&same_folder, "store_locked");

    place.json(&appointed.staff(&["products", "add", "draw", "--name", "Draw"]));
    let sku = place.json(&appointed.staff(&["products", "add-edition", "draw", "pro", "--name", "Pro"]));
    let policy = ["policies", "add", "personal", "--channel", "retail", "--change-budget", "2"];
    place.json(&appointed.staff(&policy));
    let (sku, out) = (sku["number"].to_string(), place.at("keys.json"));
    let issue = ["keys", "issue", "--sku", &sku, "--policy", "personal", "--count", "2", "--out", &out];
    place.json(&appointed.staff(&issue));
    let file: Value = serde_json::from_slice(&std::fs::read(&out).unwrap()).unwrap();
    let key = |place: usize| file["keys"][place].as_str().unwrap().to_owned();

    let device = |name: &str, node: &Running, command: &[&str]| -> Vec<String> {
        let folder = place.at(name);
        let device = ["--data", &folder, "--simulate-machine", name, "--product", "draw"];
        let all = [command, &device, &["--service", &node.url, "--root", &root]].concat();
        all.into_iter().map(str::to_owned).collect()
    };
    let json = |args: &[String]| place.json(&args.iter().map(String::as_str).collect::<Vec<_>>());
    let problem = |args: &[String], code: &str| {
        place.problem(&args.iter().map(String::as_str).collect::<Vec<_>>(), code)
    };
    // An idle node learns of the batch within a second.
    let learnt = (0..LEARNS_MAX).any(|_| {
        let args = device("early", &other, &["activate", &key(1)]);
        place.run(&args.iter().map(String::as_str).collect::<Vec<_>>()).status.success()
    });
    assert!(learnt, "the other node knows the key's batch");

    database.stop();
    problem(&device("elsewhere", &other, &["activate", &key(0)]), "service_unavailable");
    let bridged = json(&device("desk", &appointed, &["activate", &key(0)]));
    assert_eq!((&bridged["usable"], &bridged["lease"]["days_left"]), (&true.into(), &7.into()), "{bridged}");
    problem(&device("laptop", &appointed, &["activate", &key(0)]), "service_unavailable");

    database.start();
    let renewed = (0..ATTEMPTS_MAX).find_map(|_| {
        let args = device("desk", &other, &["status", "--renew", "--json"]);
        let output = place.run(&args.iter().map(String::as_str).collect::<Vec<_>>());
        let answer: Value = serde_json::from_slice(&output.stdout).ok()?;
        (answer["lease"]["days_left"] == 60).then_some(answer)
    });
    let renewed = renewed.expect("the other node renews what the appointed one gave");
    assert_eq!(renewed["usable"], true);

    // The appointed node has gone, and the third one follows it.
    assert!(appointed.stop().success());
    place.problem(&third_serves, "bridging_elsewhere");
    let successor = Running::start_with(&place, &third, &["--bridge-outages", "--take-over-bridging"]);
    place.problem(&same_folder, "bridging_elsewhere");
    database.stop();
    let bridged = json(&device("tablet", &successor, &["activate", &key(0)]));
    assert_eq!(bridged["lease"]["days_left"], 7, "{bridged}");
}
