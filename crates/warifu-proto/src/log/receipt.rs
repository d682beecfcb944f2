//! Receipts ([C2SP `tlog-proof`](https://c2sp.org/tlog-proof)): that an event is in the log, provable offline under the pinned root. The extra data
//! holds the entry itself and the log key's certificate.

use serde::{Deserialize, Serialize};
use warifu_core::time::Timestamp;

use super::tree::Hash;
use super::{Checkpoint, Entry, LogCertificate, LogError, leaf_hash, verify_inclusion};
use crate::encoding::{base64, parse_base64, parse_base64_exact};
use crate::keys::RootPublicKey;

/// The longest receipt that is read: an entry of any length in base64 twice, a proof and a note.
pub const RECEIPT_BYTES_MAX: usize = 512 * 1024;

const HEADER: &str = "c2sp.org/tlog-proof@v1";
/// A tree of 64-bit size has no longer proof.
const PROOF_HASHES_MAX: usize = 64;

/// A receipt, not yet verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The entry's bytes.
    pub entry: Vec<u8>,
    /// The log key's certificate.
    pub certificate: String,
    /// The entry's index in the log.
    pub index: u64,
    /// The hashes that lead from the entry to the root.
    pub proof: Vec<Hash>,
    /// The signed checkpoint.
    pub checkpoint: String,
}

/// What a verified receipt says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// The entry.
    pub entry: Entry,
    /// Its index in the log.
    pub index: u64,
    /// The log as it was signed then.
    pub checkpoint: Checkpoint,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Extra {
    certificate: String,
    entry: String,
}

impl Receipt {
    /// The receipt as a file.
    #[must_use]
    pub fn to_text(&self) -> String {
        let extra = Extra {
            certificate: self.certificate.clone(),
            entry: String::from_utf8_lossy(&self.entry).into_owned(),
        };
        // Two texts can always be written.
        let extra = base64(&serde_json::to_vec(&extra).unwrap_or_default());
        let mut text = format!("{HEADER}\nextra {extra}\nindex {}\n", self.index);
        for hash in &self.proof {
            text.push_str(&base64(hash));
            text.push('\n');
        }
        text.push('\n');
        text.push_str(&self.checkpoint);
        text
    }

    /// Reads a receipt. It says nothing before [`Self::verify`].
    ///
    /// # Errors
    /// [`LogError::Form`].
    pub fn parse(text: &str) -> Result<Self, LogError> {
        Self::read(text).ok_or(LogError::Form("it is not a receipt"))
    }

    fn read(text: &str) -> Option<Self> {
        if text.len() > RECEIPT_BYTES_MAX {
            return None;
        }
        let (head, checkpoint) = text.split_once("\n\n")?;
        let mut lines = head.lines();
        if lines.next()? != HEADER {
            return None;
        }
        let extra = parse_base64(lines.next()?.strip_prefix("extra ")?)?;
        let extra: Extra = serde_json::from_slice(&extra).ok()?;
        let number = lines.next()?.strip_prefix("index ")?;
        let index: u64 = number.parse().ok().filter(|index: &u64| index.to_string() == number)?;
        let proof: Vec<Hash> =
            lines.take(PROOF_HASHES_MAX + 1).map(parse_base64_exact).collect::<Option<_>>()?;
        if proof.len() > PROOF_HASHES_MAX {
            return None;
        }
        Some(Self {
            entry: extra.entry.into_bytes(),
            certificate: extra.certificate,
            index,
            proof,
            checkpoint: checkpoint.to_owned(),
        })
    }

    /// Checks everything from the entry up to the pinned root.
    ///
    /// # Errors
    /// What does not hold.
    pub fn verify(&self, root: &RootPublicKey, now: Timestamp) -> Result<Received, LogError> {
        let certificate =
            LogCertificate::verify(root, &self.certificate, now).map_err(LogError::Certificate)?;
        let checkpoint = certificate.checkpoint(&self.checkpoint)?;
        let entry = Entry::parse(&self.entry).ok_or(LogError::Form("its entry has no known form"))?;
        let leaf = leaf_hash(&self.entry);
        if !verify_inclusion(&leaf, self.index, checkpoint.size, &self.proof, &checkpoint.root) {
            return Err(LogError::Root);
        }
        Ok(Received { entry, index: self.index, checkpoint })
    }
}

