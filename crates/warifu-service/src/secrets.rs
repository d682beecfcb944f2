//! The secrets that a service works with from day to day. They lie in a file of their own, apart from the store and its backups: whoever has
//! only the store can neither make a key nor tell whose hardware a fingerprint is.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};
use warifu_core::hardware::Pepper;
use warifu_core::key::{ImportSecret, KeyFormat, MasterSecret, ProofSecret, SerialPermutation, SkuNumber};
use warifu_core::random::{self, Random};
use warifu_proto::nonce::NonceKey;
use zeroize::Zeroizing;

use crate::case::CaseLinks;
use crate::encoding::{from_base64, to_base64};

/// Why a secrets file cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadSecrets;

impl fmt::Display for BadSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this is not a secrets file of Warifu, version 1")
    }
}

impl std::error::Error for BadSecrets {}

/// The service's secrets.
pub struct Secrets {
    masters: BTreeMap<u16, MasterSecret>,
    /// The epochs whose master somebody else may know: their keys prove nothing any more.
    compromised: BTreeSet<u16>,
    /// Deals serials. It is never replaced: two permutations of one SKU's serials would deal the same number twice.
    serials: MasterSecret,
    /// Hashes keys of other formats. Never replaced, for only the hashes are kept.
    imports: MasterSecret,
    pepper: Zeroizing<[u8; 32]>,
    nonces: Zeroizing<[u8; 32]>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    warifu: String,
    version: u32,
    masters: BTreeMap<u16, String>,
    /// Left out as long as there is none.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    compromised: BTreeSet<u16>,
    serials: String,
    imports: String,
    pepper: String,
    nonces: String,
}

impl Secrets {
    /// New secrets, with a master of epoch 1.
    pub fn generate(random: &mut (impl Random + ?Sized)) -> Self {
        Self {
            masters: BTreeMap::from([(1, MasterSecret::generate(1, random))]),
            compromised: BTreeSet::new(),
            serials: MasterSecret::generate(0, random),
            imports: MasterSecret::generate(0, random),
            pepper: Zeroizing::new(random::bytes(random)),
            nonces: Zeroizing::new(random::bytes(random)),
        }
    }

