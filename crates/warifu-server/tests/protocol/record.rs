//! Makes a recording: a service with a history, and devices of each kind that ask it for everything that protocol 1 has.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};
use warifu_client::id::BatchId;
use warifu_client::key::{KeyFormat, KeyNumber, MasterSecret, ProofHours, SkuNumber, TagSecret};
use warifu_client::{KeyAlgorithm, Name, Span, Timestamp};
use warifu_core::staff::Role;
use warifu_proto::keys::RootKey;
use warifu_service::authority::Authority;
use warifu_service::secrets::Secrets;
use warifu_service::staff::acts::LOCAL_OPERATOR;

use crate::story::{Command, Files, Story, usual_secrets};
use crate::world::{Counting, Device, Wire, World};

/// When a recording begins: 2026-11-22T14:49:29Z.
const START: Timestamp = Timestamp::from_seconds(1_795_358_969);
/// When its stories are told: every device's lease is due to be renewed.
const TOLD: Timestamp = START.plus(Span::days(8));

/// A recording's root, in the form in which applications pin it.
pub(crate) const ROOT_FILE: &str = "root";
/// The secrets once the first master has leaked.
const SECRETS_AFTER_FILE: &str = "secrets-after.json";
/// The service's store, as statements.
const STORE_FILE: &str = "store.sql";
const KEYS_FILE: &str = "issuing-keys.json";
const KEYS_AFTER_FILE: &str = "issuing-keys-after.json";
const KEY_LIST_FILE: &str = "key-list.warifu";

/// The publisher's side.
struct Publisher {
    world: Arc<World>,
    token: String,
    asked: std::cell::Cell<u128>,
}

impl Publisher {
    fn ask(&self, method: &str, path: &str, body: &Value) -> Value {
        self.asked.set(self.asked.get() + 1);
        let name = warifu_client::id::IdempotencyKey::from_bytes(self.asked.get().to_be_bytes());
        let mut headers = vec![
            ("authorization".to_owned(), format!("Bearer {}", self.token)),
            ("idempotency-key".to_owned(), name.to_string()),
        ];
        let body = if body.is_null() { String::new() } else { body.to_string() };
        if !body.is_empty() {
            headers.push(("content-type".to_owned(), "application/json".to_owned()));
        }
        let answer = self.world.carry(method, path, &headers, body.as_bytes());
        assert!((200..300).contains(&answer.status), "{path}: {}", String::from_utf8_lossy(&answer.body));
        serde_json::from_slice(&answer.body).unwrap_or_default()
    }

    /// Products, editions and a policy; then keys of the first edition.
    fn open_shop(&self, count: u32) -> Vec<String> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        self.ask("POST", "/v1/products", &json!({"code": "draw", "name": "Draw"}));
        let sku =
            json!({"product": "draw", "edition": "pro", "name": "Professional", "features": ["layers"]});
        self.ask("POST", "/v1/skus", &sku);
        let policy = json!({"name": "Retail", "channel": "retail", "seats": 1});
        let policy = text(&self.ask("POST", "/v1/policies", &policy)["id"]);
        let batch = json!({"sku": 1, "policy": policy, "count": count});
        let batch = text(&self.ask("POST", "/v1/batches", &batch)["id"]);
        let page = self.ask("GET", &format!("/v1/batches/{batch}/keys"), &Value::Null);
        page["keys"].as_array().unwrap().iter().map(text).collect()
    }

    fn revoke_licence_of(&self, key: &str) {
        let number = key.split('-').take(2).collect::<Vec<_>>().join("-");
        let found = self.ask("GET", &format!("/v1/licences?key_number={number}"), &Value::Null);
        let id = found["items"][0]["id"].as_str().unwrap();
        self.ask("POST", &format!("/v1/licences/{id}/revoke"), &Value::Null);
    }
}

/// A story that is still to be told.
struct Plan {
    name: &'static str,
    shows: &'static str,
    device: Device,
    algorithm: KeyAlgorithm,
    folder: BTreeMap<String, Vec<u8>>,
    command: Command,
    withdrawn: bool,
    leaked: bool,
    answered_before: bool,
}

