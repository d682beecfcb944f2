//! The verifiable log as strangers may hand it over (checkpoints, receipts, paths, tiles, entries), and the list of withdrawn issuing keys.

use std::convert::Infallible;

use warifu_core::id::{EventId, IssuingKeyId};
use warifu_core::time::Timestamp;
use warifu_proto::document::DocumentType;
use warifu_proto::encoding::parse_base64url;
use warifu_proto::key_list::{KeyList, Withdrawal};
use warifu_proto::keys::{AuthorityKey, IssuingKey, LogKey};
use warifu_proto::log::{
    Checkpoint, ENTRY_BYTES_MAX, Entry, LogCertificate, LogSigner, NOTE_BYTES_MAX, RECEIPT_BYTES_MAX,
    Receipt, TILE_WIDTH, Tile, Tree, encode_missing, inclusion_proof, leaf_hash, origin, parse_tile_path,
    tile_path,
};
use warifu_proto::paseto;

use crate::documents::{ROOT, root};
use crate::{pick, picked};

const NOW: Timestamp = Timestamp::from_seconds(2_000_000_000);
/// How many entries the log of the seeds has: more than a tile.
const SIZE: u64 = 300;

fn signer() -> LogSigner {
    let key = LogKey::from_seed(&[5; 32]).unwrap();
    let certificate = LogCertificate {
        service: root().service_id(),
        key: key.public_key().clone(),
        sign_from: Timestamp::from_seconds(1_000_000_000),
        sign_until: Timestamp::from_seconds(3_000_000_000),
        verify_until: Timestamp::from_seconds(3_000_000_000),
    };
    LogSigner::new(root().public_key(), key, certificate.sign(&root()).unwrap()).unwrap()
}

/// Any bytes as each part of the log: what is accepted is written again as the same, within its bounds, and proves nothing that was not signed.
pub(crate) fn log(data: &[u8]) {
    let Some((kind, bytes)) = picked(data, 5) else { return };
    if kind == 0 {
        if let Some(hashes) = Tile::parse_hashes(bytes) {
            assert!((1..=TILE_WIDTH).contains(&hashes.len()));
            assert_eq!(Tile { level: 0, index: 0, hashes }.to_bytes(), bytes);
        }
        return;
    }
    if kind == 1 {
        if let Some(entry) = Entry::parse(bytes) {
            assert!(bytes.len() <= ENTRY_BYTES_MAX);
            assert_eq!(entry.is_missing(), entry.action.is_empty());
        }
        return;
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match kind {
        2 => {
            if let Some(path) = parse_tile_path(text) {
                assert_eq!(tile_path(&path), text);
                assert!((1..=TILE_WIDTH).contains(&path.width));
            }
        }
        3 => {
            let signer = signer();
            if let Ok(checkpoint) = signer.certificate().checkpoint(text) {
                assert!(text.len() <= NOTE_BYTES_MAX);
                assert_eq!(checkpoint.origin, origin(root().service_id()));
                let again = checkpoint.sign(signer.key());
                assert_eq!(signer.certificate().checkpoint(&again).as_ref(), Ok(&checkpoint));
            }
            let stranger = LogKey::from_seed(&[6; 32]).unwrap();
            assert!(Checkpoint::verify(text, &origin(root().service_id()), stranger.public_key()).is_err());
        }
        _ => {
            let Ok(receipt) = Receipt::parse(text) else { return };
            assert!(text.len() <= RECEIPT_BYTES_MAX);
            assert_eq!(Receipt::parse(&receipt.to_text()).as_ref(), Ok(&receipt));
            // The only log that this key has signed is that of the seeds.
            if let Ok(received) = receipt.verify(root().public_key(), NOW) {
                assert_eq!(receipt.entry, entry(received.index));
                assert!(received.index < received.checkpoint.size);
            }
        }
    }
}

/// The entry at this place of the seeds' log.
fn entry(index: u64) -> Vec<u8> {
    let mut id = [7; 16];
    id[8..].copy_from_slice(&index.to_be_bytes());
    encode_missing(EventId::from_bytes(id))
}

pub(crate) fn log_seeds() -> Vec<Vec<u8>> {
    let mut tree = Tree::default();
    let tiles = tree.append((0..SIZE).map(|index| leaf_hash(&entry(index))));
    let tile = |level: u8, at: u64| {
        let found = tiles.iter().find(|tile| (tile.level, tile.index) == (level, at));
        Ok::<_, Infallible>(found.map(|tile| tile.hashes.clone()).unwrap_or_default())
    };
    let signer = signer();
    let checkpoint = signer.checkpoint(SIZE, tree.root());
    let receipt = |index: u64| Receipt {
        entry: entry(index),
        certificate: signer.certificate_token().to_owned(),
        index,
        proof: inclusion_proof(index, SIZE, tile).unwrap().unwrap(),
        checkpoint: checkpoint.clone(),
    };
    let mut seeds = vec![
        pick(0, &tiles.first().unwrap().hashes.iter().take(3).flatten().copied().collect::<Vec<u8>>()),
        pick(1, &entry(9)),
        pick(1, br#"{"action":"licence.revoked","actor":"service","at":"2026-04-01T09:30:00Z","details":[["a","b"]],"format":"warifu-event/1","id":"07070707070707070000000000000009"}"#),
        pick(3, checkpoint.as_bytes()),
    ];
    seeds.extend(["000", "x001/x234/067", "x001/000.p/255"].map(|path| pick(2, path.as_bytes())));
    seeds.extend([0, 255, 299].map(|index| pick(4, receipt(index).to_text().as_bytes())));
    seeds
}

/// Any content as a list of withdrawn keys, signed by the root: what is accepted may be signed and reads back as the same; without the signature it is refused.
pub(crate) fn key_list(data: &[u8]) {
    let footer = format!("{{\"kid\":\"{}\"}}", root().service_id());
    let assertion = DocumentType::KeyList.assertion();
    let key = AuthorityKey::from_seed(&ROOT).unwrap();
    let sealed = paseto::sign(&key, data, footer.as_bytes(), assertion.as_bytes());
    let bare = std::str::from_utf8(data).ok().map(str::to_owned);
    for token in sealed.ok().into_iter().chain(bare) {
        let Ok(list) = KeyList::verify(root().public_key(), &token) else { continue };
        assert!((1..=KeyList::WITHDRAWN_MAX).contains(&list.withdrawn.len()));
        let again = list.sign(&root()).unwrap();
        assert_eq!(KeyList::verify(root().public_key(), &again).as_ref(), Ok(&list));
        for withdrawal in &list.withdrawn {
            // Nobody believes a key after the instant from which it is withdrawn.
            assert!(!list.believes(withdrawal.key, withdrawal.from));
        }
    }
}

pub(crate) fn key_list_seeds() -> Vec<Vec<u8>> {
    let key = |seed: u8| IssuingKey::from_seed(&[seed; 32]).unwrap().public_key().id();
    let list = |keys: &[IssuingKeyId]| KeyList {
        service: root().service_id(),
        version: 3,
        issued: NOW,
        expires: Timestamp::from_seconds(2_100_000_000),
        withdrawn: keys.iter().map(|key| Withdrawal { key: *key, from: NOW }).collect(),
    };
    let mut seeds = Vec::new();
    for keys in [&[key(2)][..], &[key(2), key(3)]] {
        let token = list(keys).sign(&root()).unwrap();
        let body = token.split('.').nth(2).and_then(parse_base64url).unwrap();
        seeds.push(body[..body.len() - 64].to_vec());
        seeds.push(token.into_bytes());
    }
    seeds
}
