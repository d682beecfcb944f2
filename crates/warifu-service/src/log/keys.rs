//! The file with the log's keys: certified by the root, apart from the issuing keys.

use std::fmt;

use serde::{Deserialize, Serialize};
use warifu_core::id::ServiceId;
use warifu_core::random::Random;
use warifu_core::time::{Span, Timestamp};
use warifu_proto::keys::{LogKey, RootKey, RootPublicKey};
use warifu_proto::log::{LogCertificate, LogSigner};
use zeroize::Zeroizing;

use crate::encoding::{from_base64, to_base64};

/// For how long a log key signs: five years.
const SIGNS: Span = Span::days(5 * 365);
/// For how much longer what it signed is believed: ten years, so that receipts outlive the disputes that they are kept for.
const BELIEVED: Span = Span::days(10 * 365);
/// A key that signs for less than this is followed by another when the root is at hand: three years.
const RENEWED_BEFORE: Span = Span::days(3 * 365);

/// Why a file of log keys cannot be made or used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogKeyError {
    /// The bytes are not such a file.
    NotAFile,
    /// A certificate in the file is not the root's, or a key does not fit its certificate.
    Inconsistent,
}

impl fmt::Display for LogKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAFile => "this is not a file of log keys, version 1",
            Self::Inconsistent => "the log keys and certificates do not belong together",
        })
    }
}

impl std::error::Error for LogKeyError {}

/// The keys that sign checkpoints, with their certificates, oldest first.
#[derive(Debug)]
pub struct LogKeys {
    root: RootPublicKey,
    signers: Vec<LogSigner>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    warifu: String,
    version: u32,
    root: String,
    keys: Vec<FileEntry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileEntry {
    seed: String,
    certificate: String,
}

impl LogKeys {
    /// A first key under `root`, which signs from `from`.
    ///
    /// # Errors
    /// When the library refuses.
    pub fn issue(
        root: &RootKey,
        from: Timestamp,
        random: &mut (impl Random + ?Sized),
    ) -> Result<Self, LogKeyError> {
        let signers = vec![signer(root, from, random)?];
        Ok(Self { root: root.public_key().clone(), signers })
    }

    /// The same keys, with a new one when the last signs for less than three years from `now` on.
    ///
    /// # Errors
    /// When `root` is not the one that certified the present keys, or the library refuses.
    pub fn extended(
        mut self,
        root: &RootKey,
        now: Timestamp,
        random: &mut (impl Random + ?Sized),
    ) -> Result<Self, LogKeyError> {
        if *root.public_key() != self.root {
            return Err(LogKeyError::Inconsistent);
        }
        let until = self.signers.iter().map(|signer| signer.certificate().sign_until).max();
        if until.is_none_or(|until| until < now.plus(RENEWED_BEFORE)) {
            self.signers.push(signer(root, now, random)?);
        }
        Ok(self)
    }

    /// The keys in a file's bytes.
    ///
    /// # Errors
    /// When the bytes are not such a file, or its parts do not fit together.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, LogKeyError> {
        let file: File = serde_json::from_slice(bytes).map_err(|_| LogKeyError::NotAFile)?;
        if file.warifu != "log-keys" || file.version != 1 || file.keys.is_empty() {
            return Err(LogKeyError::NotAFile);
        }
        let root = from_base64::<32>(&file.root).ok_or(LogKeyError::NotAFile)?;
        let root = RootPublicKey::from_bytes(*root).map_err(|_| LogKeyError::NotAFile)?;
        let mut signers = Vec::new();
        for entry in file.keys {
            let seed = from_base64::<32>(&entry.seed).ok_or(LogKeyError::NotAFile)?;
            let key = LogKey::from_seed(&seed).map_err(|_| LogKeyError::NotAFile)?;
            signers
                .push(LogSigner::new(&root, key, entry.certificate).map_err(|_| LogKeyError::Inconsistent)?);
        }
        signers.sort_by_key(|signer| signer.certificate().sign_from);
        Ok(Self { root, signers })
    }