/// Writes a recording into `folder`.
pub(crate) fn record(folder: &Path) {
    let mut random = Counting(1);
    let root = RootKey::generate(&mut random).unwrap();
    let pinned = root.public_key().to_string();
    let authority = Authority::issue(&root, START, false, &mut random).unwrap();
    let secrets = Secrets::generate(&mut random);
    fs::create_dir_all(folder.join("stories")).unwrap();
    fs::write(folder.join(ROOT_FILE), format!("{pinned}\n")).unwrap();
    fs::write(folder.join(KEYS_FILE), &*authority.to_bytes()).unwrap();
    fs::write(folder.join(usual_secrets()), &*secrets.to_bytes()).unwrap();
    withdraw(folder, &root);
    let after = leak(folder);

    let working = tempfile::tempdir().unwrap();
    let path = working.path().join("store.db");
    let world = World::start(authority, secrets, warifu_store::sqlite::open(&path).unwrap(), 2);
    world.clock.0.store(millis(START), Ordering::Relaxed);
    let plans = history(&world, &pinned, &after);
    world.service.stop();
    drop(world);
    fs::write(folder.join(STORE_FILE), dump(&path)).unwrap();

    let mut seat = None;
    for plan in plans {
        let story = tell(folder, &pinned, plan.with_seat(seat.as_deref()));
        let answer: Option<Value> =
            story.1.exchanges.last().and_then(|exchange| serde_json::from_str(&exchange.answer).ok());
        let named = answer.and_then(|answer| answer["holders"][0]["seat"].as_str().map(str::to_owned));
        seat = named.or(seat);
        let text = serde_json::to_string_pretty(&story.1).unwrap();
        fs::write(folder.join("stories").join(format!("{}.json", story.0)), text + "\n").unwrap();
    }
}

/// The key files after the first issuing key was withdrawn.
fn withdraw(folder: &Path, root: &RootKey) {
    let authority = Authority::from_bytes(&fs::read(folder.join(KEYS_FILE)).unwrap()).unwrap();
    let stolen: Vec<_> = authority.certificates().take(1).map(|certificate| certificate.key.id()).collect();
    let after = authority.withdrawn(root, &stolen, (TOLD, TOLD), &mut Counting(5)).unwrap();
    fs::write(folder.join(KEYS_AFTER_FILE), &*after.to_bytes()).unwrap();
    fs::write(folder.join(KEY_LIST_FILE), format!("{}\n", after.key_list().unwrap().token)).unwrap();
}

/// The secrets after the first master has leaked.
fn leak(folder: &Path) -> Secrets {
    let mut after = Secrets::from_bytes(&fs::read(folder.join(usual_secrets())).unwrap()).unwrap();
    after.begin_epoch(&mut Counting(6)).unwrap();
    assert!(after.mark_compromised(1));
    fs::write(folder.join(SECRETS_AFTER_FILE), &*after.to_bytes()).unwrap();
    after
}

