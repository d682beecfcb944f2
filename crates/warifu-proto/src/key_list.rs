//! The list of withdrawn issuing keys: the root's word that what a key has signed is no longer believed. It is for the day on which such a key is stolen.
//!
//! Whoever has a key dates what they sign as they like, so a withdrawal counts from an instant of the reader's time, whenever a document says that it
//! was made. Lists have versions that only rise, and a reader keeps the newest. They expire so that a reader who must know what holds *now* can tell
//! that it does not; what an expired list has withdrawn stays withdrawn.

use serde::{Deserialize, Serialize};
use warifu_core::id::{IssuingKeyId, ServiceId};
use warifu_core::time::Timestamp;

use crate::document::{self, DocumentError, DocumentType, Flaw};
use crate::json;
use crate::keys::{RootKey, RootPublicKey};

/// One issuing key that is believed no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Withdrawal {
    /// The issuing key.
    pub key: IssuingKeyId,
    /// From when nothing that it signed is believed.
    pub from: Timestamp,
}

/// The issuing keys that a root has withdrawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyList {
    /// The service: the thumbprint of the root that signs this.
    pub service: ServiceId,
    /// Counts the service's lists, from 1. A reader keeps the one with the highest.
    pub version: u32,
    /// When it was made.
    pub issued: Timestamp,
    /// Until when nobody needs to ask whether there is a newer one.
    pub expires: Timestamp,
    /// The keys, each once: 1 to [`KeyList::WITHDRAWN_MAX`].
    pub withdrawn: Vec<Withdrawal>,
}

#[derive(Serialize, Deserialize)]
struct Payload {
    #[serde(with = "json::text")]
    service: ServiceId,
    version: u32,
    #[serde(with = "json::text")]
    issued: Timestamp,
    #[serde(with = "json::text")]
    expires: Timestamp,
    withdrawn: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Entry(#[serde(deserialize_with = "json::object")] EntryPayload);

#[derive(Serialize, Deserialize)]
struct EntryPayload {
    #[serde(with = "json::text")]
    issuing_key_id: IssuingKeyId,
    #[serde(with = "json::text")]
    from: Timestamp,
}

impl KeyList {
    /// The most keys that a list names: more than ten years of quarters.
    pub const WITHDRAWN_MAX: usize = 64;

    /// Signs the list.
    ///
    /// # Errors
    /// When it breaks a rule of its own, or names another service than the root's.
    pub fn sign(&self, root: &RootKey) -> Result<String, DocumentError> {
        self.check(root.service_id())?;
        let entry = |withdrawal: &Withdrawal| {
            Entry(EntryPayload { issuing_key_id: withdrawal.key, from: withdrawal.from })
        };
        let payload = Payload {
            service: self.service,
            version: self.version,
            issued: self.issued,
            expires: self.expires,
            withdrawn: self.withdrawn.iter().map(entry).collect(),
        };
        document::seal(DocumentType::KeyList, root.authority(), root.service_id().as_bytes(), &payload)
    }

    /// Reads a list that `root` has signed.
    ///
    /// # Errors
    /// When the text is damaged, another root signed it, or it breaks a rule.
    pub fn verify(root: &RootPublicKey, token: &str) -> Result<Self, DocumentError> {
        let service = root.service_id();
        let payload: Payload =
            document::open(DocumentType::KeyList, root.authority(), service.as_bytes(), token)?;
        let withdrawal = |Entry(entry)| {
            let EntryPayload { issuing_key_id, from } = entry;
            Withdrawal { key: issuing_key_id, from }
        };
        let list = Self {
            service: payload.service,
            version: payload.version,
            issued: payload.issued,
            expires: payload.expires,
            withdrawn: payload.withdrawn.into_iter().map(withdrawal).collect(),
        };
        list.check(service)?;
        Ok(list)
    }

    /// From when nothing that `key` signed is believed, if it was withdrawn.
    #[must_use]
    pub fn withdrawn_from(&self, key: IssuingKeyId) -> Option<Timestamp> {
        self.withdrawn.iter().find(|withdrawal| withdrawal.key == key).map(|withdrawal| withdrawal.from)
    }

    /// Whether what `key` signed is still believed at `now`. A withdrawal from before the list was made holds whatever a clock shows.
    #[must_use]
    pub fn believes(&self, key: IssuingKeyId, now: Timestamp) -> bool {
        self.withdrawn_from(key).is_none_or(|from| from > self.issued && now < from)
    }

    fn check(&self, service: ServiceId) -> Result<(), DocumentError> {
        let error = |flaw| DocumentError { document: DocumentType::KeyList, flaw };
        if self.service != service {
            return Err(error(Flaw::Service { expected: service, found: self.service }));
        }
        let rule = |holds: bool, text| if holds { Ok(()) } else { Err(error(Flaw::Rule(text))) };
        rule(self.version >= 1, "a list's version counts from 1")?;
        rule(self.issued < self.expires, "a list must expire after it is made")?;
        let count = self.withdrawn.len();
        rule((1..=Self::WITHDRAWN_MAX).contains(&count), "a list must name 1 to 64 keys")?;
        let mut keys: Vec<IssuingKeyId> = self.withdrawn.iter().map(|withdrawal| withdrawal.key).collect();
        keys.sort_unstable();
        keys.dedup();
        rule(keys.len() == count, "a list must name each key once")
    }
}

#[cfg(test)]
mod tests {
    use warifu_core::time::Span;

    use super::*;

    const ISSUED: Timestamp = Timestamp::from_seconds(1_777_000_000);

    fn root() -> RootKey {
        RootKey::from_seed(&[1; 32]).unwrap()
    }

    fn key(byte: u8) -> IssuingKeyId {
        IssuingKeyId::from_bytes([byte; 32])
    }

    fn list(withdrawn: Vec<Withdrawal>) -> KeyList {
        let service = root().service_id();
        KeyList { service, version: 1, issued: ISSUED, expires: ISSUED.plus(Span::days(400)), withdrawn }
    }

    #[test]
    fn a_key_is_believed_until_it_was_withdrawn_and_others_stay() {
        let later = ISSUED.plus(Span::days(7));
        let both = list(vec![
            Withdrawal { key: key(1), from: later },
            Withdrawal { key: key(2), from: ISSUED.minus(Span::days(3)) },
        ]);
        assert!(both.believes(key(1), later.minus(Span::seconds(1))) && !both.believes(key(1), later));
        assert!(!both.believes(key(2), Timestamp::MIN), "no clock brings it back");
        assert!(both.believes(key(3), Timestamp::MAX));
        let read = KeyList::verify(root().public_key(), &both.sign(&root()).unwrap());
        assert_eq!(read, Ok(both));
    }

    #[test]
    fn a_list_of_more_than_its_most_keys_or_of_a_key_twice_is_neither_signed_nor_read() {
        let many = |count: u8| (0..count).map(|byte| Withdrawal { key: key(byte), from: ISSUED }).collect();
        assert!(list(many(64)).sign(&root()).is_ok());
        assert!(list(many(65)).sign(&root()).is_err());
        assert!(list(Vec::new()).sign(&root()).is_err());
        let twice = Withdrawal { key: key(1), from: ISSUED };
        assert!(list(vec![twice, twice]).sign(&root()).is_err());
    }
}