#[cfg(test)]
mod tests {
    use warifu_core::event::{Action, Actor, Event, Subject};
    use warifu_core::id::EventId;
    use warifu_core::time::Span;

    use super::*;
    use crate::keys::{LogKey, RootKey};
    use crate::log::{LogSigner, Tree, encode, inclusion_proof};

    const FROM: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn root(seed: u8) -> RootKey {
        RootKey::from_seed(&[seed; 32]).unwrap()
    }

    fn receipt(index: u64) -> Receipt {
        let entry = |index: u64| {
            let mut id = [7; 16];
            id[8..].copy_from_slice(&index.to_be_bytes());
            let event = Event {
                id: EventId::from_bytes(id),
                at: FROM,
                actor: Actor::Service,
                action: Action::ActivationGranted,
                subject: Subject::default(),
                code: None,
                details: Vec::new().into(),
            };
            encode(&event).unwrap()
        };
        let mut tree = Tree::default();
        let tiles = tree.append((0..300).map(|index| leaf_hash(&entry(index))));
        let tile = |level: u8, at: u64| {
            Ok::<_, ()>(
                tiles.iter().find(|tile| (tile.level, tile.index) == (level, at)).unwrap().hashes.clone(),
            )
        };
        let (root, key) = (root(1), LogKey::from_seed(&[2; 32]).unwrap());
        let certificate = LogCertificate {
            service: root.service_id(),
            key: key.public_key().clone(),
            sign_from: FROM,
            sign_until: FROM.plus(Span::days(1)),
            verify_until: FROM.plus(Span::days(2)),
        };
        let signer = LogSigner::new(root.public_key(), key, certificate.sign(&root).unwrap()).unwrap();
        Receipt {
            entry: entry(index),
            certificate: signer.certificate_token().to_owned(),
            index,
            proof: inclusion_proof(index, 300, tile).unwrap().unwrap(),
            checkpoint: signer.checkpoint(300, tree.root()),
        }
    }

    #[test]
    fn a_receipt_survives_its_file_and_proves_its_entry_under_the_pinned_root_only() {
        for index in [0, 255, 256, 299] {
            let receipt = receipt(index);
            let read = Receipt::parse(&receipt.to_text()).unwrap();
            assert_eq!(read, receipt);
            let proven = read.verify(root(1).public_key(), FROM).unwrap();
            assert_eq!((proven.index, proven.checkpoint.size), (index, 300));
            assert!(proven.entry.id.ends_with(&format!("{index:012x}")), "{}", proven.entry.id);
            assert!(matches!(read.verify(root(3).public_key(), FROM), Err(LogError::Certificate(_))));
            let late = FROM.plus(Span::days(3));
            assert!(matches!(read.verify(root(1).public_key(), late), Err(LogError::Certificate(_))));
        }
    }

    #[test]
    fn a_receipt_altered_in_any_part_proves_nothing() {
        let good = receipt(5);
        let verify = |receipt: &Receipt| receipt.verify(root(1).public_key(), FROM);
        let text = String::from_utf8(good.entry.clone()).unwrap().replace("granted", "refused");
        assert_eq!(verify(&Receipt { entry: text.into_bytes(), ..good.clone() }), Err(LogError::Root));
        assert_eq!(verify(&Receipt { index: 6, ..good.clone() }), Err(LogError::Root));
        assert_eq!(verify(&Receipt { proof: good.proof[1..].to_vec(), ..good.clone() }), Err(LogError::Root));
        let checkpoint = good.checkpoint.replace("\n300\n", "\n301\n");
        assert_eq!(verify(&Receipt { checkpoint, ..good.clone() }), Err(LogError::Signature));
        assert!(matches!(verify(&Receipt { entry: b"{}".to_vec(), ..good.clone() }), Err(LogError::Form(_))));
        let text = good.to_text();
        for at in (0..text.len()).step_by(37) {
            let mut bytes = text.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let altered = String::from_utf8_lossy(&bytes).into_owned();
            assert!(!Receipt::parse(&altered).is_ok_and(|receipt| verify(&receipt).is_ok()), "{at}");
        }
        for text in ["", "c2sp.org/tlog-proof@v1\n\n", "c2sp.org/tlog-proof@v1\nindex 0\n\nx\n"] {
            assert!(Receipt::parse(text).is_err());
        }
    }
}
