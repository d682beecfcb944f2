//! The list of withdrawn issuing keys on a device: noticed in answers, fetched, verified, kept.
//!
//! An honest installation must never be locked out by it. So a list that withdraws the key of the very lease that is held is kept only together with the next
//! lease, or once the service has refused one for good: until then nothing says that the lease could not simply be renewed.

use warifu_core::catalogue::Code;
use warifu_core::id::IssuingKeyId;
use warifu_core::time::Timestamp;
use warifu_proto::key_list::KeyList;
use warifu_proto::keys::InstallationKey;
use warifu_proto::wire::KEY_LIST_HEADER;
use warifu_proto::wire::key_list::KeyListAnswer;

use crate::client::Client;
use crate::records;
use crate::transport::{Method, Response};

/// A list with its signed form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Listed {
    pub(crate) list: KeyList,
    pub(crate) token: Vec<u8>,
}

/// The lists that a client knows.
#[derive(Debug, Default)]
pub(crate) struct KeyLists {
    /// The one on the disk.
    pub(crate) kept: Option<Listed>,
    /// A newer one that would end the lease that is held.
    pub(crate) waiting: Option<Listed>,
}

impl KeyLists {
    /// The newest list, whether or not it is kept yet: what new documents are judged by.
    fn newest(&self) -> Option<&Listed> {
        // A list may have been kept since another began to wait: by another process, or while no lease was held.
        let newer = |waiting: &&Listed| {
            self.kept.as_ref().is_none_or(|kept| kept.list.version < waiting.list.version)
        };
        self.waiting.as_ref().filter(newer).or(self.kept.as_ref())
    }

    /// Whether a document that has just come, made at `made` by this issuing key, is believed.
    pub(crate) fn believes_answer(&self, key: IssuingKeyId, made: Timestamp) -> bool {
        self.newest().is_none_or(|listed| listed.list.believes(key, made))
    }

    /// From when a lease signed by this issuing key is no longer believed, by the list that is kept. [`Timestamp::MIN`] when that was before the list
    /// was made: no clock brings it back.
    pub(crate) fn withdrawn_from(&self, key: IssuingKeyId) -> Option<Timestamp> {
        let list = &self.kept.as_ref()?.list;
        let from = list.withdrawn_from(key)?;
        Some(if from <= list.issued { Timestamp::MIN } else { from })
    }
}

impl Client {
    /// Reads the list on the disk, if it is another than the one that was read before.
    pub(crate) fn read_key_list(&mut self) {
        let bytes = self.ports.store.read(records::KEY_LIST).ok().flatten();
        let same =
            matches!((&self.key_lists.kept, &bytes), (Some(kept), Some(bytes)) if kept.token == *bytes);
        if !same {
            self.key_lists.kept = bytes.and_then(|bytes| self.verify_key_list(bytes));
        }
    }

    fn verify_key_list(&self, token: Vec<u8>) -> Option<Listed> {
        let text = std::str::from_utf8(&token).ok()?;
        let list = KeyList::verify(&self.config.root, text).ok()?;
        Some(Listed { list, token })
    }

    /// Fetches the list that an answer tells of, if it is newer. Should that fail, the next answer tells of it again.
    pub(crate) fn notice_key_list(&mut self, response: &Response) {
        let told: Option<u32> = response.header(KEY_LIST_HEADER).and_then(|text| text.parse().ok());
        let version = self.key_lists.newest().map_or(0, |listed| listed.list.version);
        if told.is_none_or(|told| told <= version) {
            return;
        }
        let accept = [("Accept", "application/json".to_owned())];
        let nonce = self.nonce.take();
        let response = self.send(Method::Get, "/v1/key-list", &accept, &[]);
        self.nonce = nonce;
        let Ok(response) = response else { return };
        let answer: Option<KeyListAnswer> = serde_json::from_slice(&response.body).ok();
        let token = answer.and_then(|answer| answer.key_list);
        let listed = token.and_then(|token| self.verify_key_list(token.into_bytes()));
        if let Some(listed) = listed.filter(|listed| listed.list.version > version) {
            self.offer_key_list(listed);
        }
    }

    fn offer_key_list(&mut self, listed: Listed) {
        let held = self.held_issuing_key();
        if held.is_some_and(|key| listed.list.withdrawn_from(key).is_some()) {
            self.key_lists.waiting = Some(listed);
            self.drop_refusal();
            self.unsettle();
        } else {
            // It is newer than one that waits.
            self.key_lists.waiting = None;
            self.keep_key_list(listed);
        }
    }

    /// Drops the kept refusal if the list that waits does not believe it. The list is not on the disk yet, and what another process finds there must not be
    /// believed again. A refusal that the service stands by comes again with the next renewal, by another key.
    fn drop_refusal(&mut self) {
        let installation = self.key.as_ref().map(InstallationKey::installation);
        if self.refusal.is_some() && self.read_refusal(installation).is_none() {
            // Should this fail, it counts until the next renewal.
            let _ = self.ports.store.remove(records::REFUSAL);
            self.refusal = None;
        }
    }

    /// Keeps the list that waits, if one does: a lease by another key is in place, or none is to be had.
    pub(crate) fn settle_key_list(&mut self) {
        if let Some(listed) = self.key_lists.waiting.take() {
            self.keep_key_list(listed);
            self.unsettle();
        }
    }

    fn keep_key_list(&mut self, listed: Listed) {
        // Another process may have kept a newer one. Should the write fail, the next answer tells of it again.
        self.read_key_list();
        let newer = self.key_lists.kept.as_ref().is_none_or(|kept| kept.list.version < listed.list.version);
        if newer && self.ports.store.write(records::KEY_LIST, &listed.token).is_ok() {
            self.key_lists.kept = Some(listed);
        }
    }

    /// Whether the lease that is held should be renewed at once, for the key that signed it is withdrawn.
    pub(crate) fn is_lease_to_be_replaced(&self) -> bool {
        self.key_lists.waiting.is_some()
    }

    /// Whether a refusal says that there will be no lease for this installation as it is.
    pub(crate) fn is_final(code: &str) -> bool {
        code == Code::InstallationUnknown.as_str()
    }
}
