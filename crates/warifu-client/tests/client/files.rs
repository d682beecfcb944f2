//! Files that are missing, damaged, edited, or somebody else's.

use warifu_client::{Client, Code, FolderStore, KeyAlgorithm, Random, Span, State};

use crate::world::{ALGORITHMS, World, product_key};

fn code(client: &mut Client) -> Option<Code> {
    client.check().reason.map(|reason| reason.code())
}

#[test]
fn a_damaged_lease_is_kept_aside_and_fetched_again() {
    let world = World::new();
    world.activated();
    let good = world.get().blobs["lease"].clone();
    for damaged in
        [good[..good.len() / 2].to_vec(), Vec::new(), b"{\"warifu\":\"lease\",\"version\":9}".to_vec()]
    {
        world.get().blobs.insert("lease".to_owned(), damaged.clone());
        let mut client = world.client();
        let standing = client.check();
        assert_eq!((standing.state, standing.renewal_due), (State::Unlicensed, true));
        assert_eq!(standing.reason.unwrap().code(), Code::LeaseDamaged);
        assert_eq!(world.get().blobs["lease"], damaged, "looking changes nothing");
        assert_eq!(client.renew().unwrap().standing.state, State::Licensed);
        assert_eq!(world.get().blobs["lease.damaged"], damaged);
    }
    world.get().blobs.remove("lease");
    assert_eq!(world.client().renew().unwrap().standing.state, State::Licensed, "a deleted one as well");
}

#[test]
fn an_edited_lease_is_not_genuine() {
    let world = World::new();
    world.activated();
    let text = String::from_utf8(world.get().blobs["lease"].clone()).unwrap();
    let at = text.find("v4.public.").unwrap() + 60;
    let other = if text.as_bytes()[at] == b'A' { "B" } else { "A" };
    let edited = format!("{}{other}{}", &text[..at], &text[at + 1..]);
    world.get().blobs.insert("lease".to_owned(), edited.into_bytes());
    assert_eq!(code(&mut world.client()), Some(Code::LeaseNotGenuine));
}

#[test]
fn a_lease_of_another_installation_product_or_service_is_told_apart() {
    let world = World::new();
    world.activated();
    let other = World::new();
    other.get().boot = 9;
    Random::fill(&mut other.clone(), &mut [0; 5]);
    other.activated();
    let (ours, theirs) = (world.get().blobs.clone(), other.get().blobs.clone());
    world.get().blobs.insert("lease".to_owned(), theirs["lease"].clone());
    assert_eq!(code(&mut world.client()), Some(Code::LeaseOfOtherInstallation));
    assert!(world.client().renew().unwrap_err().is(Code::LeaseOfOtherInstallation));
    assert!(world.client().activate(&product_key(), &Default::default()).is_ok());

    world.get().blobs = ours;
    let with = |product: &str, root: [u8; 32]| {
        Client::builder(root, product).store(world.clone()).clock(world.clone()).fingerprint(world.clone())
    };
    assert_eq!(code(&mut with("write", World::root()).build().unwrap()), Some(Code::LeaseOfOtherProduct));
    let narrow = with("draw", World::root()).accepted_skus([(7, "Draw Home")]);
    assert_eq!(code(&mut narrow.build().unwrap()), Some(Code::LeaseOfOtherProduct));
    let root = *warifu_proto::keys::RootKey::from_seed(&[5; 32]).unwrap().public_key().as_bytes();
    assert_eq!(code(&mut with("draw", root).build().unwrap()), Some(Code::RootNotPinned));
    assert_eq!(code(&mut with("draw", World::root()).build().unwrap()), None);
}

