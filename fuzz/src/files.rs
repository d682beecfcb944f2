//! Files: an installation's folder, and what a service keeps beside its store.

use warifu_client::hardware::{ComponentHash, ComponentKind, Fingerprint as Print, Reading, Scheme};
use warifu_client::id::ServiceId;
use warifu_client::{
    Client, Clock, Fingerprint, FingerprintUnavailable, MemoryStore, Moment, Period, Request, Response,
    Running, State, Store as _, Timestamp, Transport, TransportError,
};
use warifu_proto::bundle::{Bundle, SandboxLeases};
use warifu_service::authority::{Authority, PassphraseCost, open_root, seal_root};
use warifu_service::secrets::Secrets;

use crate::documents::root;
use crate::{Sevens, vectors};

const NOW: Timestamp = Timestamp::from_seconds(1_777_626_000);

/// The blobs of an installation, in the order of an input's parts.
const BLOBS: [&str; 7] =
    ["lease", "installation-key", "observed", "pending", "refusal", "installation-key.new", "lease.damaged"];
/// What parts a client's blobs from each other in an input.
const APART: &[u8] = b"\n--\n";

/// A machine whose clock stands still, on which nothing answers.
struct Machine;

impl Clock for Machine {
    fn read(&mut self) -> Moment {
        let running =
            Running { period: Period::from_bytes([1; 16]), elapsed_seconds: 100, counts_sleep: true };
        Moment { wall: NOW, running }
    }
}

impl Fingerprint for Machine {
    fn read(&mut self, _: &ServiceId) -> Result<Print, FingerprintUnavailable> {
        Ok(Print::new(Scheme::Physical)
            .with(ComponentKind::Motherboard, Reading::Present(ComponentHash::from_u64(1)))
            .with(ComponentKind::SystemDisk, Reading::Present(ComponentHash::from_u64(2))))
    }
}

impl Transport for Machine {
    fn send(&mut self, _: &Request<'_>) -> Result<Response, TransportError> {
        Err(TransportError::Unreachable("nothing answers".to_owned()))
    }
}

/// The parts of an input.
fn parts(mut data: &[u8]) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    while let Some(at) = data.windows(APART.len()).position(|window| window == APART) {
        parts.push(&data[..at]);
        data = &data[at + APART.len()..];
    }
    parts.push(data);
    parts
}

/// Any content of an installation's folder: the client starts, says where it stands, and is licensed only by a lease that the pinned root's keys signed.
pub(crate) fn client_folder(data: &[u8]) {
    let mut store = MemoryStore::default();
    let parts = parts(data);
    for (name, blob) in BLOBS.iter().zip(&parts) {
        store.write(name, blob).unwrap();
    }
    let build = |store: MemoryStore| {
        Client::builder(*root().public_key().as_bytes(), "acme-draw")
            .service_url("https://licences.example")
            .store(store)
            .transport(Machine)
            .clock(Machine)
            .fingerprint(Machine)
            .random(Sevens)
            .build()
            .unwrap()
    };
    let mut client = build(store.clone());
    let standing = client.check();
    if matches!(standing.state, State::Licensed) {
        let genuine = Bundle::parse(parts[0])
            .and_then(|bundle| bundle.verify(root().public_key(), SandboxLeases::Refused).map(drop));
        assert!(genuine.is_ok(), "licensed without a lease");
    }
    let again = build(store).check();
    assert_eq!(again.state, standing.state, "the same folder, another standing");
    assert!(client.renew().is_err(), "nothing answers");
    assert_eq!(client.check().state, standing.state, "a failure of the network changes nothing");
}

pub(crate) fn client_folder_seeds() -> Vec<Vec<u8>> {
    let rest: [&[u8]; 4] = [
        br#"{"warifu":"installation-key","version":1,"algorithm":"ed25519","secret":"0101010101010101010101010101010101010101010101010101010101010101"}"#,
        br#"{"version":1,"time_seconds":1777626000,"period":"01010101010101010101010101010101","elapsed_seconds":90,"counts_sleep":true,"exact":true,"doubt_seconds":0,"in_doubt":false,"wall_seconds":1777626000,"hardware":null,"lease":null}"#,
        br#"{"command":"/v1/activate","request":"0a0a0a0a-0a0a-0a0a-0a0a-0a0a0a0a0a0a","input":"00"}"#,
        br#"{"refusal":"v4.public.AA","certificate":"v4.public.BB","request":"0a0a0a0a-0a0a-0a0a-0a0a-0a0a0a0a0a0a","values":[["seats","3"]]}"#,
    ];
    let mut seeds: Vec<Vec<u8>> = Vec::new();
    for file in vectors::fields("bundle", "file") {
        let mut all: Vec<&[u8]> = vec![&file];
        all.extend(rest);
        seeds.push(all.join(APART));
    }
    seeds
}

/// Any bytes as a secrets file: what is accepted is written again as the same, and is never shown.
pub(crate) fn secrets(data: &[u8]) {
    let Ok(read) = Secrets::from_bytes(data) else { return };
    let written = read.to_bytes();
    let again = Secrets::from_bytes(&written).unwrap();
    assert_eq!(*again.to_bytes(), *written);
    assert!(read.master(read.newest_epoch()).is_some());
}

pub(crate) fn secrets_seeds() -> Vec<Vec<u8>> {
    vec![Secrets::generate(&mut Sevens).to_bytes().to_vec()]
}

/// Any bytes as a file of issuing keys: what is accepted is of one root, is written again as the same, and can say when it ends.
pub(crate) fn issuing_keys(data: &[u8]) {
    let Ok(read) = Authority::from_bytes(data) else { return };
    let written = read.to_bytes();
    let again = Authority::from_bytes(&written).unwrap();
    assert_eq!(*again.to_bytes(), *written);
    assert_eq!(again.service_id(), read.service_id());
    let _ = read.signs_until();
    if let Ok(issuer) = read.issuer(NOW) {
        assert_eq!(issuer.certificate().service, read.service_id());
        assert!(issuer.certificate().check_signs_at(NOW).is_ok());
    }
}

pub(crate) fn issuing_keys_seeds() -> Vec<Vec<u8>> {
    [false, true]
        .map(|sandbox| Authority::issue(&root(), NOW, sandbox, &mut Sevens).unwrap().to_bytes().to_vec())
        .to_vec()
}

const PASSPHRASE: &str = "a fuzzer's";

/// Any bytes as a root file: it opens to the key that it names, or not at all. A file may ask for gigabytes of work before it is known to be false; those are
/// left out here.
pub(crate) fn root_file(data: &[u8]) {
    let cost = |name: &str| {
        serde_json::from_slice::<serde_json::Value>(data)
            .ok()
            .and_then(|file| file["argon2id"][name].as_u64())
    };
    if cost("memory_kib").is_some_and(|kib| kib > 256) || cost("passes").is_some_and(|passes| passes > 2) {
        return;
    }
    if let Ok(opened) = open_root(data, PASSPHRASE) {
        let text = String::from_utf8_lossy(data);
        assert!(text.contains("argon2id"));
        assert_eq!(opened.public_key(), root().public_key(), "another root under the same seal");
    }
}

pub(crate) fn root_file_seeds() -> Vec<Vec<u8>> {
    let cost = PassphraseCost { memory_kib: 8, passes: 1 };
    vec![seal_root(&root(), PASSPHRASE, cost, &mut Sevens).unwrap()]
}