    /// The file's bytes. For a file that only the service's user may read.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let entry = |signer: &LogSigner| FileEntry {
            seed: to_base64(signer.key().seed()),
            certificate: signer.certificate_token().to_owned(),
        };
        let file = File {
            warifu: "log-keys".to_owned(),
            version: 1,
            root: to_base64(self.root.as_bytes()),
            keys: self.signers.iter().map(entry).collect(),
        };
        Zeroizing::new(serde_json::to_vec_pretty(&file).unwrap_or_default())
    }

    /// The service whose root certified the keys.
    #[must_use]
    pub fn service_id(&self) -> ServiceId {
        self.root.service_id()
    }

    /// The key that signs at `now`: of those that may, the one that began last.
    #[must_use]
    pub fn signer(&self, now: Timestamp) -> Option<&LogSigner> {
        let may_sign = |signer: &&LogSigner| {
            (signer.certificate().sign_from..=signer.certificate().sign_until).contains(&now)
        };
        self.signers.iter().rev().find(may_sign)
    }
}

fn signer(
    root: &RootKey,
    from: Timestamp,
    random: &mut (impl Random + ?Sized),
) -> Result<LogSigner, LogKeyError> {
    let key = LogKey::generate(random).map_err(|_| LogKeyError::Inconsistent)?;
    let sign_until = from.plus(SIGNS);
    let certificate = LogCertificate {
        service: root.service_id(),
        key: key.public_key().clone(),
        sign_from: from,
        sign_until,
        verify_until: sign_until.plus(BELIEVED),
    };
    let token = certificate.sign(root).map_err(|_| LogKeyError::Inconsistent)?;
    LogSigner::new(root.public_key(), key, token).map_err(|_| LogKeyError::Inconsistent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Counting;

    const FROM: Timestamp = Timestamp::from_seconds(1_800_000_000);

    #[test]
    fn log_keys_survive_their_file_and_sign_for_five_years() {
        let random = &mut Counting::new(1);
        let root = RootKey::generate(random).unwrap();
        let keys = LogKeys::issue(&root, FROM, random).unwrap();
        let read = LogKeys::from_bytes(&keys.to_bytes()).unwrap();
        let id = |keys: &LogKeys, at| keys.signer(at).map(|signer| signer.key().id());
        assert!(id(&read, FROM).is_some());
        assert_eq!(id(&read, FROM), id(&keys, FROM.plus(SIGNS)));
        assert_eq!(id(&read, FROM.plus(SIGNS).plus(Span::seconds(1))), None);
        assert_eq!(id(&read, FROM.minus(Span::seconds(1))), None);
        assert_eq!(read.service_id(), root.service_id());
        assert_eq!(LogKeys::from_bytes(b"{}").err(), Some(LogKeyError::NotAFile));
    }

    #[test]
    fn a_key_is_followed_in_time_and_under_the_same_root_only() {
        let random = &mut Counting::new(2);
        let (root, other) = (RootKey::generate(random).unwrap(), RootKey::generate(random).unwrap());
        let first = LogKeys::issue(&root, FROM, random).unwrap();
        let id = |keys: &LogKeys, at| keys.signer(at).map(|signer| signer.key().id());
        let before = id(&first, FROM);
        let same = first.extended(&root, FROM.plus(Span::days(365)), random).unwrap();
        assert_eq!(same.signers.len(), 1);
        let later = FROM.plus(Span::days(3 * 365));
        let two = same.extended(&root, later, random).unwrap();
        assert_eq!((two.signers.len(), id(&two, FROM)), (2, before));
        assert_ne!(id(&two, later), before);
        assert_eq!(LogKeys::from_bytes(&two.to_bytes()).unwrap().signers.len(), 2);
        assert_eq!(two.extended(&other, later, random).err(), Some(LogKeyError::Inconsistent));
    }

    #[test]
    fn a_key_that_is_not_its_certificates_is_refused() {
        let random = &mut Counting::new(3);
        let root = RootKey::generate(random).unwrap();
        let [one, two] = [(); 2].map(|()| LogKeys::issue(&root, FROM, random).unwrap());
        let seed = |keys: &LogKeys| to_base64(keys.signers[0].key().seed());
        let text = String::from_utf8(one.to_bytes().to_vec()).unwrap().replace(&seed(&one), &seed(&two));
        assert_eq!(LogKeys::from_bytes(text.as_bytes()).err(), Some(LogKeyError::Inconsistent));
    }
}