/// What has happened before the stories, and the stories.
fn history(world: &Arc<World>, root: &str, leaked: &Secrets) -> Vec<Plan> {
    let name = Name::new("owner").unwrap();
    let made = world.service.create_staff(LOCAL_OPERATOR, name, Role::Owner, None);
    let (_, token) = world.runtime.block_on(made).unwrap();
    let publisher =
        Publisher { world: world.clone(), token: token.expose().to_string(), asked: Default::default() };
    let keys = publisher.open_shop(11);
    let live = || Wire::Live { world: world.clone(), passed: Vec::new(), loses: false };
    let device = |hardware: u8| Device::new(hardware, START, live());
    let ed25519 = KeyAlgorithm::Ed25519;
    let activate =
        |key: &str| Command::Activate { key: key.to_owned(), device_name: None, purchase_proof: None };
    let proven = |key: &str| {
        let proof = leaked.proofs(2).unwrap().issue(key[..11].parse().unwrap(), TOLD, ProofHours::USUAL);
        Command::Activate { key: key.to_owned(), device_name: None, purchase_proof: Some(proof.expose()) }
    };
    let activated = |hardware: u8, key: &str, algorithm: KeyAlgorithm| {
        let device = device(hardware);
        let outcome = device.run(root, algorithm, &activate(key));
        assert_eq!((outcome.failed, outcome.state.as_str()), (None, "licensed"));
        device
    };

    let lost_activation = device(3);
    lost_activation.lose(true);
    lost_activation.run(root, ed25519, &activate(&keys[2]));
    let usual = activated(4, &keys[3], ed25519);
    let lost_renewal = activated(5, &keys[5], ed25519);
    let restored = activated(6, &keys[6], ed25519);
    let backup = restored.blobs();
    let revoked = activated(8, &keys[7], ed25519);
    let asked_for = activated(10, &keys[8], ed25519);
    let p256 = activated(12, &keys[9], KeyAlgorithm::EcdsaP256Sha256);
    publisher.revoke_licence_of(&keys[7]);
    let second = device(11);
    second.run(root, ed25519, &activate(&keys[8]));
    let refused: Value = serde_json::from_str(&second.passed().last().unwrap().answer).unwrap();
    let seat = refused["holders"][0]["seat"].as_str().unwrap().to_owned();
    let asked = second.run(root, ed25519, &Command::AskRelease { key: keys[8].clone(), seat });
    assert_eq!(asked.failed, None);
    world.clock.0.store(millis(TOLD) - 60_000, Ordering::Relaxed);
    for device in [&lost_renewal, &restored] {
        device.set_wall(world.now());
        device.lose(std::ptr::eq(device, &lost_renewal));
        device.run(root, ed25519, &Command::Renew);
    }
    assert_ne!(restored.blobs()["lease"], backup["lease"]);
    let stranger = device(9);
    let named = Command::Activate {
        key: keys[0].clone(),
        device_name: Some("製図室のワークステーション".to_owned()),
        purchase_proof: None,
    };

    let plan = |name, shows, device: &Device, command| Plan {
        name,
        shows,
        folder: device.blobs(),
        device: device.clone(),
        algorithm: ed25519,
        command,
        withdrawn: false,
        leaked: false,
        answered_before: false,
    };
    let ecdsa = |plan: Plan| Plan { algorithm: KeyAlgorithm::EcdsaP256Sha256, ..plan };
    let again = |plan: Plan| Plan { answered_before: true, ..plan };
    let other_key = Command::ChangeKey { key: keys[4].clone() };
    let no_seat = Command::AskRelease { key: keys[3].clone(), seat: String::new() };
    vec![
        plan("activate", "A new device with a name activates.", &device(1), named),
        ecdsa(plan(
            "activate-p256",
            "A new device with a key on P-256 activates.",
            &device(2),
            activate(&keys[1]),
        )),
        again(plan(
            "activate-again",
            "The answer to an activation was lost; it is given again.",
            &lost_activation,
            activate(&keys[2]),
        )),
        plan("renew", "A lease is renewed.", &usual, Command::Renew),
        ecdsa(plan("renew-p256", "A lease of a key on P-256 is renewed.", &p256, Command::Renew)),
        again(plan(
            "renew-again",
            "The answer to a renewal was lost; it is given again.",
            &lost_renewal,
            Command::Renew,
        )),
        Plan {
            folder: backup,
            ..plan(
                "renew-restored",
                "A device that was restored from a backup shows an older lease.",
                &restored,
                Command::Renew,
            )
        },
        plan(
            "renew-told",
            "A device renews whose seat's release was asked for, and is told.",
            &asked_for,
            Command::Renew,
        ),
        plan(
            "renew-revoked",
            "The licence was revoked: a signed refusal, with notice.",
            &revoked,
            Command::Renew,
        ),
        plan(
            "renew-withdrawn",
            "An issuing key was withdrawn: the list is fetched, and the next lease is under another key.",
            &usual,
            Command::Renew,
        )
        .after_withdrawal(),
        plan(
            "status-withdrawn",
            "The status brings word of the list, and the next lease comes with it.",
            &usual,
            Command::Status,
        )
        .after_withdrawal(),
        plan("status", "A device asks where its licence stands.", &usual, Command::Status),
        plan("change-key", "A device moves to another key's licence.", &usual, other_key),
        plan("deactivate", "A device gives its seat back.", &usual, Command::Deactivate),
        plan(
            "renew-unknown",
            "The service does not know the installation.",
            &Device::new(13, TOLD, live()),
            Command::Renew,
        )
        .of_another_life(&usual),
        plan("refused-full", "Every seat is taken: who holds them.", &stranger, activate(&keys[3])),
        plan(
            "ask-release",
            "The release of the seat that the refusal named is asked for.",
            &stranger,
            no_seat,
        ),
        plan("refused-forged", "A key that the service has not made.", &stranger, activate(&forged())),
        plan(
            "refused-leaked",
            "The key's master has leaked: a new device is refused.",
            &stranger,
            activate(&keys[10]),
        )
        .after_the_leak(),
        plan(
            "activate-proof",
            "The key's master has leaked: a new device is let in by a proof of purchase.",
            &stranger,
            proven(&keys[10]),
        )
        .after_the_leak(),
    ]
}

impl Plan {
    fn after_the_leak(self) -> Self {
        Self { leaked: true, ..self }
    }

    fn after_withdrawal(self) -> Self {
        Self { withdrawn: true, ..self }
    }

    /// The folder of a device, whose key the service has never seen: a store that was restored from before it was enrolled.
    fn of_another_life(self, other: &Device) -> Self {
        let mut folder = other.blobs();
        let key = json!({"warifu": "installation-key", "version": 1, "algorithm": "ed25519", "secret": "5a".repeat(32)});
        folder.insert("installation-key".to_owned(), key.to_string().into_bytes());
        folder.remove("lease");
        Self { folder, ..self }
    }