    /// The secrets in a file's bytes.
    ///
    /// # Errors
    /// When the bytes are not a secrets file.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BadSecrets> {
        let file: File = serde_json::from_slice(bytes).map_err(|_| BadSecrets)?;
        if file.warifu != "secrets" || file.version != 1 || file.masters.is_empty() {
            return Err(BadSecrets);
        }
        let secret = |text: &str| from_base64::<32>(text).ok_or(BadSecrets);
        let masters = file
            .masters
            .iter()
            .map(|(&epoch, text)| Ok((epoch, MasterSecret::from_bytes(*secret(text)?, epoch))))
            .collect::<Result<_, BadSecrets>>()?;
        if !file.compromised.iter().all(|epoch| file.masters.contains_key(epoch)) {
            return Err(BadSecrets);
        }
        Ok(Self {
            masters,
            compromised: file.compromised,
            serials: MasterSecret::from_bytes(*secret(&file.serials)?, 0),
            imports: MasterSecret::from_bytes(*secret(&file.imports)?, 0),
            pepper: secret(&file.pepper)?,
            nonces: secret(&file.nonces)?,
        })
    }

    /// The file's bytes. For a file that only the service's user may read.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let file = File {
            warifu: "secrets".to_owned(),
            version: 1,
            masters: self
                .masters
                .iter()
                .map(|(&epoch, master)| (epoch, to_base64(master.expose())))
                .collect(),
            compromised: self.compromised.clone(),
            serials: to_base64(self.serials.expose()),
            imports: to_base64(self.imports.expose()),
            pepper: to_base64(&*self.pepper),
            nonces: to_base64(&*self.nonces),
        };
        Zeroizing::new(serde_json::to_vec_pretty(&file).unwrap_or_default())
    }

    /// The master secret of an epoch.
    #[must_use]
    pub fn master(&self, epoch: u16) -> Option<&MasterSecret> {
        self.masters.get(&epoch)
    }

    /// The newest epoch: what new batches use.
    #[must_use]
    pub fn newest_epoch(&self) -> u16 {
        self.masters.keys().next_back().copied().unwrap_or(1)
    }

    /// The epochs with a master, oldest first.
    pub fn epochs(&self) -> impl Iterator<Item = u16> {
        self.masters.keys().copied()
    }

    /// Whether an epoch's master was found to be known to somebody else.
    #[must_use]
    pub fn is_compromised(&self, epoch: u16) -> bool {
        self.compromised.contains(&epoch)
    }

    /// What proofs of purchase of an epoch are made with; none if there is no such epoch, or if its master is known to somebody else.
    #[must_use]
    pub fn proofs(&self, epoch: u16) -> Option<ProofSecret> {
        let master = self.master(epoch).filter(|_| !self.is_compromised(epoch))?;
        Some(ProofSecret::derive(master))
    }

    /// The epoch whose master makes proofs of purchase now: the newest that nobody else knows.
    #[must_use]
    pub fn proof_epoch(&self) -> Option<u16> {
        self.masters.keys().rev().copied().find(|epoch| !self.is_compromised(*epoch))
    }

    /// Begins a new epoch: batches that are issued from now on use its master. None when all epochs are used up.
    pub fn begin_epoch(&mut self, random: &mut (impl Random + ?Sized)) -> Option<u16> {
        let epoch = self.newest_epoch().checked_add(1)?;
        self.masters.insert(epoch, MasterSecret::generate(epoch, random));
        Some(epoch)
    }

    /// Notes that an epoch's master is known to somebody else. Whether there is such an epoch.
    pub fn mark_compromised(&mut self, epoch: u16) -> bool {
        let known = self.masters.contains_key(&epoch);
        if known {
            self.compromised.insert(epoch);
        }
        known
    }

    /// Whether these are the secrets `present` and more: further epochs, or further ones that are compromised.
    ///
    /// # Errors
    /// [`BadSecrets`] when anything that is in use would change or be forgotten.
    pub fn check_follows(&self, present: &Self) -> Result<(), BadSecrets> {
        let same = |new: &MasterSecret, old: &MasterSecret| new.expose() == old.expose();
        let keeps = |(epoch, old)| self.masters.get(epoch).is_some_and(|new| same(new, old));
        let follows = present.masters.iter().all(keeps)
            && self.compromised.is_superset(&present.compromised)
            && same(&self.serials, &present.serials)
            && same(&self.imports, &present.imports)
            && *self.pepper == *present.pepper
            && *self.nonces == *present.nonces;
        if follows { Ok(()) } else { Err(BadSecrets) }
    }

    /// How a SKU's serials are dealt.
    #[must_use]
    pub fn serials(&self, format: KeyFormat, sku: SkuNumber) -> SerialPermutation {
        SerialPermutation::derive(&self.serials, format, sku)
    }

    /// What keys of other formats are hashed with.
    #[must_use]
    pub fn imports(&self) -> ImportSecret {
        ImportSecret::derive(&self.imports)
    }

    /// What fingerprints are hashed with at rest.
    #[must_use]
    pub fn pepper(&self) -> Pepper {
        Pepper::from_bytes(*self.pepper)
    }

    /// What the secrets in the private links of cases are made with: a key of its own, derived from that of the nonces, which is never replaced.
    #[must_use]
    pub fn case_links(&self) -> CaseLinks {
        CaseLinks::derive(&self.nonces)
    }

    /// What nonces are made with.
    #[must_use]
    pub fn nonces(&self) -> NonceKey {
        NonceKey::new(&self.nonces)
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secrets(epochs {:?})", self.masters.keys())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Counting;

    #[test]
    fn secrets_survive_their_file() {
        let secrets = Secrets::generate(&mut Counting::new(1));
        let read = Secrets::from_bytes(&secrets.to_bytes()).unwrap();
        assert_eq!(read.to_bytes(), secrets.to_bytes());
        assert_eq!(read.newest_epoch(), 1);
    }

    #[test]
    fn epochs_are_added_and_marked_and_nothing_else_changes() {
        let mut random = Counting::new(1);
        let before = Secrets::generate(&mut random);
        let mut after = Secrets::from_bytes(&before.to_bytes()).unwrap();
        assert_eq!(after.begin_epoch(&mut random), Some(2));
        assert!(after.mark_compromised(1) && !after.mark_compromised(3));
        let after = Secrets::from_bytes(&after.to_bytes()).unwrap();
        assert_eq!(
            (after.newest_epoch(), after.is_compromised(1), after.is_compromised(2)),
            (2, true, false)
        );
        assert_eq!((before.proof_epoch(), after.proof_epoch()), (Some(1), Some(2)));
        assert!(before.proofs(1).is_some() && after.proofs(1).is_none() && after.proofs(3).is_none());
        assert_eq!(after.check_follows(&before), Ok(()));
        assert_eq!(before.check_follows(&after), Err(BadSecrets), "an epoch would be forgotten");
        assert_eq!(Secrets::generate(&mut random).check_follows(&before), Err(BadSecrets));
    }

    #[test]
    fn what_is_not_a_secrets_file_is_refused_and_never_shown() {
        for bytes in [&b""[..], b"{}", b"{\"warifu\":\"secrets\",\"version\":2}"] {
            assert_eq!(Secrets::from_bytes(bytes).unwrap_err(), BadSecrets);
        }
        assert_eq!(format!("{:?}", Secrets::generate(&mut Counting::new(1))), "Secrets(epochs [1])");
    }
}