#[test]
fn a_lost_or_damaged_key_file_makes_a_new_installation_at_the_next_activation() {
    for damage in [None, Some(b"{}".to_vec())] {
        let world = World::new();
        let mut client = world.activated();
        let before = client.installation();
        world.get().blobs.remove("installation-key");
        if let Some(bytes) = damage.clone() {
            world.get().blobs.insert("installation-key".to_owned(), bytes);
        }
        let mut client = world.client();
        assert_eq!(code(&mut client), Some(Code::LeaseOfOtherInstallation));
        assert!(client.renew().unwrap_err().is(Code::LeaseOfOtherInstallation));
        assert!(client.activate(&product_key(), &Default::default()).is_ok());
        assert_ne!(client.installation(), before);
        assert_eq!(world.get().blobs.get("installation-key.damaged").cloned(), damage);
    }
}

#[test]
fn an_existing_key_keeps_its_algorithm() {
    for (first, second) in [(ALGORITHMS[0], ALGORITHMS[1]), (ALGORITHMS[1], ALGORITHMS[0])] {
        let world = World::new();
        let build = |algorithm: KeyAlgorithm| world.builder().key_algorithm(algorithm).build().unwrap();
        build(first).activate(&product_key(), &Default::default()).unwrap();
        let installation = build(first).installation();
        let mut client = build(second);
        client.renew().unwrap();
        assert_eq!(client.installation(), installation);
    }
}

#[test]
fn ten_thousand_altered_lease_files_give_no_licence_and_no_panic() {
    let world = World::new();
    world.activated();
    let good = world.get().blobs["lease"].clone();
    let original = warifu_proto::bundle::Bundle::parse(&good).unwrap();
    let mut draw = world.clone();
    let mut number = |below: usize| {
        let mut bytes = [0; 8];
        draw.fill(&mut bytes);
        usize::try_from(u64::from_be_bytes(bytes) >> 1).unwrap() % below.max(1)
    };
    let mut harmless = 0;
    for _ in 0..10_000 {
        let mut bytes = good.clone();
        for _ in 0..=number(3) {
            let (at, other) = (number(bytes.len()), number(bytes.len()));
            match number(6) {
                0 => bytes.truncate(at),
                1 if at < bytes.len() => bytes[at] ^= 1 << number(8),
                2 => bytes.insert(at.min(bytes.len()), number(256) as u8),
                3 if at < bytes.len() => drop(bytes.remove(at)),
                4 if at < bytes.len() && other < bytes.len() => bytes.swap(at, other),
                _ => {
                    let piece = bytes[at.min(other)..at.max(other)].to_vec();
                    bytes.splice(at.min(bytes.len())..at.min(bytes.len()), piece);
                }
            }
        }
        // White space between the members, or a swap of two equal letters, alters the file and not what it says.
        if warifu_proto::bundle::Bundle::parse(&bytes).as_ref() == Ok(&original) {
            harmless += 1;
            continue;
        }
        world.get().blobs.insert("lease".to_owned(), bytes);
        let standing = world.client().check();
        assert_eq!(standing.state, State::Unlicensed);
        assert!(standing.reason.is_some());
    }
    assert!(harmless < 1_500, "{harmless}");
}

#[test]
fn a_real_folder_survives_a_restart_and_a_read_only_one_keeps_its_lease() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::new();
    let build = || {
        // The folder comes last and takes the place of the world's store.
        world.builder().store(FolderStore::new(folder.path().join("draw"))).build().unwrap()
    };
    build().activate(&product_key(), &Default::default()).unwrap();
    assert_eq!(build().check().state, State::Licensed);
    // A file where the folder should be is a store that cannot be read.
    let blocked = folder.path().join("blocked");
    std::fs::write(&blocked, "").unwrap();
    let mut client = world.builder().store(FolderStore::new(&blocked)).build().unwrap();
    assert_eq!(code(&mut client), Some(Code::LeaseStoreDamaged));
    let error = client.activate(&product_key(), &Default::default()).unwrap_err();
    assert_eq!(error.failure().value("path"), Some(blocked.to_str().unwrap()));
    world.pass(Span::days(1));
    assert_eq!(build().check().state, State::Licensed);
}