    fn with_seat(mut self, named: Option<&str>) -> Self {
        if let (Command::AskRelease { seat, .. }, Some(named)) = (&mut self.command, named) {
            named.clone_into(seat);
        }
        self
    }
}

/// A key in the right form with a tag of somebody else's.
fn forged() -> String {
    let master = MasterSecret::from_bytes([7; 32], 1);
    let secret = TagSecret::derive(&master, BatchId::from_bytes([1; 16]));
    let number = KeyNumber { format: KeyFormat::Live, sku: SkuNumber::new(1).unwrap(), serial: 12_345 };
    secret.issue(number, 0).expose()
}

/// Has a device do as planned, with a service of its own, and writes down all of it.
fn tell(folder: &Path, root: &str, plan: Plan) -> (&'static str, Story) {
    let usual = usual_secrets();
    let files = Files {
        issuing_keys: if plan.withdrawn { KEYS_AFTER_FILE } else { KEYS_FILE },
        key_list: plan.withdrawn.then_some(KEY_LIST_FILE),
        secrets: if plan.leaked { SECRETS_AFTER_FILE } else { &usual },
    };
    let working = tempfile::tempdir().unwrap();
    let world = reopen(folder, &files, working.path());
    world.clock.0.store(millis(TOLD), Ordering::Relaxed);
    plan.device.set_wall(TOLD);
    let device =
        plan.device.with(plan.folder, Wire::Live { world: world.clone(), passed: Vec::new(), loses: false });
    let outcome = device.run(root, plan.algorithm, &plan.command);
    let text = |(name, bytes): (String, Vec<u8>)| (name, String::from_utf8(bytes).unwrap());
    let left: BTreeMap<String, String> = device.left().into_iter().map(text).collect();
    let pending = left.get("pending").cloned().unwrap_or_default();
    let drawn = device.drawn().into_iter().map(|name| name.to_string());
    let draws = drawn.filter(|name| !pending.contains(name)).collect();
    let story = Story {
        shows: plan.shows.to_owned(),
        issuing_keys: files.issuing_keys.to_owned(),
        key_list: files.key_list.map(str::to_owned),
        secrets: files.secrets.to_owned(),
        answered_before: plan.answered_before,
        hardware: device.hardware(),
        draws,
        wall_seconds: TOLD.seconds(),
        folder: left,
        command: plan.command,
        exchanges: device.passed(),
        outcome,
    };
    world.service.stop();
    (plan.name, story)
}

/// A service from a recording's files, on a copy of its store in `working`.
pub(crate) fn reopen(folder: &Path, files: &Files<'_>, working: &Path) -> Arc<World> {
    let read = |name: &str| fs::read(folder.join(name)).unwrap();
    let mut authority = Authority::from_bytes(&read(files.issuing_keys)).unwrap();
    if let Some(name) = files.key_list {
        let token = String::from_utf8(read(name)).unwrap();
        authority = authority.with_key_list(token.trim()).unwrap();
    }
    let secrets = Secrets::from_bytes(&read(files.secrets)).unwrap();
    let path = working.join("store.db");
    let statements = String::from_utf8(read(STORE_FILE)).unwrap();
    Connection::open(&path).unwrap().execute_batch(&statements).unwrap();
    World::start(authority, secrets, warifu_store::sqlite::open(&path).unwrap(), 3)
}

/// A store as the statements that make it.
fn dump(path: &Path) -> String {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let texts = |sql: &str| -> Vec<String> {
        let mut statement = connection.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    };
    let number = |pragma: &str| -> i64 {
        connection.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get(0)).unwrap()
    };
    let mut lines = vec!["BEGIN;".to_owned()];
    let made = "SELECT sql || ';' FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'";
    lines.extend(texts(&format!("{made} AND type = 'table' ORDER BY rowid")));
    for table in texts(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid",
    ) {
        let columns = texts(&format!("SELECT name FROM pragma_table_info('{table}')"));
        let quoted: Vec<String> = columns.iter().map(|column| format!("quote({column})")).collect();
        let values = quoted.join(" || ', ' || ");
        let columns = columns.join(", ");
        lines.extend(texts(&format!(
            "SELECT 'INSERT INTO {table} ({columns}) VALUES (' || {values} || ');' FROM {table} ORDER BY 1"
        )));
    }
    lines.extend(texts(&format!("{made} AND type <> 'table' ORDER BY rowid")));
    lines.push("COMMIT;".to_owned());
    for pragma in ["application_id", "user_version"] {
        lines.push(format!("PRAGMA {pragma} = {};", number(pragma)));
    }
    lines.join("\n") + "\n"
}

fn millis(at: Timestamp) -> u64 {
    u64::try_from(at.seconds()).unwrap() * 1000
}
